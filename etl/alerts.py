"""Early warning: scan the stored events week by week up to the last day, and keep what stands out. Twice the same is once."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl.progress import Progress, no_progress
from geodata.errors import PanjError
from geodata.settings import Settings
from geodata.store import alerting, reading
from geodata.store.alerting import FoundAlert, FoundScan
from geodata.store.engine import open_store
from layers.scan import (
    INTERVAL_DAYS,
    N_SIMULATIONS,
    SEASON_DAYS,
    SEED,
    STUDY_DAYS,
    STUDY_YEARS,
    THRESHOLD_DAYS,
    WEEK,
    WEEKS,
    YEAR_DAYS,
    Cylinder,
    Scan,
    in_season,
    scan,
)
from layers.scan_places import place_of
from layers.scan_zones import COLUMNS, Ground, days_of, ground

#: A store without scans gets those of the last quarter, so that alerts have a past; one with scans gets those that it lacks.
WEEKS_BACK = 13
#: After an import the scan comes by itself where the study period has at most so many rows: a second or two. Beyond, by its own verb.
CHEAP_ROWS = 100_000
_EPOCH = dt.date(1970, 1, 1)


class Scanned(NamedTuple):
    """scans: newly made ones. last_day: up to which the newest looks, None where no event has a known day. standing: alerts in it.
    waiting: alerts of earlier scans that no longer stand and have no verdict yet."""

    scans: int
    last_day: str | None
    standing: int
    waiting: int = 0


def find_alerts(
    settings: Settings,
    progress: Progress = no_progress,
    *,
    only_cheap: bool = False,
    weeks_back: int = WEEKS_BACK,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
) -> Scanned | None:
    """Make the scans that the store lacks and keep their alerts, all in one transaction.

    The newest ends on the last day of the data, the others whole weeks before, down to the last scan there is; a large store without
    scans gets the newest only. What was scanned with the same data is left alone. only_cheap: None, and nothing done, where it would
    take long. Raises StoreProblem.
    """
    engine = open_store(settings, create=False)
    try:
        last = alerting.last_known_day(engine, now().date())
        if last is None:
            return Scanned(0, None, 0)
        standing = alerting.scans(engine, role="command")
        ends = _ends(
            dt.date.fromisoformat(last), [dt.date.fromisoformat(row.last_day) for row in standing], 1 if only_cheap else weeks_back
        )
        is_cheap = alerting.count_rows(engine, (ends[0] - dt.timedelta(STUDY_DAYS)).isoformat(), last) <= CHEAP_ROWS
        if only_cheap and not is_cheap:
            return None
        if not is_cheap and not standing:
            ends = ends[-1:]  # a past for the alerts is worth seconds, not hours
        events = _events(engine, ends)
        found = _scans(settings, events, ends, {(row.last_day, row.digest) for row in standing}, now, progress)
        new = alerting.save_scans(engine, found, _gone(engine))
        rows = alerting.alerts(engine, role="command")
        stands = {row.first_alert for row in rows if row.is_standing and row.scan_day == last}
        judged = {verdict.alert_id for verdict in alerting.verdicts(engine, role="command")}
        waiting = {row.first_alert for row in rows if row.is_standing} - stands - judged
        return Scanned(new, last, len(stands), len(waiting))
    finally:
        engine.dispose()


def after_a_change(settings: Settings, progress: Progress = no_progress) -> Scanned | None:
    """The newest scan, where that is cheap. What was imported or taken back is saved by then: a scan that fails does not undo it."""
    try:
        return find_alerts(settings, progress, only_cheap=True)
    except PanjError:
        return None


def alerts_line(scanned: Scanned | None) -> str:
    """What came of it, as one line."""
    if scanned is None:
        return "early warnings: not looked for; run python -m etl alerts"
    if scanned.last_day is None:
        return "early warnings: no event has a known day"
    told = f"scans made {scanned.scans}, alerts standing {scanned.standing}, of earlier weeks without a verdict {scanned.waiting}"
    return f"early warnings: data up to {scanned.last_day}, {told}"


def _ends(last: dt.date, made: list[dt.date], weeks_back: int) -> list[dt.date]:
    """Last days of the scans to make, the earliest first: a week apart, and none within a week of those that were made before."""
    newest = max(made, default=None)
    if newest is None:
        n = max(weeks_back, 1)
    elif newest > last:  # an import was taken back
        n = 1
    else:
        n = min(max((last - newest).days // INTERVAL_DAYS, 1), WEEKS)
    return [last - dt.timedelta(days=INTERVAL_DAYS * back) for back in reversed(range(n))]


def _events(engine: sa.Engine, ends: list[dt.date]) -> pd.DataFrame:
    """Located events of the seasons of these scans, the oldest first; what lies in no scan's season is not read."""
    parts = []
    for year in reversed(range(STUDY_YEARS)):
        back = dt.timedelta(days=int(year * YEAR_DAYS))
        first, last = ends[0] - back - dt.timedelta(days=SEASON_DAYS + 1), ends[-1] - back
        parts.append(reading.events(engine, role="command", only=COLUMNS, between=(first.isoformat(), last.isoformat())))
    return pd.concat(parts, ignore_index=True)


def _scans(
    settings: Settings,
    events: pd.DataFrame,
    ends: list[dt.date],
    made: set[tuple[str, str]],
    now: Callable[[], dt.datetime],
    progress: Progress,
) -> list[FoundScan]:
    from geodata.places.corridors import load_corridors
    from geodata.places.sections import load_section_table

    sections, corridors = load_section_table(settings.cache), load_corridors()
    day = days_of(events)[0]
    found = []
    for done, end in enumerate(ends):
        progress("alerts", done, len(ends))
        # Of its own study period only: what is kept of a scan must not depend on how many others were made with it.
        there = ground(events[in_season(day, _day(end))], sections, corridors)
        digest = _digest(there, _day(end))
        if (end.isoformat(), digest) in made:
            continue
        result = scan(there.cases, there.zones, _day(end))
        alerts = [_alert(one, there, sections, corridors) for one in result.cylinders]
        found.append(_found(result, there, digest, alerts, now()))
    progress("alerts", len(ends), len(ends))
    return found


def _found(result: Scan, there: Ground, digest: str, alerts: list[FoundAlert], now: dt.datetime) -> FoundScan:
    return FoundScan(
        first_day=_iso(result.first_day),
        last_day=_iso(result.last_day),
        n_cases=result.n_cases,
        n_left_out=int((there.case_of < 0).sum()),
        n_simulations=result.n_simulations,
        interval_days=INTERVAL_DAYS,
        threshold_days=THRESHOLD_DAYS,
        digest=digest,
        made_at=now,
        alerts=alerts,
    )


def _alert(cylinder: Cylinder, there: Ground, sections: pd.DataFrame, corridors: pd.DataFrame) -> FoundAlert:
    kind, place = place_of(cylinder.units, there.units, sections, corridors)
    inside = there.events[np.isin(there.case_of, cylinder.cases)]
    ids = inside["event_id"].to_numpy(object)
    near = inside["district_id"].fillna(inside["province_id"]).value_counts()
    place["near_id"] = str(near.index[0]) if len(near) else ""
    return FoundAlert(
        kind=kind,
        place=dict(place),
        first_day=_iso(cylinder.first_day),
        last_day=_iso(cylinder.last_day),
        observed=cylinder.observed,
        n_events=len(ids),
        expected=cylinder.expected,
        statistic=cylinder.statistic,
        p=cylinder.p,
        recurrence_days=cylinder.recurrence_days,
        at_least=cylinder.at_least,
        event_ids=sorted(str(one) for one in ids),
    )


def _gone(engine: sa.Engine) -> list[int]:
    """Alerts most of whose events are not in the store any more: an import was taken back, reports were joined."""
    rows = alerting.alerts(engine, role="command")
    there = alerting.known_events(engine, {one for row in rows for one in row.event_ids})
    return [row.alert_id for row in rows if sum(one in there for one in row.event_ids) * 2 < len(row.event_ids)]


def _digest(there: Ground, last_day: int) -> str:
    """Of all that a scan depends on: the same digest is the same answer."""
    rule = (last_day, WEEK, WEEKS, STUDY_DAYS, N_SIMULATIONS, SEED, INTERVAL_DAYS, THRESHOLD_DAYS, there.zones.n_units)
    cases, digest = there.cases, hashlib.sha256(repr(rule).encode())
    for part in (cases.day, cases.stratum, cases.unit_from, cases.unit, there.zones.chain_from, there.zones.chain_unit):
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def _day(day: dt.date) -> int:
    return (day - _EPOCH).days


def _iso(day: int) -> str:
    return (_EPOCH + dt.timedelta(days=day)).isoformat()
