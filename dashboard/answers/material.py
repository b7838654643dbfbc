"""From the rows of a view to the material of its statistics."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array

from layers.completeness import LATE_MONTHS
from layers.happenings import one_row_each
from layers.material import NONE, Happenings, Material
from layers.months import NO_MONTH, month_number, position, single_months
from layers.nearness import Nearness
from layers.selection import Selection
from layers.spread import Footprints
from layers.timeline import Timeline


def material(
    events: pd.DataFrame,
    selected: pd.DataFrame,
    selection: Selection,
    timeline: Timeline,
    spread: Footprints,
    sections: pd.DataFrame,
    posts: pd.DataFrame,
    near_posts: Nearness,
    today: str,
) -> Material:
    """events: all rows of the snapshot. selected: those that pass every filter but the period. today: "2026-11-22"."""
    months = timeline.months
    rows = one_row_each(selected)
    start = month_number(months[0]) if months else 0
    at = single_months(rows)
    at = np.where((at != NO_MONTH) & (at >= start) & (at < start + len(months)), at - start, NONE).astype(np.int32)
    which, kg = spread.of(rows), rows["weight_kg"].to_numpy(float)
    section = pd.Index(sections["section_id"]).get_indexer(rows["section_id"]).astype(np.int32)
    on = (at >= 0) & (which >= 0)
    size = (len(months), spread.shapes.shape[0])
    footprint_n = csr_array(coo_array((np.ones(int(on.sum())), (at[on], which[on])), shape=size))
    footprint_kg = csr_array(coo_array((kg[on], (at[on], which[on])), shape=size))
    event, thing = near_posts.of(rows)
    named = pd.Index(posts["id"]).get_indexer(rows["place_id"])
    pairs = np.unique(
        np.concatenate([event * len(posts) + thing, np.flatnonzero(named >= 0) * len(posts) + named[named >= 0]]).astype(np.int64)
    )
    event, thing = pairs // max(len(posts), 1), pairs % max(len(posts), 1)
    has = bool(months) and selection.first_month is not None and selection.last_month is not None
    first = max(position(months, str(selection.first_month)), 0) if has else 0
    last = min(position(months, str(selection.last_month)), len(months) - 1) if has else len(months) - 1
    late = month_number(today) - LATE_MONTHS
    return Material(
        months=months,
        first=first,
        last=last,
        measure=selection.measure,
        reported=timeline.has_reports,
        missing=timeline.n_missing,
        arriving=np.arange(start, start + len(months)) >= late,
        cells=spread.cells,
        cell_n=csr_array(footprint_n @ spread.shapes),
        cell_kg=csr_array(footprint_kg @ spread.shapes),
        shapes=spread.shapes,
        footprint_n=footprint_n,
        section_ids=sections["section_id"].tolist(),
        section_km=sections["length_km"].to_numpy(float),
        section_n=_table(at, section, None, len(months), len(sections)).astype(np.int64),
        section_kg=_table(at, section, kg, len(months), len(sections)),
        post_ids=posts["id"].tolist(),
        post_n=_table(at[event], thing, None, len(months), len(posts)).astype(np.int64),
        post_kg=_table(at[event], thing, kg[event], len(months), len(posts)),
        happenings=_happenings(events, rows, at, which, section, kg),
    )


def _table(
    month: NDArray[np.int32], thing: NDArray[np.integer], amount: NDArray[np.float64] | None, n_months: int, n_things: int
) -> NDArray[np.float64]:
    """Amounts, or 1 for each row, by month and thing; rows without either are left out."""
    on = (month >= 0) & (thing >= 0)
    code = month[on].astype(np.int64) * n_things + thing[on]
    summed = np.bincount(code, weights=None if amount is None else amount[on], minlength=n_months * n_things)
    return summed.astype(float).reshape(n_months, n_things)


def _happenings(
    events: pd.DataFrame,
    rows: pd.DataFrame,
    month: NDArray[np.int32],
    which: NDArray[np.int64],
    section: NDArray[np.int32],
    kg: NDArray[np.float64],
) -> Happenings:
    day, day_to = (_days(rows[name]) for name in ("happened_from", "happened_to"))
    order = np.argsort(day, kind="stable")
    lon, lat, unsure = (rows[name].to_numpy(float, na_value=np.nan) for name in ("lon", "lat", "uncertainty_m"))
    return Happenings(
        row=events.index.get_indexer(rows.index)[order].astype(np.int64),
        day=day[order],
        day_to=day_to[order],
        month=month[order],
        lon=lon[order],
        lat=lat[order],
        uncertainty_m=unsure[order],
        footprint=which[order],
        section=section[order],
        kg=kg[order],
    )


def _days(dates: "pd.Series[str]") -> NDArray[np.int32]:
    """ISO dates as days since 1970, -1 where there is none; each distinct text is read once."""
    codes, distinct = pd.factorize(dates)
    days = np.array([(np.datetime64(str(text)[:10]) - np.datetime64("1970-01-01")).astype(int) for text in distinct] + [NONE], np.int32)
    return days[codes]
