"""Prefix cube: events and kilograms of any period, to the day, and any drugs, at every place, by one subtraction.

Sums from the beginning of time to the end of each month stand ready; those of a period are one row less another. What is dated only to
a quarter or a year has sums of its own over quarters and years: it is in a period that holds the whole of it (`layers.selection`). The
days of a month that is only partly chosen are added row by row.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.table import Columns
from layers.cube_rows import ODD, STEPS, first_days, sorted_rows

#: Months in a step of each level for events of several drugs: there are few, and their columns are many.
MIXED_STEPS = (3, 3, 12)
#: Bits of the set of an event's drugs.
MOST_DRUGS = 64


def build(columns: Columns, place: NDArray[np.int32], n_places: int) -> Columns:
    """The sums of all rows, to be saved (`layers.columns.file`) and asked (`PrefixCube`).

    place: number of each row's place, int32; below 0 and from n_places on there is none, which is column n_places.
    By level l (0 months, 1 quarters, 2 years), running sums over its steps, (steps + 1, columns): n<l> int32, events of one drug, and
    kg<l> float64, by drug and place, where anything is; place<l>: place of each column, start<l>: first column of each drug. mixed<l>
    int32, events of several drugs, by mixture and place, over the steps of `MIXED_STEPS`; mixed_place<l>, mixed_start<l>. all_n<l>,
    all_kg<l>: everything by place. mixtures: the distinct sets of drugs, as bits. Row by row: level; role 0 (another row counts its
    event), 1 (counts one of a single drug), 2.. (of a mixture). mixed_rows: rows of level 0 with role 2... odd: rows to be looked at one
    by one; odd_event: number of each one's event. Raises ValueError when the rows know more than 64 drugs.
    """
    from layers.kernels_cube import add_to_all, fill, mark, run_up

    n_drugs, width = len(columns.words["drug"]), n_places + 1
    if n_drugs > MOST_DRUGS:
        raise ValueError(f"{n_drugs} drugs came, at most {MOST_DRUGS} fit the cube.")
    place = np.ascontiguousarray(place, np.int32)
    drug, kg = columns["drug"].astype(np.uint8, copy=False), columns["kg"]
    found = sorted_rows(columns, drug, place)
    arrays: dict[str, NDArray[Any]] = {}
    for level, (months, mixed_months) in enumerate(zip(STEPS, MIXED_STEPS, strict=True)):
        seen, seen_mixed = (np.zeros(size * width, np.uint8) for size in (n_drugs, len(found.mixtures)))
        mark(found.level, level, found.role, drug, place, n_places, seen, seen_mixed)
        for name, flags in ((f"place{level}", seen), (f"mixed_place{level}", seen_mixed)):
            at = np.flatnonzero(flags)
            arrays[name] = (at % width).astype(np.int32)
            arrays[name.replace("place", "start")] = np.searchsorted(at, np.arange(len(flags) // width + 1) * width).astype(np.int64)
        n_steps = int(np.where(found.level == level, found.step, -1).max(initial=-1)) + 1
        to_mixed = ((found.first_month // months + np.arange(n_steps)) * months // mixed_months).astype(np.int32)
        to_mixed -= found.first_month // mixed_months
        n, kilograms = (np.zeros((n_steps + 1, len(arrays[f"place{level}"])), dtype) for dtype in (np.int32, np.float64))
        mixed = np.zeros((int(to_mixed.max(initial=-1)) + 2, len(arrays[f"mixed_place{level}"])), np.int32)
        every_n, every_kg = np.zeros((n_steps + 1, width), np.int32), np.zeros((n_steps + 1, width))
        of_column, of_mixed = (np.cumsum(flags, dtype=np.int32) - np.int32(1) for flags in (seen, seen_mixed))
        fill(
            found.level, level, found.step, to_mixed, found.role, drug, place, kg, n_places, of_column, of_mixed, n, kilograms, mixed,
            every_n,
        )  # fmt: skip
        add_to_all(n, arrays[f"place{level}"], every_n)
        add_to_all(kilograms, arrays[f"place{level}"], every_kg)
        for name, table in (("n", n), ("kg", kilograms), ("mixed", mixed), ("all_n", every_n), ("all_kg", every_kg)):
            run_up(table)
            arrays[f"{name}{level}"] = table
    odd = np.flatnonzero(found.level == ODD)
    arrays |= {"odd": odd, "odd_event": pd.factorize(columns["event"][odd])[0].astype(np.int32), "mixtures": found.mixtures}
    arrays |= {"level": found.level, "role": found.role, "mixed_rows": np.flatnonzero((found.level == 0) & (found.role > 1))}
    return Columns(arrays, {}, {"first_month": found.first_month, "n_places": n_places})


class PrefixCube:
    """Answers from the columns of the events, the places of their rows and the sums that `build` made of both."""

    def __init__(self, columns: Columns, place: NDArray[np.int32], sums: Columns) -> None:
        self.columns, self.sums, self.n_places = columns, sums, int(sums.about["n_places"])
        self._place = np.ascontiguousarray(place, np.int32)
        self._drug = columns["drug"].astype(np.uint8, copy=False)
        self._n_odd_events = int(sums["odd_event"].max(initial=-1)) + 1
        first = int(sums.about["first_month"])
        self._bounds, self._mixed_bounds = (
            [first_days((np.arange(len(sums[f"{name}{level}"])) + first // months) * months) for level, months in enumerate(steps)]
            for name, steps in (("n", STEPS), ("mixed", MIXED_STEPS))
        )
        self._code = {drug: code for code, drug in enumerate(columns.words["drug"])}
        self._widths = np.diff(sums["start0"]), np.diff(sums["mixed_start0"])
        # Looked up by every question, as the kernels take them.
        self._all = [(sums[f"all_n{level}"], sums[f"all_kg{level}"]) for level in range(len(STEPS))]
        self._tables = [tuple(sums[f"{name}{level}"] for name in ("n", "kg", "place", "start")) for level in range(len(STEPS))]
        self._mixed = [tuple(sums[f"mixed{name}{level}"] for name in ("", "_place", "_start")) for level in range(len(STEPS))]
        self._rows = sums["level"], columns["day_to"], sums["role"], self._drug, self._place, columns["kg"]
        self._odd = sums["odd"], sums["odd_event"], self._n_odd_events

    def over(self, first: int, last: int, drugs: Collection[str] = ()) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Events and drug kilograms at each place from one day to another, both included, int64 and float64 (n_places + 1,).

        first, last: days since 1970-01-01. drugs: any of them; none given: all, and events without a drug. An event is in the period
        when all days on which it can have happened are, and counts once. The last number is of events without a place.
        """
        from layers.kernels_cube import add_edge, add_odd

        n, kg = np.zeros(self.n_places + 1, np.int64), np.zeros(self.n_places + 1)
        wanted, mixtures = self._chosen(drugs)
        low, high = _steps(self._bounds[0], first, last)
        if wanted.all():
            self._everything(first, last, n, kg)
        elif self._width(wanted, mixtures) <= self._width(1 - wanted, 1 - mixtures):
            self._some(first, last, wanted, mixtures, n, kg)
        else:
            # Nearly all drugs: everything less the others is the shorter sum.
            others_n, others_kg = np.zeros_like(n), np.zeros_like(kg)
            self._everything(first, last, n, kg)
            self._some(first, last, 1 - wanted, 1 - mixtures, others_n, others_kg)
            n -= others_n
            kg -= others_kg
            # Where no event is left there are no kilograms; what the subtraction leaves there is the noise of its last digits.
            kg[n == 0] = 0.0
            np.maximum(kg, 0.0, out=kg)
        bounds = self._bounds[0]
        for edge in [(first, bounds[low] - 1), (bounds[high], last)] if low < high else [(first, last)]:
            level, day_to, role, drug, place, amounts = self._rows
            add_edge(*self._between(*edge), last, level, day_to, role, mixtures, drug, place, amounts, wanted, self.n_places, n, kg)
        if self._n_odd_events:
            odd, event, n_events = self._odd
            _, day_to, _, drug, place, amounts = self._rows
            day = self.columns["day"]
            add_odd(odd, event, n_events, first, last, day, day_to, drug, place, amounts, wanted, self.n_places, n, kg)
        return n, kg

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

    def _everything(self, first: int, last: int, n: NDArray[np.int64], kg: NDArray[np.float64]) -> None:
        """Add all that stands in whole steps of the calendar."""
        from layers.kernels_cube import subtract_whole

        for (all_n, all_kg), bounds in zip(self._all, self._bounds, strict=True):
            low, high = _steps(bounds, first, last)
            if low < high:
                subtract_whole(all_n, all_kg, low, high, n, kg)

    def _some(
        self,
        first: int,
        last: int,
        drugs: NDArray[np.uint8],
        mixtures: NDArray[np.uint8],
        n: NDArray[np.int64],
        kg: NDArray[np.float64],
    ) -> None:
        """Add what stands in whole steps, of these drugs (kilograms, and events of one drug) and these mixtures (events)."""
        from layers.kernels_cube import add_mixed, subtract_drugs, subtract_mixed

        for level, bounds in enumerate(self._bounds):
            low, high = _steps(bounds, first, last)
            if low >= high:
                continue
            counts, amounts, place, start = self._tables[level]
            subtract_drugs(counts, amounts, place, start, drugs, low, high, n, kg)
            # Of the whole months, the whole quarters stand in the sums of mixtures; the others are looked at event by event.
            begin, end = int(bounds[low]), int(bounds[high]) - 1
            mixed_bounds = self._mixed_bounds[level]
            inner, outer = _steps(mixed_bounds, begin, end)
            rest = [(begin, end)]
            if inner < outer:
                mixed, mixed_place, mixed_start = self._mixed[level]
                subtract_mixed(mixed, mixed_place, mixed_start, mixtures, inner, outer, n)
                rest = [(begin, mixed_bounds[inner] - 1), (mixed_bounds[outer], end)]
            for part in rest if level == 0 else []:
                rows = self.sums["mixed_rows"]
                start, stop = np.searchsorted(rows, np.array(self._between(*part), rows.dtype))
                add_mixed(rows[start:stop], self.sums["role"], self._place, mixtures, self.n_places, n)

    def _between(self, first: int, last: int) -> tuple[int, int]:
        """First row of these days, and the one after the last."""
        return self.columns.first_row(int(first)), self.columns.first_row(int(last) + 1)


def _steps(bounds: NDArray[np.int64], first: int, last: int) -> tuple[int, int]:
    """The steps that lie wholly in a period: from the first returned to before the second; none when they are not in this order."""
    return int(bounds.searchsorted(first)), int(bounds.searchsorted(last + 1, side="right")) - 1
