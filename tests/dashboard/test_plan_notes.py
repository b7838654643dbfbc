"""What stands beside a plan's numbers: how firm, exchanges at no loss, what serves nothing, reports, kinds of which there is none."""

from itertools import pairwise

import pytest

from dashboard.answers import plan_notes, plan_sheet
from dashboard.answers.plan_question import lines
from dashboard.language import LANGUAGES, language
from dashboard.maps import plan_map

SAY = language("en")
NAMED = {"a": "Alpha", "b": "Beta", "c": "Gamma"}


def plan(**other):
    return {
        "question": {"two_sided": True, "countries": ["TJK"], "first": "2019-02", "last": "", "new": 1, "model": "max_coverage"},
        "recorded": {"new": ["a", "b"], "points_by_site": {"a": 0.0, "b": 2.0}},
        "sites": {"a": {"country_iso3": "AFG"}, "b": {"country_iso3": "TJK"}, "c": {"country_iso3": "AFG"}},
        "draws": {"is_best": 0.68, "n": 200},
        "scenarios": [{"scenario": "summer", "share": 0.0}, {"scenario": "winter", "share": 0.123}],
        "nearly": [],
        "demand": {"events": 8077, "events_without_place": 169, "formula": []},
    } | other


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, "This plan is the best in 68 % of 200 draws and loses 12.3 % in the worst scenario: Winter."),
        ({"scenarios": [{"scenario": "winter", "share": 0.0}]}, "68 % of 200 draws and loses nothing in any of 1 scenarios"),
        ({"draws": None}, "Nothing was drawn. In the worst scenario this plan loses 12.3 %: Winter."),
        ({"scenarios": []}, "This plan is the best in 68 % of 200 draws."),
        ({"scenarios": [{"scenario": "winter", "share": None}], "draws": None}, ""),
    ],
)
def test_how_firm_is_draws_and_the_worst_scenario(other, said):
    told = plan_notes.firmness(plan(**other), SAY)
    assert said in told and bool(said) == bool(told)


def test_only_what_loses_nothing_can_be_exchanged():
    nearly = [{"loss": loss, "gained": ["c"], "lost": ["a"]} for loss in (0.0004, 0.0006)]
    assert plan_notes.exchanges(plan(nearly=nearly), NAMED, SAY) == ["Alpha can be exchanged for Gamma at no loss."]
    assert "There may be more" in plan_notes.exchanges(plan(nearly=nearly[:1] * 4), NAMED, SAY)[-1]
    assert plan_notes.exchanges(plan(nearly=nearly[1:]), NAMED, SAY) == []


def test_the_other_half_of_a_pair_is_told_from_what_something_nearer_serves():
    (half,) = plan_notes.serving_nothing(plan(), NAMED, SAY)
    assert half.startswith("Alpha: 0 %, because demand is counted in Tajikistan only.") and "pair" in half
    told = plan()
    told["question"]["two_sided"] = False
    (idle,) = plan_notes.serving_nothing(told, NAMED, SAY)
    assert "another office is nearer" in idle and "pair" not in idle


def test_reports_say_how_many_where_and_when_and_what_there_is_none_of():
    one = {"unit": "events", "places": 3, "points": 60.0, "kind": "seizures", "amount": 154.64}
    told = plan(
        demand={"events": 8077, "events_without_place": 169, "formula": [one, {**one, "kind": "incidents", "places": 0, "amount": 0.0}]}
    )
    said = plan_notes.reports(told, SAY)
    assert all(words in said for words in ("8,077", "169", "154.6", "Tajikistan", "from Feb\u00a02019", "other countries"))
    (empty,) = plan_notes.empty_kinds(told, SAY)
    assert "other recorded incidents" in empty and "60 points" in empty
    assert "all months" in plan_notes.reports(told | {"question": {"countries": ["TJK"]}}, SAY)


@pytest.mark.parametrize("code", LANGUAGES)
def test_pairs_are_counted_as_pairs(code):
    say, told = language(code), plan()["question"]
    assert say(plan_sheet.curve_title(told)) == say("plan.curve_pairs") != say("plan.curve")
    assert (say("plan.new_pairs"), "1") in lines(told, NAMED, say)


def test_each_shade_of_the_key_is_twice_the_one_before_up_to_the_most():
    cells = [{"properties": {"role": "demand", "kind": "cell", "id": str(value), "points": value}} for value in (0.0, 0.3, 6.4)]
    shades = plan_map.shades({"features": cells})
    assert shades[-1][1] == 6.4 and len(shades) == 7
    assert all(after == 2 * before for (_, before), (_, after) in pairwise(shades))
    assert plan_map.shades({"features": cells[:1]}) == []
