"""Decisions about places: remembered, applied to every row that asks the same, taken back exactly."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from etl import review
from etl.progress import Progress
from etl.review import PLACED, apply_decisions
from etl.undo import undo_run
from geodata.model import LOCATED_EVENT, columns
from geodata.places.names import name_key
from geodata.settings import Settings
from geodata.store import deciding, desk
from geodata.store.engine import open_store

_spec = importlib.util.spec_from_file_location("etl_flow_of_review", Path(__file__).with_name("flow.py"))
assert _spec is not None and _spec.loader is not None
flow = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(flow)

NOWHERE = {
    "lon": None, "lat": None, "uncertainty_m": None, "precision_level": "country", "locate_rule": "ambiguous_name",
    "locate_status": "review", "place_id": None, "district_id": None, "province_id": None,
}  # fmt: skip
ANSWER = {
    "lon": 70.1,
    "lat": 39.0,
    "uncertainty_m": 2000.0,
    "precision_level": "place",
    "place_id": "tj-navobod",
    "district_id": "tj-rasht",
}


def locate(events: pd.DataFrame, _: Settings, decisions: Any, __: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A locator that knows what was decided and nothing else."""
    rows = events.reindex(columns=columns(LOCATED_EVENT)).assign(in_region=True, **NOWHERE)
    for at, (country, text) in enumerate(zip(events["country_iso3"], events["place_text"], strict=True)):
        answer = decisions.get((country, name_key(text)))
        if answer is not None:
            for name, value in {**answer, "locate_rule": "decided", "locate_status": "located"}.items():
                if name in rows:
                    rows[name] = rows[name].astype(object)
                    rows.loc[rows.index[at], name] = value
    types = {column.name: {"text": "str", "number": "float64"}[column.kind] for column in LOCATED_EVENT if column.name in PLACED}
    return rows.astype(types), pd.DataFrame(columns=["country_iso3", "place_key", "place_text", "candidates"])


@pytest.fixture
def store(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """Three rows that ask where Navobod is, in two spellings, and one that was given coordinates."""
    monkeypatch.setattr(review, "locate", locate)
    engine = open_store(settings, create=True)
    asking = [flow.report(number, place_text=text, **NOWHERE) for number, text in enumerate(("Навобод", "навобод ", "Навобод"))]
    given = flow.report(7, place_text="Навобод", locate_rule="coordinates", precision_level="point")
    flow.bring(engine, "a.csv", [*asking, given, flow.report(8)])
    yield engine
    engine.dispose()


def decide(engine: sa.Engine, **other: Any) -> int:
    said: dict[str, Any] = {"verdict": "place", "answer": ANSWER, **other}
    return deciding.decide_place(
        engine, role="command", who="AB", country_iso3="TJK", place_key=name_key("Навобод"), place_text="Навобод", **said
    )


def test_one_question_stands_for_all_spellings_and_rows(store):
    (question,) = desk.places(store, role="planner")
    assert (question.n_rows, question.texts, question.place_key) == (3, ["Навобод", "навобод "], "навобод")
    assert question.example["feed"] == "dca"


def test_a_name_found_nowhere_is_a_question_and_a_place_without_words_is_none(store):
    unknown = {**NOWHERE, "locate_status": "unlocated", "locate_rule": "name_unknown"}
    nothing = {**NOWHERE, "locate_status": "unlocated", "locate_rule": "no_place_named"}
    rows = [flow.report(30, place_text="Хшшш", **unknown), flow.report(31, place_text=None, **nothing)]
    flow.bring(store, "b.csv", rows, hour=1)
    assert [(one.place_text, one.candidates) for one in desk.places(store, role="command")] == [("Навобод", []), ("Хшшш", [])]


def test_an_answer_places_every_row_that_asked_and_no_other(store, settings):
    before = flow.content(store).set_index("report_id")
    decide(store)
    assert desk.waiting(store, role="command") == (0, 0, 0, 1), "answered at once, in effect later"
    applied = apply_decisions(settings, who="AB")
    after = flow.content(store).set_index("report_id")
    assert applied.changed == 3
    moved = after[after["locate_rule"] == "decided"]
    assert set(moved["place_text"]) == {"Навобод", "навобод "}
    assert moved["lon"].tolist() == [70.1] * 3
    others = ~after.index.isin(moved.index)
    pd.testing.assert_frame_equal(after[others], before[others])
    assert apply_decisions(settings).run_ids == []


@pytest.mark.parametrize("how", ["the decision", "the run"])
def test_what_was_decided_is_taken_back_exactly(store, settings, how):
    before, version = flow.content(store), flow.version(store)
    decision = decide(store)
    run_id = apply_decisions(settings).run_ids[0]
    if how == "the run":
        undo_run(settings, run_id, who="CD")
    else:
        deciding.undo_place(store, role="command", who="CD", decision_id=decision)
        apply_decisions(settings)
    pd.testing.assert_frame_equal(flow.content(store), before)
    assert flow.version(store) == version
    assert desk.place_decisions(store, role="command")[0].undone_by == "CD"
    assert len(desk.places(store, role="command")) == 1, "the question is open again"
    assert apply_decisions(settings).run_ids == []


def test_a_second_answer_takes_the_place_of_the_first(store, settings):
    decide(store)
    apply_decisions(settings)
    decide(store, answer={**ANSWER, "lon": 68.0})
    apply_decisions(settings)
    assert set(flow.content(store).query("locate_rule == 'decided'")["lon"]) == {68.0}
    standing = [one.undone_at is None for one in desk.place_decisions(store, role="command")]
    assert standing == [True, False]


def test_a_decision_in_two_halves_of_a_moment_is_applied_once(store, settings):
    decision = decide(store)
    deciding.undo_place(store, role="command", who="AB", decision_id=decision)
    version = flow.version(store)
    assert apply_decisions(settings).run_ids == []
    assert flow.version(store) == version
