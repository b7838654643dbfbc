"""Decided: what a person answered to the question where a place is, and a pin dropped on the map, as a row of the model wants it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from etl.coordinates import FAR_OUTSIDE_M
from etl.ground import Ground, areas_at
from etl.on_line import COUNTRIES, hint_of, sections_of
from geodata.distances import roughly_m

#: (country_iso3, name_key of the words) -> a candidate as `etl.questions` gave it, a pin, or {"verdict": "not_a_place"}.
Decisions = Mapping[tuple[str, str], Mapping[str, Any]]
DECIDED, PIN, NOT_A_PLACE = "decided", "pin", "not_a_place"
_IDS = ("district_id", "province_id", "section_id", "chainage_km")


def decided_answer(decision: Mapping[str, Any], iso3: str, ground: Ground) -> dict[str, Any]:
    """The fields of a located event that a decision fills."""
    if decision.get("verdict") == NOT_A_PLACE:
        nothing = dict.fromkeys(("lon", "lat", "uncertainty_m", "place_id", "district_id", "province_id"))
        return {**nothing, "precision_level": "country", "locate_rule": NOT_A_PLACE, "locate_score": 1.0, "locate_status": "unlocated"}
    lon, lat, uncertainty_m = (float(decision[name]) for name in ("lon", "lat", "uncertainty_m"))
    level = str(decision.get("precision_level") or "place")
    known: dict[str, Any] = {name: decision.get(name) for name in _IDS}
    if known["province_id"] is None:
        at = place_at(lon, lat, uncertainty_m, str(decision.get("country_iso3") or iso3), ground)
        known = {name: known[name] if known[name] is not None else at[name] for name in _IDS}
    if level == "province":
        known["district_id"] = None
    rule = PIN if decision.get("locate_rule") == PIN else DECIDED
    at_last = {"lon": lon, "lat": lat, "uncertainty_m": uncertainty_m, "precision_level": level, "place_id": decision.get("place_id")}
    return {**at_last, **known, "locate_rule": rule, "locate_score": 1.0, "locate_status": "located"}


def place_at(lon: float, lat: float, uncertainty_m: float, iso3: str, ground: Ground) -> dict[str, Any]:
    """What a pin at lon, lat (EPSG:4326) with its radius in metres stands for; iso3: the reporting country, where the pin is near it.

    Returns the position with district_id, province_id, section_id and chainage_km, None where there are none.
    """
    country = _country_at(lon, lat, iso3, ground)
    district, province = (areas[0] for areas in areas_at(ground, np.array([country], dtype=object), np.array([lon]), np.array([lat])))
    section, km = None, None
    if country in COUNTRIES:
        section, km = sections_of([hint_of(lon, lat, uncertainty_m, None, {}, ground)], ground)[0]
    return {
        "lon": lon, "lat": lat, "uncertainty_m": uncertainty_m, "precision_level": "point", "locate_rule": PIN, "place_id": None,
        "district_id": district, "province_id": province, "section_id": section, "chainage_km": km,
    }  # fmt: skip


def _country_at(lon: float, lat: float, iso3: str, ground: Ground) -> str | None:
    """The reporting country, unless the pin lies clearly in another; None outside all of them."""
    point = shapely.Point(lon, lat)
    outline = ground.outlines.get(iso3)
    if outline is None or outline.contains(point):
        return iso3
    inside = next((code for code, shape in ground.outlines.items() if shape.contains(point)), None)
    foot = shapely.shortest_line(outline, point).coords[0]
    if inside is None and roughly_m(lon, lat, foot[0], foot[1]) <= FAR_OUTSIDE_M:
        return iso3
    return inside
