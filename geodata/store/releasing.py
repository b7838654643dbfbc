"""What outsiders see, carried on with every change of the rows (`geodata.redaction` decides; this file reads and writes)."""

import datetime as dt

import pandas as pd
import sqlalchemy as sa

from geodata.model import AGGREGATE, LOCATED_EVENT, Column, columns
from geodata.redaction import AUDIENCES, RELEASE_COLUMNS, RELEASE_INPUT, aggregate, release, withdraw
from geodata.store.rows import content_sum, insert, rows_of, table_of
from geodata.store.tables import AGGREGATES, EVENTS, HELD_TOTALS, META, WITHDRAWN

_LEVELS = tuple(Column(name, "integer", False) for name in RELEASE_COLUMNS)
_INPUT = tuple(column for column in LOCATED_EVENT if column.name in RELEASE_INPUT)
_UNIT = (*(column for column in LOCATED_EVENT if column.name in (*RELEASE_INPUT, "report_id")), *_LEVELS)


def nothing_shown(n: int) -> pd.DataFrame:
    """RELEASE_COLUMNS of n rows that nobody outside has seen."""
    return pd.DataFrame(0, index=range(n), columns=list(RELEASE_COLUMNS), dtype="int64")


def release_with(
    connection: sa.Connection, coming: pd.DataFrame, levels: pd.DataFrame, withdrawn: pd.DataFrame, as_of: dt.date
) -> pd.DataFrame:
    """Decide what outsiders see from now on, and make their table anew.

    coming: rows about to be inserted, with the levels that they bring. withdrawn: rows as they were stored before they were changed or
    taken out. The rows that stay are read from the store. Returns the levels of the rows that come, in their order.
    """
    stored = _stored_units(connection)
    counts = coming["duplicate_of"].isna().to_numpy(bool)
    fresh = coming[columns(_UNIT[: -len(_LEVELS)])].assign(**{name: levels[name].to_numpy() for name in RELEASE_COLUMNS})
    live = _stacked(stored, fresh[counts], columns(_UNIT))
    waiting = _withdrawn(connection, withdrawn, live)
    units = _stacked(live, waiting, columns(_UNIT[: -len(_LEVELS)]) + list(RELEASE_COLUMNS))
    units = units.astype(dict.fromkeys(RELEASE_COLUMNS, "int64"))
    released = release(units, as_of, len(waiting))
    before, units = units[list(RELEASE_COLUMNS)], units.assign(**dict(released.levels))
    changed = (released.levels != before).any(axis=1)
    changed[len(stored) :] = False
    _update_releases(connection, units[changed])
    for audience in AUDIENCES:
        connection.execute(sa.delete(AGGREGATES).where(AGGREGATES.c.audience == audience))
        shown = rows_of(aggregate(units, audience), AGGREGATE)
        insert(connection, AGGREGATES, shown)
        set_meta(connection, f"content_{audience}", f"{content_sum(shown, audience):x}")
    connection.execute(sa.delete(HELD_TOTALS))
    insert(connection, HELD_TOTALS, list(released.held.astype(object).itertuples(index=False, name=None)))
    answer = levels.copy()
    answer.loc[counts] = units[list(RELEASE_COLUMNS)].iloc[len(stored) : len(live)].to_numpy()
    return answer


def _stacked(first: pd.DataFrame, second: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    parts = [part.reindex(columns=names) for part in (first, second) if len(part)]
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else (parts[0] if parts else first).reset_index(drop=True)


def _withdrawn(connection: sa.Connection, leaving: pd.DataFrame, live: pd.DataFrame) -> pd.DataFrame:
    """The rows that outsiders go on seeing for a while, those that were just taken out among them; the table is brought up to date."""
    model = (*_INPUT, *_LEVELS)
    there = table_of(connection.execute(sa.select(*(WITHDRAWN.c[name] for name in columns(model)))), model)
    shown = leaving[(leaving[list(RELEASE_COLUMNS)] > 0).any(axis=1)] if len(leaving) else leaving
    if there.empty and shown.empty:
        return there
    waiting = _stacked(there, shown, columns(model))
    waiting = waiting.assign(**dict(withdraw(live, waiting)))
    waiting = waiting[(waiting[["donor_level", "public_level"]] > 0).any(axis=1)].reset_index(drop=True)
    connection.execute(sa.delete(WITHDRAWN))
    rows = rows_of(waiting, model)
    insert(connection, WITHDRAWN, [(number, *row) for number, row in enumerate(rows, 1)])
    return waiting


def _stored_units(connection: sa.Connection) -> pd.DataFrame:
    """What `release` needs of the stored rows: those that can ever be shown."""
    wanted = sa.select(*(EVENTS.c[name] for name in columns(_UNIT)))
    wanted = wanted.where(EVENTS.c.in_region, EVENTS.c.drug.is_not(None), EVENTS.c.duplicate_of.is_(None))
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


def set_meta(connection: sa.Connection, key: str, value: str) -> None:
    """Keep one thing that the store says about itself."""
    connection.execute(sa.delete(META).where(META.c.key == key))
    connection.execute(sa.insert(META), {"key": key, "value": value})
