"""National outlines, derived from the time zones of `timezonefinder` (OpenStreetMap detail, ODbL) and cached.

A country is the union of its zones. Outlines show what OpenStreetMap holds; they imply no opinion on any boundary.
"""

from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.errors import BadFile
from geodata.places.cached import cached_file

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from timezonefinder import TimezoneFinder

#: Countries whose outline is exact to the source: Tajikistan, its neighbours on the route.
ZONES: dict[str, tuple[str, ...]] = {
    "TJK": ("Asia/Dushanbe",),
    "AFG": ("Asia/Kabul",),
    "UZB": ("Asia/Tashkent", "Asia/Samarkand"),
    "KGZ": ("Asia/Bishkek",),
    "KAZ": ("Asia/Almaty", "Asia/Aqtau", "Asia/Aqtobe", "Asia/Atyrau", "Asia/Oral", "Asia/Qostanay", "Asia/Qyzylorda"),
    "TKM": ("Asia/Ashgabat",),
}
#: Neighbours that are only drawn: cut to `WINDOW` and simplified by `DRAWN_TOLERANCE_DEG`.
DRAWN_ZONES: dict[str, tuple[str, ...]] = {
    "CHN": ("Asia/Shanghai", "Asia/Urumqi"),
    "PAK": ("Asia/Karachi",),
    "IRN": ("Asia/Tehran",),
    "RUS": (
        "Asia/Barnaul", "Asia/Krasnoyarsk", "Asia/Novokuznetsk", "Asia/Novosibirsk", "Asia/Omsk", "Asia/Tomsk", "Asia/Yekaterinburg",
        "Europe/Astrakhan", "Europe/Kirov", "Europe/Moscow", "Europe/Samara", "Europe/Saratov", "Europe/Ulyanovsk", "Europe/Volgograd",
    ),
    "IND": ("Asia/Kolkata",),
    "NPL": ("Asia/Kathmandu",),
    "MNG": ("Asia/Hovd", "Asia/Ulaanbaatar"),
    "AZE": ("Asia/Baku",),
    "ARM": ("Asia/Yerevan",),
    "GEO": ("Asia/Tbilisi",),
    "IRQ": ("Asia/Baghdad",),
}  # fmt: skip
WINDOW = (45.0, 28.0, 90.0, 58.0)  # lon, lat, lon, lat in degrees
DRAWN_TOLERANCE_DEG = 0.01
#: Raised when the way an outline is derived changes, so that caches of older code are left alone.
RECIPE = 1


def country_outline(iso3: str, cache: Path) -> Polygon | MultiPolygon:
    """The outline of one country, EPSG:4326, valid. cache: folder of `Settings.cache`. Raises BadFile for a country that has no zones."""
    if iso3 not in ZONES and iso3 not in DRAWN_ZONES:
        raise BadFile(f"There is no outline of {iso3!r}; one of {', '.join([*ZONES, *DRAWN_ZONES])} was wanted.")
    return _outline(iso3, cache)


@lru_cache(maxsize=64)
def _outline(iso3: str, cache: Path) -> Polygon | MultiPolygon:
    path = cached_file(cache, f"outline-{iso3}-{made_from()}.geojson", lambda: shapely.to_geojson(_derive(iso3)).encode())
    outline = shapely.from_geojson(path.read_text("utf-8"))
    if not isinstance(outline, Polygon | MultiPolygon):  # the bytes are ours (SHA-256 fits), so this is a fault of the recipe
        raise BadFile(f"{path} holds a {outline.geom_type}, a country outline was wanted: delete it and start again.")
    return outline


def countries_at(lon: ArrayLike, lat: ArrayLike, among: Iterable[str], cache: Path) -> NDArray[np.object_]:
    """The country in which each of n points lies (EPSG:4326), out of some by ISO3, the first of them first; "" in none of them; (n,)."""
    east, north = np.asarray(lon, float), np.asarray(lat, float)
    found = np.full(len(east), "", object)
    for iso3 in among:
        outline = country_outline(iso3, cache)
        west, south, right, top = outline.bounds
        near = np.flatnonzero((found == "") & (east >= west) & (east <= right) & (north >= south) & (north <= top))
        if len(near):
            shapely.prepare(outline)
            found[near[shapely.contains_xy(outline, east[near], north[near])]] = iso3
    return found


def made_from() -> str:
    """What outlines are derived from, as a part of cache names: the versions of the reader, of its data and of our recipe."""
    return f"tzf{version('timezonefinder')}-{version('timezonefinder-data')}-r{RECIPE}"


def countries(cache: Path) -> "GeoDataFrame":
    """All outlines: GeoDataFrame[iso3, is_drawn_only, geometry], EPSG:4326; `ZONES` in full detail, `DRAWN_ZONES` cut and simplified."""
    from geopandas import GeoDataFrame

    names = [*ZONES, *DRAWN_ZONES]
    table = {"iso3": names, "is_drawn_only": [n in DRAWN_ZONES for n in names]}
    return GeoDataFrame(table, geometry=[country_outline(n, cache) for n in names], crs="EPSG:4326")


def derive_exactly(iso3: str) -> BaseGeometry:
    """The union of a country's zones, as detailed as the source: neighbours share their vertices. Seconds; nothing is cached."""
    from timezonefinder import TimezoneFinder  # slow to import, and needed only when the cache is empty

    with TimezoneFinder() as finder:
        return shapely.union_all([_zone(finder, name) for name in ZONES.get(iso3) or DRAWN_ZONES[iso3]])


def _derive(iso3: str) -> Polygon | MultiPolygon:
    outline = derive_exactly(iso3)
    if iso3 in DRAWN_ZONES:
        outline = shapely.simplify(shapely.intersection(outline, shapely.box(*WINDOW)), DRAWN_TOLERANCE_DEG)
        outline = shapely.set_precision(outline, 1e-4)
    areas = polygons_of(shapely.make_valid(outline))
    return areas[0] if len(areas) == 1 else MultiPolygon(areas)


def polygons_of(geometry: BaseGeometry) -> list[Polygon]:
    """The polygons of any geometry; the points and lines that clipping and mending leave behind are dropped."""
    parts = shapely.get_parts(geometry, return_index=False)
    flat = [inner for part in parts for inner in (shapely.get_parts(part) if part.geom_type.startswith(("Multi", "Geometry")) else [part])]
    return [part for part in flat if isinstance(part, Polygon) and not part.is_empty]


def _zone(finder: "TimezoneFinder", name: str) -> MultiPolygon:
    """One zone as its data file has it. Rounded to 1e-6 degrees, the source's own step, so that neighbours share their vertices."""
    polygons = finder.get_geometry(tz_name=name, coords_as_pairs=True)
    rings = [[np.round(np.asarray(ring, float), 6) for ring in polygon] for polygon in polygons]
    return MultiPolygon([Polygon(polygon[0], polygon[1:]) for polygon in rings])
