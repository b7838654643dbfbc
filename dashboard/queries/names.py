"""Search of the gazetteer by a person: names that begin with, or hold, what was typed, in any of our scripts."""

from collections.abc import Hashable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

MOST = 6
#: How a gazetteer's kind says what a position stands for.
LEVELS = {"post": "post", "section": "section", "district": "district", "province": "province", "country": "country"}
_SMALL_FIRST = {"province": 0, "district": 1, "town": 2, "post": 3, "village": 4, "section": 5}


class NameSearch:
    """The gazetteer of one data folder, read when it is first asked for."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache

    @cached_property
    def _table(self) -> pd.DataFrame:
        from geodata.places.gazetteer import load_gazetteer

        table = load_gazetteer(self._cache)
        return table.assign(order=table["kind"].map(_SMALL_FIRST).fillna(6).astype(int))

    def find(self, typed: str, country: str) -> list[dict[str, Any]]:
        """Up to six places as answers of a place question; those that begin with the text first, the reporting country's first."""
        from geodata.places.gazetteer import name_key

        key = name_key(typed)
        if len(key) < 2:
            return []
        table = self._table
        hits = table[table["name_key"].str.contains(key, regex=False)]
        if hits.empty:
            return []
        exact, starts = hits["name_key"] == key, hits["name_key"].str.startswith(key)
        ranked = hits.assign(
            exact=~exact, starts=~starts, other=hits["country_iso3"] != country, people=-hits["population"].fillna(0).astype("int64")
        ).sort_values(["exact", "starts", "other", "people", "order", "name"], kind="stable")
        best = ranked.drop_duplicates("place_id").head(MOST)
        return [self._answer(row) for row in best.to_dict("records")]

    def _answer(self, row: Mapping[Hashable, Any]) -> dict[str, Any]:
        def told(name: str) -> Any:
            value = row[name]
            return None if pd.isna(value) else value

        answer = {name: told(name) for name in ("place_id", "name", "kind", "country_iso3", "district_id", "province_id")}
        numbers = {name: float(row[name]) for name in ("lon", "lat", "uncertainty_m")}
        return answer | numbers | {"precision_level": LEVELS.get(str(row["kind"]), "place"), "score": 1.0, "rule": "chosen_by_person"}
