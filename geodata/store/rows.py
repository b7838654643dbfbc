"""Tables -> rows for the database and back, and the hash of what they hold."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from geodata.model import Column

_MODULUS = 2**256


def rows_of(table: pd.DataFrame, model: Sequence[Column]) -> list[tuple[Any, ...]]:
    """The table as plain Python values in the model's order; what is missing becomes None."""
    return list(zip(*(_values(table[column.name], column) for column in model), strict=True))


def table_of(rows: Sequence[Sequence[Any]], model: Sequence[Column]) -> pd.DataFrame:
    """Rows as the database gives them -> a table with the types of the model (text str, number float64, integer Int64, flag bool)."""
    values = list(zip(*rows, strict=True)) if rows else [() for _ in model]
    return pd.DataFrame({column.name: _series(cells, column) for column, cells in zip(model, values, strict=True)})


def content_sum(rows: Iterable[Sequence[Any]], salt: str) -> int:
    """A hash of a collection of rows that does not depend on their order, so that it can be carried on row by row.

    The sum of one SHA-256 per row modulo 2^256 (Bellare and Micciancio 1997, doi:10.1007/3-540-69053-0_13): enough to tell
    two states of the data apart. salt: keeps equal rows of two tables apart.
    """
    total = 0
    for row in rows:
        digest = hashlib.sha256(f"{salt}{row!r}".encode("utf-8", "surrogatepass")).digest()
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


def _series(cells: Sequence[Any], column: Column) -> pd.Series:
    if column.kind == "text":
        return pd.Series(np.asarray(cells, object), dtype="str")
    if column.kind == "number":
        return pd.Series(np.asarray(cells, float))
    if column.kind == "flag":
        return pd.Series(np.asarray(cells, bool))
    floats = np.asarray(cells, float)  # None becomes NaN; whole numbers up to 2^53 stay exact
    return pd.Series(np.where(np.isnan(floats), 0, floats).astype(np.int64)).astype("Int64").mask(np.isnan(floats))
