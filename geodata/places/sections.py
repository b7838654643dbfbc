"""Border sections: the Tajik-Afghan line cut at named places, `files/sections.csv`, so that a stretch can be named."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geodata.places.border_line import cut_line, load_line, locate_on_line
from geodata.places.districts import load_districts
from geodata.places.files import Field, Sheet, read_sheet, records
from geodata.places.posts import load_posts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

#: A cut is a named place beside the line; one farther off is a typing error.
CUT_REACH_M = 8_000.0

SECTION = (
    Field("section_id", "slug", False, unique=True),
    Field("name_en", "text", False, unique=True),
    Field("name_ru", "text", False, unique=True),
    Field("name_tg", "text", False, unique=True),
    Field("alt_names", "list"),
    Field("district_id", "slug", False),
    Field("opposite_district_id", "slug", False),  # along most of the section
    Field("further_opposite_ids", "list"),  # the others that touch it
    Field("detachment"),
    Field("detachment_ru"),
    Field("detachment_tg"),
    Field("detachment_post_id", "slug"),
    Field("detachment_certainty", "text", False, ("supported", "general_knowledge", "unknown")),
    Field("end_place", "text", False),
    Field("end_lon", "lon"),
    Field("end_lat", "lat"),
    Field("source", "url", False),
)


def load_sections(cache: Path) -> "GeoDataFrame":
    """The sections from west to east, each where the one before ends; together they are the line, exactly once.

    GeoDataFrame, EPSG:4326: the columns of `SECTION` plus from_km, to_km, length_km (chainage), lon, lat (the point of the
    line half way), geometry (LineString). district_id: on the Tajik side; detachment: empty where not known.
    Raises BadReference for a cut off the line or out of order.
    """
    return _sections(cache).copy()


def load_section_table(cache: Path) -> pd.DataFrame:
    """As `load_sections`, without geometry (and without importing geopandas)."""
    return _measured(cache).copy()


@lru_cache(maxsize=8)
def _sections(cache: Path) -> "GeoDataFrame":
    from geopandas import GeoDataFrame

    table = _measured(cache)
    pieces = [cut_line(a, b, cache) for a, b in zip(table["from_km"], table["to_km"], strict=True)]
    return GeoDataFrame(table.copy(), geometry=pieces, crs="EPSG:4326")


@lru_cache(maxsize=8)
def _measured(cache: Path) -> pd.DataFrame:
    sheet = read_sheet("sections", SECTION)
    _check_references(sheet)
    table, line = sheet.rows, load_line(cache)
    to_km, off_m = locate_on_line(table["end_lon"], table["end_lat"], cache)
    to_km[-1] = line.km[-1]
    for row in range(len(table) - 1):
        if not off_m[row] <= CUT_REACH_M:
            off = f"{off_m[row] / 1000:.1f} km"
            raise sheet.refuse(row, "end_lon", f"a place within {CUT_REACH_M / 1000:g} km of the line (this one is {off} away)")
    from_km = np.concatenate([[0.0], to_km[:-1]])
    for backwards in np.flatnonzero(to_km <= from_km):
        raise sheet.refuse(int(backwards), "end_lon", "a place farther east along the line than the end of the row before")
    middle = (from_km + to_km) / 2
    return table.assign(
        from_km=from_km,
        to_km=to_km,
        length_km=to_km - from_km,
        lon=np.interp(middle, line.km, line.lon),
        lat=np.interp(middle, line.km, line.lat),
    )


def _check_references(sheet: Sheet) -> None:
    districts, posts = load_districts(), load_posts()
    sides = districts.groupby("country_iso3")["district_id"].agg(set)
    last = len(sheet.rows) - 1
    for row, section in enumerate(records(sheet.rows.fillna({"detachment_post_id": ""}))):
        if section.district_id not in sides["TJK"]:
            raise sheet.refuse(row, "district_id", "a Tajik district_id of districts.csv")
        if section.opposite_district_id not in sides["AFG"]:
            raise sheet.refuse(row, "opposite_district_id", "an Afghan district_id of districts.csv")
        if not set(section.further_opposite_ids) <= sides["AFG"] - {section.opposite_district_id}:
            raise sheet.refuse(row, "further_opposite_ids", "other Afghan district_ids of districts.csv with ; between them")
        if section.detachment_post_id and section.detachment_post_id not in set(posts["id"]):
            raise sheet.refuse(row, "detachment_post_id", "the id of a post in posts.csv")
        if pd.isna(section.end_lon) != (row == last) or pd.isna(section.end_lat) != (row == last):
            raise sheet.refuse(row, "end_lon", "the place where the section ends (empty only in the last row, which ends with the line)")
