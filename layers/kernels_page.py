"""Kernels: which rows of `layers.columns` a page speaks of, and what they add up to by place. Rows of one event need not stand together.

first, last: first and last possible month of each row; start..end: the months of a period, end < start without one. What calls
`lies_in` stands in this file: the compiler's cache does not see that a function of another file has changed.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.columns.arrays import Amount, Codes, Flags, Months, Rows

#: Rows whose passing ones are found before they are counted: few enough to stay in the fastest memory.
_BLOCK = 2048


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
def keep(codes: Codes, passes: Flags, ok: Flags) -> None:
    """Leave of ok what passes by its code."""
    for i in range(len(codes)):
        ok[i] &= passes[codes[i]]


@njit(cache=True, nogil=True)
def by_place(
    low: int, high: int, bits: NDArray[np.uint8], profile: Codes, last: Months, earliest: int, latest: int, several: Rows, kg: Amount,
    place: Rows, least: int, at: Rows, left: Rows, n: NDArray[np.int64], total: Amount,
) -> int:  # fmt: skip
    """Add the passing rows of low..high to events and kilograms by place; a number that is none is counted in the last column.

    bits: by profile, does it pass, eight in a byte, the lowest first. earliest, latest: wanted last months. at: place of the first passing
    row of each event of several rows, -1 before. Rows of events below ``least`` are another thread's: they are written into left, and how
    many they are is returned.
    """
    # Unsigned numbers, since of others the compiler asks each time whether they count from the end.
    found, nowhere = np.empty(_BLOCK, np.uint32), np.uint32(len(n) - 1)
    low_last, high_last, n_left = np.int16(earliest), np.int16(latest), 0
    for begin in range(low, high, _BLOCK):
        end = min(begin + _BLOCK, high)
        profiles, lasts, events, amounts, places = profile[begin:end], last[begin:end], several[begin:end], kg[begin:end], place[begin:end]
        # First which rows pass, without a branch that the processor would guess wrong; then what they say.
        k = np.uint64(0)
        for i in range(np.uint64(len(profiles))):
            found[k] = i
            p = profiles[i]
            passes = (bits[p >> np.uint32(3)] >> (p & np.uint32(7))) & np.uint8(1)
            k += np.uint64(passes) & np.uint64(lasts[i] >= low_last) & np.uint64(lasts[i] <= high_last)
        for j in range(k):
            i = found[j]
            event = events[i]
            if event < 0:
                # A number below 0, no place, is a large one here.
                at_place = min(np.uint32(places[i]), nowhere)
                n[at_place] += 1
                total[at_place] += amounts[i]
            elif event < least:
                left[n_left] = begin + i
                n_left += 1
            else:
                _join_one(event, amounts[i], places[i], at, n, total)
    return n_left


@njit(cache=True, nogil=True)
def by_place_of(rows: Rows, several: Rows, kg: Amount, place: Rows, at: Rows, n: NDArray[np.int64], total: Amount) -> None:
    """Add rows that pass, of events of several, as `by_place`."""
    for i in rows:
        _join_one(several[i], kg[i], place[i], at, n, total)


@njit(cache=True, nogil=True)
def _join_one(event: int, amount: float, place: int, at: Rows, n: NDArray[np.int64], total: Amount) -> None:
    p = at[event]
    if p < 0:
        p = place if 0 <= place < len(n) else len(n) - 1
        at[event] = p
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
