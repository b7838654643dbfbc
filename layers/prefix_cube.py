"""Prefix cube: events and kilograms of any period, to the day, and any drugs, at every place, by one subtraction.

Sums from the beginning of time to the end of each month stand ready; those of a period are one row less another. A row stands in the month
of its last possible day: what is dated only to a quarter or a year and began before the period is taken off again, since it is in a period
that holds the whole of it (`layers.selection`). The days of a month that is only partly chosen are added row by row.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.numbering import first_days, months_of
from layers.columns.table import Columns
from layers.cube_rows import ODD, VAGUE, sorted_rows

#: Months in a step of the sums of events of several drugs: there are few, and their columns are many.
MIXED_STEP = 3
#: Bits of the set of an event's drugs.
MOST_DRUGS = 64


def build(columns: Columns, place: NDArray[np.int32], n_places: int) -> Columns:
    """The sums of all rows, to be saved (`layers.columns.file`) and asked (`PrefixCube`).

    place: number of each row's place, int32; below 0 and from n_places on there is none, which is column n_places.
    Running sums, (months + 1, columns): n int32, events of one drug, and kg float64, by drug and place, where anything is; place: of
    each column, start: first column of each drug. mixed int32, events of several drugs, by mixture and place, over steps of
    `MIXED_STEP`; mixed_place, mixed_start. all_n, all_kg: everything by place. mixtures: the distinct sets of drugs, as bits.
    Row by row: level (`layers.cube_rows`); role 0 (another row counts its event), 1 (counts one of a single drug), 2.. (of a mixture).
    mixed_rows: rows with role 2.. by month; mixed_from: where each month begins in them. vague: rows of quarters and years. odd: rows to
    be looked at one by one; odd_event: number of each one's event. Raises ValueError when the rows know more than 64 drugs.
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
    n, kilograms = (np.zeros((n_months + 1, len(arrays["place"])), dtype) for dtype in (np.int32, np.float64))
    mixed = np.zeros((int(to_mixed.max(initial=-1)) + 2, len(arrays["mixed_place"])), np.int32)
    every_n, every_kg = np.zeros((n_months + 1, width), np.int32), np.zeros((n_months + 1, width))
    of_column, of_mixed = (np.cumsum(flags, dtype=np.int32) - np.int32(1) for flags in (seen, seen_mixed))
    fill(found.level, found.step, to_mixed, found.role, drug, place, kg, n_places, of_column, of_mixed, n, kilograms, mixed, every_n)
    add_to_all(n, arrays["place"], every_n)
    add_to_all(kilograms, arrays["place"], every_kg)
    for name, table in (("n", n), ("kg", kilograms), ("mixed", mixed), ("all_n", every_n), ("all_kg", every_kg)):
        run_up(table)
        arrays[name] = table
    odd = np.flatnonzero(found.level == ODD)
    arrays |= {"odd": odd, "odd_event": pd.factorize(columns["event"][odd])[0].astype(np.int32), "mixtures": found.mixtures}
    mixed_rows = np.flatnonzero(is_summed & (found.role > 1))
    mixed_rows = mixed_rows[np.argsort(found.step[mixed_rows], kind="stable")]
    arrays |= {"mixed_rows": mixed_rows, "mixed_from": np.searchsorted(found.step[mixed_rows], np.arange(n_months + 1)).astype(np.int64)}
    arrays |= {"level": found.level, "role": found.role, "vague": np.flatnonzero(found.level == VAGUE)}
    return Columns(arrays, {}, {"first_month": found.first_month, "n_places": n_places})


class PrefixCube:
    """Answers from the columns of the events, the places of their rows and the sums that `build` made of both."""

    def __init__(self, columns: Columns, place: NDArray[np.int32], sums: Columns) -> None:
        self.columns, self.sums, self.n_places = columns, sums, int(sums.about["n_places"])
        self._place = np.ascontiguousarray(place, np.int32)
        self._drug = columns["drug"].astype(np.uint8, copy=False)
        self._first_month = int(sums.about["first_month"])
        months = self._first_month + np.arange(len(sums["n"]))
        self._bounds = first_days(months)
        self._vague_days = columns["day"][sums["vague"]]
        self._code = {drug: code for code, drug in enumerate(columns.words["drug"])}
        self._widths = np.diff(sums["start"]), np.diff(sums["mixed_start"])
        # Looked up by every question, as the kernels take them.
        self._all = sums["all_n"], sums["all_kg"]
        self._sums = sums["n"], sums["kg"], sums["place"], sums["start"]
        self._mixed = sums["mixed"], sums["mixed_place"], sums["mixed_start"]
        self._mixed_rows, self._mixed_from = sums["mixed_rows"], sums["mixed_from"]
        self._rows = columns["day_to"], sums["role"], self._drug, self._place, columns["kg"]
        self._odd = sums["odd"], sums["odd_event"], int(sums["odd_event"].max(initial=-1)) + 1

    def over(self, first: int, last: int, drugs: Collection[str] = ()) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Events and drug kilograms at each place from one day to another, both included, int64 and float64 (n_places + 1,).

        first, last: days since 1970-01-01. drugs: any of them; none given: all, and events without a drug. An event is in the period
        when all days on which it can have happened are, and counts once. The last number is of events without a place.
        """
        from layers.kernels_cube import add_edge, add_odd, take_off

        n, kg = np.zeros(self.n_places + 1, np.int64), np.zeros(self.n_places + 1)
        wanted, mixtures = self._chosen(drugs)
        day_to, role, drug, place, amounts = self._rows
        low, high = self._months(first, last)
        bounds, edges = self._bounds, [(first, last, 1)]
        if low < high:
            # A first month that is in the period for the most part is taken whole, less the days before.
            is_mostly_in = low > 0 and first - bounds[low - 1] < bounds[low] - first
            low -= is_mostly_in
            edges = [(int(bounds[low]), first - 1, -1) if is_mostly_in else (first, int(bounds[low]) - 1, 1), (int(bounds[high]), last, 1)]
            self._whole(low, high, wanted, mixtures, n, kg)
            end = int(bounds[high]) - 1
            for rows in self._astride(first):
                take_off(
                    rows, first, end, self.columns["day"], day_to, role, mixtures, drug, place, amounts, wanted, self.n_places, n, kg
                )  # fmt: skip
        for start, stop, sign in edges:
            begin, after = self._between(start, stop)
            latest = last if sign > 0 else int(bounds[-1])
            if begin < after:
                add_edge(
                    begin, after, latest, self.sums["level"], day_to, role, mixtures, drug, place, amounts, wanted, self.n_places, sign,
                    n, kg,
                )  # fmt: skip
        if low < high:
            # Where no event is left there are no kilograms; what subtraction leaves there is the noise of the last digits.
            kg[n == 0] = 0.0
            np.maximum(kg, 0.0, out=kg)
        odd, event, n_events = self._odd
        if n_events:
            day = self.columns["day"]
            add_odd(odd, event, n_events, first, last, day, day_to, drug, place, amounts, wanted, self.n_places, n, kg)
        return n, kg

    def _months(self, first: int, last: int) -> tuple[int, int]:
        """The months that lie wholly in a period: from the first returned to before the second; none when they are not in this order."""
        return int(self._bounds.searchsorted(first)), int(self._bounds.searchsorted(last + 1, side="right")) - 1

    def _astride(self, first: int) -> list[NDArray[np.int64]]:
        """Rows of the quarter and the year that a day lies inside of, and does not begin."""
        month = months_of(np.array([first]))[0] // np.array([12, 3]) * np.array([12, 3])
        starts = {int(day) for day in first_days(month) if day < first}
        found = (self._vague_days.searchsorted(np.array([day, day + 1], self._vague_days.dtype)) for day in starts)
        return [self.sums["vague"][low:high] for low, high in found if low < high]

    def _whole(
        self, low: int, high: int, wanted: NDArray[np.uint8], mixtures: NDArray[np.uint8], n: NDArray[np.int64], kg: NDArray[np.float64]
    ) -> None:
        """Add what stands in whole months. Where nearly all drugs are wanted, everything less the others is the shorter sum."""
        from layers.kernels_cube import subtract_whole

        if self._width(wanted, mixtures) <= self._width(1 - wanted, 1 - mixtures):
            return self._some(low, high, wanted, mixtures, n, kg)
        subtract_whole(*self._all, low, high, n, kg)
        if not wanted.all():
            others_n, others_kg = np.zeros_like(n), np.zeros_like(kg)
            self._some(low, high, 1 - wanted, 1 - mixtures, others_n, others_kg)
            n -= others_n
            kg -= others_kg

    def _chosen(self, drugs: Collection[str]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """1 for each wanted drug, and for each mixture that holds one."""
        if not drugs:
            return np.ones(len(self._code), np.uint8), np.ones(len(self.sums["mixtures"]), np.uint8)
        wanted, bits = np.zeros(len(self._code), np.uint8), 0
        for drug in drugs:
            if drug in self._code:
                wanted[self._code[drug]] = 1
                bits |= 1 << self._code[drug]
        return wanted, ((self.sums["mixtures"] & np.uint64(bits)) != 0).astype(np.uint8)

    def _width(self, drugs: NDArray[np.uint8], mixtures: NDArray[np.uint8]) -> int:
        """Columns that would be added up."""
        return int(self._widths[0] @ drugs + self._widths[1] @ mixtures)

    def _some(
        self, low: int, high: int, drugs: NDArray[np.uint8], mixtures: NDArray[np.uint8], n: NDArray[np.int64], kg: NDArray[np.float64]
    ) -> None:
        """Add what stands in whole months, of these drugs (kilograms, and events of one drug) and these mixtures (events)."""
        from layers.kernels_cube import add_mixed, subtract_drugs, subtract_mixed

        subtract_drugs(*self._sums, drugs, low, high, n, kg)
        if not mixtures.any():
            return
        # Of the whole months, the whole quarters stand in the sums of mixtures; the others are looked at event by event.
        offset = self._first_month % MIXED_STEP
        inner, outer = -(-(low + offset) // MIXED_STEP), (high + offset) // MIXED_STEP
        parts = [(low, high)]
        if inner < outer:
            subtract_mixed(*self._mixed, mixtures, inner, outer, n)
            parts = [(low, inner * MIXED_STEP - offset), (outer * MIXED_STEP - offset, high)]
        for begin, end in parts:
            if begin < end:
                rows = self._mixed_rows[self._mixed_from[begin] : self._mixed_from[end]]
                add_mixed(rows, self.sums["role"], self._place, mixtures, self.n_places, n)

    def _between(self, first: int, last: int) -> tuple[int, int]:
        """First row of these days, and the one after the last."""
        return self.columns.first_row(int(first)), self.columns.first_row(int(last) + 1)
