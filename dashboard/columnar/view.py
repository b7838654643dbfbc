"""What the time brush needs, from columns: the answer of `dashboard.answers.view`, small enough for millions of events.

Districts and provinces travel as areas with their cells, which the browser lays out; positions stop at a number of (month, position)
pairs, the largest first.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.view import MOST_GROUPS, shared_spans, window_of
from dashboard.language import Language
from dashboard.maps.payload import pack
from layers.base import Period
from layers.cells import RESOLUTION, area_km2
from layers.column_cube import Amounts, CellFrame, Reports
from layers.column_rows import ColumnRows

#: Pairs of a month and a position that travel at most: a browser without a graphics card paints this many in time.
MOST_PAIRS = 150_000


def columnar_view(
    frame: CellFrame,
    held: Amounts,
    counted: Amounts,
    told: Reports,
    groups: Mapping[str, Any],
    opening: Period | None,
    say: Language,
    loads: Mapping[str, float],
) -> bytes:
    """held, groups (`positions`): of one selection over all time; counted, told: of those of it whose numbers the brush tells."""
    months = held.months
    areas, used = _areas(held, frame)
    number = np.full(len(frame.cells), 0, np.uint32)
    number[used] = np.arange(len(used), dtype=np.uint32)
    points, start = frame.points
    lengths = start[used + 1] - start[used]
    before = np.cumsum(lengths) - lengths
    flat = np.repeat(start[used] - before, lengths) + np.arange(int(lengths.sum()))
    header = {
        "step_kind": "month",
        "steps": months,
        "labels": [say.month(one) for one in months],
        "years": [int(one[:4]) for one in months],
        "default_window": window_of(months, opening),
        "n_cells": len(used),
        "cell_ids": frame.names[used].tolist(),
        "cell_km2": round(area_km2(RESOLUTION)),
        "n_groups": groups["n_groups"],
        "n_groups_hidden": groups["n_hidden"],
        "group_names": groups["names"],
        "left_out": dict(held.left_out),
        "corridor_loads": dict(loads),
        "measure": "n",
    }
    arrays = {
        "step_n": counted.by_month.n_events.astype(np.float64),
        "step_kg": counted.by_month.total_kg,
        "step_gap": (~told.has_reports).astype(np.uint8),
        "step_bound": counted.by_month.has_bound.astype(np.uint8),
        "step_missing": np.minimum(told.n_missing, 255).astype(np.uint8),
        **shared_spans(counted.spans.first - held.base, counted.spans.last - held.base, counted.spans.kg, len(months)),
        "rings": points[flat].ravel(),
        "ring_start": np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32),
        "cell_step": held.cells.step,
        "cell_index": number[held.cells.cell].astype(_smallest(len(used))),
        "cell_n": held.cells.n,
        "cell_kg": held.cells.kg,
        "area_start": areas["start"],
        "area_cell": number[areas["cell"]],
        "area_step": areas["step"],
        "area_index": areas["index"],
        "area_n": areas["n"],
        "area_kg": areas["kg"],
        **groups["arrays"],
    }
    return pack(header, arrays)


def _areas(held: Amounts, frame: CellFrame) -> tuple[dict[str, NDArray[Any]], NDArray[np.int64]]:
    """The districts and provinces that hold anything, and every cell that is drawn."""
    found = np.flatnonzero(held.by_month.area_n.any(axis=0))
    inside = [frame.area_cells(area) for area in found.tolist()]
    cells = np.concatenate([np.zeros(0, np.int32), *inside])
    month, area = np.nonzero(held.by_month.area_n[:, found])
    is_used = np.zeros(len(frame.cells), bool)
    is_used[held.cells.cell] = True
    is_used[cells] = True
    return {
        "start": np.concatenate([[0], np.cumsum([len(each) for each in inside])]).astype(np.uint32),
        "cell": cells,
        "step": month.astype(np.uint16),
        "index": area.astype(np.uint16),
        "n": held.by_month.area_n[:, found][month, area].astype(np.float32),
        "kg": held.by_month.area_kg[:, found][month, area].astype(np.float32),
    }, np.flatnonzero(is_used)


def positions(rows: ColumnRows, held: Amounts) -> dict[str, Any]:
    """Distinct positions, split by seizure and incident, with their monthly numbers."""
    columns, m = rows.columns, len(held.months)
    dated, first = held.spots.T
    present = np.flatnonzero(first >= 0)
    kept = present[_largest(dated[present], first[present], m)]
    kept = kept[np.argsort(first[kept])]
    number = np.full(len(first), -1, np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    count, kg, widest = _by_month(rows, held, number, len(kept))
    month, index = np.nonzero(count)
    row = first[kept]
    name, texts = _numbered(columns.texts("place_text", row))
    arrays = {
        "group_lon": columns["lon"][row].astype(np.float64),
        "group_lat": columns["lat"][row].astype(np.float64),
        "group_uncertainty": widest.astype(np.float32),
        "group_kind": (kept % 2).astype(np.uint8),
        "group_name": name,
        "group_step": month.astype(np.uint16),
        "group_index": index.astype(_smallest(len(kept))),
        "group_n": count[month, index],
        "group_kg": kg[month, index].astype(np.float32),
    }
    return {"n_groups": len(kept), "n_hidden": len(present) - len(kept), "names": texts, "arrays": arrays}


def _by_month(rows: ColumnRows, held: Amounts, number: NDArray[np.int32], n_kept: int) -> tuple[NDArray[Any], ...]:
    """Events and kilograms (m, kept) and the widest uncertainty (kept,) of the positions that have a number."""
    from layers.kernels_overview import kept_others, kept_spots

    columns, order, which, places = rows.columns, rows.order, held.which, held.places
    # A month is one thread's: they write to the same tables.
    middle, shift = order.middle(), order.base - held.base
    count, kg = np.zeros((len(held.months), n_kept), np.float32), np.zeros((len(held.months), n_kept))

    def part(low: int, high: int) -> NDArray[np.float64]:
        widest = np.zeros(n_kept)
        kept_spots(
            low, high, shift, order.month, order.group, order.place, order.row, order.profile, order.kg, order.event, order.bounded,
            places.ok, places.stand, rows.drugged, rows.is_seizure, order.spot, order.uncertainty_m, number, count, kg, widest,
        )  # fmt: skip
        return widest

    def one_by_one(those: NDArray[np.int32], widest: NDArray[np.float64]) -> None:
        kept_others(
            those, which.ok, which.profile, columns["several"], columns["month"], columns["kg"], which.drugged, which.is_seizure,
            held.others.first, held.others.kg, held.others.has_drug, columns["spot"], number, columns["uncertainty_m"], held.base,
            count, kg, widest,
        )  # fmt: skip

    alone = np.zeros(n_kept)
    one_by_one(order.dated_others, alone)
    with ThreadPoolExecutor(1) as other:
        late = other.submit(part, middle, order.n_months)
        one_by_one(order.undated_others, alone)
        widest = np.maximum(part(0, middle), alone)
        return count, kg, np.maximum(widest, late.result())


def _smallest(n: int) -> type[np.unsignedinteger[Any]]:
    """Half the bytes where the numbers 0..n - 1 are small."""
    return np.uint16 if n <= 2**16 else np.uint32


def _largest(n: NDArray[np.int32], first: NDArray[np.int32], n_months: int) -> NDArray[np.int64]:
    """Which positions travel: most events first, of equal ones the earlier, until positions or pairs are too many."""
    if len(n) > MOST_GROUPS:
        least = np.partition(n, len(n) - MOST_GROUPS)[len(n) - MOST_GROUPS]
        some = np.flatnonzero(n >= least)
    else:
        some = np.arange(len(n))
    order = some[np.lexsort((first[some], -n[some].astype(np.int64)))][:MOST_GROUPS]
    # An event each in as many months as it has events, or in all of them, is the most that a position can bring.
    pairs = np.cumsum(np.minimum(n[order], n_months))
    return np.asarray(order[: max(int(np.searchsorted(pairs, MOST_PAIRS, side="right")), 1)], np.int64)


def _numbered(texts: NDArray[np.object_]) -> tuple[NDArray[np.uint32], list[str]]:
    known: dict[str, int] = {}
    number = np.array([known.setdefault(text, len(known)) for text in texts.tolist()], np.uint32)
    return number, list(known)
