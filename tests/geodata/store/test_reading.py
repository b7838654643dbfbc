"""Reading the store: every door asks for the role, and outsiders get the suppressed table and nothing else."""

import datetime as dt
import inspect

import pandas as pd
import pytest
import sqlalchemy as sa

from geodata.errors import NotAllowed
from geodata.model import AGGREGATE, LOCATED_EVENT, check, columns
from geodata.redaction import suppress
from geodata.store import reading, tables
from geodata.store.engine import reading_from
from geodata.store.rows import table_of
from geodata.store.writing import save_file

DOORS = [
    reading.events, reading.portions, reading.aggregates, reading.national_totals, reading.rejected, reading.runs, reading.files,
    reading.facts, reading.last_day,
]  # fmt: skip
#: Where single events stand or are counted.
SHARP = [reading.events, reading.portions, reading.rejected, reading.runs, reading.files, reading.last_day]


@pytest.fixture
def filled(store, events, batch):
    save_file(store, batch("a.csv", events(300, outside=20), n_rejected=3, n_totals=3))
    return store


def test_every_public_function_that_reads_takes_the_role_by_name_and_without_a_default():
    public = [
        thing for name, thing in inspect.getmembers(reading, inspect.isfunction) if thing.__module__ == reading.__name__ and name[0] != "_"
    ]
    assert sorted(door.__name__ for door in public) == sorted(door.__name__ for door in DOORS)
    for door in public:
        role = inspect.signature(door).parameters["role"]
        assert role.kind is inspect.Parameter.KEYWORD_ONLY
        assert role.default is inspect.Parameter.empty


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_role_that_nobody_defined_is_refused_at_every_door(filled, door):
    with pytest.raises(NotAllowed):
        door(filled, role="guest")


@pytest.mark.parametrize("door", SHARP, ids=lambda door: door.__name__)
@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_refused_where_single_events_stand_or_are_counted(filled, door, role):
    with pytest.raises(NotAllowed, match=role):
        door(filled, role=role)


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_get_no_number_of_events_from_the_facts(filled, role):
    facts = reading.facts(filled, role=role)
    assert (facts.n_events, facts.n_undated, facts.n_outside, facts.n_rejected, facts.last_run) == (None,) * 5
    assert facts.feeds == ("press",)


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_get_the_table_that_was_built_when_the_file_was_saved(filled, role):
    table = reading.aggregates(filled, role=role)
    check(table, AGGREGATE)
    wanted = suppress(reading.events(filled, role="command"), role, dt.date(2024, 1, 1))
    by = ["province_id", "district_id", "quarter", "drug"]
    pd.testing.assert_frame_equal(table, wanted.sort_values(by, ignore_index=True), check_dtype=False)
    assert len(table) > 0


def test_insiders_see_what_each_audience_is_told(filled):
    both = reading.aggregates(filled, role="planner")
    assert both["audience"].unique().tolist() == ["donor", "public"]


def test_the_suppressed_table_goes_on_from_what_it_has_shown(store, events, batch):
    """A late report of a visible cell stays out of it until the threshold is reached again."""
    one = events(1).assign(happened_from="2018-05-05", happened_to="2018-05-05", date_precision="day", weight_kg=2.0)
    numbers = []
    for name, size in (("a", 4), ("b", 1), ("c", 2)):
        rows = pd.concat([one.assign(report_id=f"{name}{i}", event_id=f"{name}{i}") for i in range(size)], ignore_index=True)
        save_file(store, batch(f"{name}.csv", rows))
        table = reading.aggregates(store, role="donor")
        numbers.append((table["n"].tolist(), table["weight_kg"].tolist()))
    assert numbers == [([4], [8.0]), ([4], [8.0]), ([7], [14.0])]


def test_a_national_total_that_would_give_a_hidden_event_away_is_not_shown_to_outsiders(store, events, batch):
    one = events(1).assign(happened_from="2011-05-05", happened_to="2011-05-05", date_precision="day", drug="opium", weight_kg=2.0)
    save_file(store, batch("a.csv", one, n_totals=3))
    assert reading.national_totals(store, role="command")["year"].tolist() == [2010, 2011, 2012]
    assert reading.national_totals(store, role="public")["year"].tolist() == [2010, 2012]


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_portions_together_are_the_events_of_the_region(filled, size):
    only = ("report_id", "happened_from", "weight_kg")
    parts = list(reading.portions(filled, role="command", only=only, size=size))
    whole = pd.concat(parts).sort_values(["happened_from", "report_id"], ignore_index=True)
    events = reading.events(filled, role="command")
    pd.testing.assert_frame_equal(whole[list(only)], events[list(only)].reset_index(drop=True))
    assert sorted(whole.columns) == sorted(only)


def test_a_result_that_reads_ahead_loses_no_row(filled):
    model = [column for column in LOCATED_EVENT if column.name == "report_id"]
    with reading_from(filled) as connection:
        wanted = sa.select(tables.EVENTS.c.report_id)
        all_of_them = sorted(connection.execute(wanted).scalars())
        result = connection.execution_options(stream_results=True).execute(wanted)
        parts = []
        while len(part := table_of(result, model, most=50, streams=True)):
            parts.append(part)
    assert sorted(pd.concat(parts)["report_id"]) == all_of_them


def test_events_come_by_date_with_the_undated_ones_last(filled):
    dates = reading.events(filled, role="command")["happened_from"]
    dated = dates.dropna()
    assert dated.is_monotonic_increasing
    assert dates.iloc[: len(dated)].notna().all()
    assert len(dates) > len(dated) > 0


def test_events_inside_and_outside_the_region_are_asked_for_apart_or_together(filled):
    sizes = [len(reading.events(filled, role="planner", in_region=wanted)) for wanted in (True, False, None)]
    assert sizes == [280, 20, 300]


def test_a_reader_can_ask_for_some_columns_only(filled):
    table = reading.events(filled, role="command", only=["drug", "lon"])
    assert table.columns.tolist() == ["report_id", "happened_from", "drug", "lon"]
    whole = reading.events(filled, role="command")
    pd.testing.assert_frame_equal(table, whole[table.columns])
    check(whole, LOCATED_EVENT)
    assert whole.columns.tolist() == columns(LOCATED_EVENT)


def test_an_empty_store_gives_empty_tables_that_fit_the_model(store):
    check(reading.events(store, role="command"), LOCATED_EVENT)
    check(reading.aggregates(store, role="public"), AGGREGATE)
    assert reading.national_totals(store, role="public").empty
    assert reading.rejected(store, role="command").empty
    assert reading.runs(store, role="command").empty
    facts = reading.facts(store, role="command")
    assert (facts.n_events, facts.feeds, facts.last_run) == (0, (), None)
