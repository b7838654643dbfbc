"""Downloads as a browser gets them: types, refusals, and what a donor's file holds."""

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from flask import Flask
from flask.testing import FlaskClient

from dashboard import routes
from dashboard.answers import downloads
from dashboard.exports.spreadsheet import FileFacts
from dashboard.exports.view import OfflineView
from dashboard.language import LANGUAGES, language
from dashboard.outsider import OutsiderSnapshot
from dashboard.user import User
from dashboard.view_state import ViewState


class _Queries:
    """Answers of a store of one row."""

    places, settings = None, SimpleNamespace(cache=Path())

    def __init__(self, view: OfflineView) -> None:
        self.view = view

    def facts(self, user: User) -> Any:
        return SimpleNamespace(is_generated=False)

    def table(self, state: ViewState, user: User, only: list[str] | None) -> pd.DataFrame:
        table = pd.DataFrame({"report_id": ["a", "b"], "kind": ["seizure", "seizure"]})
        return table if only is None else table[table["report_id"].isin(only)]

    def file_facts(self, state: ViewState, user: User) -> FileFacts:
        return FileFacts("t", "p", "f", 2, "c", date(2026, 11, 21), False)

    def offline_view(self, state: ViewState, user: User) -> OfflineView:
        return self.view


@pytest.fixture
def client(view: OfflineView, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    server = Flask(__name__)
    monkeypatch.setattr(routes, "current_user", lambda: User("command", language("en")))
    monkeypatch.setattr(downloads, "names_of", lambda *_: {})
    routes.register(server, _Queries(view))  # type: ignore[arg-type]
    return server.test_client()


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("/download/events.csv", "text/csv; charset=utf-8"),
        ("/download/map.html", "text/html; charset=utf-8"),
        ("/download/events.xlsx", routes.XLSX),
    ],
)
def test_a_download_names_its_type_once(client: FlaskClient, address: str, wanted: str):
    answer = client.get(address)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, wanted)


def test_a_download_holds_the_rows_that_were_asked_for(client: FlaskClient):
    assert client.post("/download/events.csv", json=["b"]).text.count("\r\n") == 2
    assert client.get("/download/events.csv").text.count("\r\n") == 3


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("sent", [b'{"a": 1}', b"[1]", b"[", b""])
def test_a_list_that_is_none_is_refused_in_one_plain_sentence(client: FlaskClient, monkeypatch: pytest.MonkeyPatch, code: str, sent: bytes):
    monkeypatch.setattr(routes, "current_user", lambda: User("command", language(code)))
    answer = client.post("/download/events.csv", data=sent, content_type="application/json")
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert answer.text == language(code)("export.bad_rows")


def test_an_unknown_kind_of_file_is_not_found(client: FlaskClient):
    assert client.get("/download/events.pdf").status_code == 404


def test_the_file_of_a_donor_has_no_row_numbers():
    published = pd.DataFrame(
        {
            "audience": ["donor"] * 2, "country_iso3": ["TJK"] * 2, "district_id": ["d1", "d2"], "province_id": ["p"] * 2,
            "quarter": ["2018Q3"] * 2, "drug": ["heroin"] * 2, "n": [3, 4], "weight_kg": [1.5, 2.0], "suppressed": [False] * 2,
        }
    )  # fmt: skip
    places: Any = SimpleNamespace(names=lambda code: {"d1": "One", "d2": "Two", "p": "P"})
    snapshot = OutsiderSnapshot(SimpleNamespace(data_version="1", is_generated=False), published, places)  # type: ignore[arg-type]
    table = snapshot.table(ViewState(), language("en"), None)
    assert "row" not in table and len(table) == 2
    assert snapshot.table(ViewState(), language("en"), ["1"])["district"].tolist() == ["Two"]
