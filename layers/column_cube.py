"""Column cube: counts and kilograms by month and cell over `layers.columns`, as `layers.heatmap` and `layers.timeline` give them.

Districts and provinces are kept apart from the cells: each lies evenly on up to thousands of cells, so that a few numbers a month say what
millions of (month, cell) pairs would.
"""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.cells import RESOLUTION, rings
from layers.column_rows import Chosen, ChosenPlaces, ColumnRows, Joined, Reported
from layers.columns.table import Columns
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


class ByMonth(NamedTuple):
    """Sums by month, (m,): events, drug kilograms, is a weight a lower bound; and (m, codes): by district and province, by `on` of
    `layers.page_columns`."""

    n_events: NDArray[np.int64]
    total_kg: NDArray[np.float64]
    has_bound: NDArray[np.bool_]
    area_n: NDArray[np.float64]
    area_kg: NDArray[np.float64]
    on_n: NDArray[np.float64]
    on_kg: NDArray[np.float64]


class OnCells(NamedTuple):
    """What lies on cells, areas aside, by month, then cell: number of the month, of the cell in all cells of the version, sums; (k,)."""

    step: NDArray[np.uint16]
    cell: NDArray[np.uint32]
    n: NDArray[np.float32]
    kg: NDArray[np.float32]


class OnFootprints(NamedTuple):
    """The same by month and footprint, areas among them; by month."""

    step: NDArray[np.uint16]
    place: NDArray[np.int32]
    n: NDArray[np.float64]
    kg: NDArray[np.float64]


@dataclass(frozen=True)
class Amounts:
    """What one selection holds over all time, m months.

    base: months since year 0 of the first month. spots: int32 (2 p, 2), by twice the number of a position, one more for its incidents:
    dated events, and the first row of any, -1 for none. on_any: events of any time by `on`, int64. n: events with a month
    and a place. which, places, others: what passes, to look at its rows again.
    """

    base: int
    months: list[str]
    by_month: ByMonth
    cells: OnCells
    footprints: OnFootprints
    spots: NDArray[np.int32]
    on_any: NDArray[np.int64]
    spans: Spans
    left_out: Mapping[LeftOut, int]
    n: int
    which: Chosen
    places: ChosenPlaces
    others: Joined


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


def amounts(rows: ColumnRows, selection: Selection, timeline_months: list[str], base: int) -> Amounts:
    """What a selection without a period holds. timeline_months: m months without holes, the first of them ``base``.

    Two threads take the halves of the rows, which lie by month: each has months of its own.
    """
    from layers.kernels_overview import look_at, overview

    columns, order, m = rows.columns, rows.order, len(timeline_months)
    which, places = rows.chosen(selection), rows.chosen_places(selection)
    others = rows.joined_others(which)
    areas, things = ((np.zeros((m, size)), np.zeros((m, size))) for size in (int(columns.about["n_areas"]), len(columns["on_post"])))
    by_month = ByMonth(np.zeros(m, np.int64), np.zeros(m), np.zeros(m, bool), *areas, *things)
    sums = (by_month.n_events, by_month.total_kg, by_month.has_bound)
    start, cell, share = (columns[f"shape_{part}"] for part in ("start", "cell", "share"))
    n_cells, n_others = len(columns["cells"]), len(order.other)
    # As many as there can be; pages of memory that nothing is written to are never taken.
    vague, vague_kg = np.empty(n_others, np.int32), np.empty(n_others)
    held_month, held_place, held_kg = np.empty(n_others, np.int32), np.empty(n_others, np.int32), np.empty(n_others)
    spots, on_else = _no_spots(columns), np.zeros(len(columns["on_post"]), np.int64)

    def one_by_one(those: NDArray[np.int32]) -> tuple[int, int, int]:
        return look_at(
            those, base, m, which.ok, which.profile, columns["several"], columns["month"], columns["kg"], which.drugged,
            which.is_seizure, others.first, others.kg, others.has_drug, columns["weight_bound"], rows.code("weight_bound", "at_least"),
            columns["footprint"], columns["spot"], columns["on"], *sums, by_month.on_n, by_month.on_kg, on_else, spots, vague, vague_kg,
            held_month, held_place, held_kg,
        )  # fmt: skip

    _, n_held, n_seen = one_by_one(order.dated_others)
    shift, middle = order.base - base, order.middle()

    def part(low: int, high: int, spots: NDArray[np.int32], on_else: NDArray[np.int64]) -> _Part:
        k, n = (high - low) * n_cells, min(int(order.month[high] - order.month[low]) + n_held, (high - low) * (len(start) - 1))
        on_places = OnFootprints(np.empty(n, np.uint16), np.empty(n, np.int32), np.empty(n), np.empty(n))
        on_cells = OnCells(np.empty(k, np.uint16), np.empty(k, np.uint32), np.empty(k, np.float32), np.empty(k, np.float32))
        n_on_cells, n_on_places, held, seen = overview(
            low, high, shift, m, order.month, order.group, order.place, order.row, order.profile, order.kg, order.event, order.bounded,
            places.ok, places.stand, rows.drugged, rows.is_seizure, order.spot, order.footprint, order.on,
            held_month[:n_held], held_place[:n_held], held_kg[:n_held], int(columns.about["n_areas"]), start, cell, share, n_cells,
            *sums, by_month.area_n, by_month.area_kg, by_month.on_n, by_month.on_kg, on_else, spots,
            on_places.step, on_places.place, on_places.n, on_places.kg, on_cells.step, on_cells.cell, on_cells.n, on_cells.kg,
        )  # fmt: skip
        return _Part(
            OnCells._make(each[:n_on_cells] for each in on_cells), OnFootprints._make(each[:n_on_places] for each in on_places), held, seen
        )

    late_spots, late_else = _no_spots(columns), np.zeros_like(on_else)
    with ThreadPoolExecutor(1) as other:
        later = other.submit(part, middle, order.n_months, late_spots, late_else)
        n_vague, _, n_undated = one_by_one(order.undated_others)
        early = part(0, middle, spots, on_else)
        late = later.result()
    vague, vague_kg = vague[:n_vague], vague_kg[:n_vague]
    first, last = (columns[name][vague].astype(np.int64) for name in ("first_month", "last_month"))
    dated = (first != NO_MONTH) & (last != NO_MONTH)
    inside, held = int(by_month.n_events.sum()), early.held + late.held
    left_out: dict[LeftOut, int] = {
        "undated": int((~dated).sum()),
        "longer_than_month": int(dated.sum()),
        "outside_months": n_seen + n_undated + early.seen + late.seen - n_vague - inside,
        "without_point": inside - held,
    }
    spots[:, 0] += late_spots[:, 0]
    # The first row of any, where -1 is none: as an unsigned number it is the largest.
    spots[:, 1] = np.minimum(spots[:, 1].view(np.uint32), late_spots[:, 1].view(np.uint32)).view(np.int32)
    return Amounts(
        base=base,
        months=timeline_months,
        by_month=by_month,
        cells=OnCells._make(np.concatenate([one, other]) for one, other in zip(early.cells, late.cells, strict=True)),
        footprints=OnFootprints._make(np.concatenate([one, other]) for one, other in zip(early.footprints, late.footprints, strict=True)),
        spots=spots,
        on_any=on_else + late_else + by_month.on_n.sum(axis=0).astype(np.int64),
        spans=Spans(first[dated], last[dated], vague_kg[dated]),
        left_out=left_out,
        n=held,
        which=which,
        places=places,
        others=others,
    )


def _no_spots(columns: Columns) -> NDArray[np.int32]:
    """Both numbers of a position side by side: one look into the memory instead of two."""
    spots = np.zeros((2 * int(columns.about["n_spots"]), 2), np.int32)
    spots[:, 1] = -1
    return spots


class _Part(NamedTuple):
    """What one thread found. held: events with a month and a place; seen: all events."""

    cells: OnCells
    footprints: OnFootprints
    held: int
    seen: int


@dataclass(frozen=True)
class Reports:
    """Who reported when, of those whose reports were chosen. base: months since year 0 of the first of m months."""

    base: int
    months: list[str]
    has_reports: NDArray[np.bool_]
    n_missing: NDArray[np.int64]


def reports(rows: ColumnRows, who: Selection, gaps: Sequence[Mapping[str, object]], areas: Collection[str] = ()) -> Reports:
    """As `layers.timeline.build_timeline` decides it, from the first reported month to the last.

    areas: only those who ever recorded in them can tell of them; the months stay those of all (`layers.timeline.heard_from`).
    """
    told = rows.reported(who)
    known = np.flatnonzero(told.by_event)
    first, last = (int(known[0]), int(known[-1])) if len(known) else (0, -1)
    months = month_range(told.base + first, told.base + last)
    if areas and months:
        sources = rows.sources_in(areas)
        told = rows.reported(who, sources)
        there = {_source(rows, at) for at in np.flatnonzero(told.said).tolist()}
        gaps = [gap for gap in gaps if (gap["feed"], gap["country_iso3"]) in there]
    return Reports(told.base + first, months, told.by_event[first : last + 1], _missing(rows, told, gaps, months))


def _source(rows: ColumnRows, at: int) -> tuple[str, str]:
    """Feed and country of a source."""
    feed, country = (rows.columns.words[name][int(rows.columns[f"source_{name}"][at])] for name in ("feed", "country_iso3"))
    return feed, country


def _missing(rows: ColumnRows, told: Reported, gaps: Sequence[Mapping[str, object]], months: list[str]) -> NDArray[np.int64]:
    source, at = np.nonzero(told.by_source)
    silent = np.flatnonzero(told.said & ~told.by_source.any(axis=1))  # a source without one month of its own is a source all the same
    days = [f"{month_text(told.base + month)}-01" for month in at.tolist()] + [None] * len(silent)
    who_said = [_source(rows, one) for one in [*source.tolist(), *silent.tolist()]]
    seen = pd.DataFrame(
        {
            "feed": [feed for feed, _ in who_said],
            "country_iso3": [country for _, country in who_said],
            "event_id": [str(k) for k in range(len(who_said))],
            "happened_from": pd.Series(days, dtype="str"),
            "happened_to": pd.Series(days, dtype="str"),
            "date_precision": "month",
        }
    )
    return missing_sources(seen, gaps, months)


def timeline(held: Amounts, told: Reports) -> Timeline:
    """The histogram of the brush."""
    steps = np.zeros(len(held.months) + 1, np.int64)
    np.add.at(steps, np.clip(held.spans.first - held.base, 0, len(held.months)), 1)
    np.add.at(steps, np.clip(held.spans.last - held.base + 1, 0, len(held.months)), -1)
    vague = np.cumsum(steps)[: len(held.months)]
    return Timeline(held.months, held.by_month.n_events, held.by_month.total_kg, told.has_reports, vague, told.n_missing)


def as_cube(held: Amounts, told: Reports, frame: CellFrame) -> Cube:
    """The same as `layers.heatmap.build_cube` gives: every (month, cell) pair for itself."""
    n, kg = np.zeros((len(held.months), len(frame.cells))), np.zeros((len(held.months), len(frame.cells)))
    n[held.cells.step, held.cells.cell], kg[held.cells.step, held.cells.cell] = held.cells.n, held.cells.kg
    area_n, area_kg = held.by_month.area_n, held.by_month.area_kg
    for area in range(frame.n_areas):
        inside = frame.area_cells(area)
        month = np.flatnonzero(area_n[:, area])
        n[np.ix_(month, inside)] += area_n[month, area][:, None] / len(inside)
        kg[np.ix_(month, inside)] += area_kg[month, area][:, None] / len(inside)
    month, cell = np.nonzero(n)
    used, index = np.unique(cell, return_inverse=True)
    return Cube(
        RESOLUTION, frame.cells[used], [frame.rings[k] for k in used.tolist()], held.months, month.astype(np.uint16),
        index.astype(np.uint32), n[month, cell].astype(np.float32), kg[month, cell].astype(np.float32),
        held.by_month.n_events, held.by_month.total_kg, told.has_reports, held.left_out, held.n,
    )  # fmt: skip
