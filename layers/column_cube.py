"""Column cube: counts and kilograms by month and cell over `layers.columns`, as `layers.heatmap` and `layers.timeline` give them.

Districts and provinces are kept apart from the cells: each lies evenly on up to thousands of cells, so that a few numbers a month say what
millions of (month, cell) pairs would.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.cells import RESOLUTION, rings
from layers.column_rows import ColumnRows, Happened
from layers.completeness import missing_sources
from layers.heatmap import Cube, LeftOut
from layers.months import NO_MONTH, month_range, month_text
from layers.selection import Selection
from layers.timeline import Timeline


@dataclass(frozen=True)
class Spans:
    """Events without a month of their own but with a span of days: first and last month (since year 0), kilograms; (k,) each."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]
    kg: NDArray[np.float64]


@dataclass(frozen=True)
class Amounts:
    """What one selection holds over all time, m months.

    area_n, area_kg: float (m, a), by district and province. step, cell, cell_n, cell_kg: what lies on cells otherwise, (k,), by month,
    then cell: number of the month, of the cell in all cells of the version, events, kilograms.
    n_events, total_kg: by month. base: months since year 0 of the first month.
    """

    base: int
    months: list[str]
    area_n: NDArray[np.float64]
    area_kg: NDArray[np.float64]
    step: NDArray[np.uint16]
    cell: NDArray[np.uint32]
    cell_n: NDArray[np.float32]
    cell_kg: NDArray[np.float32]
    n_events: NDArray[np.int64]
    total_kg: NDArray[np.float64]
    spans: Spans
    left_out: Mapping[LeftOut, int]
    n: int


class CellFrame:
    """Cells of one version and how their rings are drawn, made once."""

    def __init__(self, rows: ColumnRows) -> None:
        self.columns = rows.columns
        self.n_areas = int(rows.columns.about["n_areas"])
        self.cells: NDArray[np.uint64] = rows.columns["cells"]

    @cached_property
    def rings(self) -> list[list[list[float]]]:
        """The closed ring of each cell."""
        return rings(self.cells)

    @cached_property
    def points(self) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Lon, lat of the rings without their closing points, float32 (k, 2), and where each ring begins, (c + 1,)."""
        flat = np.array([point for ring in self.rings for point in ring[:-1]], np.float32).reshape(-1, 2)
        return flat, np.concatenate([[0], np.cumsum([len(ring) - 1 for ring in self.rings])]).astype(np.int64)

    @cached_property
    def names(self) -> NDArray[np.object_]:
        """The cells as the page writes them."""
        return np.array([f"{cell:x}" for cell in self.cells.tolist()], object)

    def area_cells(self, area: int) -> NDArray[np.int32]:
        """Cells of one district or province."""
        start = self.columns["shape_start"]
        return self.columns["shape_cell"][start[area] : start[area + 1]]


def amounts(rows: ColumnRows, happened: Happened, timeline_months: list[str], base: int) -> Amounts:
    """Months, districts and cells of what happened. timeline_months: m months without holes, the first of them ``base``."""
    from layers.kernels_page import cells_by_month, without_month

    columns, m = rows.columns, len(timeline_months)
    start, cell, share = (columns[f"shape_{part}"] for part in ("start", "cell", "share"))
    n_areas, n_cells = int(columns.about["n_areas"]), len(columns["cells"])
    bounds = np.searchsorted(happened.row, rows.month_starts(base, base + m).astype(np.int32)).astype(np.int64)
    area_n, area_kg = np.zeros((m, n_areas)), np.zeros((m, n_areas))
    n_events, total_kg = np.zeros(m, np.int64), np.zeros(m)
    # As many as there can be; pages of memory that nothing is written to are never taken.
    step, index = np.empty(m * n_cells, np.uint16), np.empty(m * n_cells, np.uint32)
    cell_n, cell_kg = np.empty(m * n_cells, np.float32), np.empty(m * n_cells, np.float32)
    k, held = cells_by_month(
        happened.row, happened.kg, columns["month"], columns["footprint"], base, bounds, n_areas, start, cell, share, area_n, area_kg,
        step, index, cell_n, cell_kg, n_cells, n_events, total_kg,
    )  # fmt: skip
    found = np.empty(len(happened.row), np.int32)
    at = found[: without_month(happened.row, columns["month"], found)]
    row = happened.row[at]
    first, last = columns["first_month"][row].astype(np.int64), columns["last_month"][row].astype(np.int64)
    dated = (first != NO_MONTH) & (last != NO_MONTH)
    known = len(happened.row) - len(row)
    left_out: dict[LeftOut, int] = {
        "undated": int((~dated).sum()),
        "longer_than_month": int(dated.sum()),
        "outside_months": known - int(n_events.sum()),
        "without_point": int(n_events.sum()) - held,
    }
    spans = Spans(first[dated], last[dated], happened.kg[at][dated])
    cells = (step[:k], index[:k], cell_n[:k], cell_kg[:k])
    return Amounts(base, timeline_months, area_n, area_kg, *cells, n_events, total_kg, spans, left_out, held)


@dataclass(frozen=True)
class Reports:
    """Who reported when, of those whose reports were chosen. base: months since year 0 of the first of m months."""

    base: int
    months: list[str]
    has_reports: NDArray[np.bool_]
    n_missing: NDArray[np.int64]


def reports(rows: ColumnRows, who: Selection, gaps: Sequence[Mapping[str, object]]) -> Reports:
    """As `layers.timeline.build_timeline` decides it, from the first reported month to the last."""
    columns, told = rows.columns, rows.reported(who)
    known = np.flatnonzero(told.by_event)
    first, last = (int(known[0]), int(known[-1])) if len(known) else (0, -1)
    months = month_range(told.base + first, told.base + last)
    feeds, countries = (np.array(columns.words[name], object)[columns[f"source_{name}"]] for name in ("feed", "country_iso3"))
    source, at = np.nonzero(told.by_source)
    silent = np.flatnonzero(told.said & ~told.by_source.any(axis=1))  # a source without one month of its own is a source all the same
    days = [f"{month_text(told.base + month)}-01" for month in at.tolist()] + [None] * len(silent)
    who_said = np.concatenate([source, silent]).astype(np.int64)
    seen = pd.DataFrame(
        {
            "feed": feeds[who_said],
            "country_iso3": countries[who_said],
            "event_id": [str(k) for k in range(len(who_said))],
            "happened_from": pd.Series(days, dtype="str"),
            "happened_to": pd.Series(days, dtype="str"),
            "date_precision": "month",
        }
    )
    return Reports(told.base + first, months, told.by_event[first : last + 1], missing_sources(seen, gaps, months))


def timeline(held: Amounts, told: Reports) -> Timeline:
    """The histogram of the brush."""
    steps = np.zeros(len(held.months) + 1, np.int64)
    np.add.at(steps, np.clip(held.spans.first - held.base, 0, len(held.months)), 1)
    np.add.at(steps, np.clip(held.spans.last - held.base + 1, 0, len(held.months)), -1)
    vague = np.cumsum(steps)[: len(held.months)]
    return Timeline(held.months, held.n_events, held.total_kg, told.has_reports, vague, told.n_missing)


def as_cube(held: Amounts, told: Reports, frame: CellFrame) -> Cube:
    """The same as `layers.heatmap.build_cube` gives: every (month, cell) pair for itself."""
    n, kg = np.zeros((len(held.months), len(frame.cells))), np.zeros((len(held.months), len(frame.cells)))
    n[held.step, held.cell], kg[held.step, held.cell] = held.cell_n, held.cell_kg
    for area in range(frame.n_areas):
        inside = frame.area_cells(area)
        month = np.flatnonzero(held.area_n[:, area])
        n[np.ix_(month, inside)] += held.area_n[month, area][:, None] / len(inside)
        kg[np.ix_(month, inside)] += held.area_kg[month, area][:, None] / len(inside)
    month, cell = np.nonzero(n)
    used, index = np.unique(cell, return_inverse=True)
    return Cube(
        RESOLUTION, frame.cells[used], [frame.rings[k] for k in used.tolist()], held.months, month.astype(np.uint16),
        index.astype(np.uint32), n[month, cell].astype(np.float32), kg[month, cell].astype(np.float32), held.n_events, held.total_kg,
        told.has_reports, held.left_out, held.n,
    )  # fmt: skip
