"""`python -m etl plan`: a question in a file, the plan and its map kept in the data folder."""

import json
import shutil

import pytest

from etl.__main__ import main


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
