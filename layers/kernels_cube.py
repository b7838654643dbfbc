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
    seen: NDArray[np.uint8], seen_mixed: NDArray[np.uint8],
) -> None:  # fmt: skip
    """Which pairs of a drug and a place, and of a mixture and a place, ever come: only these get a column."""
    width = n_places + 1
    for i in range(len(level)):
        if level[i] <= 1:
            p = _on(place[i], n_places)
            seen[np.int64(drug[i]) * width + p] = 1
            if role[i] > 1:
                seen_mixed[np.int64(role[i] - 2) * width + p] = 1


@njit(cache=True, nogil=True)
def fill(
    level: NDArray[np.uint8], step: NDArray[np.int32], to_mixed: NDArray[np.int32], role: NDArray[np.uint16], names: NDArray[np.uint8],
    drug: NDArray[np.uint8], place: NDArray[np.int32], kg: NDArray[np.float64], n_places: int, column: NDArray[np.int32],
    mixed_column: NDArray[np.int32], n: NDArray[np.int32], alone: NDArray[np.int32], kilograms: NDArray[np.float64],
    mixed: NDArray[np.int32], every_n: NDArray[np.int32],
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
def choose(
    bits: np.uint64, mixtures: NDArray[np.uint64], drug_columns: NDArray[np.int64], mixed_columns: NDArray[np.int64],
    wanted: NDArray[np.uint8], sets: NDArray[np.uint8], of_drugs: NDArray[np.uint8], times: NDArray[np.int8],
) -> bool:  # fmt: skip
    """What a question wants, from the set of its drugs as bits, and the way to it that reads fewer columns: is it by what it does not want?

    Fills wanted (by drug) and sets (by mixture: does it hold a wanted drug). Of the shorter way: of_drugs, the drugs to be summed, and
    times, how often each mixture is taken off: once for every further wanted drug, or once where it holds none.
    """
    one = np.uint64(1)
    direct, around = 0, 0
    for d in range(len(wanted)):
        wanted[d] = (bits >> np.uint64(d)) & one
        direct += drug_columns[d] * wanted[d]
        around += drug_columns[d] * (1 - wanted[d])
    for m in range(len(mixtures)):
        held, rest = 0, mixtures[m] & bits
        while rest:
            rest &= rest - one
            held += 1
        sets[m] = held > 0
        times[m] = max(held - 1, 0)
        direct += mixed_columns[m] * (held > 1)
        around += mixed_columns[m] * (held == 0)
    others = around < direct
    for d in range(len(wanted)):
        of_drugs[d] = 1 - wanted[d] if others else wanted[d]
    if others:
        for m in range(len(mixtures)):
            times[m] = 1 - sets[m]
    return others


@njit(cache=True, nogil=True)
def subtract_whole(
    n: NDArray[np.int32], kilograms: NDArray[np.float64], low: int, high: int, out_n: NDArray[np.int64], out_kg: NDArray[np.float64]
) -> None:
    """Add table[high] - table[low] of both tables."""
    for j in range(len(out_n)):
        out_n[j] += n[high, j] - n[low, j]
        out_kg[j] += kilograms[high, j] - kilograms[low, j]


@njit(cache=True, nogil=True)
def subtract_drugs(
    n: NDArray[np.int32], kilograms: NDArray[np.float64], place: NDArray[np.int32], starts: NDArray[np.int64], drugs: NDArray[np.uint8],
    low: int, high: int, sign: int, out_n: NDArray[np.int64], out_kg: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add (sign 1) or take off (-1) table[high] - table[low] of the columns of the chosen drugs at their places."""
    for d in range(len(drugs)):
        if drugs[d] != 0:
            for j in range(starts[d], starts[d + 1]):
                p = place[j]
                out_n[p] += sign * (n[high, j] - n[low, j])
                out_kg[p] += sign * (kilograms[high, j] - kilograms[low, j])


@njit(cache=True, nogil=True)
def subtract_mixed(
    mixed: NDArray[np.int32], place: NDArray[np.int32], starts: NDArray[np.int64], times: NDArray[np.int8], low: int, high: int,
    out_n: NDArray[np.int64],
) -> None:  # fmt: skip
    """Take off table[high] - table[low] of the columns of each mixture so many times."""
    for m in range(len(times)):
        if times[m] != 0:
            for j in range(starts[m], starts[m + 1]):
                out_n[place[j]] -= times[m] * (mixed[high, j] - mixed[low, j])


@njit(cache=True, nogil=True)
def take_off_mixed(
    rows: NDArray[np.int64], role: NDArray[np.uint16], place: NDArray[np.int32], times: NDArray[np.int8], n_places: int,
    out_n: NDArray[np.int64],
) -> None:  # fmt: skip
    """Take off these events of mixtures, each so many times as its mixture says."""
    for i in rows:
        if times[role[i] - 2] != 0:
            out_n[_on(place[i], n_places)] -= times[role[i] - 2]


@njit(cache=True, nogil=True)
def add_days(
    begin: int, end: int, latest: int, level: NDArray[np.uint8], day_to: NDArray[np.int32], role: NDArray[np.uint16],
    sets: NDArray[np.uint8], drug: NDArray[np.uint8], place: NDArray[np.int32], kg: NDArray[np.float64], drugs: NDArray[np.uint8],
    n_places: int, sign: int, out_n: NDArray[np.int64], out_kg: NDArray[np.float64],
) -> None:  # fmt: skip
    """Add (sign 1) or take off (-1) the rows of some days of a month (level 0), not ending after ``latest``."""
    for i in range(begin, end):
        if level[i] != 0 or day_to[i] > latest:
            continue
        r = role[i]
        if drugs[drug[i]] != 0:
            p = _on(place[i], n_places)
            out_kg[p] += sign * kg[i]
            if r == 1:
                out_n[p] += sign
        # The row that counts a mixture may be of another of its drugs.
        if r > 1 and sets[r - 2] != 0:
            out_n[_on(place[i], n_places)] += sign


@njit(cache=True, nogil=True)
def take_off(
    rows: NDArray[np.int64], low: int, high: int, low_to: int, high_to: int, day: NDArray[np.int32], day_to: NDArray[np.int32],
    role: NDArray[np.uint16], sets: NDArray[np.uint8], drug: NDArray[np.uint8], place: NDArray[np.int32], kg: NDArray[np.float64],
    drugs: NDArray[np.uint8], n_places: int, out_n: NDArray[np.int64], out_kg: NDArray[np.float64],
) -> None:  # fmt: skip
    """Take off those of these rows whose first possible day is one of low..high, and their last one of low_to..high_to."""
    for i in rows:
        if day[i] < low or day[i] > high or day_to[i] < low_to or day_to[i] > high_to:
            continue
        r, p = role[i], _on(place[i], n_places)
        if drugs[drug[i]] != 0:
            out_kg[p] -= kg[i]
            if r == 1:
                out_n[p] -= 1
        if r > 1 and sets[r - 2] != 0:
            out_n[p] -= 1


@njit(cache=True, nogil=True)
def gather(n: NDArray[np.int64], kilograms: NDArray[np.float64], out_n: NDArray[np.int64], out_kg: NDArray[np.float64]) -> None:
    """Add the first two to the others. Where no event is left there are no kilograms: what subtraction leaves there is the noise of the
    last digits."""
    for p in range(len(out_n)):
        out_n[p] += n[p]
        out_kg[p] = max(0.0, out_kg[p] + kilograms[p]) if out_n[p] > 0 else 0.0


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
            p = _on(place[i], n_places)
            at[e] = p
            out_n[p] += 1
        out_kg[at[e]] += kg[i]
