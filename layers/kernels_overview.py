"""Kernels: everything that a view counts over all time, in one pass over the rows of `layers.columns` and a second for its positions.

Rows lie by day, so a thread takes some months of them and writes to nobody else's. What several rows of one event add up to is known
before (`layers.kernels_page.join`): each row can then be looked at by itself.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.columns.arrays import Amount, Codes, Flags, Months, Rows


@njit(cache=True, nogil=True)
def overview(
    edge: NDArray[np.int64], step: NDArray[np.int64], base: int, ok: Flags, profile: Codes, several: Rows, month: Months, kg: Amount,
    drugged: Flags, is_seizure: Flags, of_first: Rows, of_kg: Amount, of_drug: Flags, bound: Codes, at_least: int,
    footprint: Rows, spot: Rows, on: Rows, n_areas: int, start: NDArray[np.int64], cell: Rows,
    share: Amount, n_cells: int, n_events: NDArray[np.int64], total_kg: Amount, has_bound: Flags, area_n: Amount, area_kg: Amount,
    on_n: Amount, on_kg: Amount, on_else: NDArray[np.int64], spots: NDArray[np.int32], vague: Rows, vague_kg: Amount,
    place_step: NDArray[np.uint16], place: Rows, place_n: Amount, place_kg: Amount,
    cell_step: NDArray[np.uint16], cell_at: NDArray[np.uint32], cell_n: NDArray[np.float32], cell_kg: NDArray[np.float32],
) -> tuple[int, int, int, int, int]:  # fmt: skip
    """The passing events of some stretches of rows: edge[j]..edge[j + 1] holds month number step[j] (-1: none of the months).

    Adds to the sums by month (n_events..on_kg: `layers.column_cube.ByMonth`), to on_else (the others, by `on`) and spots, and writes the
    rows without a month of their own (vague, vague_kg), what lies on footprints (place_...) and on cells (cell_...). Plain arrays only:
    the compiler's cache would remember a class by name, and fail in the next version of Panj that calls it otherwise.
    Returns how many of cells, of places and of vague rows there are, how many events had a month and a place, and how many there were.
    """
    n_of, kg_of = np.zeros(len(start) - 1), np.zeros(len(start) - 1)
    n_here, kg_here = np.zeros(n_cells), np.zeros(n_cells)
    written, placed, n_vague, held, seen = 0, 0, 0, 0, 0
    for j in range(len(step)):
        m, before = step[j], held
        for i in range(edge[j], edge[j + 1]):
            p = profile[i]
            if not ok[p]:
                continue
            event, amount, is_drug = several[i], kg[i], drugged[p]
            if bound[i] == at_least and amount > 0.0 and m >= 0 and month[i] == base + m:
                has_bound[m] = True
            if event >= 0:
                if of_first[event] != i:
                    continue
                amount, is_drug = of_kg[event], of_drug[event]
            seen += 1
            at = spot[i]
            if at >= 0:
                at = 2 * at + (0 if is_drug or is_seizure[p] else 1)
                if spots[at, 1] < 0:
                    spots[at, 1] = i
            if m < 0 or month[i] != base + m:
                if month[i] < 0:
                    vague[n_vague], vague_kg[n_vague] = i, amount
                    n_vague += 1
                on_else[on[i]] += 1
                continue
            if at >= 0:
                spots[at, 0] += 1
            n_events[m] += 1
            total_kg[m] += amount
            on_n[m, on[i]] += 1.0
            on_kg[m, on[i]] += amount
            f = footprint[i]
            if f < 0:
                continue
            held += 1
            n_of[f] += 1.0
            kg_of[f] += amount
        if held == before:
            continue
        # All footprints in order, also those without anything: a list of the others would lead through the memory criss-cross.
        for f in range(len(n_of)):
            if n_of[f] == 0.0:
                continue
            place_step[placed], place[placed], place_n[placed], place_kg[placed] = m, f, n_of[f], kg_of[f]
            placed += 1
            if f < n_areas:
                area_n[m, f] = n_of[f]
                area_kg[m, f] = kg_of[f]
            else:
                for c in range(start[f], start[f + 1]):
                    n_here[cell[c]] += n_of[f] * share[c]
                    kg_here[cell[c]] += kg_of[f] * share[c]
            n_of[f], kg_of[f] = 0.0, 0.0
        for c in range(n_cells):
            if n_here[c] > 0.0:
                cell_step[written], cell_at[written], cell_n[written], cell_kg[written] = m, c, n_here[c], kg_here[c]
                written += 1
                n_here[c], kg_here[c] = 0.0, 0.0
    return written, placed, n_vague, held, seen


@njit(cache=True, nogil=True)
def kept_spots(
    low: int, high: int, ok: Flags, profile: Codes, several: Rows, month: Months, kg: Amount, drugged: Flags, is_seizure: Flags,
    of_first: Rows, of_kg: Amount, of_drug: Flags, spot: Rows, any_of: Flags, number: Rows, unsure_m: Amount, base: int,
    n: NDArray[np.float32], total: Amount, widest: Amount,
) -> None:  # fmt: skip
    """Events and kilograms of the numbered keys by month, and the widest uncertainty of each.

    number: by key as `overview` makes them, -1 where not wanted; any_of: by position, whether one of its two is.
    """
    for i in range(low, high):
        s = spot[i]
        if s < 0 or not any_of[s]:
            continue
        p = profile[i]
        if not ok[p]:
            continue
        event, amount, is_drug = several[i], kg[i], drugged[p]
        if event >= 0:
            if of_first[event] != i:
                continue
            amount, is_drug = of_kg[event], of_drug[event]
        g = number[2 * s + (0 if is_drug or is_seizure[p] else 1)]
        if g < 0:
            continue
        if unsure_m[i] > widest[g]:
            widest[g] = unsure_m[i]
        m = month[i] - base
        if month[i] >= 0 and 0 <= m < n.shape[0]:
            n[m, g] += 1.0
            total[m, g] += amount
