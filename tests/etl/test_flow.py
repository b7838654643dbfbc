"""Files, corrections, decisions and undoings in any order: nothing is lost, nothing is doubled, and every past moment can be had back."""

import datetime as dt
import importlib.util
import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.review import apply_decisions
from etl.undo import undo_run
from geodata.errors import BadFile, NotAllowed, WrongTable
from geodata.settings import Settings
from geodata.store import deciding, desk, reading
from geodata.store.engine import open_store

_spec = importlib.util.spec_from_file_location("etl_flow", Path(__file__).with_name("flow.py"))
assert _spec is not None and _spec.loader is not None
flow = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(flow)

#: Without shrinking: an example takes a second, and the smallest one is not needed to see what went wrong.
QUICK = settings(
    max_examples=4, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture]
)
#: Two feeds that tell of some of the same facts, and months that repeat what the month before said.
FILES = {
    "january": ("dca", [flow.report(number) for number in range(12)]),
    "february": ("dca", [flow.report(number) for number in range(8, 20)]),
    "list": ("unodc", [flow.report(number, "unodc") for number in range(4, 16)]),
    "grams": ("unodc", [flow.report(number, "unodc", quantity=flow.fact(number)["quantity"] * 1000, unit="g") for number in range(14, 24)]),
}


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a store without anything in it: made once, copied for each."""
    folder = tmp_path_factory.mktemp("empty")
    open_store(Settings.from_environment({"PANJ_DATA": str(folder)}), create=True).dispose()
    return folder / "panj.sqlite"


@pytest.fixture
def stores(tmp_path: Path, empty_store: Path) -> Iterator[Callable[[], tuple[Settings, sa.Engine]]]:
    """As many new stores as are wanted."""
    engines, numbers = [], itertools.count()

    def make() -> tuple[Settings, sa.Engine]:
        chosen = Settings.from_environment({"PANJ_DATA": str(tmp_path / f"store{next(numbers)}")})
        chosen.data.mkdir()
        shutil.copy(empty_store, chosen.data / "panj.sqlite")
        engines.append(open_store(chosen, create=True))
        return chosen, engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


def bring_all(engine: sa.Engine, names: list[str]) -> None:
    for hour, name in enumerate(names):
        feed, rows = FILES[name]
        flow.bring(engine, name, rows, feed=feed, hour=hour)


def hours(number: int) -> dt.datetime:
    return flow.START + dt.timedelta(hours=number)


def counted(engine: sa.Engine) -> pd.DataFrame:
    return reading.events(engine, role="command")


# --- one fact once ----------------------------------------------------------------------------------------------------------------------


def test_a_fact_that_two_files_tell_is_counted_once_and_both_reports_are_kept(stores):
    _, engine = stores()
    bring_all(engine, ["january", "list"])
    everything = flow.content(engine)
    assert len(everything) == 24
    assert everything["duplicate_of"].notna().sum() == 8
    assert len(counted(engine)) == 16 == everything["event_id"].nunique() == reading.facts(engine, role="command").n_events
    doubles = everything[everything["duplicate_of"].notna()]
    there = everything.set_index("report_id")
    assert there.loc[doubles["duplicate_of"], "event_id"].tolist() == doubles["event_id"].tolist()
    assert there.loc[doubles["duplicate_of"], "duplicate_of"].isna().all(), "the row that counts is no duplicate itself"
    run = reading.runs(engine, role="command").iloc[-1]
    assert (run["rows_in"], run["events"], run["merged"]) == (12, 4, 8)


@QUICK
@given(st.permutations(list(FILES)))
def test_the_order_of_files_does_not_matter(stores, order):
    _, one = stores()
    _, two = stores()
    bring_all(one, list(FILES))
    bring_all(two, order)
    pd.testing.assert_frame_equal(flow.content(one), flow.content(two))
    assert flow.version(one) == flow.version(two)


@QUICK
@given(st.permutations(list(FILES)))
def test_the_same_files_again_change_nothing(stores, order):
    _, engine = stores()
    bring_all(engine, list(FILES))
    before, runs = flow.content(engine), len(reading.runs(engine, role="command"))
    bring_all(engine, order)
    pd.testing.assert_frame_equal(flow.content(engine), before)
    assert len(reading.runs(engine, role="command")) == runs


def test_repeats_in_one_file_are_proposed_and_never_joined_by_the_rules(stores):
    _, engine = stores()
    twice = [flow.report(1), flow.report(1, note="again", repeat_number=2)]
    flow.bring(engine, "twice", twice)
    assert [pair.status for pair in desk.pairs(engine, role="command", status=None)] == ["proposed"]
    assert len(counted(engine)) == 2


def test_two_reports_that_one_file_holds_apart_are_no_longer_joined_whichever_came_first(stores):
    versions = []
    # b and c tell one fact from two feeds; "both" cannot exist in one feed, so the same feed sends them in files of their own first.
    b, c = flow.report(3), flow.report(3, quantity=flow.fact(3)["quantity"] * 1000, unit="g")
    for order in itertools.permutations(("b", "c", "both")):
        _, engine = stores()
        for hour, name in enumerate(order):
            flow.bring(engine, name, {"b": [b], "c": [c], "both": [b, c]}[name], hour=hour)
        versions.append(flow.version(engine))
        assert len(counted(engine)) == 2
    assert len(set(versions)) == 1


# --- undoing ----------------------------------------------------------------------------------------------------------------------------


@QUICK
@given(st.permutations(list(FILES)), st.integers(0, 3))
def test_a_run_that_was_undone_is_as_if_it_had_never_been(stores, order, which):
    chosen, engine = stores()
    _, without = stores()
    bring_all(engine, order)
    bring_all(without, [name for name in order if name != order[which]])
    undone = undo_run(chosen, which + 1, who="AB")
    pd.testing.assert_frame_equal(flow.content(engine), flow.content(without))
    assert flow.version(engine) == flow.version(without)
    run = reading.runs(engine, role="command").iloc[-1]
    assert (run["kind"], run["who"], run["undoes"], run["run_id"]) == ("undo", "AB", which + 1, undone.run_id)
    with pytest.raises(BadFile, match="undone already"):
        undo_run(chosen, which + 1)


@QUICK
@given(st.permutations(list(FILES)), st.integers(0, 3))
def test_a_file_that_was_undone_can_be_given_again(stores, order, which):
    chosen, engine = stores()
    bring_all(engine, order)
    before, version = flow.content(engine), flow.version(engine)
    undo_run(chosen, which + 1)
    bring_all(engine, [order[which]])
    pd.testing.assert_frame_equal(flow.content(engine), before)
    assert flow.version(engine) == version


def test_a_run_that_is_not_there_or_is_an_undoing_is_refused_with_a_sentence(stores):
    chosen, engine = stores()
    bring_all(engine, ["january"])
    with pytest.raises(BadFile, match="no run 9"):
        undo_run(chosen, 9)
    undo_run(chosen, 1)
    with pytest.raises(BadFile, match="itself an undoing"):
        undo_run(chosen, 2)


# --- corrected files --------------------------------------------------------------------------------------------------------------------


@QUICK
@given(st.sampled_from(["january", "list"]), st.sets(st.integers(0, 11), max_size=4), st.sets(st.integers(0, 11), max_size=3))
def test_a_corrected_file_leaves_what_it_alone_would_have_brought_and_its_undoing_brings_the_old_one_back(stores, name, changed, dropped):
    chosen, engine = stores()
    _, alone = stores()
    feed, rows = FILES[name]
    numbers = range(len(rows))
    first = int(name == "list") * 4
    corrected = [
        flow.report(first + number, feed, quantity=1.0, weight_kg=1.0 + number) if number in changed else rows[number]
        for number in numbers
        if number not in dropped
    ]
    others = ["february", "grams"]
    bring_all(engine, [name, *others])
    before, version = flow.content(engine), flow.version(engine)
    flow.bring(engine, "corrected", corrected, feed=feed, hour=5, replaces=name)
    flow.bring(alone, "corrected", corrected, feed=feed)
    bring_all(alone, others)
    pd.testing.assert_frame_equal(flow.content(engine), flow.content(alone))
    assert flow.version(engine) == flow.version(alone)
    assert flow.bring(engine, name, rows, feed=feed) is None, "the old file again changes nothing"
    undo_run(chosen, 4)
    pd.testing.assert_frame_equal(flow.content(engine), before)
    assert flow.version(engine) == version


# --- as of ------------------------------------------------------------------------------------------------------------------------------


@QUICK
@given(st.permutations(list(FILES)), st.integers(0, 3), st.data())
def test_as_of_a_moment_gives_exactly_the_rows_of_that_moment(stores, order, undone, data):
    chosen, engine = stores()
    seen = [(hours(-1), flow.content(engine))]
    for hour, name in enumerate(order):
        feed, rows = FILES[name]
        flow.bring(engine, name, rows, feed=feed, hour=hour)
        seen.append((hours(hour), flow.content(engine)))
    pairs = desk.pairs(engine, role="command", status=None)
    if pairs:
        pair = data.draw(st.sampled_from(pairs))
        status: Any = data.draw(st.sampled_from(["merged", "apart", "proposed"]))
        deciding.decide_pair(engine, role="command", who="AB", report_a=pair.report_a, report_b=pair.report_b, status=status)
        apply_decisions(chosen, now=lambda: hours(5))
        seen.append((hours(5), flow.content(engine)))
    undo_run(chosen, undone + 1, now=lambda: hours(6))
    seen.append((hours(6), flow.content(engine)))
    for moment, rows in seen:
        pd.testing.assert_frame_equal(flow.content(engine, as_of=moment), rows)
        pd.testing.assert_frame_equal(flow.content(engine, as_of=moment + dt.timedelta(minutes=30)), rows)


# --- decisions about pairs and grades ---------------------------------------------------------------------------------------------------


def test_a_pair_that_a_person_parts_is_two_facts_again_and_the_undoing_joins_them(stores):
    chosen, engine = stores()
    bring_all(engine, ["january", "list"])
    version = flow.version(engine)
    pair = desk.pairs(engine, role="command", status="merged")[0]
    step = deciding.decide_pair(engine, role="planner", who="AB", report_a=pair.report_b, report_b=pair.report_a, status="apart")
    assert desk.waiting(engine, role="command").to_apply == 1
    applied = apply_decisions(chosen, who="AB")
    assert len(counted(engine)) == 17
    assert applied.changed >= 1
    assert desk.waiting(engine, role="command").to_apply == 0
    deciding.undo_pair(engine, role="planner", who="CD", step_id=step)
    apply_decisions(chosen)
    assert flow.version(engine) == version
    kept = desk.pair_steps(engine, role="command")
    assert {(one.who, one.undone_by) for one in kept} >= {("AB", "CD")}


def test_undoing_the_run_of_pairs_gives_them_back_their_status(stores):
    chosen, engine = stores()
    bring_all(engine, ["january", "list"])
    version, before = flow.version(engine), desk.pairs(engine, role="command", status=None)
    for pair in before[:3]:
        deciding.decide_pair(engine, role="command", who="AB", report_a=pair.report_a, report_b=pair.report_b, status="apart")
    run_ids = apply_decisions(chosen).run_ids
    assert len(counted(engine)) == 19
    undo_run(chosen, run_ids[0], who="AB")
    assert flow.version(engine) == version
    assert {pair.status for pair in desk.pairs(engine, role="command", status=None)} == {"merged"}


def test_what_a_person_decided_of_a_pair_stands_when_its_file_is_given_again(stores):
    chosen, engine = stores()
    bring_all(engine, ["january", "list"])
    pair = desk.pairs(engine, role="command", status="merged")[0]
    deciding.decide_pair(engine, role="command", who="AB", report_a=pair.report_a, report_b=pair.report_b, status="apart")
    apply_decisions(chosen)
    undo_run(chosen, 2)
    bring_all(engine, ["list"])
    assert len(counted(engine)) == 17


def test_grades_are_given_in_bulk_the_last_one_counts_and_each_can_be_taken_back(stores):
    chosen, engine = stores()
    bring_all(engine, ["january", "list"])
    version = flow.version(engine)
    file = reading.files(engine, role="command").set_index("name").loc["january"]
    first = deciding.give_grade(engine, role="command", who="AB", reliability="B", accuracy="2", file=(file["feed"], file["sha256"]))
    some = [row["report_id"] for row in FILES["january"][1][:3]]
    second = deciding.give_grade(engine, role="command", who="AB", reliability=None, accuracy="4", reports=some)
    apply_decisions(chosen)
    graded = flow.content(engine).set_index("report_id")
    assert graded.loc[some, "information_accuracy"].tolist() == ["4"] * 3
    assert graded.loc[some, "source_reliability"].tolist() == ["B"] * 3
    assert graded["source_reliability"].notna().sum() == 12
    deciding.undo_grade(engine, role="command", who="AB", grade_id=second)
    apply_decisions(chosen)
    assert set(flow.content(engine)["information_accuracy"].dropna()) == {"2"}
    deciding.undo_grade(engine, role="command", who="AB", grade_id=first)
    apply_decisions(chosen)
    assert flow.version(engine) == version


def test_an_undone_run_of_grades_takes_the_grades_back(stores):
    chosen, engine = stores()
    bring_all(engine, ["january"])
    version = flow.version(engine)
    deciding.give_grade(engine, role="command", who="AB", reliability="A", accuracy=None, reports=[FILES["january"][1][0]["report_id"]])
    run_ids = apply_decisions(chosen).run_ids
    assert flow.version(engine) != version
    undo_run(chosen, run_ids[0], who="CD")
    assert flow.version(engine) == version
    assert apply_decisions(chosen).run_ids == []
    assert [grade.undone_by for grade in desk.grades(engine, role="command")] == ["CD"]


# --- who may ----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_neither_see_nor_take_decisions(stores, role):
    _, engine = stores()
    for look in (desk.places, desk.place_decisions, desk.pairs, desk.pair_steps, desk.grades, desk.gaps, desk.waiting):
        with pytest.raises(NotAllowed):
            look(engine, role=role)
    with pytest.raises(NotAllowed):
        deciding.mark_gap(engine, role=role, who="AB", feed="dca", country_iso3="TJK", months=["2018-03"], cause="other")


def test_a_decision_without_initials_or_with_a_strange_word_is_refused(stores):
    _, engine = stores()
    gap: dict[str, Any] = {"role": "command", "feed": "dca", "country_iso3": "TJK", "months": ["2018-03"], "cause": "other"}
    for wrong in ({"who": " "}, {"who": "x" * 40}, {"who": "AB", "cause": "sloth"}, {"who": "AB", "months": ["2018-13"]}):
        with pytest.raises(WrongTable):
            deciding.mark_gap(engine, **{**gap, **wrong})
    place: dict[str, Any] = {"role": "command", "who": "AB", "country_iso3": "TJK", "place_key": "panj", "place_text": "Panj"}
    for answer in (None, {"lon": "x", "lat": 1, "uncertainty_m": 5, "precision_level": "point"}, {"lon": 200, "lat": 1}):
        with pytest.raises(WrongTable):
            deciding.decide_place(engine, verdict="pin", answer=answer, **place)


def test_a_gap_is_marked_with_its_cause_and_marked_anew_or_taken_back(stores):
    _, engine = stores()
    said: dict[str, Any] = {"role": "command", "who": "AB", "feed": "dca", "country_iso3": "TJK"}
    deciding.mark_gap(engine, months=["2018-03", "2018-02"], cause="no_access", **said)
    again = deciding.mark_gap(engine, months=["2018-03"], cause="other", note="flood", **said)
    assert [(gap.month, gap.cause) for gap in desk.gaps(engine, role="planner")] == [("2018-02", "no_access"), ("2018-03", "other")]
    deciding.undo_gap(engine, role="command", who="CD", gap_id=again[0])
    assert [gap.month for gap in desk.gaps(engine, role="planner")] == ["2018-02"]
    with pytest.raises(WrongTable, match="undone already"):
        deciding.undo_gap(engine, role="command", who="CD", gap_id=again[0])
