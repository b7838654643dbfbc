"""What is known by name and position only: `files/areas.csv` (districts without an area of ours, provinces abroad), `files/points.csv`.

No cell is drawn for these areas and no event is counted by them: their ids are never a district_id, and a province_id only abroad.
"""

from functools import cache

import pandas as pd

from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import Field, read_sheet, records

AREA = (
    Field("area_id", "slug", False, unique=True),
    Field("country_iso3", "iso3", False),
    Field("kind", "text", False, ("district", "province")),
    Field("province_id", "slug"),
    Field("name_en", "text", False),
    Field("name_ru"),
    Field("name_local"),
    Field("alt_names", "list"),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("extent_m", "number", False, low=1_000, high=2_000_000),
    Field("geonames_admin1", "list"),
    Field("source", "url", False),
)
POINT = (
    Field("point_id", "slug", False, unique=True),
    Field("country_iso3", "iso3", False),
    Field("neighbour_iso3", "iso3"),
    Field("kind", "text", False, ("post", "town", "village")),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_local"),
    Field("alt_names", "list"),
    Field("district_id", "slug"),
    Field("province_id", "slug"),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("uncertainty_m", "number", False, low=100, high=100_000),
    Field("source", "url", False),
)


def load_further_areas() -> pd.DataFrame:
    """Districts of the neighbours and of the rest of Afghanistan, provinces and border districts of Iran, Pakistan, China and Russia.

    lon, lat: the seat or the middle, EPSG:4326. extent_m: radius in metres that holds it as far as its shape is known. province_id: of
    `load_provinces` within the six countries, empty abroad. Raises BadReference.
    """
    return _areas().assign(alt_names=lambda t: t["alt_names"].map(list), geonames_admin1=lambda t: t["geonames_admin1"].map(list))


def load_points() -> pd.DataFrame:
    """Crossings on the region's other borders, inner posts, stations, airports, passes, towns and villages that reports name; EPSG:4326.

    kind "post": what stands at a road, a line or a border. neighbour_iso3: empty within a country. Raises BadReference.
    """
    return _points().assign(alt_names=lambda t: t["alt_names"].map(list))


@cache
def _areas() -> pd.DataFrame:
    sheet = read_sheet("areas", AREA)
    provinces = load_provinces().set_index("province_id")["country_iso3"].to_dict()
    taken, home = set(provinces) | set(load_districts()["district_id"]), set(provinces.values())
    abroad = sheet.rows[sheet.rows["kind"] == "province"]
    provinces |= dict(zip(abroad["area_id"], abroad["country_iso3"], strict=True))
    for row, area in enumerate(records(sheet.rows.fillna({"province_id": ""}))):
        if area.province_id and provinces.get(area.province_id) != area.country_iso3:
            raise sheet.refuse(row, "province_id", f"a province of {area.country_iso3} in provinces.csv or areas.csv")
        if area.country_iso3 in home and not area.province_id:
            raise sheet.refuse(row, "province_id", "the province in which the district lies")
        if area.area_id in taken:
            raise sheet.refuse(row, "area_id", "an id that no district or province has")
    return sheet.rows


@cache
def _points() -> pd.DataFrame:
    sheet = read_sheet("points", POINT)
    districts = load_districts().set_index("district_id")["province_id"].to_dict()
    provinces = load_provinces().set_index("province_id")["country_iso3"].to_dict()
    for row, point in enumerate(records(sheet.rows.fillna({"district_id": "", "province_id": ""}))):
        if point.district_id and districts.get(point.district_id) != point.province_id:
            raise sheet.refuse(row, "district_id", f"a district of {point.province_id} in districts.csv")
        if point.province_id and provinces.get(point.province_id) != point.country_iso3:
            raise sheet.refuse(row, "province_id", f"a province of {point.country_iso3} in provinces.csv")
    return sheet.rows
