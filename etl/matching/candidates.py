"""Candidates: the places that one part of a text may mean, each with how well it fits the words and the reporting country."""

from typing import NamedTuple

from etl.matching.finding import FORM, SAME, SAME_PLAIN, Finder, Hit
from etl.matching.index import Index, Place, Spelling
from etl.matching.parts import SHARP_TO_WIDE, Part
from etl.matching.relations import apart_m
from geodata.places.names import name_key

#: How far a post may lie from the town whose name it has, and how far a district reaches from its seat, where no table says it.
POST_FROM_TOWN_M, DISTRICT_AROUND_SEAT_M = 20_000.0, 40_000.0
#: What a spelling that is not the very one costs.
UNLIKE = 2.0
SAID, ABROAD, VILLAGE_ABROAD, COUNTRY_SAID = 0.15, -0.22, -0.5, -0.4
FORMER, NOT_THEN, THEN = -0.03, -0.15, 0.02
#: A unit, post or province whose name without its word is like that of a town.
UNSAID, UNSAID_PROVINCE = 0.3, 0.22
#: So big that a report of another country may mean it.
KNOWN_ABROAD = 0.14
#: Of less standing than this it is a village.
VILLAGE = 0.05
#: A name of another country has to be the very one, in whatever alphabet: everything sounds like some place somewhere.
ALIKE_ABROAD = SAME_PLAIN - FORM
KEPT = 40

#: What the words say -> the level of the place -> how much it counts. Nothing said: nothing counts.
_SAYS = {
    "post": {"post": SAID, "place": -0.05, "section": -0.1, "district": -0.15, "province": -0.4},
    "place": {"post": -0.1, "place": SAID, "section": -0.2, "district": -0.15, "province": -0.3},
    "section": {"post": 0.05, "place": -0.12, "section": SAID, "district": -0.03, "province": -0.3},
    "district": {"post": -0.3, "place": -0.05, "section": -0.2, "district": SAID, "province": -0.25},
    "province": {"post": -0.5, "place": -0.3, "section": -0.4, "district": -0.2, "province": SAID},
}  # fmt: skip


class Candidate(NamedTuple):
    """A place that a part may mean. place: as wide as the words allow. fit: the higher the likelier. is_home: of the reporting country.

    strain: how far the words about its kind had to be stretched (a village where a district was said).
    """

    place: Place
    fit: float
    alike: float
    spelling: Spelling
    is_home: bool
    strain: float = 0.0


class Asked(NamedTuple):
    """What stands beside the text. home: countries in which a place is expected. is_said: the text named them. year: of the event."""

    home: frozenset[str]
    is_said: bool
    year: int | None


def candidates_of(part: Part, asked: Asked, finder: Finder) -> list[Candidate]:
    """The places that the part may mean, the fittest first; none where nothing is called so."""
    index = finder.index
    said = _said(part)
    found: dict[int, Candidate] = {}
    for hit in finder.hits(part.words):
        candidate = _candidate(hit, said, asked, index)
        if candidate.is_home or hit.alike >= ALIKE_ABROAD:
            found[hit.place] = candidate
    if part.raw != " ".join(part.words):
        for number in index.by_key.get(name_key(part.raw), ()):  # "Panj border unit" is a name as a whole
            spelling = index.spellings[number]
            whole = _candidate(Hit(spelling.place, SAME, spelling), index.places[spelling.place].level, asked, index)
            if spelling.place not in found or found[spelling.place].fit < whole.fit:
                found[spelling.place] = whole
    ranked = sorted(found.values(), key=lambda each: (-each.fit, each.place.place_id))[:KEPT]
    return [each._replace(place=no_sharper(each.place, said, index)) for each in ranked]


def is_known_abroad(place: Place) -> bool:
    """Would a report of another country name it without saying where it is? A province or a big town."""
    return place.kind == "province" or (place.kind == "town" and place.standing >= KNOWN_ABROAD)


def _said(part: Part) -> str:
    """What the words say; of two different things ("bridge in X district") the name belongs to the wider."""
    levels = [level for level in (part.before, part.after) if level]
    return max(levels, key=SHARP_TO_WIDE.index) if levels else ""


def _candidate(hit: Hit, said: str, asked: Asked, index: Index) -> Candidate:
    place, spelling = index.places[hit.place], hit.spelling
    strain = 0.0
    fit = 1.0 - UNLIKE * (1.0 - hit.alike) + place.standing
    if said:
        fit += _SAYS[said][place.level]
        if said in ("district", "province") and place.level == "place" and place.standing < VILLAGE:
            fit, strain = fit - 0.2, 0.3  # a village is no seat of a district
        elif said == "post" and place.level not in ("post", "section"):
            strain = 0.2
    elif spelling.is_bare and place.kind != "district":
        fit -= UNSAID if place.level in ("post", "section") else UNSAID_PROVINCE
    is_home = place.country_iso3 in asked.home
    if not is_home:
        fit += COUNTRY_SAID if asked.is_said else ABROAD if is_known_abroad(place) else VILLAGE_ABROAD
    if asked.year is not None and not spelling.from_year <= asked.year <= spelling.to_year:
        fit += NOT_THEN
    elif spelling.is_former:
        fit += FORMER if asked.year is None or spelling.to_year > 5_000 else THEN
    return Candidate(place, fit, hit.alike, spelling, is_home, strain)


def no_sharper(place: Place, said: str, index: Index) -> Place:
    """A place found only as something sharper than the words say ("Termez district", and only the town is known): as wide as said."""
    if said == "post" and place.level == "place":  # posts are called after a town that may lie some way behind them
        return place._replace(uncertainty_m=max(place.uncertainty_m, POST_FROM_TOWN_M))
    if said not in ("district", "province") or SHARP_TO_WIDE.index(place.level) >= SHARP_TO_WIDE.index(said):
        return place
    area = index.areas.get((place.district_id if said == "district" else place.province_id) or "")
    if area is not None and (said == "district" or apart_m(area, place) <= area.uncertainty_m):
        return area
    return place._replace(level="district", uncertainty_m=DISTRICT_AROUND_SEAT_M)
