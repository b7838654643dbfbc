"""Kernels: what a page counts over the rows of `layers.columns`, one pass each. Rows of one event need not stand together."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Months = NDArray[np.int16]
Codes = NDArray[np.unsignedinteger[Any]]


@njit(cache=True, nogil=True)
def passing(
    low: int, high: int, ok: NDArray[np.bool_], profile: Codes, first: Months, last: Months, start: int, end: int, found: Rows
) -> int:
    """Rows low..high that pass the filters (`ok` by profile) and lie wholly in the months start..end (end < start: any date). How many."""
    k = 0
    for i in range(low, high):
        if ok[profile[i]] and (end < start or (first[i] >= start and last[i] >= 0 and last[i] <= end)):
            found[k] = i
            k += 1
    return k


@njit(cache=True, nogil=True)
def happenings(
    low: int, high: int, ok: NDArray[np.bool_], profile: Codes, first: Months, last: Months, start: int, end: int,
    several: Rows, kg: NDArray[np.float64], drug: Codes, at: Rows, row: Rows, sum_kg: NDArray[np.float64], has_drug: NDArray[np.bool_],
) -> int:  # fmt: skip
    """The passing rows, one for each event: its first (row), the drug kilograms of all, whether any names a drug. How many.

    at: -1 for each event of several rows; is written to.
    """
    k = 0
    for i in range(low, high):
        if not ok[profile[i]] or not (end < start or (first[i] >= start and last[i] >= 0 and last[i] <= end)):
            continue
        event = several[i]
        if event >= 0 and at[event] >= 0:
            sum_kg[at[event]] += kg[i]
            has_drug[at[event]] |= drug[i] != 0
            continue
        if event >= 0:
            at[event] = k
        row[k], sum_kg[k], has_drug[k] = i, kg[i], drug[i] != 0
        k += 1
    return k


@njit(cache=True, nogil=True)
def figures(
    low: int, high: int, ok: NDArray[np.bool_], profile: Codes, first: Months, last: Months, start: int, end: int,
    several: Rows, kg: NDArray[np.float64], weight_kg: NDArray[np.float64], has_quantity: NDArray[np.uint8], drug: Codes, bound: Codes,
    at_least: int, lon: NDArray[np.float64], lat: NDArray[np.float64], seen: NDArray[np.uint8], apart: NDArray[np.float64],
) -> tuple[int, float, bool, int, int]:  # fmt: skip
    """Of the passing rows: events, drug kilograms, is a weight a lower bound, rows whose amount is no mass, events with a point.

    seen: 0 for each event of several rows; apart: 0 for each drug, becomes its kilograms as said; both are written to.
    """
    n, total, is_bound, others, placed = 0, 0.0, False, 0, 0
    for i in range(low, high):
        if not ok[profile[i]] or not (end < start or (first[i] >= start and last[i] >= 0 and last[i] <= end)):
            continue
        event = several[i]
        has_point = not (np.isnan(lon[i]) or np.isnan(lat[i]))
        if event < 0:
            n += 1
            placed += has_point
        else:
            if seen[event] & 1 == 0:
                n += 1
            if has_point and seen[event] & 2 == 0:
                placed += 1
            seen[event] |= 3 if has_point else 1
        total += kg[i]
        is_bound |= bound[i] == at_least and kg[i] > 0
        if np.isnan(weight_kg[i]):
            others += has_quantity[i]
        else:
            apart[drug[i]] += weight_kg[i]
    return n, total, is_bound, others, placed


@njit(cache=True, nogil=True)
def reported(
    ok: NDArray[np.bool_], profile: Codes, several: Rows, month: Months, source: Codes, base: int, at: NDArray[np.uint8],
    first_of: NDArray[np.bool_], by_source: NDArray[np.bool_], said: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Which months hold reports of passing rows. first_of (m,): by the first row of each event; by_source (s, m): by every row.
    said (s,): any row.

    base: number of the first of the m months. at: 0 for each event of several rows; is written to.
    """
    for i in range(len(profile)):
        if not ok[profile[i]]:
            continue
        said[source[i]] = True
        if month[i] >= 0:
            by_source[source[i], month[i] - base] = True
        event = several[i]
        if event >= 0:
            if at[event]:
                continue
            at[event] = 1
        if month[i] >= 0:
            first_of[month[i] - base] = True


@njit(cache=True, nogil=True)
def by_month_and_place(
    row: Rows, kg: NDArray[np.float64], month: Months, place: Rows, base: int, n: NDArray[np.float64], total: NDArray[np.float64]
) -> int:
    """Add each event and its kilograms to n and total (months, places); months count from base. How many had both."""
    held = 0
    for k in range(len(row)):
        m, p = month[row[k]], place[row[k]]
        if m >= base and m < base + n.shape[0] and p >= 0:
            n[m - base, p] += 1.0
            total[m - base, p] += kg[k]
            held += 1
    return held


@njit(cache=True, nogil=True)
def cells_by_month(
    row: Rows, kg: NDArray[np.float64], month: Months, place: Rows, base: int, bounds: NDArray[np.int64], n_areas: int,
    start: NDArray[np.int64], cell: Rows, share: NDArray[np.float64], area_n: NDArray[np.float64], area_kg: NDArray[np.float64],
    step: NDArray[np.uint16], index: NDArray[np.uint32], cell_n: NDArray[np.float32], cell_kg: NDArray[np.float32], n_cells: int,
    n_events: NDArray[np.int64], total_kg: NDArray[np.float64],
) -> tuple[int, int]:  # fmt: skip
    """Month by month: events with a place, laid over its cells. The first places are areas and are added up as they are, (months, areas).

    bounds: events of month m are among bounds[m]..bounds[m + 1]. start, cell, share: csr, cells of a place. step, index, cell_n, cell_kg:
    receive the cells that hold anything, by month, then cell. n_events, total_kg: receive each month's sums, with or without a place.
    Returns how many cells were written, and how many events had a place.
    """
    n_of, kg_of, touched = np.zeros(len(start) - 1), np.zeros(len(start) - 1), np.empty(len(start) - 1, np.int32)
    n_here, kg_here = np.zeros(n_cells), np.zeros(n_cells)
    written, held = 0, 0
    for m in range(len(bounds) - 1):
        k_touched = 0
        for k in range(bounds[m], bounds[m + 1]):
            i = row[k]
            if month[i] != base + m:
                continue
            n_events[m] += 1
            total_kg[m] += kg[k]
            p = place[i]
            if p < 0:
                continue
            held += 1
            if p < n_areas:
                area_n[m, p] += 1.0
                area_kg[m, p] += kg[k]
                continue
            if n_of[p] == 0.0:
                touched[k_touched] = p
                k_touched += 1
            n_of[p] += 1.0
            kg_of[p] += kg[k]
        for t in range(k_touched):
            p = touched[t]
            for j in range(start[p], start[p + 1]):
                n_here[cell[j]] += n_of[p] * share[j]
                kg_here[cell[j]] += kg_of[p] * share[j]
            n_of[p], kg_of[p] = 0.0, 0.0
        for c in range(n_cells):
            if n_here[c] > 0.0:
                step[written], index[written], cell_n[written], cell_kg[written] = m, c, n_here[c], kg_here[c]
                written += 1
                n_here[c], kg_here[c] = 0.0, 0.0
    return written, held


@njit(cache=True, nogil=True)
def by_code(row: Rows, kg: NDArray[np.float64], code: Rows, n: NDArray[np.int64], total: NDArray[np.float64]) -> None:
    """Events and kilograms by code, which is -1 for none."""
    for k in range(len(row)):
        c = code[row[k]]
        if c >= 0:
            n[c] += 1
            total[c] += kg[k]


@njit(cache=True, nogil=True)
def by_spot(
    row: Rows, has_drug: NDArray[np.bool_], month: Months, spot: Rows, kind: Codes, seizure: int, base: int, n_months: int,
    key: Rows, n: NDArray[np.int32], first: Rows,
) -> None:  # fmt: skip
    """Number of each event's spot, twice it and one more for an incident, -1 without one (key); dated events (n) and first event by key."""
    for k in range(len(row)):
        i = row[k]
        if spot[i] < 0:
            key[k] = -1
            continue
        c = 2 * spot[i] + (0 if has_drug[k] or kind[i] == seizure else 1)
        key[k] = c
        if first[c] < 0:
            first[c] = k
        if month[i] >= base and month[i] < base + n_months:
            n[c] += 1


@njit(cache=True, nogil=True)
def kept_spots(
    row: Rows, kg: NDArray[np.float64], key: Rows, number: Rows, month: Months, unsure_m: NDArray[np.float64], base: int,
    n: NDArray[np.float32], total: NDArray[np.float64], widest: NDArray[np.float64],
) -> None:  # fmt: skip
    """Events and kilograms of the numbered keys by month, (months, keys), and the widest uncertainty of each."""
    for k in range(len(row)):
        if key[k] < 0 or number[key[k]] < 0:
            continue
        i, g = row[k], number[key[k]]
        if unsure_m[i] > widest[g]:
            widest[g] = unsure_m[i]
        m = month[i] - base
        if month[i] >= 0 and m >= 0 and m < n.shape[0]:
            n[m, g] += 1.0
            total[m, g] += kg[k]


@njit(cache=True, nogil=True)
def bound_months(
    ok: NDArray[np.bool_],
    profile: Codes,
    month: Months,
    bound: Codes,
    at_least: int,
    kg: NDArray[np.float64],
    base: int,
    found: NDArray[np.bool_],
) -> None:
    """Months in which the weight of a passing row is a lower bound."""
    for i in range(len(profile)):
        if bound[i] == at_least and kg[i] > 0 and month[i] >= 0 and ok[profile[i]]:
            m = month[i] - base
            if m >= 0 and m < len(found):
                found[m] = True


@njit(cache=True, nogil=True)
def without_month(row: Rows, month: Months, found: Rows) -> int:
    """Which events have no month of their own. How many."""
    k = 0
    for j in range(len(row)):
        if month[row[j]] < 0:
            found[k] = j
            k += 1
    return k
