"""What the time brush needs, sent once for a selection: steps, totals, cells and places."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.language import Language
from dashboard.maps.payload import pack
from geodata.model import NOT_IN_DRUG_TOTALS
from layers.base import Period
from layers.cells import area_km2, distinct_points
from layers.happenings import drug_kg, one_row_each
from layers.heatmap import Cube
from layers.months import NO_MONTH, month_number, month_numbers, position, single_months
from layers.timeline import Timeline

#: Symbols on the map: each distinct position is one, however many events it holds. Beyond this many the largest are drawn.
MOST_GROUPS = 6_000
#: Levels whose report names an area, not a place: they are on the heatmap, spread, and never a dot on its centre.
AREA_LEVELS = ("district", "province", "country", "none")


class Counted(NamedTuple):
    """What the numbers are of, on the months of the map: all of it, or the viewer's sector. events: one row per drug."""

    timeline: Timeline
    events: pd.DataFrame


def insider_view(
    cube: Cube,
    selected: pd.DataFrame,
    counted: Counted,
    opening: Period | None,
    say: Language,
    loads: Mapping[str, float] | None = None,
) -> bytes:
    """Months, cells and positions of a selection over all time.

    cube: of the selected events. selected: the same events, one row per drug. opening: the period the page opens on.
    loads: corridor id -> width by recorded load, 0..1, the square root of its share of the largest.
    """
    told = counted.timeline
    groups = _groups(selected, cube.months)
    header = {
        "step_kind": "month",
        "steps": cube.months,
        "labels": [say.month(month) for month in cube.months],
        "years": [int(month[:4]) for month in cube.months],
        "default_window": window_of(cube.months, opening),
        "n_cells": len(cube.cells),
        "cell_ids": [f"{cell:x}" for cell in cube.cells.tolist()],
        "cell_km2": round(area_km2(cube.resolution)),
        "n_groups": groups["n_groups"],
        "n_groups_hidden": groups["n_hidden"],
        "group_names": groups["names"],
        "left_out": dict(cube.left_out),
        "corridor_loads": dict(loads or {}),
        "measure": "n",
    }
    arrays = {
        **_totals(told.n_events, told.weight_kg, ~told.has_reports, _bounds(counted.events, cube.months)),
        "step_missing": np.minimum(told.n_missing, 255).astype(np.uint8),
        **_vague(counted.events, cube.months),
        **_rings(cube.rings),
        "cell_step": cube.month_index,
        "cell_index": cube.cell_index,
        "cell_n": cube.count,
        "cell_kg": cube.weight_kg,
        **groups["arrays"],
    }
    return pack(header, arrays)


def outsider_view(table: pd.DataFrame, areas: Mapping[str, Any], say: Language) -> bytes:
    """Quarters and districts from the suppressed table alone.

    table: rows of `geodata.model.AGGREGATE` that pass the filters, the suppressed ones without numbers.
    areas: GeoJSON of the districts; only those with a published number come in. There are no totals but of what is shown.
    """
    steps = _quarters(table)
    shown = table[~table["suppressed"].astype(bool)]
    ids = sorted(set(shown["district_id"].dropna()))
    features = [feature for feature in areas["features"] if feature["properties"]["district_id"] in set(ids)]
    number = {feature["properties"]["district_id"]: k for k, feature in enumerate(features)}
    # Alcohol and precursors have rows of their own, and no part in the sum of drugs.
    shown = shown.assign(weight_kg=shown["weight_kg"].where(~shown["drug"].isin(NOT_IN_DRUG_TOTALS), 0.0))
    rows = shown[shown["district_id"].isin(number)]
    step = {label: k for k, label in enumerate(steps)}
    which = shown["quarter"].map(step).to_numpy(int) if len(shown) else np.zeros(0, int)
    n_by_step = np.bincount(which, weights=shown["n"].to_numpy(float), minlength=len(steps))
    kg_by_step = np.bincount(which, weights=shown["weight_kg"].fillna(0).to_numpy(float), minlength=len(steps))
    header = {
        "step_kind": "quarter",
        "steps": steps,
        "labels": [say.month(label) for label in steps],
        "years": [int(label[:4]) for label in steps],
        "default_window": [max(0, len(steps) - 4), max(0, len(steps) - 1)],
        "n_cells": len(features),
        "cell_ids": [feature["properties"]["district_id"] for feature in features],
        "areas": {
            "type": "FeatureCollection",
            "features": [{**feature, "id": k, "properties": feature["properties"]} for k, feature in enumerate(features)],
        },
        "n_groups": 0,
        "group_names": [],
        "left_out": {},
        "measure": "n",
    }
    empty = _groups(pd.DataFrame(), [])["arrays"]
    arrays = {
        # Nothing, too little and not yet look the same: a quarter without a published number is a gap, never a zero.
        **_totals(n_by_step, kg_by_step, n_by_step == 0, np.zeros(len(steps), bool)),
        **_vague(pd.DataFrame(), []),
        "cell_step": rows["quarter"].map(step).to_numpy(np.uint16) if len(rows) else np.zeros(0, np.uint16),
        "cell_index": rows["district_id"].map(number).to_numpy(np.uint32) if len(rows) else np.zeros(0, np.uint32),
        "cell_n": rows["n"].to_numpy(np.float32) if len(rows) else np.zeros(0, np.float32),
        "cell_kg": rows["weight_kg"].fillna(0).to_numpy(np.float32) if len(rows) else np.zeros(0, np.float32),
        **empty,
    }
    return pack(header, arrays)


def _quarters(table: pd.DataFrame) -> list[str]:
    """Every quarter from the first to the last, without holes."""
    if table.empty:
        return []
    numbers = [int(label[:4]) * 4 + int(label[5]) - 1 for label in table["quarter"].unique()]
    return [f"{number // 4}Q{number % 4 + 1}" for number in range(min(numbers), max(numbers) + 1)]


def window_of(months: list[str], opening: Period | None) -> list[int]:
    """First and last step of the period that the page opens on."""
    if not months or opening is None:
        return [0, max(0, len(months) - 1)]
    return [max(0, position(months, opening.first)), min(len(months) - 1, position(months, opening.last))]


def _totals(n: Any, kg: Any, gap: Any, bound: Any) -> dict[str, Any]:
    flags = {"step_gap": np.asarray(gap, np.uint8), "step_bound": np.asarray(bound, np.uint8)}
    return {"step_n": np.asarray(n, np.float64), "step_kg": np.asarray(kg, np.float64), **flags}


def _bounds(selected: pd.DataFrame, months: list[str]) -> NDArray[np.bool_]:
    """Months in which some weight is a lower bound, so that their sum is one."""
    found = np.zeros(len(months), bool)
    if len(selected) and months:
        at = single_months(selected) - month_number(months[0])
        bound = (selected["weight_bound"] == "at_least").to_numpy() & (drug_kg(selected) > 0) & (at >= 0) & (at < len(months))
        found[at[bound]] = True
    return found


def _vague(selected: pd.DataFrame, months: list[str]) -> dict[str, Any]:
    """Events that belong to no single month: first and last step of their span, how many share it, their kilograms.

    They are in no bar and on no cell, but in the figures of every period that holds their whole span.
    """
    spans = pd.DataFrame(columns=["first", "last", "kg"], dtype=float)
    if len(selected) and months:
        rows = one_row_each(selected)
        start = month_number(months[0])
        first, last = month_numbers(rows["happened_from"]) - start, month_numbers(rows["happened_to"]) - start
        inside = rows["happened_from"].notna().to_numpy() & (single_months(rows) == NO_MONTH)
        spans = pd.DataFrame({"first": first, "last": last, "kg": rows["weight_kg"].fillna(0).to_numpy(float)})[inside]
    return shared_spans(spans["first"].to_numpy(), spans["last"].to_numpy(), spans["kg"].to_numpy(), len(months))


def shared_spans(first: NDArray[Any], last: NDArray[Any], kg: NDArray[Any], n_months: int) -> dict[str, Any]:
    """Spans of steps, equal ones added up; those that reach out of the steps are left out."""
    inside = (first >= 0) & (first <= last) & (last < n_months)
    spans = pd.DataFrame({"first": first[inside], "last": last[inside], "kg": kg[inside]})
    shared = spans.groupby(["first", "last"], as_index=False).agg(n=("kg", "size"), kg=("kg", "sum"))
    return {
        "vague_first": shared["first"].to_numpy(np.uint16),
        "vague_last": shared["last"].to_numpy(np.uint16),
        "vague_n": shared["n"].to_numpy(np.float64),
        "vague_kg": shared["kg"].to_numpy(np.float64),
    }


def _rings(rings: list[list[list[float]]]) -> dict[str, Any]:
    lengths = [len(ring) - 1 for ring in rings]  # the closing point is the first one again
    flat = [coordinate for ring in rings for point in ring[:-1] for coordinate in point]
    return {"rings": np.array(flat, np.float32), "ring_start": np.concatenate([[0], np.cumsum(lengths)]).astype(np.uint32)}


def _groups(selected: pd.DataFrame, months: list[str]) -> dict[str, Any]:
    """Distinct positions, split by seizure and incident, with their monthly numbers."""
    if selected.empty:
        rows = selected
    else:
        rows = one_row_each(selected)
        has_drug = set(selected.loc[selected["drug"].notna(), "event_id"])
        rows = rows.assign(is_incident=~(rows["event_id"].isin(has_drug) | (rows["kind"] == "seizure")))
        placed = rows["lon"].notna() & ~rows["precision_level"].isin(AREA_LEVELS)
        rows = rows[placed.to_numpy()]
    if not len(rows) or not months:
        empty = {"group_lon": "f8", "group_lat": "f8", "group_uncertainty": "f4", "group_kind": "u1", "group_name": "u4"}
        empty |= {"group_step": "u2", "group_index": "u4", "group_n": "f4", "group_kg": "f4"}
        return {"n_groups": 0, "n_hidden": 0, "names": [], "arrays": {name: np.zeros(0, kind) for name, kind in empty.items()}}
    lon, lat, incident = (rows[name].to_numpy(float) for name in ("lon", "lat", "is_incident"))
    first, codes = distinct_points(lon, lat, incident)
    uncertainty = np.zeros(len(first))
    np.maximum.at(uncertainty, codes, rows["uncertainty_m"].to_numpy(float, na_value=0.0))
    month = single_months(rows)
    start = month_number(months[0])
    dated = (month != NO_MONTH) & (month >= start) & (month < start + len(months))
    weight = np.bincount(codes[dated], minlength=len(first))
    kept = np.sort(np.argsort(-weight, kind="stable")[:MOST_GROUPS])
    renumber = np.full(len(first), -1, np.int64)
    renumber[kept] = np.arange(len(kept))
    use = dated & (renumber[codes] >= 0)
    texts = rows["place_text"].fillna("").to_numpy(object)[first[kept]]
    name_codes, names = pd.factorize(texts)
    arrays = {
        "group_lon": lon[first[kept]],
        "group_lat": lat[first[kept]],
        "group_uncertainty": uncertainty[kept].astype(np.float32),
        "group_kind": incident[first[kept]].astype(np.uint8),
        "group_name": name_codes.astype(np.uint32),
        "group_step": (month[use] - start).astype(np.uint16),
        "group_index": renumber[codes[use]].astype(np.uint32),
        "group_n": np.ones(int(use.sum()), np.float32),
        "group_kg": rows["weight_kg"].fillna(0).to_numpy(np.float32)[use],
    }
    return {"n_groups": len(kept), "n_hidden": len(first) - len(kept), "names": [str(name) for name in names], "arrays": arrays}
