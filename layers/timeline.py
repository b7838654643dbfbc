"""Timeline: events and kilograms month by month, and the months in which no report was received at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.base import Period
from layers.completeness import missing_sources
from layers.happenings import event_codes, first_rows, one_row_each, sum_by
from layers.months import NO_MONTH, month_number, month_numbers, month_range, position, single_months

#: Months with reports that the page opens on.
OPENING_MONTHS = 12


@dataclass(frozen=True)
class Timeline:
    """m months without holes, from the first report to the last.

    months: "YYYY-MM". n_events: distinct selected events known to the month, int (m,). weight_kg: their drug kilograms,
    float (m,). has_reports: any report at all from the chosen countries, bool (m,); False is a gap, never a zero.
    n_vague: selected events dated only to a quarter or year that may have happened in the month, int (m,); one such
    event shows in every month that it may belong to, so these are never added up. n_missing: sources that were expected to report
    and did not (`layers.completeness`), int (m,): where others did, the month is known in part.
    """

    months: list[str]
    n_events: NDArray[np.int64]
    weight_kg: NDArray[np.float64]
    has_reports: NDArray[np.bool_]
    n_vague: NDArray[np.int64]
    n_missing: NDArray[np.int64]


def build_timeline(reports: pd.DataFrame, selected: pd.DataFrame, gaps: Sequence[Mapping[str, object]] = ()) -> Timeline:
    """The monthly histogram.

    reports: all rows of those whose reports were chosen (countries, agencies), whatever their drug or kind. selected: those that
    pass every filter but the period. Both are located events, one row per drug. gaps: months of which a person stated why nothing
    is there (feed, country_iso3, month).
    """
    reported = months_with_reports(reports)
    first, last = (int(reported[0]), int(reported[-1])) if len(reported) else (0, -1)
    months = month_range(first, last)
    happenings = one_row_each(selected)
    month = single_months(happenings)
    inside = (month >= first) & (month <= last) & (month != NO_MONTH)
    has_reports = np.zeros(len(months), bool)
    has_reports[reported - first] = True
    return Timeline(
        months=months,
        n_events=np.bincount(month[inside] - first, minlength=len(months)).astype(np.int64),
        weight_kg=sum_by(month[inside] - first, happenings["weight_kg"].to_numpy(float)[inside], len(months)),
        has_reports=has_reports,
        n_vague=_vague(happenings, month, first, len(months)),
        n_missing=missing_sources(reports, gaps, months),
    )


def heard_from(timeline: Timeline, reports: pd.DataFrame, gaps: Sequence[Mapping[str, object]] = ()) -> Timeline:
    """The same months and numbers, where only these reports can tell anything of what is looked at.

    reports: all rows of the sources that ever recorded there; gaps: theirs. A month in which only others reported is a gap.
    """
    if not timeline.months:
        return timeline
    first, size = month_number(timeline.months[0]), len(timeline.months)
    at = months_with_reports(reports) - first
    has_reports = np.zeros(size, bool)
    has_reports[at[(at >= 0) & (at < size)]] = True
    return replace(timeline, has_reports=has_reports, n_missing=missing_sources(reports, gaps, timeline.months))


def months_with_reports(reports: pd.DataFrame) -> NDArray[np.int32]:
    """Sorted numbers of the months that hold at least one report known to the month. A report known only to its year
    proves no month: that month stays a gap."""
    codes, _ = event_codes(reports)
    months = np.unique(single_months(reports.iloc[first_rows(codes)]))
    return np.asarray(months[months != NO_MONTH], np.int32)


def default_period(timeline: Timeline) -> Period | None:
    """From the first to the last of the last 12 months that hold reports; None without any.

    Months without reports do not use up one of the 12: where reporting has gaps, the period is longer than a year, and
    the gaps inside it are drawn as gaps.
    """
    reported = [month for month, has in zip(timeline.months, timeline.has_reports, strict=True) if has]
    return Period(reported[-OPENING_MONTHS:][0], reported[-1]) if reported else None


def reported_months(timeline: Timeline, period: Period) -> int:
    """How many months of a period hold reports."""
    if not timeline.months:
        return 0
    first, last = position(timeline.months, period.first), position(timeline.months, period.last)
    return int(timeline.has_reports[max(first, 0) : max(last + 1, 0)].sum())


def incomplete_months(timeline: Timeline, period: Period) -> int:
    """How many months of a period hold reports, but not from every source that was expected to report."""
    if not timeline.months:
        return 0
    first, last = position(timeline.months, period.first), position(timeline.months, period.last)
    partly = timeline.has_reports & (timeline.n_missing > 0)
    return int(partly[max(first, 0) : max(last + 1, 0)].sum())


def months_in(period: Period) -> int:
    """How many calendar months a period has."""
    return max(month_number(period.last) - month_number(period.first) + 1, 0)


def _vague(happenings: pd.DataFrame, month: NDArray[np.int32], first: int, length: int) -> NDArray[np.int64]:
    """Events without a month of their own, counted in every month that they may belong to."""
    begin, end = month_numbers(happenings["happened_from"]), month_numbers(happenings["happened_to"])
    vague = (month == NO_MONTH) & (begin != NO_MONTH) & (end != NO_MONTH)
    # Plus one where a span opens, minus one after it closes: the running sum is the number of open spans.
    steps = np.zeros(length + 1, np.int64)
    opens, closes = np.clip(begin[vague] - first, 0, length), np.clip(end[vague] - first + 1, 0, length)
    np.add.at(steps, opens, 1)
    np.add.at(steps, closes, -1)
    return np.cumsum(steps)[:length]
