"""What a corrected file would change: every row is the same, added, changed or gone, and the four add up on both sides."""

import importlib.util
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from etl.replace import _difference, like_stored, print_difference, stored_file
from geodata.errors import BadFile
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store

_spec = importlib.util.spec_from_file_location("etl_flow_of_replace", Path(__file__).with_name("flow.py"))
assert _spec is not None and _spec.loader is not None
flow = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(flow)

OLD = [flow.report(number, source_ref=str(number)) for number in range(10)]


@pytest.fixture
def store(settings: Settings) -> Iterator[sa.Engine]:
    engine = open_store(settings, create=True)
    flow.bring(engine, "january.csv", OLD)
    yield engine
    engine.dispose()


def difference(engine: sa.Engine, rows: list[dict[str, object]]):
    return _difference(engine, "dca", "new.csv", stored_file(engine, "dca", "january.csv"), flow.table(rows, "0" * 64))


def test_each_kind_of_row_is_told_apart_and_changed_fields_are_named(store):
    new = [*OLD[:6], flow.report(6, source_ref="6", weight_kg=99.0), *OLD[7:9], flow.report(20, source_ref="20")]
    found = difference(store, new)
    assert (found.same, len(found.added), len(found.gone)) == (8, 1, 1)
    assert found.changed[["field", "before", "after"]].to_numpy().tolist() == [["weight_kg", flow.fact(6)["weight_kg"], 99.0]]
    assert found.added["source_ref"].tolist() == ["20"]
    assert found.gone["source_ref"].tolist() == ["9"]
    said = io.StringIO()
    print_difference(found, said)
    assert "rows same 8, added 1, changed 1, gone 1" in said.getvalue()


def test_a_renumbered_row_is_found_by_its_day_place_and_drug(store):
    found = difference(store, [*OLD[1:], flow.report(0, source_ref="77")])
    assert found.changed["field"].tolist() == ["source_ref"]
    assert found.added.empty and found.gone.empty


@pytest.mark.parametrize("kept", [0, 3, 10])
def test_rows_add_up_on_both_sides(store, kept):
    new = [*OLD[:kept], *(flow.report(number) for number in range(30, 34))]
    found = difference(store, new)
    n_changed = found.changed["report_id_after"].nunique()
    assert found.same + n_changed + len(found.added) == len(new)
    assert found.same + n_changed + len(found.gone) == len(OLD)


def test_a_look_saves_nothing(store):
    before = flow.version(store)
    difference(store, OLD[:5])
    assert flow.version(store) == before
    assert len(reading.files(store, role="command")) == 1


def test_a_file_that_holds_most_of_a_stored_one_is_said_to_be_like_it(store):
    ids = [row["report_id"] for row in OLD]
    assert like_stored(store, "dca", "0" * 64, ids[:7]) == ("january.csv", 7, 10)
    assert like_stored(store, "dca", "0" * 64, ids[:2]) is None
    assert like_stored(store, "dca", "0" * 64, ids) is None, "a file that holds all of it corrects nothing"


def test_a_file_that_is_not_there_cannot_be_replaced_and_the_sentence_names_those_that_can(store):
    with pytest.raises(BadFile, match=r"no file of dca called 'june\.csv'.*january\.csv"):
        stored_file(store, "dca", "june.csv")
