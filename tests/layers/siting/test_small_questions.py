"""Small random questions: the plan is what looking at every subset says; and what holds of every plan."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.siting import Plan, SitingError, max_coverage, p_centre, p_median, set_coverage

VALUES = [0.0, 1.0, 2.0, 2.5, 3.0, 4.0, 7.0]
FEW = settings(max_examples=40)


@st.composite
def questions(draw, with_gaps=True, most_rows=7, most_candidates=6):
    """(cost, weights, p, fixed); costs and weights from few values, so that ties are common. Every row can be reached by somebody."""
    n, m = draw(st.integers(1, most_rows)), draw(st.integers(1, most_candidates))
    value = st.sampled_from([*VALUES, math.inf] if with_gaps else VALUES)
    cost = np.array(draw(st.lists(st.lists(value, min_size=m, max_size=m), min_size=n, max_size=n)))
    cost[np.isinf(cost).all(axis=1), 0] = 7.0
    weights = np.array(draw(st.lists(st.sampled_from([0.0, 0.25, 1.0, 1.0, 3.0]), min_size=n, max_size=n)))
    p = draw(st.integers(1, m))
    return cost, weights, p, sorted(draw(st.lists(st.integers(0, m - 1), max_size=min(p, 2), unique=True)))


def subsets(cost, p, fixed):
    return [list(sites) for sites in itertools.combinations(range(cost.shape[1]), p) if set(fixed) <= set(sites)]


def is_proven(plan: Plan, best: float, p: int | None, fixed: list[int]) -> None:
    assert plan.objective == pytest.approx(best, rel=1e-9)
    assert (plan.bound, plan.gap, plan.status) == (plan.objective, 0, "optimal")
    assert list(plan.sites) == sorted(set(plan.sites)) and set(fixed) <= set(plan.sites)
    assert p is None or len(plan.sites) == p


@FEW
@given(questions(), st.sampled_from([0.0, 1.0, 2.5, 3.0, 100.0]))
def test_max_coverage(question, radius):
    cost, weights, p, fixed = question
    near = (cost <= radius) & np.isfinite(cost)
    if weights.any() and not near[weights > 0].any():
        with pytest.raises(SitingError, match="No candidate is in reach of any"):
            max_coverage(cost, weights, p, radius, fixed)
        return
    best = max(weights[near[:, sites].any(axis=1)].sum() for sites in subsets(cost, p, fixed))
    plan = max_coverage(cost, weights, p, radius, fixed)
    is_proven(plan, best, p, fixed)
    served = np.array(plan.assignment)
    assert weights[served >= 0].sum() == pytest.approx(plan.objective)
    assert all(near[row, at] and at in plan.sites for row, at in enumerate(served) if at >= 0)


@FEW
@given(questions())
def test_p_median(question):
    cost, weights, p, fixed = question
    with np.errstate(invalid="ignore"):
        totals = [np.where(weights > 0, weights * cost[:, sites].min(axis=1), 0).sum() for sites in subsets(cost, p, fixed)]
    if math.isinf(min(totals)):
        with pytest.raises(SitingError, match="cannot reach every demand row"):
            p_median(cost, weights, p, fixed)
        return
    plan = p_median(cost, weights, p, fixed)
    is_proven(plan, min(totals), p, fixed)
    for row, at in enumerate(plan.assignment):
        assert cost[row, list(plan.sites)].min() == (cost[row, at] if at >= 0 else math.inf)


@FEW
@given(questions())
def test_p_centre(question):
    cost, _, p, fixed = question
    best = min(cost[:, sites].min(axis=1).max() for sites in subsets(cost, p, fixed))
    if math.isinf(best):
        with pytest.raises(SitingError, match="cannot reach every demand row"):
            p_centre(cost, p, fixed)
        return
    is_proven(p_centre(cost, p, fixed), best, p, fixed)


@FEW
@given(questions(), st.sampled_from([1.0, 2.5, 4.0, 7.0]))
def test_set_coverage(question, radius):
    cost, _, _, fixed = question
    near = cost <= radius
    if not near.any(axis=1).all():
        with pytest.raises(SitingError, match=f"Demand row {int(np.flatnonzero(~near.any(axis=1))[0])} "):
            set_coverage(cost, radius, fixed)
        return
    sizes = range(max(1, len(fixed)), cost.shape[1] + 1)
    best = next(p for p in sizes if any(near[:, sites].any(axis=1).all() for sites in subsets(cost, p, fixed)))
    plan = set_coverage(cost, radius, fixed)
    is_proven(plan, best, best, fixed)
    assert min(plan.assignment) >= 0


@FEW
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_larger_random_tables_agree_with_every_subset(seed, p):
    draw = np.random.default_rng(seed)
    cost, weights = draw.integers(1, 40, (30, 11)).astype(float), draw.integers(0, 5, 30)
    choices = subsets(cost, p, [3])
    near = np.array([cost[:, sites].min(axis=1) for sites in choices])
    is_proven(p_median(cost, weights, p, [3]), (near @ weights).min(), p, [3])
    is_proven(p_centre(cost, p, [3]), near.max(axis=1).min(), p, [3])
    is_proven(max_coverage(cost, weights, p, 6, [3]), ((near <= 6) @ weights).max(), p, [3])


@FEW
@given(st.integers(0, 2**32))
def test_one_site_more_never_makes_a_plan_worse(seed):
    draw = np.random.default_rng(seed)
    cost, weights = draw.uniform(0, 10, (25, 9)), draw.uniform(0, 5, 25)
    for model, sign in (
        (lambda p: max_coverage(cost, weights, p, 2.0), 1),
        (lambda p: p_median(cost, weights, p), -1),
        (lambda p: p_centre(cost, p), -1),
    ):
        curve = [sign * model(p).objective for p in range(1, 10)]
        assert all(later >= now - 1e-9 for now, later in itertools.pairwise(curve))


@FEW
@given(st.integers(0, 2**32), st.integers(1, 5))
def test_locked_sites_are_in_and_excluded_ones_are_not(seed, p):
    draw = np.random.default_rng(seed)
    cost, weights = draw.uniform(0, 10, (25, 9)), draw.uniform(0, 5, 25)
    plans = [
        max_coverage(cost, weights, p, 3.0, [7], excluded={0: "no road", 4: "mines"}),
        p_median(cost, weights, p, [7], excluded={0: "no road", 4: "mines"}),
        p_centre(cost, p, [7], excluded={0: "no road", 4: "mines"}),
        set_coverage(cost, 9.9, [7], excluded={0: "no road", 4: "mines"}),
    ]
    for plan in plans:
        assert 7 in plan.sites and not {0, 4} & set(plan.sites)
        assert plan.excluded == ((0, "no road"), (4, "mines"))
    free = p_median(cost, weights, p)
    assert free.objective <= plans[1].objective + 1e-9


def test_the_same_question_gives_the_same_plan():
    draw = np.random.default_rng(4)
    places, weights = draw.uniform(0, 10, (160, 2)), draw.uniform(0, 5, 120)
    cost = np.hypot(*(places[:120, None] - places[None, 120:]).transpose(2, 0, 1))
    for model in (lambda: max_coverage(cost, weights, 7, 2.0), lambda: p_median(cost, weights, 7), lambda: p_centre(cost, 7)):
        assert model() == model()


def test_demand_at_one_place_counts_as_one_row_and_unweighted_demand_as_none():
    draw = np.random.default_rng(5)
    cost, weights = draw.uniform(0, 10, (20, 8)), draw.uniform(0, 5, 20)
    many = np.repeat(cost, 3, axis=0)
    away = np.vstack([many, np.full((1, 8), np.inf)])
    for p in (1, 3):
        one = p_median(cost, weights, p)
        again = p_median(away, np.append(np.repeat(weights / 3, 3), 0.0), p)
        assert again.sites == one.sites and again.objective == pytest.approx(one.objective)
        assert again.assignment[-1] == -1
        covered = max_coverage(away, np.append(np.repeat(weights / 3, 3), 9.0), p, 2.0)
        assert covered.objective == pytest.approx(max_coverage(cost, weights, p, 2.0).objective)


def test_candidates_that_are_alike_fill_the_plan():
    cost = np.tile([[1.0], [5.0]], (1, 4))
    for plan in (p_median(cost, [1, 1], 3, [2]), max_coverage(cost, [1, 1], 3, 1.0, [2]), p_centre(cost, 3, [2])):
        assert plan.sites == (0, 1, 2)
        assert plan.status == "optimal"


def test_a_plan_that_ran_out_of_time_says_how_far_from_the_best_it_can_be():
    draw = np.random.default_rng(1)
    cost = draw.integers(1, 301, (300, 300)).astype(float)
    plan = p_median(cost, np.ones(300), 15, time_limit_s=0.5)
    assert plan.status == "time_limit"
    assert plan.bound < plan.objective
    assert plan.gap == pytest.approx((plan.objective - plan.bound) / plan.objective)
