"""Proofs, checked by another program: HiGHS on the full model, written down plainly here; and relaxed models, which bound every plan."""

import highspy
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.siting import max_coverage, p_centre, p_median, set_coverage

FEW = settings(max_examples=12)


def highs(gain, rows, lower, upper, whole, is_maximum):
    """The best value of max or min gain . x, lower <= rows x <= upper, 0 <= x <= 1, the first ``whole`` of x whole."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 1e-9)
    x = [solver.addVariable(lb=0, ub=1, obj=value, type=highspy.HighsVarType.kInteger if at < whole else highspy.HighsVarType.kContinuous)
         for at, value in enumerate(gain)]  # fmt: skip
    for row, low, high in zip(rows, lower, upper, strict=True):
        at = np.flatnonzero(row)
        solver.addRow(low, high, len(at), at.astype(np.int32), row[at].astype(float))
    assert len(x) == solver.getNumCol()
    solver.changeObjectiveSense(highspy.ObjSense.kMaximize if is_maximum else highspy.ObjSense.kMinimize)
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value


def full_p_median(cost, weights, p, is_whole):
    """The model of the docstring, one x for each pair."""
    n, m = cost.shape
    gain = np.concatenate([np.zeros(m), (cost * weights[:, None]).ravel()])
    served = np.hstack([np.zeros((n, m)), np.kron(np.eye(n), np.ones((1, m)))])
    linked = np.hstack([np.tile(np.eye(m), (n, 1)), -np.eye(n * m)])
    number = np.concatenate([np.ones(m), np.zeros(n * m)])[None]
    lower, upper = [1] * n + [0] * (n * m) + [p], [1] * n + [np.inf] * (n * m) + [p]
    return highs(gain, np.vstack([served, linked, number]), lower, upper, m if is_whole else 0, False)


def full_cover(near, weights, p, is_whole):
    n, m = near.shape
    rows = np.vstack([np.hstack([near, -np.eye(n)]), np.concatenate([np.ones(m), np.zeros(n)])[None]])
    return highs(np.concatenate([np.zeros(m), weights]), rows, [0] * n + [p], [np.inf] * n + [p], m if is_whole else 0, True)


def full_set_cover(near, is_whole):
    n, m = near.shape
    return highs(np.ones(m), near.astype(float), [1] * n, [np.inf] * n, m if is_whole else 0, False)


def instance(seed, n=24, m=12):
    """Costs without any geometry: the hardest for the bounds, so that branches are needed."""
    draw = np.random.default_rng(seed)
    return draw.integers(1, 60, (n, m)).astype(float), draw.integers(1, 9, n).astype(float)


@FEW
@given(st.integers(0, 2**32), st.integers(2, 6))
def test_highs_on_the_full_model_agrees_and_its_relaxation_bounds_the_plan(seed, p):
    cost, weights = instance(seed)
    plan = p_median(cost, weights, p)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(full_p_median(cost, weights, p, True), rel=1e-7)
    assert full_p_median(cost, weights, p, False) <= plan.objective * (1 + 1e-7)

    near = cost <= 12
    plan = max_coverage(cost, weights, p, 12)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(full_cover(near, weights, p, True), rel=1e-7)
    assert full_cover(near, weights, p, False) >= plan.objective * (1 - 1e-7)

    radius = np.sort(cost, axis=1)[:, 2].max()
    plan = set_coverage(cost, radius)
    assert plan.objective == pytest.approx(full_set_cover(cost <= radius, True))
    assert full_set_cover(cost <= radius, False) <= plan.objective + 1e-7

    plan = p_centre(cost, p)
    assert full_set_cover(cost <= plan.objective, True) <= p + 1e-6
    below = cost[cost < plan.objective].max()
    assert not (cost <= below).any(axis=1).all() or full_set_cover(cost <= below, True) > p + 0.5


def test_a_question_that_needs_many_branches_is_proven_as_highs_proves_it():
    cost, weights = instance(3, 40, 25)
    plan = p_median(cost, weights, 6)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(full_p_median(cost, weights, 6, True), rel=1e-7)


@FEW
@given(st.integers(0, 2**32))
def test_what_is_proven_without_a_clock_lies_between_bound_and_plan_of_one_that_ran_out(seed):
    cost, weights = instance(seed, 60, 40)
    short, full = p_median(cost, weights, 8, time_limit_s=1e-4), p_median(cost, weights, 8)
    assert full.status == "optimal"
    assert short.bound <= full.objective <= short.objective


def test_a_cover_that_branches_do_not_decide_is_left_to_highs():
    draw = np.random.default_rng(2)
    cost, weights = draw.uniform(0, 10, (90, 45)), draw.uniform(0, 5, 90)
    plan = max_coverage(cost, weights, 6, 2.0, time_limit_s=20)
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(full_cover(cost <= 2.0, weights, 6, True), rel=1e-7)


@FEW
@given(st.integers(0, 2**32), st.integers(3, 9), st.booleans())
def test_what_branches_leave_is_proven_by_highs_over_radii(seed, p, is_whole):
    """The same answer whichever of the two proves it: no branch at all, then HiGHS; or branches to the end."""
    from layers.siting.branching import search, tables_of_costs
    from layers.siting.plan import Clock
    from layers.siting.radius import by_radii

    cost, _ = instance(seed, 40, 25)
    cost = cost if is_whole else cost + np.random.default_rng(seed).uniform(0, 1, cost.shape)
    tables, locked = tables_of_costs(cost, np.ones(40)), np.array([4])
    best = search(tables, p, locked, None, Clock(60))
    cut = search(tables, p, locked, None, Clock(60), branches=0)
    assert best.is_proven
    if not cut.is_proven:
        done = by_radii(cost, p, cut, Clock(60))
        assert done.is_proven and 4 in done.sites and len(done.sites) == p
        assert cost[:, done.sites].min(axis=1).sum() == pytest.approx(cost[:, best.sites].min(axis=1).sum(), rel=1e-8)
        worse = np.concatenate([locked, np.setdiff1d(np.arange(25), locked)[: p - 1]])  # a poor plan must not be called the best
        poor = cost[:, worse].min(axis=1).sum()
        kept = cut._replace(sites=worse, total=poor, kept=np.arange(25), opened=locked)
        found = by_radii(cost, p, kept, Clock(60))
        assert cost[:, found.sites].min(axis=1).sum() == pytest.approx(cost[:, best.sites].min(axis=1).sum(), rel=1e-8)
