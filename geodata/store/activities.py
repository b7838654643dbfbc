"""Activities of programmes in the store: one row an activity, the newest copy that came; nothing of a file is lost in silence."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from geodata.redaction import require
from geodata.register.activities import Activity
from geodata.settings import Role
from geodata.store.activity_rows import activity_of, digest_of, money_row, place_row, row_of
from geodata.store.engine import reading_from, writing_to
from geodata.store.tables import (
    ACTIVITIES,
    ACTIVITY_FILES,
    ACTIVITY_MONEY,
    ACTIVITY_ORGANISATIONS,
    ACTIVITY_PLACES,
    ACTIVITY_REJECTED,
    ACTIVITY_SECTORS,
)

_PARTS = (ACTIVITY_ORGANISATIONS, ACTIVITY_SECTORS, ACTIVITY_PLACES, ACTIVITY_MONEY)
#: Ids named in one statement; SQLite takes 32,766 values.
_AT_ONCE = 5_000
#: Activities that are put together at a time.
_WHOLE_AT_ONCE = 500
#: The feed whose activities are whole.
_FULL = "iati"


class Rejected(NamedTuple):
    """An activity that could not be taken: its number in the file, the line it starts on, a reason, what came, its beginning."""

    number: int
    line: int
    reason: str
    detail: str
    content: str


class Taken(NamedTuple):
    """An activity and the line that it starts on."""

    line: int
    activity: Activity


class ActivityCounts(NamedTuple):
    """n_in = loaded + replaced + same + older + rejected. older: the store has a newer or fuller copy, which stays."""

    n_in: int
    loaded: int
    replaced: int
    same: int
    older: int
    rejected: int


class ActivityFile(NamedTuple):
    """A file of activities as it is kept; size in bytes."""

    sha256: str
    feed: str
    name: str
    who: str
    loaded_at: str
    size: int
    n_in: int
    n_loaded: int
    n_replaced: int
    n_same: int
    n_older: int
    n_rejected: int


class ActivityBatch(NamedTuple):
    """What one file holds, each identifier once. loaded_at: ISO 8601, UTC."""

    sha256: str
    feed: str
    name: str
    size: int
    who: str
    loaded_at: str
    taken: Sequence[Taken]
    rejected: Sequence[Rejected]


def save_activities(store: sa.Engine, batch: ActivityBatch) -> ActivityCounts:
    """Save a file in one transaction. An activity that is there already is replaced unless the stored copy says that it is newer."""
    with writing_to(store) as connection:
        known = {
            row.identifier: row
            for row in connection.execute(sa.select(ACTIVITIES.c.identifier, ACTIVITIES.c.updated, ACTIVITIES.c.digest, ACTIVITIES.c.feed))
        }
        fresh: list[Taken] = []
        replaced: list[str] = []
        same = older = 0
        for taken in batch.taken:
            there = known.get(taken.activity.identifier)
            if there is None:
                fresh.append(taken)
            elif there.digest == digest_of(taken.activity):
                same += 1
            elif _is_better(there, taken.activity, batch.feed):
                older += 1
            else:
                fresh.append(taken)
                replaced.append(taken.activity.identifier)
        _forget(connection, replaced)
        _insert(connection, batch, fresh)
        counts = ActivityCounts(
            len(batch.taken) + len(batch.rejected), len(fresh) - len(replaced), len(replaced), same, older, len(batch.rejected)
        )
        connection.execute(sa.delete(ACTIVITY_FILES).where(ACTIVITY_FILES.c.sha256 == batch.sha256))
        connection.execute(sa.delete(ACTIVITY_REJECTED).where(ACTIVITY_REJECTED.c.file_sha256 == batch.sha256))
        row = ActivityFile(batch.sha256, batch.feed, batch.name, batch.who, batch.loaded_at, batch.size, *counts)
        connection.execute(sa.insert(ACTIVITY_FILES), row._asdict())
        if batch.rejected:
            connection.execute(sa.insert(ACTIVITY_REJECTED), [{"file_sha256": batch.sha256, **each._asdict()} for each in batch.rejected])
    return counts


def known_activity_file(store: sa.Engine, sha256: str) -> ActivityFile | None:
    """The file as it is kept, or None."""
    with reading_from(store) as connection:
        row = connection.execute(sa.select(ACTIVITY_FILES).where(ACTIVITY_FILES.c.sha256 == sha256)).one_or_none()
    return None if row is None else ActivityFile(**row._mapping)


def drop_activity_file(store: sa.Engine, sha256: str) -> int:
    """Take a file's activities out again; how many. What they had replaced comes back by giving the older file once more."""
    with writing_to(store) as connection:
        ids = connection.execute(sa.select(ACTIVITIES.c.identifier).where(ACTIVITIES.c.file_sha256 == sha256)).scalars().all()
        _forget(connection, ids)
        connection.execute(sa.delete(ACTIVITY_REJECTED).where(ACTIVITY_REJECTED.c.file_sha256 == sha256))
        connection.execute(sa.delete(ACTIVITY_FILES).where(ACTIVITY_FILES.c.sha256 == sha256))
    return len(ids)


def activity_files(store: sa.Engine, *, role: Role) -> list[ActivityFile]:
    """Every file of activities, in order of arrival."""
    require(role, "activities")
    with reading_from(store) as connection:
        rows = connection.execute(sa.select(ACTIVITY_FILES).order_by(ACTIVITY_FILES.c.loaded_at, ACTIVITY_FILES.c.sha256))
        return [ActivityFile(**row._mapping) for row in rows]


def rejected_activities(store: sa.Engine, sha256: str, *, role: Role) -> list[Rejected]:
    """What of a file could not be taken, and why."""
    require(role, "activities")
    with reading_from(store) as connection:
        rows = connection.execute(
            sa.select(*(ACTIVITY_REJECTED.c[name] for name in Rejected._fields))
            .where(ACTIVITY_REJECTED.c.file_sha256 == sha256)
            .order_by(ACTIVITY_REJECTED.c.number)
        )
        return [Rejected(*row) for row in rows]


def activity_table(store: sa.Engine, name: str, *, role: Role) -> pd.DataFrame:
    """One of the tables "activities", "organisations", "sectors", "places", "money", in order of identifier and number."""
    require(role, "activities")
    table = ACTIVITIES if name == "activities" else next(part for part in _PARTS if part.name == f"activity_{name}")
    with reading_from(store) as connection:
        return pd.read_sql(sa.select(table).order_by(*table.primary_key.columns), connection)


def activities(store: sa.Engine, *, role: Role) -> Iterator[Activity]:
    """Every activity whole, in order of its identifier, of one unchanging view of the store; no more than a few hundred at a time."""
    require(role, "activities")
    with reading_from(store) as connection:
        ids = connection.execute(sa.select(ACTIVITIES.c.identifier).order_by(ACTIVITIES.c.identifier)).scalars().all()
        for first in range(0, len(ids), _WHOLE_AT_ONCE):
            some = ids[first : first + _WHOLE_AT_ONCE]
            of_part = [_of_each(connection, part, some) for part in _PARTS]
            rows = connection.execute(
                sa.select(ACTIVITIES).where(ACTIVITIES.c.identifier.in_(some)).order_by(ACTIVITIES.c.identifier)
            ).all()
            for row in rows:
                yield activity_of(row, *(of_id.get(row.identifier, []) for of_id in of_part))


def _of_each(connection: sa.Connection, part: sa.Table, ids: Sequence[str]) -> dict[str, list[Any]]:
    """Identifier -> its rows in order."""
    found: dict[str, list[Any]] = {}
    for row in connection.execute(sa.select(part).where(part.c.identifier.in_(ids)).order_by(part.c.identifier, part.c.number)):
        found.setdefault(row.identifier, []).append(row)
    return found


def _is_better(there: Any, activity: Activity, feed: str) -> bool:
    """Is the stored copy newer, or fuller? A 3W has no money and one line of each activity: it never replaces an IATI file's."""
    is_newer = bool(there.updated and activity.updated and activity.updated < there.updated)
    return is_newer or (there.feed == _FULL and feed != _FULL)


def _forget(connection: sa.Connection, ids: Sequence[str]) -> None:
    for first in range(0, len(ids), _AT_ONCE):
        some = ids[first : first + _AT_ONCE]
        for table in (ACTIVITIES, *_PARTS):
            connection.execute(sa.delete(table).where(table.c.identifier.in_(some)))


def _insert(connection: sa.Connection, batch: ActivityBatch, fresh: Iterable[Taken]) -> None:
    rows: dict[sa.Table, list[dict[str, Any]]] = {table: [] for table in (ACTIVITIES, *_PARTS)}
    for taken in fresh:
        each = taken.activity
        rows[ACTIVITIES].append({**row_of(each), "feed": batch.feed, "file_sha256": batch.sha256, "line": taken.line})
        for table, parts in (
            (ACTIVITY_ORGANISATIONS, [organisation._asdict() for organisation in each.organisations]),
            (ACTIVITY_SECTORS, [sector._asdict() for sector in each.sectors]),
            (ACTIVITY_PLACES, [place_row(place) for place in each.places]),
            (ACTIVITY_MONEY, [money_row(money) for money in each.money]),
        ):
            rows[table] += [{"identifier": each.identifier, "number": number, **part} for number, part in enumerate(parts)]
    for table, of_table in rows.items():
        if of_table:
            connection.execute(sa.insert(table), of_table)
