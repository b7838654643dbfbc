"""Column scan: any filter and any period over all events in one pass, with the same answers as tables would give."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.columns.table import Columns
from layers.months import month_number
from layers.selection import Selection

#: Not after this day: any day, and none.
NO_LIMIT = 2**32 - 1
#: A table of months x places with more cells than this is refused instead of filling the memory.
MOST_CELLS = 200_000_000
_EPOCH = dt.date(1970, 1, 1).toordinal()
#: Filter of a selection, column of the events.
_FILTERS = (
    ("drugs", "drug"), ("kinds", "kind"), ("countries", "country_iso3"), ("transports", "transport"),
    ("reliabilities", "source_reliability"), ("accuracies", "information_accuracy"), ("agencies", "agency"),
)  # fmt: skip


def wanted_profiles(columns: Columns, selection: Selection) -> NDArray[np.uint8]:
    """1 for each distinct combination of what rows say (`profile`) that passes every filter but the period, else 0, uint8 (k,).

    The same rules as `layers.selection.select`: an empty filter lets everything through, a row that says nothing passes no other, and
    "MIA; DCA" is of both agencies.
    """
    wanted = np.ones(len(columns["profile_drug"]), np.uint8)
    for chosen, name in _FILTERS:
        values = getattr(selection, chosen)
        if values:
            passes = [_names_one_of(text, values) if name == "agency" else text in values for text in columns.words[name]]
            passes[0] = False
            wanted &= np.array(passes, np.uint8)[columns[f"profile_{name}"]]
    return wanted


def days_of(selection: Selection) -> tuple[int, int] | None:
    """First and last day of the chosen months, days since 1970-01-01; None without a period. An open end reaches to the end of time."""
    if selection.first_month is None and selection.last_month is None:
        return None
    first = _first_day(month_number(selection.first_month)) if selection.first_month else 0
    last = _first_day(month_number(selection.last_month) + 1) - 1 if selection.last_month else NO_LIMIT // 2
    return first, last


def by_month_and_place(
    columns: Columns, wanted: NDArray[np.uint8], place: NDArray[np.integer[Any]], n_places: int, months: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Events and drug kilograms over all time by month and place: int32 and float64 (m + 1, n_places + 1).

    place: a number for each row; months: first and last, numbers since year 0, m of them. The last row holds what has no month of its
    own or another one, the last column what has no place (below 0 or from n_places on). Every passing event is in it once, where its
    first passing row is, with the kilograms of all its passing rows. Raises ValueError for a table that would fill the memory.
    """
    n_months = max(months[1] - months[0] + 1, 0)
    return _add_up(columns, wanted, place, n_places, None, months[0], n_months)


def by_place(
    columns: Columns, wanted: NDArray[np.uint8], place: NDArray[np.integer[Any]], n_places: int, days: tuple[int, int] | None = None
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Events and drug kilograms by place, int32 and float64 (n_places + 1,), the last of them without a place.

    days: first and last day, since 1970-01-01; a row passes when all days on which it can have happened lie in them. None: all time,
    and the undated with it.
    """
    count, kilograms = _add_up(columns, wanted, place, n_places, days, 0, 0)
    return count[0], kilograms[0]


def rows(columns: Columns, wanted: NDArray[np.uint8], days: tuple[int, int] | None = None, *, once: bool = False) -> NDArray[np.int64]:
    """Numbers of the rows that pass, ascending, int64; with ``once`` only the first passing row of each event."""
    from layers.kernels_columns import passing

    begin, end, latest = _window(columns, days)
    found = np.empty(end - begin, np.int64)
    seen = np.zeros(n_several(columns) if once else 0, np.uint8)
    n = passing(
        begin, end, latest, wanted, columns["profile"], columns["day_to"].view(np.uint32), columns["several"], seen, once, found
    )  # fmt: skip
    return found[:n]


def n_several(columns: Columns) -> int:
    """How many events have more than one row."""
    return int(columns.about["n_several"])


def _add_up(
    columns: Columns,
    wanted: NDArray[np.uint8],
    place: NDArray[np.integer[Any]],
    n_places: int,
    days: tuple[int, int] | None,
    first_month: int,
    n_months: int,
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    from layers.kernels_columns import add_up

    shape = n_months + 1, n_places + 1
    if shape[0] * shape[1] > MOST_CELLS:
        raise ValueError(
            f"{n_months} months x {n_places} places were asked for, {MOST_CELLS:,} cells are the most: merge places that are alike."
        )
    count, kilograms = np.zeros(shape[0] * shape[1], np.int32), np.zeros(shape[0] * shape[1])
    begin, end, latest = _window(columns, days)
    at = np.full(n_several(columns), -1, np.int32)
    add_up(
        begin, end, latest, wanted, columns["profile"], columns["day_to"].view(np.uint32), columns["several"], columns["month"],
        np.ascontiguousarray(place, np.int32),
        columns["kg"], first_month, n_months, n_places, at, count, kilograms,
    )  # fmt: skip
    return count.reshape(shape), kilograms.reshape(shape)


def _window(columns: Columns, days: tuple[int, int] | None) -> tuple[int, int, int]:
    """First row, row after the last, and the last day on which a row may end."""
    if days is None:
        return 0, columns.n, NO_LIMIT
    begin, end = columns.first_row(days[0]), columns.first_row(days[1] + 1)
    return begin, max(begin, end), max(days[1], 0)


def _first_day(month: int) -> int:
    return dt.date(month // 12, month % 12 + 1, 1).toordinal() - _EPOCH


def _names_one_of(text: str, wanted: Collection[str]) -> bool:
    return any(name.strip() in wanted for name in text.split(";"))
