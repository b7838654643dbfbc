"""Ground: what the locator must know of the world, loaded once a run from `geodata.places` and handed on as a value."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Objects = NDArray[np.object_]


class Areas(NamedTuple):
    """n areas, EPSG:4326: their ids, what each is a part of (a district of a province, a province of a country), their shapes."""

    ids: Objects
    part_of: Objects
    shapes: Objects


class Ground(NamedTuple):
    """on_line: lon, lat (EPSG:4326, (n,)) -> chainage in km and distance in metres from the Tajik-Afghan line.

    sections: section_id, from_km, to_km, district_ids (both sides), in order.
    outlines: country_iso3 -> its outline; a country without one is checked
    against nothing. districts, provinces: areas of the region, approximate or imported.
    """

    on_line: Callable[[Floats, Floats], tuple[Floats, Floats]]
    sections: pd.DataFrame
    outlines: Mapping[str, BaseGeometry]
    districts: Areas
    provinces: Areas


def load_ground(cache: Path, region: tuple[str, ...]) -> Ground:
    """The ground of the countries in ``region``. Made at the first call (tens of seconds), read from ``cache`` afterwards."""
    from geodata.places.areas import district_areas, province_areas
    from geodata.places.border_line import locate_on_line
    from geodata.places.boundaries import ZONES, country_outline
    from geodata.places.sections import load_section_table

    return Ground(
        on_line=lambda lon, lat: locate_on_line(lon, lat, cache),
        sections=_sections(load_section_table(cache)),
        outlines={iso3: country_outline(iso3, cache) for iso3 in region if iso3 in ZONES},
        districts=_areas(district_areas(cache), "district_id", "province_id"),
        provinces=_areas(province_areas(cache), "province_id", "country_iso3"),
    )


def _sections(table: pd.DataFrame) -> pd.DataFrame:
    sides = zip(table["district_id"], table["opposite_district_id"], table["further_opposite_ids"], strict=True)
    touching = pd.Series([frozenset((ours, theirs, *more)) for ours, theirs, more in sides], dtype="object")
    return table[["section_id", "from_km", "to_km"]].assign(district_ids=touching.array)


def _areas(table: pd.DataFrame, name: str, part_of: str) -> Areas:
    return Areas(table[name].to_numpy(object), table[part_of].to_numpy(object), table["geometry"].to_numpy(object))


def areas_at(ground: Ground, country: Objects, lon: Floats, lat: Floats, province: Objects | None = None) -> tuple[Objects, Objects]:
    """District and province of n points of known country, and of known province where one is given; None where there is none.

    A point beside its country's areas (an estimate in the river) belongs to the nearest of them. The district is looked for only
    in its province: not every province has its districts listed.
    """
    at = _nearest(ground.provinces, country, lon, lat)
    if province is not None:
        at = np.where(pd.notna(province), province, at)
    return _nearest(ground.districts, at, lon, lat), at


def _nearest(areas: Areas, part_of: Objects, lon: Floats, lat: Floats) -> Objects:
    """The area, among those that are part of the same whole, that holds or is nearest to each of n points."""
    found: Objects = np.full(len(lon), None, dtype=object)
    for whole in {each for each in part_of if each is not None}:
        members, rows = np.flatnonzero(areas.part_of == whole), np.flatnonzero(part_of == whole)
        if len(members):
            tree = shapely.STRtree(areas.shapes[members])
            found[rows] = areas.ids[members[tree.nearest(shapely.points(lon[rows], lat[rows]))]]
    return found
