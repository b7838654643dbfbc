"""What the time brush needs, from columns: the answer of `dashboard.answers.view`, small enough for millions of events.

Districts and provinces travel as areas with their cells, which the browser lays out; positions stop at a number of (month, position)
pairs, the largest first.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.view import MOST_GROUPS, shared_spans, window_of
from dashboard.language import Language
from dashboard.maps.payload import pack
from layers.base import Period
from layers.cells import RESOLUTION, area_km2
from layers.column_cube import Amounts, CellFrame, Reports
from layers.column_rows import ColumnRows, Happened

#: Pairs of a month and a position that travel at most: a browser without a graphics card paints this many in time.
MOST_PAIRS = 150_000


def columnar_view(
    rows: ColumnRows,
    frame: CellFrame,
    held: Amounts,
    told: Reports,
    groups: Mapping[str, Any],
    ok: NDArray[np.bool_],
    opening: Period | None,
    say: Language,
    loads: Mapping[str, float],
) -> bytes:
    """held, told, groups (`positions`): of one selection over all time, and the profiles that pass it (ok)."""
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
        "step_n": held.n_events.astype(np.float64),
        "step_kg": held.total_kg,
        "step_gap": (~told.has_reports).astype(np.uint8),
        "step_bound": _bounds(rows, ok, held).astype(np.uint8),
        "step_missing": np.minimum(told.n_missing, 255).astype(np.uint8),
        **shared_spans(held.spans.first - held.base, held.spans.last - held.base, held.spans.kg, len(months)),
        "rings": points[flat].ravel(),
        "ring_start": np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32),
        "cell_step": held.step,
        "cell_index": number[held.cell],
        "cell_n": held.cell_n,
        "cell_kg": held.cell_kg,
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
    found = np.flatnonzero(held.area_n.any(axis=0))
    inside = [frame.area_cells(area) for area in found.tolist()]
    cells = np.concatenate([np.zeros(0, np.int32), *inside])
    month, area = np.nonzero(held.area_n[:, found])
    is_used = np.zeros(len(frame.cells), bool)
    is_used[held.cell] = True
    is_used[cells] = True
    return {
        "start": np.concatenate([[0], np.cumsum([len(each) for each in inside])]).astype(np.uint32),
        "cell": cells,
        "step": month.astype(np.uint16),
        "index": area.astype(np.uint16),
        "n": held.area_n[:, found][month, area].astype(np.float32),
        "kg": held.area_kg[:, found][month, area].astype(np.float32),
    }, np.flatnonzero(is_used)


def _bounds(rows: ColumnRows, ok: NDArray[np.bool_], held: Amounts) -> NDArray[np.bool_]:
    from layers.kernels_page import bound_months

    columns, found = rows.columns, np.zeros(len(held.months), bool)
    at_least = rows.code("weight_bound", "at_least")
    bound_months(ok, columns["profile"], columns["month"], columns["weight_bound"], at_least, columns["kg"], held.base, found)
    return found


def positions(rows: ColumnRows, happened: Happened, told: Reports) -> dict[str, Any]:
    """Distinct positions, split by seizure and incident, with their monthly numbers."""
    from layers.kernels_page import by_spot, kept_spots

    columns, m, base = rows.columns, len(told.months), told.base
    n_keys = 2 * int(columns.about["n_spots"])
    key, n, first = np.empty(len(happened.row), np.int32), np.zeros(n_keys, np.int32), np.full(n_keys, -1, np.int32)
    seizure = rows.code("kind", "seizure")
    by_spot(
        happened.row, happened.has_drug, columns["month"], columns["spot"], columns["kind"], seizure, base, m, key, n, first
    )  # fmt: skip
    present = np.flatnonzero(first >= 0)
    kept = present[_largest(n[present], first[present], m)]
    kept = kept[np.argsort(first[kept])]
    number = np.full(n_keys, -1, np.int32)
    number[kept] = np.arange(len(kept), dtype=np.int32)
    count, kg, widest = np.zeros((m, len(kept)), np.float32), np.zeros((m, len(kept))), np.zeros(len(kept))
    kept_spots(happened.row, happened.kg, key, number, columns["month"], columns["uncertainty_m"], base, count, kg, widest)
    month, index = np.nonzero(count)
    row = happened.row[first[kept]]
    name, texts = _numbered(columns.texts("place_text", row))
    arrays = {
        "group_lon": columns["lon"][row].astype(np.float64),
        "group_lat": columns["lat"][row].astype(np.float64),
        "group_uncertainty": widest.astype(np.float32),
        "group_kind": (kept % 2).astype(np.uint8),
        "group_name": name,
        "group_step": month.astype(np.uint16),
        "group_index": index.astype(np.uint32),
        "group_n": count[month, index],
        "group_kg": kg[month, index].astype(np.float32),
    }
    return {"n_groups": len(kept), "n_hidden": len(present) - len(kept), "names": texts, "arrays": arrays}


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
