"""Areas of districts and provinces: imported outlines where there are some, else approximate cells around known places.

No open outlines of Tajik districts exist. A cell holds what is nearer to the known places of a district (its seat, its
villages in `files/places.csv`, its part of the border line) than to those of any other. It is drawn dashed and called
approximate, always.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.distances import WGS84
from geodata.places.border_line import load_line
from geodata.places.boundaries import ZONES, country_outline, made_from
from geodata.places.cached import cached_file
from geodata.places.cells import Area, as_area, cells, edges
from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import FOLDER, records
from geodata.places.importing import imported_areas
from geodata.places.sections import load_section_table
from geodata.places.towns import geonames_towns, load_places

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

#: Raised when the way areas are made changes.
RECIPE = 2
#: A site on the border line every so many km, for the district on each side of it.
LINE_STEP_KM = 2.0
_SITE = ("lon", "lat", "district_id", "province_id")


def district_areas(cache: Path, imported: Path | None = None) -> "GeoDataFrame":
    """Areas of the districts of `load_districts`, EPSG:4326, valid, not overlapping; those of Tajikistan cover it.

    [district_id, country_iso3, province_id, name_en, name_ru, name_tg, basis, geometry]; basis: "approximate" or
    "imported". imported: folder of `python -m etl boundaries import`, by default `boundaries` beside ``cache``.
    """
    return _areas("district", cache, imported)


def province_areas(cache: Path, imported: Path | None = None) -> "GeoDataFrame":
    """Areas of the provinces of `load_provinces`, as `district_areas`; together they cover the six countries.

    Where all districts of a province are known it is their union, else the cells of its towns.
    """
    return _areas("province", cache, imported)


def area_shapes(cache: Path, imported: Path | None = None) -> dict[str, BaseGeometry]:
    """Province or district id -> its area, of all provinces and districts: what a report of a whole one is spread over."""
    provinces, districts = province_areas(cache, imported), district_areas(cache, imported)
    shapes = dict(zip(provinces["province_id"], provinces.geometry, strict=True))
    return shapes | dict(zip(districts["district_id"], districts.geometry, strict=True))


def _areas(level: str, cache: Path, imported: Path | None) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    found = list(combine(level, approximate_areas(level, cache), cache.parent / "boundaries" if imported is None else imported))
    columns = ["district_id", "country_iso3", "province_id"] if level == "district" else ["province_id", "country_iso3"]
    table = pd.DataFrame([row for row, _, _ in found])[[*columns, "name_en", "name_ru", "name_tg"]]
    return GeoDataFrame(table.assign(basis=[basis for _, basis, _ in found]), geometry=[area for _, _, area in found], crs="EPSG:4326")


def combine(level: str, approximate: Mapping[str, Area], imported: Path) -> Iterator[tuple[Any, str, Area]]:
    """The row, basis and area of each district or province: an imported area goes before a cell, and takes its ground from the others."""
    real = imported_areas(imported, level)
    taken = shapely.union_all(list(real.values()))
    shapely.prepare(taken)
    for row in records(load_districts() if level == "district" else load_provinces()):
        name = row.district_id if level == "district" else row.province_id
        area = real.get(name, approximate.get(name))
        if area is not None and name not in real and taken.intersects(area):
            area = as_area(shapely.difference(area, taken))
        if area is not None and not area.is_empty:
            yield row, "imported" if name in real else "approximate", area


def approximate_areas(level: str, cache: Path) -> Mapping[str, Area]:
    """Cells by district_id or province_id within the full outlines, made once and kept in ``cache``."""
    return _cached_cells(level, cache)


@lru_cache(maxsize=8)
def _cached_cells(level: str, cache: Path) -> dict[str, Area]:
    def make() -> bytes:
        made = make_areas(level, {iso3: country_outline(iso3, cache) for iso3 in ZONES}, cache)
        return json.dumps({name: json.loads(shapely.to_geojson(area)) for name, area in made.items()}).encode()

    path = cached_file(cache, f"{level}-cells-{_version()}.json", make)
    return {name: as_area(shapely.from_geojson(json.dumps(area))) for name, area in json.loads(path.read_bytes()).items()}


def _version() -> str:
    ours = hashlib.sha256()
    for name in ("districts", "places", "provinces", "sections"):
        ours.update((FOLDER / f"{name}.csv").read_bytes())
    return f"{ours.hexdigest()[:12]}-{made_from()}-r{RECIPE}"


def make_areas(level: str, outlines: Mapping[str, Area], cache: Path) -> dict[str, Area]:
    """Cells within the given outlines (exact or simplified ones), by district_id or province_id."""
    found: dict[str, Area] = {}
    countries = set((load_provinces() if level == "province" else load_districts())["country_iso3"])
    for iso3, outline in outlines.items():
        if iso3 not in countries:
            continue
        sites = _sites(iso3, cache)
        owners = sites[f"{level}_id"] if level == "province" else sites["district_id"].fillna("")
        found |= cells(sites["lon"], sites["lat"], owners.tolist(), outline)
    return {name: area for name, area in found.items() if name}


def make_edges(level: str, outlines: Mapping[str, Area], cache: Path) -> Iterator[tuple[str, BaseGeometry]]:
    """Country and inner lines of the cells, each once, for drawing: between the provinces, or the districts of one province."""
    province_of = load_districts().set_index("district_id")["province_id"].to_dict()
    for iso3, outline in outlines.items():
        sites = _sites(iso3, cache)
        for one, other, line in edges(sites["lon"], sites["lat"], sites[f"{level}_id"].fillna("").tolist(), outline):
            if level == "province" or (one and other and province_of[one] == province_of[other]):
                yield iso3, line


def _sites(iso3: str, cache: Path) -> pd.DataFrame:
    """Known places of one country with the district (where known) and province that they lie in, EPSG:4326."""
    districts, provinces = (table[table["country_iso3"] == iso3] for table in (load_districts(), load_provinces()))
    by_district = set(districts["province_id"])
    towns = pd.concat([load_places(), geonames_towns()]).reindex(columns=["country_iso3", *_SITE])
    # Where districts are known, only a place that says its district may be a site.
    towns = towns[(towns["country_iso3"] == iso3) & (towns["district_id"].notna() | ~towns["province_id"].isin(by_district))]
    seats = provinces[~provinces["province_id"].isin(by_district)]
    cities = pd.concat([districts[districts["inside_of"].notna()], seats[seats["inside_of"].notna()]])
    centres = districts.drop(columns=["lon", "lat"]).rename(columns={"centre_lon": "lon", "centre_lat": "lat"}).dropna(subset=["lon"])
    rings = _rings(cities, pd.concat([districts, seats]), districts)
    line = _line_sites(cache) if iso3 in ("TJK", "AFG") else []
    parts = [districts, seats, centres, rings, *line, _outside(towns, cities)]
    sites = pd.concat([part.reindex(columns=list(_SITE)) for part in parts], ignore_index=True)
    return sites[sites["province_id"].isin(provinces["province_id"])]


def _outside(sites: pd.DataFrame, cities: pd.DataFrame) -> pd.DataFrame:
    """Without the sites of another owner that lie in a city that has an owner of its own."""
    keep = np.ones(len(sites), bool)
    for city in records(cities):
        metres = WGS84.inv(np.full(len(sites), city.lon), np.full(len(sites), city.lat), sites["lon"], sites["lat"])[2]
        level = "district_id" if isinstance(city.district_id, str) else "province_id"
        others = (sites[level] != getattr(city, level)).to_numpy(bool)
        keep &= ~((np.asarray(metres) < 1.5 * city.extent_m) & others)
    return sites[keep]


def _rings(cities: pd.DataFrame, seats: pd.DataFrame, districts: pd.DataFrame) -> pd.DataFrame:
    """Up to eight sites around each city for the district or province that surrounds it, so that its cell ends at its extent.

    None where another district's seat is nearer than the surrounding one's: that side of the city is the other's.
    """
    province_of = districts.set_index("district_id")["province_id"].to_dict()
    rows: list[dict[str, Any]] = []
    for city in records(cities):
        around = {"district_id": city.inside_of, "province_id": province_of.get(city.inside_of, city.inside_of)}
        for bearing in range(0, 360, 45):
            lon, lat, _ = WGS84.fwd(city.lon, city.lat, bearing, 2 * city.extent_m)
            metres = np.asarray(WGS84.inv(np.full(len(seats), lon), np.full(len(seats), lat), seats["lon"], seats["lat"])[2])
            nearest = seats.iloc[int(metres.argmin())]
            inside_another = bool(((metres < 1.5 * seats["extent_m"].to_numpy()) & seats["inside_of"].notna().to_numpy()).any())
            if not inside_another and city.inside_of in (nearest["district_id"], nearest["province_id"], nearest["inside_of"]):
                rows.append({"lon": lon, "lat": lat, **around})
    return pd.DataFrame(rows, columns=list(_SITE))


def _line_sites(cache: Path) -> list[pd.DataFrame]:
    """Points along the border line for the districts on both sides; those of the other country are dropped by `_sites`.

    The two sides share their points, so each is clipped to its own country: a cell never crosses the line.
    """
    line, sections = load_line(cache), load_section_table(cache)
    province_of = load_districts().set_index("district_id")["province_id"].to_dict()
    sides = []
    for column in ("district_id", "opposite_district_id"):
        for section in records(sections):
            km = np.arange(section.from_km + LINE_STEP_KM / 2, section.to_km, LINE_STEP_KM)
            owner = getattr(section, column)
            at = {"lon": np.interp(km, line.km, line.lon), "lat": np.interp(km, line.km, line.lat)}
            sides.append(pd.DataFrame(at).assign(district_id=owner, province_id=province_of[owner]))
    return sides
