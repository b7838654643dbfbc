"""`python -m etl plan`: a question in a file, the plan and its map kept in the data folder."""

import json
import shutil
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.planning import make_plan
from geodata.jobs import Cancelled
from geodata.settings import Settings


@pytest.fixture(scope="module")
def data(tmp_path_factory, places_cache):
    folder = tmp_path_factory.mktemp("planning") / "data"
    shutil.copytree(places_cache, folder / "cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANJ_DATA", str(folder))
        assert main(["demo", "--events", "400", "--seed", "1"]) == 0
        yield folder


def asked(folder, text, name="three"):
    file = folder / f"{name}.toml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_a_plan_is_proven_kept_and_the_same_the_next_time(data, tmp_path, capsys):
    file = asked(tmp_path, 'new = 2\nhours = 3\nscenario = "winter"\ndraws = 4\n')
    assert main(["plan", file]) == 0
    said = capsys.readouterr().out
    assert said.startswith("DEMONSTRATION")
    assert "optimal, gap 0.00%" in said
    kept = data / "plans" / "three.plan.json"
    plan = json.loads(kept.read_bytes())
    assert plan["is_demonstration"] is True
    assert len(plan["recorded"]["new"]) == 2
    assert sum(plan["recorded"]["points_by_site"].values()) == pytest.approx(plan["recorded"]["covered"], rel=1e-6)
    assert plan["covered_by_existing"] <= plan["curve"][0]["covered"] <= plan["recorded"]["covered"] * (1 + 1e-9)
    drawn = json.loads((data / "plans" / "three.geojson").read_bytes())
    roles = [one["properties"]["role"] for one in drawn["features"]]
    assert roles.count("new") == 2
    assert roles.count("demand") == plan["demand"]["places"]
    before = kept.read_bytes()
    assert main(["plan", file]) == 0
    assert "the same as before" in capsys.readouterr().out
    assert kept.read_bytes() == before


def test_winter_never_covers_more_than_summer(data, tmp_path):
    covered = {}
    for scenario in ("summer", "winter"):
        assert main(["plan", asked(tmp_path, f'new = 1\nhours = 3\ndraws = 0\nscenario = "{scenario}"\n', scenario)]) == 0
        covered[scenario] = json.loads((data / "plans" / f"{scenario}.plan.json").read_bytes())["recorded"]["covered"]
    assert covered["winter"] <= covered["summer"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("new = ", "is no TOML"),
        ("offices = 3\n", "'offices', which is no field"),
        ('scenario = "monsoon"\n', "no road scenario 'monsoon'"),
        ("new = 4000\n", "new came as 4000"),
        ('draw_scenarios = ["monsoon"]\n', "no road scenario 'monsoon'"),
        ("budget = inf\ncosts = {all = 1}\n", "budget came as inf; wanted is an amount of money that is not unbounded"),
        ("new = 0\n", "new came as 0"),
        ("two_sided = true\nmodel = 'p_median'\n", "model 'p_median' knows no two_sided"),
        ('[excluded]\nnowhere = "no road"\n', "excluded names 'nowhere'"),
        ('countries = ["TJK"]\nfirst = "1991-01"\nlast = "1991-02"\nweights = {seizures = 1.0}\n', "There is no demand"),
    ],
)
def test_what_cannot_be_planned_is_one_sentence(data, tmp_path, text, said, capsys):
    assert main(["plan", asked(tmp_path, text)]) == 2
    problem = capsys.readouterr().err.strip().splitlines()[-1]
    assert said in problem


def test_a_file_that_is_not_there_is_one_sentence(data, tmp_path, capsys):
    assert main(["plan", str(tmp_path / "no.toml")]) == 2
    assert "was not found" in capsys.readouterr().err


PAIRS = """
new = 1
two_sided = true
hours = 3
draws = 2
budget = 5
[costs]
all = 2
[weights]
hot = 30
corridors = 30
crossing_hours = 10
seizures = 30
"""


def test_pairs_that_money_pays_for_are_told_with_what_they_rest_on(data, tmp_path, capsys):
    assert main(["plan", asked(tmp_path, PAIRS, "pairs")]) == 0
    said = capsys.readouterr().out
    plan = json.loads((data / "plans" / "pairs.plan.json").read_bytes())
    (pair,), sites = plan["recorded"]["pairs"], plan["sites"]
    assert {sites[id]["country_iso3"] for id in pair} == {"TJK", "AFG"}
    assert plan["recorded"]["cost"] == 4 <= plan["question"]["budget"] and "costs 4 of 5" in said
    told = next(one for one in plan["two_sided"]["pairs"] if one["sites"] == pair)
    assert told["why"] and f"a pair at {told['crossing']}" in said
    assert [one["kind"] for one in plan["demand"]["formula"]] == ["corridors", "crossing_hours", "hot", "seizures"]
    assert {one["scenario"] for one in plan["scenarios"]} >= {"summer", "winter", "borders-closed"}
    assert all(one["best"] >= one["covered"] - 1e-6 for one in plan["scenarios"])
    assert {one["what"] for one in plan["draws"]["varied"]} == {"positions", "weights", "reports", "months", "speed", "scenario", "bias"}


def test_a_kept_plan_is_asked_again_and_says_what_it_was_made_from(data, tmp_path, capsys):
    assert main(["plan", asked(tmp_path, "new = 1\nhours = 3\ndraws = 3\n", "kept")]) == 0
    kept = data / "plans" / "kept.plan.json"
    before = kept.read_bytes()
    capsys.readouterr()
    assert main(["plan", str(kept)]) == 0
    said = capsys.readouterr().out
    assert "the same as before, byte for byte" in said and "Asked again of the events, roads and code that the plan was made from." in said
    assert "differ" not in said and kept.read_bytes() == before
    elsewhere = tmp_path / "from a colleague.plan.json"
    elsewhere.write_bytes(before.replace(b'"store": "', b'"store": "x'))
    assert main(["plan", str(elsewhere)]) == 0
    said = capsys.readouterr().out
    assert "The events differ from what the plan was made from: x" in said and "kept in" in said
    assert kept.read_bytes() == before, "nobody's plan is written over"
    changed = json.loads(before)
    changed["recorded"]["new"] = []
    kept.write_text(json.dumps(changed), encoding="utf-8")
    assert main(["plan", str(kept)]) == 0
    assert "kept-again.plan.json" in capsys.readouterr().out
    assert json.loads(kept.read_bytes())["recorded"]["new"] == [], "what came out otherwise lies beside it"
    assert (data / "plans" / "kept-again.plan.json").read_bytes() == before


@pytest.mark.parametrize(("text", "said"), [("{", "is no plan that was kept"), ("{}", "holds no question"), ("[]", "holds no question")])
def test_a_file_that_is_no_kept_plan_is_one_sentence(data, tmp_path, text, said, capsys):
    file = tmp_path / "broken.plan.json"
    file.write_text(text, encoding="utf-8")
    assert main(["plan", str(file)]) == 2
    assert said in capsys.readouterr().err


def test_two_questions_side_by_side_say_what_the_change_costs(data, tmp_path, capsys):
    one, two = (asked(tmp_path, f"new = {new}\nhours = 3\ndraws = 0\n", f"of {new}") for new in (1, 2))
    assert main(["plan", one, "--beside", two]) == 0
    said = capsys.readouterr().out
    assert "of the demand of of 2, at their own 3 h, summer" in said  # of 1's offices are not asked anew under the question of 2
    assert "of 2 beside of 1:" in said and "asked otherwise: new 1 -> 2" in said and "only in of 2:" in said


def test_whoever_stops_a_plan_leaves_nothing_of_it(data, tmp_path):
    settings, told = Settings.from_environment({"PANJ_DATA": str(data)}), []

    def stops(step, done, of):
        told.append(step)
        if step == "draws" and done == 2:
            raise Cancelled("stopped")

    file = asked(tmp_path, "new = 1\nhours = 3\ndraws = 50\n", "stopped")
    with pytest.raises(Cancelled):
        make_plan(settings, Path(file), stops)
    assert not list((data / "plans").glob("stopped*"))
    assert list(dict.fromkeys(told)) == ["reading", "ways", "plan", "curve", "nearly", "scenarios", "draws"]
