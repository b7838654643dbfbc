"""Saving files: all or nothing, once, in any order, and the rows add up."""

import datetime as dt
from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geodata.errors import StoreProblem, WrongTable
from geodata.model import LOCATED_EVENT, REJECTED, columns, empty
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store
from geodata.store.rows import insert
from geodata.store.tables import META
from geodata.store.writing import RowCounts, known_file, known_report_ids, mark_generated, save_file


def version(engine: sa.Engine) -> str:
    return reading.facts(engine, role="command").data_version


def test_what_was_saved_is_read_again_cell_by_cell(store, events, batch):
    saved = batch("a.csv", events(100, outside=10), n_rejected=3, n_totals=4)
    save_file(store, saved)
    read = reading.events(store, role="command", in_region=None).sort_values("report_id", ignore_index=True)
    pd.testing.assert_frame_equal(read, saved.located.sort_values("report_id", ignore_index=True), check_dtype=False)
    assert read.dtypes.astype("str").tolist() == empty(LOCATED_EVENT).dtypes.astype("str").tolist()
    pd.testing.assert_frame_equal(reading.rejected(store, role="command"), saved.rejected, check_dtype=False)
    pd.testing.assert_frame_equal(reading.national_totals(store, role="command"), saved.national_totals, check_dtype=False)


def test_the_closing_numbers_of_a_file_are_kept_with_it(store, events, batch):
    saved = batch("a.csv", events(100, outside=10), n_rejected=3, merged=7, repeats=2)
    assert known_file(store, saved.file_sha256, saved.feed) is None
    save_file(store, saved)
    counts = known_file(store, saved.file_sha256, saved.feed)
    assert counts == RowCounts(rows_in=103, events=83, outside_region=10, merged=7, rejected=3, repeats=2)
    assert known_file(store, saved.file_sha256, "another feed") is None
    run = reading.runs(store, role="command").iloc[0]
    assert (run["name"], run["status"], run["started_at"]) == ("a.csv", "done", "2024-01-01T12:00:00+00:00")


def test_counts_that_the_import_hands_over_are_kept_as_they_are(store, events, batch):
    save_file(store, batch("a.csv", events(10), events=6, outside_region=3, merged=1))
    counts = known_file(store, batch("a.csv", events(1)).file_sha256, "press")
    assert (counts.events, counts.outside_region, counts.merged) == (6, 3, 1)


@pytest.mark.parametrize("wrong", [{"events": 9}, {"merged": 11}, {"outside_region": 11}])
def test_rows_that_do_not_add_up_are_refused_before_the_store_is_touched(store, events, batch, wrong):
    with pytest.raises(WrongTable, match=r"a\.csv do not add up: 10 came in"):
        save_file(store, batch("a.csv", events(10), **wrong))
    assert reading.files(store, role="command").empty


def test_a_table_that_does_not_fit_the_model_is_refused_before_the_store_is_touched(store, events, batch):
    for located in (events(3).drop(columns="lon"), events(3).assign(kind="stroll"), events(3).assign(report_id=["a", "b", "a"])):
        with pytest.raises(WrongTable):
            save_file(store, batch("a.csv", located))
    assert reading.files(store, role="command").empty


def test_the_same_file_twice_changes_nothing(store, events, batch, contents):
    saved = batch("a.csv", events(50), n_rejected=2, n_totals=2)
    save_file(store, saved)
    before = contents(store.url.database)
    save_file(store, replace(saved, started_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), as_of=dt.date(2025, 1, 1)))
    assert contents(store.url.database) == before


def test_a_later_file_that_repeats_known_reports_adds_only_the_new_ones(store, events, batch):
    both = events(60)
    save_file(store, batch("january.csv", both.iloc[:40]))
    assert known_report_ids(store, both["report_id"]) == set(both["report_id"][:40])
    save_file(store, batch("february.csv", both, merged=40))
    assert len(reading.events(store, role="command")) == 60
    assert known_report_ids(store, [*both["report_id"], "nobody"]) == set(both["report_id"])


def test_the_same_national_total_from_two_files_is_kept_once(store, events, batch):
    save_file(store, batch("a.csv", events(1), n_totals=3))
    save_file(store, batch("b.csv", events(1, seed=1), n_totals=4))
    assert len(reading.national_totals(store, role="command")) == 4


def test_a_file_without_any_event_is_saved_with_its_rejections(store, batch):
    save_file(store, batch("a.csv", empty(LOCATED_EVENT), n_rejected=3))
    assert reading.facts(store, role="command").n_rejected == 3
    assert reading.events(store, role="command").columns.tolist() == columns(LOCATED_EVENT)


def test_facts_count_events_not_rows(store, events, batch):
    rows = events(40, outside=4).assign(event_id=[f"e{number // 2}" for number in range(40)])
    save_file(store, batch("a.csv", rows, n_rejected=1))
    facts = reading.facts(store, role="command")
    undated = rows[rows["happened_from"].isna() & rows["in_region"]]
    assert (facts.n_events, facts.n_outside, facts.n_rejected) == (18, 2, 1)
    assert facts.n_undated == undated["event_id"].nunique()
    assert facts.feeds == ("press",)
    assert not facts.has_national_totals


# --- one version for one content --------------------------------------------------------------------------------------------------------


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(4)), st.integers(0, 400))
def test_the_data_version_depends_on_the_content_and_not_on_order_or_time(tmp_path_factory, events, batch, order, days):
    """Files of which some share reports, in every order, on other days."""
    everything, versions = events(80, outside=8), []
    parts = [slice(0, 30), slice(20, 50), slice(45, 80), slice(0, 80)]
    for turn, later in ((range(4), 0), (order, days)):
        engine = open_store(Settings.from_environment({"PANJ_DATA": str(tmp_path_factory.mktemp("store"))}), create=True)
        for number in turn:
            moment = dt.datetime(2024, 1, 1, tzinfo=dt.UTC) + dt.timedelta(days=later)
            part = batch(f"{number}.csv", everything.iloc[parts[number]], n_totals=number + 1, started_at=moment, finished_at=moment)
            save_file(engine, replace(part, as_of=moment.date()))
        versions.append(version(engine))
        engine.dispose()
    assert versions[0] == versions[1]


def test_every_change_of_content_changes_the_data_version(new_store, events, batch):
    plain = events(30)
    variants = {
        "plain": batch("a.csv", plain),
        "one event fewer": batch("a.csv", plain.iloc[1:]),
        "moved": batch("a.csv", plain.assign(lon=plain["lon"] + 1e-9)),
        "other drug": batch("a.csv", plain.assign(drug="cocaine")),
        "a rejection more": batch("a.csv", plain, n_rejected=1),
        "a total more": batch("a.csv", plain, n_totals=1),
        "nothing": None,
    }
    seen = {}
    for name, saved in variants.items():
        engine = new_store(name)
        if saved is not None:
            save_file(engine, saved)
        seen[name] = version(engine)
    assert len(set(seen.values())) == len(variants), seen


def test_an_outsiders_version_changes_only_when_what_they_see_changes(store, events, batch):
    def versions() -> list[str]:
        return [reading.facts(store, role=role).data_version for role in ("command", "donor", "public")]

    save_file(store, batch("a.csv", events(200)))
    first = versions()
    late = events(2, seed=1).assign(happened_from="2018-05-05", happened_to="2018-05-05", date_precision="day", drug="khat")
    save_file(store, batch("b.csv", late))
    second = versions()
    assert first[0] != second[0]
    assert first[1:] == second[1:]
    assert len(set(second)) == 3


# --- generated beside real --------------------------------------------------------------------------------------------------------------


def test_a_store_marked_as_generated_says_so_and_takes_generated_files_only(store, events, batch):
    mark_generated(store)
    mark_generated(store)
    save_file(store, batch("demo.csv", events(5), generated=True))
    assert reading.facts(store, role="public").is_generated
    with pytest.raises(StoreProblem, match=r"holds generated events and real\.csv is real: set PANJ_DATA"):
        save_file(store, batch("real.csv", events(5, seed=1)))
    assert len(reading.files(store, role="command")) == 1


def test_real_reports_are_never_joined_by_generated_ones(store, events, batch):
    save_file(store, batch("real.csv", events(5)))
    with pytest.raises(StoreProblem, match=r"demo\.csv is generated"):
        save_file(store, batch("demo.csv", events(5, seed=1), generated=True))
    with pytest.raises(StoreProblem, match="holds real reports"):
        mark_generated(store)
    assert not reading.facts(store, role="command").is_generated


def test_rows_are_inserted_for_drivers_that_want_names_as_for_those_that_want_places(store):
    named = sa.create_engine(store.url, paramstyle="named")  # PostgreSQL's driver binds by name
    with named.begin() as connection:
        insert(connection, META, [("a key", "a value"), ("another", "one")])
    named.dispose()
    with store.connect() as connection:
        assert connection.execute(sa.select(META.c.value).where(META.c.key == "a key")).scalar() == "a value"


def test_rejections_of_a_shape_that_is_not_the_models_are_refused(store, events, batch):
    with pytest.raises(WrongTable, match="reason"):
        save_file(store, replace(batch("a.csv", events(3)), rejected=empty(REJECTED).drop(columns="reason")))
