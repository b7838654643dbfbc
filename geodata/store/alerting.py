"""Alerts: what the scans of the store found, each kept once, and what persons said of them afterwards (`deciding.give_verdict`)."""

import datetime as dt
import json
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from geodata.redaction import require
from geodata.settings import Role
from geodata.store.engine import reading_from, writing_to
from geodata.store.runs import take_turn, utc
from geodata.store.tables import ALERT_VERDICTS, ALERTS, EVENTS, SCANS

#: An alert goes on from an earlier one when half of the events of one of the two are in the other.
SAME_SHARE = 0.5
#: No longer than a cylinder can last can a scan go on from another.
LONGEST_DAYS = 91


class FoundAlert(NamedTuple):
    """One cylinder (`layers.scan.Cylinder`). place: as `layers.scan_places.Place`. first_day, last_day: 2025-12-31, both included."""

    kind: str
    place: dict[str, Any]
    first_day: str
    last_day: str
    observed: int
    n_events: int
    expected: float
    statistic: float
    p: float
    recurrence_days: float
    at_least: bool
    event_ids: list[str]


class FoundScan(NamedTuple):
    """One look at the data up to ``last_day``. digest: of everything that it was worked out from."""

    first_day: str
    last_day: str
    n_cases: int
    n_left_out: int
    n_simulations: int
    interval_days: int
    threshold_days: int
    digest: str
    made_at: dt.datetime
    alerts: list[FoundAlert]


class ScanRow(NamedTuple):
    """A scan as it is kept."""

    scan_id: int
    first_day: str
    last_day: str
    n_cases: int
    n_left_out: int
    n_simulations: int
    interval_days: int
    threshold_days: int
    digest: str
    made_at: str
    superseded_by: int | None


class AlertRow(NamedTuple):
    """A cylinder as it is kept. first_alert: the alert_id that it had when it was found first. scan_day: last day of its scan.

    is_standing: its scan is not superseded and its events are still there.
    """

    alert_id: int
    scan_id: int
    first_alert: int
    kind: str
    place: dict[str, Any]
    first_day: str
    last_day: str
    observed: int
    n_events: int
    expected: float
    statistic: float
    p: float
    recurrence_days: float
    at_least: bool
    event_ids: list[str]
    scan_day: str
    is_standing: bool


class Verdict(NamedTuple):
    """What a person said of an alert. alert_id: its first_alert."""

    verdict_id: int
    alert_id: int
    verdict: str
    note: str
    who: str
    decided_at: str


def last_known_day(engine: sa.Engine, by: dt.date) -> str | None:
    """The last day, up to ``by``, on which an event of the region is known to have happened; None: there is none."""
    known = (EVENTS.c.happened_from == EVENTS.c.happened_to, EVENTS.c.in_region, EVENTS.c.duplicate_of.is_(None))
    wanted = sa.select(EVENTS.c.happened_from).where(*known, EVENTS.c.happened_from <= by.isoformat())
    with reading_from(engine) as connection:
        day: str | None = connection.scalar(wanted.order_by(EVENTS.c.happened_from.desc()).limit(1))
    return None if day is None else day[:10]


def count_rows(engine: sa.Engine, first: str, last: str) -> int:
    """Rows of events that begin between two days, both included: how long a scan of them would take."""
    wanted = sa.select(sa.func.count()).select_from(EVENTS).where(EVENTS.c.happened_from >= first, EVENTS.c.happened_from <= last)
    with reading_from(engine) as connection:
        return int(connection.scalar(wanted) or 0)


def scans(engine: sa.Engine, *, role: Role) -> list[ScanRow]:
    """Scans that are not superseded, the newest last day first. Raises NotAllowed, StoreProblem."""
    require(role, "alerts")
    with reading_from(engine) as connection:
        return _scans(connection)


def alerts(engine: sa.Engine, *, role: Role) -> list[AlertRow]:
    """Every alert of every scan, superseded ones too, in the order in which they were found. Raises NotAllowed, StoreProblem."""
    require(role, "alerts")
    with reading_from(engine) as connection:
        return _alerts(connection)


def verdicts(engine: sa.Engine, *, role: Role) -> list[Verdict]:
    """Verdicts that stand, the newest first. Raises NotAllowed, StoreProblem."""
    require(role, "alerts")
    wanted = sa.select(*(ALERT_VERDICTS.c[name] for name in Verdict._fields)).where(ALERT_VERDICTS.c.undone_at.is_(None))
    with reading_from(engine) as connection:
        return [Verdict(*row) for row in connection.execute(wanted.order_by(ALERT_VERDICTS.c.verdict_id.desc()))]


def known_events(engine: sa.Engine, ids: Collection[str]) -> set[str]:
    """Those of these event ids that the store has."""
    from geodata.store.present import chunks

    found: set[str] = set()
    with reading_from(engine) as connection:
        for portion in chunks(ids):
            found.update(connection.scalars(sa.select(EVENTS.c.event_id).where(EVENTS.c.event_id.in_(portion))))
    return found


def save_scans(engine: sa.Engine, found: Sequence[FoundScan], gone: Collection[int] = ()) -> int:
    """Keep scans, earlier ones first, all of them or none. Returns how many were new.

    A scan that is kept already is left alone. A new one supersedes those of the same week and those of days after it, which are in the
    data no longer. gone: alert_ids whose events have left the store; all others are there. Raises StoreProblem.
    """
    with writing_to(engine) as connection:
        take_turn(connection)
        new = sum(_save(connection, scan) for scan in sorted(found, key=lambda scan: scan.last_day))
        is_gone = ALERTS.c.alert_id.in_(sorted(gone))
        connection.execute(sa.update(ALERTS).where(is_gone, ~ALERTS.c.is_gone).values(is_gone=True))
        connection.execute(sa.update(ALERTS).where(~is_gone, ALERTS.c.is_gone).values(is_gone=False))
        return new


def _save(connection: sa.Connection, scan: FoundScan) -> bool:
    standing = _scans(connection)
    if any(row.last_day == scan.last_day and row.digest == scan.digest for row in standing):
        return False
    values = scan._asdict()
    values["made_at"] = utc(scan.made_at)
    scan_id = _key(connection.execute(sa.insert(SCANS), {name: value for name, value in values.items() if name != "alerts"}))
    week_before = _days_before(scan.last_day, scan.interval_days)
    old = [row.scan_id for row in standing if row.last_day > week_before]
    if old:
        connection.execute(sa.update(SCANS).where(SCANS.c.scan_id.in_(old)).values(superseded_by=scan_id))
    earlier = _goes_on_from(connection, scan, scan_id)
    for alert in scan.alerts:
        first = _same_as(alert, earlier)
        earlier = [row for row in earlier if row.first_alert != first]
        row = alert._asdict() | {
            "place": json.dumps(alert.place, ensure_ascii=False), "event_ids": json.dumps(alert.event_ids, ensure_ascii=False),
            "scan_id": scan_id, "first_alert": first or 0, "is_gone": False,
        }  # fmt: skip
        alert_id = _key(connection.execute(sa.insert(ALERTS), row))
        if first is None:
            connection.execute(sa.update(ALERTS).where(ALERTS.c.alert_id == alert_id).values(first_alert=alert_id))
    return True


def _goes_on_from(connection: sa.Connection, scan: FoundScan, scan_id: int) -> list[AlertRow]:
    """The newest row of each alert of which this scan may find more."""
    oldest = _days_before(scan.last_day, LONGEST_DAYS)
    rows = [row for row in _alerts(connection) if row.scan_id != scan_id and row.scan_day >= oldest]
    return list({row.first_alert: row for row in rows}.values())


def _same_as(alert: FoundAlert, earlier: Sequence[AlertRow]) -> int | None:
    """The first_alert of the earlier one that shares most events, if it shares enough."""
    mine, best = set(alert.event_ids), (0.0, 0)
    for row in earlier:
        theirs = set(row.event_ids)
        share = len(mine & theirs) / max(min(len(mine), len(theirs)), 1)
        best = max(best, (share, -row.first_alert))
    return -best[1] if best[0] >= SAME_SHARE else None


def _scans(connection: sa.Connection) -> list[ScanRow]:
    wanted = sa.select(*(SCANS.c[name] for name in ScanRow._fields)).where(SCANS.c.superseded_by.is_(None))
    return [ScanRow(*row) for row in connection.execute(wanted.order_by(SCANS.c.last_day.desc(), SCANS.c.scan_id.desc()))]


def _alerts(connection: sa.Connection) -> list[AlertRow]:
    names = [name for name in AlertRow._fields if name not in ("scan_day", "is_standing")]
    wanted = sa.select(*(ALERTS.c[name] for name in names), SCANS.c.last_day, SCANS.c.superseded_by, ALERTS.c.is_gone)
    wanted = wanted.join_from(ALERTS, SCANS, ALERTS.c.scan_id == SCANS.c.scan_id).order_by(ALERTS.c.alert_id)
    rows = []
    for *values, scan_day, superseded_by, is_gone in connection.execute(wanted):
        row = dict(zip(names, values, strict=True))
        row |= {"place": json.loads(row["place"]), "event_ids": json.loads(row["event_ids"])}
        rows.append(AlertRow(**row, scan_day=scan_day, is_standing=superseded_by is None and not is_gone))
    return rows


def _days_before(day: str, n: int) -> str:
    return (dt.date.fromisoformat(day) - dt.timedelta(days=n)).isoformat()


def _key(result: sa.CursorResult[Any]) -> int:
    key = result.inserted_primary_key
    return int(key[0]) if key else 0
