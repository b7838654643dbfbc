import dataclasses
import itertools
import json

import pytest

from layers.planning.answer import answer
from layers.planning.demand import points
from layers.planning.question import PlanningError, read_question
from layers.planning.saved import as_bytes, as_record
from layers.siting import SitingError
from tests.layers.planning.asking import N_EXISTING, N_SITES, asked, nobody_hears


@pytest.mark.parametrize("seed", range(5))
def test_the_plan_is_the_best_of_all_that_there_are(seed):
    found = answer(*asked(seed), nobody_hears)
    for plan, weights in ((found.recorded, found.demand), (found.presence, found.corrected)):
        best = max(
            weights[(found.hours[:, [0, 1, *new]] <= 2).any(axis=1)].sum() for new in itertools.combinations(range(N_EXISTING, N_SITES), 2)
        )
        assert plan.objective == pytest.approx(best)
        assert plan.gap == 0
        assert plan.sites[:2] == (0, 1), "what stands stays"
        assert weights[found.served_by(plan) >= 0].sum() == pytest.approx(best), "what is served adds up to what is covered"
    assert found.flips == (found.recorded.sites != found.presence.sites)


def test_points_add_up_to_what_was_given_out_and_correction_moves_them_to_where_nobody_stands():
    question, _, demand, _ = asked()
    plain = points(question.weights, demand.amounts)
    assert plain.sum() == pytest.approx(sum(question.weights.values()))
    corrected = points(question.weights, demand.amounts, demand.detected)
    assert corrected.sum() == pytest.approx(plain.sum())
    far = demand.detected < 0.25
    assert far.any()
    assert corrected[far].sum() > plain[far].sum()


@pytest.mark.parametrize("seed", range(3))
def test_what_is_nearly_as_good_is_all_that_loses_less_than_one_percent(seed):
    found = answer(*asked(seed, new=3, weights={"crossings": 1.0, "districts": 1.0}), nobody_hears)
    every = {
        (0, 1, *new): found.demand[(found.hours[:, [0, 1, *new]] <= 2).any(axis=1)].sum()
        for new in itertools.combinations(range(N_EXISTING, N_SITES), 3)
    }
    best = max(every.values())
    near = [sites for sites, covered in every.items() if covered >= best * 0.99]
    assert len(found.nearly) == min(5, len(near))
    assert {one.plan.sites for one in found.nearly} <= set(near)
    assert found.nearly[0].plan.objective == pytest.approx(best)
    for one in found.nearly:
        assert one.loss == pytest.approx(1 - every[one.plan.sites] / best, abs=1e-9)


def test_a_further_office_never_covers_less():
    found = answer(*asked(new=3, curve_beyond=9), nobody_hears)
    assert found.curve["new"].tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert found.curve["covered"].is_monotonic_increasing
    assert found.curve["covered"].iloc[0] >= found.before


@pytest.mark.parametrize("model", ["max_coverage", "p_median", "p_centre", "backup"])
def test_every_model_keeps_what_is_locked_and_leaves_what_is_excluded(model):
    question, sites, demand, hours = asked(model=model, locked=("s7",))
    sites = sites._replace(excluded={3: "no road"})
    found = answer(question, sites, demand, hours, nobody_hears)
    for plan in (found.recorded, found.presence):
        assert {0, 1, 7} <= set(plan.sites)
        assert 3 not in plan.sites
        assert len(plan.sites) == N_EXISTING + 2
    assert found.out_of_reach.tolist() == [4]


def test_the_same_question_gives_the_same_bytes_and_another_seed_other_draws():
    one, two, other = (as_bytes(as_record(answer(*drawn(seed), nobody_hears), {"store": "v"})) for seed in (5, 5, 6))
    assert one == two
    assert json.loads(one)["chosen_in_draws"] != json.loads(other)["chosen_in_draws"]
    assert json.loads(one)["recorded"] == json.loads(other)["recorded"]


def drawn(seed):
    question, *rest = asked()
    return (dataclasses.replace(question, draws=30, seed=seed), *rest)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"neu": 3}, "'neu'"),
        ({"new": 0}, "new came as 0"),
        ({"new": "three"}, "new came as 'three'"),
        ({"model": "best"}, "model came as 'best'"),
        ({"hours": -1}, "hours came as"),
        ({"first": "2024-13"}, "first came as '2024-13'"),
        ({"first": "2024-05", "last": "2023-01"}, "first is 2024-05, after last, 2023-01"),
        ({"drugs": ["heroin", "tea"]}, "drugs came as 'tea'; wanted is some of heroin, opium"),
        ({"seed": -1}, "seed came as -1"),
        ({"detect_hours": float("inf")}, "detect_hours came as inf"),
        ({"time_limit_s": float("inf")}, "time_limit_s came as inf"),
        ({"weights": {"gold": 1}}, "weights.gold"),
        ({"weights": {"seizures": -1}}, "weights.seizures"),
        ({"weights": {"seizures": 0}}, "weights came as"),
        ({"candidates": ["pub"]}, "candidates"),
        ({"excluded": {"s3": " "}}, "excluded.s3"),
        ({"new": 0, "budget": 0}, "new came as 0; wanted is a whole number from 1 up, or 0 with a budget"),
        ({"budget": float("inf"), "costs": {"all": 1}}, "budget came as inf; wanted is an amount of money that is not unbounded"),
        ({"budget": 5}, "budget came without costs"),
        ({"costs": {"all": 1}}, "costs came without a budget"),
        ({"costs": {"all": -1}, "budget": 5}, "costs.all came as -1"),
        ({"capacity": -1}, "capacity came as -1"),
        ({"two_sided": "yes"}, "two_sided came as 'yes'"),
        ({"two_sided": True, "model": "p_median"}, "model 'p_median' knows no two_sided"),
        ({"capacity": 3, "model": "p_centre"}, "model 'p_centre' knows no capacity"),
        ({"budget": 3, "costs": {"all": 1}, "model": "set_coverage"}, "model 'set_coverage' knows no budget"),
        ({"capacity": 3, "model": "backup"}, "model 'backup' knows no capacity"),
        ({"two_sided": True, "facing": []}, "two_sided needs a second country"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence_that_names_the_field(told, said):
    with pytest.raises(PlanningError) as problem:
        read_question(told, "x")
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"new": 8}, "only 7 candidates"),
        ({"new": 1, "locked": ("s4", "s5")}, "2 sites are locked"),
        ({"locked": ("moon",)}, "'moon'"),
        (
            {"hours": 1e-6},
            r"No candidate reaches any of the \d+ places of demand within 1e-06 hours: the nearest of them, d\d+, is 0.0 h away",
        ),
        ({"budget": 3.0, "costs": {"s3": 1.0}}, "costs says nothing of s2"),
        ({"budget": 3.0, "costs": {"moon": 1.0}}, "costs names 'moon'"),
        ({"budget": 0.5, "costs": {"all": 1.0}, "locked": ("s3",)}, "what is fixed costs 1"),
    ],
)
def test_more_than_there_is_is_refused(more, said):
    with pytest.raises((PlanningError, SitingError), match=said):
        answer(*asked(**more), nobody_hears)
