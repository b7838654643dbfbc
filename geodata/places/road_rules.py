"""What holds on roads: `files/road_classes.csv` (winding, speed), `files/passes.csv` (winter), `files/road_scenarios.csv`."""

from functools import cache

import pandas as pd

from geodata.places.files import Field, Sheet, read_sheet, records

CLASSES = ("highway", "main", "gravel", "track", "access", "crossing", "ferry")
TERRAINS = ("plain", "hill", "mountain")
#: A pass in its winter months: not passable, passable on some days, or passable.
WINTER_STATES = ("closed", "limited", "open")
#: Months in which winter speeds hold.
WINTER_MONTHS = frozenset((11, 12, 1, 2, 3))

CLASS = (
    Field("road_class", "text", False, CLASSES),
    Field("terrain", "text", False, TERRAINS),
    Field("winding_factor", "number", False, low=1, high=3),
    Field("speed_kmh", "number", False, low=1, high=130),
    Field("winter_speed_factor", "number", False, low=0.1, high=1),
    Field("source", "url", False),
)
PASS = (
    Field("pass_id", "slug", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("elevation_m", "integer", False, low=0, high=6_000),
    Field("from_month", "integer", low=1, high=12),
    Field("to_month", "integer", low=1, high=12),
    Field("winter_state", "text", False, WINTER_STATES),
    Field("certainty", "text", False, ("supported", "general_knowledge", "weak")),
    Field("source", "url", False),
)
SCENARIO = (
    Field("scenario_id", "slug", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("month", "integer", False, low=1, high=12),
    Field("flood", "text", False, ("yes", "no")),
    Field("speed_factor", "number", False, low=0.05, high=2),
    Field("limited_passes", "text", False, ("open", "closed")),
    Field("unknown_crossings", "text", False, ("open", "closed")),
    Field("border_wait", "text", False, ("none", "measured")),
    Field("closed", "list"),
    Field("note"),
)


def load_road_classes() -> pd.DataFrame:
    """One row per class of road and terrain, [road_class, terrain, winding_factor, speed_kmh, winter_speed_factor, source].

    winding_factor: length over the straight line where no length is published. winter_speed_factor: what is left of the speed in
    `WINTER_MONTHS`. All are assumptions, `source` says resting on what. Raises BadReference.
    """
    return _classes().copy()


def load_passes() -> pd.DataFrame:
    """Passes with the months, first and last included, in which `winter_state` holds; EPSG:4326, metres above the sea."""
    return _passes().copy()


def load_road_scenarios() -> pd.DataFrame:
    """One row per scenario: month (1-12), flood, speed_factor on every road, what counts as open, waiting at crossings, what is closed.

    closed: ids of posts, passes or edges, or "border" for every crossing. How they are applied: `layers.travel.scenarios`.
    """
    return _scenarios().assign(closed=lambda table: table["closed"].map(list))


@cache
def _classes() -> pd.DataFrame:
    sheet = read_sheet("road_classes", CLASS)
    pairs = list(zip(sheet.rows["road_class"], sheet.rows["terrain"], strict=True))
    for row, pair in enumerate(pairs):
        if pair in pairs[:row]:
            raise sheet.refuse(row, "terrain", "a class and terrain that no other row has")
    missing = [f"{c}/{t}" for c in CLASSES for t in TERRAINS if (c, t) not in pairs]
    if missing:
        raise sheet.refuse(0, "road_class", f"rows for every class and terrain; {missing[0]} is missing")
    return sheet.rows


@cache
def _passes() -> pd.DataFrame:
    sheet: Sheet = read_sheet("passes", PASS)
    for row, entry in enumerate(records(sheet.rows)):
        months = pd.notna(entry.from_month) + pd.notna(entry.to_month)
        if months != (0 if entry.winter_state == "open" else 2):
            raise sheet.refuse(
                row,
                "from_month" if pd.isna(entry.from_month) else "to_month",
                "the first and last month for a pass that winter shuts, none for any other",
            )
    return sheet.rows


@cache
def _scenarios() -> pd.DataFrame:
    return read_sheet("road_scenarios", SCENARIO).rows
