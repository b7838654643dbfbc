"""Hot cells where not everybody reports: what nobody watched is in no comparison, and is never cold."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from layers import cells as h3_cells
from layers.hot_cells import COLD, HOT, SILENT, Hot, find
from layers.hotspots import q_values
from layers.material import Happenings, Material
from layers.neighbourhoods import of_cells


def region(n: int) -> np.ndarray:
    """n cells around the upper Panj, sorted."""
    import h3.api.numpy_int as h3

    rings = 0
    while len(h3.grid_disk(h3.latlng_to_cell(37.5, 70.0, h3_cells.RESOLUTION), rings)) < n:
        rings += 1
    return np.sort(np.asarray(h3.grid_disk(h3.latlng_to_cell(37.5, 70.0, h3_cells.RESOLUTION), rings), np.uint64)[:n])


def material(counts: np.ndarray, measure: str = "count", kg: np.ndarray | None = None) -> Material:
    """One month in which each cell holds so many events, each in the cell alone. counts: whole, (c,)."""
    c, n = len(counts), int(counts.sum())
    cells = region(c)
    where = np.repeat(np.arange(c), counts)
    weight = np.ones(n) if kg is None else kg
    happenings = Happenings(
        np.arange(n), np.full(n, 20_000, np.int32), np.full(n, 20_000, np.int32), np.zeros(n, np.int32), np.full(n, 70.0), np.full(n, 37.5),
        np.zeros(n), where.astype(np.int64), np.full(n, -1, np.int32), weight,
    )  # fmt: skip
    n_map, kg_map = counts.astype(float)[None], np.bincount(where, weights=weight, minlength=c)[None]
    return Material(
        ["2024-10"], 0, 0, measure, np.ones(1, bool), np.zeros(1, np.int64), np.zeros(1, bool), cells, csr_array(n_map), csr_array(kg_map),
        csr_array(np.eye(c)), csr_array(n_map), ["a", "b"], np.array([10.0, 20.0]), np.zeros((1, 2), np.int64), np.zeros((1, 2)),
        [], np.zeros((1, 0), np.int64), np.zeros((1, 0)), happenings,
    )  # fmt: skip


def by_hand(counts: np.ndarray, exposure: np.ndarray, cells: np.ndarray) -> np.ndarray:
    """Two-sided binomial p of each watched neighbourhood, summed term by term; NaN elsewhere."""
    from math import comb

    near, known = of_cells(cells).toarray() > 0, exposure > 0
    total, found = int(counts[known].sum()), np.full(len(counts), np.nan)
    for cell in np.flatnonzero(known):
        around = near[cell] & known
        k, q = int(counts[around].sum()), float(exposure[around].sum() / exposure[known].sum())
        chances = [comb(total, x) * q**x * (1 - q) ** (total - x) for x in range(total + 1)]
        found[cell] = min(1.0, 2 * min(sum(chances[k:]), sum(chances[: k + 1])))
    return found


@pytest.fixture
def counts() -> np.ndarray:
    counts = np.random.default_rng(5).poisson(1.0, 127)
    counts[40:45] += 6
    return counts


def test_p_of_counts_is_the_binomial_one_of_what_was_watched_summed_term_by_term(counts):
    exposure = np.random.default_rng(6).choice([0.0, 0.25, 1.0], len(counts))
    counts = np.where(exposure > 0, counts, 0)
    made = material(counts)
    found = find(made, exposure=exposure).cells
    wanted = by_hand(counts, exposure, made.cells)
    np.testing.assert_allclose(found.p, wanted, atol=1e-9)
    np.testing.assert_allclose(found.q, q_values(wanted), atol=1e-9)


def test_what_nobody_watched_is_neither_hot_nor_cold_and_moves_nobody_elses_answer(counts):
    exposure = np.ones(len(counts))
    exposure[:30] = 0
    one, other = (find(material(np.where(exposure > 0, counts, noise)), exposure=exposure) for noise in (0, 50))
    for found in (one, other):
        assert (found.cells.kind[:30] == 0).all() and np.isnan(found.cells.p[:30]).all()
        assert found.n_tested == len(counts) - 30 and found.n_events == counts[30:].sum()
    np.testing.assert_array_equal(one.cells.kind, other.cells.kind)
    np.testing.assert_allclose(one.cells.p, other.cells.p)


def test_a_quarter_of_the_months_watched_makes_a_quarter_of_the_events_no_colder():
    """Half of the region reported a fourth of the time and holds a fourth of the events: nothing stands out, and without knowing it did."""
    counts = np.full(127, 8)
    exposure = np.ones(127)
    exposure[:60] = 0.25
    counts[:60] = 2
    assert not (find(material(counts), exposure=exposure).cells.kind > 0).any()
    blind = find(material(counts)).cells.kind
    assert ((blind >= COLD) & (blind < SILENT)).any() and ((blind >= HOT) & (blind < COLD)).any()


def test_kilograms_leave_out_what_was_not_watched(counts):
    exposure = np.ones(len(counts))
    exposure[:30] = 0
    counts = np.where(exposure > 0, counts, 0)
    kg = np.random.default_rng(7).lognormal(0, 1, int(counts.sum()))
    found: Hot = find(material(counts, "weight", kg), exposure=exposure)
    assert found.method == "permutation" and (found.cells.kind[:30] == 0).all()
    assert (found.cells.kind[40:45] >= HOT).any() and np.isfinite(found.cells.p[30:]).all()


@pytest.mark.parametrize("watched", [0, 1])
def test_nothing_or_one_cell_watched_is_an_answer_without_a_colour(counts, watched):
    exposure = np.zeros(len(counts))
    exposure[:watched] = 1
    found = find(material(counts), exposure=exposure)
    assert not found.cells.kind.any() and found.n_tested == watched
