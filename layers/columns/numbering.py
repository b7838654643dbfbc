"""Numbering: rows of one event, combinations of what rows say, months of days, each as whole numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import WrongTable
from layers.months import NO_MONTH

_ALONE = -1
#: Odd, its bits well mixed: 2^64 divided by the golden ratio.
_MIX = np.uint64(0x9E3779B97F4A7C15)


def number_events(names: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Numbers 0.. of the events of n rows in order of first appearance, int32 (n,), and for rows of events that have several rows the
    number of that event among those, else -1, int32 (n,).

    names: uint64 (n, 2), equal where the event is the same. Raises WrongTable in the one case in 1e8 stores of ten million events that
    two of them fall together in 64 bits.
    """
    codes, distinct = pd.factorize(names[:, 0] + names[:, 1] * _MIX)
    first = np.zeros(len(distinct), np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    if not np.array_equal(names[first[codes]], names):
        raise WrongTable("Two events have names that fall together: give one of them another name.")
    has_more = np.bincount(codes, minlength=len(distinct)) > 1
    number = np.where(has_more, np.cumsum(has_more) - 1, _ALONE).astype(np.int32)
    return codes.astype(np.int32), number[codes]


def joint(columns: Sequence[NDArray[np.unsignedinteger[Any]]]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The distinct combinations of what n rows say in several coded columns: number of each row's, uint32 (n,), and the k
    combinations, one code for each column, int64 (k, columns)."""
    sizes = [int(column.max(initial=0)) + 1 for column in columns]
    codes = np.zeros(len(columns[0]), np.int64)
    largest = 1
    for column, size in zip(columns, sizes, strict=True):
        if largest * size >= 2**62:
            # Renumbered before the product would leave 63 bits.
            codes = pd.factorize(codes)[0].astype(np.int64)
            largest = int(codes.max(initial=0)) + 1
        codes = codes * size + column
        largest *= size
    number, distinct = pd.factorize(codes)
    first = np.zeros(len(distinct), np.int64)
    first[number[::-1]] = np.arange(len(number) - 1, -1, -1)
    return number.astype(np.uint32), np.column_stack([column[first].astype(np.int64) for column in columns])


def single_month(day: NDArray[np.int32], day_to: NDArray[np.int32], is_precise: NDArray[np.bool_]) -> NDArray[np.int16]:
    """Months since year 0 of rows whose possible days lie in one month and are known to the day or month, else -1; int16 (n,)."""
    first, last = months_of(day), months_of(day_to)
    return np.where(is_precise & (first == last), first, NO_MONTH).astype(np.int16)


def months_of(day: NDArray[np.int32]) -> NDArray[np.int16]:
    """Months since year 0 of days since 1970-01-01, int16 (n,); -1 where the day is -1 (none)."""
    if not len(day):
        return np.zeros(0, np.int16)
    low, high = int(day.min()), int(day.max())
    # Each day of the span is turned into its month once, not each row.
    months = np.arange(low, high + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
    if low <= _ALONE <= high:
        months[_ALONE - low] = NO_MONTH
    return months.astype(np.int16)[day - low]


def first_days(months: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """First day of each month (since year 0), days since 1970-01-01."""
    return np.asarray((months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64), np.int64)
