"""The page of plans: what `etl plan` has kept, on a sheet; nothing of it for outsiders."""

import json
import re
import shutil
from dataclasses import replace

import pytest

from dashboard.app import create_app
from dashboard.language import language
from dashboard.queries import Queries
from etl.__main__ import main
from geodata.settings import Settings
from geodata.store.engine import open_store

PLANS = {
    "summer": "new = 2\nhours = 3\ndraws = 3\n",
    "winter <b>": 'new = 3\nhours = 2\nscenario = "winter"\ndraws = 0\n[excluded]\n"bcp-kokul" = "closed & dark"\n',
}


@pytest.fixture(scope="module")
def planned(generated, tmp_path_factory):
    """The generated store in a folder of its own, with two plans."""
    # The base map is made once for all tests that look at this store.
    assert Queries(generated, open_store(generated, create=False)).ground
    folder = tmp_path_factory.mktemp("plans") / "data"
    shutil.copytree(generated.data, folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANJ_DATA", str(folder))
        for name, text in PLANS.items():
            file = folder / f"{name}.toml"
            file.write_text(text, encoding="utf-8")
            assert main(["plan", str(file)]) == 0
    return Settings.from_environment({"PANJ_DATA": str(folder)})


def server(settings, role="command"):
    mine = replace(settings, role=role)
    return create_app(mine, Queries(mine, open_store(mine, create=False))).server.test_client()


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", " ", page, flags=re.S)))


@pytest.mark.parametrize("code", ["en", "ru", "tg"])
def test_a_plan_is_told_in_three_languages_with_its_map_and_proof(planned, code):
    answer = server(planned).get(f"/{code}/plan/sheet?name=summer")
    page = answer.get_data(as_text=True)
    told, say = words(page), language(code)
    assert answer.status_code == 200
    assert f'<html lang="{code}">' in page
    assert say("plan.proven") in told
    assert say("plan.demonstration") in told
    assert say("disclaimer.boundaries") in told
    assert told.index(say("plan.head_firm")) < told.index(say("plan.head_best")), "how firm comes before what is best"
    assert not re.search(r"\bNone\b|\bnan\b|\{[a-z]+\}|plan\.[a-z]+_", told)
    kept = json.loads((planned.data / "plans" / "summer.plan.json").read_bytes())
    for id in kept["recorded"]["new"]:
        site = kept["sites"][id]
        assert (site[f"name_{code}"] or site["name_en"]) in told
    assert page.count("data-mark=") == len(kept["recorded"]["new"]), "every new site stands on the map"


def test_the_newest_plan_opens_and_names_are_never_markup(planned):
    page = server(planned).get("/en/plan/sheet").get_data(as_text=True)
    assert "winter &lt;b&gt;" in page
    assert "<b>.toml" not in page
    assert "closed &amp; dark" in page


def test_two_plans_stand_side_by_side_and_say_how_they_differ(planned):
    page = server(planned).get("/en/plan/sheet?name=summer&beside=winter%20%3Cb%3E").get_data(as_text=True)
    assert page.count('<article class="sheet">') == 2
    assert "Only in summer:" in words(page)
    assert "at its own 3 h, Summer" in words(page) and "at its own 2 h, Winter" in words(page)


@pytest.mark.parametrize("name", ["nowhere", "../../etc/passwd", "..%2Fsummer"])
def test_what_is_no_plan_is_a_sentence(planned, name):
    answer = server(planned).get(f"/en/plan/sheet?name={name}")
    assert answer.status_code == 503
    assert "There is no plan called" in answer.get_data(as_text=True)


def test_a_plan_that_is_broken_is_a_sentence(planned):
    file = planned.data / "plans" / "broken.plan.json"
    file.write_text("{", encoding="utf-8")
    try:
        assert "cannot be read" in server(planned).get("/en/plan/sheet?name=broken").get_data(as_text=True)
    finally:
        file.unlink()


def test_without_a_plan_the_page_says_how_to_make_one(real):
    answer = server(real).get("/en/plan/sheet")
    assert answer.status_code == 200
    assert "python -m etl plan" in answer.get_data(as_text=True)


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_not_told_where_nobody_stands(planned, role):
    answer = server(planned, role).get("/en/plan/sheet?name=summer")
    assert answer.status_code == 403
    assert "<" not in answer.get_data(as_text=True)
