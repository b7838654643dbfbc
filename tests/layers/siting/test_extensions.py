"""Backup, capacity, budget and two sides: the plan is what looking at every choice says."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.siting import SitingError, backup_coverage, budget_coverage, capacitated_coverage, max_coverage, two_sided_coverage

FEW = settings(max_examples=50)
RADIUS = 2.5


@st.composite
def questions(draw, most_rows=7, most_candidates=6):
    """(cost, weights, p, fixed): few values, so that ties are common; some rows out of everybody's reach."""
    n, m = draw(st.integers(1, most_rows)), draw(st.integers(2, most_candidates))
    value = st.sampled_from([0.0, 1.0, 2.5, 3.0, 7.0, math.inf])
    cost = np.array(draw(st.lists(st.lists(value, min_size=m, max_size=m), min_size=n, max_size=n)))
    weights = np.array(draw(st.lists(st.sampled_from([0.0, 0.25, 1.0, 1.0, 3.0]), min_size=n, max_size=n)))
    p = draw(st.integers(1, m))
    return cost, weights, p, sorted(draw(st.lists(st.integers(0, m - 1), max_size=min(p, 2), unique=True)))


def subsets(cost, sizes, fixed):
    choices = itertools.chain.from_iterable(itertools.combinations(range(cost.shape[1]), p) for p in sizes)
    return [list(sites) for sites in choices if set(fixed) <= set(sites)]


def is_proven(plan, best):
    assert plan.objective == pytest.approx(best, rel=1e-9, abs=1e-12)
    assert (plan.bound, plan.gap, plan.status) == (plan.objective, 0, "optimal")


@FEW
@given(questions(), st.sampled_from([0.0, 0.3, 1.0]))
def test_backup(question, share):
    cost, weights, p, fixed = question
    near = cost <= RADIUS

    def value(sites):
        times = near[:, sites].sum(axis=1)
        return share * weights[times >= 1].sum() + (1 - share) * weights[times >= 2].sum()

    plan = backup_coverage(cost, weights, p, RADIUS, fixed, once_share=share)
    is_proven(plan, max(value(sites) for sites in subsets(cost, [p], fixed)))
    assert len(plan.sites) == p and set(fixed) <= set(plan.sites)
    assert plan.objective == pytest.approx(value(list(plan.sites)))
    if share == 1 and plan.objective > 0:  # maximal cover refuses demand that nobody reaches at all
        assert plan.objective == pytest.approx(max_coverage(cost, weights, p, RADIUS, fixed).objective)


@FEW
@given(questions(most_rows=5, most_candidates=4), st.data())
def test_capacity(question, data):
    cost, weights, p, fixed = question
    m = cost.shape[1]
    room = np.array(data.draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 4.5]), min_size=m, max_size=m)))
    plan = capacitated_coverage(cost, weights, p, RADIUS, room, fixed)
    best = 0.0
    for sites in subsets(cost, [p], fixed):
        for served in itertools.product([-1, *sites], repeat=len(cost)):
            load = np.zeros(m)
            for row, at in enumerate(served):
                if at >= 0:
                    load[at] += weights[row] if cost[row, at] <= RADIUS else math.inf
            if (load <= room).all():
                best = max(best, sum(weights[row] for row, at in enumerate(served) if at >= 0))
    is_proven(plan, best)
    assert len(plan.sites) == p and set(fixed) <= set(plan.sites)
    load = np.zeros(m)
    for row, at in enumerate(plan.assignment):
        if at >= 0:
            assert at in plan.sites and cost[row, at] <= RADIUS
            load[at] += weights[row]
    assert (load <= room + 1e-9).all() and load.sum() == pytest.approx(plan.objective)


@FEW
@given(questions(), st.data())
def test_budget(question, data):
    cost, weights, p, fixed = question
    m = cost.shape[1]
    price = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=m, max_size=m)))
    budget = data.draw(st.sampled_from([0.0, 1.0, 3.0, 6.0, 100.0]))
    most = data.draw(st.sampled_from([None, p]))
    if price[fixed].sum() > budget or (not fixed and price.min() > budget):
        with pytest.raises(SitingError, match=f"The budget of {budget:g} does not suffice"):
            budget_coverage(cost, weights, RADIUS, price, budget, fixed, p=most)
        return
    plan = budget_coverage(cost, weights, RADIUS, price, budget, fixed, p=most)
    choices = [sites for sites in subsets(cost, range((most or m) + 1), fixed) if price[sites].sum() <= budget]
    is_proven(plan, max(weights[(cost[:, sites] <= RADIUS).any(axis=1)].sum() for sites in choices))
    assert price[list(plan.sites)].sum() <= budget and set(fixed) <= set(plan.sites)


@FEW
@given(questions(), st.data())
def test_two_sides(question, data):
    cost, weights, p, _ = question
    m = cost.shape[1]
    couples = np.array(list(itertools.combinations(range(m), 2)))
    couples = couples[data.draw(st.lists(st.integers(0, len(couples) - 1), min_size=1, max_size=6, unique=True))]
    p, fixed = min(p, len(couples)), data.draw(st.sampled_from([[], [0]]))
    price = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=m, max_size=m)))
    choices = []
    for rows in itertools.combinations(range(len(couples)), p):
        sites = couples[list(rows)].ravel()
        if set(fixed) <= set(rows) and len(set(sites)) == 2 * p and price[sites].sum() <= 4:
            choices.append(weights[(cost[:, sites] <= RADIUS).any(axis=1)].sum())
    if not choices:
        with pytest.raises(SitingError, match=r"pairs that share no office within the budget|does not suffice"):
            two_sided_coverage(cost, weights, couples, p, RADIUS, fixed, site_costs=price, budget=4.0)
        return
    plan = two_sided_coverage(cost, weights, couples, p, RADIUS, fixed, site_costs=price, budget=4.0)
    is_proven(plan, max(choices))
    assert len(plan.pairs) == p and set(fixed) <= set(plan.pairs)
    assert sorted(couples[list(plan.pairs)].ravel().tolist()) == list(plan.sites)


@FEW
@given(questions(most_rows=5, most_candidates=5), st.data())
def test_pairs_beside_what_stands(question, data):
    """Standing sites count in no p and cost nothing; a new office may face one of them; room and money hold for all."""
    cost, weights, _, _ = question
    m = cost.shape[1]
    couples = np.array(list(itertools.combinations(range(m), 2)))
    couples = couples[data.draw(st.lists(st.integers(0, len(couples) - 1), min_size=1, max_size=4, unique=True))]
    standing = data.draw(st.lists(st.integers(0, m - 1), max_size=1))
    price = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0]), min_size=m, max_size=m)))
    room = data.draw(st.sampled_from([None, np.full(m, 1.0), np.full(m, 3.25)]))
    p, budget = data.draw(st.sampled_from([1, 2])), 3.0
    p, must = min(p, len(couples)), [int(at) for at in couples[-1, :1]] if p == 2 else []
    bought = np.where(np.isin(np.arange(m), standing), 0.0, price)
    best = -1.0
    for rows in itertools.chain.from_iterable(itertools.combinations(range(len(couples)), n) for n in range(p + 1)):
        taken = couples[list(rows)].ravel()
        if len(set(taken.tolist())) < 2 * len(rows) or bought[taken].sum() > budget or not set(must) <= set(taken.tolist()):
            continue
        sites = sorted({*taken.tolist(), *standing})
        served = weights[(cost[:, sites] <= RADIUS).any(axis=1)].sum() if room is None else most_served(cost, weights, sites, room)
        best = max(best, served)
    more = {"standing": standing, "site_costs": price, "budget": budget, "at_most": True, "capacity": room, "must": must}
    if bought[couples].sum(axis=1).min() > budget:
        with pytest.raises(SitingError, match="does not suffice"):
            two_sided_coverage(cost, weights, couples, p, RADIUS, **more)
        return
    if best < 0:
        with pytest.raises(SitingError, match="have what must be there within the budget"):
            two_sided_coverage(cost, weights, couples, p, RADIUS, **more)
        return
    plan = two_sided_coverage(cost, weights, couples, p, RADIUS, **more)
    is_proven(plan, best)
    assert set(standing) <= set(plan.sites) == {*couples[list(plan.pairs)].ravel().tolist(), *standing}


def most_served(cost, weights, sites, room):
    best = 0.0
    for served in itertools.product([-1, *sites], repeat=len(cost)):
        load = np.zeros(cost.shape[1])
        for row, at in enumerate(served):
            if at >= 0:
                load[at] += weights[row] if cost[row, at] <= RADIUS else math.inf
        if (load <= room).all():
            best = max(best, load.sum())
    return best


@FEW
@given(questions(most_rows=4, most_candidates=4), st.data())
def test_money_beside_room_and_beside_a_second_cover(question, data):
    cost, weights, p, fixed = question
    m = cost.shape[1]
    price = np.array(data.draw(st.lists(st.sampled_from([0.0, 1.0, 2.0, 5.0]), min_size=m, max_size=m)))
    if price[fixed].sum() > 3 or (not fixed and price.min() > 3):
        return
    choices = [sites for sites in subsets(cost, range(p + 1), fixed) if price[sites].sum() <= 3]
    plan = capacitated_coverage(cost, weights, p, RADIUS, np.full(m, 2.0), fixed, site_costs=price, budget=3.0)
    is_proven(plan, max(most_served(cost, weights, sites, np.full(m, 2.0)) for sites in choices))
    twice = backup_coverage(cost, weights, p, RADIUS, fixed, site_costs=price, budget=3.0)
    is_proven(twice, max(weights[(cost[:, sites] <= RADIUS).sum(axis=1) >= 2].sum() for sites in choices))
    assert price[list(plan.sites)].sum() <= 3 and price[list(twice.sites)].sum() <= 3


def test_one_site_in_reach_is_not_half_of_a_backup():
    near = np.array([[1, 1, 1, 0], [0, 0, 0, 1]], bool)
    plan = backup_coverage(np.where(near, 1.0, 9.0), [0.25, 1.0], 2, RADIUS)
    assert (plan.objective, plan.status) == (0.25, "optimal") and 3 not in plan.sites


def test_a_budget_alone_buys_as_many_pairs_as_it_pays_for():
    cost = np.where(np.eye(6, dtype=bool), 0.0, np.inf)
    plan = two_sided_coverage(cost, np.ones(6), [[0, 1], [2, 3], [4, 5]], None, 1.0, site_costs=[1, 1, 9, 9, 2, 2], budget=6.0)
    assert (plan.pairs, plan.sites, plan.objective) == ((0, 2), (0, 1, 4, 5), 4)
    without = two_sided_coverage(cost, np.ones(6), [[0, 1], [2, 3], [4, 5]], 2, 1.0, excluded={4: "mines"})
    assert (without.pairs, without.excluded) == ((0, 1), ((4, "mines"),))


COST, ONES = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), np.ones(2)
BAD = {
    "share": (lambda: backup_coverage(COST, ONES, 1, 2, once_share=1.5), "once_share came as 1.5"),
    "a capacity too few": (lambda: capacitated_coverage(COST, ONES, 1, 2, [1, 2]), "one for each of the 3 candidates"),
    "negative capacity": (lambda: capacitated_coverage(COST, ONES, 1, 2, [1, 2, -3]), "Candidate 2: the capacity is -3"),
    "unbounded budget": (lambda: budget_coverage(COST, ONES, 2, [1, 2, 3], math.inf), "budget came as inf"),
    "negative budget": (lambda: budget_coverage(COST, ONES, 2, [1, 2, 3], -1), "budget came as -1"),
    "budget for nothing": (lambda: budget_coverage(COST, ONES, 2, [4, 2, 3], 1), "the cheapest, candidate 1, costs 2"),
    "budget for less than stands": (lambda: budget_coverage(COST, ONES, 2, [4, 2, 3], 6, [0, 2]), "what is fixed costs 7"),
    "site cost not known": (lambda: budget_coverage(COST, ONES, 2, [1, math.nan, 3], 9), "Candidate 1: the cost of a site is nan"),
    "pair of nobody": (lambda: two_sided_coverage(COST, ONES, [[0, 1], [2, 3]], 1, 2), "Pair 1 names candidate 3"),
    "pair with itself": (lambda: two_sided_coverage(COST, ONES, [[0, 1], [2, 2]], 1, 2), "Pair 1 is candidate 2 twice"),
    "pairs of three": (lambda: two_sided_coverage(COST, ONES, [[0, 1, 2]], 1, 2), "wanted are whole numbers .pairs, 2."),
    "pairs that share an office": (lambda: two_sided_coverage(COST, ONES, [[0, 1], [1, 2]], 2, 2), "no 2 pairs that share no office"),
    "no end to the choice": (lambda: two_sided_coverage(COST, ONES, [[0, 1]], None, 2), "Neither p nor a budget"),
    "budget without prices": (lambda: two_sided_coverage(COST, ONES, [[0, 1]], 1, 2, budget=3.0), "A budget came without site_costs"),
}


@pytest.mark.parametrize("case", BAD)
def test_it_is_refused_in_one_sentence(case):
    ask, said = BAD[case]
    with pytest.raises(SitingError, match=said) as caught:
        ask()
    assert "\n" not in str(caught.value) and str(caught.value).endswith(".")


def test_room_for_rows_of_very_different_weight():
    cost = [[3e-3, 3e-5, 8e-6, 8e-4], [4e-3, 1e-5, 4e-6, 3e-4], [3e-3, 6e-5, 8e-6, 3e-4]]
    for room in ([3000.0, 5700.0, 20.0, 800.0], [6000.0, 1e-7, 0.03, 0.01], [5.0, 0.0, 1e-6, 8300.0]):
        for weights in ([2e-7, 0.038, 8215.5], [8215.5, 8215.5, 1e-6]):
            plan = capacitated_coverage(cost, weights, 2, 1, room)
            is_proven(plan, most_handed_out(np.array(weights), np.array(room), 2))


def most_handed_out(weights, room, p):
    """The most that p sites in reach of every row serve, each row whole, over every way to hand rows out."""
    choices = itertools.product(range(-1, len(room)), repeat=len(weights))
    loads = ([sum(w for w, by in zip(weights, choice, strict=True) if by == site) for site in range(len(room))] for choice in choices)
    return max(sum(load) for load in loads if sum(one > 0 for one in load) <= p and np.all(np.array(load) <= room * (1 + 1e-9)))
