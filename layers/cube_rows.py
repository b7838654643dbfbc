"""Cube rows: at which step of the calendar each row stands, which row counts its event, as one of a single drug or of a mixture, and the
order in which the rows of single days are read."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.numbering import first_days, months_of
from layers.columns.table import Columns

#: Level of a row that lies in one month, and of one that is exactly a quarter or a year.
MONTH, VAGUE = 0, 1
#: Level of a row that fits no step, or whose event has rows on other days or places: it is looked at by itself.
ODD = 254
#: Level of a row that is in no period: undated.
NEVER = 255
#: Mixtures of drugs that get columns of their own; events of rarer ones are looked at one by one.
MOST_MIXTURES = 2_000
#: Places kept for the days of a month.
DAYS = 31


class SortedRows(NamedTuple):
    """n rows. level: uint8, `MONTH`, `VAGUE`, `ODD` or `NEVER`. step: int32, month of its last possible day, 0 for the first month.
    role: uint16, 0 another row counts its event, 1 counts an event of one drug, 2.. an event of mixture role - 2. names: uint8, 1 for the
    first row of its event that names its drug. mixtures: uint64, the set of drugs of each as bits. first_month: months since year 0."""

    level: NDArray[np.uint8]
    step: NDArray[np.int32]
    role: NDArray[np.uint16]
    names: NDArray[np.uint8]
    mixtures: NDArray[np.uint64]
    first_month: int


def sorted_rows(columns: Columns, drug: NDArray[np.uint8], place: NDArray[np.int32]) -> SortedRows:
    """Where each row belongs. drug: its code, below 64; place: int32. An event whose rows do not share days and place is `ODD`."""
    from layers.kernels_cube_build import gather_events

    day, day_to, several = columns["day"], columns["day_to"], columns["several"]
    begin, end = months_of(day), months_of(day_to)
    dated = (day >= 0) & (day_to >= 0)
    first_month = int(begin[dated].min(initial=np.iinfo(np.int16).max)) if dated.any() else 0
    level = np.where(dated, np.uint8(MONTH), np.uint8(NEVER))
    vague = np.flatnonzero(dated & (begin != end))
    level[vague] = _vague_levels(day[vague], day_to[vague], begin[vague].astype(np.int64), end[vague].astype(np.int64))
    n_several = int(columns.about["n_several"])
    first, bits, alike = np.full(n_several, -1, np.int64), np.zeros(n_several, np.uint64), np.zeros(n_several, np.uint8)
    names = np.ones(len(day), np.uint8)
    gather_events(several, drug, place, day, day_to, first, bits, alike, names)
    is_mixed = (alike == 1) & (bits & (bits - np.uint64(1)) != 0)
    mixtures, number, counts = np.unique(bits[is_mixed], return_inverse=True, return_counts=True)
    # A store with thousands of different mixtures would fill the memory with their columns.
    is_common = np.zeros(len(mixtures), bool)
    is_common[np.argsort(-counts, kind="stable")[:MOST_MIXTURES]] = True
    of_mixture = np.where(is_common, np.cumsum(is_common) - 1, -1)[number]
    alike[np.flatnonzero(is_mixed)[of_mixture < 0]] = 0
    role = np.ones(len(day), np.uint16)
    of_several = np.flatnonzero(several >= 0)
    role[of_several] = 0
    role[first[alike == 1]] = 1
    role[first[is_mixed][of_mixture >= 0]] = of_mixture[of_mixture >= 0] + 2
    unlike = of_several[alike[several[of_several]] == 0]
    level[unlike] = np.where(level[unlike] == NEVER, NEVER, ODD)
    step = end.astype(np.int32) - first_month
    return SortedRows(level, step, role, names, mixtures[is_common], first_month)


def _vague_levels(day: NDArray[np.int32], day_to: NDArray[np.int32], begin: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Level of rows that reach over several months: exactly a quarter or a year, or odd."""
    whole = (first_days(begin) == day) & (first_days(end + 1) - 1 == day_to)
    is_calendar = [(begin % months == 0) & (end - begin == months - 1) for months in (3, 12)]
    return np.where(whole & (is_calendar[0] | is_calendar[1]), np.uint8(VAGUE), np.uint8(ODD))


def in_order(
    columns: Columns, found: SortedRows, drug: NDArray[np.uint8], place: NDArray[np.int32], n_places: int, n_months: int
) -> dict[str, NDArray[Any]]:
    """The rows that stand in the sums, in the order in which a question of single days reads them; see `layers.prefix_cube.build`."""
    from layers.kernels_cube_build import lay_mixed, lay_rows, starts_of

    day, day_to, n_drugs = columns["day"], columns["day_to"], len(columns.words["drug"])
    bounds = first_days(found.first_month + np.arange(n_months + 1))
    is_summed = found.level <= VAGUE
    spans = np.flatnonzero(is_summed & (day_to > day))
    number, distinct = pd.factorize(day_to[spans].astype(np.int64) << 32 | day[spans])
    by_end = np.argsort(distinct)
    span = np.argsort(by_end).astype(np.int32)[number]
    first, last = distinct[by_end] & 0xFFFFFFFF, distinct[by_end] >> 32
    step = np.where(is_summed, found.step, 0)
    of_day = day - bounds.astype(np.int32)[step]
    key = (step * np.int32(n_drugs) + drug) * np.int32(DAYS) + of_day
    key[~is_summed] = -1
    key[spans] = n_months * n_drugs * DAYS + span * n_drugs + drug[spans]
    starts = np.zeros((n_months * DAYS + len(distinct)) * n_drugs + 1, np.int32)
    starts_of(key, starts)
    row, kg = np.empty(starts[-1], np.int32), np.empty(starts[-1])
    lay_rows(key, starts.copy(), found.role, place, columns["kg"], n_places, row, kg)
    # Events of mixtures: by day alone.
    key = step * np.int32(DAYS) + of_day
    key[spans] = n_months * DAYS + span
    key[~is_summed | (found.role <= 1)] = -1
    event_from = np.zeros(n_months * DAYS + len(distinct) + 1, np.int32)
    starts_of(key, event_from)
    event = np.empty((event_from[-1], 2), np.int32)
    lay_mixed(key, event_from.copy(), found.role, place, n_places, event)
    return {
        "row": row, "row_kg": kg, "row_from": starts, "event": event, "event_from": event_from,
        "span_first": first, "span_last": last, "span_from": np.searchsorted(last, bounds).astype(np.int64),
    }  # fmt: skip
