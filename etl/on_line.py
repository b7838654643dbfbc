"""On the line: the border section that a located event counts for. A name that was said is stronger than what happens to be nearest."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from etl.ground import Floats, Ground
from etl.matching.index import Place
from geodata.model import SECTION_REACH_M

COUNTRIES = ("TJK", "AFG")


class Hint(NamedTuple):
    """Where on the line to look. lon, lat: EPSG:4326, from here. among: rows of `Ground.sections`. is_named: it is surely one of them."""

    lon: float
    lat: float
    among: tuple[int, ...]
    is_named: bool


def hint_of(
    lon: float, lat: float, uncertainty_m: float, place: Place | None, section_of: Mapping[str, str], ground: Ground
) -> Hint | None:
    """What the words allow, for an event of the line's countries at lon, lat; None: it belongs to no section.

    section_of: post, town or village -> the section that bears its name.
    A section that was named, or that bears the name of the post or village, is the one. Else only sections of the district
    that was named count. Without any of these every section does. A vague event belongs to no section unless that was named.
    """
    ids = ground.sections["section_id"].tolist()
    said = place and (place.place_id if place.level == "section" else section_of.get(place.place_id))
    is_sharp = uncertainty_m <= SECTION_REACH_M
    if place is not None and said in ids and (is_sharp or place.level == "section"):
        return Hint(lon, lat, (ids.index(said),), True)
    if not is_sharp:
        return None
    if place is None or place.level == "province" or place.district_id is None:
        return Hint(lon, lat, tuple(range(len(ids))), False)
    among = tuple(i for i, districts in enumerate(ground.sections["district_ids"]) if place.district_id in districts)
    if place.level in ("post", "place") and place.uncertainty_m < uncertainty_m:
        lon, lat = place.lon, place.lat  # the village is known better than the event in it
    return Hint(lon, lat, among, False) if among else None


def sections_of(hints: list[Hint | None], ground: Ground) -> list[tuple[str | None, float | None]]:
    """section_id and chainage in km of n events; None, None for those too far from the line or from the sections they may be in."""
    there = [hint for hint in hints if hint is not None]
    lon, lat = (np.array([getattr(hint, axis) for hint in there], dtype=float) for axis in ("lon", "lat"))
    km, distance_m = ground.on_line(lon, lat) if there else (lon, lat)
    places = iter(zip(km, distance_m, strict=True))
    ids = ground.sections["section_id"].tolist()
    starts, ends = (ground.sections[end].to_numpy(float) for end in ("from_km", "to_km"))
    return [(None, None) if hint is None else _section(hint, *next(places), starts, ends, ids) for hint in hints]


def _section(hint: Hint, km: float, distance_m: float, starts: Floats, ends: Floats, ids: list[str]) -> tuple[str | None, float | None]:
    rows = np.array(hint.among)
    off_km = np.maximum(np.maximum(starts[rows] - km, km - ends[rows]), 0.0)
    row = int(rows[off_km.argmin()])
    if not hint.is_named and (distance_m > SECTION_REACH_M or off_km.min() * 1000 > SECTION_REACH_M):
        return None, None
    return ids[row], float(np.clip(km, starts[row], ends[row]))
