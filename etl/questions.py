"""Questions: the places that a person has to decide, one row for each name and country, with the candidates to choose from."""

import json
from typing import Any

import numpy as np
import pandas as pd

from etl.ground import Ground, areas_at
from etl.matching.deciding import Named, Ranked
from etl.matching.index import Index
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
    rows = [
        (iso3, key, text, n, json.dumps(_candidates(named, index, ground), ensure_ascii=False))
        for (iso3, key), (text, named, n) in sorted(asked.items(), key=lambda each: (-each[1][2], each[0]))
    ]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"country_iso3": "str", "place_key": "str", "place_text": "str", "candidates": "str"})


def _candidates(named: Named, index: Index, ground: Ground) -> list[dict[str, Any]]:
    best = named.ranked[0].fit if named.ranked else 0.0
    return [_candidate(each, best, named, index, ground) for each in named.ranked[:MOST_CANDIDATES]]


def _candidate(each: Ranked, best: float, named: Named, index: Index, ground: Ground) -> dict[str, Any]:
    place = each.place
    district_id, province_id, section_id, chainage_km = place.district_id, place.province_id, None, None
    if province_id is None and place.country_iso3 in ground.outlines:
        at = areas_at(ground, np.array([place.country_iso3], dtype=object), np.array([place.lon]), np.array([place.lat]))
        district_id, province_id = district_id or at[0][0], at[1][0]
    if place.country_iso3 in COUNTRIES:
        section_id, chainage_km = sections_of(
            [hint_of(place.lon, place.lat, place.uncertainty_m, place, index.section_of, ground)], ground
        )[0]
    return {
        "place_id": place.place_id, "name": place.name, "kind": place.kind, "country_iso3": place.country_iso3,
        "lon": round(place.lon, 6), "lat": round(place.lat, 6), "uncertainty_m": round(place.uncertainty_m), "precision_level": place.level,
        "district_id": district_id, "province_id": province_id, "section_id": section_id, "chainage_km": chainage_km,
        "score": round(max(0.0, min(1.0, each.alike * min(1.0, max(0.0, 1.0 - (best - each.fit))))), 3), "rule": named.rule,
    }  # fmt: skip
