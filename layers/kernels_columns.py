"""Compiled loops over columns of events: one pass, each event once, whatever the filter."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def add_up(
    begin: int,
    end: int,
    latest: int,
    wanted: NDArray[np.uint8],
    profile: NDArray[np.uint32],
    day_to: NDArray[np.uint32],
    several: NDArray[np.int32],
    month: NDArray[np.int16],
    place: NDArray[np.int32],
    kg: NDArray[np.float64],
    first_month: int,
    n_months: int,
    n_places: int,
    at: NDArray[np.int32],
    count: NDArray[np.int32],
    kilograms: NDArray[np.float64],
) -> None:
    """Add rows begin..end to tables of (n_months + 1) x (n_places + 1), flat; the last row and column take what has no month or place.

    A row passes when wanted[profile] is not 0 and day_to is not after ``latest``. An event counts where its first passing row is, with
    the kilograms of all that pass. at: for each event of several rows where it was put, -1 before.
    """
    width = n_places + 1
    for i in range(begin, end):
        if wanted[profile[i]] == 0 or day_to[i] > latest:
            continue
        s = several[i]
        j = np.int64(-1) if s < 0 else np.int64(at[s])
        if j < 0:
            m = np.int64(month[i]) - first_month
            if m < 0 or m >= n_months:
                m = np.int64(n_months)
            p = np.int64(place[i])
            if p < 0 or p >= n_places:
                p = np.int64(n_places)
            j = m * width + p
            count[j] += 1
            if s >= 0:
                at[s] = j
        kilograms[j] += kg[i]


@njit(cache=True, nogil=True)
def passing(
    begin: int,
    end: int,
    latest: int,
    wanted: NDArray[np.uint8],
    profile: NDArray[np.uint32],
    day_to: NDArray[np.uint32],
    several: NDArray[np.int32],
    seen: NDArray[np.uint8],
    once: bool,
    found: NDArray[np.int64],
) -> int:
    """Row numbers that pass, in order, into ``found``; only the first of each event when ``once``. Returns how many."""
    n = 0
    for i in range(begin, end):
        if wanted[profile[i]] == 0 or day_to[i] > latest:
            continue
        s = several[i]
        if once and s >= 0:
            if seen[s] != 0:
                continue
            seen[s] = 1
        found[n] = i
        n += 1
    return n
