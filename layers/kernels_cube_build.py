"""Compiled loops that make the prefix cube: which row counts its event, filling the sums, adding them up over time, sorting the rows."""

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
    names: NDArray[np.uint8],
) -> None:
    """For each event of several rows: its first row, the set of its drugs as bits, and whether all rows share days and place.

    names: 1 for every row, becomes 0 where an earlier row of its event names the same drug.
    """
    for i in range(len(several)):
        s = several[i]
        if s < 0:
            continue
        bit = np.uint64(1) << np.uint64(drug[i])
        if drugs[s] & bit:
            names[i] = 0
        drugs[s] |= bit
        f = first[s]
        if f < 0:
            first[s] = i
            alike[s] = 1
        elif place[i] != place[f] or day[i] != day[f] or day_to[i] != day_to[f]:
            alike[s] = 0


@njit(cache=True, nogil=True)
def _on(place: int, n_places: int) -> int:
    """Where a place is counted: a number that is none is counted in the last column."""
    return place if 0 <= place < n_places else n_places


@njit(cache=True, nogil=True)
def mark(
    level: NDArray[np.uint8], role: NDArray[np.uint16], drug: NDArray[np.uint8], place: NDArray[np.int32], n_places: int,
    seen: NDArray[np.int32], seen_mixed: NDArray[np.int32],
) -> None:  # fmt: skip
    """How many rows each pair of a drug and a place has, and how many events a mixture and a place: only those that come get a column."""
    width = n_places + 1
    for i in range(len(level)):
        if level[i] <= 1:
            p = _on(place[i], n_places)
            seen[np.int64(drug[i]) * width + p] += 1
            if role[i] > 1:
                seen_mixed[np.int64(role[i] - 2) * width + p] += 1


@njit(cache=True, nogil=True)
def fill(
    level: NDArray[np.uint8], step: NDArray[np.int32], to_mixed: NDArray[np.int32], role: NDArray[np.uint16], names: NDArray[np.uint8],
    drug: NDArray[np.uint8], place: NDArray[np.int32], kg: NDArray[np.float64], n_places: int, column: NDArray[np.int32],
    mixed_column: NDArray[np.int32], n: NDArray[Any], alone: NDArray[Any], kilograms: NDArray[np.float64],
    mixed: NDArray[Any], every_n: NDArray[np.int32],
) -> None:  # fmt: skip
    """Add the rows of months, quarters and years to the tables (steps + 1, columns); row s + 1 takes step s. Mixtures stand in ``mixed``
    by its own steps, and in ``every_n``, to which `add_to_all` adds those of one drug."""
    width = n_places + 1
    for i in range(len(level)):
        if level[i] > 1:
            continue
        p = _on(place[i], n_places)
        c = column[np.int64(drug[i]) * width + p]
        s = step[i] + 1
        kilograms[s, c] += kg[i]
        n[s, c] += names[i]
        if role[i] == 1:
            alone[s, c] += 1
        elif role[i] > 1:
            mixed[to_mixed[step[i]] + 1, mixed_column[np.int64(role[i] - 2) * width + p]] += 1
            every_n[s, p] += 1


@njit(cache=True, nogil=True)
def run_up(table: NDArray[Any]) -> None:
    """Each row becomes the sum of all rows up to it, in place."""
    for s in range(1, table.shape[0]):
        for j in range(table.shape[1]):
            table[s, j] += table[s - 1, j]


@njit(cache=True, nogil=True)
def add_to_all(table: NDArray[Any], place: NDArray[np.int32], out: NDArray[Any]) -> None:
    """Add every column of a table (steps, columns) to its place's column of ``out`` (steps, places)."""
    for s in range(table.shape[0]):
        for j in range(table.shape[1]):
            out[s, place[j]] += table[s, j]


@njit(cache=True, nogil=True)
def starts_of(key: NDArray[np.int32], starts: NDArray[np.int32]) -> None:
    """Where each key begins when rows stand by key: starts (keys + 1,), zeros before. A row with a key below 0 is left out."""
    for k in key:
        if k >= 0:
            starts[k + 1] += 1
    for k in range(1, len(starts)):
        starts[k] += starts[k - 1]


@njit(cache=True, nogil=True)
def lay_rows(
    key: NDArray[np.int32], free: NDArray[np.int32], role: NDArray[np.uint16], place: NDArray[np.int32], kg: NDArray[np.float64],
    n_places: int, row: NDArray[np.int32], amount: NDArray[np.float64],
) -> None:  # fmt: skip
    """Write each row to its key's next free place: twice its place, and one more where it counts an event of one drug; its kilograms."""
    for i in range(len(key)):
        if key[i] >= 0:
            at = free[key[i]]
            free[key[i]] += 1
            row[at] = 2 * _on(place[i], n_places) + (role[i] == 1)
            amount[at] = kg[i]


@njit(cache=True, nogil=True)
def lay_mixed(
    key: NDArray[np.int32], free: NDArray[np.int32], role: NDArray[np.uint16], place: NDArray[np.int32], n_places: int,
    mixed: NDArray[np.int32],
) -> None:  # fmt: skip
    """Write place and mixture of each row that counts an event of one to its key's next free place."""
    for i in range(len(key)):
        if key[i] >= 0 and role[i] > 1:
            at = free[key[i]]
            free[key[i]] += 1
            mixed[at, 0], mixed[at, 1] = _on(place[i], n_places), role[i] - 2
