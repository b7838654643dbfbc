"""Relations: can one report name both of two places, one inside the other, or do they speak against each other?"""

from etl.matching.index import Place
from etl.matching.parts import SHARP_TO_WIDE
from geodata.distances import roughly_m

SAME, INSIDE, INSIDE_BY_DISTANCE, BESIDE, NEARBY, DIVIDED = 0.12, 0.30, 0.22, 0.15, 0.05, 0.06
AGAINST, ABROAD = -0.6, -0.25
#: Provinces that were made of parts of others (Kazakhstan, 2018 and 2022): a report may still name the former one.
FORMER_PART_OF = {
    "kz-abai": "kz-east",
    "kz-ulytau": "kz-karaganda",
    "kz-zhetisu": "kz-almaty",
    "kz-shymkent": "kz-turkistan",
}
NEARBY_M, SLACK_M, SAME_VILLAGE_M = 30_000.0, 5_000.0, 3_000.0


def apart_m(a: Place, b: Place) -> float:
    """Roughly how far the points of two places are apart, in metres."""
    return roughly_m(a.lon, a.lat, b.lon, b.lat)


def relation(a: Place, b: Place) -> float:
    """How well two places go together in one report, INSIDE at best; below zero they speak against each other."""
    if a.place_id == b.place_id:
        return SAME
    if a.level == b.level or {a.level, b.level} <= {"post", "place", "section"}:
        return _beside(a, b)
    wide, sharp = (a, b) if SHARP_TO_WIDE.index(a.level) > SHARP_TO_WIDE.index(b.level) else (b, a)
    if wide.level == "section":
        return _beside(a, b)
    its_own = sharp.district_id if wide.level == "district" else sharp.province_id
    if its_own == wide.place_id:
        return INSIDE
    if wide.country_iso3 != sharp.country_iso3:
        return AGAINST + ABROAD
    if wide.level == "province" and FORMER_PART_OF.get(sharp.province_id or "") == wide.place_id:
        return INSIDE_BY_DISTANCE
    apart = apart_m(wide, sharp)
    if wide.level == "district" and sharp.kind == "province":  # a city of that rank is in no district, it has some
        return INSIDE if wide.province_id == sharp.place_id else NEARBY if apart <= wide.uncertainty_m else AGAINST
    reach = wide.uncertainty_m + (sharp.uncertainty_m if sharp.level in ("district", "section") else SLACK_M)
    if apart > reach:
        return AGAINST
    # Provinces were divided and towns lie at the edge of their districts: a table of today does not speak the last word.
    return INSIDE_BY_DISTANCE if its_own is None else DIVIDED


def _beside(a: Place, b: Place) -> float:
    if a.level in ("district", "province"):
        return AGAINST if a.country_iso3 == b.country_iso3 else AGAINST + ABROAD
    apart = apart_m(a, b)
    if apart <= a.uncertainty_m + b.uncertainty_m + SLACK_M:
        return BESIDE
    if apart <= NEARBY_M:
        return NEARBY
    return AGAINST if a.country_iso3 == b.country_iso3 else AGAINST + ABROAD


def is_nested(a: Place, b: Place) -> bool:
    """Is one inside the other, or are both the same spot for all that is known? Then choosing between them is no choice of place."""
    if a.place_id == b.place_id:
        return True
    wide, sharp = (a, b) if SHARP_TO_WIDE.index(a.level) > SHARP_TO_WIDE.index(b.level) else (b, a)
    if wide.level != sharp.level and wide.level in ("district", "province"):
        its_own = sharp.district_id if wide.level == "district" else sharp.province_id
        if its_own == wide.place_id:
            return True
        if wide.level == "district" and its_own is None and a.country_iso3 == b.country_iso3:
            return apart_m(a, b) <= wide.uncertainty_m
        if its_own is not None and wide.level == "province" and sharp.level != "place":
            return False
    if a.kind == b.kind == "village":
        return apart_m(a, b) <= max(SAME_VILLAGE_M, a.uncertainty_m, b.uncertainty_m)
    return apart_m(a, b) <= max(SLACK_M, min(wide.uncertainty_m, NEARBY_M), min(sharp.uncertainty_m, NEARBY_M))
