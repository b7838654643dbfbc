"""Published instances: the known optima, and proven."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from layers.siting import max_coverage, p_centre, p_median, set_coverage

MEDIAN = {1: 5819, 2: 4093, 3: 4250, 4: 3034, 5: 1355}
CENTRE = {1: 127, 2: 98, 3: 93, 4: 74, 5: 48}
RADIUS_M = 5_000.0


def or_library(folder: Path, number: int) -> tuple[np.ndarray, int]:
    """Shortest ways between all nodes, and p; of a repeated edge the last one counts."""
    numbers = [int(word) for word in (folder / f"pmed{number}.txt").read_text().split()]
    nodes, edges, p = numbers[:3]
    lengths = np.zeros((nodes, nodes))
    for a, b, length in np.reshape(numbers[3 : 3 + 3 * edges], (edges, 3)):
        lengths[a - 1, b - 1] = lengths[b - 1, a - 1] = length
    return shortest_path(lengths, directed=False), p


@pytest.fixture(scope="module")
def san_francisco(shared):
    folder = shared / "oracles" / "location" / "spopt_sf"
    with (folder / "SF_network_distance_candidateStore_16_censusTract_205_new.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    stores, tracts = sorted({row["name"] for row in rows}), sorted({row["DestinationName"] for row in rows})
    cost, people = np.full((len(tracts), len(stores)), np.inf), np.zeros(len(tracts))
    for row in rows:
        at = tracts.index(row["DestinationName"])
        cost[at, stores.index(row["name"])] = float(row["distance"])
        people[at] = float(row["demand"])
    assert cost.shape == (205, 16) and np.isfinite(cost).all()
    return cost, people


@pytest.mark.parametrize("number", MEDIAN)
def test_or_library_p_median(shared, number):
    cost, p = or_library(shared / "oracles" / "location" / "orlib", number)
    plan = p_median(cost, np.ones(len(cost)), p)
    assert (plan.objective, plan.bound, plan.gap, plan.status) == (MEDIAN[number], MEDIAN[number], 0, "optimal")
    assert len(plan.sites) == p
    assert cost[:, plan.sites].min(axis=1).sum() == plan.objective


@pytest.mark.parametrize("number", CENTRE)
def test_or_library_p_centre(shared, number):
    cost, p = or_library(shared / "oracles" / "location" / "orlib", number)
    plan = p_centre(cost, p)
    assert (plan.objective, plan.bound, plan.gap, plan.status) == (CENTRE[number], CENTRE[number], 0, "optimal")
    assert len(plan.sites) == p
    assert cost[:, plan.sites].min(axis=1).max() == plan.objective


def test_san_francisco_four_stores(san_francisco):
    cost, people = san_francisco
    assert people.sum() == 955_113
    covered = max_coverage(cost, people, 4, RADIUS_M)
    assert (covered.objective, covered.status) == (875_247, "optimal")
    assert covered.objective / people.sum() == pytest.approx(0.91638, abs=5e-6)
    assert np.mean(np.array(covered.assignment) >= 0) == pytest.approx(0.89756, abs=5e-6)
    median = p_median(cost, people, 4)
    assert (median.objective, median.status) == (pytest.approx(2_848_268_129.7, abs=0.1), "optimal")
    centre = p_centre(cost, 4)
    assert (centre.objective, centre.status) == (pytest.approx(7_403.06, abs=0.01), "optimal")


def test_san_francisco_needs_eight_stores(san_francisco):
    plan = set_coverage(san_francisco[0], RADIUS_M)
    assert (plan.objective, plan.bound, plan.status) == (8, 8, "optimal")


@pytest.mark.parametrize("p", range(1, 9))
def test_san_francisco_is_what_looking_at_every_subset_says(san_francisco, p):
    cost, people = san_francisco
    best_cover, best_median, best_centre = 0.0, np.inf, np.inf
    for sites in itertools.combinations(range(16), p):
        near = cost[:, sites].min(axis=1)
        best_cover = max(best_cover, people[near <= RADIUS_M].sum())
        best_median = min(best_median, people @ near)
        best_centre = min(best_centre, near.max())
    for plan, best in (
        (max_coverage(cost, people, p, RADIUS_M), best_cover),
        (p_median(cost, people, p), best_median),
        (p_centre(cost, p), best_centre),
    ):
        assert plan.objective == pytest.approx(best, rel=1e-12)
        assert plan.bound == plan.objective and plan.gap == 0 and plan.status == "optimal"
        assert len(set(plan.sites)) == p
