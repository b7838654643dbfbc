"""Compiled loops of the prefix cube: filling it, adding it up over time, and one subtraction."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def gather_events(
    several: NDArray[np.int32],
    drug: NDArray[np.uint8],
    place: NDArray[np.int32],
    day: NDArray[np.int32],
    day_to: NDArray[np.int32],
    first: NDArray[np.int64],
    drugs: NDArray[np.uint64],
    alike: NDArray[np.uint8],
) -> None:
    """For each event of several rows: its first row, the set of its drugs as bits, and whether all rows share days and place."""
    for i in range(len(several)):
        s = several[i]
        if s < 0:
            continue
        drugs[s] |= np.uint64(1) << np.uint64(drug[i])
        f = first[s]
        if f < 0:
            first[s] = i
            alike[s] = 1
        elif place[i] != place[f] or day[i] != day[f] or day_to[i] != day_to[f]:
            alike[s] = 0


@njit(cache=True, nogil=True)
def fill(
    level: NDArray[np.uint8],
    which: int,
    step: NDArray[np.int32],
    group: NDArray[np.uint16],
    drug: NDArray[np.uint8],
    place: NDArray[np.int32],
    kg: NDArray[np.float64],
    n_places: int,
    column_n: NDArray[np.int32],
    column_kg: NDArray[np.int32],
    n: NDArray[np.int32],
    kilograms: NDArray[np.float64],
) -> None:
    """Add the rows of one level to the tables (steps + 1, columns); row s + 1 takes step s. group 0: not the row that counts its event."""
    width = n_places + 1
    for i in range(len(level)):
        if level[i] != which:
            continue
        p = np.int64(place[i])
        if p < 0 or p >= n_places:
            p = np.int64(n_places)
        s = step[i] + 1
        if group[i] > 0:
            n[s, column_n[np.int64(group[i] - 1) * width + p]] += 1
        kilograms[s, column_kg[np.int64(drug[i]) * width + p]] += kg[i]


@njit(cache=True, nogil=True)
def mark(
    level: NDArray[np.uint8],
    which: int,
    group: NDArray[np.uint16],
    drug: NDArray[np.uint8],
    place: NDArray[np.int32],
    n_places: int,
    seen_n: NDArray[np.uint8],
    seen_kg: NDArray[np.uint8],
) -> None:
    """Which combinations of group and place, and of drug and place, ever come at one level: only these get a column."""
    width = n_places + 1
    for i in range(len(level)):
        if level[i] != which:
            continue
        p = np.int64(place[i])
        if p < 0 or p >= n_places:
            p = np.int64(n_places)
        if group[i] > 0:
            seen_n[np.int64(group[i] - 1) * width + p] = 1
        seen_kg[np.int64(drug[i]) * width + p] = 1


@njit(cache=True, nogil=True)
def run_up(n: NDArray[np.int32], kilograms: NDArray[np.float64]) -> None:
    """Each row becomes the sum of all rows up to it, in place."""
    for s in range(1, n.shape[0]):
        for j in range(n.shape[1]):
            n[s, j] += n[s - 1, j]
        for j in range(kilograms.shape[1]):
            kilograms[s, j] += kilograms[s - 1, j]


@njit(cache=True, nogil=True)
def add_to_all(table: NDArray[Any], place: NDArray[np.int32], out: NDArray[Any]) -> None:
    """Add every column of a table (steps, columns) to its place's column of ``out`` (steps, places)."""
    for s in range(table.shape[0]):
        for j in range(table.shape[1]):
            out[s, place[j]] += table[s, j]


@njit(cache=True, nogil=True)
def subtract_whole(table: NDArray[Any], low: int, high: int, out: NDArray[Any]) -> None:
    """Add table[high] - table[low] to ``out``."""
    for j in range(len(out)):
        out[j] += table[high, j] - table[low, j]


@njit(cache=True, nogil=True)
def subtract_chosen(
    table: NDArray[Any], place: NDArray[np.int32], starts: NDArray[np.int64], chosen: NDArray[np.uint8], low: int, high: int,
    out: NDArray[Any],
) -> None:  # fmt: skip
    """Add table[high] - table[low] of the chosen slices of columns to their places."""
    for g in range(len(chosen)):
        if chosen[g] != 0:
            for j in range(starts[g], starts[g + 1]):
                out[place[j]] += table[high, j] - table[low, j]


@njit(cache=True, nogil=True)
def add_edge(
    begin: int,
    end: int,
    latest: int,
    level: NDArray[np.uint8],
    day_to: NDArray[np.int32],
    group: NDArray[np.uint16],
    drug: NDArray[np.uint8],
    place: NDArray[np.int32],
    kg: NDArray[np.float64],
    groups: NDArray[np.uint8],
    drugs: NDArray[np.uint8],
    n_places: int,
    out_n: NDArray[np.int64],
    out_kg: NDArray[np.float64],
) -> None:
    """Add the rows of a month that is only partly chosen (level 0), not ending after ``latest``."""
    for i in range(begin, end):
        if level[i] != 0 or day_to[i] > latest:
            continue
        p = np.int64(place[i])
        if p < 0 or p >= n_places:
            p = np.int64(n_places)
        if group[i] > 0 and groups[group[i] - 1] != 0:
            out_n[p] += 1
        if drugs[drug[i]] != 0:
            out_kg[p] += kg[i]


@njit(cache=True, nogil=True)
def add_odd(
    odd: NDArray[np.int64],
    event: NDArray[np.int32],
    n_events: int,
    earliest: int,
    latest: int,
    day: NDArray[np.int32],
    day_to: NDArray[np.int32],
    drug: NDArray[np.uint8],
    place: NDArray[np.int32],
    kg: NDArray[np.float64],
    drugs: NDArray[np.uint8],
    n_places: int,
    out_n: NDArray[np.int64],
    out_kg: NDArray[np.float64],
) -> None:
    """Add the rows that fit no step of the calendar, or whose event lies in several places or days, one by one; each event once."""
    at = np.full(n_events, -1, np.int64)
    for o in range(len(odd)):
        i = odd[o]
        if day[i] < earliest or day_to[i] > latest or day_to[i] < 0 or drugs[drug[i]] == 0:
            continue
        e = event[o]
        if at[e] < 0:
            p = np.int64(place[i])
            if p < 0 or p >= n_places:
                p = np.int64(n_places)
            at[e] = p
            out_n[p] += 1
        out_kg[at[e]] += kg[i]
