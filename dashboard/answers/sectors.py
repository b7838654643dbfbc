"""Sectors: where a viewer's own map opens. Each is a box around the stretches of the line that belong to it."""

from collections.abc import Sequence
from math import cos, radians
from typing import NamedTuple

import pandas as pd

from dashboard.answers.places import Places
from dashboard.language import Language, language

#: Degrees of room around the stretches of a province: about 25 km.
MARGIN = 0.25
#: The whole line, and what is opened where nothing was chosen.
LINE = "line"
KM_PER_DEGREE = 111.2


class Sector(NamedTuple):
    """box: west, south, east, north, EPSG:4326 degrees; empty where the browser knows better: "everything" is all that is recorded."""

    id: str
    name: str
    box: tuple[float, ...]


def sectors(places: Places, say: Language) -> list[Sector]:
    """The whole line, the provinces on either bank from west to east, the other Tajik provinces, Tajikistan, everything recorded."""
    sections, names = places.sections, places.names(say.code)
    whole = _padded(_around(sections))
    own = [(province, _padded(_around(rows))) for province, rows in sections.groupby(_provinces(sections["district_id"]), sort=False)]
    other = _provinces(sections["opposite_district_id"])
    opposite = [(province, _padded(_around(rows))) for province, rows in sections.groupby(other, sort=False)]
    home = places.provinces[(places.provinces["country_iso3"] == "TJK").to_numpy()]
    boxes = {row["province_id"]: _disc(row["lon"], row["lat"], row["extent_m"]) for row in home.to_dict("records")}
    inland = [(province, box) for province, box in boxes.items() if province not in dict(own)]
    country = _joined([*boxes.values()])
    return [
        Sector(LINE, say("sector.line"), whole),
        *(Sector(str(id), names[str(id)], box) for id, box in (*own, *opposite, *inland)),
        Sector("tajikistan", say("country.TJK"), country),
        Sector("everything", say("sector.everything"), ()),
    ]


def boxes(places: Places) -> dict[str, tuple[float, ...]]:
    """Sector -> its box."""
    return {sector.id: sector.box for sector in sectors(places, language("en"))}


def _provinces(districts: "pd.Series[str]") -> "pd.Series[str]":
    """tj-khatlon-panj -> tj-khatlon: the first two parts of a district's id name its province."""
    return districts.str.split("-").str[:2].str.join("-")


def _around(rows: pd.DataFrame) -> tuple[float, ...]:
    return _joined(rows["geometry"].bounds.to_numpy(float).tolist())


def _joined(boxes: Sequence[Sequence[float]]) -> tuple[float, ...]:
    west, south, east, north = zip(*boxes, strict=True)
    return min(west), min(south), max(east), max(north)


def _padded(box: Sequence[float]) -> tuple[float, ...]:
    west, south, east, north = box
    return tuple(round(value, 3) for value in (west - MARGIN, south - MARGIN, east + MARGIN, north + MARGIN))


def _disc(lon: float, lat: float, metres: float) -> tuple[float, ...]:
    """The box of a circle over the ground, a good enough frame for a map."""
    up = metres / 1000 / KM_PER_DEGREE
    across = up / cos(radians(lat))
    return tuple(round(value, 3) for value in (lon - across, lat - up, lon + across, lat + up))
