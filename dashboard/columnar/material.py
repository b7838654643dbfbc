"""The material of the statistics of a view, from columns: the same numbers as `dashboard.answers.material` from a table."""

from dataclasses import fields
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.column_cube import Reports
from layers.column_rows import ColumnRows, Happened
from layers.completeness import LATE_MONTHS
from layers.kernels_page import by_month_and_place
from layers.material import NONE, Happenings, Material
from layers.months import month_number, position
from layers.selection import Selection


class ColumnHappenings(Happenings):
    """Each array is made when it is first asked for: ten million events would be 600 MB, and most questions want one or two of them.

    `row` counts rows of the columns.
    """

    def __init__(self, rows: ColumnRows, happened: Happened, base: int, n_months: int) -> None:
        # The class above is frozen, and its fields are worked out when they are asked for.
        dated = int(np.searchsorted(happened.row, np.int32(rows.n_dated)))
        vars(self)["_make"] = partial(_happening, rows, happened, dated, base, n_months)

    def __getattr__(self, name: str) -> Any:
        """Only called for what is not there yet."""
        if name not in {field.name for field in fields(Happenings)}:
            raise AttributeError(name)
        vars(self)[name] = made = vars(self)["_make"](name)
        return made

    def __len__(self) -> int:
        return len(self.row)


def _happening(rows: ColumnRows, happened: Happened, dated: int, base: int, n_months: int, name: str) -> NDArray[Any]:
    """One array of `Happenings`."""
    columns = rows.columns
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
    rows: ColumnRows, happened: Happened, selection: Selection, told: Reports, sections: pd.DataFrame, posts: pd.DataFrame, today: str,
    n_missing: NDArray[np.int64],
) -> Material:  # fmt: skip
    """happened, told: of the selection over all time. today: "2026-11-22"."""
    columns, months, base = rows.columns, told.months, told.base
    m, start = len(months), columns["shape_start"]
    shapes = csr_array((columns["shape_share"], columns["shape_cell"], start), shape=(len(start) - 1, len(columns["cells"])))
    has = bool(months) and selection.first_month is not None and selection.last_month is not None
    first = max(position(months, str(selection.first_month)), 0) if has else 0
    last = min(position(months, str(selection.last_month)), m - 1) if has else m - 1
    footprint_n, footprint_kg = (csr_array(table) for table in _tables(rows, happened, "footprint", len(start) - 1, base, m))
    section_n, section_kg = _tables(rows, happened, "section_set", 2 * len(sections), base, m)
    post_n, post_kg = _on_posts(rows, happened, len(posts), base, m)
    return Material(
        months=months,
        first=first,
        last=last,
        measure=selection.measure,
        reported=told.has_reports,
        missing=n_missing,
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


def _tables(
    rows: ColumnRows, happened: Happened, name: str, size: int, base: int, n_months: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    n, kg = np.zeros((n_months, size)), np.zeros((n_months, size))
    by_month_and_place(happened.row, happened.kg, rows.columns["month"], rows.columns[name], base, n, kg)
    return n, kg


def _on_posts(
    rows: ColumnRows, happened: Happened, n_posts: int, base: int, n_months: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    columns = rows.columns
    start, thing = columns["post_start"], columns["post_thing"]
    member = csr_array((np.ones(len(thing)), thing, start), shape=(len(start) - 1, n_posts))
    n, kg = _tables(rows, happened, "post_set", len(start) - 1, base, n_months)
    return np.asarray(n @ member), np.asarray(kg @ member)
