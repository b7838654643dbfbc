"""How alike two maps are: the same map is 1, maps apart are 0, chance is told apart from difference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_array, eye_array

from layers.overlap import alike, overlap

POINTS = csr_array(eye_array(40))


def drawn(seed, weights, n):
    return np.random.default_rng(seed).multinomial(n, np.asarray(weights) / np.sum(weights))


@given(st.lists(st.integers(0, 50), min_size=1, max_size=12), st.floats(0.1, 1e6))
def test_a_map_is_like_itself_in_any_unit(amounts, factor):
    if sum(amounts):
        assert alike(amounts, np.array(amounts) * factor) == pytest.approx(1)


@given(st.integers(0, 10_000))
def test_likeness_is_between_0_and_1_and_the_same_both_ways(seed):
    a, b = drawn(seed, np.ones(9), 7), drawn(seed + 1, np.ones(9), 12)
    assert 0 <= alike(a, b) <= 1 and alike(a, b) == pytest.approx(alike(b, a))


def test_maps_apart_have_nothing_in_common():
    found = overlap([9, 0], [0, 9], csr_array(eye_array(2)))
    assert found.observed == 0 and found.p == 1 / 200 and found.expected > 0.5


def test_two_draws_from_one_map_are_as_alike_as_chance_makes_them():
    weights = np.random.default_rng(1).gamma(0.5, 1.0, 40)
    p = np.array([overlap(drawn(s, weights, 60), drawn(s + 500, weights, 40), POINTS, seed=s).p for s in range(200)])
    # 200 pairs at 5 %: more than 19 would come by chance less than once in 100 times.
    assert (p <= 0.05).sum() <= 19 and 0.4 < p.mean() < 0.62


def test_few_events_look_different_by_chance_and_many_do_not():
    weights = np.ones(40)
    few, many = (overlap(drawn(1, weights, n), drawn(2, weights, n), POINTS) for n in (10, 4_000))
    assert few.observed < 0.5 < 0.9 < many.observed
    assert few.p > 0.05 and few.expected == pytest.approx(few.observed, abs=0.2)


def test_events_spread_over_cells_are_compared_as_they_lie():
    shapes = csr_array(np.array([[0.5, 0.5, 0.0], [0.0, 0.5, 0.5]]))
    assert overlap([2, 0], [0, 4], shapes).observed == pytest.approx(0.5)


@pytest.mark.parametrize(("left", "right"), [([0, 0], [1, 2]), ([0, 0], [0, 0]), ([], [])])
def test_an_empty_map_is_like_nothing(left, right):
    found = overlap(left, right, csr_array(eye_array(len(left))))
    assert np.isnan(found.observed) and np.isnan(found.p)
