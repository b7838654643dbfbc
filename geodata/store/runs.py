"""Runs: every change of the events is one, numbered in the order in which they took effect."""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa

from geodata.errors import StoreProblem
from geodata.store.changing import Done
from geodata.store.files import is_there
from geodata.store.releasing import set_meta
from geodata.store.tables import EVENTS, META, REJECTED, RUNS

#: Distinct events in the region, those of them without a date, events outside; rejected rows.
COUNTED = ("n_events", "n_undated", "n_outside", "n_rejected")
_ROW_COUNTS = ("rows_in", "events", "outside_region", "merged", "rejected", "repeats")


class Overtaken(StoreProblem):
    """The store has changed since the work began that was to be saved: work it out again."""


class Run(NamedTuple):
    """A change of the events. kind: `tables.RUN_KINDS`. who: initials, empty where nobody was asked. counts: of an import's rows."""

    kind: str
    who: str
    started_at: dt.datetime
    finished_at: dt.datetime
    feed: str | None = None
    file_sha256: str | None = None
    counts: Mapping[str, int] = {}
    undoes: int | None = None


def take_turn(connection: sa.Connection, seen: str | None = None) -> dict[str, str]:
    """What the store says about itself; other writers wait here (SQLite: already at the beginning of the transaction).

    seen: the content that the caller worked from. Raises Overtaken where it is another by now.
    """
    meta = {key: value for key, value in connection.execute(sa.select(META.c.key, META.c.value).order_by(META.c.key).with_for_update())}
    if seen is not None and meta["content"] != seen:
        raise Overtaken("Another import or decision changed the store at the same moment; nothing was saved: run the command again.")
    return meta


def open_run(connection: sa.Connection, run: Run) -> int:
    """Begin a run. Its end is never before that of the run before, so that "as of" a moment is always "after so many runs"."""
    last = connection.scalar(sa.select(sa.func.max(RUNS.c.finished_at)))
    finished = utc(run.finished_at)
    times = {"started_at": utc(run.started_at), "finished_at": max(finished, last) if last else finished}
    counts = {name: run.counts.get(name, 0) for name in _ROW_COUNTS}
    row = {"feed": run.feed, "file_sha256": run.file_sha256, "kind": run.kind, "who": run.who, "undoes": run.undoes, "status": "done"}
    done = {"added": 0, "changed": 0, "gone": 0}
    key = connection.execute(sa.insert(RUNS), row | times | counts | done).inserted_primary_key
    if key is None:
        raise StoreProblem("The store gave a run no number; nothing was saved.")
    return int(key[0])


def close_run(connection: sa.Connection, run_id: int, done: Done, content: int) -> None:
    """Write down what a run did, and what the store holds since."""
    changed = {"added": done.added, "changed": done.changed, "gone": done.gone}
    connection.execute(sa.update(RUNS).where(RUNS.c.run_id == run_id).values(**changed))
    set_meta(connection, "content", f"{content % 2**256:x}")
    for name, count in count_events(connection).items():
        set_meta(connection, name, str(count))


def count_events(connection: sa.Connection) -> dict[str, int]:
    """COUNTED, counted. Kept in the store, because the page asks at every start."""
    of_events = sa.select(sa.func.count(sa.distinct(EVENTS.c.event_id))).where(EVENTS.c.duplicate_of.is_(None))
    asked = {
        "n_events": of_events.where(EVENTS.c.in_region),
        "n_undated": of_events.where(EVENTS.c.in_region, EVENTS.c.happened_from.is_(None)),
        "n_outside": of_events.where(~EVENTS.c.in_region),
        "n_rejected": sa.select(sa.func.count()).select_from(REJECTED).where(is_there(REJECTED)),
    }
    return {name: connection.scalar(asked[name]) or 0 for name in COUNTED}


def last_run_by(connection: sa.Connection, moment: dt.datetime) -> int:
    """The number of the last run that had finished by a moment; 0 where there was none."""
    wanted = sa.select(sa.func.max(RUNS.c.run_id)).where(RUNS.c.finished_at <= utc(moment))
    return int(connection.scalar(wanted) or 0)


def utc(moment: dt.datetime) -> str:
    """A moment with time zone as the store writes it."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
