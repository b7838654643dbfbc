"""The planning desk past the browser: what it opens with, questions kept, plans solved as jobs, travel times, closures, files, roles."""

import gzip
import io
import json
import shutil
import tomllib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

import dashboard.routes_plan as routes
from dashboard.app import create_app
from dashboard.components.card import content
from dashboard.exports.typeset import FONT, to_png
from dashboard.language import LANGUAGES, language
from dashboard.maps.payload import unpack
from dashboard.queries import Queries
from dashboard.user import User
from etl.__main__ import main
from geodata import jobs, plans
from geodata.errors import BadFile
from geodata.settings import Settings
from geodata.store.engine import open_store
from layers.planning.question import Question, read_question

OWN = {"X-Panj": "1", "Sec-Fetch-Site": "same-origin"}
QUESTION = {"new": 2, "hours": 3.0, "draws": 3, "curve_beyond": 1, "excluded": {"bcp-kokul": "тоҷикӣ: роҳ баста аст"}}
ASKS = ("desk", "listed", "closable", "question?name=one", "kept?name=one", "job?id=x", "hours", "closing?what=bcp-tem")
POSTS = ("solve", "keep", "forget", "stop")


@pytest.fixture(scope="module")
def store(generated, tmp_path_factory):
    """The generated store in a folder of its own."""
    assert Queries(generated, open_store(generated, create=False)).ground
    folder = tmp_path_factory.mktemp("desk") / "data"
    shutil.copytree(generated.data, folder)
    return Settings.from_environment({"PANJ_DATA": str(folder)})


def server(store, role="command"):
    mine = replace(store, role=role)
    return create_app(mine, Queries(mine, open_store(mine, create=False))).server.test_client()


@pytest.fixture(scope="module")
def client(store):
    return server(store)


@pytest.fixture(scope="module")
def solved(store, client):
    """One plan, asked for on the page and made as a job, which runs here and not beside."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(routes, "start", lambda settings, job: None)
        asked = client.post("/tg/data/plan/solve", json={"name": " нақшаи  1 ", "question": QUESTION}, headers=OWN)
        assert asked.status_code == 200, asked.get_data(as_text=True)
        assert asked.json["status"] == "queued"
        patch.setenv("PANJ_DATA", str(store.data))
        assert main(["job", asked.json["id"]]) == 0
    told = client.get(f"/en/data/plan/job?id={asked.json['id']}").json
    assert told["status"] == "done", told["message"]
    assert told["result"]["name"] == "нақшаи 1"
    return client.get("/tg/data/plan/kept", query_string={"name": "нақшаи 1"}).json


def test_the_desk_opens_with_every_office_and_candidate_once_and_says_what_is_wrong(client):
    told = client.get("/en/data/plan/desk").json
    ids = [place["id"] for place in told["places"]]
    assert len(ids) == len(set(ids))
    wrong = {place["id"]: place["wrong"] for place in told["places"] if place["wrong"]}
    assert "no_position" in wrong["bcp-qubodiyon-8th"]
    assert all((place["lon"] is None) == ("no_position" in place["wrong"]) for place in told["places"])
    assert {one for what in wrong.values() for one in what} <= {"no_position", "unsure", "closed", "unknown", "no_road", "beside"}
    assert sum(place["kind"] == "blo" for place in told["places"]) == 13
    assert read_question({key: value for key, value in told["defaults"].items() if key != "name"}, "x") == Question("x")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_desk_is_a_page_in_three_languages(client, code):
    page = client.get(f"/{code}/plan").get_data(as_text=True)
    assert f'<html lang="{code}"' in page
    assert language(code)("generated.banner") in page
    assert language(code)("disclaimer.boundaries") in page


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_answered_nothing(store, solved, role):
    outside = server(store, role)
    paths = ["/en/plan", "/en/plan/sheet", *(f"/en/data/plan/{what}" for what in ASKS), "/en/download/plan.pdf?name=one"]
    refused = [outside.get(path) for path in paths] + [outside.post(f"/en/data/plan/{what}", json={}, headers=OWN) for what in POSTS]
    assert {answer.status_code for answer in refused} == {403}
    assert not any("<" in answer.get_data(as_text=True) for answer in refused)


@pytest.mark.parametrize("what", POSTS)
@pytest.mark.parametrize(
    "headers", [{}, {"X-Panj": "1", "Sec-Fetch-Site": "cross-site"}, {"X-Panj": "1", "Origin": "http://other.example"}]
)
def test_nobody_else_changes_anything(client, what, headers):
    assert client.post(f"/en/data/plan/{what}", json={"name": "x", "question": {}}, headers=headers).status_code == 403


@pytest.mark.parametrize(
    ("name", "question", "said"),
    [
        ("x", {"new": -1}, "new came as -1"),
        ("x", {"model": "magic"}, "model came as 'magic'"),
        ("x", {"weights": {"seizures": -1.0}}, "weights.seizures came as -1"),
        ("x", {"excluded": {"bcp-tem": " "}}, "a reason in words"),
        ("x", {"offices": 3}, "'offices', which is no field"),
        ("x", {"hours": "long"}, "hours came as 'long'"),
        ("", {}, "cannot be called"),
        ("../up", {}, "cannot be called"),
        ("a" * 61, {}, "cannot be called"),
        (".hidden", {}, "cannot be called"),
        ("con", {}, "cannot be called"),
        ("a/b", {}, "cannot be called"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence_before_anything_starts(store, client, name, question, said):
    before = len(jobs.jobs(store))
    for what in ("solve", "keep"):
        answer = client.post(f"/en/data/plan/{what}", json={"name": name, "question": question}, headers=OWN)
        assert answer.status_code == 400
        assert said in answer.get_data(as_text=True)
    assert len(jobs.jobs(store)) == before


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({"new": -1}, "Недопустимое значение: «Новых офисов»."),
        ({"model": "p_median", "budget": 5, "costs": {"all": 1}}, "не знает поля «Бюджет"),
    ],
)
def test_it_says_so_in_the_reader_s_language(client, question, said):
    assert said in client.post("/ru/data/plan/solve", json={"name": "x", "question": question}, headers=OWN).get_data(as_text=True)


def test_what_the_planner_refuses_is_told_by_the_job(store, client, monkeypatch):
    monkeypatch.setattr(routes, "start", lambda settings, job: None)
    monkeypatch.setenv("PANJ_DATA", str(store.data))
    job = client.post("/en/data/plan/solve", json={"name": "refused", "question": {**QUESTION, "new": 4000}}, headers=OWN).json["id"]
    assert main(["job", job]) != 0
    told = client.get(f"/en/data/plan/job?id={job}").json
    assert told["status"] == "failed"
    assert "new came as 4000" in told["message"]
    assert client.get(f"/tg/data/plan/job?id={job}").json["message"].startswith("4000 дафтари нав лозим аст")
    listed = client.get("/en/data/plan/listed").json
    assert "refused" not in listed["plans"] + listed["questions"]


def test_a_plan_waits_for_the_one_before_and_is_cancelled(store, client, monkeypatch):
    monkeypatch.setattr(routes, "start", lambda settings, job: None)
    first, second = (client.post("/en/data/plan/solve", json={"name": name, "question": QUESTION}, headers=OWN).json["id"] for name in "ab")
    assert client.get("/en/data/plan/listed").json["job"] == second, "a reload finds the work again"
    worker = jobs.Worker(store, jobs.read_job(store, second))
    assert worker._someone_before(("plan",))
    for job in (first, second):
        assert client.post("/en/data/plan/stop", json={"id": job}, headers=OWN).json["status"] == "cancelled"
    assert not worker._someone_before(("plan",))
    assert client.get("/en/data/plan/listed").json["job"] is None
    assert "no job" in client.get("/en/data/plan/job?id=x").get_data(as_text=True)


def test_jobs_of_other_pages_are_no_plans(store, client):
    other = jobs.new_job(store, "undo", {}, "")
    assert client.get(f"/en/data/plan/job?id={other.id}").status_code == 404
    assert client.post("/en/data/plan/stop", json={"id": other.id}, headers=OWN).status_code == 404
    jobs.cancel(other)
    jobs.forget(other)


def test_a_question_is_kept_opened_copied_and_removed(client, solved):
    kept = client.post("/en/data/plan/keep", json={"name": "kept", "question": QUESTION}, headers=OWN).json
    assert "kept" in kept["questions"] and "kept" not in kept["plans"]
    opened = client.get("/en/data/plan/question?name=kept").json
    assert opened["excluded"] == QUESTION["excluded"]
    copied = client.get("/en/data/plan/question", query_string={"name": "нақшаи 1"}).json
    assert {key: value for key, value in copied.items() if key != "name"} == {key: value for key, value in opened.items() if key != "name"}
    assert "kept" not in client.post("/en/data/plan/forget", json={"name": "kept"}, headers=OWN).json["questions"]
    assert client.post("/en/data/plan/forget", json={"name": "../panj"}, headers=OWN).status_code == 503


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(TEXTS, TEXTS, max_size=3), st.dictionaries(TEXTS, st.floats(0, 1e9), max_size=3), st.lists(TEXTS, max_size=3),
    st.floats(0.1, 900), st.booleans(),
)  # fmt: skip
def test_a_question_written_as_toml_is_read_the_same(excluded, costs, locked, hours, two_sided):
    asked = Question(
        "x", excluded=excluded, costs=costs, budget=5.5 if costs else 0.0, locked=tuple(locked), hours=hours, two_sided=two_sided
    )
    told = tomllib.loads(plans.as_toml(asked.as_record()))
    assert read_question(told, "x").as_record() == asked.as_record()


@pytest.mark.parametrize("name", ["plan 1", "нақшаи 1", "best-3 (winter)", "1.2"])
def test_names_of_any_alphabet_are_names(name):
    assert plans.checked_name(f" {name} ") == name


@pytest.mark.parametrize("name", ["", " ", "a/b", "a\\b", "a\0b", "a:b", "a.", "-a", "nul.x", 'a"b', "a\nb/"])
def test_what_no_file_may_be_called_is_no_name(name):
    with pytest.raises(BadFile):
        plans.checked_name(name)


def test_the_map_has_a_ring_for_every_cell_in_the_order_of_the_points(solved):
    cells = [one for one in solved["map"]["features"] if one["properties"].get("kind") == "cell"]
    assert len(cells) == len(solved["rings"])
    for cell, ring in list(zip(cells, solved["rings"], strict=True))[::25]:
        lon, lat = cell["geometry"]["coordinates"]
        xs, ys = zip(*ring, strict=True)
        assert min(xs) < lon < max(xs) and min(ys) < lat < max(ys)
    assert solved["sheet"]["excluded"] == [["Кокул", QUESTION["excluded"]["bcp-kokul"]]]


def test_winter_is_never_quicker_and_new_offices_never_slow_anybody(client, solved):
    def hours(name=""):
        header, arrays = unpack(gzip.decompress(client.get("/en/data/plan/hours", query_string={"name": name}).get_data()))
        return header, {one: np.where(arrays[f"hours {one}"] < 0, np.inf, arrays[f"hours {one}"]) for one in ("summer", "winter")}, arrays

    (header, stands, arrays), (more, planned, _) = hours(), hours("нақшаи 1")
    assert (stands["winter"] >= stands["summer"] - 1e-4).all()
    assert all((planned[one] <= stands[one] + 1e-4).all() for one in planned)
    assert (planned["summer"] < stands["summer"] - 0.5).any()
    assert more["offices"] == header["offices"] + 2
    assert len(arrays["start"]) == len(stands["summer"]) + 1 and arrays["start"][-1] * 2 == len(arrays["ring"])
    assert "no road scenario" in client.get("/en/data/plan/hours?scenarios=monsoon").get_data(as_text=True)


def test_a_closed_bridge_lengthens_ways_that_are_lines_between_the_same_ends(client):
    told = client.get("/ru/data/plan/closing?what=br-panji-poyon&scenario=summer").json
    assert told["name"] == "мост Нижний Пяндж" and told["kind"] == "way"
    assert told["ways"]
    for way in told["ways"]:
        assert way["is_cut_off"] or way["extra"] == pytest.approx(way["after"] - way["before"], abs=0.02)
        assert way["is_cut_off"] or (way["line_before"][0] == way["line_after"][0] and way["line_before"][-1] == way["line_after"][-1])
        assert [68.611, 37.186] in way["line_before"] and [68.611, 37.186] not in way["line_after"]
    assert {post["id"] for post in told["posts"] if post["after"] > post["before"]} >= {"br-friendship"}
    closable = {one["id"] for one in client.get("/ru/data/plan/closable").json}
    assert {"br-panji-poyon", "p-khaburabot", "op-yol", "bcp-tem"} <= closable
    for id in sorted(closable)[::15]:
        assert client.get("/tg/data/plan/closing", query_string={"what": id}).status_code == 200
    assert "cannot be closed" in client.get("/en/data/plan/closing?what=nothing").get_data(as_text=True)


def download(client, ending, code="en"):
    return client.get(f"/{code}/download/plan.{ending}", query_string={"name": "нақшаи 1"})


def test_the_dossier_is_the_same_bytes_in_each_language_and_marked(client, solved):
    seen = set()
    for code in LANGUAGES:
        first, again = download(client, "pdf", code), download(client, "pdf", code)
        assert first.get_data()[:5] == b"%PDF-"
        assert first.get_data() == again.get_data()
        assert "GENERATED" in first.headers["Content-Disposition"]
        seen.add(first.get_data())
    assert len(seen) == 3


def test_the_dossier_s_font_draws_every_letter_of_the_three_languages():
    """A letter without a shape is an empty box, the same for all: the one of a code that no font has."""

    def drawn(letter):
        import typst

        page = '#set page(width: 40pt, height: 40pt, margin: 5pt)\n#set text(font: "%s", fallback: false)\n%s'
        return typst.compile((page % (FONT, letter)).encode(), format="png", ppi=60, ignore_system_fonts=True)

    letters = "ғӣқӯҳҷҒӢҚӮҲҶёщЁ©≥–×±"
    box = drawn("\uf8ff")
    assert not [letter for letter in letters if drawn(letter) == box]


def test_what_the_dossier_says_is_what_the_plan_says(solved):
    from dashboard.answers.plan_dossier import dossier
    from dashboard.answers.plan_notes import firmness
    from dashboard.maps.plan_map import shades

    told = dossier(solved["plan"], "нақшаи 1", language("en"), shades={"recorded": shades(solved["map"])})
    assert told["sentences"][0] == (language("en")("plan.head_firm"), solved_firm := firmness(solved["plan"], language("en")))
    assert "of 3 draws" in solved_firm and len(told["key"]["recorded"]) == 7
    text = json.dumps(told, ensure_ascii=False)
    assert "None" not in text and "nan" not in text.lower().split()
    assert [row["cells"][1] for row in told["sites"]["rows"]] == [
        solved["plan"]["sites"][id]["name_en"] for id in solved["plan"]["recorded"]["new"]
    ]
    assert QUESTION["excluded"]["bcp-kokul"] in text and str(solved["plan"]["question"]["seed"]) in told["toml"]
    assert len(told["scenarios"]["rows"]) == len(solved["plan"]["scenarios"])
    blank = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"></svg>'
    assert len(to_png("dossier", told, {"recorded": blank, "corrected": blank}, ppi=20)) >= 3


def test_the_question_that_comes_out_makes_the_same_plan_byte_for_byte(store, client, solved, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PANJ_DATA", str(store.data))
    file = tmp_path / "нақшаи 1.toml"
    file.write_bytes(download(client, "toml").get_data())
    record = download(client, "json").get_data()
    assert main(["plan", str(file)]) == 0
    assert "the same as before" in capsys.readouterr().out
    assert download(client, "json").get_data() == record


def test_other_programs_read_the_tables_and_the_layers(client, solved, tmp_path):
    import openpyxl
    import pyogrio

    path = tmp_path / "plan.gpkg"
    path.write_bytes(download(client, "gpkg").get_data())
    roles = [one["properties"]["role"] for one in solved["map"]["features"]]
    layers = {name: pyogrio.read_info(path, layer=name)["features"] for name, _ in pyogrio.list_layers(path)}
    assert layers["demand"] == roles.count("demand") and layers["sites"] == len(roles) - roles.count("demand")
    assert layers["served"] == sum(one["properties"].get("served_by") is not None for one in solved["map"]["features"])
    book = openpyxl.load_workbook(io.BytesIO(download(client, "xlsx", "ru").get_data()))
    curve = [row for row in book[language("ru")("dossier.curve")[:31]].iter_rows(min_row=2, values_only=True)]
    assert [row[1] for row in curve] == [step["covered"] for step in solved["plan"]["curve"]]
    assert download(client, "geojson").json == solved["map"]
    assert download(client, "exe").status_code == 404
    assert client.get("/en/download/plan.pdf?name=nowhere").status_code == 503


@pytest.mark.parametrize(("role", "is_told"), [("command", True), ("donor", False)])
def test_the_card_of_a_post_leads_to_what_closing_it_does(store, role, is_told):
    viewer = User(role, language("en"))
    thing = Queries(store, open_store(store, create=False)).places.card("post", "bcp-tem", viewer.say, ("recorded", "1"), pd.DataFrame())
    card = json.dumps([part.to_plotly_json() for part in content(thing, viewer) if part is not None], cls=PlotlyJSONEncoder)
    assert ("/en/plan?tab=closing&closed=bcp-tem" in card) == is_told
