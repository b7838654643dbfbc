"""Words: what stands around the names in a report ("район", "BCP", "near", "ولسوالی"), and what it says of them."""

import csv
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from geodata.errors import BadReference

_FILE = Path(__file__).parent.parent / "words" / "around_names.csv"
LEVELS = ("post", "place", "section", "district", "province")
#: village: a place that is no town. nothing: filler. compass: a side of the world, in a name or beside one. water: of a river or lake,
#: which is long: other words say where on it. beside: the name after it is near. joins: two names. route: a way between names.
#: inside: a part of a place with a name of its own that is no place of the gazetteer (streets before it, stations after it).
#: border: of a border, no place by itself.
ROLES = (*LEVELS, "village", "nothing", "beside", "joins", "route", "inside", "border", "water", "compass")
#: ezafe: before the name in Dari, after it in Pashto.
SIDES = ("before", "after", "both", "ezafe")
_ENDINGS = ("а", "е", "у", "ом", "ы", "ов", "ам", "ах", "и", "ой", "ю", "я", "ем", "ей", "ями", "ами")
_NOT_INFLECTED = 5


class Word(NamedTuple):
    """role: one of ROLES. side: where the word stands, before the name that it speaks of or after it."""

    role: str
    side: str


def _load() -> Mapping[str, Word]:
    words: dict[str, Word] = {}
    inflected: dict[str, Word] = {}
    with _FILE.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            for column, allowed in (("level", ROLES), ("side", SIDES)):
                if row[column] not in allowed:
                    raise BadReference(_FILE.name, line, column, row[column], f"one of {', '.join(allowed)}")
            word = Word(row["level"], row["side"])
            words[row["word"]] = word
            for form in _inflected(row["word"]):
                inflected.setdefault(form, word)
    return MappingProxyType({**inflected, **words})


def _inflected(word: str) -> list[str]:
    """Russian cases of a longer Russian word."""
    if len(word) < _NOT_INFLECTED or not ("а" <= word[0] <= "я"):
        return []
    stem = word[:-1] if word[-1] in "аяеоыиьй" else word
    return [stem + ending for ending in _ENDINGS]


#: Word in the form of `name_key` -> what it says.
WORDS = _load()
