"""Sectors: where a viewer's own map opens, and whose numbers the page tells. Each has a box around the stretches of the line that belong
to it, and the areas (`layers.selection.areas_of`) whose events are counted for it."""

from collections.abc import Sequence
from math import cos, radians
from typing import NamedTuple

import pandas as pd

from dashboard.answers.places import Places
from dashboard.language import Language, language

#: Degrees of room around the stretches of a province: about 25 km.
MARGIN = 0.25
#: The whole line, and what is opened where nothing was chosen.
LINE, TAJIKISTAN, EVERYTHING = "line", "tajikistan", "everything"
HOME = "TJK"
KM_PER_DEGREE = 111.2


class Sector(NamedTuple):
    """box: west, south, east, north, EPSG:4326 degrees; empty where the browser knows better: "everything" is all that is recorded."""

    id: str
    name: str
    box: tuple[float, ...]


class Reach(NamedTuple):
    """What belongs to a sector; all of it empty for the whole.

    areas: as `layers.selection.areas_of` names them. country: what is known to this country only may lie in the sector or elsewhere; ""
    where that is in `areas`. sections, posts: ids of what touches it, on either bank.
    """

    areas: tuple[str, ...] = ()
    country: str = ""
    sections: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()

    @property
    def named(self) -> frozenset[str] | None:
        """The sections that an answer names; None for the whole, where it names all."""
        return self.sections if self.areas else None


def reach(places: Places, sector: str) -> Reach:
    """What the numbers of a sector are made of; nothing for the line, for everything, and for a name that is no sector."""
    table, provinces = places.sections, places.provinces
    touched = [
        {_province(row["district_id"]), _province(row["opposite_district_id"]), *map(_province, row["further_opposite_ids"])}
        for row in table.to_dict("records")
    ]
    country = dict(zip(provinces["province_id"], provinces["country_iso3"], strict=True))
    home = [id for id, iso3 in country.items() if iso3 == HOME]
    if sector == TAJIKISTAN:
        wanted, areas, other = set(home), (*home, HOME), ""
    elif sector in {*home, *set().union(*touched)} and sector in country:
        wanted, areas, other = {sector}, (sector,), country[sector]
    else:
        return Reach()
    sections = {id for id, found in zip(table["section_id"], touched, strict=True) if found & wanted}
    posts = {row["id"] for row in places.posts.to_dict("records") if row["province_id"] in wanted}
    return Reach(areas, other, frozenset(sections), frozenset(posts))


def name_of(places: Places, sector: str, say: Language) -> str:
    """A sector in words."""
    return say(f"country.{HOME}") if sector == TAJIKISTAN else places.names(say.code)[sector]


def numbers_of(places: Places, sector: str, say: Language) -> str:
    """Whose numbers stand on the page, in words; nothing where they are of everything."""
    return say("js.numbers", sector=name_of(places, sector, say)) if reach(places, sector).areas else ""


def sectors(places: Places, say: Language) -> list[Sector]:
    """The whole line, the provinces on either bank from west to east, the other Tajik provinces, Tajikistan, everything recorded."""
    sections, names = places.sections, places.names(say.code)
    whole = _padded(_around(sections))
    own = [(province, _padded(_around(rows))) for province, rows in sections.groupby(_provinces(sections["district_id"]), sort=False)]
    other = _provinces(sections["opposite_district_id"])
    opposite = [(province, _padded(_around(rows))) for province, rows in sections.groupby(other, sort=False)]
    home = places.provinces[(places.provinces["country_iso3"] == HOME).to_numpy()]
    boxes = {row["province_id"]: _disc(row["lon"], row["lat"], row["extent_m"]) for row in home.to_dict("records")}
    inland = [(province, box) for province, box in boxes.items() if province not in dict(own)]
    country = _joined([*boxes.values()])
    return [
        Sector(LINE, say("sector.line"), whole),
        *(Sector(str(id), names[str(id)], box) for id, box in (*own, *opposite, *inland)),
        Sector(TAJIKISTAN, say("country.TJK"), country),
        Sector(EVERYTHING, say("sector.everything"), ()),
    ]


def boxes(places: Places) -> dict[str, tuple[float, ...]]:
    """Sector -> its box."""
    return {sector.id: sector.box for sector in sectors(places, language("en"))}


def _provinces(districts: "pd.Series[str]") -> "pd.Series[str]":
    return districts.map(_province)


def _province(district: str) -> str:
    """tj-khatlon-panj -> tj-khatlon: the first two parts of a district's id name its province."""
    return "-".join(district.split("-")[:2])


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
