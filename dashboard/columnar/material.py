"""The material of the statistics of a view, from columns: the same numbers as `dashboard.answers.material` from a table."""

from collections.abc import Callable
from dataclasses import fields
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.column_cube import Amounts, Reports
from layers.column_rows import ColumnRows, Happened, gathered
from layers.completeness import LATE_MONTHS
from layers.material import NONE, Happenings, Material
from layers.months import month_number, position
from layers.selection import Selection


class ColumnHappenings(Happenings):
    """Each array is made when it is first asked for: ten million events would be 600 MB, and most questions want one or two of them.

    `row` counts rows of the columns.
    """

    def __init__(self, rows: ColumnRows, happened: Callable[[], Happened], base: int, n_months: int) -> None:
        # The class above is frozen, and its fields are worked out when they are asked for.
        vars(self)["_make"] = partial(_happening, rows, happened, base, n_months)

    def __getattr__(self, name: str) -> Any:
        """Only called for what is not there yet."""
        if name not in {field.name for field in fields(Happenings)}:
            raise AttributeError(name)
        vars(self)[name] = made = vars(self)["_make"](name)
        return made

    def __len__(self) -> int:
        return len(self.row)


def _happening(rows: ColumnRows, events: Callable[[], Happened], base: int, n_months: int, name: str) -> NDArray[Any]:
    """One array of `Happenings`."""
    columns, happened = rows.columns, events()
    dated = int(np.searchsorted(happened.row, np.int32(rows.n_dated)))
    if name == "kg":
        return _undated_first(happened.kg, dated)
    row = _undated_first(happened.row, dated)
    if name == "row":
        return row.astype(np.int64)
    if name == "footprint":
        return columns["footprint"][row].astype(np.int64)
    if name == "section":
        number = columns["section_set"][row]
        return np.where(number >= 0, number // 2, NONE).astype(np.int32)
    if name == "month":
        known = columns["month"][row].astype(np.int32)
        inside = (known >= max(base, 0)) & (known < base + n_months)
        return np.where(inside, known - base, NONE).astype(np.int32)
    return np.asarray(columns[name][row])


def _undated_first(values: NDArray[Any], dated: int) -> NDArray[Any]:
    return np.concatenate([values[dated:], values[:dated]]) if dated < len(values) else values


def columnar_material(
    rows: ColumnRows, happened: Callable[[], Happened], selection: Selection, held: Amounts, told: Reports, sections: pd.DataFrame,
    posts: pd.DataFrame, today: str,
) -> Material:  # fmt: skip
    """held, told, happened: of the selection over all time; the last is only asked where single events are wanted. today: "2026-11-22"."""
    columns, months, base = rows.columns, told.months, told.base
    m, start = len(months), columns["shape_start"]
    shapes = csr_array((columns["shape_share"], columns["shape_cell"], start), shape=(len(start) - 1, len(columns["cells"])))
    has = bool(months) and selection.first_month is not None and selection.last_month is not None
    first = max(position(months, str(selection.first_month)), 0) if has else 0
    last = min(position(months, str(selection.last_month)), m - 1) if has else m - 1
    footprint_n, footprint_kg = (_by_footprint(held, values, len(start) - 1) for values in (held.footprints.n, held.footprints.kg))
    on = held.by_month.on_n, held.by_month.on_kg
    section_n, section_kg = (gathered(table, columns["on_section"], 2 * len(sections)) for table in on)
    post_n, post_kg = _on_posts(rows, held, len(posts))
    return Material(
        months=months,
        first=first,
        last=last,
        measure=selection.measure,
        reported=told.has_reports,
        missing=told.n_missing,
        arriving=np.arange(base, base + m) >= month_number(today) - LATE_MONTHS,
        cells=columns["cells"],
        cell_n=csr_array(footprint_n @ shapes),
        cell_kg=csr_array(footprint_kg @ shapes),
        shapes=shapes,
        footprint_n=footprint_n,
        section_ids=sections["section_id"].tolist(),
        section_km=sections["length_km"].to_numpy(float),
        section_n=(section_n[:, ::2] + section_n[:, 1::2]).astype(np.int64),
        section_kg=section_kg[:, ::2] + section_kg[:, 1::2],
        post_ids=posts["id"].tolist(),
        post_n=post_n.round().astype(np.int64),
        post_kg=post_kg,
        happenings=ColumnHappenings(rows, happened, base, m),
    )


def _by_footprint(held: Amounts, values: NDArray[np.float64], n_footprints: int) -> csr_array:
    """A sparse table (months, footprints)."""
    starts = np.searchsorted(held.footprints.step, np.arange(len(held.months) + 1))
    table = csr_array((values, held.footprints.place, starts), shape=(len(held.months), n_footprints))
    table.sort_indices()
    return table


def _on_posts(rows: ColumnRows, held: Amounts, n_posts: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    start, thing = rows.columns["post_start"], rows.columns["post_thing"]
    member = csr_array((np.ones(len(thing)), thing, start), shape=(len(start) - 1, n_posts))
    n, kg = (gathered(table, rows.columns["on_post"], len(start) - 1) @ member for table in (held.by_month.on_n, held.by_month.on_kg))
    return np.asarray(n), np.asarray(kg)
