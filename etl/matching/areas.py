"""Areas: the circle or the district that surely holds what was meant."""

from etl.matching.index import Index, Place
from etl.matching.parts import Part
from geodata.distances import moved

#: How much of a said distance the circle grows where the direction is said too.
WIDENED_BY_NEAR = 0.35


def off(place: Place, part: Part) -> Place:
    """Near a place: the circle grows by the distance; where the direction is said, the point moves and the circle grows less."""
    distance_m = part.beside_m or 0.0
    if part.bearing is None:
        return place._replace(uncertainty_m=place.uncertainty_m + distance_m)
    lon, lat = moved(place.lon, place.lat, part.bearing, distance_m)
    return place._replace(lon=lon, lat=lat, uncertainty_m=place.uncertainty_m + WIDENED_BY_NEAR * distance_m)


def area_of(places: list[Place], index: Index) -> Place | None:
    """The smallest area that surely holds the one that was meant: their district, else their province."""
    for ids in ({place.district_id for place in places}, {place.province_id for place in places}):
        area = index.areas.get(next(iter(ids)) or "") if len(ids) == 1 else None
        if area is not None:
            return area
    return None
