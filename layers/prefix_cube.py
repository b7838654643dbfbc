"""Prefix cube: events and kilograms of any period, to the day, and any drugs, at every place, by one subtraction.

Sums from the beginning of time to the end of each month stand ready; those of a period are one row less another. What is dated only to
a quarter or a year has sums of its own over quarters and years: it is in a period that holds the whole of it (`layers.selection`). The
days of a month that is only partly chosen are added row by row.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.numbering import months_of
from layers.columns.table import Columns

#: Months in a step of each level: what is known to the month, the quarter, the year.
STEPS = (1, 3, 12)
#: Level of a row that fits no step, or whose event has rows on other days or places: it is looked at by itself.
ODD = 254
#: Level of a row that is in no period: undated.
NEVER = 255
#: Bits of the set of an event's drugs.
MOST_DRUGS = 64
#: Sets of drugs of events with several rows that get columns of their own.
MOST_SETS = 2_000


class _Sorted(NamedTuple):
    """Row by row: level, step (number from the first month's on), group (1.., 0: another row counts its event). sets: bits of the drugs."""

    level: NDArray[np.uint8]
    step: NDArray[np.int32]
    group: NDArray[np.uint16]
    sets: NDArray[np.uint64]
    first_month: int


def build(columns: Columns, place: NDArray[np.int32], n_places: int) -> Columns:
    """The sums of all rows, to be saved (`layers.columns.file`) and asked (`PrefixCube`).

    place: number of each row's place, int32; below 0 and from n_places on there is none, which is column n_places.
    By level l (0 months, 1 quarters, 2 years): all_n<l> int32 and all_kg<l> float64 (steps + 1, n_places + 1), running sums; n<l> and
    kg<l> (steps + 1, columns) the same by group and by drug, where anything is; n_place<l>, kg_place<l>: place of each column;
    n_start<l>, kg_start<l>: first column of each group or drug. A group is a distinct set of drugs in one event, so that an event with
    two of the wanted drugs is counted once; sets: its drugs as bits. Row by row: level, group (0: another row counts its event), place.
    odd: rows to be looked at one by one; odd_event: number of each one's event. Raises ValueError when the rows know more than 64 drugs.
    """
    from layers.kernels_cube import add_to_all, fill, mark, run_up

    n_drugs, width = len(columns.words["drug"]), n_places + 1
    if n_drugs > MOST_DRUGS:
        raise ValueError(f"{n_drugs} drugs came, at most {MOST_DRUGS} fit the cube.")
    place = np.ascontiguousarray(place, np.int32)
    drug, kg = columns["drug"].astype(np.uint8, copy=False), columns["kg"]
    found = _sorted(columns, drug, place)
    arrays: dict[str, NDArray[Any]] = {}
    for level in range(len(STEPS)):
        seen = [np.zeros(size * width, np.uint8) for size in (len(found.sets), n_drugs)]
        mark(found.level, level, found.group, drug, place, n_places, *seen)
        n_steps = int(np.where(found.level == level, found.step, -1).max(initial=-1)) + 1
        for name, flags in zip(("n", "kg"), seen, strict=True):
            at = np.flatnonzero(flags)
            arrays[f"{name}_place{level}"] = (at % width).astype(np.int32)
            arrays[f"{name}_start{level}"] = np.searchsorted(at, np.arange(len(flags) // width + 1) * width).astype(np.int64)
        n = np.zeros((n_steps + 1, len(arrays[f"n_place{level}"])), np.int32)
        kilograms = np.zeros((n_steps + 1, len(arrays[f"kg_place{level}"])))
        of_n, of_kg = (np.cumsum(flags, dtype=np.int32) - np.int32(1) for flags in seen)
        fill(found.level, level, found.step, found.group, drug, place, kg, n_places, of_n, of_kg, n, kilograms)
        run_up(n, kilograms)
        every_n, every_kg = np.zeros((n_steps + 1, width), np.int32), np.zeros((n_steps + 1, width))
        add_to_all(n, arrays[f"n_place{level}"], every_n)
        add_to_all(kilograms, arrays[f"kg_place{level}"], every_kg)
        arrays |= {f"n{level}": n, f"kg{level}": kilograms, f"all_n{level}": every_n, f"all_kg{level}": every_kg}
    odd = np.flatnonzero(found.level == ODD)
    arrays |= {"odd": odd, "odd_event": pd.factorize(columns["event"][odd])[0].astype(np.int32), "sets": found.sets}
    arrays |= {"level": found.level, "group": found.group, "place": place}
    return Columns(arrays, {}, {"first_month": found.first_month, "n_places": n_places})


class PrefixCube:
    """Answers from the columns of the events and the sums that `build` made of them."""

    def __init__(self, columns: Columns, sums: Columns) -> None:
        self.columns, self.sums, self.n_places = columns, sums, int(sums.about["n_places"])
        self._drug = columns["drug"].astype(np.uint8, copy=False)
        self._n_odd_events = int(sums["odd_event"].max(initial=-1)) + 1
        first = int(sums.about["first_month"])
        self._bounds = [_first_days((np.arange(len(sums[f"n{level}"])) + first // months) * months) for level, months in enumerate(STEPS)]

    def over(self, first: int, last: int, drugs: Collection[str] = ()) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Events and drug kilograms at each place from one day to another, both included, int64 and float64 (n_places + 1,).

        first, last: days since 1970-01-01. drugs: any of them; none given: all, and events without a drug. An event is in the period
        when all days on which it can have happened are, and counts once. The last number is of events without a place.
        """
        from layers.kernels_cube import add_edge, add_odd

        sums, columns = self.sums, self.columns
        out_n, out_kg = np.zeros(self.n_places + 1, np.int64), np.zeros(self.n_places + 1)
        codes = columns.codes("drug", drugs)
        wanted = np.full(len(columns.words["drug"]), not drugs, np.uint8)
        wanted[codes] = 1
        bits = np.bitwise_or.reduce(np.uint64(1) << codes.astype(np.uint64), initial=np.uint64(0))
        groups = ((sums["sets"] & bits) != 0).astype(np.uint8) if drugs else np.ones(len(sums["sets"]), np.uint8)
        edges = [(first, last)]
        for level, bound in enumerate(self._bounds):
            low, high = int(np.searchsorted(bound, first)), int(np.searchsorted(bound, last + 1, side="right")) - 1
            if low >= high:
                continue
            if level == 0:
                edges = [(first, int(bound[low]) - 1), (int(bound[high]), last)]
            self._subtract(level, low, high, groups if drugs else None, wanted, out_n, out_kg)
        day, day_to = columns["day"], columns["day_to"]
        dated = day[: columns.about["n_dated"]]
        for begin, end in edges:
            start, stop = int(np.searchsorted(dated, begin)), int(np.searchsorted(dated, end, side="right"))
            add_edge(
                start, stop, last, sums["level"], day_to, sums["group"], self._drug, sums["place"], columns["kg"], groups, wanted,
                self.n_places, out_n, out_kg,
            )  # fmt: skip
        add_odd(
            sums["odd"], sums["odd_event"], self._n_odd_events, first, last, day, day_to, self._drug, sums["place"], columns["kg"],
            wanted, self.n_places, out_n, out_kg,
        )  # fmt: skip
        return out_n, out_kg

    def _subtract(
        self,
        level: int,
        low: int,
        high: int,
        groups: NDArray[np.uint8] | None,
        drugs: NDArray[np.uint8],
        out_n: NDArray[np.int64],
        out_kg: NDArray[np.float64],
    ) -> None:
        """Add the sums of steps low..high-1 of one level."""
        from layers.kernels_cube import subtract_chosen, subtract_whole

        sums = self.sums
        if groups is None:
            subtract_whole(sums[f"all_n{level}"], low, high, out_n)
            subtract_whole(sums[f"all_kg{level}"], low, high, out_kg)
            return
        for name, chosen, out in (("n", groups, out_n), ("kg", drugs, out_kg)):
            subtract_chosen(sums[f"{name}{level}"], sums[f"{name}_place{level}"], sums[f"{name}_start{level}"], chosen, low, high, out)


def _sorted(columns: Columns, drug: NDArray[np.uint8], place: NDArray[np.int32]) -> _Sorted:
    """Where each row belongs in time, and which row counts its event under which set of drugs."""
    from layers.kernels_cube import gather_events

    day, day_to, several = columns["day"], columns["day_to"], columns["several"]
    begin, end = months_of(day), months_of(day_to)
    dated = (day >= 0) & (day_to >= 0)
    first_month = int(np.where(dated, begin, np.iinfo(np.int16).max).min(initial=np.iinfo(np.int16).max)) if dated.any() else 0
    level = np.where(dated, np.uint8(0), NEVER)
    vague = np.flatnonzero(dated & (begin != end))
    level[vague] = _vague_levels(day[vague], day_to[vague], begin[vague].astype(np.int64), end[vague].astype(np.int64))
    n_several = int(columns.about["n_several"])
    first, bits, alike = np.full(n_several, -1, np.int64), np.zeros(n_several, np.uint64), np.zeros(n_several, np.uint8)
    gather_events(several, drug, place, day, day_to, first, bits, alike)
    sets, number, counts = np.unique(bits[alike == 1], return_inverse=True, return_counts=True)
    # A store with thousands of different mixtures would fill the memory with their columns: the rare ones are looked at one by one.
    common = np.argsort(-counts, kind="stable")[:MOST_SETS]
    is_common = np.zeros(len(sets), bool)
    is_common[common] = True
    alike[np.flatnonzero(alike)[~is_common[number]]] = 0
    single = np.uint64(1) << np.arange(len(columns.words["drug"]), dtype=np.uint64)
    every = np.union1d(single, sets[is_common])
    group = (np.searchsorted(every, single) + 1).astype(np.uint16)[drug]
    of_several = np.flatnonzero(several >= 0)
    group[of_several] = 0
    group[first[alike == 1]] = np.searchsorted(every, bits[alike == 1]) + 1
    unlike = of_several[alike[several[of_several]] == 0]
    level[unlike] = np.where(level[unlike] == NEVER, NEVER, ODD)
    step = begin.astype(np.int32)
    for number_of, months in enumerate(STEPS):
        at = vague[level[vague] == number_of]
        step[at] = begin[at] // months - first_month // months
    step[level == 0] -= first_month
    return _Sorted(level, step, group, every, first_month)


def _vague_levels(day: NDArray[np.int32], day_to: NDArray[np.int32], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Level of rows that reach over several months: exactly a quarter, exactly a year, or odd."""
    whole = (_first_days(begin) == day) & (_first_days(end + 1) - 1 == day_to)
    level = np.full(len(day), ODD, np.uint8)
    for number, months in list(enumerate(STEPS))[1:]:
        level[whole & (begin % months == 0) & (end - begin == months - 1)] = number
    return level


def _first_days(months: NDArray[np.int64]) -> NDArray[np.int64]:
    """First day of each month, days since 1970-01-01."""
    return np.asarray((months - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64), np.int64)
