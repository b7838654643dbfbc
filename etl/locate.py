"""Locate: events -> located events. Pure: what it knows of the world comes in as `gazetteer`, `ground` and `decisions`.

What a person decided, else coordinates where they were given and can be true, else the place that the words name (`etl.matching`), else
the country without a point. Given coordinates are never widened to an area that was named. Only a post or place that is named exactly,
lies outside the given circle and is known no worse than it is stronger: the circle was then drawn around something else.
Where the words leave a choice, the row gets no more than is sure (the district or province of all candidates, or the country), and the
candidates go to a person. `locate_rule` says how it was found; after "; " it says why given coordinates were not used, or what else was
done.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.coordinates import FAR_OUTSIDE_M, VERDICTS, judge
from etl.decided import DECIDED, NOT_A_PLACE, PIN, Decisions, decided_answer, place_at
from etl.ground import Ground, areas_at
from etl.matching.deciding import Named
from etl.matching.engine import Locator, Question
from etl.matching.index import Index, Place
from etl.on_line import COUNTRIES, Hint, hint_of, sections_of
from etl.parse import GIVEN
from etl.questions import review_table
from geodata.distances import metres_between
from geodata.model import LOCATED_EVENT, columns
from geodata.places.names import name_key

__all__ = ["NOTES", "RULES", "Located", "locate_events", "locate_outside", "place_at"]

#: Rules of `locate_rule`; those for names end in the level, as in exact_name_district. Some of NOTES may follow after "; ".
RULES = (
    "outside_region",
    DECIDED,
    PIN,
    NOT_A_PLACE,
    "coordinates",
    "exact_name_*",
    "exact_part_*",
    "sound_name_*",
    "sound_part_*",
    "like_name_*",
    "like_part_*",
    "ambiguous_name_*",
    "ambiguous_name",
    "names_disagree",
    "name_unknown",
    "country_named",
    "no_place_named",
)
#: The circle around the given coordinates does not hold the place that is named.
OUTSIDE_CIRCLE = "named_place_outside_circle"
NOTES = (*VERDICTS[2:], OUTSIDE_CIRCLE, "near", "abroad", "part_unknown", "from_admin", "by_neighbours", "namesakes")

#: Given coordinates without a word on how good they are.
ASSUMED_UNCERTAINTY_M = 20_000.0
POINT_M, PLACE_M = 2_000.0, 10_000.0


class Located(NamedTuple):
    """events: LOCATED_EVENT, as many as came and in their order. review: the questions that are left, see `etl.questions`."""

    events: pd.DataFrame
    review: pd.DataFrame


class _Answer(NamedTuple):
    lon: float | None
    lat: float | None
    uncertainty_m: float | None
    precision_level: str
    locate_rule: str
    place_id: str | None
    district_id: str | None
    province_id: str | None
    section_id: str | None = None
    chainage_km: float | None = None
    locate_score: float | None = None
    runner_up: str | None = None
    locate_status: str = "located"


_OUTSIDE = _Answer(None, None, None, "country", "outside_region", None, None, None, locate_status="unlocated")
_NUMBERS = ("lon", "lat", "uncertainty_m", "chainage_km", "locate_score")


def locate_events(
    events: pd.DataFrame, gazetteer: pd.DataFrame, ground: Ground, region: tuple[str, ...], decisions: Decisions | None = None
) -> Located:
    """Place n events.

    events: EVENT + GIVEN columns. gazetteer: one row per name. region: countries whose events get a place; others stay at country
    level without a point. decisions: (country_iso3, name_key of the words) -> what a person answered.
    """
    asked = events[["country_iso3", "place_text", *GIVEN]].fillna({"place_text": ""})
    locator = Locator.of(_with_areas(gazetteer, ground))
    in_region = events["country_iso3"].isin(region).to_numpy(bool)
    asked["year"] = np.nan
    asked.loc[in_region, "year"] = locator.periods(
        *(column[in_region] for column in (asked["country_iso3"], asked["place_text"], events["happened_from"]))
    )
    # A few thousand distinct questions stand for all rows.
    codes, distinct = _distinct(asked, in_region)
    counts = np.bincount(codes[codes >= 0], minlength=len(distinct))
    answers, named = _answers(distinct, counts, locator, ground, decisions or {})
    placed = _placed(events, codes, answers)
    located = pd.concat([events.drop(columns=list(GIVEN)), placed], axis=1).assign(in_region=in_region)
    open_questions = [
        (iso3, words, one, int(n))
        for (iso3, words), one, answer, n in zip(
            distinct[["country_iso3", "place_text"]].itertuples(index=False, name=None), named, answers, counts, strict=True
        )
        if answer.locate_status == "review" or answer.locate_rule.startswith("name_unknown")
    ]
    return Located(located.reindex(columns=columns(LOCATED_EVENT)), review_table(open_questions, locator.finder.index, ground))


def locate_outside(events: pd.DataFrame) -> pd.DataFrame:
    """n events of which none is in the region, at country level without a point: the same as `locate_events`, without the world."""
    placed = _placed(events, np.full(len(events), -1, dtype=np.int64), [])
    return pd.concat([events.drop(columns=list(GIVEN)), placed], axis=1).assign(in_region=False).reindex(columns=columns(LOCATED_EVENT))


def _placed(events: pd.DataFrame, codes: NDArray[np.int64], answers: list[_Answer]) -> pd.DataFrame:
    """The answer of each event; code -1 is the one for outside the region."""
    table = pd.DataFrame([*answers, _OUTSIDE], columns=_Answer._fields)
    table = table.astype({name: "float64" if name in _NUMBERS else "str" for name in _Answer._fields})
    return table.iloc[codes].set_axis(events.index)


def _distinct(asked: pd.DataFrame, in_region: NDArray[np.bool_]) -> tuple[NDArray[np.int64], pd.DataFrame]:
    """The distinct questions from inside the region, and for each row the number of its own; -1 outside."""
    numbers = asked.groupby(list(asked.columns), dropna=False, sort=False).ngroup().to_numpy()
    inside, first = np.unique(numbers[in_region], return_index=True)
    codes = np.full(len(asked), -1, dtype=np.int64)
    codes[in_region] = np.searchsorted(inside, numbers[in_region])
    return codes, asked[in_region].iloc[first]


def _answers(
    asked: pd.DataFrame, counts: NDArray[np.int64], locator: Locator, ground: Ground, decisions: Decisions
) -> tuple[list[_Answer], list[Named]]:
    index = locator.finder.index
    lon, lat = asked["given_lon"].to_numpy(float), asked["given_lat"].to_numpy(float)
    verdicts = judge(asked["country_iso3"], lon, lat, ground)
    usable = np.flatnonzero(verdicts == "")
    district_at, province_at = np.full(len(lon), None, dtype=object), np.full(len(lon), None, dtype=object)
    district_at[usable], province_at[usable] = areas_at(ground, asked["country_iso3"].to_numpy(object)[usable], lon[usable], lat[usable])
    rows = list(asked.itertuples(index=False, name=None))
    questions = [Question(words, "", iso3, None if np.isnan(year) else int(year)) for iso3, words, *_, year in rows]
    named_all = locator.answers(questions, counts.tolist())
    answers: list[_Answer] = []
    hints: list[Hint | None] = []
    for i, (iso3, words, *given, _) in enumerate(rows):
        named = named_all[i]
        decision = decisions.get((iso3, name_key(words))) if decisions and words else None
        if verdicts[i] == "":
            answer, place = _by_coordinates(given, named, district_at[i], province_at[i], index)
        elif decision is not None:
            answer, place = _Answer(**decided_answer(decision, iso3, ground)), None
        else:
            answer, place = _by_name(named, "" if verdicts[i] == "none" else f"; {verdicts[i]}"), _surely(named)
        answers.append(answer)
        is_decided = decision is not None and verdicts[i] != ""
        hints.append(None if is_decided else _hint(iso3, answer, named, place, index, ground))
    on_line = sections_of(hints, ground)
    with_line = [
        answer if answer.section_id is not None or answer.locate_rule in (DECIDED, PIN) else answer._replace(section_id=id_, chainage_km=km)
        for answer, (id_, km) in zip(answers, on_line, strict=True)
    ]
    return with_line, named_all


def _surely(named: Named) -> Place | None:
    return named.sure if named.status != "unlocated" else None


def _hint(iso3: str, answer: _Answer, named: Named, place: Place | None, index: Index, ground: Ground) -> Hint | None:
    if iso3 not in COUNTRIES or named.are_several or answer.lon is None or answer.lat is None or answer.uncertainty_m is None:
        return None
    return hint_of(answer.lon, answer.lat, answer.uncertainty_m, place, index.section_of, ground)


def _with_areas(gazetteer: pd.DataFrame, ground: Ground) -> pd.DataFrame:
    """Every place with its province and, where these are listed, its district: sources often know the point only."""
    lacks = gazetteer["district_id"].isna() & ~gazetteer["kind"].isin(("province", "district"))
    some = gazetteer[lacks].drop_duplicates("place_id").set_index("place_id")  # a place has many names and one point
    lon, lat = some["lon"].to_numpy(float), some["lat"].to_numpy(float)
    district, province = areas_at(ground, some["country_iso3"].to_numpy(object), lon, lat, some["province_id"].to_numpy(object))
    found = pd.DataFrame({"district_id": district, "province_id": province}, index=some.index, dtype="object")
    filled = gazetteer.astype({"district_id": "object", "province_id": "object"})
    for name in found:
        filled.loc[lacks, name] = gazetteer["place_id"][lacks].map(found[name])
    return filled


def _by_name(named: Named, note: str) -> _Answer:
    place = _surely(named)
    runner_up = next((each.place.place_id for each in named.ranked[1:]), None)
    answer = _Answer(None, None, None, "country", named.rule + note, None, None, None, None, None, named.score, runner_up, named.status)
    if place is None:
        return answer
    return answer._replace(
        lon=place.lon,
        lat=place.lat,
        uncertainty_m=place.uncertainty_m,
        precision_level=place.level,
        place_id=place.place_id,
        district_id=place.district_id,
        province_id=place.province_id,
    )


def _by_coordinates(
    given: list[float], named: Named, district_at: str | None, province_at: str | None, index: Index
) -> tuple[_Answer, Place | None]:
    """The point as given, and the named place where it is near enough to be meant.

    A vague point stands for a named post or section, or for a named area that is no wider than the given circle.
    """
    lon, lat, given_m = given
    uncertainty_m = ASSUMED_UNCERTAINTY_M if np.isnan(given_m) else given_m
    level, rule = "point" if uncertainty_m <= POINT_M else "place", "coordinates"
    if named.are_several:
        # Which of them it was, the words do not say; what happens to lie between them was not named.
        sure = named.sure
        place_id, district_id, province_id = (sure.place_id, sure.district_id, sure.province_id) if sure else (None, None, province_at)
        return _Answer(lon, lat, uncertainty_m, level, rule, place_id, district_id, province_id, locate_score=1.0), sure
    place = _near_enough(_surely(named), lon, lat, uncertainty_m)
    if place is None:
        of = index.areas.get(district_at or "")
        province_id = of.province_id if of else province_at
        return _Answer(lon, lat, uncertainty_m, level, rule, None, district_at, province_id, locate_score=1.0), None
    if place.level in ("post", "place") and named.status == "located" and named.rule.startswith(("exact", "sound")):
        apart_m = float(metres_between(lon, lat, place.lon, place.lat)[()])
        if apart_m > uncertainty_m >= place.uncertainty_m:
            return _by_name(named, f"; {OUTSIDE_CIRCLE}"), place
        if apart_m > uncertainty_m + place.uncertainty_m:
            level, uncertainty_m, rule = "place", apart_m, f"{rule}; {OUTSIDE_CIRCLE}"
    stands_for = place.level in ("post", "section") or place.uncertainty_m <= uncertainty_m
    if named.is_whole and uncertainty_m > PLACE_M and place.level != "place" and stands_for:
        level = place.level
    district_id, province_id = (place.district_id or district_at, place.province_id)
    if level == "province":
        district_id = None
    elif place.district_id is None and (of := index.areas.get(district_at or "")) is not None:
        province_id = of.province_id
    return _Answer(lon, lat, uncertainty_m, level, rule, place.place_id, district_id, province_id or province_at, locate_score=1.0), place


def _near_enough(place: Place | None, lon: float, lat: float, uncertainty_m: float) -> Place | None:
    """The named place, unless the coordinates lie somewhere else: they were given for this very event."""
    if place is None:
        return None
    distance_m = float(metres_between(lon, lat, place.lon, place.lat)[()])
    return place if distance_m <= place.uncertainty_m + uncertainty_m + FAR_OUTSIDE_M else None
