"""Column rows: which rows of `layers.columns` a selection leaves, and what they add up to. The answers are those of `layers.selection`."""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geodata.model import NOT_IN_DRUG_TOTALS
from layers.columns.build import FILTERED, NONE
from layers.columns.numbering import first_days
from layers.columns.table import EMPTY, Columns
from layers.key_figures import Sums
from layers.month_sums import MonthSums, WhoReported
from layers.months import month_number
from layers.page_columns import cube_of
from layers.place_order import PlaceOrder, order_of
from layers.prefix_cube import PrefixCube
from layers.selection import Selection, wanted_of

T = TypeVar("T")
_NO_END = 10_000 * 12
#: Rows from which on a second thread is worth its start.
MANY_ROWS = 20_000


class Happened(NamedTuple):
    """k events: first passing row, int32, ascending; drug kilograms of all their passing rows; whether one of these names a drug."""

    row: NDArray[np.int32]
    kg: NDArray[np.float64]
    has_drug: NDArray[np.bool_]


class Reported(NamedTuple):
    """base: months since year 0 of the first of m months. by_event: reports whose first row is known to the month, bool (m,).
    by_source: any row known to the month, bool (sources, m). said: which sources have any row at all, bool (sources,)."""

    base: int
    by_event: NDArray[np.bool_]
    by_source: NDArray[np.bool_]
    said: NDArray[np.bool_]


class Chosen(NamedTuple):
    """profile: number of what each row says, (n,). By profile: does it pass every filter but the period (ok), does it name a drug, is it
    a seizure."""

    profile: NDArray[np.uint32]
    ok: NDArray[np.bool_]
    drugged: NDArray[np.bool_]
    is_seizure: NDArray[np.bool_]


class ChosenPlaces(NamedTuple):
    """The same by place of `layers.place_order`. ok: (2, profiles); stand: uint8, by place: 0 where ok[0] says what passes, 1 where ok[1]
    does, 2 where nothing passes."""

    ok: NDArray[np.bool_]
    stand: NDArray[np.uint8]


class Joined(NamedTuple):
    """Events of several rows, each: first row that passes, int32, -1 for none; kilograms of all that pass; whether any names a drug."""

    first: NDArray[np.int32]
    kg: NDArray[np.float64]
    has_drug: NDArray[np.bool_]


class ColumnRows:
    """Questions to the columns of one version (`layers.page_columns.with_places`)."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self.n_dated = int(columns.about["n_dated"])
        self.n_several = int(columns.about["n_several"])
        #: By profile: does it name a drug, is it a seizure.
        self.drugged, self.is_seizure = columns["profile_drug"] != EMPTY, columns["profile_kind"] == self.code("kind", "seizure")
        day_to = columns["day_to"][: self.n_dated]
        self._vague = np.flatnonzero((columns["first_month"] != columns["last_month"])[: self.n_dated] & (day_to != NONE)).astype(np.int64)
        self._undated = np.concatenate([np.flatnonzero(day_to == NONE), np.arange(self.n_dated, columns.n)]).astype(np.int64)
        self._of_several = np.flatnonzero(columns["several"] >= 0).astype(np.int32)
        self._begun = np.maximum.accumulate(columns["several"][self._of_several])

    @cached_property
    def months(self) -> MonthSums:
        """Sums by month and profile, made at the first question."""
        return MonthSums(self.columns, self.code("weight_bound", "at_least"))

    @cached_property
    def order(self) -> PlaceOrder:
        """The rows by month and place, mapped from the file."""
        return order_of(self.columns)

    @cached_property
    def _other_several(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        other, several = self.order.other, self.columns["several"]
        rows = np.sort(other[several[other] >= 0])
        return rows, np.maximum.accumulate(several[rows])

    @cached_property
    def cube(self) -> PrefixCube:
        """Sums by month and drug over what is ranked, mapped from the file."""
        return cube_of(self.columns)

    @cached_property
    def _who(self) -> WhoReported:
        return WhoReported(self.columns, self.months.base, self.months.n_months)

    def chosen(self, selection: Selection) -> Chosen:
        """Which profiles a selection lets through; finer ones where it asks for areas."""
        columns, ok = self.columns, self._profiles(selection)
        if not selection.areas:
            return Chosen(columns["profile"], ok, self.drugged, self.is_seizure)
        province, of = columns["fine_province_id"], columns["fine_profile"]
        inside, home = (self._among(name, selection.areas) for name in ("province_id", "country_iso3"))
        there = np.where(province != EMPTY, inside[province], home[columns["profile_country_iso3"][of]])
        return Chosen(columns["fine"], ok[of] & there, self.drugged[of], self.is_seizure[of])

    def chosen_places(self, selection: Selection) -> ChosenPlaces:
        """The same for the rows in place order: where a province is known it decides, else the country that reports."""
        ok, province = self._profiles(selection), self.order.province
        if not selection.areas:
            return ChosenPlaces(np.stack([ok, ok]), np.zeros(len(province), np.uint8))
        inside, home = (self._among(name, selection.areas) for name in ("province_id", "country_iso3"))
        stand = np.where(province == EMPTY, 1, np.where(inside[province], 0, 2)).astype(np.uint8)
        return ChosenPlaces(np.stack([ok, ok & home[self.columns["profile_country_iso3"]]]), stand)

    def _profiles(self, selection: Selection) -> NDArray[np.bool_]:
        """By profile: does it pass every filter but the period and the areas?"""
        from layers.kernels_page import keep

        columns = self.columns
        ok = np.ones(len(columns[f"profile_{FILTERED[0]}"]), bool)
        for name, is_wanted in wanted_of(selection):
            passes = np.array([bool(text) and is_wanted(text) for text in columns.words[name]], bool)
            keep(columns[f"profile_{name}"], passes, ok)
        return ok

    def _among(self, name: str, wanted: Collection[str]) -> NDArray[np.bool_]:
        """By code of a column: is it one of these texts."""
        return np.array([bool(text) and text in wanted for text in self.columns.words[name]], bool)

    def happened(self, selection: Selection) -> Happened:
        """One entry for each event that a selection leaves, in the order of first rows."""
        from layers.kernels_page import happenings

        columns, (low, high, start, end) = self.columns, self.span(selection)
        row, kg, has_drug = np.empty(high - low, np.int32), np.empty(high - low), np.empty(high - low, bool)
        which = self.chosen(selection)
        of = self.joined(selection, which)
        k = happenings(
            low, high, which.ok, which.profile, columns["first_month"], columns["last_month"], start, end,
            columns["several"], columns["kg"], which.drugged, of.first, of.kg, of.has_drug, row, kg, has_drug,
        )  # fmt: skip
        return Happened(row[:k], kg[:k], has_drug[:k])

    def passing(self, selection: Selection) -> NDArray[np.int32]:
        """Numbers of all rows that a selection leaves, ascending."""
        from layers.kernels_page import passing

        columns, (low, high, start, end) = self.columns, self.span(selection)
        found = np.empty(high - low, np.int32)
        span = (columns["first_month"], columns["last_month"], start, end)
        which = self.chosen(selection)
        return found[: passing(low, high, which.ok, which.profile, *span, found)]

    def joined(self, selection: Selection, which: Chosen) -> Joined:
        """What the passing rows of each event of several rows add up to. which: of `self.chosen`."""
        low, high, start, end = self.span(selection)
        stretch = slice(*np.searchsorted(self._of_several, np.array([low, high], np.int32)))
        return self._join(self._of_several[stretch], self._begun[stretch], which, start, end)

    def joined_others(self, which: Chosen) -> Joined:
        """The same of the events that stand in no group of `layers.place_order`, of any time."""
        return self._join(*self._other_several, which, 0, -1)

    def _join(self, rows: NDArray[np.int32], begun: NDArray[np.int32], which: Chosen, start: int, end: int) -> Joined:
        """rows: of events of several rows, ascending; begun: the largest number of an event up to each; start..end: months, any when they
        are not in this order.

        Two threads take the halves of the rows. An event has its number from its first row, so that the later half knows by the number
        which events the earlier half may hold; these few rows it leaves for the end.
        """
        from layers.kernels_page import join

        columns = self.columns
        of = Joined(np.full(self.n_several, -1, np.int32), np.zeros(self.n_several), np.zeros(self.n_several, bool))

        def part(those: NDArray[np.int32], least: int) -> NDArray[np.int32]:
            left = np.empty(len(those) if least else 0, np.int32)
            k = join(
                those, which.ok, which.profile, columns["first_month"], columns["last_month"], start, end, columns["several"],
                columns["kg"], which.drugged, of.first, of.kg, of.has_drug, least, left,
            )  # fmt: skip
            return left[:k]

        half = len(rows) // 2
        if half < MANY_ROWS:
            part(rows, 0)
            return of
        with ThreadPoolExecutor(1) as other:
            later = other.submit(part, rows[half:], int(begun[half - 1]) + 1)
            part(rows[:half], 0)
            part(later.result(), 0)
        return of

    def sums(self, selection: Selection) -> Sums:
        """What the key figures add up."""
        from layers.kernels_page import figures

        columns, (low, high, start, end) = self.columns, self.span(selection)
        which, rest, none = self.chosen(selection), self.months.rest, np.zeros(len(self.drugged), bool)
        # Sums by month say nothing of areas: then every row is looked at. And a period that ends before it begins holds none.
        by_month = none if selection.areas or low == high else which.ok
        n, kg, is_at_least, others, placed, by_profile = self.months.over(start, end, by_month)
        seen = np.zeros(self.n_several, np.uint8)
        apart = np.bincount(columns["profile_drug"], by_profile, len(columns.words["drug"])).astype(float)
        if selection.areas:
            rows = np.arange(low, high, dtype=np.int32)
        else:
            rows = rest[slice(*np.searchsorted(rest, np.array([low, high], np.int32)))]
        further = figures(
            rows, which.ok, which.profile, columns["first_month"], columns["last_month"], start, end,
            columns["several"], columns["kg"], columns["weight_kg"], columns["has_quantity"], columns["drug"],
            columns["weight_bound"], self.code("weight_bound", "at_least"), columns["lon"], columns["lat"], seen, apart,
        )  # fmt: skip
        n, kg, is_at_least = n + int(further[0]), kg + float(further[1]), is_at_least or bool(further[2])
        others, placed = others + int(further[3]), placed + int(further[4])
        kept = {drug: float(apart[code]) for drug in NOT_IN_DRUG_TOTALS if (code := self.code("drug", drug)) > 0}
        kept = {drug: amount for drug, amount in kept.items() if amount > 0}
        undated, overlapping = self.undated(selection), self.overlapping(selection)
        return Sums(n, kg, is_at_least, others, kept, n - placed, self.count(undated), self.count(overlapping))

    def undated(self, selection: Selection) -> NDArray[Any]:
        """Rows without a date that pass every other filter."""
        which = self.chosen(selection)
        return np.asarray(self._undated[which.ok[which.profile[self._undated]]])

    def overlapping(self, selection: Selection) -> NDArray[Any]:
        """Rows that pass every other filter, and of whose possible days only a part lies in the period."""
        if selection.first_month is None and selection.last_month is None:
            return np.zeros(0, np.int64)
        start, end = _months(selection)
        first, last = (self.columns[name][self._vague] for name in ("first_month", "last_month"))
        touches = (first <= end) & (last >= start) & ~((first >= start) & (last <= end))
        which = self.chosen(selection)
        return np.asarray(self._vague[touches & which.ok[which.profile[self._vague]]])

    def reported(self, selection: Selection, sources: NDArray[np.bool_] | None = None) -> Reported:
        """Months in which those whom a selection lets through reported anything. selection: of countries and agencies alone.

        sources: only these, by source; None: all.
        """
        from layers.kernels_months import first_months

        columns, who, base = self.columns, self._who, self.months.base
        ok = self.chosen(selection).ok
        wanted, told = who.of(ok), np.ones(len(who.seen), bool) if sources is None else sources
        by_event = np.asarray(who.alone[told][:, :, wanted].any(axis=(0, 2)))
        seen = np.asarray(who.seen[:, :, wanted].any(axis=2)) & told[:, None]
        at = np.zeros(self.n_several, np.uint8)
        first_months(
            self._of_several, ok, columns["profile"], told, columns["source"], columns["several"], columns["month"], base, at, by_event
        )
        return Reported(base, by_event, seen[:, :-1], np.asarray(seen.any(axis=1)))

    def sources_in(self, areas: Collection[str]) -> NDArray[np.bool_]:
        """Which sources ever recorded anything in these areas, by source."""
        which = self.chosen(Selection(areas=tuple(areas)))
        found = np.zeros(len(self.columns["source_feed"]), bool)
        found[self.columns["source"][which.ok[which.profile]]] = True
        return found

    def by_place(self, selection: Selection, place: NDArray[np.int32], n_places: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Events and drug kilograms by place of their first row, (n_places + 1,), the last of them without a place; place: int32 (n,)."""
        from layers.kernels_page import by_place, by_place_of

        columns, (low, high, start, end) = self.columns, self.span(selection)
        which = self.chosen(selection)
        bits, at = np.packbits(which.ok, bitorder="little"), np.full(self.n_several, -1, np.int32)
        # Rows are in the order of their first month; without a period any last month will do.
        latest = np.iinfo(np.int16).max
        span = (0, min(end, latest)) if end >= start else (NONE, latest)
        several, kg = columns["several"], columns["kg"]
        # As in `_join`: the later half leaves the events that the earlier one may hold.
        begun = int(np.searchsorted(self._of_several, np.int32((low + high) // 2)))
        before = int(self._begun[begun - 1]) + 1 if begun else 0

        def part(begin: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int32]]:
            least = before if begin > low else 0
            n, total, left = np.zeros(n_places + 1, np.int64), np.zeros(n_places + 1), np.empty(stop - begin if least else 0, np.int32)
            k = by_place(begin, stop, bits, which.profile, columns["last_month"], *span, several, kg, place, least, at, left, n, total)
            return n, total, left[:k]

        (n, total, _), (late_n, late_total, left) = in_two(part, low, high)
        by_place_of(left, several, kg, place, at, n, total)
        return n + late_n, total + late_total

    def on_things(self, selection: Selection, n_sections: int, n_posts: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """As `layers.sections.count` and `layers.posts.count`: n, weight_kg, n_unsure, share_unsure of each section and post.

        A period and drugs are one subtraction in the cube; any other filter is a look at all rows of the period.
        """
        columns, size = self.columns, len(self.columns["on_section"])
        if selection.period and replace(selection, drugs=(), first_month=None, last_month=None) == Selection(measure=selection.measure):
            start, end = _months(selection)
            n, kg = self.cube.over(_first_day(start), _first_day(end + 1) - 1, selection.drugs)
        else:
            n, kg = self.by_place(selection, columns["on"], size)
        of_sections = [gathered(values[:size], columns["on_section"], 2 * n_sections) for values in (n, kg)]
        return on_sections(of_sections[0], of_sections[1]), self.tally("post", n_posts, n[:size], kg[:size])

    def tally(self, name: str, n_things: int, n: NDArray[Any], kg: NDArray[Any]) -> pd.DataFrame:
        """As `layers.counting.tally`: of each post ("post") or corridor ("corridor"), from events and kilograms by `on`."""
        start, thing, unsure = (self.columns[f"{name}_{part}"] for part in ("start", "thing", "unsure"))
        n, kg = (gathered(values, self.columns[f"on_{name}"], len(start) - 1) for values in (n, kg))
        of = np.repeat(np.arange(len(start) - 1), np.diff(start))
        count, unsure_n = (np.bincount(thing, weights, minlength=n_things) for weights in (n[of], n[of] * unsure))
        return _counted(count, np.bincount(thing, weights=kg[of], minlength=n_things), unsure_n)

    def first_rows(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Of these rows, ascending, the first of each event."""
        several = self.columns["several"][rows]
        joined = np.flatnonzero(several >= 0)
        keep = several < 0
        keep[joined[np.unique(several[joined], return_index=True)[1]]] = True
        return np.asarray(rows[keep])

    def count(self, rows: NDArray[Any]) -> int:
        """How many distinct events these rows are of."""
        several = self.columns["several"][rows]
        return int((several < 0).sum()) + len(np.unique(several[several >= 0]))

    def month_starts(self, first: int, last: int) -> NDArray[np.int64]:
        """Row from which on the first possible day lies in each of the months first..last (since year 0), both included."""
        # In the type of the column: another one would copy all of it.
        days = first_days(np.arange(first, last + 1)).astype(np.int32)
        return np.searchsorted(self.columns["day"][: self.n_dated], days).astype(np.int64)

    def code(self, name: str, text: str) -> int:
        """Code of a text in a column, -1 where no row says it."""
        words = self.columns.words[name]
        return words.index(text) if text in words else -1

    def span(self, selection: Selection) -> tuple[int, int, int, int]:
        """First row and end of those whose first possible day lies in the period, and its months; end < start without a period."""
        if selection.first_month is None and selection.last_month is None:
            return 0, self.columns.n, 0, -1
        start, end = _months(selection)
        day = self.columns["day"][: self.n_dated]
        low, high = (int(np.searchsorted(day, np.int32(_first_day(month)))) for month in (start, end + 1))
        return low, max(low, high), start, end


def _months(selection: Selection) -> tuple[int, int]:
    start = month_number(selection.first_month) if selection.first_month else 0
    return start, month_number(selection.last_month) if selection.last_month else _NO_END


def _first_day(month: int) -> int:
    return int(first_days(np.array(month)))


def gathered(values: NDArray[Any], code: NDArray[np.int64], n_codes: int) -> NDArray[np.float64]:
    """Sums of values (k,) or (m, k) by code (k,), -1 for none: (n_codes,) or (m, n_codes)."""
    at = np.flatnonzero(code >= 0)
    by_code = csr_array((np.ones(len(at)), (at, code[at])), shape=(len(code), n_codes))
    return np.asarray(values @ by_code, float)


def on_sections(n: NDArray[Any], kg: NDArray[Any]) -> pd.DataFrame:
    """As `layers.sections.count`, from sums by section code (`layers.page_columns.with_places`)."""
    return _counted(n[::2] + n[1::2], kg[::2] + kg[1::2], n[1::2])


def in_two(part: Callable[[int, int], T], low: int, high: int) -> list[T]:
    """The two halves of some rows, each by a thread of its own: compiled code runs without Python's lock."""
    middle = (low + high) // 2
    with ThreadPoolExecutor(1) as other:
        second = other.submit(part, middle, high)
        return [part(low, middle), second.result()]


def _counted(n: NDArray[Any], kg: NDArray[Any], unsure: NDArray[Any]) -> pd.DataFrame:
    n, unsure = n.astype(np.int64), unsure.astype(np.int64)
    share = np.divide(unsure, n, out=np.full(len(n), np.nan), where=n > 0)
    return pd.DataFrame({"n": n, "weight_kg": kg, "n_unsure": unsure, "share_unsure": share})
