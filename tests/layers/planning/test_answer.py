import dataclasses
import itertools
import json

import numpy as np
import pandas as pd
import pytest

from layers.planning.answer import answer
from layers.planning.demand import Demand, points
from layers.planning.question import PlanningError, Question, read_question
from layers.planning.saved import as_bytes, as_record
from layers.planning.sites import Sites

N_PLACES, N_SITES, N_EXISTING = 30, 9, 2


def nobody_hears(what: str, done: int, of: int) -> None:
    assert 0 <= done <= of, what


def asked(seed: int = 1, **more):
    """A question with 30 places of demand, two offices that stand and seven candidates."""
    rng = np.random.default_rng(seed)
    question = Question("x", **({"new": 2, "hours": 2.0, "draws": 0} | more))
    event = np.repeat(np.arange(60), 2)
    row, amount = rng.integers(0, N_PLACES, 120), np.full(120, 0.5)
    amounts = {kind: np.bincount(row, amount, N_PLACES) for kind in ("seizures", "kg", "incidents")}
    amounts |= {"crossings": (np.arange(N_PLACES) % 7 == 0).astype(float), "districts": (np.arange(N_PLACES) % 11 == 0).astype(float)}
    table = pd.DataFrame({"id": [f"d{k}" for k in range(N_PLACES)], "kind": "cell", "lon": 69.0, "lat": 38.0, "country_iso3": "TJK"})
    demand = Demand(table, amounts, dict.fromkeys(("seizures", "kg", "incidents"), (row, event, amount)), 60, 3)
    names = [f"s{k}" for k in range(N_SITES)]
    sites = pd.DataFrame({"id": names, "kind": "bcp", "name_en": names, "country_iso3": "TJK", "lon": 69.0, "lat": 38.0})
    sites = sites.assign(name_ru=sites["name_en"], name_tg=None, status="open")
    hours = rng.uniform(0, 6, (N_PLACES, N_SITES))
    hours[4] = np.inf
    return question, Sites(sites, N_EXISTING, {}), demand, hours, rng.uniform(0, 8, N_PLACES)


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
    question, _, demand, _, to_posts = asked()
    plain = points(question, demand.amounts)
    assert plain.sum() == pytest.approx(sum(question.weights.values()))
    share = question.detect_floor + (1 - question.detect_floor) * np.exp(-to_posts / question.detect_hours)
    corrected = points(question, demand.amounts, share)
    assert corrected.sum() == pytest.approx(plain.sum())
    far = to_posts > 6
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
    found = answer(*asked(new=6), nobody_hears)
    assert found.curve["new"].tolist() == [1, 2, 3, 4, 5, 6]
    assert found.curve["covered"].is_monotonic_increasing
    assert found.curve["covered"].iloc[0] >= found.before


@pytest.mark.parametrize("model", ["max_coverage", "p_median", "p_centre"])
def test_every_model_keeps_what_is_locked_and_leaves_what_is_excluded(model):
    question, sites, demand, hours, to_posts = asked(model=model, locked=("s7",))
    sites = sites._replace(excluded={3: "no road"})
    found = answer(question, sites, demand, hours, to_posts, nobody_hears)
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
        ({"weights": {"gold": 1}}, "weights.gold"),
        ({"weights": {"seizures": -1}}, "weights.seizures"),
        ({"weights": {"seizures": 0}}, "weights came as"),
        ({"candidates": ["pub"]}, "candidates"),
        ({"excluded": {"s3": " "}}, "excluded.s3"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_sentence_that_names_the_field(told, said):
    with pytest.raises(PlanningError) as problem:
        read_question(told, "x")
    assert said in str(problem.value)
    assert "\n" not in str(problem.value)


@pytest.mark.parametrize(
    ("more", "said"),
    [({"new": 8}, "only 7 candidates"), ({"new": 1, "locked": ("s4", "s5")}, "2 sites are locked"), ({"locked": ("moon",)}, "'moon'")],
)
def test_more_than_there_is_is_refused(more, said):
    with pytest.raises(PlanningError, match=said):
        answer(*asked(**more), nobody_hears)
