"""Chance by simulation: against counting everything, against a law that is known, and on maps with nothing on them."""

from itertools import product

import numpy as np
import pytest
from scipy import stats
from scipy.sparse import csr_array, eye_array

from geodata.errors import WrongTable
from layers.hotspots import count_tail
from layers.neighbourhoods import of_line
from layers.permutations import chance, checked, permutation_tail


def test_p_is_that_of_every_way_in_which_the_pieces_can_fall() -> None:
    pieces, near = [5.0, 2.0, 2.0, 1.0], of_line(4)
    x = np.array([7.0, 2.0, 0.0, 1.0])
    found = permutation_tail(x, near, seed=1, pieces=pieces)
    ways = np.array([np.bincount(cells, weights=pieces, minlength=4) for cells in product(range(4), repeat=4)])
    sums = ways @ near.toarray()
    assert found.upper == pytest.approx((sums >= near @ x).mean(axis=0), abs=0.02)
    assert found.lower == pytest.approx((sums <= near @ x).mean(axis=0), abs=0.02)


def test_equal_pieces_have_the_tail_of_counts_far_beyond_what_was_drawn() -> None:
    random = np.random.default_rng(2)
    counts = np.bincount(random.integers(0, 500, 1000), minlength=500).astype(float)
    counts[250] += 25
    near = of_line(500)
    exact, drawn = count_tail(counts, near), permutation_tail(counts, near, seed=3, pieces=np.ones(int(counts.sum())))
    seen = exact.upper > 1e-4
    assert drawn.upper[seen] == pytest.approx(exact.upper[seen], rel=0.25)
    assert drawn.lower[exact.lower > 1e-4] == pytest.approx(exact.lower[exact.lower > 1e-4], rel=0.25)
    assert exact.upper[250] < 1e-11
    assert exact.upper[250] < drawn.upper[250] < 1e-9, "far out p is a bound, never smaller than the truth"


def test_few_large_pieces_above_much_small_change_have_the_p_of_their_number() -> None:
    """The chance of two large ones in one place of seven cells is that of a binomial, whatever the small change does."""
    n, large = 4900, 8
    near = of_line(n, 3)
    x = np.zeros(n)
    x[2000] = 8500.0
    law = chance(x, near, seed=4, pieces=np.r_[np.full(large, 1000.0), np.ones(500)])
    for many in (2, 3):
        truth = stats.binom.sf(many - 1, large, 7 / n)
        assert truth <= law.tail(np.full(n, 1000.0 * many)).upper[2000] <= 1.05 * truth


def test_whole_cells_that_tower_over_the_rest_have_no_smaller_p_than_their_number_allows() -> None:
    x = np.ones(1000)
    x[:6] = 1000.0
    truth = stats.hypergeom.sf(2, 1000, 6, 5)
    found = chance(x, of_line(1000, 2), seed=4).tail(np.full(1000, 3000.0)).upper[500]
    assert truth <= found <= 6 * truth


def test_without_pieces_whole_cells_change_places() -> None:
    x = np.array([9.0, 1, 1, 1, 1, 1, 1, 1])
    found = permutation_tail(x, of_line(8), seed=4)
    assert found.upper[[0, 1]] == pytest.approx([2 / 8, 3 / 8], abs=0.02)


def test_pieces_fall_by_exposure() -> None:
    found = permutation_tail([6.0, 0.0, 0.0], eye_array(3), seed=5, pieces=[6.0], exposure=[1.0, 2.0, 3.0])
    assert found.upper == pytest.approx([1 / 6, 1, 1], abs=0.03)
    assert found.lower == pytest.approx([1, 4 / 6, 3 / 6], abs=0.03)


def test_one_giant_seizure_makes_no_hotspot_and_two_neighbours_do() -> None:
    random = np.random.default_rng(6)
    pieces = random.lognormal(0, 1, 400)
    cell = random.integers(0, 900, 400)
    one = np.bincount(cell, weights=pieces, minlength=900)
    one[450] += 5000
    giants = one.copy()
    giants[451] += 4000
    near = of_line(900)
    alone = permutation_tail(one, near, seed=7, pieces=[*pieces, 5000.0])
    assert 1e-4 < alone.upper[450] < 1.2 * 3 / 900, "one in 300 neighbourhoods has it, whoever it is"
    both = permutation_tail(giants, near, seed=7, pieces=[*pieces, 5000.0, 4000.0])
    assert both.upper[450] < 1e-4


def test_the_same_seed_is_the_same_answer_and_limits_are_where_p_crosses() -> None:
    pieces = np.random.default_rng(8).lognormal(1, 1.2, 300)
    x, inside = checked(np.bincount(np.arange(300) % 120, weights=pieces, minlength=120), of_line(120))
    first, second = (permutation_tail(x, inside, seed=9, pieces=pieces) for _ in range(2))
    assert (first.upper == second.upper).all() and (first.lower == second.lower).all()
    law = chance(x, inside, 9, pieces)
    high, low = law.limits(0.01)
    assert (2 * law.tail(high).upper <= 0.01).all() and (2 * law.tail(high * 0.98).upper > 0.01).all()
    assert (2 * law.tail(low).lower <= 0.01).all()


def test_far_p_falls_with_the_value_without_jumping_up() -> None:
    pieces = np.random.default_rng(10).lognormal(1, 1.5, 2000)
    x, inside = checked(np.zeros(600), of_line(600))
    law = chance(x, inside, 11, pieces)
    far = law.sums[-1][-40] * np.linspace(1, 20, 500)
    p = np.array([law.tail(np.full(600, value)).upper[300] for value in far[::10]])
    assert (np.diff(p) <= 0).all() and (p > 0).all()


@pytest.mark.parametrize("pieces", [None, [3.0], [np.nan, 1.0, 2.0, 0.0]])
@pytest.mark.parametrize("values", [[], [0.0], [3.0], [np.nan, np.nan], [0.0, 0.0, 0.0], [3.0, np.nan, 0.0]])
def test_nothing_to_compare_is_answered(values: list[float], pieces: list[float] | None) -> None:
    near = eye_array(len(values)).tocsr() if values else csr_array((0, 0))
    if not np.nansum(values) and pieces:
        pieces = [np.nan, 0.0]
    for exposure in (None, np.ones(len(values))) if pieces else (None,):
        found = permutation_tail(values, near, seed=1, pieces=pieces, exposure=exposure)
        assert np.isnan(found.upper).tolist() == np.isnan(values).tolist()
        assert np.nan_to_num(found.both, nan=1.0).min(initial=1.0) > 0.3


def test_what_does_not_fit_is_refused() -> None:
    for wrong in ([-1.0, 2.0], [[1.0, 2.0]]):
        with pytest.raises(WrongTable, match="wanted"):
            permutation_tail(wrong, eye_array(2), seed=1)
    with pytest.raises(WrongTable, match="every piece"):
        permutation_tail([3.0, 0.0], eye_array(2), seed=1, pieces=[2.0])
    with pytest.raises(WrongTable, match="without pieces"):
        permutation_tail([3.0, 0.0], eye_array(2), seed=1, exposure=[1.0, 2.0])


def test_p_of_kilograms_is_fair_on_maps_without_a_hotspot() -> None:
    """One cell looked at on many maps: its p must not be small more often than it says."""
    random = np.random.default_rng(12)
    near = of_line(60)
    p = []
    for _ in range(80):
        pieces = random.lognormal(1, 1.5, 150)
        x = np.bincount(random.integers(0, 60, 150), weights=pieces, minlength=60)
        p.append(permutation_tail(x, near, seed=1, pieces=pieces).upper[30])
    assert stats.kstest(p, "uniform").pvalue > 0.001
