"""Kernels: everything that a view counts over all time, in one pass over the rows in the order of `layers.place_order`, and a second for
its positions.

A thread takes some months of them and writes to nobody else's. Plain arrays only: the compiler's cache would remember a class by name, and
fail in the next version of Panj that calls it otherwise.

What several kernels take: row, profile, kg, event, bounded, group, place: of the order. ok: (2, profiles), does a profile pass; ok[0] where
stand of the place is 0, ok[1] where it is 1, and nothing passes where it is 2. drugged, is_seizure: by profile. spot: by place, -1 for
none; a key is twice its number, one more for incidents.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.columns.arrays import Amount, Codes, Flags, Months, Rows

Starts = NDArray[np.int64]


@njit(cache=True, nogil=True, inline="always")
def told(
    begin: int,
    end: int,
    row: Rows,
    profile: Codes,
    kg: Amount,
    event: Rows,
    bounded: Flags,
    ok: Flags,
    s: int,
    drugged: Flags,
    is_seizure: Flags,
) -> tuple[int, int, float, float, int, int, bool]:
    """Of the passing events of a group: seizures, incidents, the kilograms of both, the first passing row of both (-1 for none), and
    whether a weight is a lower bound. An event is what its first passing row says, or a seizure where any names a drug."""
    n_seizures, n_others, kg_seizures, kg_others, seizure, other, is_bound = 0, 0, 0.0, 0.0, -1, -1, False
    at, now, amount, is_drug = -1, -1, 0.0, False
    for k in range(begin, end + 1):
        # One further turn notes the last event.
        if k < end:
            p = profile[k]
            if not ok[s, p]:
                continue
            if event[k] == now:
                amount += kg[k]
                is_drug |= drugged[p]
                is_bound |= bounded[k]
                continue
        if at >= 0:
            if is_drug:
                n_seizures += 1
                kg_seizures += amount
                if seizure < 0 or at < seizure:
                    seizure = at
            else:
                n_others += 1
                kg_others += amount
                if other < 0 or at < other:
                    other = at
        if k < end:
            at, now, amount, is_drug = row[k], event[k], kg[k], is_seizure[p] or drugged[p]
            is_bound |= bounded[k]
    return n_seizures, n_others, kg_seizures, kg_others, seizure, other, is_bound


@njit(cache=True, nogil=True)
def look_at(
    rows: Rows, base: int, n_months: int, ok: Flags, profile: Codes, several: Rows, month: Months, kg: Amount, drugged: Flags,
    is_seizure: Flags, of_first: Rows, of_kg: Amount, of_drug: Flags, bound: Codes, at_least: int, footprint: Rows, spot: Rows, on: Rows,
    n_events: NDArray[np.int64], total_kg: Amount, has_bound: Flags, on_n: Amount, on_kg: Amount, on_else: NDArray[np.int64],
    spots: NDArray[np.int32], vague: Rows, vague_kg: Amount, held_month: Rows, held_place: Rows, held_kg: Amount,
) -> tuple[int, int, int]:  # fmt: skip
    """The rows that stand in no group, one by one: ok and what follows by the number of each row's profile; footprint, spot, on by row.

    Adds to the sums by month, on_else and spots as `overview` does; writes the rows without a month (vague, vague_kg) and those with a
    month and a footprint, by month as they come (held_...). Returns how many of both there are, and how many events there were.
    """
    n_vague, held, seen = 0, 0, 0
    for i in rows:
        p = profile[i]
        if not ok[p]:
            continue
        event, amount, is_drug = several[i], kg[i], drugged[p]
        m = month[i] - base if month[i] >= 0 else -1
        if m >= n_months:
            m = -1
        if bound[i] == at_least and amount > 0.0 and m >= 0:
            has_bound[m] = True
        if event >= 0:
            if of_first[event] != i:
                continue
            amount, is_drug = of_kg[event], of_drug[event]
        seen += 1
        at = spot[i]
        if at >= 0:
            at = 2 * at + (0 if is_drug or is_seizure[p] else 1)
            if spots[at, 1] < 0 or i < spots[at, 1]:
                spots[at, 1] = i
        if m < 0:
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
        if footprint[i] >= 0:
            held_month[held], held_place[held], held_kg[held] = m, footprint[i], amount
            held += 1
    return n_vague, held, seen


@njit(cache=True, nogil=True)
def overview(
    low: int, high: int, shift: int, n_months: int, month: Starts, group: Starts, place: Rows, row: Rows, profile: Codes, kg: Amount,
    event: Rows, bounded: Flags, ok: Flags, stand: NDArray[np.uint8], drugged: Flags, is_seizure: Flags,
    spot: Rows, footprint: Rows, on: Rows,
    held_month: Rows, held_place: Rows, held_kg: Amount, n_areas: int, start: Starts, cell: Rows, share: Amount, n_cells: int,
    n_events: NDArray[np.int64], total_kg: Amount, has_bound: Flags, area_n: Amount, area_kg: Amount, on_n: Amount, on_kg: Amount,
    on_else: NDArray[np.int64], spots: NDArray[np.int32],
    place_step: NDArray[np.uint16], place_at: Rows, place_n: Amount, place_kg: Amount,
    cell_step: NDArray[np.uint16], cell_at: NDArray[np.uint32], cell_n: NDArray[np.float32], cell_kg: NDArray[np.float32],
) -> tuple[int, int, int, int]:  # fmt: skip
    """The passing events of the months low..high - 1 of the order; month + shift is a month of the answer, unless it has none such.

    Adds to the sums by month (n_events..on_kg: `layers.column_cube.ByMonth`), to on_else (the others, by `on`) and to spots, and writes
    what lies on footprints (place_...) and on cells (cell_...), with what `look_at` found on footprints. Returns how many of cells and of
    footprints there are, how many events had a month and a place, and how many there were.
    """
    n_of, kg_of = np.zeros(len(start) - 1), np.zeros(len(start) - 1)
    n_here, kg_here = np.zeros(n_cells), np.zeros(n_cells)
    written, placed, held, seen = 0, 0, 0, 0
    extra = 0
    for j in range(low, high):
        m, before = j + shift, held
        if m >= n_months:
            m = -1
        for g in range(month[j], month[j + 1]):
            w = place[g]
            s = stand[w]
            if s == 2:
                continue
            n_seizures, n_others, kg_seizures, kg_others, seizure, other, is_bound = told(
                group[g], group[g + 1], row, profile, kg, event, bounded, ok, s, drugged, is_seizure
            )
            n = n_seizures + n_others
            if n == 0:
                continue
            seen += n
            at, amount = 2 * spot[w], kg_seizures + kg_others
            if at >= 0:
                if seizure >= 0 and (spots[at, 1] < 0 or seizure < spots[at, 1]):
                    spots[at, 1] = seizure
                if other >= 0 and (spots[at + 1, 1] < 0 or other < spots[at + 1, 1]):
                    spots[at + 1, 1] = other
            if m < 0:
                on_else[on[w]] += n
                continue
            if at >= 0:
                spots[at, 0] += n_seizures
                spots[at + 1, 0] += n_others
            has_bound[m] |= is_bound
            n_events[m] += n
            total_kg[m] += amount
            on_n[m, on[w]] += n
            on_kg[m, on[w]] += amount
            f = footprint[w]
            if f >= 0:
                held += n
                n_of[f] += n
                kg_of[f] += amount
        if m < 0:
            continue
        while extra < len(held_month) and held_month[extra] < m:
            extra += 1
        while extra < len(held_month) and held_month[extra] == m:
            held += 1
            n_of[held_place[extra]] += 1.0
            kg_of[held_place[extra]] += held_kg[extra]
            extra += 1
        if held == before:
            continue
        # All footprints in order, also those without anything: a list of the others would lead through the memory criss-cross.
        for f in range(len(n_of)):
            if n_of[f] == 0.0:
                continue
            place_step[placed], place_at[placed], place_n[placed], place_kg[placed] = m, f, n_of[f], kg_of[f]
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
    return written, placed, held, seen


@njit(cache=True, nogil=True)
def kept_spots(
    low: int, high: int, shift: int, month: Starts, group: Starts, place: Rows, row: Rows, profile: Codes, kg: Amount,
    event: Rows, bounded: Flags, ok: Flags, stand: NDArray[np.uint8], drugged: Flags, is_seizure: Flags, spot: Rows, unsure_m: Amount,
    number: Rows, n: NDArray[np.float32], total: Amount, widest: Amount,
) -> None:  # fmt: skip
    """Events and kilograms of the numbered keys by month, and the widest uncertainty of each.

    number: by key, -1 where not wanted. unsure_m: by place. The months are as `overview` takes them.
    """
    wanted = np.zeros(len(spot), np.bool_)
    for w in range(len(spot)):
        wanted[w] = stand[w] != 2 and spot[w] >= 0 and (number[2 * spot[w]] >= 0 or number[2 * spot[w] + 1] >= 0)
    for j in range(low, high):
        m = j + shift
        for g in range(month[j], month[j + 1]):
            w = place[g]
            if not wanted[w]:
                continue
            n_seizures, n_others, kg_seizures, kg_others, _, _, _ = told(
                group[g], group[g + 1], row, profile, kg, event, bounded, ok, stand[w], drugged, is_seizure
            )
            seizures, others = number[2 * spot[w]], number[2 * spot[w] + 1]
            if seizures >= 0 and n_seizures > 0:
                widest[seizures] = max(widest[seizures], unsure_m[w])
                if 0 <= m < n.shape[0]:
                    n[m, seizures] += n_seizures
                    total[m, seizures] += kg_seizures
            if others >= 0 and n_others > 0:
                widest[others] = max(widest[others], unsure_m[w])
                if 0 <= m < n.shape[0]:
                    n[m, others] += n_others
                    total[m, others] += kg_others


@njit(cache=True, nogil=True)
def kept_others(
    rows: Rows, ok: Flags, profile: Codes, several: Rows, month: Months, kg: Amount, drugged: Flags, is_seizure: Flags, of_first: Rows,
    of_kg: Amount, of_drug: Flags, spot: Rows, number: Rows, unsure_m: Amount, base: int, n: NDArray[np.float32], total: Amount,
    widest: Amount,
) -> None:  # fmt: skip
    """As `kept_spots`, of the rows that stand in no group: profile, spot, unsure_m by row."""
    for i in rows:
        if spot[i] < 0 or not ok[profile[i]]:
            continue
        p = profile[i]
        event, amount, is_drug = several[i], kg[i], drugged[p]
        if event >= 0:
            if of_first[event] != i:
                continue
            amount, is_drug = of_kg[event], of_drug[event]
        k = number[2 * spot[i] + (0 if is_drug or is_seizure[p] else 1)]
        if k < 0:
            continue
        widest[k] = max(widest[k], unsure_m[i])
        m = month[i] - base
        if month[i] >= 0 and 0 <= m < n.shape[0]:
            n[m, k] += 1.0
            total[m, k] += amount
