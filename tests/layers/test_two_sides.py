"""Sections of two sides: p as counting all ways would give, NaN nowhere, false marks as rare as said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from layers.two_sides import split_p, stands


@given(st.integers(0, 40), st.integers(0, 40), st.floats(0.05, 0.95))
def test_p_is_twice_the_smaller_binomial_tail(left, right, share):
    total = left + right
    expected = min(1.0, 2 * min(binom.sf(right - 1, total, share), binom.cdf(right, total, share))) if total else 1.0
    assert split_p(np.array([left]), np.array([right]), share)[0] == pytest.approx(expected, abs=1e-9)


def test_turning_the_sides_changes_no_p():
    left, right = np.array([0, 3, 12, 7]), np.array([5, 3, 1, 30])
    assert split_p(left, right, 0.3) == pytest.approx(split_p(right, left, 0.7))


def test_without_a_difference_hardly_any_line_has_a_mark():
    rng = np.random.default_rng(4)
    marked = 0
    for _ in range(300):
        left, right = rng.poisson(6, 40), rng.poisson(6, 40)
        share = right.sum() / (left.sum() + right.sum())
        marked += stands(split_p(left, right, share), left + right > 0).any()
    # 300 lines at 5 %: more than 26 would come by chance less than once in 100 times.
    assert marked <= 26


def test_a_section_that_changed_is_marked_and_an_empty_one_never():
    left, right = np.full(40, 8), np.full(40, 8)
    right[7], left[9], right[9] = 40, 0, 0
    marks = stands(split_p(left, right, 0.5), left + right > 0)
    assert marks[7] and not marks[9] and marks.sum() == 1


@pytest.mark.parametrize("share", [0.0, 1.0, 0.5])
def test_nothing_at_all_is_no_difference(share):
    nothing = np.zeros(3, np.int64)
    assert (split_p(nothing, nothing, share) == 1).all() and not stands(split_p(nothing, nothing, share), nothing > 0).any()
    assert len(split_p(nothing[:0], nothing[:0], share)) == 0
