"""Place order: the rows of `layers.columns` by month, and in a month by place: a pass over all of them reads memory from front to back.

All rows of an event stand together here; events whose rows do not share month and place, and rows without a month, are listed apart.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.columns.table import Columns

#: Before the names of the arrays.
PREFIX = "order_"
#: What follows from a place.
OF_PLACE = ("spot", "footprint", "on", "province", "uncertainty_m")
COLUMN = {"province": "province_id"}


def build(columns: Columns, place: NDArray[np.intp], of_place: NDArray[np.intp]) -> Columns:
    """The order, to be kept beside the columns.

    columns: with spot, footprint and on (`layers.page_columns`). place: number of each row's place, (n,), one of p; of_place: a row of
    each, (p,): these three, the province and the uncertainty follow from it.
    row: int32, the rows in order; profile: of each, as small as it may be; kg float64; event: int32, the first row of its event; bounded:
    bool, is its weight a lower bound.
    group: int64 (g + 1), where each group of one month and one place begins; place: int32 (g,), of each group; month: int64 (m + 1), where
    the groups of each month begin. other: int32, the remaining rows, those of each month first, ascending in each; other_month: int64
    (m + 2), where the rows of each month begin, of those without one, and their end. place_spot, place_footprint, place_on, place_province
    (code), place_uncertainty_m: (p,).
    about: base, months since year 0 of the first month.
    """
    month = columns["month"]
    dated = np.flatnonzero(month >= 0)
    base = int(month[dated].min(initial=np.iinfo(np.int16).max)) if len(dated) else 0
    n_months = int(month.max(initial=-1)) - base + 1 if len(dated) else 0
    stands_together, lead = _events(columns, month, place)
    row = np.flatnonzero((month >= 0) & stands_together)
    row = row[np.lexsort((lead[row], place[row], month[row]))].astype(np.int32)
    of_month, at, of_event = month[row], place[row], lead[row]
    begins = np.ones(len(row), bool)
    begins[1:] = (of_month[1:] != of_month[:-1]) | (at[1:] != at[:-1])
    first = np.flatnonzero(begins)
    is_bound = np.isin(columns["weight_bound"], columns.codes("weight_bound", ("at_least",))) & (columns["kg"] > 0)
    other = np.flatnonzero((month < 0) | ~stands_together)
    number = np.where(month[other] < 0, n_months, month[other].astype(np.int64) - base)
    sorting = np.argsort(number, kind="stable")
    profiles = len(columns["profile_drug"])
    arrays: dict[str, NDArray[Any]] = {
        "row": row,
        "profile": columns["profile"][row].astype(np.uint16 if profiles <= 2**16 else np.uint32),
        "kg": columns["kg"][row],
        "event": of_event,
        "bounded": is_bound[row],
        "group": np.append(first, len(row)).astype(np.int64),
        "place": at[first].astype(np.int32),
        "month": np.searchsorted(of_month[first].astype(np.int64) - base, np.arange(n_months + 1)).astype(np.int64),
        "other": other[sorting].astype(np.int32),
        "other_month": np.searchsorted(number[sorting], np.arange(n_months + 2)).astype(np.int64),
        **{f"place_{name}": columns[COLUMN.get(name, name)][of_place] for name in OF_PLACE},
    }
    return Columns(arrays, {}, {"base": base})


def _events(columns: Columns, month: NDArray[np.int16], place: NDArray[np.intp]) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Of each row: do all rows of its event share month and place? And the first row of its event."""
    several, n = columns["several"], int(columns.about["n_several"])
    lead, together = np.arange(columns.n, dtype=np.int32), np.ones(columns.n, bool)
    rows = np.flatnonzero(several >= 0)
    if len(rows):
        number = several[rows]
        first = np.full(n, columns.n, np.int32)
        np.minimum.at(first, number, rows.astype(np.int32))
        lead[rows] = first[number]
        differs = (month[rows] != month[lead[rows]]) | (place[rows] != place[lead[rows]])
        is_apart = np.zeros(n, bool)
        is_apart[number[differs]] = True
        together[rows] = ~is_apart[number]
    return together, lead


class PlaceOrder(NamedTuple):
    """As the kernels take it: what `build` says, of n rows, g groups, m months and p places."""

    base: int
    row: NDArray[np.int32]
    profile: NDArray[np.unsignedinteger[Any]]
    kg: NDArray[np.float64]
    event: NDArray[np.int32]
    bounded: NDArray[np.bool_]
    group: NDArray[np.int64]
    place: NDArray[np.int32]
    month: NDArray[np.int64]
    other: NDArray[np.int32]
    other_month: NDArray[np.int64]
    spot: NDArray[np.int32]
    footprint: NDArray[np.int32]
    on: NDArray[np.int32]
    province: NDArray[np.unsignedinteger[Any]]
    uncertainty_m: NDArray[np.float64]

    @property
    def n_months(self) -> int:
        """Months from the first to the last that any row is known to."""
        return len(self.month) - 1

    @property
    def dated_others(self) -> NDArray[np.int32]:
        """The rows in no group that are known to a month, by month."""
        return self.other[: int(self.other_month[-2])]

    @property
    def undated_others(self) -> NDArray[np.int32]:
        """The rows without a month, ascending."""
        return self.other[int(self.other_month[-2]) :]

    def middle(self) -> int:
        """The month before which half of the rows stand."""
        before = self.group[self.month]
        return int(np.clip(np.searchsorted(before, len(self.row) // 2), 0, self.n_months))


def order_of(columns: Columns) -> PlaceOrder:
    """The order that lies in page columns."""
    names = [name for name in PlaceOrder._fields[1:] if name not in OF_PLACE]
    held = [columns[f"{PREFIX}{name}"] for name in [*names, *(f"place_{name}" for name in OF_PLACE)]]
    return PlaceOrder(int(columns.about["order"]["base"]), *held)
