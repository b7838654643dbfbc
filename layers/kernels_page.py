"""Kernels: which rows of `layers.columns` a page speaks of. Rows of one event need not stand together."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Rows = NDArray[np.int32]
Months = NDArray[np.int16]
Codes = NDArray[np.unsignedinteger[Any]]
Flags = NDArray[np.bool_]
Amount = NDArray[np.float64]


@njit(cache=True, nogil=True)
def passing(low: int, high: int, ok: Flags, profile: Codes, first: Months, last: Months, start: int, end: int, found: Rows) -> int:
    """Rows low..high that pass the filters (`ok` by profile) and lie wholly in the months start..end (end < start: any date). How many."""
    k = 0
    for i in range(low, high):
        if ok[profile[i]] and (end < start or (first[i] >= start and last[i] >= 0 and last[i] <= end)):
            found[k] = i
            k += 1
    return k


@njit(cache=True, nogil=True)
def happenings(
    low: int, high: int, ok: Flags, profile: Codes, first: Months, last: Months, start: int, end: int, several: Rows, kg: Amount,
    drugged: Flags, of_first: Rows, of_kg: Amount, of_drug: Flags, row: Rows, sum_kg: Amount, has_drug: Flags,
) -> int:  # fmt: skip
    """The passing rows, one for each event: its first (row), the drug kilograms of all, whether any names a drug. How many.

    drugged: by profile. of_...: what the rows of events of several add up to (`layers.kernels_overview.join`).
    """
    k = 0
    for i in range(low, high):
        p = profile[i]
        if not ok[p] or not (end < start or (first[i] >= start and last[i] >= 0 and last[i] <= end)):
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
