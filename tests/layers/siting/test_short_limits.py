"""A large question and little time: a plan that holds comes back, its objective counted anew, with a gap that is true."""

import itertools
import math
import time

import numpy as np
import pytest
from scipy.sparse import csr_array

from layers.siting import backup_coverage, budget_coverage, capacitated_coverage, max_coverage, two_sided_coverage
from layers.siting.checking import candidates_of
from layers.siting.greedy import Task, bound_of, first_plan
from layers.siting.groups import singles
from layers.siting.plan import Clock
from layers.siting.sets import Merged

LIMIT_S, MARGIN_S = 1.0, 5.0


def question(rows, candidates, seed=1):
    draw = np.random.default_rng(seed)
    demand, sites = draw.uniform(0, 100, (rows, 2)), draw.uniform(0, 100, (candidates, 2))
    return (
        np.hypot(*(demand[:, None] - sites).transpose(2, 0, 1)),
        np.round(draw.lognormal(0, 1, rows), 3),
        draw.integers(1, 10, candidates),
    )


def in_time(ask):
    started = time.perf_counter()
    plan = ask()
    assert time.perf_counter() - started < LIMIT_S + MARGIN_S
    return plan


def is_honest(plan, objective):
    assert plan.objective == pytest.approx(objective, rel=1e-9) and objective > 0
    assert plan.bound >= objective and plan.gap == pytest.approx((plan.bound - objective) / objective)
    assert math.isfinite(plan.gap) and (plan.gap == 0) == (plan.status == "optimal")


@pytest.mark.parametrize(("rows", "candidates", "radius", "p"), [(5_000, 1_000, 10, 40), (5_000, 1_000, 30, 8), (900, 900, 10, 20)])
def test_cover_backup_and_budget(rows, candidates, radius, p):
    cost, weights, price = question(rows, candidates)
    near = cost <= radius
    plan = in_time(lambda: max_coverage(cost, weights, p, radius, [3], LIMIT_S))
    is_honest(plan, weights[near[:, plan.sites].any(axis=1)].sum())
    assert len(plan.sites) == p and 3 in plan.sites

    plan = in_time(lambda: backup_coverage(cost, weights, p, radius, [3], LIMIT_S))
    is_honest(plan, weights[near[:, plan.sites].sum(axis=1) >= 2].sum())
    assert len(plan.sites) == p and 3 in plan.sites

    plan = in_time(lambda: budget_coverage(cost, weights, radius, price, 2.0 * p, [3], LIMIT_S))
    is_honest(plan, weights[near[:, plan.sites].any(axis=1)].sum())
    assert price[list(plan.sites)].sum() <= 2 * p and 3 in plan.sites


@pytest.mark.parametrize(("rows", "candidates"), [(5_000, 1_000), (900, 900)])
@pytest.mark.parametrize("is_bought", [False, True])
def test_capacity(rows, candidates, is_bought):
    cost, weights, price = question(rows, candidates)
    room = np.full(candidates, weights.sum() / 30)
    money = {"site_costs": price, "budget": 30.0} if is_bought else {}
    plan = in_time(lambda: capacitated_coverage(cost, weights, 20, 12, room, [3], LIMIT_S, **money))
    served = np.array(plan.assignment)
    rows_served = np.flatnonzero(served >= 0)
    is_honest(plan, weights[rows_served].sum())
    assert (cost[rows_served, served[rows_served]] <= 12).all() and set(served[rows_served].tolist()) <= set(plan.sites)
    assert (np.bincount(served[rows_served], weights[rows_served], candidates) <= room + 1e-9).all()
    assert len(plan.sites) <= 20 and 3 in plan.sites and (not is_bought or price[list(plan.sites)].sum() <= 30)


def test_pairs():
    cost, weights, _ = question(5_000, 1_000)
    couples = np.random.default_rng(4).integers(0, 500, (900, 1)) + np.array([[0, 500]])
    plan = in_time(lambda: two_sided_coverage(cost, weights, couples, 12, 12.0, [7], LIMIT_S, must=[5, 900], at_most=True))
    is_honest(plan, weights[(cost[:, plan.sites] <= 12).any(axis=1)].sum())
    offices = couples[list(plan.pairs)].ravel().tolist()
    assert sorted(offices) == list(plan.sites) and len(plan.pairs) <= 12 and 7 in plan.pairs and {5, 900} <= set(offices)


@pytest.mark.parametrize("model", ["backup", "budget", "capacity"])
def test_a_plan_without_time_is_no_better_than_the_best_and_its_bound_no_lower(model):
    for seed in range(8):
        cost, weights, price = question(40, 14, seed)
        ask = {
            "backup": lambda s, c=cost, w=weights: backup_coverage(c, w, 5, 25, (), s, once_share=0.3),
            "budget": lambda s, c=cost, w=weights, b=price: budget_coverage(c, w, 25, b, 12, (), s),
            "capacity": lambda s, c=cost, w=weights: capacitated_coverage(c, w, 4, 25, np.full(14, w.sum() / 6), (), s),
        }[model]
        short, full = ask(1e-6), ask(30)
        assert short.objective <= full.objective * (1 + 1e-9) and full.objective <= short.bound * (1 + 1e-9)
        assert full.gap < 1e-3 and short.gap < 1


@pytest.mark.parametrize("share", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("has_money", [False, True])
def test_our_own_bound_and_plan_hold_the_best_of_every_choice_between_them(share, has_money):
    for seed in range(12):
        cost, weights, price = question(30, 9, seed)
        near, money = cost <= 30, 14.0 if has_money else np.inf
        groups = singles(candidates_of(9, [2], {4: "mines"}, 4), 9, 0 if has_money else 4, 4, price.astype(float), money)
        links = csr_array(near[:, [0, 1, 2, 3, 5, 6, 7, 8]].astype(float))
        task, clock = Task(groups, Merged(near, weights), links, share), Clock(60)

        def value(sites, near=near, weights=weights):
            times = near[:, list(sites)].sum(axis=1)
            return share * weights[times >= 1].sum() + (1 - share) * weights[times >= 2].sum()

        choices = [(2, *more) for n in range(4) for more in itertools.combinations([0, 1, 3, 5, 6, 7, 8], n)]
        best = max(value(sites) for sites in choices if price[list(sites)].sum() <= money)
        plan = groups.members[:, first_plan(task, clock)].sum(axis=1) > 0
        reached = value(np.flatnonzero(plan))
        assert 0.8 * best <= reached <= best * (1 + 1e-9)
        assert best * (1 - 1e-9) <= bound_of(task, reached, clock, 200) < 3 * best
