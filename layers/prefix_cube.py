"""Prefix cube: events and kilograms of any period, to the day, and any drugs, at every place, by one subtraction.

Sums from the beginning of time to the end of each month stand ready; those of a period are one row less another. A row stands in the month
of its last possible day: what is dated only to a quarter or a year and began before the period is taken off again, since it is in a period
that holds the whole of it (`layers.selection`). The days of a month that is only partly chosen are added row by row, or, where most of it
is chosen, the others taken off.
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.numbering import first_days
from layers.columns.table import Columns
from layers.cube_rows import ODD, VAGUE, in_order, sorted_rows

#: Months in a step of the sums of events of several drugs: there are few, and their columns are many.
MIXED_STEP = 3
#: Bits of the set of an event's drugs.
MOST_DRUGS = 64
#: Largest sum of counts that is held in two bytes, else all counts are in four.
MOST_SMALL = 65_535
#: Share of the places at which a drug came, from which on it has a column for each: those are read several at a time.
NEARLY_ALL = 0.9


def build(columns: Columns, place: NDArray[np.int32], n_places: int, most_small: int = MOST_SMALL) -> Columns:
    """The sums of all rows, to be saved (`layers.columns.file`) and asked (`PrefixCube`).

    place: number of each row's place, int32; below 0 and from n_places on there is none, which is column n_places.
    Running sums, (months + 1, columns), by drug and place, where anything is: n, events with the drug; alone, those with no other one;
    kg float64. place: of each column, start: first column of each drug. mixed, events of several drugs, by mixture and place, over steps
    of `MIXED_STEP`; mixed_place, mixed_start. Counts are uint16 where no drug has more than ``most_small`` rows at a place, else uint32.
    all_n int32, all_kg: everything by place. mixtures: the distinct sets of drugs, as bits.
    The rows themselves, once more, in the order of single days: first those of one day by (month, drug, day), then those of a span of
    days by (span, drug). row int32: twice the place, and one more where it counts an event of one drug; row_kg float64; row_from int32:
    first row of each month, drug and day (`layers.cube_rows.DAYS` a month), then of each span and drug. event int32 (k, 2): place and
    mixture of each event of one; event_from: the same for them, without the drug. span_first, span_last: days of each span, in the order
    of the last; span_from: first span that ends in each month. odd: rows to be looked at one by one, odd_event: number of each one's
    event. Raises ValueError when the rows know more than 64 drugs.
    """
    from layers.kernels_cube_build import add_to_all, fill, mark, run_up

    n_drugs, width = len(columns.words["drug"]), n_places + 1
    if n_drugs > MOST_DRUGS:
        raise ValueError(f"{n_drugs} drugs came, at most {MOST_DRUGS} fit the cube.")
    place = np.ascontiguousarray(place, np.int32)
    drug, kg = columns["drug"].astype(np.uint8, copy=False), columns["kg"]
    found = sorted_rows(columns, drug, place)
    rows, rows_mixed = (np.zeros(size * width, np.int32) for size in (n_drugs, len(found.mixtures)))
    mark(found.level, found.role, drug, place, n_places, rows, rows_mixed)
    counts = np.uint16 if rows.max(initial=0) <= most_small else np.uint32
    seen, seen_mixed = rows > 0, rows_mixed > 0
    by_drug = seen.reshape(n_drugs, width)
    by_drug[by_drug.mean(axis=1) >= NEARLY_ALL] = True
    arrays: dict[str, NDArray[Any]] = {}
    for prefix, flags in (("", seen), ("mixed_", seen_mixed)):
        at = np.flatnonzero(flags)
        arrays[f"{prefix}place"] = (at % width).astype(np.int32)
        arrays[f"{prefix}start"] = np.searchsorted(at, np.arange(len(flags) // width + 1) * width).astype(np.int64)
    n_months = int(found.step.max(initial=-1, where=found.level <= VAGUE)) + 1
    to_mixed = ((found.first_month + np.arange(n_months)) // MIXED_STEP - found.first_month // MIXED_STEP).astype(np.int32)
    n, alone, kilograms = (np.zeros((n_months + 1, len(arrays["place"])), dtype) for dtype in (counts, counts, np.float64))
    mixed = np.zeros((int(to_mixed.max(initial=-1)) + 2, len(arrays["mixed_place"])), counts)
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
    arrays |= in_order(columns, found, drug, place, n_places, n_months)
    return Columns(arrays, {}, {"first_month": found.first_month, "n_places": n_places})


class PrefixCube:
    """Answers from the columns of the events, the places of their rows and the sums that `build` made of both."""

    def __init__(self, columns: Columns, place: NDArray[np.int32], sums: Columns) -> None:
        self.columns, self.sums, self.n_places = columns, sums, int(sums.about["n_places"])
        self._code = {drug: code for code, drug in enumerate(columns.words["drug"])}
        first_month = int(sums.about["first_month"])
        groups = (
            ("n", "alone", "kg", "place", "start"), ("all_n", "all_kg"), ("mixtures", "mixed", "mixed_place", "mixed_start"),
            ("row", "row_kg", "row_from"), ("event", "event_from"), ("span_first", "span_last", "span_from"),
        )  # fmt: skip
        # Looked up once, as the kernels take them.
        self._held: tuple[Any, ...] = (
            first_month, MIXED_STEP, first_days(first_month + np.arange(len(sums["n"]))),
            *(tuple(sums[name] for name in names) for names in groups),
        )  # fmt: skip
        self._odd = sums["odd"], sums["odd_event"], int(sums["odd_event"].max(initial=-1)) + 1
        drug, place = columns["drug"].astype(np.uint8, copy=False), np.ascontiguousarray(place, np.int32)
        self._rows: tuple[Any, ...] = columns["day"], columns["day_to"], drug, place, columns["kg"]

    def over(self, first: int, last: int, drugs: Collection[str] = ()) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Events and drug kilograms at each place from one day to another, both included, int64 and float64 (n_places + 1,).

        first, last: days since 1970-01-01. drugs: any of them; none given: all, and events without a drug. An event is in the period
        when all days on which it can have happened are, and counts once. The last number is of events without a place.
        """
        from layers.kernels_cube import add_odd, answer

        bits = 0
        for drug in drugs or self._code:
            if drug in self._code:
                bits |= 1 << self._code[drug]
        n, kg = np.zeros(self.n_places + 1, np.int64), np.zeros(self.n_places + 1)
        answer(first, last, np.uint64(bits), n, kg, *self._held)
        odd, event, n_events = self._odd
        if n_events:
            add_odd(odd, event, n_events, first, last, np.uint64(bits), self.n_places, n, kg, *self._rows)
        return n, kg
