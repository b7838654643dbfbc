"""Tables -> rows for the database and back, and the hash of what they hold."""

import hashlib
import marshal
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import sqlalchemy as sa
from numpy.typing import NDArray

from geodata.model import Column

_MODULUS = 2**256
_PORTION = 2_000


def rows_of(table: pd.DataFrame, model: Sequence[Column]) -> list[tuple[Any, ...]]:
    """The table as plain Python values in the model's order; what is missing becomes None."""
    return list(zip(*(_values(table[column.name], column) for column in model), strict=True))


def table_of(
    result: sa.CursorResult[*tuple[Any, ...]], model: Sequence[Column], most: int | None = None, *, streams: bool = False
) -> pd.DataFrame:
    """What a SELECT of the model's columns gives -> a table with its types (text str, number float64, integer Int64, flag bool).

    most: about so many rows, the result stays open for the next ones; without it, all of them. Rows are taken in small portions from
    the driver itself: SQLAlchemy's own rows double the time of a hundred thousand. streams: executed with `stream_results`, where
    SQLAlchemy has read ahead and the driver alone would begin past the first row.
    """
    columns = [_Cells() for _ in model]
    taken, fetch = 0, result if streams else result.cursor
    while fetch is not None and (most is None or taken < most) and (rows := fetch.fetchmany(_PORTION)):
        taken += len(rows)
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.add(cells)
    if most is None:
        result.close()
    return pd.DataFrame({column.name: _series(cells.whole(), column) for column, cells in zip(model, columns, strict=True)})


class _Cells:
    """One column while it comes in. Equal values share one object, which for a million events spares two thirds of the memory."""

    def __init__(self) -> None:
        # Arrays, not lists: the garbage collector would walk over millions of cells again and again.
        self._portions: list[NDArray[np.object_]] = []
        self._same: dict[Any, Any] | None = {}

    def add(self, cells: Sequence[Any]) -> None:
        if self._same is not None:
            cells = list(map(self._same.setdefault, cells, cells))
            if len(self._same) > _PORTION:  # every row has its own value: sharing costs and spares nothing
                self._same = None
        self._portions.append(np.array(cells, object))

    def whole(self) -> NDArray[np.object_]:
        return np.concatenate(self._portions) if self._portions else np.array([], object)


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows that hold all columns of the table in order. Bound by the driver: SQLAlchemy's own binding triples the time."""
    statement = sa.insert(table).compile(dialect=connection.dialect, column_keys=table.columns.keys())
    names = statement.positiontup
    text = str(statement)
    for start in range(0, len(rows), _PORTION):
        portion = rows[start : start + _PORTION]
        if names is None:
            connection.exec_driver_sql(text, [dict(zip(table.columns.keys(), row, strict=True)) for row in portion])
        else:
            connection.exec_driver_sql(text, [tuple(row) for row in portion])


def content_sum(rows: Iterable[Sequence[Any]], salt: str) -> int:
    """A hash of a collection of rows that does not depend on their order, so that it can be carried on row by row.

    The sum of one SHA-256 per row modulo 2^256 (Bellare and Micciancio 1997, doi:10.1007/3-540-69053-0_13): enough to tell
    two states of the data apart. salt: keeps equal rows of two tables apart.
    """
    total, start = 0, salt.encode()
    for row in rows:
        # Version 2 of marshal: the same bytes for equal values, and three times as fast as repr.
        digest = hashlib.sha256(start + marshal.dumps(tuple(row), 2)).digest()
        total += int.from_bytes(digest, "big")
    return total % _MODULUS


def _values(values: pd.Series, column: Column) -> list[Any]:
    missing = values.isna().to_numpy()
    if column.kind == "flag":
        return [bool(value) for value in values]
    if column.kind == "number":
        plain = pd.to_numeric(values).to_numpy(dtype=float, na_value=np.nan).astype(object)
    elif column.kind == "integer":
        plain = pd.to_numeric(values).fillna(0).to_numpy(dtype=np.int64).astype(object)
    else:
        plain = values.to_numpy(dtype=object, copy=True)
    plain[missing] = None
    return list(plain)


def _series(cells: NDArray[np.object_], column: Column) -> pd.Series:
    if column.kind == "text":
        return pd.Series(cells, dtype="str")
    if column.kind == "flag":
        return pd.Series(cells.astype(bool))
    numbers = cells.astype(float)  # None becomes NaN; whole numbers up to 2^53 stay exact
    if column.kind == "number":
        return pd.Series(numbers)
    missing = np.isnan(numbers)
    return pd.Series(pd.arrays.IntegerArray(np.where(missing, 0, numbers).astype(np.int64), missing))
