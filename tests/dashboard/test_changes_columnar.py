"""Changes, silences and new values of a store that is answered from columns: word for word what a table in memory says."""

import shutil
from dataclasses import replace

import pytest

import dashboard.queries as page
from dashboard.language import language
from dashboard.queries import Queries
from dashboard.queries.changes import changes, silent
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.store.engine import open_store

USER = User("command", language("en"))
STATES = [
    {},
    {"drugs": ("heroin",), "first": "2024-01", "last": "2024-03"},
    {"first": "2022-05", "last": "2024-04", "countries": ("TJK", "AFG"), "measure": "kg"},
    {"agencies": ("DCA",), "first": "2020-01", "last": "2020-12"},
    {"drugs": ("khat",)},
    {"sector": "tj-khatlon", "first": "2021-01", "last": "2021-12"},
    {"sector": "af-badakhshan", "drugs": ("heroin", "opium"), "first": "2019-01", "last": "2020-12"},
    {"sector": "tajikistan", "countries": ("TJK", "AFG")},
]


@pytest.fixture(scope="module")
def both(generated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("columnar") / "data"
    shutil.copytree(generated.data, folder)
    settings = replace(generated, data=folder)
    plain = Queries(settings, open_store(settings, create=False))
    large = Queries(settings, open_store(settings, create=False))
    with pytest.MonkeyPatch.context() as patch:
        plain.snapshot(USER)
        patch.setattr(page, "LARGE", 100)
        assert type(large.snapshot(USER)).__name__ == "ColumnarSnapshot" and type(plain.snapshot(USER)).__name__ == "Snapshot"
        yield plain, large


@pytest.mark.parametrize("state", STATES, ids=str)
@pytest.mark.parametrize("question", [changes, silent], ids=["changes", "silent"])
def test_both_say_the_same(both, state, question):
    plain, large = (question(queries, ViewState(**state), USER) for queries in both)
    assert _sorted(plain) == _sorted(large)


def _sorted(answer):
    """Lines that are equally important may stand in any order; a place is known by any of its events."""
    told = {name: part for name, part in answer.items() if name != "groups"}
    groups = [
        {**group, "items": sorted(({k: v for k, v in item.items() if k != "picks"} for item in group["items"]), key=str)}
        for group in answer["groups"]
        if group["id"] != "first_seen" or not group["more"]
    ]
    return told, groups
