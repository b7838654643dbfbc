"""Completeness: which source reported in which month. A month without a report is a gap: not known, never zero.

A source is a feed's reports from one country. The rule, in words: a month with at least one report known to that month is
*reported*. A source becomes *expected* with the first month from which on it reported in at least `REGULAR` of 12 months, and stays
so: that it stopped is what this table must show. An expected month without a report is *late* while it is this month or one of the
`LATE_MONTHS` before, then *silent*. A month of which a person said why nothing is there is a *gap*. Every other month is
*not_expected*: the source had not begun, or never reports every month. All but *reported* are unknown months.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.happenings import event_codes
from layers.months import NO_MONTH, month_number, month_range, single_months

STATUSES = ("reported", "late", "silent", "gap", "not_expected")
REPORTED, LATE, SILENT, GAP, NOT_EXPECTED = range(len(STATUSES))
#: Of 12 months in a row, how many must hold a report before the source is expected every month.
REGULAR = 9
#: Months before this one in which a report may still come.
LATE_MONTHS = 2
#: Where nobody has reported for longer than this, the grid ends soon after the last report.
SILENT_FOR_ALL = 12


class Source(NamedTuple):
    """Who reports: the feed and the country whose side reports."""

    feed: str
    country_iso3: str


@dataclass(frozen=True)
class Completeness:
    """s sources by m months without holes.

    months: "YYYY-MM". status: index of `STATUSES`, int8 (s, m). n_events: distinct events known to the month, int (s, m).
    causes: what a person stated, by (source, month) number; the mapping that came in.
    """

    sources: list[Source]
    months: list[str]
    status: NDArray[np.int8]
    n_events: NDArray[np.int64]
    causes: dict[tuple[int, int], Mapping[str, object]]

    def missing(self) -> NDArray[np.int64]:
        """Sources a month from which a report was expected and is not there, stated causes included, int (m,)."""
        return np.asarray(np.isin(self.status, (LATE, SILENT, GAP)).sum(axis=0), np.int64)

    def expected(self) -> NDArray[np.int64]:
        """Sources a month that reported or should have, int (m,)."""
        return np.asarray((self.status != NOT_EXPECTED).sum(axis=0), np.int64)


def build_completeness(
    reports: pd.DataFrame, gaps: Sequence[Mapping[str, object]], today: str, *, first: str | None = None, last: str | None = None
) -> Completeness:
    """The grid.

    reports: all located events of the region, whatever their drug or kind (feed, country_iso3, event_id, happened_from,
    happened_to, date_precision). gaps: mappings with feed, country_iso3, month "YYYY-MM", as people stated them; one about a source
    without any report makes that source a row of its own. today: ISO day. first, last: "YYYY-MM"; without, from the first report to
    this month, or to `LATE_MONTHS` after the last report where nobody has reported for a year. Raises WrongTable for a strange month.
    """
    month = single_months(reports)
    known = month != NO_MONTH
    stated = [(Source(str(gap["feed"]), str(gap["country_iso3"])), month_number(str(gap["month"]))) for gap in gaps]
    code, said = _said_by(reports)
    sources = sorted({*said, *(source for source, _ in stated)})
    begin, end = _span(month[known], [at for _, at in stated], month_number(today), first, last)
    width = max(end - begin + 1, 0)
    number = {source: row for row, source in enumerate(sources)}
    row = np.array([number[source] for source in said], np.int64)[code]
    n_events = np.zeros((len(sources), width), np.int64)
    inside = known & (month >= begin) & (month <= end)
    if inside.any():
        codes, _ = event_codes(reports)
        single = pd.DataFrame({"row": row[inside], "at": month[inside] - begin, "event": codes[inside]}).drop_duplicates()
        np.add.at(n_events, (single["row"].to_numpy(), single["at"].to_numpy()), 1)
    since = _expected_since(row[known], month[known], len(sources))
    at = np.arange(begin, begin + width)
    expected = at[None, :] >= since[:, None]
    recent = at > month_number(today) - LATE_MONTHS - 1
    status = np.where(expected, np.where(recent[None, :], LATE, SILENT), NOT_EXPECTED)
    status[:, at > month_number(today)] = NOT_EXPECTED
    causes: dict[tuple[int, int], Mapping[str, object]] = {}
    for (source, when), gap in zip(stated, gaps, strict=True):
        if begin <= when <= end:
            status[number[source], when - begin] = GAP
            causes[number[source], when - begin] = gap
    # What a person stated about a month stays on record, but a report that came after all is a report.
    status = np.where(n_events > 0, REPORTED, status)
    return Completeness(sources, month_range(begin, end), status.astype(np.int8), n_events, causes)


def missing_sources(reports: pd.DataFrame, gaps: Sequence[Mapping[str, object]], months: Sequence[str]) -> NDArray[np.int64]:
    """How many sources were expected and silent in each of the months ("YYYY-MM", without holes), int (m,).

    reports, gaps: as `build_completeness` wants them. The last months count as any other: late is not there yet.
    """
    if not len(months):
        return np.zeros(0, np.int64)
    return build_completeness(reports, gaps, f"{months[-1]}-28", first=months[0], last=months[-1]).missing()


def _said_by(reports: pd.DataFrame) -> tuple[NDArray[np.int64], list[Source]]:
    """The number of each row's source, and the sources."""
    feed, feeds = pd.factorize(reports["feed"])
    country, countries = pd.factorize(reports["country_iso3"])
    code, distinct = pd.factorize(feed.astype(np.int64) * max(len(countries), 1) + country)
    sources = [
        Source(str(feeds[pair // max(len(countries), 1)]), str(countries[pair % max(len(countries), 1)])) for pair in distinct.tolist()
    ]
    return code.astype(np.int64), sources


def _span(months: NDArray[np.int32], stated: Sequence[int], this: int, first: str | None, last: str | None) -> tuple[int, int]:
    """First and last month of the grid; last < first where there is nothing to show."""
    begins = [*([int(months.min())] if len(months) else []), *stated]
    if not begins:
        return (month_number(first), month_number(last)) if first and last else (this + 1, this)
    latest = int(months.max()) if len(months) else max(stated)
    end = this if this - latest <= SILENT_FOR_ALL else latest + LATE_MONTHS
    end = max(end, latest, *stated)
    return (month_number(first) if first else min(begins)), (month_number(last) if last else end)


def _expected_since(row: NDArray[np.int64], month: NDArray[np.int32], n_sources: int) -> NDArray[np.int64]:
    """The month from which each source is expected: the first reported month of the first 12 with `REGULAR` reported ones."""
    since = np.full(n_sources, np.iinfo(np.int64).max)
    for source in range(n_sources):
        reported = np.unique(month[row == source]).astype(np.int64)
        # The REGULAR-th reported month from each one on: near enough, and the source is regular.
        ahead = reported[REGULAR - 1 :]
        regular = np.flatnonzero(ahead - reported[: len(ahead)] < 12)
        if len(regular):
            since[source] = reported[regular[0]]
    return since
