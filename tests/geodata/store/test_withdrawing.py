"""What outsiders are told when rows are changed or taken out: no difference of two versions is about a few events."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from geodata.redaction import RULES
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.applying import Change, save_change
from geodata.store.changing import Rows
from geodata.store.engine import open_store, reading_from
from geodata.store.present import OWNED, by_reports, content_now
from geodata.store.runs import Overtaken, Run
from geodata.store.writing import save_file

LATE = dt.date(2030, 1, 1)
MOMENT = dt.datetime(2030, 1, 1, tzinfo=dt.UTC)


def take_out(engine: sa.Engine, ids: list[str], changed: pd.DataFrame | None = None) -> None:
    with reading_from(engine) as connection:
        nothing = by_reports(connection, [], OWNED)
        rows = Rows(nothing, nothing if changed is None else changed, ids)
        change = Change(Run("undo", "AB", MOMENT, MOMENT), rows, LATE, content_now(connection))
    save_change(engine, change)


def told(engine: sa.Engine, role: str) -> dict[tuple[object, ...], tuple[int, float]]:
    table = reading.aggregates(engine, role=role).fillna({"district_id": "-", "province_id": "-", "weight_kg": 0.0})
    keys = table[["province_id", "district_id", "quarter", "drug"]].itertuples(index=False, name=None)
    return {key: (int(n), float(kg)) for key, n, kg in zip(keys, table["n"], table["weight_kg"], strict=True)}


@pytest.mark.parametrize("n", [1, 2])
def test_one_row_that_leaves_changes_nothing_that_outsiders_see(store, events, batch, n):
    rows = events(200)
    save_file(store, replace(batch("a.csv", rows), as_of=LATE))
    before = {role: told(store, role) for role in ("donor", "public")}
    assert all(before.values())
    take_out(store, rows[rows["happened_from"] == "2018-02-05"]["report_id"].tolist()[:n])
    assert {role: told(store, role) for role in ("donor", "public")} == before


def test_when_enough_have_left_a_cell_they_leave_the_numbers_together(store, events, batch):
    rows = events(200)
    save_file(store, replace(batch("a.csv", rows), as_of=LATE))
    before = told(store, "donor")
    some = rows[rows["happened_from"].isin(["2018-02-05"]) & rows["weight_kg"].notna()]
    assert some["drug"].nunique() == 1 and len(some) >= 5
    take_out(store, some["report_id"].tolist()[:2])
    assert told(store, "donor") == before
    take_out(store, some["report_id"].tolist()[2:5])
    after = told(store, "donor")
    (cell,) = [key for key in before if before[key] != after.get(key)]
    assert before[cell][0] - after[cell][0] == 5


def test_a_row_that_only_got_a_grade_is_told_on_as_before(store, events, batch):
    rows = events(100)
    save_file(store, replace(batch("a.csv", rows), as_of=LATE))
    before = reading.facts(store, role="donor").data_version
    with reading_from(store) as connection:
        stored = by_reports(connection, rows["report_id"].tolist(), OWNED)
    take_out(store, [], stored.assign(source_reliability="A"))
    assert reading.facts(store, role="donor").data_version == before
    assert set(reading.events(store, role="command")["source_reliability"]) == {"A"}


@settings(max_examples=8, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(0, 89), max_size=12, unique=True), min_size=1, max_size=4))
def test_no_two_versions_differ_by_fewer_events_than_the_rule_asks_for(tmp_path_factory, events, batch, steps):
    engine = open_store(Settings.from_environment({"PANJ_DATA": str(tmp_path_factory.mktemp("store"))}), create=True)
    rows = events(90)
    save_file(engine, replace(batch("a.csv", rows), as_of=LATE))
    gone: set[int] = set()
    versions = [{role: told(engine, role) for role in RULES}]
    for step in steps:
        leaving = [number for number in step if number not in gone]
        gone |= set(leaving)
        take_out(engine, rows["report_id"].iloc[leaving].tolist())
        versions.append({role: told(engine, role) for role in RULES})
    engine.dispose()
    for role, rule in RULES.items():
        for one in versions:
            for two in versions:
                for key in one[role]:
                    (n, kg), (m, other) = one[role][key], two[role].get(key, (0, 0.0))
                    assert n == m or abs(n - m) >= rule.min_events
                    assert n != m or kg == pytest.approx(other)


def test_a_change_that_was_worked_out_from_an_older_store_is_refused_and_changes_nothing(store, events, batch, contents):
    save_file(store, batch("a.csv", events(20)))
    with reading_from(store) as connection:
        nothing, seen = by_reports(connection, [], OWNED), content_now(connection)
    save_file(store, batch("b.csv", events(20, seed=1)))
    before = contents(store.url.database)
    with pytest.raises(Overtaken, match="same moment"):
        save_change(store, Change(Run("undo", "AB", MOMENT, MOMENT), Rows(nothing, nothing, ()), LATE, seen))
    assert contents(store.url.database) == before
