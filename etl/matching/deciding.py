"""Deciding: of all that the parts of a text may mean, the one place that is meant, how sure that is, and what else it may have been."""

from typing import NamedTuple

from etl.matching.areas import area_of, off
from etl.matching.candidates import VILLAGE, Asked, is_known_abroad
from etl.matching.countries import NONE_SAID, countries_in
from etl.matching.finding import FORM, LEAST_SOUND, SAME, SAME_PLAIN, Finder
from etl.matching.index import Index, Place
from etl.matching.namesakes import has_namesakes
from etl.matching.parts import SHARP_TO_WIDE, parts_of
from etl.matching.relations import NEARBY, apart_m, is_nested, relation
from etl.matching.sound import bones_of
from etl.matching.understood import SURELY_KNOWN, Read, read_part

#: What it costs when a part is left without a place, and how much a better fitting place of another part counts against it.
UNEXPLAINED, NOT_THE_BEST = -0.08, 0.6
#: So much fitter than the next the best must be, and so high its score, to be an answer and no question.
CLEAR, FAIRLY_CLEAR, SURE = 0.25, 0.10, 0.75
SHARES_OF_TIE = 0.55
#: A village named alone may have namesakes that no table lists.
KNOWN_VILLAGE, MANY_VILLAGES = 0.05, 0.1
FIRM, FIRM_LOSS = 0.94, 0.8
CONTEXT = 8
#: What a text says is near may be so far away.
BESIDE_M = 60_000.0
#: Inside what is named besides, a name so much alike is the one; elsewhere it must fit nearly as well as the firmest.
SEAT_M = 15_000.0
#: A name of fewer consonants that merely sounds alike, with nothing said of it, is as likely another word.
LONG_ENOUGH = 4
#: A district no wider than this is a town.
CITY_DISTRICT_M = 8_000.0
GOOD_INSIDE, CLOSE_TO_FIRMEST = 0.87, 0.6


class Ranked(NamedTuple):
    """A place that the text may mean, and how well it fits with everything else that is said."""

    place: Place
    fit: float
    alike: float
    is_home: bool
    strain: float
    sound: str


class Named(NamedTuple):
    """What a text names. place: the best candidate; None where nothing is known. sure: the area that surely holds what was meant.

    status: located, review or unlocated. score: 0 to 1. rule: how it was found, or why not. ranked: what else it may be, best first.
    is_whole: no part was left unknown. are_several: different places were named. years: those in which a name that counted here came or
    went, so that another year may have another answer.
    """

    place: Place | None
    sure: Place | None
    status: str
    score: float
    rule: str
    ranked: tuple[Ranked, ...] = ()
    is_whole: bool = False
    are_several: bool = False
    years: frozenset[int] = frozenset()


NOT_NAMED = Named(None, None, "unlocated", 0.0, "no_place_named")


def decide(text: str, around: str, asked: Asked, finder: Finder) -> Named:
    """The place that ``text`` names.

    around: the area in which it lies, as the report says it in a field of its own; "" where it has none.
    """
    said = countries_in(text, parts_of(text, finder.is_name), finder.is_name)
    said_around = countries_in(around, parts_of(around, finder.is_name), finder.is_name) if around and around != text else NONE_SAID
    if codes := said.codes | said_around.codes:
        asked = asked._replace(home=codes, is_said=True)
    elif nations := said.nations | said_around.nations:
        asked = asked._replace(home=asked.home | nations)
    own = [read for part in said.parts for read in read_part(part, asked, finder)]
    outer = [read for part in said_around.parts for read in read_part(part, asked, finder)]
    is_empty = not own
    if is_empty:
        own, outer = [read._replace(own=True) for read in outer], []
    known = [read for read in own if read.is_known]
    note = "; from_admin" if is_empty and own else ""
    if not known:
        wider = [read for read in outer if read.is_known]
        if not wider:
            return NOT_NAMED._replace(rule="country_named" if codes else "name_unknown" if own else "no_place_named")
        own, known, outer, note = own + wider, wider, [], "; from_admin"
    everything = [read for read in (*own, *outer) if read.is_known]
    years = frozenset(year for read in everything for each in read.candidates for year in each.spelling.bounds)
    doubted = [read for read in everything if _is_doubtful(read, everything)]
    everything = [read for read in everything if read not in doubted] or everything
    known = [read for read in known if read in everything] or everything
    ranked = {id(read): _ranked(read, everything) for read in everything}
    several = _several(known, ranked, finder.index)
    if several is not None:
        return several._replace(is_whole=all(read in known for read in own), rule=several.rule + note, years=years)
    target = _target(known, ranked)
    best = ranked[id(target)][0].place
    is_whole = all(read is target or _is_used(read, best, known, ranked) for read in own if read.part.beside_m is None)
    how = "name" if len(own) == 1 else "part"
    answer = _answer(target, ranked[id(target)], own, known, everything, ranked, how, note, is_whole, finder.index)
    return answer._replace(years=years)


def _is_used(read: Read, best: Place, known: list[Read], ranked: dict[int, list[Ranked]]) -> bool:
    """Does the answer rest on this part too, or was it left out?"""
    if read not in known:
        return False
    place = ranked[id(read)][0].place
    is_sharper = SHARP_TO_WIDE.index(place.level) < SHARP_TO_WIDE.index(best.level)
    return relation(best, place) >= 0 and not is_sharper


def _is_doubtful(read: Read, everything: list[Read]) -> bool:
    """Is it no more than alike to something far from all that is surely named? Then it is a name that we do not know."""
    if any(c.alike >= SURELY_KNOWN and (c.is_home or is_known_abroad(c.place)) for c in read.candidates):
        return False
    firm = [r for r in everything if r is not read and r.candidates[0].alike >= LEAST_SOUND - FORM and r.candidates[0].is_home]
    return any(all(relation(c.place, f.place) < 0 for c in read.candidates for f in other.candidates[:CONTEXT]) for other in firm)


def _ranked(read: Read, everything: list[Read]) -> list[Ranked]:
    """The candidates of one part, the fittest first, with what all other parts say of them."""
    others = [other for other in everything if other is not read]
    found: list[Ranked] = []
    for candidate in read.candidates:
        fit = candidate.fit
        for other in others:
            fit += _support(candidate.place, other)
        found.append(Ranked(candidate.place, fit, candidate.alike, candidate.is_home, candidate.strain, candidate.spelling.sound))
    found.sort(key=lambda each: (-each.fit, each.place.place_id))
    return found


def _support(place: Place, other: Read) -> float:
    if other.part.beside_m is not None:  # near a town is not in it
        return NEARBY if any(apart_m(place, each.place) <= BESIDE_M for each in other.candidates[:CONTEXT]) else 0.0
    best_fit = other.candidates[0].fit
    return max(
        UNEXPLAINED,
        max(relation(place, each.place) + NOT_THE_BEST * (each.fit - best_fit) for each in other.candidates[:CONTEXT]),
    )


def _target(known: list[Read], ranked: dict[int, list[Ranked]]) -> Read:
    """The part that says where it was: the sharpest of those that are no mere direction and go together with the firmest."""
    there = [read for read in known if read.part.beside_m is None] or known
    firmest = max(there, key=lambda read: ranked[id(read)][0].fit)
    base = ranked[id(firmest)][0]
    fitting = [read for read in there if read is firmest or _goes_with(ranked[id(read)][0], base)]
    return min(fitting, key=lambda read: SHARP_TO_WIDE.index(ranked[id(read)][0].place.level))


def _goes_with(each: Ranked, firmest: Ranked) -> bool:
    together = relation(each.place, firmest.place)
    if together > 0:
        return each.alike >= GOOD_INSIDE or each.fit >= firmest.fit - CLOSE_TO_FIRMEST
    if together < 0 and (each.place.standing <= VILLAGE or has_namesakes(each.place, each.sound)):
        return False  # a village of this name elsewhere; the one that is meant is not in the table
    return each.fit >= firmest.fit - CLOSE_TO_FIRMEST


def _several(known: list[Read], ranked: dict[int, list[Ranked]], index: Index) -> Named | None:
    """Two places bound by "and", "to" or a road: neither is sure, only the area that holds both."""
    for read in known:
        if not read.part.joined:
            continue
        place = ranked[id(read)][0].place
        others = [r for r in known if r is not read and r.part.beside_m is None]
        apart = [ranked[id(r)][0] for r in others if not is_nested(place, ranked[id(r)][0].place)]
        sharp = [each for each in apart if each.place.level != "province" and relation(each.place, place) < 0.2]
        if sharp and place.level != "province":
            best = max((ranked[id(read)][0], *sharp), key=lambda each: each.fit)
            both = [place, *(each.place for each in sharp)]
            area = area_of(both, index)
            rule = f"ambiguous_name_{area.level}" if area else "names_disagree"
            found = tuple(sorted((ranked[id(read)][0], *sharp), key=lambda each: (-each.fit, each.place.place_id)))
            if area is not None and area.level == "district":
                return Named(area, area, "located", 0.85, rule, found, are_several=True)
            return Named(best.place, area, "review", 0.5, rule, found, are_several=True)
    return None


def _answer(
    target: Read,
    ranked: list[Ranked],
    own: list[Read],
    known: list[Read],
    all_reads: list[Read],
    all_ranked: dict[int, list[Ranked]],
    how: str,
    note: str,
    is_whole: bool,
    index: Index,
) -> Named:
    best = ranked[0]
    rivals = [each for each in ranked[1:] if not is_nested(best.place, each.place)]
    margin = best.fit - rivals[0].fit if rivals else 1.0
    tied = [best.place, *(each.place for each in rivals if best.fit - each.fit < FAIRLY_CLEAR)]
    area = area_of(tied, index) if len(tied) > 1 else None
    place = _sharpened(target, ranked, own, all_ranked)
    if place.kind == "district" and place.uncertainty_m <= CITY_DISTRICT_M:
        place = place._replace(level="place")  # a town that is a district of its own
    says = "exact" if best.alike >= SAME else "sound" if best.alike >= LEAST_SOUND - FORM else "like"
    rule = f"{says}_{how}_{place.level}"
    score = _firmness(best) * (SHARES_OF_TIE + (1 - SHARES_OF_TIE) * min(max(margin, 0.0), CLEAR) / CLEAR)
    if area is not None and area.level == "district":
        # Which of them it was is not known, but all lie in one district.
        place, score, rule = (
            area,
            0.85 * _firmness(best) - (0.0 if best.alike >= SAME_PLAIN - FORM else 0.1),
            f"ambiguous_name_{area.level}",
        )
    elif len(tied) > 1:
        rule = f"ambiguous_name_{area.level}" if area else "ambiguous_name"
    against = _conflict(target, best, known, all_ranked)
    are_several = against is not None and "province" not in (against.level, place.level)
    if against is not None:
        score, rule = min(score, 0.6), "names_disagree"
        area = area_of([best.place, against], index) if are_several else None
        if area is not None:
            rule = f"ambiguous_name_{area.level}"
    supported = any(relation(best.place, all_ranked[id(read)][0].place) > 0 for read in all_reads if read is not target)
    if not supported and has_namesakes(best.place, best.sound, target.part.is_village):
        score, note = min(score, 0.6), note if len(tied) > 1 else note + "; namesakes"
    elif best.place.kind == "village" and best.place.standing < KNOWN_VILLAGE:
        surely = best.alike >= SAME_PLAIN - FORM
        score -= (0.0 if surely else MANY_VILLAGES) if supported else MANY_VILLAGES if surely else 3 * MANY_VILLAGES
    if (
        best.alike < SAME_PLAIN - FORM
        and len(bones_of(best.sound)) < LONG_ENOUGH
        and not (supported or target.part.before or target.part.after)
    ):
        score = min(score, 0.7)
    score -= best.strain * (0.5 if supported and place.level != "district" else 1.0)
    if place.level == "province" and not is_whole:
        score, note = min(score, 0.7), note + "; part_unknown"
    if not best.is_home:
        score -= 0.0 if supported else 0.1 if is_known_abroad(best.place) and best.alike >= SAME else 0.4
        note += "; abroad"
    place = _at_its_seat(place, ranked)
    if target.part.beside_m is not None:
        place, note = off(place, target.part), note + "; near"
        if target.part.is_water:
            score = min(score, 0.5)
    score = max(score, 0.0)
    status = "located" if score >= SURE else "review"
    sure = place if status == "located" else area if best.is_home else None
    return Named(place, sure, status, round(score, 3), rule + note, tuple([best, *rivals[:5]]), is_whole, are_several)


def _firmness(best: Ranked) -> float:
    """How sure the spelling alone makes it: letters that differ weigh more the more there are."""
    return best.alike if best.alike >= FIRM else max(0.0, best.alike - FIRM_LOSS * (FIRM - best.alike))


def _sharpened(target: Read, ranked: list[Ranked], own: list[Read], all_ranked: dict[int, list[Ranked]]) -> Place:
    """ "Batken, Batken": where a province is named twice, the first is its seat."""
    place = ranked[0].place
    twice = [read for read in own if id(read) in all_ranked and all_ranked[id(read)][0].place.place_id == place.place_id]
    if place.kind != "province" or place.level != "province" or len(twice) < 2 or twice[0].part.before or twice[0].part.after:
        return place
    towns = [each.place for read in twice for each in all_ranked[id(read)] if each.place.kind == "town" and is_nested(place, each.place)]
    return towns[0] if towns else place._replace(level="place", uncertainty_m=SEAT_M)


def _at_its_seat(place: Place, ranked: list[Ranked]) -> Place:
    """A district or province as wide as it is, at the town of its name where there is one: reports speak of what happens there."""
    if place.kind != "district":
        return place
    for each in ranked:
        seat = each.place
        if seat.kind == "town" and is_nested(place, seat) and seat.country_iso3 == place.country_iso3 and seat.standing > 0:
            reach = place.uncertainty_m + apart_m(place, seat)
            return place._replace(lon=seat.lon, lat=seat.lat, uncertainty_m=reach)
    return place


def _conflict(target: Read, best: Ranked, known: list[Read], ranked: dict[int, list[Ranked]]) -> Place | None:
    """The place that another part names, read as well as it can be, where it cannot go together with the best."""
    for read in known:
        if read is target or read.part.beside_m is not None:
            continue
        if max(relation(best.place, each.place) for each in ranked[id(read)][:CONTEXT]) < 0 and ranked[id(read)][0].alike >= SURELY_KNOWN:
            return ranked[id(read)][0].place
    return None
