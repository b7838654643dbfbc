"""Draws: the same seed, the same draws; what they vary is what they say; and they speak of the plan that was made."""

import dataclasses

import numpy as np
import pytest
from scipy.sparse import csr_array

from layers.planning.answer import answer
from layers.planning.demand import points
from layers.planning.draws import CORRECTED, RECORDED, draw
from layers.planning.models import Model
from layers.planning.records import drawn_amounts, spread_amounts
from tests.layers.planning.asking import N_EVENTS, N_EXISTING, N_PLACES, N_SITES, asked, nobody_hears, one_cell_each


def drawn(n, seed=1, **more):
    question, sites, demand, hours = asked(seed, draws=n, **more)
    model = Model(question, sites)
    plan = model.plan(points(question.weights, demand.amounts), hours["summer"])
    return draw(model, plan, demand, hours, lambda done, of: None)


def test_the_mean_of_many_draws_of_positions_is_the_spread_of_the_footprints():
    _, _, demand, _ = asked()
    once, rng = np.ones(N_EVENTS, np.int64), np.random.default_rng(1)
    spread = spread_amounts(demand.records, N_PLACES).recorded
    many = [drawn_amounts(demand.records, N_PLACES, once, rng).recorded for _ in range(2000)]
    for kind in ("seizures", "kg", "incidents"):
        mean = np.mean([one[kind] for one in many], axis=0)
        assert mean == pytest.approx(spread[kind], abs=0.25 if kind == "kg" else 0.1)
        assert all(one[kind].sum() == pytest.approx(spread[kind].sum()) for one in many[:20]), "a draw loses nothing"


def test_an_event_that_is_placed_exactly_stays_where_it_is():
    _, _, demand, _ = asked()
    which = np.arange(N_EVENTS) % N_PLACES
    records = dataclasses.replace(demand.records, shapes=one_cell_each(N_PLACES), which=which)
    again = np.arange(N_EVENTS) % 3
    found = drawn_amounts(records, N_PLACES, again, np.random.default_rng(4)).recorded
    assert found["kg"] == pytest.approx(np.bincount(which, again * records.kg, N_PLACES))


def test_shares_are_drawn_as_they_are_said_to_be():
    _, _, demand, _ = asked()
    shapes = csr_array(np.array([[0.9, 0.1, 0.0], [0.0, 0.25, 0.75]]))
    which = np.repeat([0, 1], N_EVENTS // 2)
    records = dataclasses.replace(demand.records, shapes=shapes, which=which, row=np.arange(3), kg=np.ones(N_EVENTS))
    found = drawn_amounts(records, 3, np.full(N_EVENTS, 1000), np.random.default_rng(5)).recorded["kg"] / (N_EVENTS / 2 * 1000)
    assert found == pytest.approx([0.9, 0.35, 0.75], abs=0.01)


def test_the_same_seed_gives_the_same_draws_and_more_of_them_do_not_change_the_first():
    few, again, many, other = drawn(6), drawn(6), drawn(20), drawn(6, seed=1)
    assert few.regret.tolist() == again.regret.tolist() == other.regret.tolist() == many.regret[:6].tolist()
    assert few.chosen.tolist() == again.chosen.tolist()
    question, sites, demand, hours = asked(draws=6)
    model = Model(dataclasses.replace(question, seed=7), sites)
    plan = model.plan(points(question.weights, demand.amounts), hours["summer"])
    assert draw(model, plan, demand, hours, lambda done, of: None).regret.tolist() != few.regret.tolist()


def test_shares_add_up_and_each_group_of_draws_is_told_apart():
    found = drawn(40)
    assert found.n == 40 and found.unsolved == 0
    assert found.chosen[:N_EXISTING].tolist() == [1, 1] and found.chosen.sum() == pytest.approx(N_EXISTING + 2)
    assert found.draws_by[RECORDED] == found.draws_by[CORRECTED] == 20
    assert found.draws_by["summer"] + found.draws_by["winter"] == 40 and min(found.draws_by["summer"], found.draws_by["winter"]) > 5
    halves = (found.chosen_by[RECORDED] + found.chosen_by[CORRECTED]) / 2
    assert found.chosen == pytest.approx(halves)
    assert (found.regret >= 0).all() and found.is_best == pytest.approx((found.regret == 0).mean())
    assert ((found.share_covered > 0) & (found.share_covered <= 1)).all()


def test_what_varies_alone_is_all_that_varies():
    found = drawn(100)
    assert [one.what for one in found.alone] == [one.what for one in found.varied]
    assert all(one.n == 10 and 0 <= one.is_best <= 1 and one.regret >= 0 for one in found.alone)
    alone = {one.what: one for one in found.alone}
    question, sites, demand, hours = asked()
    model = Model(question, sites)
    plan = model.plan(points(question.weights, demand.amounts), hours["summer"])
    # Bias alone is demand corrected by presence and nothing else; the scenario alone is recorded demand in the other one.
    for what, weights, scenario in (
        ("bias", points(question.weights, demand.amounts, demand.detected), "summer"),
        ("scenario", points(question.weights, demand.amounts), "winter"),
    ):
        best = model.plan(weights, hours[scenario]).objective
        assert alone[what].regret == pytest.approx(1 - model.value(plan.sites, weights, hours[scenario]) / best)
        assert alone[what].is_best in (0, 1)


def test_a_site_that_reaches_everything_is_chosen_in_every_draw():
    question, sites, demand, hours = asked(draws=10)
    for there in hours.values():
        there[:, 5] = 0.1
    found = answer(question, sites, demand, hours, nobody_hears)
    assert found.draws is not None and found.draws.chosen[5] == 1 and found.draws.is_best == 1
    assert [one.share for one in found.regrets] == [0, 0]


def test_a_draw_without_an_answer_is_counted_as_that():
    question, sites, demand, hours = asked(draws=8)
    hours["winter"] = np.full((N_PLACES, N_SITES), np.inf)
    found = answer(question, sites, demand, hours, nobody_hears)
    assert found.draws is not None and 0 < found.draws.unsolved < 8 and found.draws.n == 8 - found.draws.unsolved
    winter = found.regrets[1]
    assert winter.covered == 0 and np.isnan(winter.share)


def test_regret_is_what_a_plan_loses_where_another_one_is_better():
    question, sites, demand, hours = asked(new=1)
    hours["winter"] = np.roll(hours["summer"], 3, axis=1)
    hours["winter"][:, :N_EXISTING] = 9
    found = answer(question, sites, demand, hours, nobody_hears)
    own, other = found.regrets
    assert (own.scenario, own.regret, own.covered) == ("summer", 0, pytest.approx(found.recorded.objective))
    best = max(found.demand[(hours["winter"][:, [0, 1, site]] <= 2).any(axis=1)].sum() for site in range(N_EXISTING, N_SITES))
    mine = found.demand[(hours["winter"][:, list(found.recorded.sites)] <= 2).any(axis=1)].sum()
    assert other.best == pytest.approx(best) and other.covered == pytest.approx(mine) and other.share == pytest.approx(1 - mine / best)


def test_progress_is_told_in_stages_that_end():
    told = []
    answer(*asked(draws=3), lambda *one: told.append(one))
    stages = list(dict.fromkeys(step for step, _, _ in told))
    assert stages == ["plan", "curve", "nearly", "scenarios", "draws"]
    for stage in stages:
        last = [(done, of) for step, done, of in told if step == stage][-1]
        assert last[0] == last[1]


def test_whoever_stops_it_stops_it_between_two_draws():
    class Stopped(Exception):
        pass

    def stops(step, done, of):
        if step == "draws" and done == 2:
            raise Stopped

    with pytest.raises(Stopped):
        answer(*asked(draws=500), stops)
