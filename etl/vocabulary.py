"""Vocabulary: the words that reports use -> the words of the model. An unknown word is reported and kept, never dropped.

The words stand in `etl/words/*.csv`, one word a line, in small letters or as sources write them (country names partly from
GeoNames, CC BY 4.0). Sources write English, Russian and Tajik; case and blanks do not matter.
"""

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from etl.values.texts import plain
from geodata.errors import BadReference
from geodata.model import DRUGS, EVENT_KINDS, TRANSPORTS

_WORDS = Path(__file__).parent / "words"

#: What sources write where they know nothing.
NOT_KNOWN = frozenset(
    {
        "", "unknown", "none", "not known", "n/a", "--", "-", "—", "–", "---", "na", "null", "nan", "?", "...", "…", "not specified",
        "not stated", "нет", "нет данных", "н/д", "не известно", "неизвестно", "не установлено", "не указано", "не указан", "б/н",
        "номаълум", "маълум нест", "нест", "муайян нашуд", "номаълум аст", "noma'lum", "белгісіз", "белгисиз", "نامعلوم", "نامشخص",
    }
)  # fmt: skip


class Meant(NamedTuple):
    """What n words mean. meaning: one value of the model a row, None where empty or unknown. strange: word -> rows, not known to us."""

    meaning: "pd.Series[str]"
    strange: dict[str, int]


def key(word: str) -> str:
    """Small letters, single blanks: how words are compared."""
    return " ".join(word.casefold().split())


@cache
def _table(name: str, column: str) -> Mapping[str, str]:
    path = _WORDS / f"{name}.csv"
    table: dict[str, str] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        for line, row in enumerate(csv.DictReader(stream), start=2):
            if not row["word"] or not row[column]:
                raise BadReference(path.name, line, column, row, f"a word and its {column}")
            table[key(row["word"])] = row[column]
    return MappingProxyType(table)


def drug_words() -> Mapping[str, str]:
    """Drug as written -> drug of the model (`geodata.model.DRUGS`)."""
    return _checked("drugs", "drug", DRUGS)


def transport_words() -> Mapping[str, str]:
    """Way of transport as written -> the model's (`geodata.model.TRANSPORTS`).

    "foot/river" is people who wade or raft across: on foot. "Land" may be road, rail or foot: other.
    """
    return _checked("transports", "transport", TRANSPORTS)


def kind_words() -> Mapping[str, str]:
    """Kind of event as written -> the model's (`geodata.model.EVENT_KINDS`)."""
    return _checked("kinds", "kind", EVENT_KINDS)


def concealment_words() -> Mapping[str, str]:
    """Way of hiding as written -> its code ("concealment.<code>" on the screens)."""
    return _table("concealments", "concealment")


def place_kind_words() -> Mapping[str, str]:
    """Kind of place as written -> its code ("place_kind.<code>" on the screens)."""
    return _table("place_kinds", "place_kind")


@cache
def agency_words(country: str) -> Mapping[str, str]:
    """Agency as written in reports of ``country`` -> its short English form; "МВД" is another ministry in each country."""
    with (_WORDS / "agencies.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    # The short forms themselves are meant wherever they stand, unless the country has its own of that name.
    words = {key(row["agency"]): row["agency"] for row in rows}
    for own in (False, True):
        words |= {key(row["word"]): row["agency"] for row in rows if row["country"] == (country if own else "") and (not own or country)}
    return MappingProxyType(words)


def country_words() -> Mapping[str, str]:
    """Country as written, in small letters -> ISO 3166-1 alpha-3 (XKX for Kosovo; ANT for the former Netherlands Antilles)."""
    return _table("countries", "iso3")


@cache
def country_codes() -> frozenset[str]:
    """Every ISO 3166-1 alpha-3 code that a report may name."""
    return frozenset(country_words().values())


@cache
def masses() -> Mapping[str, float]:
    """Unit as written, in small letters -> kilograms in one of it. A unit that is not here is no mass (litres, tablets)."""
    return MappingProxyType({word: float(kg) for word, kg in _table("masses", "kg").items()})


def _checked(name: str, column: str, allowed: tuple[str, ...]) -> Mapping[str, str]:
    words = _table(name, column)
    strange = set(words.values()) - set(allowed)
    if strange:
        raise BadReference(f"{name}.csv", 0, column, sorted(strange)[0], f"one of {', '.join(allowed)}")
    return words


def meant(texts: "pd.Series[str]", words: Mapping[str, str], otherwise: str | None = None) -> Meant:
    """Look n texts up in ``words``. Empty and "unknown" mean nothing; a strange word means ``otherwise`` and is counted."""
    counts = texts.value_counts()
    found: dict[str, str | None] = {}
    strange: dict[str, int] = {}
    for text, n in counts.items():
        word = key(str(text))
        if word in words:
            found[str(text)] = words[word]
        elif word in NOT_KNOWN:
            found[str(text)] = None
        else:
            found[str(text)] = otherwise
            strange[str(text)] = int(n)
    return Meant(texts.map(found).astype("str"), strange)


_LONGEST_PHRASE = 6
_PIECES = re.compile(r"[^\W_]+(?:['/-][^\W_]+)*")


def plain_phrase(text: str) -> str:
    """A word or phrase plain and without the marks between its words: how phrases are compared."""
    return " ".join(_PIECES.findall(plain(text)))


@cache
def phrases(what: str, country: str = "") -> Mapping[str, str]:
    """The words for ``what`` (drug, transport, concealment, place_kind, kind, country, agency), each as `plain_phrase`.

    country: whose reports they stand in; only agencies differ by it.
    """
    tables: dict[str, Callable[[], Mapping[str, str]]] = {
        "drug": drug_words, "transport": transport_words, "concealment": concealment_words, "place_kind": place_kind_words,
        "kind": kind_words, "country": _countries_and_codes, "agency": lambda: agency_words(country),
    }  # fmt: skip
    table: dict[str, str] = {}
    for word, meaning in tables[what]().items():
        table.setdefault(plain_phrase(word), meaning)
    table.pop("", None)
    return MappingProxyType(table)


def _countries_and_codes() -> Mapping[str, str]:
    return {**{key(code): code for code in country_codes()}, **country_words()}


def meanings_in(text: str, table: Mapping[str, str]) -> list[str]:
    """Everything of ``table`` (`phrases`) that stands in a text, in its order, the longest phrases first; each meaning once.

    "героин (5 пакетов)" holds heroin, "в мешке, тайник" a sack and a cache.
    """
    whole = plain_phrase(text)
    if whole in table:
        return [table[whole]]
    pieces = whole.split(" ")
    found: list[str] = []
    at = 0
    while at < len(pieces):
        for width in range(min(_LONGEST_PHRASE, len(pieces) - at), 0, -1):
            phrase = " ".join(pieces[at : at + width])
            if phrase in table and len(phrase) > 1:
                if table[phrase] not in found:
                    found.append(table[phrase])
                at += width - 1
                break
        at += 1
    return found
