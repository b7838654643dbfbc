"""Provinces and districts: names, seat and extent from the project's own tables; their areas are in `areas.py`."""

from functools import cache

import pandas as pd

from geodata.places.files import Field, read_sheet, records

CERTAINTIES = ("seat_known", "centre_estimated")

_NAMES = (
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("name_local", "text", False),
    Field("alt_names", "list"),
    Field("former_names", "list"),
    Field("seat"),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
)
_EXTENT = Field("extent_m", "number", False, low=1_000, high=400_000)
_ORIGIN = (Field("inside_of", "slug"), Field("certainty", "text", False, CERTAINTIES), Field("source", "url", False))
PROVINCE = (
    Field("province_id", "slug", False, unique=True),
    Field("country_iso3", "iso3", False),
    *_NAMES,
    _EXTENT,
    Field("geonames_admin1", "list"),
    *_ORIGIN,
)
DISTRICT = (
    Field("district_id", "slug", False, unique=True),
    Field("country_iso3", "iso3", False),
    Field("province_id", "slug", False),
    *_NAMES,
    Field("centre_lon", "lon"),
    Field("centre_lat", "lat"),
    _EXTENT,
    *_ORIGIN,
)


def load_provinces() -> pd.DataFrame:
    """All provinces of Tajikistan, Afghanistan, Uzbekistan, Kyrgyzstan, Kazakhstan and Turkmenistan, cities of that rank among them.

    lon, lat: the seat, EPSG:4326. extent_m: radius in metres that holds the province as far as its shape is known.
    alt_names holds every other name, the former ones too; former_names those alone. inside_of: the province around a
    city. geonames_admin1: its codes in GeoNames. Raises BadReference.
    """
    return _with_former(_provinces())


def load_districts() -> pd.DataFrame:
    """All districts and cities of Tajikistan; the districts of northern Afghanistan, from Badakhshan to Faryab.

    Columns and units as `load_provinces`, with district_id and province_id; centre_lon, centre_lat: the middle of its area where a
    source knows it and it is not the seat. Raises BadReference.
    """
    return _with_former(_districts())


def _with_former(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(alt_names=table["alt_names"] + table["former_names"], former_names=table["former_names"].map(list))


@cache
def _provinces() -> pd.DataFrame:
    sheet = read_sheet("provinces", PROVINCE)
    for row, around in enumerate(sheet.rows["inside_of"].fillna("")):
        if around and around not in set(sheet.rows["province_id"]):
            raise sheet.refuse(row, "inside_of", "a province_id of provinces.csv")
    return sheet.rows


@cache
def _districts() -> pd.DataFrame:
    sheet = read_sheet("districts", DISTRICT)
    countries = _provinces().set_index("province_id")["country_iso3"].to_dict()
    known = set(sheet.rows["district_id"])
    for row, district in enumerate(records(sheet.rows.fillna({"inside_of": ""}))):
        if district.province_id not in countries:
            raise sheet.refuse(row, "province_id", "a province_id of provinces.csv")
        if district.country_iso3 != countries[district.province_id]:
            raise sheet.refuse(row, "country_iso3", f"the country of its province, {countries[district.province_id]}")
        if district.inside_of and district.inside_of not in known:
            raise sheet.refuse(row, "inside_of", "a district_id of districts.csv")
    return sheet.rows
