"""Locate: events -> located events. Pure: what it knows of the world comes in as `gazetteer` and `ground`.

Coordinates where they were given and can be true, else the exact name of a place within the reporting country (`etl.place_names`),
else the country without a point. Given coordinates are never widened to an area that was named. Only a post or place that is named
exactly, lies outside the given circle and is known no worse than it is stronger: the circle was then drawn around something else.
`locate_rule` says which; after "; " it says why given coordinates were not used, or what they were widened for.
"""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.coordinates import FAR_OUTSIDE_M, VERDICTS, judge
from etl.ground import Ground, areas_at
from etl.on_line import COUNTRIES, Hint, hint_of, sections_of
from etl.parse import GIVEN
from etl.place_names import NOT_NAMED, Index, Named, NameKey, Place, find, index_of
from geodata.distances import metres_between
from geodata.model import LOCATED_EVENT, columns

#: Rules of `locate_rule`; those for names end in the level, as in exact_name_district. One of NOTES may follow after "; ".
RULES = (
    "outside_region",
    "coordinates",
    "exact_name_*",
    "exact_part_*",
    "ambiguous_name_*",
    "ambiguous_name",
    "names_disagree",
    "no_place_named",
)
#: The circle around the given coordinates does not hold the place that is named.
OUTSIDE_CIRCLE = "named_place_outside_circle"
NOTES = (*VERDICTS[2:], OUTSIDE_CIRCLE)

#: Given coordinates without a word on how good they are.
ASSUMED_UNCERTAINTY_M = 20_000.0
POINT_M, PLACE_M = 2_000.0, 10_000.0


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


_OUTSIDE = _Answer(None, None, None, "country", "outside_region", None, None, None)
_NUMBERS = ("lon", "lat", "uncertainty_m", "chainage_km")


def locate_events(
    events: pd.DataFrame, gazetteer: pd.DataFrame, ground: Ground, region: tuple[str, ...], name_key: NameKey
) -> pd.DataFrame:
    """Place n events.

    events: EVENT + GIVEN columns. gazetteer: one row per name. region: countries whose events get a place; others stay at country
    level without a point. name_key: how the gazetteer's own keys were made. Returns n rows of LOCATED_EVENT, in the same order.
    """
    asked = events[["country_iso3", "place_text", *GIVEN]].fillna({"place_text": ""})
    in_region = events["country_iso3"].isin(region).to_numpy(bool)
    # A few thousand distinct questions stand for all rows.
    codes, distinct = _distinct(asked, in_region)
    answers = _answers(distinct, index_of(_with_areas(gazetteer, ground)), ground, name_key)
    placed = _placed(events, codes, answers)
    return pd.concat([events.drop(columns=list(GIVEN)), placed], axis=1).assign(in_region=in_region).reindex(columns=columns(LOCATED_EVENT))


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


def _answers(asked: pd.DataFrame, index: Index, ground: Ground, name_key: NameKey) -> list[_Answer]:
    lon, lat = asked["given_lon"].to_numpy(float), asked["given_lat"].to_numpy(float)
    verdicts = judge(asked["country_iso3"], lon, lat, ground)
    usable = np.flatnonzero(verdicts == "")
    district_at, province_at = np.full(len(lon), None, dtype=object), np.full(len(lon), None, dtype=object)
    district_at[usable], province_at[usable] = areas_at(ground, asked["country_iso3"].to_numpy(object)[usable], lon[usable], lat[usable])
    names: dict[tuple[str, str], Named] = {}
    answers: list[_Answer] = []
    hints: list[Hint | None] = []
    for i, (iso3, words, *given) in enumerate(asked.itertuples(index=False, name=None)):
        if (iso3, words) not in names:
            names[iso3, words] = find(words, iso3, index, name_key) if words else NOT_NAMED
        named = names[iso3, words]
        if verdicts[i] == "":
            answer, place = _by_coordinates(given, named, district_at[i], province_at[i], index)
        else:
            answer, place = _by_name(named, "" if verdicts[i] == "none" else f"; {verdicts[i]}"), named.place
        answers.append(answer)
        hints.append(_hint(iso3, answer, named, place, index, ground))
    on_line = sections_of(hints, ground)
    return [answer._replace(section_id=id_, chainage_km=km) for answer, (id_, km) in zip(answers, on_line, strict=True)]


def _hint(iso3: str, answer: _Answer, named: Named, place: Place | None, index: Index, ground: Ground) -> Hint | None:
    if iso3 not in COUNTRIES or named.are_several or answer.lon is None or answer.lat is None or answer.uncertainty_m is None:
        return None
    return hint_of(answer.lon, answer.lat, answer.uncertainty_m, place, index, ground)


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
    place = named.place
    if place is None:
        return _Answer(None, None, None, "country", named.rule + note, None, None, None)
    at = (place.lon, place.lat, place.uncertainty_m, place.level)
    return _Answer(*at, named.rule + note, place.place_id, place.district_id, place.province_id)


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
        shared = (named.place.place_id, named.place.district_id, named.place.province_id) if named.place else (None, None, province_at)
        return _Answer(lon, lat, uncertainty_m, level, rule, *shared), named.place
    place = _near_enough(named.place, lon, lat, uncertainty_m)
    if place is None:
        of = index.areas.get(district_at or "")
        return _Answer(lon, lat, uncertainty_m, level, rule, None, district_at, of.province_id if of else province_at), None
    if place.level in ("post", "place") and named.rule.startswith("exact"):
        apart_m = float(metres_between(lon, lat, place.lon, place.lat))
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
    return _Answer(lon, lat, uncertainty_m, level, rule, place.place_id, district_id, province_id or province_at), place


def _near_enough(place: Place | None, lon: float, lat: float, uncertainty_m: float) -> Place | None:
    """The named place, unless the coordinates lie somewhere else: they were given for this very event."""
    if place is None:
        return None
    distance_m = float(metres_between(lon, lat, place.lon, place.lat))
    return place if distance_m <= place.uncertainty_m + uncertainty_m + FAR_OUTSIDE_M else None
