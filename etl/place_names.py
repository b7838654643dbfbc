"""Place names: the words of a report -> the one place of the gazetteer that they name exactly, or the area that is sure.

A first locator: a name counts only when it stands in the gazetteer as written (after `name_key`), within the reporting country.
A name that may be a town, its district or its province means the widest of them, unless the report says more.
Words that name two different places ("Panj and Hamadoni districts") mean neither: no more than the area that holds both is sure.
"""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from etl.vocabulary import words_around_names
from geodata.distances import metres_between

#: Kinds of the gazetteer -> level of precision (`geodata.model.PRECISION_LEVELS`).
LEVEL_OF = {"post": "post", "town": "place", "village": "place", "section": "section", "district": "district", "province": "province"}
#: A province no wider than this is a city.
CITY_M = 25_000.0
#: How far a post may lie from the town whose name it has, and how far a district reaches from its seat, where no table says it.
POST_FROM_TOWN_M, DISTRICT_AROUND_SEAT_M = 20_000.0, 40_000.0
#: From sharp to wide; a part of a compound string wins by being sharper.
SHARP_TO_WIDE = ("post", "place", "section", "district", "province")

#: After these a new name begins without a comma: "Khatlon province Yavan district", "Жамбылская область с.Мерке".
_ENDS_A_NAME = re.compile(r"\b(province|oblast'|city|область)\s+(?=\w)", re.I)
#: Between two names of one part, where the part as a whole is no name.
_BETWEEN_NAMES = re.compile(r"\s+(?:and|to|и|ва|до)\s+|\s*[/–—-]\s*", re.I)
_BESIDE = re.compile(r"\s*(?:near|около|близ|наздики)\s", re.I)
_BETWEEN_PARTS = re.compile(r"[,;()\n]+|(?<=\w{4})\.\s+")


class Place(NamedTuple):
    """One place of the gazetteer. lon, lat: EPSG:4326. uncertainty_m: radius that holds it. Ids are None where it has none."""

    place_id: str
    level: str
    lon: float
    lat: float
    uncertainty_m: float
    district_id: str | None
    province_id: str | None


class Named(NamedTuple):
    """What a text names. place: None where nothing is sure. rule: how it was found, or why not. is_whole: no part was left unknown.

    are_several: different places were named; ``place`` is then the area that holds them, None where they share none.
    """

    place: Place | None
    rule: str
    is_whole: bool
    are_several: bool = False


class Index(NamedTuple):
    """by_name: (country_iso3, name_key) -> its places. areas: id -> district or province. around: province -> provinces that hold it.

    section_of: post, town or village -> the border section that bears its name ("Bahorak stretch").
    """

    by_name: Mapping[tuple[str, str], tuple[Place, ...]]
    areas: Mapping[str, Place]
    around: Mapping[str, frozenset[str]]
    section_of: Mapping[str, str]


NOT_NAMED = Named(None, "no_place_named", False)
NameKey = Callable[[str], str]


def index_of(gazetteer: pd.DataFrame) -> Index:
    """Make the gazetteer (one row per name, as `geodata.places.gazetteer` has it) ready to be asked."""
    by_name: dict[tuple[str, str], dict[str, Place]] = {}
    areas: dict[str, Place] = {}
    provinces: dict[str, tuple[str, Place]] = {}
    wanted = ["country_iso3", "name_key", "place_id", "kind", "lon", "lat", "uncertainty_m", "district_id", "province_id"]
    table = gazetteer[wanted].astype("object").where(gazetteer[wanted].notna(), None)
    for iso3, name, place_id, kind, lon, lat, uncertainty_m, district_id, province_id in table.itertuples(index=False, name=None):
        if kind not in LEVEL_OF or lon is None or lat is None or uncertainty_m is None or not name:
            continue
        # A city that is a province of its own (Dushanbe, Almaty) is as sharp as a place.
        level = "place" if kind == "province" and uncertainty_m <= CITY_M else LEVEL_OF[kind]
        district_id = place_id if kind == "district" else district_id
        province_id = place_id if kind == "province" else province_id
        place = Place(place_id, level, float(lon), float(lat), float(uncertainty_m), district_id, province_id)
        by_name.setdefault((iso3, name), {})[place_id] = place
        if kind in ("district", "province"):
            areas[place_id] = place
        if kind == "province":
            provinces[place_id] = (iso3, place)
    names = {key: tuple(places.values()) for key, places in by_name.items()}
    return Index(names, areas, _around(provinces), _section_of(names))


def _section_of(by_name: Mapping[tuple[str, str], tuple[Place, ...]]) -> dict[str, str]:
    """The section of the same district that is called after a post, town or village."""
    found: dict[str, str] = {}
    for (iso3, name), places in by_name.items():
        sections = [place for place in by_name.get((iso3, f"{name} stretch"), ()) if place.level == "section"]
        for place in places:
            if place.level in ("post", "place") and (fitting := [s for s in sections if place.district_id in (None, s.district_id)]):
                found[place.place_id] = fitting[0].place_id
    return found


def _around(provinces: Mapping[str, tuple[str, Place]]) -> dict[str, frozenset[str]]:
    """Cities that are provinces of their own lie inside others in the words of reports: "Bishkek, Chu"."""
    return {
        city_id: frozenset(
            other_id
            for other_id, (other_iso3, other) in provinces.items()
            if other_iso3 == iso3
            and other.level == "province"
            and metres_between(city.lon, city.lat, other.lon, other.lat) <= other.uncertainty_m
        )
        for city_id, (iso3, city) in provinces.items()
        if city.level == "place"
    }


def find(text: str, iso3: str, index: Index, name_key: NameKey) -> Named:
    """The place that ``text`` names in the country ``iso3``."""
    parts, known, are_several = _parts(text, iso3, index, name_key)
    if not known:
        return NOT_NAMED
    found = [places for _, places in known]
    if not _agree(found, index):  # "Rudaki district, near Dushanbe" is in Rudaki
        found = [places for part, places in known if not _BESIDE.match(part)] or found
    is_whole = len(known) == len(parts)
    prefix = "exact_name" if len(parts) == 1 else "exact_part"
    # "Auyl crossing, East Kazakhstan" disagrees because provinces were divided; two sharper names that disagree are two places.
    are_several = are_several or not _agree([each for each in found if any(place.level != "province" for place in each)], index)
    place = _area_of([place for places in found for place in places], index) if are_several else _settled(found, index)
    if place is None:
        return Named(None, "names_disagree" if are_several or len(found) > 1 else "ambiguous_name", is_whole, are_several)
    if are_several or not any(place in places for places in found):
        return Named(place, f"ambiguous_name_{place.level}", is_whole, are_several)
    return Named(place, f"{prefix}_{place.level}", is_whole)


def _parts(text: str, iso3: str, index: Index, name_key: NameKey) -> tuple[list[str], list[tuple[str, tuple[Place, ...]]], bool]:
    """The parts of a text that say a name, the places of those that are known, and does one part name different places?"""
    parts: list[str] = []
    known: list[tuple[str, tuple[Place, ...]]] = []
    are_several = False
    for part in _BETWEEN_PARTS.split(_ENDS_A_NAME.sub(r"\1, ", text)):
        if not _says_a_name(part, name_key):
            continue
        places = _candidates(part, iso3, index, name_key)
        pieces = {} if places else _pieces(part, iso3, index, name_key)
        parts += pieces or [part]
        known += pieces.items() or ([(part, places)] if places else [])
        are_several = are_several or _name_different_places(list(pieces.values()))
    return parts, known, are_several


def _pieces(part: str, iso3: str, index: Index, name_key: NameKey) -> dict[str, tuple[Place, ...]]:
    """The names that one part joins ("Kulob to Bokhtar"), where two or more of them are known; what follows a name is let go."""
    known: dict[str, tuple[Place, ...]] = {}
    for piece in _BETWEEN_NAMES.split(part):
        words = name_key(piece).split()
        starts = (" ".join(words[:n]) for n in range(len(words), 0, -1))
        for start in starts:
            places = _candidates(start, iso3, index, name_key) or _candidates(start.removesuffix("s"), iso3, index, name_key)
            if places:
                known[piece] = places
                break
    return known if len(known) > 1 else {}


def _name_different_places(pieces: list[tuple[Place, ...]]) -> bool:
    """Is no place of one piece the same as, inside or around one of another?"""
    pairs = ((a, b) for i, a in enumerate(pieces) for b in pieces[i + 1 :])
    return any(not any(_is_nested(one, other) for one in a for other in b) for a, b in pairs)


def _is_nested(a: Place, b: Place) -> bool:
    if a.place_id == b.place_id:
        return True
    wide = max(a, b, key=lambda place: SHARP_TO_WIDE.index(place.level))
    if a.level == b.level or wide.level not in ("district", "province"):
        return False
    return a.province_id == b.province_id if wide.level == "province" else a.district_id == b.district_id


def _agree(known: list[tuple[Place, ...]], index: Index) -> bool:
    """Is there for each part a place that all the others allow?"""
    return all(_allowed(i, known, index) for i in range(len(known)))


def _says_a_name(part: str, name_key: NameKey) -> bool:
    """More than words around a name? "airport" is not a part that could be left unknown."""
    around = words_around_names()
    return any(word not in around for word in name_key(part).split())


def _candidates(part: str, iso3: str, index: Index, name_key: NameKey) -> tuple[Place, ...]:
    """Places with the name inside the words ("Vose district"), at the level that the words say; else those with all words as name."""
    words = name_key(part).split()
    whole = index.by_name.get((iso3, " ".join(words)), ())
    says: list[str] = []
    around = words_around_names()
    while words and words[0] in around:
        says.append(around[words.pop(0)])
    while words and words[-1] in around:
        says.append(around[words.pop()])
        if (iso3, " ".join(words)) in index.by_name:
            break  # "Sariasiya railway customs post" is not the road crossing Sariasiya
    bare = index.by_name.get((iso3, " ".join(words)), ()) if words else ()
    everything = tuple(dict.fromkeys((*whole, *bare)))
    level = next((level for level in SHARP_TO_WIDE if level in says), "")
    said = tuple(place for place in everything if place.level == level)
    return said or whole or tuple(dict.fromkeys(_no_sharper(place, level, index) for place in bare))


def _no_sharper(place: Place, level: str, index: Index) -> Place:
    """A name found only as something sharper than the words say ("Termez district", and only the town is known): as wide as said."""
    if level == "post" and place.level == "place":  # posts are called after a town that may lie some way behind them
        return place._replace(uncertainty_m=max(place.uncertainty_m, POST_FROM_TOWN_M))
    if level not in ("district", "province") or SHARP_TO_WIDE.index(place.level) >= SHARP_TO_WIDE.index(level):
        return place
    area = index.areas.get((place.district_id if level == "district" else place.province_id) or "")
    if area is not None:
        return area
    return place._replace(level="district", uncertainty_m=DISTRICT_AROUND_SEAT_M)


def _settled(known: list[tuple[Place, ...]], index: Index) -> Place | None:
    """The sharpest place that all parts allow; the area around them where several remain; None where there is none."""
    narrowed = [_allowed(i, known, index) for i in range(len(known))]
    if not all(narrowed):
        return _area_of([place for places in known for place in places], index)
    best = min(narrowed, key=lambda places: SHARP_TO_WIDE.index(places[0].level))
    return best[0] if len(best) == 1 else _area_of(best, index)


def _allowed(i: int, known: list[tuple[Place, ...]], index: Index) -> list[Place]:
    """The places of part i that every other part allows, at the one level that is sure."""
    others = [places for j, places in enumerate(known) if j != i]
    fitting = [place for place in known[i] if all(any(_fit(place, other, index) for other in places) for places in others)]
    levels = sorted({place.level for place in fitting}, key=SHARP_TO_WIDE.index)
    # "Herat" alone may be the town or the province: the wider is sure. "Herat, Herat" says both: the first is the town.
    says_wider = any(place.level == levels[-1] for places in known[i + 1 :] for place in places) if levels else False
    return [place for place in fitting if place.level == (levels[0] if says_wider else levels[-1])]


def _fit(a: Place, b: Place, index: Index) -> bool:
    """Can one report name both: is one the same as the other, inside it, or around it?"""
    if a.place_id == b.place_id:
        return True
    if {a.level, b.level} <= {"post", "section"} and a.province_id == b.province_id:
        # Posts and their units lie where districts meet, and which side an estimate falls on says nothing.
        return bool(metres_between(a.lon, a.lat, b.lon, b.lat) <= a.uncertainty_m + b.uncertainty_m)
    if a.district_id is not None and b.district_id is not None and "province" not in (a.level, b.level):
        return a.district_id == b.district_id
    if a.level == b.level == "province" or a.province_id is None or b.province_id is None:
        return False
    return a.province_id == b.province_id or _is_around(a, b, index) or _is_around(b, a, index)


def _is_around(wide: Place, place: Place, index: Index) -> bool:
    return wide.level == "province" and wide.place_id in index.around.get(place.province_id or "", ())


def _area_of(places: list[Place], index: Index) -> Place | None:
    """The smallest area that surely holds the one that was meant: their district, else their province."""
    for ids in ({place.district_id for place in places}, {place.province_id for place in places}):
        area = index.areas.get(next(iter(ids)) or "") if len(ids) == 1 else None
        if area is not None:
            return area
    return None
