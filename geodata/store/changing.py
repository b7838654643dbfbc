"""Change the rows of the store: the one door. What was before goes to the history; the content and what outsiders see go on from there."""

import datetime as dt
from collections.abc import Collection
from operator import itemgetter
from typing import NamedTuple

import numpy as np
import pandas as pd
import sqlalchemy as sa

from geodata.errors import WrongTable
from geodata.model import LOCATED_EVENT, columns
from geodata.redaction import RELEASE_COLUMNS, RELEASE_INPUT
from geodata.store import present, releasing
from geodata.store.present import OWNED
from geodata.store.rows import content_sum, insert, rows_of
from geodata.store.tables import EVENTS, HISTORY

#: Which file a report came in first depends on the order of the files, so that it is not part of the content.
_CONTENT = itemgetter(*(place for place, name in enumerate(columns(LOCATED_EVENT)) if name not in ("file_sha256", "row_number")))
_PORTION = 50_000  # rows that are plain Python values at a time
#: What outsiders' numbers are made of.
_SHOWN = tuple(name for name in RELEASE_INPUT if name not in RELEASE_COLUMNS)
_HISTORY = [column.name for column in HISTORY.columns if column.name != "to_run"]


class Rows(NamedTuple):
    """What becomes of the rows: ``new`` are not in the store, ``changed`` are (both LOCATED_EVENT, and own_event_id where it has one),
    ``gone`` are report_ids that leave it."""

    new: pd.DataFrame
    changed: pd.DataFrame
    gone: Collection[str]


class Done(NamedTuple):
    """Rows added, changed and taken out, and what that does to the sum of the content."""

    added: int
    changed: int
    gone: int
    content: int


def change(connection: sa.Connection, run_id: int, rows: Rows, as_of: dt.date, *, kept_back: bool = False) -> Done:
    """Change the rows in the caller's transaction and decide anew what outsiders see.

    kept_back: outsiders see nothing of the new rows for now. A changed row that is the same as before stays untouched.
    Raises WrongTable where a row to change or to take out is not there.
    """
    ids = [*rows.changed["report_id"], *rows.gone]
    before = present.by_reports(connection, ids)
    if len(before) != len(set(ids)) or len(ids) != len(set(ids)):
        raise WrongTable(f"{len(ids)} rows were to be changed or taken out, {len(before)} of them are in the store. Nothing was changed.")
    before = before.set_index("report_id", drop=False)
    is_other, is_shown_otherwise = _differences(before, rows.changed)
    changed = _owned(rows.changed[is_other])
    leaving = before.loc[[*changed["report_id"], *rows.gone]].reset_index(drop=True)
    content = -content_sum(map(_CONTENT, rows_of(leaving, LOCATED_EVENT)), "events")
    _to_history(connection, leaving["report_id"].tolist(), run_id)
    levels = before.loc[changed["report_id"], list(RELEASE_COLUMNS)].astype("int64").reset_index(drop=True)
    withdrawn = leaving[np.r_[is_shown_otherwise[is_other], np.ones(len(rows.gone), bool)]]
    levels.loc[is_shown_otherwise[is_other]] = 0
    coming = _together(_owned(rows.new), changed)
    coming_levels = pd.concat([releasing.nothing_shown(len(rows.new)), levels], ignore_index=True)
    if len(withdrawn) or (len(rows.new) and not kept_back):
        coming_levels = releasing.release_with(connection, coming, coming_levels, withdrawn, as_of)
    content += _insert(connection, coming, coming_levels, run_id)
    return Done(len(rows.new), len(changed), len(rows.gone), content)


def content_of_all(connection: sa.Connection) -> int:
    """The content sum of all rows, from the rows themselves."""
    content = 0
    for portion in present.chunks(connection.scalars(sa.select(EVENTS.c.report_id))):
        rows = present.by_reports(connection, portion, LOCATED_EVENT)
        content += content_sum(map(_CONTENT, rows_of(rows, LOCATED_EVENT)), "events")
    return content


def _together(new: pd.DataFrame, changed: pd.DataFrame) -> pd.DataFrame:
    parts = [part for part in (new, changed) if len(part)]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else (parts[0] if parts else new).reset_index(drop=True)


def _owned(rows: pd.DataFrame) -> pd.DataFrame:
    return rows if "own_event_id" in rows else rows.assign(own_event_id=pd.Series(None, index=rows.index, dtype="str"))


def _differences(before: pd.DataFrame, after: pd.DataFrame) -> tuple["np.ndarray[tuple[int], np.dtype[np.bool_]]", ...]:
    """Which rows are other than before, and which so that outsiders' numbers would be other."""
    if after.empty:
        return np.zeros(0, bool), np.zeros(0, bool)
    old = rows_of(before.loc[after["report_id"]], OWNED)
    new = rows_of(_owned(after), OWNED)
    names = columns(OWNED)
    shown = itemgetter(*(names.index(name) for name in (*_SHOWN, "duplicate_of")))
    is_other = np.array([one != two for one, two in zip(old, new, strict=True)])
    return is_other, np.array([shown(one) != shown(two) for one, two in zip(old, new, strict=True)])


def _to_history(connection: sa.Connection, ids: list[str], run_id: int) -> None:
    for portion in present.chunks(ids):
        kept = sa.select(*(EVENTS.c[name] for name in _HISTORY), sa.literal(run_id)).where(EVENTS.c.report_id.in_(portion))
        connection.execute(sa.insert(HISTORY).from_select([*_HISTORY, "to_run"], kept))
        connection.execute(sa.delete(EVENTS).where(EVENTS.c.report_id.in_(portion)))


def _insert(connection: sa.Connection, rows: pd.DataFrame, levels: pd.DataFrame, run_id: int) -> int:
    """Insert rows with their levels. Returns their content sum."""
    # In the order of the key the index grows at its end, not everywhere.
    order = np.argsort(rows["report_id"].to_numpy(object))
    content = 0
    for start in range(0, len(order), _PORTION):
        portion = order[start : start + _PORTION]
        part = rows.iloc[portion]
        plain = rows_of(part, OWNED)
        shown = levels[list(RELEASE_COLUMNS)].iloc[portion].itertuples(index=False, name=None)
        content += content_sum(map(_CONTENT, plain), "events")
        insert(connection, EVENTS, [(*row[:-1], *level, row[-1], run_id) for row, level in zip(plain, shown, strict=True)])
    return content
