"""Save what one file brought: everything in one transaction, or nothing."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import StoreProblem, WrongTable
from geodata.model import AGGREGATE, LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, Column, check, columns
from geodata.redaction import AUDIENCES, RELEASE_COLUMNS, RELEASE_INPUT, aggregate, release
from geodata.store.engine import reading_from, writing_to
from geodata.store.problems import name_of
from geodata.store.rows import content_sum, insert, rows_of, table_of
from geodata.store.tables import AGGREGATES, EVENTS, FILES, HELD_TOTALS, META, NATIONAL_TOTALS, RUNS
from geodata.store.tables import REJECTED as REJECTED_ROWS

#: Which file a report came in first depends on the order of the files, so that it is not part of the content.
_CONTENT = itemgetter(*(place for place, name in enumerate(columns(LOCATED_EVENT)) if name not in ("file_sha256", "row_number")))
_TOTAL_CONTENT = tuple(column for column in NATIONAL_TOTAL if column.name != "file_sha256")
_UNIT = (
    *(column for column in LOCATED_EVENT if column.name in (*RELEASE_INPUT, "report_id")),
    *(Column(name, "integer", False) for name in RELEASE_COLUMNS),
)
#: Distinct events in the region, those of them without a date, events outside; rejected rows.
COUNTED = ("n_events", "n_undated", "n_outside", "n_rejected")
_CHUNK = 10_000  # below the number of parameters that SQLite (32,766) and PostgreSQL (65,535) take


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of one file: rows_in = events + outside_region + merged + rejected; repeats are counted among these."""

    rows_in: int
    events: int
    outside_region: int
    merged: int
    rejected: int
    repeats: int


@dataclass(frozen=True)
class FileBatch:
    """Everything that one file brought.

    located: n located events, new ones and such as the store may have. merged: rows that joined an event counted already.
    started_at, finished_at: with time zone. as_of: the day on which the delays of `geodata.redaction` are counted.
    events, outside_region: rows counted as such; left out, outside_region is the number of events outside and events the remainder.
    generated: demonstration data, which never shares a store with real data.
    """

    feed: str
    file_sha256: str
    name: str
    size: int
    rows_in: int
    located: pd.DataFrame
    rejected: pd.DataFrame
    national_totals: pd.DataFrame | None
    merged: int
    repeats: int
    started_at: dt.datetime
    finished_at: dt.datetime
    as_of: dt.date
    events: int | None = None
    outside_region: int | None = None
    generated: bool = False

    def counts(self) -> RowCounts:
        """The closing numbers. Raises WrongTable when they do not add up to rows_in."""
        rejected = len(self.rejected)
        outside = self.outside_region
        if outside is None:
            outside = int(self.located.loc[~self.located["in_region"].astype(bool), "event_id"].nunique())
        events = self.rows_in - outside - self.merged - rejected if self.events is None else self.events
        if events < 0 or events + outside + self.merged + rejected != self.rows_in:
            raise WrongTable(
                f"The rows of {self.name} do not add up: {self.rows_in} came in, {events} events + {outside} outside the region + "
                f"{self.merged} merged + {rejected} rejected were wanted to be as many."
            )
        return RowCounts(self.rows_in, events, outside, self.merged, rejected, self.repeats)


def save_file(engine: sa.Engine, batch: FileBatch) -> None:
    """Save one file: all of it, or nothing. A file that the feed has saved before changes nothing.

    Raises WrongTable (a table that does not fit the model, rows that do not add up) before the store is touched, and StoreProblem
    (locked, full disk, damaged, generated beside real data).
    """
    check(batch.located, LOCATED_EVENT)
    check(batch.rejected, REJECTED)
    if batch.national_totals is not None:
        check(batch.national_totals, NATIONAL_TOTAL)
    if batch.located["report_id"].duplicated().any():
        raise WrongTable(f"The report_id {batch.located['report_id'][batch.located['report_id'].duplicated()].iloc[0]!r} stands twice.")
    counts = batch.counts()
    with writing_to(engine) as connection:
        meta = _take_turn(connection)
        if _known_file(connection, batch.file_sha256, batch.feed):
            return
        _refuse_mixing(engine, batch, generated=meta["generated"] == "true")
        run_id = _insert_file(connection, batch, counts)
        ids = batch.located["report_id"].tolist()
        located = batch.located[~batch.located["report_id"].isin(_known(connection, ids))]
        # In the order of the key the index grows at its end, not everywhere.
        located = located.sort_values("report_id", ignore_index=True)
        content = int(meta["content"], 16)
        content += _insert_events(connection, located, batch.as_of, run_id)
        rejected = rows_of(batch.rejected, REJECTED)
        insert(connection, REJECTED_ROWS, rejected)
        content += content_sum(rejected, "rejected")
        if batch.national_totals is not None:
            content += _insert_totals(connection, batch.national_totals)
        _set(connection, "content", f"{content % 2**256:x}")
        for name, count in _counts(connection).items():
            _set(connection, name, str(count))


def known_report_ids(engine: sa.Engine, ids: Iterable[str]) -> set[str]:
    """Those of ``ids`` that the store has."""
    with reading_from(engine) as connection:
        return _known(connection, list(ids))


def known_file(engine: sa.Engine, sha256: str, feed: str) -> RowCounts | None:
    """What became of the rows of a file when this feed saved it; None when it has not."""
    with reading_from(engine) as connection:
        return _known_file(connection, sha256, feed)


def mark_generated(engine: sa.Engine) -> None:
    """Declare an empty store to be one of demonstration data. Raises StoreProblem when it holds real files."""
    with writing_to(engine) as connection:
        meta = _take_turn(connection)
        if meta["generated"] == "true":
            return
        if connection.execute(sa.select(FILES.c.sha256).limit(1)).first():
            raise StoreProblem(f"{name_of(engine.url)} holds real reports, an empty one was wanted for demonstration data: set PANJ_DATA.")
        _set(connection, "generated", "true")


def _counts(connection: sa.Connection) -> dict[str, int]:
    """COUNTED, counted. Kept in the store, because the page asks at every start."""
    of_events = sa.select(sa.func.count(sa.distinct(EVENTS.c.event_id)))
    asked = {
        "n_events": of_events.where(EVENTS.c.in_region),
        "n_undated": of_events.where(EVENTS.c.in_region, EVENTS.c.happened_from.is_(None)),
        "n_outside": of_events.where(~EVENTS.c.in_region),
        "n_rejected": sa.select(sa.func.count()).select_from(REJECTED_ROWS),
    }
    return {name: connection.scalar(asked[name]) or 0 for name in COUNTED}


def _take_turn(connection: sa.Connection) -> dict[str, str]:
    """What the store says about itself; other writers wait here (SQLite: already at the beginning of the transaction)."""
    return {key: value for key, value in connection.execute(sa.select(META.c.key, META.c.value).order_by(META.c.key).with_for_update())}


def _refuse_mixing(engine: sa.Engine, batch: FileBatch, *, generated: bool) -> None:
    if batch.generated and not generated:
        raise StoreProblem(f"{name_of(engine.url)} is for real reports and {batch.name} is generated: set PANJ_DATA to another folder.")
    if generated and not batch.generated:
        raise StoreProblem(f"{name_of(engine.url)} holds generated events and {batch.name} is real: set PANJ_DATA to another folder.")


def _known_file(connection: sa.Connection, sha256: str, feed: str) -> RowCounts | None:
    wanted = [RUNS.c[name] for name in RowCounts.__dataclass_fields__]
    row = connection.execute(sa.select(*wanted).where(RUNS.c.file_sha256 == sha256, RUNS.c.feed == feed).limit(1)).first()
    return None if row is None else RowCounts(*row)


def _known(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    known: set[str] = set()
    for start in range(0, len(ids), _CHUNK):
        known.update(connection.scalars(sa.select(EVENTS.c.report_id).where(EVENTS.c.report_id.in_(ids[start : start + _CHUNK]))))
    return known


def _insert_file(connection: sa.Connection, batch: FileBatch, counts: RowCounts) -> int:
    file = {"sha256": batch.file_sha256, "feed": batch.feed, "name": batch.name, "size": batch.size}
    connection.execute(sa.insert(FILES), {**file, "rows_in": batch.rows_in, "generated": batch.generated, "state": "present"})
    times = {"started_at": _utc(batch.started_at), "finished_at": _utc(batch.finished_at)}
    run = {"feed": batch.feed, "file_sha256": batch.file_sha256, "status": "done", **times, **vars(counts)}
    added = {"kind": "import", "who": "", "added": 0, "changed": 0, "gone": 0}
    return int(connection.execute(sa.insert(RUNS), run | added).inserted_primary_key[0])


def _insert_events(connection: sa.Connection, located: pd.DataFrame, as_of: dt.date, run_id: int) -> int:
    """Insert new events, decide what outsiders see from now on, and make their table anew. Returns the new rows' content sum."""
    stored = _stored_units(connection)
    fresh = located.assign(**dict.fromkeys(RELEASE_COLUMNS, 0))[columns(_UNIT)]
    units = pd.concat([stored, fresh], ignore_index=True) if len(stored) else fresh.reset_index(drop=True)
    released = release(units, as_of)
    before, units = units[list(RELEASE_COLUMNS)], units.assign(**dict(released.levels))
    changed = (released.levels != before).any(axis=1)
    changed[len(stored) :] = False
    _update_releases(connection, units[changed])
    levels = list(units[list(RELEASE_COLUMNS)].iloc[len(stored) :].itertuples(index=False, name=None))
    rows = rows_of(located, LOCATED_EVENT)
    insert(connection, EVENTS, [(*row, *level, None, run_id) for row, level in zip(rows, levels, strict=True)])
    for audience in AUDIENCES:
        connection.execute(sa.delete(AGGREGATES).where(AGGREGATES.c.audience == audience))
        shown = rows_of(aggregate(units, audience), AGGREGATE)
        insert(connection, AGGREGATES, shown)
        _set(connection, f"content_{audience}", f"{content_sum(shown, audience):x}")
    connection.execute(sa.delete(HELD_TOTALS))
    insert(connection, HELD_TOTALS, list(released.held.astype(object).itertuples(index=False, name=None)))
    return content_sum(map(_CONTENT, rows), "events")


def _stored_units(connection: sa.Connection) -> pd.DataFrame:
    """What `release` needs of the stored rows: those that can ever be shown."""
    wanted = sa.select(*(EVENTS.c[name] for name in columns(_UNIT))).where(EVENTS.c.in_region, EVENTS.c.drug.is_not(None))
    return table_of(connection.execute(wanted), _UNIT)


def _update_releases(connection: sa.Connection, changed: pd.DataFrame) -> None:
    if changed.empty:
        return
    statement = sa.update(EVENTS).where(EVENTS.c.report_id == sa.bindparam("of_report"))
    names = ("of_report", *RELEASE_COLUMNS)
    rows = changed[["report_id", *RELEASE_COLUMNS]].astype(object).itertuples(index=False, name=None)
    connection.execute(
        statement.values({name: sa.bindparam(name) for name in RELEASE_COLUMNS}), [dict(zip(names, row, strict=True)) for row in rows]
    )


def _insert_totals(connection: sa.Connection, totals: pd.DataFrame) -> int:
    """Insert the totals whose content is new. Returns their content sum."""
    known = set(connection.scalars(sa.select(NATIONAL_TOTALS.c.total_id)))
    new: dict[str, tuple[Any, ...]] = {}
    content = 0
    for row, bare in zip(rows_of(totals, NATIONAL_TOTAL), rows_of(totals, _TOTAL_CONTENT), strict=True):
        total_id = hashlib.sha256(repr(bare).encode()).hexdigest()[:32]
        if total_id not in known and total_id not in new:
            new[total_id] = (total_id, *row)
            content += content_sum([bare], "national_totals")
    insert(connection, NATIONAL_TOTALS, list(new.values()))
    return content


def _set(connection: sa.Connection, key: str, value: str) -> None:
    connection.execute(sa.delete(META).where(META.c.key == key))
    connection.execute(sa.insert(META), {"key": key, "value": value})


def _utc(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds")
