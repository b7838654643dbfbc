"""Heatmap: counts and kilograms by month and H3 cell, ready for the time brush."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from shapely.geometry.base import BaseGeometry

from layers import cells as h3_cells
from layers.happenings import one_row_each, sum_by
from layers.months import NO_MONTH, month_range, position, single_months
from layers.spread import NOWHERE_CODE, Footprints, footprints
from layers.timeline import months_with_reports

LeftOut = Literal["undated", "longer_than_month", "outside_months", "without_point"]
#: Month indices travel as uint16.
MOST_MONTHS = 65_535


@dataclass(frozen=True)
class Cube:
    """Monthly counts on cells.

    cells: H3, uint64 (c,). rings: closed [lon, lat] rings, EPSG:4326, as long as cells. months: m "YYYY-MM" without holes.
    The k triples, sorted by month, then cell: month_index uint16, cell_index uint32, count float32 (events: fractions where an
    event is spread over cells), weight_kg float32.
    n_events, total_kg: per month, int and float (m,), events without a point included. reports_by_month: bool (m,), False where
    no report at all was received: a gap, never a zero.
    left_out: distinct events that are not on the cells, by reason; the reasons exclude one another.
    """

    resolution: int
    cells: NDArray[np.uint64]
    rings: list[list[list[float]]]
    months: list[str]
    month_index: NDArray[np.uint16]
    cell_index: NDArray[np.uint32]
    count: NDArray[np.float32]
    weight_kg: NDArray[np.float32]
    n_events: NDArray[np.int64]
    total_kg: NDArray[np.float64]
    reports_by_month: NDArray[np.bool_]
    left_out: Mapping[LeftOut, int]
    n: int

    @property
    def month_totals(self) -> pd.DataFrame:
        """One row per month: month, n_events, weight_kg, has_reports."""
        return pd.DataFrame(
            {"month": self.months, "n_events": self.n_events, "weight_kg": self.total_kg, "has_reports": self.reports_by_month}
        )

    def over(self, first: str, last: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Events and kilograms of each cell from one month to another, both included, float (c,) each."""
        low, high = position(self.months, first), position(self.months, last)
        start, end = np.searchsorted(self.month_index, [max(low, 0), max(high + 1, 0)]) if self.months else (0, 0)
        cells, size = self.cell_index[start:end], len(self.cells)
        return (
            sum_by(cells, self.count[start:end].astype(np.float64), size),
            sum_by(cells, self.weight_kg[start:end].astype(np.float64), size),
        )


def build_cube(
    events: pd.DataFrame,
    areas: Mapping[str, BaseGeometry],
    resolution: int = h3_cells.RESOLUTION,
    *,
    reports: pd.DataFrame | None = None,
    prepared: Footprints | None = None,
) -> Cube:
    """Monthly cell cube of the selected events.

    events: located events that pass every filter but the period, one row per drug; each distinct event has the mass 1, its
    kilograms are the sum of its rows. areas: outlines by district and province id. reports: all rows of the chosen countries
    (default: events); they decide the months and which of them are gaps. prepared: `footprints` made once for a table that
    holds these rows (same index labels), so that a new filter costs no new spreading.
    """
    happenings = one_row_each(events)
    reported = months_with_reports(events if reports is None else reports)
    first, last = (int(reported[0]), int(reported[-1])) if len(reported) else (0, -1)
    if last - first >= MOST_MONTHS:
        raise ValueError(f"{last - first + 1} months came, at most {MOST_MONTHS} fit the cube: check the dates of the events.")
    months = month_range(first, last)
    month = single_months(happenings)
    in_months = (month >= first) & (month <= last) & (month != NO_MONTH)
    spread = footprints(happenings, areas, resolution) if prepared is None else prepared
    which = spread.of(happenings)
    on_cells = in_months & (which != NOWHERE_CODE)
    kg = happenings["weight_kg"].to_numpy(float)
    triples = _triples(month[on_cells] - first, which[on_cells], kg[on_cells], spread, len(months))
    used, cell_index = np.unique(triples.cell, return_inverse=True)
    has_reports = np.zeros(len(months), bool)
    has_reports[reported - first] = True
    return Cube(
        resolution=spread.resolution,
        cells=spread.cells[used],
        rings=h3_cells.rings(spread.cells[used]),
        months=months,
        month_index=triples.month.astype(np.uint16),
        cell_index=cell_index.astype(np.uint32),
        count=triples.count.astype(np.float32),
        weight_kg=triples.weight_kg.astype(np.float32),
        n_events=np.bincount(month[in_months] - first, minlength=len(months)).astype(np.int64),
        total_kg=sum_by(month[in_months] - first, kg[in_months], len(months)),
        reports_by_month=has_reports,
        left_out=_left_out(happenings, month, in_months, on_cells),
        n=int(on_cells.sum()),
    )


@dataclass(frozen=True)
class _Triples:
    month: NDArray[np.int64]
    cell: NDArray[np.int64]
    count: NDArray[np.float64]
    weight_kg: NDArray[np.float64]


def _triples(month: NDArray[np.int32], which: NDArray[np.int64], kg: NDArray[np.float64], spread: Footprints, n_months: int) -> _Triples:
    """Mass by month and cell. First by distinct footprint, then spread: a million events share a few thousand footprints."""
    # Count and kilograms ride together as one complex number: one product, one pattern of (month, cell) pairs for both.
    mass = coo_array((1.0 + 1j * kg, (month, which)), shape=(n_months, spread.shapes.shape[0]))
    product = csr_array(csr_array(mass) @ spread.shapes)
    product.sort_indices()
    rows = np.repeat(np.arange(n_months), np.diff(product.indptr))
    return _Triples(rows, product.indices.astype(np.int64), product.data.real, product.data.imag)


def _left_out(
    happenings: pd.DataFrame, month: NDArray[np.int32], in_months: NDArray[np.bool_], on_cells: NDArray[np.bool_]
) -> dict[LeftOut, int]:
    undated = happenings["happened_from"].isna().to_numpy() | happenings["happened_to"].isna().to_numpy()
    return {
        "undated": int(undated.sum()),
        "longer_than_month": int(((month == NO_MONTH) & ~undated).sum()),
        "outside_months": int(((month != NO_MONTH) & ~in_months).sum()),
        "without_point": int((in_months & ~on_cells).sum()),
    }
