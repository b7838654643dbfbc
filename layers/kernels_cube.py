"""Compiled loops of the prefix cube: one question, from the sums of whole months and the rows of single days.

Arrays come in groups, as `layers.prefix_cube.build` names them. sums: n, alone, kg, place, start. every: all_n, all_kg. mixtures: the sets
of drugs, mixed, mixed_place, mixed_start. rows: row, row_kg, row_from. events: event, event_from. spans: span_first, span_last, span_from.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Amount = NDArray[np.float64]
Flags = NDArray[np.uint8]
Group = tuple[NDArray[Any], ...]
#: Places kept for the days of a month, as in `layers.cube_rows`: of another file the compiler's cache would not see a change.
DAYS = 31


@njit(cache=True, nogil=True)
def answer(
    first: int, last: int, bits: np.uint64, out_n: Counts, out_kg: Amount, first_month: int, step: int, bounds: Counts, sums: Group,
    every: Group, mixtures: Group, rows: Group, events: Group, spans: Group,
) -> None:  # fmt: skip
    """Add events and kilograms of the days first..last and the drugs of a set, as bits, to zeros by place.

    first_month: months since year 0 of the first sums; step: months in a step of the sums of mixtures; bounds: first day of each month.
    """
    n_drugs, n_mixtures = len(sums[4]) - 1, len(mixtures[0])
    wanted, of_drugs = np.zeros(n_drugs, np.uint8), np.zeros(n_drugs, np.uint8)
    sets, times = np.zeros(n_mixtures, np.uint8), np.zeros(n_mixtures, np.int8)
    others, n_columns = _choose(bits, mixtures[0], sums[4], mixtures[3], len(out_n), wanted, sets, of_drugs, times)
    first, last = max(first, bounds[0]), min(last, bounds[-1] - 1)
    if first > last:
        return
    begin, end = int(np.searchsorted(bounds, first, "right")) - 1, int(np.searchsorted(bounds, last, "right")) - 1
    low, high = _whole_months(first, last, begin, end, n_columns, wanted, bounds, rows[2], spans[2])
    if low < high:
        if others:
            _subtract_all(every[0][low], every[0][high], every[1][low], every[1][high], out_n, out_kg)
            _subtract_drugs(sums[1], sums[2], sums[3], sums[4], of_drugs, low, high, -1, out_n, out_kg)
        else:
            _subtract_drugs(sums[0], sums[2], sums[3], sums[4], of_drugs, low, high, 1, out_n, out_kg)
        if times.any():
            _subtract_mixed(low, high, first_month % step, step, len(bounds) - 1, mixtures, events, spans[2], times, out_n)
    _add_edges(first, last, begin, end, low, high, first_month, wanted, sets, bounds, rows, events, spans, out_n, out_kg)
    for p in range(len(out_n)):
        # Where no event is left there are no kilograms: what subtraction leaves there is the noise of the last digits.
        out_kg[p] = max(0.0, out_kg[p]) if out_n[p] > 0 else 0.0


@njit(cache=True, nogil=True)
def _choose(
    bits: np.uint64, mixtures: NDArray[np.uint64], start: Counts, mixed_start: Counts, width: int, wanted: Flags, sets: Flags,
    of_drugs: Flags, times: NDArray[np.int8],
) -> tuple[bool, int]:  # fmt: skip
    """What a question wants, and the way to it that reads fewer columns: is it by what it does not want, and how many columns it reads.

    Events with any of some drugs: those with each, less events of several of them once for each further one. Or, where nearly all are
    wanted: everything, less events of the others and of nothing else. Fills wanted (by drug) and sets (by mixture: does it hold a wanted
    drug). Of the shorter way: of_drugs, the drugs to be summed, and times, how often each mixture is taken off.
    """
    one = np.uint64(1)
    direct, around = 0, width
    for d in range(len(wanted)):
        wanted[d] = (bits >> np.uint64(d)) & one
        direct += (start[d + 1] - start[d]) * wanted[d]
        around += (start[d + 1] - start[d]) * (1 - wanted[d])
    for m in range(len(mixtures)):
        held, rest = 0, mixtures[m] & bits
        while rest:
            rest &= rest - one
            held += 1
        sets[m] = held > 0
        times[m] = max(held - 1, 0)
        # A column of a mixture is events alone, without kilograms: half as much.
        direct += (mixed_start[m + 1] - mixed_start[m]) * (held > 1) // 2
        around += (mixed_start[m + 1] - mixed_start[m]) * (held == 0) // 2
    others = around < direct
    for d in range(len(wanted)):
        of_drugs[d] = 1 - wanted[d] if others else wanted[d]
    if others:
        for m in range(len(mixtures)):
            times[m] = 1 - sets[m]
    return others, min(around, direct)


@njit(cache=True, nogil=True)
def _whole_months(
    first: int, last: int, begin: int, end: int, n_columns: int, wanted: Flags, bounds: Counts, row_from: NDArray[np.int32],
    span_from: Counts,
) -> tuple[int, int]:  # fmt: skip
    """The months low..high - 1 that are taken from the sums, of begin..end, in which the first and the last day lie.

    A month of which only some days are wanted is taken whole, and the others taken off again, where that is fewer rows to look at.
    """
    n_drugs, n_wanted = len(wanted), wanted.sum()
    n_single = (len(bounds) - 1) * n_drugs * DAYS
    is_whole = np.zeros(2, np.bool_)
    for edge in range(2):
        month = end if edge else begin
        inside, outside = 0, 0
        from_day, to_day = max(first - bounds[month], 0), min(last + 1 - bounds[month], DAYS)
        for d in range(n_drugs):
            if wanted[d] != 0:
                at = (month * n_drugs + d) * DAYS
                some = row_from[at + to_day] - row_from[at + from_day]
                inside += some
                outside += row_from[at + DAYS] - row_from[at] - some
        in_spans = row_from[n_single + span_from[month + 1] * n_drugs] - row_from[n_single + span_from[month] * n_drugs]
        outside += in_spans * n_wanted // n_drugs
        if first <= bounds[month] and last >= bounds[month + 1] - 1:
            outside = 0
        if begin == end:
            outside += n_columns
        is_whole[edge] = outside <= inside
    if begin == end:
        return (begin, end + 1) if is_whole[0] else (begin, begin)
    return begin + (not is_whole[0]), end + is_whole[1]


@njit(cache=True, nogil=True)
def _subtract_all(
    low_n: NDArray[np.int32], high_n: NDArray[np.int32], low_kg: Amount, high_kg: Amount, out_n: Counts, out_kg: Amount
) -> None:
    for p in range(len(out_n)):
        out_n[p] += high_n[p] - low_n[p]
        out_kg[p] += high_kg[p] - low_kg[p]


@njit(cache=True, nogil=True)
def _subtract_drugs(
    n: NDArray[Any], kilograms: Amount, place: NDArray[np.int32], starts: Counts, drugs: Flags, low: int, high: int, sign: int,
    out_n: Counts, out_kg: Amount,
) -> None:  # fmt: skip
    """Add (sign 1) or take off (-1) table[high] - table[low] of the columns of the chosen drugs at their places."""
    for d in range(len(drugs)):
        if drugs[d] == 0:
            continue
        low_n, high_n = n[low, starts[d] : starts[d + 1]], n[high, starts[d] : starts[d + 1]]
        low_kg, high_kg = kilograms[low, starts[d] : starts[d + 1]], kilograms[high, starts[d] : starts[d + 1]]
        if len(low_n) == len(out_n):
            # A column for every place, in their order: several at a time.
            for p in range(len(out_n)):
                out_n[p] += sign * (np.int64(high_n[p]) - np.int64(low_n[p]))
                out_kg[p] += sign * (high_kg[p] - low_kg[p])
        else:
            places = place[starts[d] : starts[d + 1]]
            for j in range(len(places)):
                out_n[places[j]] += sign * (np.int64(high_n[j]) - np.int64(low_n[j]))
                out_kg[places[j]] += sign * (high_kg[j] - low_kg[j])


@njit(cache=True, nogil=True)
def _subtract_mixed(
    low: int, high: int, offset: int, step: int, n_months: int, mixtures: Group, events: Group, span_from: Counts,
    times: NDArray[np.int8], out_n: Counts,
) -> None:  # fmt: skip
    """Take off the events of each mixture in the months low..high - 1 so many times.

    Whole steps stand in the sums of mixtures; of the other months the events are looked at one by one. offset: of the first month in its
    step.
    """
    _, mixed, place, starts = mixtures
    event, event_from = events
    inner, outer = -(-(low + offset) // step), (high + offset) // step
    if inner < outer:
        for m in range(len(times)):
            if times[m] != 0:
                for j in range(starts[m], starts[m + 1]):
                    out_n[place[j]] -= times[m] * (np.int64(mixed[outer, j]) - np.int64(mixed[inner, j]))
        middle_low, middle_high = inner * step - offset, outer * step - offset
    else:
        middle_low, middle_high = high, high
    for begin, end in ((low, middle_low), (middle_high, high)):
        if begin < end:
            n_days = n_months * DAYS
            for i in range(event_from[begin * DAYS], event_from[end * DAYS]):
                out_n[event[i, 0]] -= times[event[i, 1]]
            for i in range(event_from[n_days + span_from[begin]], event_from[n_days + span_from[end]]):
                out_n[event[i, 0]] -= times[event[i, 1]]


@njit(cache=True, nogil=True)
def _add_edges(
    first: int, last: int, begin: int, end: int, low: int, high: int, first_month: int, wanted: Flags, sets: Flags, bounds: Counts,
    rows: Group, events: Group, spans: Group, out_n: Counts, out_kg: Amount,
) -> None:  # fmt: skip
    """Make the sums of the months low..high - 1 those of the days first..last: what lies in the period and not in the sums is added, what
    lies in the sums and not in the period taken off."""
    row, row_kg, row_from = rows
    event, event_from = events
    span_first, span_last, span_from = spans
    n_drugs, n_months = len(wanted), len(bounds) - 1
    for month in range(begin, end + 1, max(end - begin, 1)):
        is_in = low <= month < high
        from_day, to_day = max(first - bounds[month], 0), min(last + 1 - bounds[month], DAYS)
        stretches = ((0, from_day), (to_day, DAYS)) if is_in else ((from_day, to_day), (0, 0))
        sign = -1 if is_in else 1
        for a, b in stretches:
            if a < b:
                for d in range(n_drugs):
                    if wanted[d] != 0:
                        at = (month * n_drugs + d) * DAYS
                        _add_rows(row_from[at + a], row_from[at + b], sign, row, row_kg, out_n, out_kg)
                at = month * DAYS
                _add_events(event_from[at + a], event_from[at + b], sign, event, sets, out_n)
    # What is not dated to a day ends with its month, quarter or year, and so with that of the first or the last day if it cuts it.
    at_rows, at_events = n_months * n_drugs * DAYS, n_months * DAYS
    looked_at = np.full(6, -1, np.int64)
    for k in range(6):
        months = (1, 3, 12)[k % 3]
        month = (begin, end)[k // 3]
        month += months - 1 - (first_month + month) % months
        if month >= n_months or (looked_at == month).any():
            continue
        looked_at[k] = month
        for s in range(span_from[month], span_from[month + 1]):
            sign = int(first <= span_first[s] and span_last[s] <= last) - int(low <= month < high)
            if sign != 0:
                for d in range(n_drugs):
                    if wanted[d] != 0:
                        at = at_rows + s * n_drugs + d
                        _add_rows(row_from[at], row_from[at + 1], sign, row, row_kg, out_n, out_kg)
                _add_events(event_from[at_events + s], event_from[at_events + s + 1], sign, event, sets, out_n)


@njit(cache=True, nogil=True)
def _add_rows(begin: int, end: int, sign: int, row: NDArray[np.int32], row_kg: Amount, out_n: Counts, out_kg: Amount) -> None:
    for i in range(begin, end):
        p = row[i] >> 1
        out_n[p] += sign * (row[i] & 1)
        out_kg[p] += sign * row_kg[i]


@njit(cache=True, nogil=True)
def _add_events(begin: int, end: int, sign: int, event: NDArray[np.int32], sets: Flags, out_n: Counts) -> None:
    for i in range(begin, end):
        out_n[event[i, 0]] += sign * sets[event[i, 1]]


@njit(cache=True, nogil=True)
def add_odd(
    odd: Counts, event: NDArray[np.int32], n_events: int, earliest: int, latest: int, bits: np.uint64, n_places: int, out_n: Counts,
    out_kg: Amount, day: NDArray[np.int32], day_to: NDArray[np.int32], drug: Flags, place: NDArray[np.int32], kg: Amount,
) -> None:  # fmt: skip
    """Add the rows that fit no step of the calendar, or whose event lies in several places or days, one by one; each event once."""
    at = np.full(n_events, -1, np.int64)
    for o in range(len(odd)):
        i = odd[o]
        if day[i] < earliest or day_to[i] > latest or day_to[i] < 0 or (bits >> np.uint64(drug[i])) & np.uint64(1) == 0:
            continue
        e = event[o]
        if at[e] < 0:
            p = place[i] if 0 <= place[i] < n_places else n_places
            at[e] = p
            out_n[p] += 1
        out_kg[at[e]] += kg[i]
