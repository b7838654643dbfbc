"""Prefix cube: events and kilograms of any period, to the day, and any drugs, at every place, by one subtraction.

Sums from the beginning of time to the end of each month stand ready; those of a period are one row less another. A row stands in the month
of its last possible day: what is dated only to a quarter or a year and began before the period is taken off again, since it is in a period
that holds the whole of it (`layers.selection`). The days of a month that is only partly chosen are added row by row, or, where most of it
is chosen, the others taken off.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.numbering import first_days
from layers.columns.table import Columns
from layers.cube_rows import ODD, VAGUE, sorted_rows

#: Months in a step of the sums of events of several drugs: there are few, and their columns are many.
MIXED_STEP = 3
#: Bits of the set of an event's drugs.
MOST_DRUGS = 64
#: Rows of single days from which on another thread looks at them.
MANY_ROWS = 20_000
_ANY_DAY = 2**31 - 1
_NO_ROWS = np.empty(0, np.int64)


class Chosen(NamedTuple):
    """What a question wants. drugs, sets: 1 for each drug, and for each mixture that holds one, uint8. others: are those that it does
    not want the shorter sum? of_drugs: those to be summed, uint8; times: how many times each mixture is taken off for it, int8."""

    drugs: NDArray[np.uint8]
    sets: NDArray[np.uint8]
    others: bool
    of_drugs: NDArray[np.uint8]
    times: NDArray[np.int8]


class Period(NamedTuple):
    """Days first..last; the months low..high - 1 (numbers in the sums) are taken whole. add: rows of days to be added, begin and end of
    each stretch; less_early, less_late: stretches to be taken off again, where rows end not after ``last``, and whenever they end.
    astride: rows to be taken off that began before ``first``; over: the same that end after ``last``."""

    first: int
    last: int
    low: int
    high: int
    add: list[tuple[int, int]]
    less_early: list[tuple[int, int]]
    less_late: list[tuple[int, int]]
    astride: list[NDArray[np.int64]]
    over: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        """Rows that are looked at one by one."""
        stretches = [*self.add, *self.less_early, *self.less_late]
        return sum(end - begin for begin, end in stretches) + sum(map(len, self.astride)) + len(self.over)


def build(columns: Columns, place: NDArray[np.int32], n_places: int) -> Columns:
    """The sums of all rows, to be saved (`layers.columns.file`) and asked (`PrefixCube`).

    place: number of each row's place, int32; below 0 and from n_places on there is none, which is column n_places.
    Running sums, (months + 1, columns), by drug and place, where anything is: n int32, events with the drug; alone int32, those with no
    other one; kg float64. place: of each column, start: first column of each drug. mixed int32, events of several drugs, by mixture and
    place, over steps of `MIXED_STEP`; mixed_place, mixed_start. all_n, all_kg: everything by place. mixtures: the distinct sets of drugs,
    as bits. Row by row: level (`layers.cube_rows`); role 0 (another row counts its event), 1 (counts one of a single drug), 2.. (of a
    mixture). Lists of rows: mixed_rows, with role 2.., and long, not odd and of more than a day, both by the month of their last day;
    mixed_from, long_from: where each month begins in them; vague: of quarters and years; odd: to be looked at one by one, odd_event:
    number of each one's event. Raises ValueError when the rows know more than 64 drugs.
    """
    from layers.kernels_cube import add_to_all, fill, mark, run_up

    n_drugs, width = len(columns.words["drug"]), n_places + 1
    if n_drugs > MOST_DRUGS:
        raise ValueError(f"{n_drugs} drugs came, at most {MOST_DRUGS} fit the cube.")
    place = np.ascontiguousarray(place, np.int32)
    drug, kg = columns["drug"].astype(np.uint8, copy=False), columns["kg"]
    found = sorted_rows(columns, drug, place)
    is_summed = found.level <= VAGUE
    seen, seen_mixed = (np.zeros(size * width, np.uint8) for size in (n_drugs, len(found.mixtures)))
    mark(found.level, found.role, drug, place, n_places, seen, seen_mixed)
    arrays: dict[str, NDArray[Any]] = {}
    for prefix, flags in (("", seen), ("mixed_", seen_mixed)):
        at = np.flatnonzero(flags)
        arrays[f"{prefix}place"] = (at % width).astype(np.int32)
        arrays[f"{prefix}start"] = np.searchsorted(at, np.arange(len(flags) // width + 1) * width).astype(np.int64)
    n_months = int(found.step.max(initial=-1, where=is_summed)) + 1
    to_mixed = ((found.first_month + np.arange(n_months)) // MIXED_STEP - found.first_month // MIXED_STEP).astype(np.int32)
    n, alone, kilograms = (np.zeros((n_months + 1, len(arrays["place"])), dtype) for dtype in (np.int32, np.int32, np.float64))
    mixed = np.zeros((int(to_mixed.max(initial=-1)) + 2, len(arrays["mixed_place"])), np.int32)
    every_n, every_kg = np.zeros((n_months + 1, width), np.int32), np.zeros((n_months + 1, width))
    of_column, of_mixed = (np.cumsum(flags, dtype=np.int32) - np.int32(1) for flags in (seen, seen_mixed))
    fill(
        found.level, found.step, to_mixed, found.role, found.names, drug, place, kg, n_places, of_column, of_mixed, n, alone, kilograms,
        mixed, every_n,
    )  # fmt: skip
    add_to_all(alone, arrays["place"], every_n)
    add_to_all(kilograms, arrays["place"], every_kg)
    for name, table in (("n", n), ("alone", alone), ("kg", kilograms), ("mixed", mixed), ("all_n", every_n), ("all_kg", every_kg)):
        run_up(table)
        arrays[name] = table
    odd = np.flatnonzero(found.level == ODD)
    arrays |= {"odd": odd, "odd_event": pd.factorize(columns["event"][odd])[0].astype(np.int32), "mixtures": found.mixtures}
    is_long = is_summed & (columns["day_to"] > columns["day"])
    for name, which in (("mixed", is_summed & (found.role > 1)), ("long", is_long)):
        rows = np.flatnonzero(which)
        rows = rows[np.argsort(found.step[rows], kind="stable")]
        start = np.searchsorted(found.step[rows], np.arange(n_months + 1)).astype(np.int64)
        arrays |= {"mixed_rows" if name == "mixed" else "long": rows, f"{name}_from": start}
    arrays |= {"level": found.level, "role": found.role, "vague": np.flatnonzero(found.level == VAGUE)}
    return Columns(arrays, {}, {"first_month": found.first_month, "n_places": n_places})


class PrefixCube:
    """Answers from the columns of the events, the places of their rows and the sums that `build` made of both."""

    def __init__(self, columns: Columns, place: NDArray[np.int32], sums: Columns) -> None:
        self.columns, self.sums, self.n_places = columns, sums, int(sums.about["n_places"])
        self._first_month = int(sums.about["first_month"])
        months = self._first_month + np.arange(len(sums["n"]))
        bounds = first_days(months)
        self._bounds: list[int] = bounds.tolist()
        self._day, self._day_to = columns["day"], columns["day_to"]
        self._n_dated = int(columns.about["n_dated"])
        self._starts: list[int] = np.searchsorted(self._day[: self._n_dated], bounds.astype(self._day.dtype)).tolist()
        self._vague, self._sets = sums["vague"], sums["mixtures"]
        begins = self._day[self._vague].searchsorted(np.column_stack([bounds, bounds + 1]).astype(self._day.dtype))
        self._vague_from: list[list[int]] = begins.tolist()
        self._code = {drug: code for code, drug in enumerate(columns.words["drug"])}
        self._widths = np.diff(sums["start"]), np.diff(sums["mixed_start"])
        # Looked up by every question, as the kernels take them.
        self._place = np.ascontiguousarray(place, np.int32)
        self._all = sums["all_n"], sums["all_kg"]
        self._several, self._alone = ((sums[name], sums["kg"], sums["place"], sums["start"]) for name in ("n", "alone"))
        self._mixed = sums["mixed"], sums["mixed_place"], sums["mixed_start"]
        self._mixed_rows, self._mixed_from = sums["mixed_rows"], sums["mixed_from"]
        self._long, self._long_from = sums["long"], sums["long_from"].tolist()
        self._level, self._role = sums["level"], sums["role"]
        self._what = columns["drug"].astype(np.uint8, copy=False), self._place, columns["kg"]
        self._odd = sums["odd"], sums["odd_event"], int(sums["odd_event"].max(initial=-1)) + 1
        self._other = ThreadPoolExecutor(1, "prefix-cube")

    def over(self, first: int, last: int, drugs: Collection[str] = ()) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Events and drug kilograms at each place from one day to another, both included, int64 and float64 (n_places + 1,).

        first, last: days since 1970-01-01. drugs: any of them; none given: all, and events without a drug. An event is in the period
        when all days on which it can have happened are, and counts once. The last number is of events without a place.
        """
        from layers.kernels_cube import add_odd, gather

        chosen, period = self._chosen(drugs), self._period(first, last)
        if period.low < period.high and period.n_rows >= MANY_ROWS:
            later = self._other.submit(self._days, period, chosen)
            n, kg = self._whole(period, chosen)
            days_n, days_kg = later.result()
        else:
            n, kg = self._whole(period, chosen)
            days_n, days_kg = self._days(period, chosen)
        gather(days_n, days_kg, n, kg)
        odd, event, n_events = self._odd
        if n_events:
            drug, place, amounts = self._what
            add_odd(odd, event, n_events, first, last, self._day, self._day_to, drug, place, amounts, chosen.drugs, self.n_places, n, kg)
        return n, kg

    def _period(self, first: int, last: int) -> Period:
        """Which months are taken whole, and which days on their own: at either end whatever is fewer rows."""
        bounds, starts, long_from, n_months = self._bounds, self._starts, self._long_from, len(self._bounds) - 1
        low, high = bisect_left(bounds, first), bisect_right(bounds, last + 1) - 1
        begin, end = self._row(first), self._row(last + 1)
        before = begin - starts[low - 1] if 0 < low <= n_months else None
        after = starts[high + 1] - end + long_from[high + 1] - long_from[high] if 0 <= high < n_months else None
        if low == high + 1:
            # Within one month: all of it less both ends, or no whole month.
            with_first = with_last = before is not None and after is not None and before + after < end - begin
        else:
            with_first = before is not None and low <= high and before < starts[low] - begin
            with_last = after is not None and low <= high and after < end - starts[high]
        low, high = low - with_first, high + with_last
        if low >= high:
            return Period(first, last, 0, 0, [(begin, end)], [], [], [], _NO_ROWS)
        add = [] if with_first else [(begin, starts[low])]
        add += [] if with_last else [(starts[high], end)]
        early = [(starts[low], begin)] if with_first else []
        late = [(end, starts[high])] if with_last else []
        over = self._long[long_from[high - 1] : long_from[high]] if with_last else _NO_ROWS
        return Period(first, last, low, high, add, early, late, self._astride(first), over)

    def _nothing(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        return np.zeros(self.n_places + 1, np.int64), np.zeros(self.n_places + 1)

    def _days(self, period: Period, chosen: Chosen) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """What is looked at row by row, added and taken off.

        Of the rows in the sums, none is taken off twice: those that end after the last day are `over` or `less_late`, all others that
        begin before the first `astride` or `less_early`.
        """
        from layers.kernels_cube import add_days, take_off

        (n, kg), first, last = self._nothing(), period.first, period.last
        what = *self._what, chosen.drugs, self.n_places
        for stretches, sign, latest in ((period.add, 1, last), (period.less_early, -1, last), (period.less_late, -1, _ANY_DAY)):
            for begin, end in stretches:
                if begin < end:
                    add_days(begin, end, latest, self._level, self._day_to, self._role, chosen.sets, *what, sign, n, kg)
        # What is dated to a quarter or a year ends with one of the months that stand in the sums.
        begin, end = self._bounds[period.low], min(last, self._bounds[period.high] - 1)
        for rows in period.astride:
            take_off(rows, -_ANY_DAY, first - 1, begin, end, self._day, self._day_to, self._role, chosen.sets, *what, n, kg)
        if len(period.over):
            take_off(period.over, -_ANY_DAY, last, last + 1, _ANY_DAY, self._day, self._day_to, self._role, chosen.sets, *what, n, kg)
        return n, kg

    def _astride(self, first: int) -> list[NDArray[np.int64]]:
        """Rows of the quarter and the year that a day lies inside of, and does not begin."""
        month = bisect_right(self._bounds, first) - 1
        # In the first months of a year both are one.
        starts = {month - (self._first_month + month) % months for months in (3, 12)}
        found = [self._vague_from[start] for start in sorted(starts) if start >= 0 and self._bounds[start] < first]
        return [self._vague[low:high] for low, high in found if low < high]

    def _chosen(self, drugs: Collection[str]) -> Chosen:
        """What is wanted, and the shorter way to it.

        Events with any of some drugs: those with each, less events of several of them once for each further one. Or, where nearly all are
        wanted: everything, less events of the others and of nothing else.
        """
        from layers.kernels_cube import choose

        bits = 0
        for drug in drugs or self._code:
            if drug in self._code:
                bits |= 1 << self._code[drug]
        wanted, of_drugs = np.empty((2, len(self._code)), np.uint8)
        sets, times = np.empty(len(self._sets), np.uint8), np.empty(len(self._sets), np.int8)
        others = choose(np.uint64(bits), self._sets, *self._widths, wanted, sets, of_drugs, times)
        return Chosen(wanted, sets, others, of_drugs, times)

    def _whole(self, period: Period, chosen: Chosen) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """What stands in whole months."""
        from layers.kernels_cube import subtract_drugs, subtract_mixed, subtract_whole, take_off_mixed

        (n, kg), low, high = self._nothing(), period.low, period.high
        if low >= high:
            return n, kg
        if chosen.others:
            subtract_whole(*self._all, low, high, n, kg)
        subtract_drugs(*(self._alone if chosen.others else self._several), chosen.of_drugs, low, high, -1 if chosen.others else 1, n, kg)
        if not chosen.times.any():
            return n, kg
        # Of the whole months, the whole quarters stand in the sums of mixtures; the others are looked at event by event.
        offset = self._first_month % MIXED_STEP
        inner, outer = -(-(low + offset) // MIXED_STEP), (high + offset) // MIXED_STEP
        parts = [(low, high)]
        if inner < outer:
            subtract_mixed(*self._mixed, chosen.times, inner, outer, n)
            parts = [(low, inner * MIXED_STEP - offset), (outer * MIXED_STEP - offset, high)]
        for begin, end in parts:
            if begin < end:
                rows = self._mixed_rows[self._mixed_from[begin] : self._mixed_from[end]]
                take_off_mixed(rows, self._role, self._place, chosen.times, self.n_places, n)
        return n, kg

    def _row(self, day: int) -> int:
        """First row from a day on."""
        month = bisect_right(self._bounds, day) - 1
        begin = self._starts[month] if month >= 0 else 0
        end = self._starts[month + 1] if 0 <= month < len(self._starts) - 1 else (self._n_dated if month >= 0 else self._starts[0])
        return begin + int(self._day[begin:end].searchsorted(self._day.dtype.type(min(max(day, -_ANY_DAY), _ANY_DAY))))
