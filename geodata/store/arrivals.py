"""Arrivals: when the store first knew of an event, and when each source was imported. How late reports come is learnt from these."""

import datetime as dt
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from geodata.redaction import require
from geodata.settings import Role
from geodata.store import tables
from geodata.store.engine import reading_from

_NAMES = ("report_id", "event_id", "feed", "happened_from", "happened_to", "date_precision")


class Arrivals(NamedTuple):
    """imports: feed -> days (ISO) on which files of it were imported, sorted, each once. events: one row per event that is known to the day
    and happened on or after the second import of its feed could have brought it: event_id, feed, happened_on, first_seen_on (ISO days).
    """

    imports: dict[str, list[str]]
    events: pd.DataFrame


def arrivals(engine: sa.Engine, *, role: Role) -> Arrivals:
    """When events came. Raises NotAllowed, StoreProblem.

    An event counts from the import that first brought any of its reports, also one that was found to be the same fact later. What happened
    before the first import of its feed is left out: it was waiting for the store. A feed that was imported on one day only gives no
    events, since nothing can be known of its lateness.
    """
    require(role, "runs")
    require(role, "events")
    runs = tables.RUNS
    wanted = sa.select(runs.c.run_id, runs.c.feed, runs.c.kind, runs.c.status, runs.c.finished_at).order_by(runs.c.run_id)
    with reading_from(engine) as connection:
        all_runs = connection.execute(wanted).all()
        imports: dict[str, set[str]] = {}
        for run in all_runs:
            if run.feed and run.kind in ("import", "replace") and run.status == "done":
                imports.setdefault(run.feed, set()).add(_day(run.finished_at))
        known = {feed: sorted(days) for feed, days in sorted(imports.items())}
        began = [days[0] for days in known.values() if len(days) > 1]
        found = _rows(connection, min(began)) if began else []
    return Arrivals(known, _events(found, known, {run.run_id: _day(run.finished_at) for run in all_runs}))


def _rows(connection: sa.Connection, since: str) -> list[tuple[object, ...]]:
    """Reports of days from `since` on, with the run in which each was first there."""
    now, old = tables.EVENTS, tables.HISTORY
    first = sa.select(old.c.report_id, sa.func.min(old.c.from_run).label("from_run")).group_by(old.c.report_id).subquery()
    run = sa.func.coalesce(sa.case((first.c.from_run < now.c.from_run, first.c.from_run), else_=now.c.from_run), now.c.from_run)
    wanted = sa.select(*(now.c[name] for name in _NAMES), run).outerjoin(first, first.c.report_id == now.c.report_id)
    wanted = wanted.where(now.c.in_region, now.c.happened_from >= since)
    return [tuple(row) for row in connection.execute(wanted)]


def _events(rows: list[tuple[object, ...]], imports: dict[str, list[str]], day_of_run: dict[int, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*_NAMES, "run"])
    begin = {feed: days[0] for feed, days in imports.items() if len(days) > 1}
    table = table[(table["date_precision"] == "day") & (table["happened_from"] == table["happened_to"]) & table["feed"].isin(list(begin))]
    table = table[table["happened_from"] >= table["feed"].map(begin)]
    came = table["run"].map(day_of_run)
    table = table.assign(first_seen_on=came)[came.notna()]
    grouped = table.groupby("event_id", as_index=False).agg(
        feed=("feed", "first"), happened_on=("happened_from", "first"), first_seen_on=("first_seen_on", "min")
    )
    return grouped[["event_id", "feed", "happened_on", "first_seen_on"]]


def _day(moment: str) -> str:
    """The UTC day of an ISO moment."""
    return dt.datetime.fromisoformat(moment).astimezone(dt.UTC).date().isoformat()
