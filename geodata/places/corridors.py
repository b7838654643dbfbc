"""Northern Route corridors: `files/corridors.csv` and their waypoints. The lines between waypoints are not roads."""

from functools import cache

import pandas as pd
from shapely import LineString

from geodata.places.files import Field, read_sheet, read_table, records

MODES = ("road", "rail", "road_rail", "river_road")
CERTAINTIES = ("supported", "author_reading", "weak")

CORRIDOR = (
    Field("corridor_id", "slug", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("mode", "text", False, MODES),
    Field("basis", "text", False),
    Field("certainty", "text", False, CERTAINTIES),
    Field("source_url", "url", False),
)
WAYPOINT = (
    Field("corridor_id", "slug", False),
    Field("seq", "integer", False, low=1),
    Field("name", "text", False),
    Field("country_iso3", "iso3", False),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("uncertainty_m", "number", False, low=1),
    Field("position_basis", "text", False),
)


def load_corridors() -> pd.DataFrame:
    """One row per corridor, [corridor_id, names, mode, basis, certainty, source_url, geometry].

    geometry: LineString through its waypoints, EPSG:4326. certainty: "supported" by a text, an "author_reading" of where
    seizures were recorded, or "weak". Raises BadReference.
    """
    return _corridors().copy()


def load_waypoints() -> pd.DataFrame:
    """The waypoints in order, [corridor_id, seq, name, country_iso3, lon, lat, uncertainty_m, position_basis], EPSG:4326, metres."""
    return _waypoints().copy()


@cache
def _corridors() -> pd.DataFrame:
    sheet, waypoints = read_sheet("corridors", CORRIDOR), _waypoints()
    chains = {name: chain[["lon", "lat"]].to_numpy() for name, chain in waypoints.groupby("corridor_id")}
    for row, corridor in enumerate(sheet.rows["corridor_id"]):
        if corridor not in chains:
            raise sheet.refuse(row, "corridor_id", "a corridor with waypoints in corridor_waypoints.csv")
    return sheet.rows.assign(geometry=sheet.rows["corridor_id"].map(lambda corridor: LineString(chains[corridor])))


@cache
def _waypoints() -> pd.DataFrame:
    sheet = read_sheet("corridor_waypoints", WAYPOINT)
    table = sheet.rows
    known = set(read_table("corridors", CORRIDOR)["corridor_id"])
    counted = table.groupby("corridor_id").cumcount() + 1
    sizes = table.groupby("corridor_id")["seq"].transform("size")
    for row, point in enumerate(records(table)):
        if point.corridor_id not in known:
            raise sheet.refuse(row, "corridor_id", "a corridor of corridors.csv")
        if point.seq != counted[row] or sizes[row] < 2:
            raise sheet.refuse(row, "seq", "1, 2, 3 ... in order, two or more in a corridor")
    return table
