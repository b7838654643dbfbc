"""The panel of alerts: what it says of the store, in three languages; verdicts of insiders from our own page, and of nobody else."""

import datetime as dt
import json
import re
import shutil

import pytest

from dashboard.answers.alerts import Known, answer
from dashboard.language import LANGUAGES, language
from dashboard.queries import Queries
from dashboard.user import User
from dashboard.view_state import ViewState
from etl.alerts import find_alerts
from geodata.settings import Settings
from geodata.store import alerting
from geodata.store.alerting import AlertRow, FoundAlert, FoundScan, ScanRow, Verdict, save_scans
from geodata.store.engine import open_store

OWN = {"X-Panj": "1", "X-Panj-Who": "%D0%90%D0%91"}
HOST = {"Host": "127.0.0.1:8050"}
NAMES = {"p": "Khatlon", "s1": "Ayvoj", "s2": "Panj", "c1": "Trunk"}
SCAN = ScanRow(7, "2021-05-01", "2024-04-30", 100, 5, 999, 7, 365, "d", "2024-05-01T12:00:00+00:00", None)
EMPTY = {
    "cells": [], "section_ids": [], "corridor_id": "", "area_id": "", "near_id": "", "from_km": None, "to_km": None, "lon": None,
    "lat": None, "radius_km": None,
}  # fmt: skip
PLACES = {
    "area": EMPTY | {"area_id": "p"},
    "line": EMPTY | {"section_ids": ["s1", "s2"], "from_km": 0.0, "to_km": 80.0, "lon": 68.0, "lat": 37.0},
    "corridor": EMPTY | {"corridor_id": "c1", "from_km": 25.0, "to_km": 100.0, "lon": 68.0, "lat": 38.0},
    "cells": EMPTY | {"cells": ["85208643fffffff"], "lon": 69.25, "lat": 37.5, "radius_km": 9.8, "near_id": "p"},
}


def row(alert_id, first=None, *, kind="area", scan_day="2024-04-30", is_standing=True, **other):
    values = {
        "alert_id": alert_id, "scan_id": 7, "first_alert": first or alert_id, "kind": kind, "place": PLACES[kind],
        "first_day": "2024-04-01", "last_day": scan_day, "observed": 14,
        "n_events": 14, "expected": 3.26, "statistic": 9.0, "p": 0.002, "recurrence_days": 3500.0,
        "at_least": False, "event_ids": ["a"], "scan_day": scan_day, "is_standing": is_standing,
    }  # fmt: skip
    return AlertRow(**values | other)


def verdict(alert_id, what, number=1):
    return Verdict(number, alert_id, what, "", "AB", "2024-05-02T08:00:00+00:00")


def told(alerts, verdicts=(), code="en", scans=(SCAN,), last_day="2024-04-30"):
    return answer(Known(scans, alerts, verdicts, last_day), NAMES, language(code))


def groups(panel):
    return {group["id"]: [item["id"] for item in group["items"]] for group in panel["groups"]}


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", PLACES)
def test_an_alert_says_where_how_many_when_and_how_rare_in_every_language(code, kind):
    (item,) = told([row(1, kind=kind)], code=code)["groups"][0]["items"]
    assert "14" in item["text"]
    assert ("3.3" if code == "en" else "3,3") in item["text"]
    assert "2024" in item["detail"]
    assert "10" in item["detail"]
    assert item["period"] == "2024-04..2024-04"
    assert item["picks"] == "alert:1", "its own events, whatever kind of place it is about"
    assert {"area": "Khatlon", "line": "Ayvoj – Panj", "corridor": "Trunk", "cells": "Khatlon"}[kind] in item["text"]
    assert not re.search(r"[{}]|alerts\.", json.dumps(item["text"] + item["detail"]))


def test_an_alert_says_where_its_middle_is_of_cells_and_of_an_area():
    place = PLACES["cells"] | {"cells": ["85208643fffffff", "85208647fffffff"]}
    (item,) = told([row(17, 1, kind="cells", place=place)])["groups"][0]["items"]
    assert item["picks"] == "alert:17" and item["alert"]["centre"] == [69.25, 37.5]
    panel = answer(Known((SCAN,), [row(1)], (), "2024-04-30"), NAMES, language("en"), {"p": (69.5, 37.9)})
    assert panel["groups"][0]["items"][0]["alert"]["centre"] == [69.5, 37.9]


def test_alerts_lie_with_those_that_stand_those_that_wait_and_those_that_are_closed():
    rows = [
        row(1, scan_day="2024-04-23"), row(2, 1), row(3, scan_day="2024-04-23"), row(4, scan_day="2024-04-23"), row(5),
        row(6, is_standing=False), row(7, is_standing=False),
    ]  # fmt: skip
    panel = told(rows, [verdict(4, "false"), verdict(5, "true", 2), verdict(7, "late", 3)])
    assert groups(panel) == {"standing": ["1"], "waiting": ["3"], "closed": ["5", "7", "4"]}
    assert panel["lead"].startswith("2 alerts stand in the data up to 30")
    tones = {item["id"]: (item["tone"], item["verdict"]) for group in panel["groups"] for item in group["items"]}
    assert tones == {"1": ("hot", None), "3": ("plain", None), "4": ("bad", "false"), "5": ("good", "true"), "7": ("new", "late")}
    first = panel["groups"][0]["items"][0]["alert"]
    assert (first["found_on"], first["weeks"], first["is_standing"]) == ("2024-04-23", 2, True)


def test_the_record_counts_verdicts_by_the_quarter_in_which_the_alert_was_found():
    rows = [row(n, scan_day=day) for n, day in ((1, "2024-01-02"), (2, "2024-03-26"), (3, "2024-04-02"), (4, "2024-04-30"))]
    panel = told(rows, [verdict(1, "true"), verdict(2, "late", 2), verdict(3, "false", 3)])
    (table,) = panel["tables"]
    assert table["rows"] == [["Q2 2024", "0", "0", "1", "1"], ["Q1 2024", "1", "1", "0", "0"]]
    counts = {name: value for name, value in panel["record"].items() if name != "precision"}
    assert counts == {"n_true": 1, "n_late": 1, "n_false": 1, "n_open": 1, "n_scans": 1, "expected_false": 0.02}
    share, low, high = panel["record"]["precision"]
    assert (share, low, high) == pytest.approx((2 / 3, 0.2077, 0.9385), abs=1e-4)
    assert "2 of 3 alerts" in table["note"]
    assert "says little" in table["note"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_without_a_scan_without_days_and_without_an_alert_one_sentence_says_so(code):
    say = language(code)
    none = told([], code=code, scans=())
    assert none["lead"] == say("alerts.not_scanned", command="python -m etl alerts")
    assert none["groups"] == none["tables"] == none["caveats"] == []
    assert none["scan"] is None
    assert told([], code=code, scans=(SCAN._replace(n_cases=0),))["lead"] == say("alerts.nothing_known", day=say.day("2024-04-30"))
    quiet = told([], code=code)
    assert quiet["lead"] == say("alerts.lead_none", day=say.day("2024-04-30"))
    assert len(quiet["caveats"]) == 3
    assert len(told([], code=code, last_day="2024-05-20")["caveats"]) == 4


def test_many_alerts_are_cut_and_counted_and_a_small_one_is_said_to_be_small():
    panel = told([row(n, p=0.001 * n) for n in range(1, 16)])
    (group,) = panel["groups"]
    assert [item["id"] for item in group["items"]] == [str(n) for n in range(1, 13)]
    assert group["more"] == 3
    (item,) = told([row(1, observed=4, n_events=6)])["groups"][0]["items"]
    assert "Fewer than 5 events" in item["detail"]
    assert "6 reports in all" in item["detail"]
    assert item["alert"]["is_small"]


@pytest.fixture
def own(generated, tmp_path):
    """A store of the test's own with one alert more than its scan found."""
    shutil.copytree(generated.data, tmp_path / "own")
    settings = Settings.from_environment({"PANJ_DATA": str(tmp_path / "own")})
    find_alerts(settings, weeks_back=1)
    engine = open_store(settings, create=False)
    (scan,) = alerting.scans(engine, role="command")
    found = FoundAlert("area", PLACES["area"], scan.last_day, scan.last_day, 5, 5, 0.4, 9.0, 0.001, 7000.0, True, ["x"])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    save_scans(engine, [FoundScan(scan.first_day, scan.last_day, scan.n_cases, 0, 999, 7, 365, "planted", now, [found])])
    engine.dispose()
    return settings


def planted(settings, event_ids):
    """An alert of these events, in a scan that supersedes the others; its number."""
    engine = open_store(settings, create=False)
    (scan,) = alerting.scans(engine, role="command")
    found = FoundAlert("area", PLACES["area"], scan.last_day, scan.last_day, 5, 5, 0.4, 9.0, 0.001, 7000.0, True, list(event_ids))
    now = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
    save_scans(engine, [FoundScan(scan.first_day, scan.last_day, scan.n_cases, 0, 999, 7, 365, "own events", now, [found])])
    number = max(row.alert_id for row in alerting.alerts(engine, role="command"))
    engine.dispose()
    return number


@pytest.mark.parametrize("filters", ["", "&d=opium&p=2016-01..2016-01&o=tj-gbao"])
def test_an_alert_opens_exactly_its_own_events_whatever_the_filters(own, client, generated_events, filters):
    events = generated_events
    dated = events[events["happened_from"].notna() & (events["event_id"] != "x")]
    wanted = dated["event_id"].drop_duplicates().iloc[[3, 40, 700]].tolist()
    number = planted(own, [*wanted, "gone from the store"])
    queries = Queries(own, open_store(own, create=False))
    found = queries.rows(ViewState.from_query(f"s=alert:{number}{filters}"), User("command", language("en")))
    reports = set(events.loc[events["event_id"].isin(wanted), "report_id"])
    assert {row["row"] for row in found.rows} == reports and (found.n_events, found.n_more) == (3, 0)
    assert found.picked.startswith("Events of the alert") and "1 more is in the store no longer" in found.picked
    server = client(own).server.test_client()
    file = server.get(f"/en/download/events.csv?s=alert:{number}{filters}", headers=HOST).get_data(as_text=True)
    assert all(report in file for report in reports)
    assert sum(report in file for report in events["report_id"]) == len(reports)
    assert queries.rows(ViewState.from_query("s=alert:999999"), User("command", language("en"))).rows == []


def test_a_sector_lists_the_alerts_that_touch_it_and_counts_the_others(own, client, generated_events):
    mine = generated_events[generated_events["province_id"] == "tj-khatlon"]["event_id"].drop_duplicates()
    other = generated_events[generated_events["province_id"] == "tj-sughd"]["event_id"].drop_duplicates()
    number = planted(own, [mine.iloc[0], *other.head(4)])
    server = client(own).server.test_client()

    def panel(sector):
        return server.get(f"/en/data/alerts?o={sector}", headers=HOST).get_json()

    def listed(told):
        return {item["alert"]["id"] for group in told["groups"] for item in group["items"]}

    whole = panel("line")
    assert number in listed(panel("tj-khatlon")) & listed(panel("tj-sughd")) & listed(panel("tajikistan")) & listed(whole)
    assert number not in listed(panel("af-badakhshan")) and "outside the sector" in panel("af-badakhshan")["lead"]
    assert "outside" not in whole["lead"] and whole["whose"] == "" and panel("tj-khatlon")["whose"] == "Numbers: Khatlon"
    for sector in ("tj-khatlon", "af-badakhshan"):
        assert panel(sector)["record"] == whole["record"], "how good alerts have been is told of all of them"
    judged = server.post(
        f"/en/data/alerts/{number}/verdict?o=tj-khatlon", json={"verdict": "true"}, headers=HOST | {"X-Panj": "1", "X-Panj-Who": "AB"}
    )
    assert judged.get_json()["whose"] == "Numbers: Khatlon"


def test_an_alert_opens_nothing_for_outsiders(own, client, generated_events):
    number = planted(own, generated_events["event_id"].head(3).tolist())
    server = client(own, "donor").server.test_client()
    with_it, without = (
        server.get(f"/en/download/events.csv{query}", headers=HOST).get_data(as_text=True) for query in (f"?s=alert:{number}", "")
    )
    assert with_it.splitlines()[-5:] == without.splitlines()[-5:]


def ask(server, code="en"):
    return server.get(f"/{code}/data/alerts", headers=HOST)


def judge(server, alert_id, body, headers=OWN):
    return server.post(f"/en/data/alerts/{alert_id}/verdict", json=body, headers=HOST | headers)


@pytest.mark.parametrize("role", ["donor", "public"])
def test_outsiders_are_told_nothing_of_alerts_and_judge_none(client, own, role):
    server = client(own, role).server.test_client()
    for response in (ask(server), judge(server, 1, {"verdict": "true"})):
        assert response.status_code == 403
        assert "alert" not in response.get_data(as_text=True) or "Only border command" in response.get_data(as_text=True)


def test_a_verdict_is_one_request_shows_at_once_and_can_be_taken_back(client, own):
    server = client(own).server.test_client()
    before = ask(server).get_json()
    (item,) = before["groups"][0]["items"]
    after = judge(server, item["id"], {"verdict": "true", "note": "  found\n two cars "}).get_json()
    assert after == ask(server).get_json()
    (closed,) = next(group for group in after["groups"] if group["id"] == "closed")["items"]
    assert (closed["verdict"], closed["alert"]["verdict"]["who"]) == ("true", "АБ")
    assert "found two cars" in closed["detail"]
    assert after["record"]["n_true"] == 1
    assert judge(server, item["id"], {"verdict": None}).get_json() == before


@pytest.mark.parametrize(
    ("alert_id", "body", "headers", "status"),
    [
        (1, {"verdict": "true"}, {"X-Panj": "0", "X-Panj-Who": "AB"}, 403),
        (1, {"verdict": "true"}, OWN | {"Origin": "http://elsewhere.example"}, 403),
        (1, {"verdict": "true"}, OWN | {"Sec-Fetch-Site": "cross-site"}, 403),
        (1, {"verdict": "true"}, {"X-Panj": "1"}, 503),
        (999, {"verdict": "true"}, OWN, 503),
        (1, {"verdict": "perhaps"}, OWN, 503),
        (1, {}, OWN, 503),
        (1, {"verdict": None}, OWN, 503),
        (1, {"verdict": 5}, OWN, 400),
        (1, ["true"], OWN, 400),
    ],
)
def test_what_is_no_verdict_of_ours_is_refused_and_changes_nothing(client, own, alert_id, body, headers, status):
    server = client(own).server.test_client()
    before = ask(server).get_json()
    response = judge(server, alert_id, body, headers)
    assert response.status_code == status
    assert "Traceback" not in response.get_data(as_text=True)
    assert ask(server).get_json() == before


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_whole_panel_is_in_the_language_of_its_address(client, own, code):
    panel = ask(client(own).server.test_client(), code).get_json()
    assert [one["label"] for one in panel["verdicts"]] == [language(code)(f"alerts.verdict_{what}") for what in ("true", "late", "false")]
    assert not re.search(r"alerts\.[a-z_]|[{}][a-z]", json.dumps(panel, ensure_ascii=False).replace('{"', "").replace('"}', ""))
