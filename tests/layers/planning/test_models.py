"""Every model through a planner's question: what looking at every choice says; and what holds of all of them."""

import itertools
import math

import numpy as np
import pytest
from scipy.optimize import linprog

from layers.planning.answer import answer
from layers.planning.demand import points
from layers.planning.models import Model
from layers.planning.pairs import Pair
from layers.planning.sites import costs_of_sites
from layers.siting import SitingError
from tests.layers.planning.asking import N_EXISTING, N_SITES, asked, nobody_hears

NEW = range(N_EXISTING, N_SITES)
STANDING = tuple(range(N_EXISTING))
PAIRS = [Pair(rows, "gate", "crossing", (0.1, 0.2)) for rows in ((2, 6), (3, 6), (3, 7), (1, 4), (5, 8))]
MODELS = {
    "cover": {},
    "cover, money": {"budget": 3.0, "costs": {"all": 1.0, "s2": 2.0, "s5": 0.5}},
    "cover, room": {"capacity": 30.0},
    "cover, room, money": {"capacity": 30.0, "budget": 3.0, "costs": {"all": 1.0}},
    "backup": {"model": "backup"},
    "backup, money": {"model": "backup", "budget": 3.0, "costs": {"bcp": 1.0}},
    "pairs": {"two_sided": True},
    "pairs, money": {"two_sided": True, "budget": 5.0, "costs": {"all": 1.0, "s6": 4.0}},
    "pairs, room": {"two_sided": True, "capacity": 30.0},
    "pairs, backup": {"two_sided": True, "model": "backup"},
    "median": {"model": "p_median"},
    "centre": {"model": "p_centre"},
    "fewest": {"model": "set_coverage"},
}


def model_of(case, seed=1, **more):
    question, sites, demand, hours = asked(seed, **(MODELS[case] | more))
    model = Model(question, sites, costs_of_sites(question, sites), PAIRS if question.two_sided else ())
    return model, points(question.weights, demand.amounts), hours["summer"]


def choices(model, new):
    """New sites of every choice of at most (with money) or exactly so many."""
    price = np.zeros(N_SITES) if model.price is None else model.price
    what = [pair.rows for pair in model.pairs] or [(site,) for site in NEW]
    for number in range(0 if model.price is not None else new, new + 1):
        for some in itertools.combinations(what, number):
            rows = [row for one in some for row in one]
            sites = sorted({*rows} - {*STANDING})
            if len(rows) == len(set(rows)) and price[sites].sum() <= (model.question.budget or math.inf):
                yield sites


def served(model, weights, hours, sites):
    """The most that these sites serve: of every way to send each place to one of them or to nobody."""
    room, best = model.question.capacity, 0.0
    rows = np.flatnonzero(weights > 0)
    near = [[-1, *(site for site in sites if hours[row, site] <= model.question.hours)] for row in rows]
    for sent in itertools.product(*near):
        load = np.bincount([site for site in sent if site >= 0], weights[rows][np.array(sent) >= 0], N_SITES)
        if (load <= room).all():
            best = max(best, load.sum())
    return best


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", ["cover", "cover, money", "backup", "backup, money", "pairs", "pairs, money", "pairs, backup"])
def test_the_plan_is_the_best_of_all_that_are_allowed(case, seed):
    model, weights, hours = model_of(case, seed)
    plan = model.plan(weights, hours)
    best = max(model.value([*STANDING, *sites], weights, hours) for sites in choices(model, 2))
    assert plan.objective == pytest.approx(best) == pytest.approx(model.value(plan.sites, weights, hours))
    assert (plan.gap, plan.status) == (0, "optimal")
    assert [site for site in plan.sites if site >= N_EXISTING] in list(choices(model, 2))
    if model.pairs:
        assert {*STANDING, *(row for pair in plan.pairs for row in model.pairs[pair].rows)} == set(plan.sites)


@pytest.mark.parametrize("case", ["cover, room", "cover, room, money", "pairs, room"])
def test_with_room_the_plan_serves_the_most_and_nobody_serves_more_than_there_is_room(case):
    model, weights, hours = model_of(case, 2, places=7, new=1)
    plan = model.plan(weights, hours)
    assert plan.objective == pytest.approx(max(served(model, weights, hours, [*STANDING, *sites]) for sites in choices(model, 1)))
    by = model.served_by(plan, hours)
    load = np.bincount(by[by >= 0], weights[by >= 0], N_SITES)
    assert load.max() <= model.question.capacity + 1e-9 and load.sum() == pytest.approx(plan.objective)
    assert plan.objective == pytest.approx(model.value(plan.sites, weights, hours))


@pytest.mark.parametrize("seed", range(3))
def test_fewest_offices_reach_every_place_that_can_be_reached_and_no_fewer_do(seed):
    model, weights, hours = model_of("fewest", seed)
    plan = model.plan(weights, hours)
    wanted = model.reachable(weights, hours)

    def reaches_all(sites):
        return (hours[wanted][:, [*STANDING, *sites]] <= 2).any(axis=1).all()

    new = [site for site in plan.sites if site >= N_EXISTING]
    assert reaches_all(new)
    assert not any(reaches_all(sites) for sites in itertools.combinations(NEW, len(new) - 1))


@pytest.mark.parametrize("case", MODELS)
def test_what_is_locked_is_in_every_plan_and_what_is_excluded_in_none(case):
    question, sites, demand, hours = asked(4, **(MODELS[case] | {"locked": ("s3",), "new": 2, "draws": 5}))
    sites = sites._replace(excluded={8: "mines"})
    pairs = [pair for pair in PAIRS if 8 not in pair.rows] if question.two_sided else ()
    found = answer(question, sites, demand, hours, nobody_hears, pairs)
    every = [found.recorded, found.presence, *(one.plan for one in found.nearly)]
    for plan in every:
        assert {*STANDING, 3} <= set(plan.sites) and 8 not in plan.sites
    assert found.draws is not None and found.draws.chosen[3] == 1 and found.draws.chosen[8] == 0
    for one in found.nearly:
        assert set(one.plan.sites) == (set(found.recorded.sites) | set(one.gained)) - set(one.lost)


@pytest.mark.parametrize("case", [case for case in MODELS if case not in ("median", "centre")])
def test_a_further_site_never_covers_less_and_a_further_number_neither(case):
    small = {"places": 9} if "room" in case else {}
    model, weights, hours = model_of(case, 5, **small)
    plan = model.plan(weights, hours)
    here = model.value(plan.sites, weights, hours)
    for site in set(NEW) - set(plan.sites):
        assert model.value(sorted({*plan.sites, site}), weights, hours) >= here - 1e-9
    steps = [model.plan(weights, hours, new) for new in range(1, 3)]
    assert steps[0].objective <= steps[1].objective + 1e-9


@pytest.mark.parametrize("case", ["cover", "cover, money"])
@pytest.mark.parametrize("seed", range(3))
def test_the_relaxed_question_bounds_the_plan(case, seed):
    model, weights, hours = model_of(case, seed)
    plan = model.plan(weights, hours)
    n, near = len(weights), (hours <= model.question.hours).astype(float)
    price = np.zeros(N_SITES) if model.price is None else model.price
    rows = np.vstack([np.hstack([-near, np.eye(n)]), np.concatenate([np.ones(N_SITES), np.zeros(n)]), np.concatenate([price, np.zeros(n)])])
    limit = np.concatenate([np.zeros(n), [N_EXISTING + 2, model.question.budget]])
    standing = [(1, 1)] * N_EXISTING + [(0, 1)] * (N_SITES - N_EXISTING + n)
    relaxed = linprog(np.concatenate([np.zeros(N_SITES), -weights]), rows, limit, bounds=standing)
    assert plan.objective <= plan.bound + 1e-9 <= -relaxed.fun + 1e-6


def test_room_never_serves_more_than_no_room_and_money_never_covers_more_than_none():
    free, weights, hours = model_of("cover", 3, places=9)
    for case in ("cover, room", "cover, money", "cover, room, money"):
        bound, _, _ = model_of(case, 3, places=9)
        assert bound.plan(weights, hours).objective <= free.plan(weights, hours).objective + 1e-9


def test_money_buys_nothing_that_changes_nothing():
    model, weights, hours = model_of("cover, money", new=0, budget=100.0)
    plan = model.plan(weights, hours)
    for site in set(plan.sites) - set(STANDING):
        assert model.value([one for one in plan.sites if one != site], weights, hours) < plan.objective


def test_a_locked_site_that_no_pair_can_pay_for_is_one_sentence():
    model, weights, hours = model_of("pairs, money", locked=("s8",), budget=1.0)
    with pytest.raises(SitingError, match=r"(does not suffice|have what must be there within the budget)[^\n]*\.$"):
        model.plan(weights, hours)
