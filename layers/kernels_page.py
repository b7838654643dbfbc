"""Kernels: which rows of `layers.columns` a page speaks of, and what they add up to by place. Rows of one event need not stand together.

first, last: first and last possible month of each row; start..end: the months of a period, end < start without one. What calls
`lies_in` stands in this file: the compiler's cache does not see that a function of another file has changed.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.columns.arrays import Amount, Codes, Flags, Months, Rows


@njit(cache=True, nogil=True)
def lies_in(first: int, last: int, start: int, end: int) -> bool:
    """Does a row lie wholly in a period? Without one every row does."""
    return end < start or (first >= start and 0 <= last <= end)


@njit(cache=True, nogil=True)
def passing(low: int, high: int, ok: Flags, profile: Codes, first: Months, last: Months, start: int, end: int, found: Rows) -> int:
    """Rows low..high that pass the filters (`ok` by profile) and lie in the period. How many."""
    k = 0
    for i in range(low, high):
        if ok[profile[i]] and lies_in(first[i], last[i], start, end):
            found[k] = i
            k += 1
    return k


@njit(cache=True, nogil=True)
def happenings(
    low: int, high: int, ok: Flags, profile: Codes, first: Months, last: Months, start: int, end: int, several: Rows, kg: Amount,
    drugged: Flags, of_first: Rows, of_kg: Amount, of_drug: Flags, row: Rows, sum_kg: Amount, has_drug: Flags,
) -> int:  # fmt: skip
    """The passing rows, one for each event: its first (row), the drug kilograms of all, whether any names a drug. How many.

    drugged: by profile. of_...: what the rows of events of several add up to (`join`).
    """
    k = 0
    for i in range(low, high):
        p = profile[i]
        if not ok[p] or not lies_in(first[i], last[i], start, end):
            continue
        event = several[i]
        if event < 0:
            row[k], sum_kg[k], has_drug[k] = i, kg[i], drugged[p]
        elif of_first[event] == i:
            row[k], sum_kg[k], has_drug[k] = i, of_kg[event], of_drug[event]
        else:
            continue
        k += 1
    return k


@njit(cache=True, nogil=True)
def join(
    rows: Rows, ok: Flags, profile: Codes, first: Months, last: Months, start: int, end: int, several: Rows, kg: Amount, drugged: Flags,
    of_first: Rows, of_kg: Amount, of_drug: Flags, least: int, left: Rows,
) -> int:  # fmt: skip
    """Write into of_first, of_kg, of_drug, for events of several rows: the first that passes (-1 before), the kilograms of all that do,
    whether any names a drug.

    rows: those of such events, ascending. ok, drugged: by profile. Rows of events below ``least`` are another thread's: they are written
    into left, and how many they are is returned.
    """
    k = 0
    for i in rows:
        p = profile[i]
        if not ok[p] or not lies_in(first[i], last[i], start, end):
            continue
        event = several[i]
        if event < least:
            left[k] = i
            k += 1
            continue
        if of_first[event] < 0:
            of_first[event] = i
        of_kg[event] += kg[i]
        of_drug[event] |= drugged[p]
    return k


@njit(cache=True, nogil=True)
def by_place(
    low: int, high: int, ok: Flags, profile: Codes, last: Months, start: int, end: int, several: Rows, kg: Amount,
    of_first: Rows, of_kg: Amount, place: Rows, n: NDArray[np.int64], total: Amount,
) -> None:  # fmt: skip
    """Passing events and their kilograms by place; a number that is none is counted in the last column.

    Rows low..high: those whose first possible day lies in the period.
    """
    nowhere = len(n) - 1
    for i in range(low, high):
        if not ok[profile[i]] or not (end < start or 0 <= last[i] <= end):
            continue
        event, amount = several[i], kg[i]
        if event >= 0:
            if of_first[event] != i:
                continue
            amount = of_kg[event]
        p = place[i]
        if p < 0 or p > nowhere:
            p = nowhere
        n[p] += 1
        total[p] += amount


@njit(cache=True, nogil=True)
def figures(
    rows: Rows, ok: NDArray[np.bool_], profile: Codes, first: Months, last: Months, start: int, end: int,
    several: Rows, kg: Amount, weight_kg: Amount, has_quantity: NDArray[np.uint8], drug: Codes, bound: Codes,
    at_least: int, lon: Amount, lat: Amount, seen: NDArray[np.uint8], apart: Amount,
) -> tuple[int, float, bool, int, int]:  # fmt: skip
    """Of these rows, those that pass: events, drug kilograms, is a weight a lower bound, rows whose amount is no mass, events with a point.

    ok: by profile. They must lie in the period. seen: 0 for each event of several rows;
    apart: 0 for each drug, becomes its kilograms as said; both are written to.
    """
    n, total, is_bound, others, placed = 0, 0.0, False, 0, 0
    for i in rows:
        if not ok[profile[i]] or not lies_in(first[i], last[i], start, end):
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
