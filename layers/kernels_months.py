"""Kernels: sums by month and profile, from which key figures follow without looking at the rows again."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from layers.columns.arrays import Amount, Codes, Months, Rows

Table = NDArray[np.int32]


@njit(cache=True, nogil=True)
def by_month_and_profile(
    base: int, profile: Codes, several: Rows, month: Months, kg: Amount, weight_kg: Amount, has_quantity: NDArray[np.uint8],
    bound: Codes, at_least: int, lon: Amount, lat: Amount, n: Table, total: Amount, n_bound: Table, others: Table, placed: Table,
    apart: Amount, rest: Rows,
) -> int:  # fmt: skip
    """Add the rows that are an event of their own and known to the month to (months, profiles): events, drug kilograms, rows whose
    weight is a lower bound, rows whose amount is no mass, events with a point, kilograms as said. rest: receives the others. How many.
    """
    k = 0
    for i in range(len(profile)):
        if month[i] < 0 or several[i] >= 0:
            rest[k] = i
            k += 1
            continue
        p, m = profile[i], month[i] - base
        n[m, p] += 1
        total[m, p] += kg[i]
        n_bound[m, p] += bound[i] == at_least and kg[i] > 0
        placed[m, p] += not (np.isnan(lon[i]) or np.isnan(lat[i]))
        if np.isnan(weight_kg[i]):
            others[m, p] += has_quantity[i]
        else:
            apart[m, p] += weight_kg[i]
    return k


@njit(cache=True, nogil=True)
def who_reported(
    base: int, who: Rows, profile: Codes, source: Codes, several: Rows, month: Months, seen: NDArray[np.bool_], alone: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Which rows there are: seen (sources, months + 1, who), the last for those without a month; alone (sources, months, who), of rows
    that are an event of their own. who: a number by profile."""
    nowhere = seen.shape[1] - 1
    for i in range(len(profile)):
        w = who[profile[i]]
        if month[i] < 0:
            seen[source[i], nowhere, w] = True
            continue
        seen[source[i], month[i] - base, w] = True
        if several[i] < 0:
            alone[source[i], month[i] - base, w] = True


@njit(cache=True, nogil=True)
def first_months(
    rows: Rows, ok: NDArray[np.bool_], profile: Codes, wanted: NDArray[np.bool_], source: Codes, several: Rows, month: Months, base: int,
    at: NDArray[np.uint8], found: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Months of the first passing row of each event of several rows. ok: by profile; wanted: by source. at: 0 for each such event."""
    for i in rows:
        event = several[i]
        if at[event] or not ok[profile[i]] or not wanted[source[i]]:
            continue
        at[event] = 1
        if month[i] >= 0:
            found[month[i] - base] = True
