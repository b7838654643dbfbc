"""Dispersion: the law of a share of events against scipy's own, and what a series says of its clumping."""

from fractions import Fraction
from functools import reduce
from math import comb
from operator import mul

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats

from layers import dispersion
from layers.dispersion import GRID, Dispersion, learn, split_tails


def sizes(first, second, k):
    return (first / k, second / k) if k else (-first / (first + second), -second / (first + second))


@example(one=7, two=1, first=1.0, second=13.0, k=0.01)
@given(st.integers(0, 60), st.integers(0, 60), st.floats(0.2, 24), st.floats(0.2, 24), st.sampled_from(GRID))
def test_tails_are_those_of_the_binomial_and_the_beta_binomial(one, two, first, second, k):
    a, b = sizes(first, second, k)
    upper, lower = split_tails(one, one + two, np.array([a]), np.array([b]))
    # scipy's own law of the beta-binomial is off by 1e-5 where a and b are large, so it is added up here in whole fractions.
    share = first / (first + second)
    law = exact(one + two, a, b) if k else [stats.binom.pmf(j, one + two, share) for j in range(one + two + 1)]
    assert upper[0] == pytest.approx(float(sum(law[one:])), rel=1e-5, abs=1e-12)
    assert lower[0] == pytest.approx(float(sum(law[: one + 1])), rel=1e-5, abs=1e-12)


def exact(n: int, a: float, b: float) -> list[Fraction]:
    """P(X = j), j = 0..n, of the beta-binomial: C(n, j) (a)_j (b)_(n-j) / (a+b)_n with rising factorials."""

    def rising(x: float, m: int) -> Fraction:
        return reduce(mul, (Fraction(x) + i for i in range(m)), Fraction(1))

    whole = rising(Fraction(a) + Fraction(b), n)
    return [comb(n, j) * rising(a, j) * rising(b, n - j) / whole for j in range(n + 1)]


@pytest.mark.parametrize("k", [0.0, 0.05, 0.6, 3.0])
@pytest.mark.parametrize("count", [900, 1_450, 2_100])
def test_many_events_are_judged_nearly_as_if_added_up_one_by_one(monkeypatch, k, count):
    a, b = (np.array([size]) for size in sizes(6, 6, k))
    exact = split_tails(count, 3_000, a, b)
    monkeypatch.setattr(dispersion, "EXACT_UP_TO", 100)
    near = split_tails(count, 3_000, a, b)
    assert np.allclose(np.concatenate(near), np.concatenate(exact), atol=2e-3)


def test_nothing_at_all_on_a_stretch_is_the_lower_tail_of_zero():
    law = learn([[3, 5], [0, 9]], np.ones((2, 2)))
    assert law.none(12, 2.0, 10.0) == pytest.approx(law.tails(0, 12, 2.0, 10.0)[1])


def test_a_series_says_how_it_clumps_whatever_its_level_and_trend():
    random = np.random.default_rng(1)
    level = np.linspace(5, 60, 240)
    even = random.poisson(level)
    clumped = random.negative_binomial(1 / 0.6, 1 / (1 + 0.6 * level))
    pairs = [np.column_stack([series[:-1], series[1:]]) for series in (even, clumped)]
    k = [learn(pair, np.ones(pair.shape)).mean for pair in pairs]
    assert k[0] < 0.02 and 0.35 < k[1] < 1.0


def test_without_a_pair_the_law_is_what_is_likely_beforehand_and_not_poisson():
    nothing = learn([], [])
    empty = learn([[0, 0], [4, 1]], [[1, 1], [0, 3]])
    assert nothing.n_pairs == empty.n_pairs == 0
    assert np.allclose(nothing.weight, empty.weight) and nothing.weight.sum() == pytest.approx(1)
    middle = nothing.k[np.searchsorted(np.cumsum(nothing.weight), 0.5)]
    assert 0.05 <= middle <= 0.6 and nothing.weight[nothing.k > 30].sum() > 0.01


def test_rare_raids_are_known_as_clumps_and_rare_single_events_are_not():
    raid, single = ([10, 0], [0, 10]), ([1, 0], [0, 1], [1, 1], [1, 0])
    raids = learn(raid * 4, np.ones((8, 2)))
    assert raids.weight[raids.k >= 3].sum() > 0.95, "ten events in one month of two, eight times, are no chance of single events"
    # Ten events, all on one of two years: one raid more or less.
    assert 2 * raids.tails(10, 10, 12, 12)[0] > 0.3
    singles = learn(single * 15, np.ones((60, 2)))
    assert singles.weight[singles.k >= 3].sum() < 0.05 and 2 * singles.tails(10, 10, 12, 12)[0] < 0.05


def test_longer_stretches_start_from_what_the_shorter_ones_said():
    short = learn([[10, 0], [0, 10]] * 10, np.ones((20, 2)))
    long = learn([], [], short)
    assert long.weight.sum() == pytest.approx(1) and long.weight[long.k >= 3].sum() > 0.95
    # Never less clumped by itself, perhaps more: levels may swing besides.
    assert (np.cumsum(long.weight) <= np.cumsum(short.weight) + 1e-12).all()


def test_a_law_of_one_value_is_that_law():
    law = Dispersion(np.array([0.0]), np.array([1.0]), 0)
    upper, lower = law.tails(12, 17, 6, 6)
    assert upper == pytest.approx(stats.binom(17, 0.5).sf(11)) and lower == pytest.approx(stats.binom(17, 0.5).cdf(12))
