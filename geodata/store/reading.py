"""Read the store. Every function takes the viewer's role, without a default, and passes `geodata.redaction` first."""

import datetime as dt
import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from geodata.model import AGGREGATE, LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, Column, columns, empty
from geodata.redaction import audiences_of, clean_rejected, clean_totals, may_see_events, require
from geodata.settings import Role
from geodata.store import present, tables
from geodata.store.engine import reading_from
from geodata.store.files import is_there, total_is_there
from geodata.store.rows import table_of
from geodata.store.runs import COUNTED, last_run_by


class StoreFacts(NamedTuple):
    """What the store says about itself. Outsiders get None where a number would count events.

    data_version: same content, same version; an outsider's version changes only when what they see changes.
    n_events, n_undated: distinct events in the region. n_outside: outside. n_rejected: rows.
    """

    data_version: str
    is_generated: bool
    feeds: tuple[str, ...]
    has_national_totals: bool
    n_events: int | None
    n_undated: int | None
    n_outside: int | None
    n_rejected: int | None
    last_run: str | None  # ISO 8601, UTC


def events(
    engine: sa.Engine,
    *,
    role: Role,
    in_region: bool | None = True,
    only: Sequence[str] | None = None,
    as_of: dt.datetime | None = None,
    between: tuple[str, str] | None = None,
    duplicates: bool = False,
    reports: Sequence[str] | None = None,
    of_events: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Located events (LOCATED_EVENT) by date, undated ones last, then by report_id.

    in_region: None for all. only: these columns of the model, in its order, with report_id and happened_from; the fewer the
    faster. as_of: a moment with time zone; the rows as they were after the last run that had finished by then. between: two ISO days;
    rows that can have happened from the first to the last of them, so no undated ones. duplicates: also the rows that another row
    counts for. reports: only these report_ids. of_events: only the rows of these event_ids, where no reports are given. Raises
    NotAllowed, StoreProblem.
    """
    require(role, "events")
    model = tuple(column for column in LOCATED_EVENT if only is None or column.name in {*only, "report_id", "happened_from"})
    with reading_from(engine) as connection:
        run_id = None if as_of is None else last_run_by(connection, as_of)
        parts = []
        for table, then in _then(run_id):
            wanted = sa.select(*_named(table, columns(model))).where(*then, *_asked(table, in_region, between, duplicates))
            key, ids = (table.c.report_id, reports) if reports is not None else (table.c.event_id, of_events)
            for portion in [None] if ids is None else present.chunks(ids):
                these = wanted if portion is None else wanted.where(key.in_(portion))
                parts.append(table_of(connection.execute(these), model))
    filled = [part for part in parts if len(part)]
    whole = pd.concat(filled, ignore_index=True) if len(filled) > 1 else (filled or parts or [empty(model)])[0]
    return whole.sort_values(["happened_from", "report_id"], ignore_index=True)


def last_day(engine: sa.Engine, *, role: Role) -> str:
    """The last day, ISO, to which any event in the region is dated exactly; empty where none is. Raises NotAllowed, StoreProblem."""
    require(role, "events")
    events = tables.EVENTS
    wanted = sa.select(sa.func.max(events.c.happened_to)).where(*_asked(events, True, None, False), events.c.date_precision == "day")
    with reading_from(engine) as connection:
        return str(connection.scalar(wanted) or "")


def portions(engine: sa.Engine, *, role: Role, only: Sequence[str] | None = None, size: int = 100_000) -> Iterator[pd.DataFrame]:
    """The rows of `events` in the region, in portions of about ``size`` and in no order: a store of millions in little memory, and as
    fast as its file can be read. only: these columns of the model, else all. The role is looked at before the first portion is asked
    for. Raises NotAllowed, StoreProblem."""
    require(role, "events")
    return _portions(engine, tuple(column for column in LOCATED_EVENT if only is None or column.name in only), size)


def _portions(engine: sa.Engine, model: tuple[Column, ...], size: int) -> Iterator[pd.DataFrame]:
    wanted = sa.select(*_named(tables.EVENTS, columns(model))).where(*_asked(tables.EVENTS, True, None, False))
    with reading_from(engine) as connection:
        # SQLite's driver hands rows out one by one as it is; a server would send them all at once.
        streams = connection.dialect.name != "sqlite"
        result = connection.execution_options(stream_results=streams).execute(wanted)
        while len(part := table_of(result, model, most=size, streams=streams)):
            yield part


def _then(run_id: int | None) -> list[tuple[sa.Table, list[sa.ColumnElement[bool]]]]:
    """Where the rows stand that held after a run (None: now), and which of them."""
    if run_id is None:
        return [(tables.EVENTS, [])]
    old = tables.HISTORY
    return [(tables.EVENTS, [tables.EVENTS.c.from_run <= run_id]), (old, [old.c.from_run <= run_id, old.c.to_run > run_id])]


def _asked(table: sa.Table, in_region: bool | None, between: tuple[str, str] | None, duplicates: bool) -> list[sa.ColumnElement[bool]]:
    asked: list[sa.ColumnElement[bool]] = []
    if in_region is not None:
        asked.append(table.c.in_region == in_region)
    if between is not None:
        asked += [table.c.happened_to >= between[0], table.c.happened_from <= between[1]]
    if not duplicates:
        asked.append(table.c.duplicate_of.is_(None))
    return asked


def aggregates(engine: sa.Engine, *, role: Role) -> pd.DataFrame:
    """The suppressed table (AGGREGATE) of the role's audience; insiders get both audiences' rows.

    A missing row means: nothing, too little to be shown, or not yet. Raises StoreProblem.
    """
    require(role, "aggregates")
    wanted = sa.select(*_named(tables.AGGREGATES, columns(AGGREGATE))).where(tables.AGGREGATES.c.audience.in_(audiences_of(role)))
    with reading_from(engine) as connection:
        table = table_of(connection.execute(wanted), AGGREGATE)
    by = ["audience", "country_iso3", "province_id", "district_id", "quarter", "drug"]
    return table.sort_values(by, ignore_index=True)


def national_totals(engine: sa.Engine, *, role: Role) -> pd.DataFrame:
    """National totals (NATIONAL_TOTAL); outsiders get those that do not give hidden cells away. Raises StoreProblem."""
    require(role, "national_totals")
    held = sa.select(*_named(tables.HELD_TOTALS, ["country_iso3", "year", "drug"]))
    held = held.where(tables.HELD_TOTALS.c.audience.in_(audiences_of(role)))
    with reading_from(engine) as connection:
        wanted = sa.select(*_named(tables.NATIONAL_TOTALS, columns(NATIONAL_TOTAL))).where(total_is_there())
        table = table_of(connection.execute(wanted), NATIONAL_TOTAL)
        kept_back = pd.DataFrame([tuple(row) for row in connection.execute(held)], columns=["country_iso3", "year", "drug"])
    table = table.sort_values(["country_iso3", "year", "drug", "feed", "weight_kg"], ignore_index=True)
    return clean_totals(table, kept_back, role)


def rejected(engine: sa.Engine, *, role: Role, feed: str | None = None, file_sha256: str | None = None) -> pd.DataFrame:
    """Rejected rows (REJECTED) with their reasons, of the files that are there or of one file. Raises NotAllowed, StoreProblem."""
    require(role, "rejected")
    rows = tables.REJECTED
    wanted = sa.select(*_named(rows, columns(REJECTED))).order_by(rows.c.feed, rows.c.file_sha256, rows.c.row_number)
    wanted = wanted.where(is_there(rows) if file_sha256 is None else rows.c.file_sha256 == file_sha256)
    if feed is not None:
        wanted = wanted.where(rows.c.feed == feed)
    with reading_from(engine) as connection:
        return clean_rejected(table_of(connection.execute(wanted), REJECTED), role)


def runs(engine: sa.Engine, *, role: Role) -> pd.DataFrame:
    """Every change of the events, the oldest first, with the name of the file of an import. Raises NotAllowed, StoreProblem."""
    require(role, "runs")
    of_file = sa.and_(tables.RUNS.c.file_sha256 == tables.FILES.c.sha256, tables.RUNS.c.feed == tables.FILES.c.feed)
    wanted = sa.select(tables.RUNS, tables.FILES.c.name).outerjoin(tables.FILES, of_file).order_by(tables.RUNS.c.run_id)
    return _plain(engine, wanted)


def files(engine: sa.Engine, *, role: Role) -> pd.DataFrame:
    """Files that were saved: sha256, feed, name, size in bytes, rows_in, generated, state, replaced_by. Raises NotAllowed, StoreProblem."""
    require(role, "files")
    return _plain(engine, sa.select(tables.FILES).order_by(tables.FILES.c.feed, tables.FILES.c.name, tables.FILES.c.sha256))


def facts(engine: sa.Engine, *, role: Role) -> StoreFacts:
    """What the store says about itself to this role. Raises StoreProblem."""
    require(role, "facts")
    insider = may_see_events(role)
    with reading_from(engine) as connection:
        meta = {key: value for key, value in connection.execute(sa.select(tables.META.c.key, tables.META.c.value))}
        there = sa.select(tables.FILES.c.feed).where(tables.FILES.c.state == "present")
        feeds = tuple(connection.scalars(there.distinct().order_by(tables.FILES.c.feed)))
        has_totals = connection.execute(sa.select(tables.NATIONAL_TOTALS.c.total_id).where(total_is_there()).limit(1)).first() is not None
        last_run = connection.scalar(sa.select(sa.func.max(tables.RUNS.c.finished_at)))
    content = meta["content"] if insider else meta.get(f"content_{role}", "0")
    counts = {name: int(meta.get(name, "0")) if insider else None for name in COUNTED}
    return StoreFacts(
        data_version=hashlib.sha256(content.encode()).hexdigest()[:16],
        is_generated=meta["generated"] == "true",
        feeds=feeds,
        has_national_totals=has_totals,
        last_run=last_run if insider else None,
        **counts,
    )


def _named(table: sa.Table, names: list[str]) -> list[sa.Column[object]]:
    return [table.c[name] for name in names]


def _plain(engine: sa.Engine, wanted: sa.Select[tuple[object, ...]]) -> pd.DataFrame:
    with reading_from(engine) as connection:
        result = connection.execute(wanted)
        return pd.DataFrame([tuple(row) for row in result], columns=list(result.keys()))
