"""The law of a sum: against every way in which the pieces can fall, against counting, and never below the truth."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from layers.sum_law import sum_law

PIECES = st.lists(st.floats(0.001, 2000) | st.sampled_from([1.0, 1000.0]), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(PIECES, st.floats(0.0005, 0.33))
def test_it_is_never_below_every_way_in_which_the_pieces_can_fall_and_little_above(pieces: list[float], share: float) -> None:
    there = np.array(list(product([0, 1], repeat=len(pieces))))
    sums, chances = there @ np.array(pieces), np.prod(np.where(there == 1, share, 1 - share), axis=1)
    law = sum_law(np.array(pieces), share)
    x = np.unique(sums[sums > 0])
    p = law.at_least(x * (1 - 1e-12))
    assert law.is_known
    for value, found in zip(x, p, strict=True):
        assert found >= chances[sums >= value * (1 - 1e-9)].sum() * (1 - 1e-9)
        nearly = chances[sums >= value - (law.allowed + (len(pieces) + 2) * law.step) * law.unit].sum()
        assert found <= nearly * (1 + 1e-6) + 1.1e-10, "what is not exact is within a few steps of the lattice"


@pytest.mark.parametrize(("many", "share"), [(50, 0.02), (2000, 0.003), (300, 0.2)])
def test_equal_pieces_have_the_tail_of_a_binomial(many: int, share: float) -> None:
    law = sum_law(np.full(many, 3.0), share)
    k = np.arange(int(many * share) + 1, many)
    truth = stats.binom.sf(k - 1, many, share)
    seen, found = truth > 1e-8, law.at_least(3.0 * k)
    assert (found >= truth * (1 - 1e-9)).all()
    assert found[seen] == pytest.approx(truth[seen], rel=0.05)
    # Far beyond the lattice there is still a bound, and it goes on falling.
    assert (law.bound(3.0 * k) >= truth * (1 - 1e-9)).all()
    assert (np.diff(found[found > 1e-300]) <= 0).all()


@pytest.mark.parametrize(("many", "share", "sigma"), [(400, 0.01, 2.5), (5_000, 0.004, 1.5), (40_000, 0.08, 1.5)])
def test_lognormal_pieces_have_the_tail_that_is_counted(many: int, share: float, sigma: float) -> None:
    random = np.random.default_rng(1)
    pieces = random.lognormal(0, sigma, many)
    # A sum of whichever pieces are there: their number is binomial, and they are any of all.
    sums = np.array([random.choice(pieces, random.binomial(many, share), replace=False).sum() for _ in range(3000)])
    for upper in (0.5, 0.1, 0.02):
        found = sum_law(pieces, share).at_least(np.quantile(sums, [1 - upper]))[0]
        room = 4 * np.sqrt(upper * (1 - upper) / 3000)
        assert upper - room <= found <= 1.35 * (upper + room)


def test_what_no_lattice_can_hold_has_a_bound_or_nothing() -> None:
    assert sum_law(np.zeros(0), 0.1).at_least(np.array([0.0, 1.0])).tolist() == [1.0, 1.0]
    assert sum_law(np.ones(3), 0.0).at_least(np.array([1.0])).tolist() == [1.0]
    half = sum_law(np.ones(20), 0.5)
    assert not half.is_known
    assert stats.binom.sf(17, 20, 0.5) <= half.at_least(np.array([18.0]))[0] < 0.01
