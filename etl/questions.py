"""Questions: the places that a person has to decide, one row for each name and country, with the candidates to choose from."""

import json
from typing import Any

import numpy as np
import pandas as pd

from etl.ground import Ground, areas_at
from etl.matching.deciding import Named, Ranked
from etl.matching.index import Index, Place
from etl.on_line import COUNTRIES, hint_of, sections_of
from geodata.places.names import name_key

COLUMNS = ("country_iso3", "place_key", "place_text", "rows", "candidates")
MOST_CANDIDATES = 6


def review_table(open_questions: list[tuple[str, str, Named, int]], index: Index, ground: Ground) -> pd.DataFrame:
    """One row a question, those of most rows first: COLUMNS.

    open_questions: country, words, what they name, how many rows ask. place_key: `name_key` of the words, by which a decision is
    remembered. candidates: JSON, a list of up to six complete answers, the likeliest first; none where no name was known.
    """
    asked: dict[tuple[str, str], tuple[str, Named, int]] = {}
    for iso3, words, named, n in open_questions:
        key = name_key(words)
        if key:
            text, first, before = asked.get((iso3, key), (words, named, 0))
            asked[iso3, key] = text, first, before + n
    ordered = sorted(asked.items(), key=lambda each: (-each[1][2], each[0]))
    candidates = _candidates([named for _, (_, named, _) in ordered], index, ground)
    rows = [
        (iso3, key, text, n, json.dumps(found, ensure_ascii=False))
        for ((iso3, key), (text, _, n)), found in zip(ordered, candidates, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"country_iso3": "str", "place_key": "str", "place_text": "str", "candidates": "str"})


def _candidates(questions: list[Named], index: Index, ground: Ground) -> list[list[dict[str, Any]]]:
    """The complete candidates of each question. What has to be measured is measured for all of them at once."""
    flat = [(number, each) for number, named in enumerate(questions) for each in named.ranked[:MOST_CANDIDATES]]
    places = [_with_areas(each.place, ground) for _, each in flat]
    hints = [
        hint_of(place.lon, place.lat, place.uncertainty_m, place, index.section_of, ground) if place.country_iso3 in COUNTRIES else None
        for place in places
    ]
    found: list[list[dict[str, Any]]] = [[] for _ in questions]
    for (number, each), place, (section_id, chainage_km) in zip(flat, places, sections_of(hints, ground), strict=True):
        named = questions[number]
        found[number].append(
            {
                "place_id": place.place_id,
                "name": place.name,
                "kind": place.kind,
                "country_iso3": place.country_iso3,
                "lon": round(place.lon, 6),
                "lat": round(place.lat, 6),
                "uncertainty_m": round(place.uncertainty_m),
                "precision_level": place.level,
                "district_id": place.district_id,
                "province_id": place.province_id,
                "section_id": section_id,
                "chainage_km": chainage_km,
                "score": _score(each, named),
                "rule": named.rule,
            }
        )
    return found


def _score(each: Ranked, named: Named) -> float:
    """How well a candidate fits beside the best, 0 to 1."""
    behind = named.ranked[0].fit - each.fit
    return round(max(0.0, min(1.0, each.alike * (1.0 - behind))), 3)


def _with_areas(place: Place, ground: Ground) -> Place:
    if place.province_id is not None or place.country_iso3 not in ground.outlines:
        return place
    district, province = areas_at(ground, np.array([place.country_iso3], dtype=object), np.array([place.lon]), np.array([place.lat]))
    return place._replace(district_id=place.district_id or district[0], province_id=province[0])
