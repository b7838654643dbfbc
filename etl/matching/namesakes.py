"""Namesakes: village names that a country has many times ("Navobod"); alone they say no place, even where a table knows but one of them.

Counted in Who's On First (its localities come from GeoNames), both CC BY 4.0: names of six places and more of one country.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from etl.matching.index import Place
from etl.matching.sound import sound_of

_FILE = Path(__file__).parent.parent / "words" / "common_names.csv"
#: A town of more standing than this is meant although villages share its name.
OVERSHADOWED = 0.12


@cache
def _counts() -> Mapping[tuple[str, str], int]:
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return MappingProxyType({(row["country_iso3"], sound_of(row["name"])): int(row["places"]) for row in csv.DictReader(stream)})


def has_namesakes(place: Place, sound: str, is_village: bool = False) -> bool:
    """Is it one of many of that name in its country, and no more important than they? is_village: a village was asked for."""
    return place.level == "place" and (is_village or place.standing < OVERSHADOWED) and (place.country_iso3, sound) in _counts()
