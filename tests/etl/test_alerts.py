"""`etl alerts`: a planted outbreak is found in the store, once however often it is asked, also when it is killed at any moment."""

import datetime as dt
import hashlib
import os
import shutil
import signal
import sqlite3

import numpy as np
import pytest
import sqlalchemy as sa

from etl import __main__ as command
from etl.alerts import WEEKS_BACK, Scanned, after_a_change, find_alerts
from etl.undo import undo_run
from geodata.model import LOCATED_EVENT, REJECTED, empty
from geodata.settings import Settings
from geodata.store import alerting, reading
from geodata.store.engine import open_store
from geodata.store.writing import FileBatch, save_file

LAST = dt.date(2024, 4, 30)
NOON = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)
#: (lon, lat, district, province) of places that are far from each other.
PLACES = [
    (69.1, 37.6, "tj-khatlon-panj", "tj-khatlon"),
    (69.6, 37.8, "tj-khatlon-vose", "tj-khatlon"),
    (71.5, 37.5, "tj-gbao-khorog", "tj-gbao"),
    (69.6, 40.2, "tj-sughd-khujand", "tj-sughd"),
]


def file_of(name, days, places):
    """A batch of sharp events at these places on these days."""
    n = len(days)
    sha = hashlib.sha256(name.encode()).hexdigest()
    ids = [hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:32] for number in range(n)]
    at = [PLACES[place] for place in places]
    located = empty(LOCATED_EVENT).reindex(range(n)).assign(
        report_id=ids, event_id=ids, feed="press", file_sha256=sha, row_number=range(2, n + 2), repeat_number=1, kind="seizure",
        happened_from=days, happened_to=days, date_precision="day", country_iso3="TJK", drug="heroin", weight_kg=1.0, in_region=True,
        lon=[one[0] + 1e-6 * i for i, one in enumerate(at)], lat=[one[1] for one in at], uncertainty_m=2_000.0, precision_level="place",
        locate_rule="exact_name_village", locate_status="located", district_id=[one[2] for one in at], province_id=[one[3] for one in at],
    )  # fmt: skip
    return FileBatch(
        feed="press", file_sha256=sha, name=name, size=1, rows_in=n, located=located, rejected=empty(REJECTED), national_totals=None,
        merged=0, repeats=0, started_at=NOON, finished_at=NOON, as_of=NOON.date(),
    )  # fmt: skip


def quiet(seed=0, n=1200):
    """Five years and a half without interaction, the last event on LAST."""
    rng = np.random.default_rng(seed)
    back = np.r_[0, rng.integers(0, 2000, n - 1)]
    return file_of(f"quiet {seed}", [(LAST - dt.timedelta(int(b))).isoformat() for b in back], rng.choice(4, n, p=[0.5, 0.3, 0.05, 0.15]))


def outbreak(last=LAST, n=14):
    """n events in ten days in the quietest place."""
    return file_of(f"outbreak {last}", [(last - dt.timedelta(i * 10 // n)).isoformat() for i in range(n)], [2] * n)


@pytest.fixture(scope="module")
def filled(tmp_path_factory, places_cache):
    """A store with quiet years and an outbreak at their end; to be copied."""
    settings = Settings.from_environment({"PANJ_DATA": str(tmp_path_factory.mktemp("alerts") / "data")})
    engine = open_store(settings, create=True)
    save_file(engine, quiet())
    save_file(engine, outbreak())
    engine.dispose()
    (settings.data / "cache").symlink_to(places_cache)
    return settings


def copy_of(settings, folder):
    shutil.copytree(settings.data, folder, symlinks=True)
    return Settings.from_environment({"PANJ_DATA": str(folder)})


@pytest.fixture
def own(filled, tmp_path):
    return copy_of(filled, tmp_path / "own")


def known(settings):
    engine = open_store(settings, create=False)
    try:
        return alerting.scans(engine, role="command"), alerting.alerts(engine, role="command")
    finally:
        engine.dispose()


def dump(settings):
    with sqlite3.connect(settings.data / "panj.sqlite") as connection:
        return [connection.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in ("scans", "alerts", "alert_verdicts")]


def looked(settings, **more):
    return find_alerts(settings, now=lambda: NOON, **more)


def test_an_outbreak_is_found_with_its_place_its_days_and_its_events_and_nothing_else_is(own):
    assert looked(own) == Scanned(WEEKS_BACK, "2024-04-30", 1)
    scans, alerts = known(own)
    assert [scan.last_day for scan in scans] == [(LAST - dt.timedelta(7 * back)).isoformat() for back in range(WEEKS_BACK)]
    standing = [row for row in alerts if row.is_standing and row.scan_day == "2024-04-30"]
    assert len(standing) == 1
    assert standing[0].last_day == "2024-04-30"
    assert standing[0].first_day >= "2024-04-10"
    assert standing[0].n_events >= 14
    assert standing[0].at_least
    assert standing[0].place["area_id"] == "tj-gbao-khorog" or standing[0].place["near_id"] == "tj-gbao-khorog"
    assert {row.first_alert for row in alerts} == {row.first_alert for row in alerts if row.scan_day >= "2024-04-23"}


def test_asked_again_nothing_is_written(own):
    looked(own)
    before = dump(own)
    assert looked(own) == Scanned(0, "2024-04-30", 1)
    assert dump(own) == before


def test_weeks_that_came_since_are_scanned_and_the_alert_goes_on(own):
    looked(own)
    engine = open_store(own, create=False)
    save_file(engine, outbreak(LAST + dt.timedelta(14), 12))
    engine.dispose()
    assert looked(own).scans == 2
    scans, alerts = known(own)
    assert [scan.last_day for scan in scans][:3] == ["2024-05-14", "2024-05-07", "2024-04-30"]
    before, since = ({row.first_alert for row in alerts if row.scan_day == day} for day in ("2024-04-30", "2024-05-07"))
    assert since
    assert since <= before


def test_an_import_that_was_undone_takes_its_alert_with_it(own):
    looked(own)
    engine = open_store(own, create=False)
    run_id = int(reading.runs(engine, role="command")["run_id"].max())
    engine.dispose()
    undo_run(own, run_id, now=lambda: NOON)
    assert looked(own) == Scanned(1, "2024-04-30", 0)
    assert [row for row in known(own)[1] if row.is_standing] == []


def test_after_an_import_only_the_newest_week_is_scanned_and_a_store_that_cannot_be_read_is_no_error(own, tmp_path):
    assert after_a_change(own) == Scanned(1, "2024-04-30", 1)
    assert after_a_change(Settings.from_environment({"PANJ_DATA": str(tmp_path / "nowhere")})) is None


def test_a_store_without_known_days_says_so(tmp_path, places_cache, capsys, monkeypatch):
    settings = Settings.from_environment({"PANJ_DATA": str(tmp_path / "empty")})
    open_store(settings, create=True).dispose()
    assert looked(settings) == Scanned(0, None, 0)
    monkeypatch.setenv("PANJ_DATA", str(settings.data))
    assert command.main(["alerts"]) == 0
    assert capsys.readouterr().out == "early warnings: no event has a known day\n"


def test_the_command_prints_what_stands(own, capsys, monkeypatch):
    monkeypatch.setenv("PANJ_DATA", str(own.data))
    assert command.main(["alerts"]) == 0
    first, *alerts = capsys.readouterr().out.splitlines()
    told = f"scans made {WEEKS_BACK}, alerts standing 1, of earlier weeks without a verdict 0"
    assert first == f"early warnings: data up to 2024-04-30, {told}"
    assert len(alerts) == 1
    assert "by chance once in >7000 days; open" in alerts[0]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_at_any_statement_there_are_all_scans_or_none_and_the_next_run_completes_them(filled, tmp_path):
    unharmed = copy_of(filled, tmp_path / "unharmed")
    looked(unharmed, weeks_back=1)
    nothing, whole = dump(filled), dump(unharmed)
    outcomes = []
    for moment in range(1, 64, 6):
        mine = copy_of(filled, tmp_path / f"killed-{moment}")
        child = os.fork()
        if child == 0:
            _die_at(moment)
            looked(mine, weeks_back=1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        left = dump(mine)
        assert left in (nothing, whole)
        outcomes.append((os.WIFSIGNALED(status), left == whole))
        assert looked(mine, weeks_back=1).standing == 1
        assert dump(mine) == whole
    assert (True, False) in outcomes, "killed before it was saved"
    assert (True, True) in outcomes or (False, True) in outcomes, "far enough to be saved"
    assert sum(was_killed for was_killed, _ in outcomes) > 5


def _die_at(moment):
    sent = 0

    def count(*_):
        nonlocal sent
        sent += 1
        if sent > moment:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        sa.event.listen(sa.Engine, name, count)
