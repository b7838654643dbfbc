"""Key figures: how many events, how many kilograms, what changed, and what stands behind each number."""

from collections.abc import Mapping
from dataclasses import dataclass

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


def key_figures(events: pd.DataFrame, selection: Selection, timeline: Timeline, national_totals: pd.DataFrame | None = None) -> KeyFigures:
    """The figures beside the map.

    events: all located events of the region, one row per drug. timeline: `build_timeline` for the same countries: it knows in which
    months reports came in. A change against a period without any report is not a number: not known is not zero.
    """
    chosen = select(events, selection)
    rows, period = chosen.events, selection.period
    n, kg = count_events(rows), float(drug_kg(rows).sum())
    reported = reported_months(timeline, period) if period else int(timeline.has_reports.sum())
    change_n, change_kg = _changes(events, selection, timeline, n, kg)
    return KeyFigures(
        period=period,
        has_reports=reported > 0 or n > 0,
        months=months_in(period) if period else len(timeline.months),
        months_with_reports=reported,
        months_incomplete=incomplete_months(timeline, whole) if (whole := period or _all(timeline)) else 0,
        n_events=n,
        weight_kg=kg,
        is_at_least=bool(((rows["weight_bound"] == "at_least").to_numpy() & (drug_kg(rows) > 0)).any()),
        n_other_units=int((rows["quantity"].notna() & rows["weight_kg"].isna()).sum()),
        kg_apart=_apart(rows),
        change_n=change_n,
        change_kg=change_kg,
        coverage=coverage_share(events, national_totals, selection),
        n_without_point=count_events(rows) - count_events(rows[rows["lon"].notna() & rows["lat"].notna()]),
        n_undated=chosen.undated,
        n_overlapping=chosen.overlapping,
    )


def _all(timeline: Timeline) -> Period | None:
    return Period(timeline.months[0], timeline.months[-1]) if timeline.months else None


def _changes(events: pd.DataFrame, selection: Selection, timeline: Timeline, n: int, kg: float) -> tuple[Change, Change]:
    earlier, period = period_before(selection), selection.period
    if earlier is None or earlier.period is None or period is None:
        return Change(None, None, NO_PERIOD), Change(None, None, NO_PERIOD)
    now, then = reported_months(timeline, period), reported_months(timeline, earlier.period)
    if not now or not then:
        reason = NONE_NOW if not now else NONE_BEFORE
        return Change(None, None, reason), Change(None, None, reason)
    before = select(events, earlier).events
    n_before, kg_before = float(count_events(before)), float(drug_kg(before).sum())
    return Change(n_before, n - n_before, is_uneven=now != then), Change(kg_before, kg - kg_before, is_uneven=now != then)


def _apart(rows: pd.DataFrame) -> dict[str, float]:
    kg = rows["weight_kg"].to_numpy(float, na_value=np.nan)
    apart = {drug: float(np.nansum(kg[(rows["drug"] == drug).to_numpy()])) for drug in NOT_IN_DRUG_TOTALS}
    return {drug: amount for drug, amount in apart.items() if amount > 0}
