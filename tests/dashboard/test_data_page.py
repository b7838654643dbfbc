"""The Data page without a browser: who may see it, who may change anything, and cells that stay text."""

import csv
import io
import json
import shutil

import pandas as pd
import pytest

from dashboard.answers.rejected import to_csv
from dashboard.language import LANGUAGES, language
from geodata import jobs
from geodata.settings import Settings

OWN = {"X-Panj": "1", "X-Panj-Who": "%D0%90%D0%91"}
CHANGES = (
    "upload?name=a.csv",
    "paste",
    "again",
    "confirm",
    "work",
    "stop",
    "forget",
    "change/place",
    "change/pair",
    "change/gap",
    "change/grade",
    "change/undo",
)
QUESTIONS = ("state", "places", "names?q=khorog", "pairs", "rejected", "runs", "grid", "rejected.csv", "job?id=x")


@pytest.fixture
def own(real, tmp_path):
    """A store of the test's own."""
    shutil.copytree(real.data, tmp_path / "own")
    return Settings.from_environment({"PANJ_DATA": str(tmp_path / "own")})


@pytest.fixture
def server(client, own, monkeypatch):
    """The application on it; jobs are written down and nobody begins them."""
    import dashboard.pages.data_routes as routes

    monkeypatch.setattr(routes, "start", lambda settings, job: None)
    return client(own).server.test_client()


def get(server, path, **headers):
    return server.get(f"/en/data{path}", headers={"Host": "127.0.0.1:8050", **headers})


def post(server, path, body=None, headers=OWN):
    return server.post(f"/en/data/desk/{path}", json=body or {}, headers={"Host": "127.0.0.1:8050", **headers})


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_page_is_in_the_language_of_its_address(server, code):
    page = server.get(f"/{code}/data", headers={"Host": "127.0.0.1:8050"}).get_data(as_text=True)
    say = language(code)
    assert f'lang="{code}"' in page
    assert say("data.tab.places") in page
    assert "{" not in page.split("<script type")[0].split("<body")[1]


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_get_neither_the_page_nor_an_answer_nor_a_change(client, real, role):
    server = client(real, role).server.test_client()
    told = get(server, "")
    assert told.status_code == 403
    assert "command" in told.get_data(as_text=True)
    for question in QUESTIONS:
        assert get(server, f"/desk/{question}").status_code == 403, question
    for change in CHANGES:
        assert post(server, change).status_code == 403, change
    assert "to-data" not in json.dumps(server.get("/en/_dash-layout", headers={"Host": "127.0.0.1:8050"}).get_json())


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Panj-Who": "AB"},
        OWN | {"Sec-Fetch-Site": "cross-site"},
        OWN | {"Sec-Fetch-Site": "same-site"},
        OWN | {"Sec-Fetch-Site": "none"},
        OWN | {"Origin": "http://evil.example"},
        OWN | {"Origin": "null"},
        OWN | {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8050"},
    ],
)
@pytest.mark.parametrize("change", CHANGES)
def test_another_site_changes_nothing(server, own, headers, change):
    told = post(server, change, {"text": "On 12 March 2019 1 kg of opium.", "kind": "decisions"}, headers)
    assert told.status_code == 403
    assert "Panj" in told.get_data(as_text=True)
    assert jobs.jobs(own) == []


def test_our_own_page_may(server, own):
    headers = OWN | {"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8050"}
    told = post(server, "paste", {"text": "On 12 March 2019 1 kg of opium."}, headers).get_json()
    assert (told["status"], told["who"], told["kind"]) == ("queued", "АБ", "bulletin")
    assert [job.id for job in jobs.jobs(own)] == [told["id"]]


@pytest.mark.parametrize("question", QUESTIONS[:-1])
def test_every_question_has_an_answer(server, question):
    assert get(server, f"/desk/{question}").status_code == 200


def test_an_upload_keeps_its_bytes_and_only_the_last_part_of_its_name(server, own):
    body = bytes(range(256)) * 100
    told = server.post(
        "/en/data/desk/upload?name=..%2F..%2Fetc%2Fпасс.csv", data=body, headers={"Host": "127.0.0.1:8050", **OWN}
    ).get_json()
    job = jobs.read_job(own, told["id"])
    assert (job.arguments["name"], job.upload.read_bytes()) == ("пасс.csv", body)


def test_decisions_that_wait_are_not_waited_for_twice(server, own):
    first = post(server, "work", {"kind": "decisions"}).get_json()
    assert post(server, "work", {"kind": "decisions"}).get_json()["id"] == first["id"]
    assert len(jobs.jobs(own)) == 1


def test_a_decision_without_initials_is_a_sentence(server):
    body = {"country_iso3": "TJK", "place_key": "x", "place_text": "x", "verdict": "not_a_place"}
    told = post(server, "change/place", body, {"X-Panj": "1"})
    assert told.status_code == 503
    assert "initials" in told.get_data(as_text=True)


@pytest.mark.parametrize(
    "body",
    [{}, {"verdict": "place"}, {"verdict": "x", "country_iso3": 5}, {"kind": "place", "decision": "1"}, {"months": "x", "cause": ["y"]}],
)
@pytest.mark.parametrize("change", ["place", "pair", "undo", "gap", "grade"])
def test_a_strange_change_is_refused_with_a_sentence(server, change, body):
    told = post(server, f"change/{change}", body)
    assert told.status_code in (400, 403, 503)
    assert "Traceback" not in told.get_data(as_text=True)


def test_a_place_is_found_by_its_name_in_each_script(server):
    for typed in ("Khorog", "хорог", "Хоруғ"):
        found = get(server, f"/desk/names?q={typed}&country=TJK").get_json()["found"]
        assert found, typed
        assert abs(found[0]["lon"] - 71.55) < 0.3 and abs(found[0]["lat"] - 37.49) < 0.3
        assert {"lon", "lat", "uncertainty_m", "precision_level"} <= set(found[0])
    assert get(server, "/desk/names?q=x").get_json() == {"found": []}


def test_a_formula_and_markup_in_a_rejected_row_are_text_in_the_file():
    cells = {"Дата": '=HYPERLINK("http://x")', "<b>Место</b>": "@SUM(A1)", "=h": "-1+1"}
    table = pd.DataFrame(
        [{"feed": "f", "file_sha256": "s", "row_number": 7, "reason": "date_unreadable", "detail": "=1+1", "content": json.dumps(cells)}]
    )
    rows = list(csv.reader(io.StringIO(to_csv(table, language("ru")).decode("utf-8-sig"))))
    assert rows[0][3:] == ["Дата", "<b>Место</b>", "'=h"]
    assert rows[1] == ["7", language("ru")("reason.date_unreadable"), "'=1+1", '\'=HYPERLINK("http://x")', "'@SUM(A1)", "'-1+1"]
