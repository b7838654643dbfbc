"""Key figures: how many events, how many kilograms, what changed, and what stands behind each number."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.model import NOT_IN_DRUG_TOTALS
from layers.base import Period
from layers.coverage_share import CoverageShare, coverage_share
from layers.happenings import count_events, drug_kg
from layers.selection import Selection, period_before, select
from layers.timeline import Timeline, incomplete_months, months_in, reported_months

NO_PERIOD, NONE_BEFORE, NONE_NOW = "change.no_period", "change.no_reports_before", "change.no_reports_now"


@dataclass(frozen=True)
class Change:
    """now - before, over a period of equal length; both None, with the key of the reason, where one of them is not known.

    is_uneven: reports came in for another number of months than before, so that the difference may be one of reporting.
    """

    before: float | None
    difference: float | None
    reason: str = ""
    is_uneven: bool = False


@dataclass(frozen=True)
class KeyFigures:
    """Figures of one selection. Events are distinct; kilograms are of drugs, without alcohol and precursors.

    is_at_least: some weights are lower bounds ("more than 20 kg"), the sum is written with a >= sign. n_other_units: rows whose
    amount is no mass (tablets, litres). kg_apart: alcohol and precursors. has_reports: False means that nothing is known, not zero.
    months_incomplete: months with reports, but not from every source that was expected to report (`layers.completeness`).
    """

    period: Period | None
    has_reports: bool
    months: int
    months_with_reports: int
    months_incomplete: int
    n_events: int
    weight_kg: float
    is_at_least: bool
    n_other_units: int
    kg_apart: Mapping[str, float]
    change_n: Change
    change_kg: Change
    coverage: CoverageShare
    n_without_point: int
    n_undated: int
    n_overlapping: int


class Sums(NamedTuple):
    """What one selection adds up to; the words are those of `KeyFigures`."""

    n_events: int
    weight_kg: float
    is_at_least: bool
    n_other_units: int
    kg_apart: Mapping[str, float]
    n_without_point: int
    n_undated: int
    n_overlapping: int


def key_figures(events: pd.DataFrame, selection: Selection, timeline: Timeline, national_totals: pd.DataFrame | None = None) -> KeyFigures:
    """The figures beside the map.

    events: all located events of the region, one row per drug. timeline: `build_timeline` for the same countries: it knows in which
    months reports came in. A change against a period without any report is not a number: not known is not zero.
    """
    return figures_of(partial(_sums, events), selection, timeline, coverage_share(events, national_totals, selection))


def figures_of(sums: Callable[[Selection], Sums], selection: Selection, timeline: Timeline, coverage: CoverageShare) -> KeyFigures:
    """As `key_figures`, from whoever can add up a selection."""
    now, period = sums(selection), selection.period
    reported = reported_months(timeline, period) if period else int(timeline.has_reports.sum())
    change_n, change_kg = _changes(sums, selection, timeline, now)
    return KeyFigures(
        period=period,
        has_reports=reported > 0 or now.n_events > 0,
        months=months_in(period) if period else len(timeline.months),
        months_with_reports=reported,
        months_incomplete=incomplete_months(timeline, whole) if (whole := period or _all(timeline)) else 0,
        n_events=now.n_events,
        weight_kg=now.weight_kg,
        is_at_least=now.is_at_least,
        n_other_units=now.n_other_units,
        kg_apart=now.kg_apart,
        change_n=change_n,
        change_kg=change_kg,
        coverage=coverage,
        n_without_point=now.n_without_point,
        n_undated=now.n_undated,
        n_overlapping=now.n_overlapping,
    )


def _sums(events: pd.DataFrame, selection: Selection) -> Sums:
    chosen = select(events, selection)
    rows, n = chosen.events, count_events(chosen.events)
    return Sums(
        n_events=n,
        weight_kg=float(drug_kg(rows).sum()),
        is_at_least=bool(((rows["weight_bound"] == "at_least").to_numpy() & (drug_kg(rows) > 0)).any()),
        n_other_units=int((rows["quantity"].notna() & rows["weight_kg"].isna()).sum()),
        kg_apart=_apart(rows),
        n_without_point=n - count_events(rows[rows["lon"].notna() & rows["lat"].notna()]),
        n_undated=chosen.undated,
        n_overlapping=chosen.overlapping,
    )


def _all(timeline: Timeline) -> Period | None:
    return Period(timeline.months[0], timeline.months[-1]) if timeline.months else None


def _changes(sums: Callable[[Selection], Sums], selection: Selection, timeline: Timeline, here: Sums) -> tuple[Change, Change]:
    earlier, period = period_before(selection), selection.period
    if earlier is None or earlier.period is None or period is None:
        return Change(None, None, NO_PERIOD), Change(None, None, NO_PERIOD)
    now, then = reported_months(timeline, period), reported_months(timeline, earlier.period)
    if not now or not then:
        reason = NONE_NOW if not now else NONE_BEFORE
        return Change(None, None, reason), Change(None, None, reason)
    before = sums(earlier)
    n_before, kg_before = float(before.n_events), before.weight_kg
    change_n = Change(n_before, here.n_events - n_before, is_uneven=now != then)
    return change_n, Change(kg_before, here.weight_kg - kg_before, is_uneven=now != then)


def _apart(rows: pd.DataFrame) -> dict[str, float]:
    kg = rows["weight_kg"].to_numpy(float, na_value=np.nan)
    apart = {drug: float(np.nansum(kg[(rows["drug"] == drug).to_numpy()])) for drug in NOT_IN_DRUG_TOTALS}
    return {drug: amount for drug, amount in apart.items() if amount > 0}
