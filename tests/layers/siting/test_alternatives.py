"""Plans beside the best one: none within the share is missed; and the curve over p."""

import itertools
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.siting import curve, max_coverage, near_best, p_centre, p_median

FEW = settings(max_examples=20)


def instance(seed):
    draw = np.random.default_rng(seed)
    return draw.uniform(0, 10, (25, 8)), draw.uniform(0, 5, 25)


@FEW
@given(st.integers(0, 2**32), st.sampled_from([0.01, 0.1, 0.5]))
def test_no_plan_within_the_share_is_missed(seed, within):
    cost, weights = instance(seed)
    choices = [sites for sites in itertools.combinations(range(8), 3) if 2 in sites and 5 not in sites]
    near = np.array([cost[:, list(sites)].min(axis=1) for sites in choices])
    for ask, values, sign in (
        (partial(p_median, cost, weights, 3), near @ weights, 1),
        (partial(p_centre, cost, 3), near.max(axis=1), 1),
        (partial(max_coverage, cost, weights, 3, 2.0), (near <= 2.0) @ weights, -1),
    ):
        best = (sign * values).min()
        losses = np.sort((sign * values - best) / abs(best))
        found = near_best(ask, how_many=100, within=within, fixed=[2], excluded={5: "mines"})
        assert [one.loss for one in found] == pytest.approx(losses[losses <= within], abs=1e-8)
        assert len({one.plan.sites for one in found}) == len(found)
        for one in found:
            assert {*one.gained, *(set(found[0].plan.sites) - set(one.lost))} == set(one.plan.sites)
            assert one.plan.excluded == ((5, "mines"),)
            assert values[choices.index(one.plan.sites)] == pytest.approx(one.plan.objective)


def test_five_are_the_first_five():
    cost, weights = instance(3)
    many = near_best(partial(p_median, cost, weights, 3), how_many=20, within=1.0)
    few = near_best(partial(p_median, cost, weights, 3), how_many=5, within=1.0)
    assert [one.plan.sites for one in few] == [one.plan.sites for one in many[:5]]
    assert few[0].loss == 0 and not few[0].gained and not few[0].lost


def test_the_curve_says_what_each_site_adds():
    cost, weights = instance(7)
    steps = curve(partial(max_coverage, cost, weights, radius=2.0), 8)
    assert [step.p for step in steps] == list(range(1, 9))
    assert sum(step.adds for step in steps) == pytest.approx(steps[-1].plan.objective)
    assert min(step.adds for step in steps) >= 0
    assert all(step.adds <= 0 for step in curve(partial(p_median, cost, weights), 8)[1:])
