"""Rows of the store as they are now, by report or event, inside a transaction of the caller."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.model import LOCATED_EVENT, Column, columns, empty
from geodata.redaction import RELEASE_COLUMNS
from geodata.store.rows import table_of
from geodata.store.tables import EVENTS, FILES, HISTORY, META, SIGHTINGS

#: A row with the event_id that it had before reports of one fact were joined.
OWNED = (*LOCATED_EVENT, Column("own_event_id", "text"))
#: Everything that the table `events` holds.
STORED = (*OWNED, Column("from_run", "integer", False), *(Column(name, "integer", False) for name in RELEASE_COLUMNS))
CHUNK = 10_000  # below the number of parameters that SQLite (32,766) and PostgreSQL (65,535) take


def chunks(values: Iterable[Any]) -> Iterator[list[Any]]:
    """The values in portions that one statement can take."""
    whole = list(values)
    return (whole[start : start + CHUNK] for start in range(0, len(whole), CHUNK))


def by_reports(connection: sa.Connection, ids: Iterable[str], model: Sequence[Column] = STORED) -> pd.DataFrame:
    """The rows of these reports that the store has, in no order."""
    return _gathered(connection, EVENTS.c.report_id, ids, model)


def by_own_events(connection: sa.Connection, ids: Iterable[str], model: Sequence[Column] = STORED) -> pd.DataFrame:
    """The rows of these events, by the event_id that they came with."""
    ids = list(ids)
    table = pd.concat([_gathered(connection, EVENTS.c[name], ids, model) for name in ("event_id", "own_event_id")], ignore_index=True)
    own = table["own_event_id"].fillna(table["event_id"])
    return table[own.isin(ids)].drop_duplicates("report_id", ignore_index=True)


def around(connection: sa.Connection, days: tuple[str, str], model: Sequence[Column]) -> pd.DataFrame:
    """The rows of the region that can have happened between two ISO days, under the event_id that they came with."""
    own = sa.func.coalesce(EVENTS.c.own_event_id, EVENTS.c.event_id).label("event_id")
    wanted = sa.select(*(own if column.name == "event_id" else EVENTS.c[column.name] for column in model))
    wanted = wanted.where(EVENTS.c.in_region, EVENTS.c.happened_to >= days[0], EVENTS.c.happened_from <= days[1])
    return table_of(connection.execute(wanted), model)


def joined(connection: sa.Connection, model: Sequence[Column] = STORED) -> pd.DataFrame:
    """The rows whose event was joined with another, and those that count in the place of others."""
    wanted = sa.select(*(EVENTS.c[column.name] for column in model))
    wanted = wanted.where(sa.or_(EVENTS.c.own_event_id.is_not(None), EVENTS.c.duplicate_of.is_not(None)))
    return table_of(connection.execute(wanted), model)


def known(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    """Those of ``ids`` that the store has."""
    if connection.execute(sa.select(EVENTS.c.report_id).limit(1)).first() is None:
        return set()
    found: set[str] = set()
    for portion in chunks(ids):
        found.update(connection.scalars(sa.select(EVENTS.c.report_id).where(EVENTS.c.report_id.in_(portion))))
    return found


def reports_of(connection: sa.Connection, feed: str, sha256: str) -> set[str]:
    """The reports that a file holds and the store has, whether they came with it first or not."""
    first = sa.select(EVENTS.c.report_id).where(EVENTS.c.feed == feed, EVENTS.c.file_sha256 == sha256)
    again = sa.select(SIGHTINGS.c.report_id).where(SIGHTINGS.c.feed == feed, SIGHTINGS.c.file_sha256 == sha256)
    seen = set(connection.scalars(again))
    return set(connection.scalars(first)) | (seen & known(connection, sorted(seen)) if seen else set())


def also_elsewhere(connection: sa.Connection, ids: Iterable[str], feed: str, sha256: str) -> set[str]:
    """Those of the reports that another file holds too, one whose rows are in the store."""
    found: set[str] = set()
    for portion in chunks(sorted(ids)):
        for table in (EVENTS, SIGHTINGS):
            there = sa.and_(FILES.c.sha256 == table.c.file_sha256, FILES.c.feed == table.c.feed, FILES.c.state == "present")
            wanted = sa.select(table.c.report_id).join(FILES, there).where(table.c.report_id.in_(portion))
            wanted = wanted.where(sa.or_(table.c.file_sha256 != sha256, table.c.feed != feed))
            found.update(connection.scalars(wanted))
    return found


def ended_by(connection: sa.Connection, run_id: int) -> pd.DataFrame:
    """Rows as they were until a run changed them or took them out (OWNED)."""
    wanted = sa.select(*(HISTORY.c[column.name] for column in OWNED)).where(HISTORY.c.to_run == run_id)
    return table_of(connection.execute(wanted), OWNED)


def begun_by(connection: sa.Connection, run_id: int) -> pd.DataFrame:
    """Rows as a run made them (OWNED), whether they are still so or not."""
    parts = []
    for table in (EVENTS, HISTORY):
        wanted = sa.select(*(table.c[column.name] for column in OWNED)).where(table.c.from_run == run_id)
        parts.append(table_of(connection.execute(wanted), OWNED))
    return pd.concat(parts, ignore_index=True) if len(parts[1]) else parts[0]


def oldest(connection: sa.Connection, ids: Iterable[str], model: Sequence[Column]) -> pd.DataFrame:
    """The first version of each of these reports that the history has; reports that were never changed are not in it."""
    parts = []
    for portion in chunks(ids):
        names = [HISTORY.c[name] for name in columns(tuple(model))]
        first = sa.select(HISTORY.c.report_id, sa.func.min(HISTORY.c.from_run).label("run")).where(HISTORY.c.report_id.in_(portion))
        one = first.group_by(HISTORY.c.report_id).subquery()
        same = sa.and_(one.c.report_id == HISTORY.c.report_id, one.c.run == HISTORY.c.from_run)
        parts.append(table_of(connection.execute(sa.select(*names).join(one, same)), model))
    return pd.concat(parts, ignore_index=True) if parts else empty(tuple(model))


def places_named(connection: sa.Connection) -> list[tuple[str, str]]:
    """Country and place text of the rows of the region, each pair once."""
    names = (EVENTS.c.country_iso3, EVENTS.c.place_text)
    wanted = sa.select(*names).where(EVENTS.c.in_region, EVENTS.c.place_text.is_not(None)).distinct()
    return [(row[0], row[1]) for row in connection.execute(wanted)]


def of_places(connection: sa.Connection, places: Iterable[tuple[str, str]], model: Sequence[Column]) -> pd.DataFrame:
    """The rows of the region with one of these (country, place text)."""
    parts = []
    by_country: dict[str, list[str]] = {}
    for country, text in places:
        by_country.setdefault(country, []).append(text)
    for country, texts in by_country.items():
        for portion in chunks(texts):
            wanted = sa.select(*(EVENTS.c[name] for name in columns(tuple(model))))
            wanted = wanted.where(EVENTS.c.in_region, EVENTS.c.country_iso3 == country, EVENTS.c.place_text.in_(portion))
            parts.append(table_of(connection.execute(wanted), model))
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else empty(tuple(model))


def content_now(connection: sa.Connection) -> str:
    """What the store holds, as a number in hexadecimal: the same content, the same number."""
    return str(connection.scalar(sa.select(META.c.value).where(META.c.key == "content")))


def _gathered(connection: sa.Connection, key: "sa.Column[Any]", ids: Iterable[str], model: Sequence[Column]) -> pd.DataFrame:
    parts = []
    for portion in chunks(ids):
        wanted = sa.select(*(EVENTS.c[name] for name in columns(tuple(model)))).where(key.in_(portion))
        parts.append(table_of(connection.execute(wanted), model))
    parts = [part for part in parts if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else empty(tuple(model))
