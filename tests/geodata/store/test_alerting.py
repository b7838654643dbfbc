"""Scans and alerts in the store: each kept once, the newest of a week stands, one alert through many weeks, verdicts that can be undone."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from geodata.errors import NotAllowed, WrongTable
from geodata.store import alerting
from geodata.store.alerting import FoundAlert, FoundScan, save_scans
from geodata.store.deciding import VERDICTS, give_verdict, undo_verdict
from geodata.store.writing import save_file

NOW = dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC)
PLACE = {"cells": [], "area_id": "p"}


def alert(*ids, kind="area"):
    return FoundAlert(kind, PLACE, "2024-04-01", "2024-04-30", len(ids), len(ids), 0.5, 9.0, 0.001, 7000.0, True, list(ids))


def look(last_day, *alerts, digest="d"):
    return FoundScan("2021-05-01", last_day, 100, 5, 999, 7, 365, digest, NOW, list(alerts))


def rows(store):
    return alerting.alerts(store, role="command")


def standing(store):
    return [(row.first_alert, row.scan_day) for row in rows(store) if row.is_standing]


def test_the_same_scan_again_changes_nothing(store, settings, contents):
    scans = [look("2024-04-23"), look("2024-04-30", alert("a", "b", "c"))]
    assert save_scans(store, scans) == 2
    before = contents(settings.data / "panj.sqlite")
    assert save_scans(store, scans) == 0
    assert contents(settings.data / "panj.sqlite") == before
    assert [scan.last_day for scan in alerting.scans(store, role="command")] == ["2024-04-30", "2024-04-23"]


def test_an_alert_that_goes_on_is_one_alert_and_two_alerts_stay_two(store):
    save_scans(store, [look("2024-04-16", alert("a", "b", "c")), look("2024-04-23", alert("b", "c", "d", "e"), alert("x", "y", "z"))])
    save_scans(store, [look("2024-04-30", alert("z", "y", "x", "w"), alert("d", "e", "f"), alert("q"))])
    assert [row.first_alert for row in rows(store)] == [1, 1, 3, 3, 1, 6]


def test_two_alerts_of_one_scan_are_never_one_even_where_both_share_events_with_an_earlier_one(store):
    save_scans(store, [look("2024-04-23", alert("a", "b", "c", "d")), look("2024-04-30", alert("a", "b"), alert("c", "d"))])
    assert [row.first_alert for row in rows(store)] == [1, 1, 3]


def test_what_is_older_than_a_cylinder_can_last_is_not_gone_on_from(store):
    save_scans(store, [look("2024-01-01", alert("a", "b")), look("2024-04-02", alert("a", "b"))])
    assert [row.first_alert for row in rows(store)] == [1, 2]


@pytest.mark.parametrize("again", ["2024-04-30", "2024-05-03"])
def test_a_later_look_at_the_same_week_takes_the_place_of_the_earlier_one(store, again):
    save_scans(store, [look("2024-04-23", alert("a", "b")), look("2024-04-30", alert("a", "b", "c"), alert("x", "y"))])
    save_scans(store, [look(again, alert("b", "c"), digest="other")])
    assert [scan.last_day for scan in alerting.scans(store, role="command")] == [again, "2024-04-23"]
    assert standing(store) == [(1, "2024-04-23"), (1, again)]


def test_scans_of_days_that_are_in_the_data_no_longer_do_not_stand(store):
    save_scans(store, [look("2024-04-23", alert("a", "b")), look("2024-04-30", alert("x", "y"))])
    save_scans(store, [look("2024-04-20", digest="other")])
    assert [scan.last_day for scan in alerting.scans(store, role="command")] == ["2024-04-20"]
    assert standing(store) == []


def test_alerts_whose_events_left_do_not_stand_and_do_again_when_they_are_back(store):
    save_scans(store, [look("2024-04-30", alert("a", "b"))])
    save_scans(store, [], gone=[1])
    assert standing(store) == []
    save_scans(store, [])
    assert standing(store) == [(1, "2024-04-30")]


def test_a_verdict_is_about_the_alert_in_all_its_weeks_the_last_one_counts_and_it_can_be_taken_back(store):
    save_scans(store, [look("2024-04-23", alert("a", "b")), look("2024-04-30", alert("a", "b", "c"))])
    give_verdict(store, role="command", who=" АБ ", alert_id=2, verdict="late", note="known by phone", now=NOW)
    given = give_verdict(store, role="planner", who="CD", alert_id=1, verdict="true", now=NOW)
    (one,) = alerting.verdicts(store, role="command")
    assert (one.verdict_id, one.alert_id, one.verdict, one.who, one.decided_at) == (given, 1, "true", "CD", "2024-05-01T12:00:00+00:00")
    undo_verdict(store, role="command", who="EF", alert_id=2, now=NOW)
    assert alerting.verdicts(store, role="command") == []
    with pytest.raises(WrongTable, match="no verdict"):
        undo_verdict(store, role="command", who="EF", alert_id=2)
    with store.connect() as connection:
        kept = connection.exec_driver_sql("SELECT verdict, who, undone_by FROM alert_verdicts ORDER BY verdict_id").all()
    assert kept == [("late", "АБ", "CD"), ("true", "CD", "EF")]


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"alert_id": 9}, "no alert 9"), ({"verdict": "maybe"}, "true, false, late"), ({"who": " "}, "initials")],
)
def test_a_verdict_that_cannot_be_is_refused_with_a_sentence_and_changes_nothing(store, changed, said):
    save_scans(store, [look("2024-04-30", alert("a", "b"))])
    with pytest.raises(WrongTable, match=said):
        give_verdict(store, **{"role": "command", "who": "AB", "alert_id": 1, "verdict": "true"} | changed)
    assert alerting.verdicts(store, role="command") == []


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_neither_see_alerts_nor_judge_them(store, role):
    save_scans(store, [look("2024-04-30", alert("a", "b"))])
    for read in (alerting.scans, alerting.alerts, alerting.verdicts):
        with pytest.raises(NotAllowed):
            read(store, role=role)
    for verdict in VERDICTS:
        with pytest.raises(NotAllowed):
            give_verdict(store, role=role, who="AB", alert_id=1, verdict=verdict)
    with pytest.raises(NotAllowed):
        undo_verdict(store, role=role, who="AB", alert_id=1)


def test_the_last_known_day_is_that_of_an_event_of_the_region_and_not_of_tomorrow(store, events, batch):
    assert alerting.last_known_day(store, NOW.date()) is None
    table = events(20)
    table.loc[1, ["happened_from", "happened_to"]] = "2019-03-04"
    table.loc[2, ["happened_from", "happened_to"]] = ["2020-01-01", "2020-12-31"]
    table.loc[3, ["happened_from", "happened_to"]] = "2031-01-01"
    table.loc[4, ["happened_from", "happened_to"]] = "2022-01-01"
    table.loc[4, "in_region"] = False
    save_file(store, batch("a.csv", table))
    assert alerting.last_known_day(store, NOW.date()) == "2019-03-04"
    assert alerting.count_rows(store, "2019-01-01", "2020-12-31") == 2
    assert alerting.known_events(store, ["no", table["event_id"][0]]) == {table["event_id"][0]}


def test_no_statement_about_alerts_is_sqlite_only(store):
    seen = []
    sa.event.listen(store, "before_execute", lambda _connection, statement, *_rest: seen.append(statement))
    save_scans(store, [look("2024-04-23", alert("a")), look("2024-04-30", alert("a"))], gone=[1])
    give_verdict(store, role="command", who="AB", alert_id=1, verdict="true")
    alerting.known_events(store, ["a"])
    alerting.last_known_day(store, NOW.date())
    for statement in seen:
        assert "PRAGMA" not in str(statement.compile(dialect=postgresql.dialect()))
    assert len(seen) > 15
