"""Home country: whose reports a table holds when no column says it: its title, its places, its agencies, its language."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from etl.values.texts import plain
from etl.vocabulary import phrases, plain_phrase

_TAJIK_LETTERS, _KAZAKH_LETTERS, _DARI_LETTERS = frozenset("ҷӣӯ"), frozenset("әұһ"), frozenset("ابتثدرسنوهی")
_UZBEK_WORDS = frozenset("sana joy joyi viloyat tuman modda miqdor miqdori turi idora tashkilot izoh shahar".split())
#: So many of the known places must be able to lie in one country.
_SHARE = 0.6
#: Countries whose tables come here; "Colombia" in a title is where the drug went.
_NEAR = frozenset(("TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM", "RUS", "IRN", "PAK", "CHN"))
_SHORT = frozenset(("рт", "ҷт", "руз", "кр", "рк", "ира"))


class Home(NamedTuple):
    """country_iso3: "" where nothing shows it. why: in words, for people. is_assumed: nothing shows it, the region's first is taken."""

    country_iso3: str
    why: str
    is_assumed: bool = False
    of_row: "pd.Series[str] | None" = None  # where each row's own place tells it, and they differ


@cache
def _names() -> Mapping[str, frozenset[str]]:
    """Names of provinces and districts, as `plain_phrase` -> the countries that have one of that name."""
    from geodata.places.districts import load_districts, load_provinces

    found: dict[str, set[str]] = {}
    for table in (load_provinces(), load_districts()):
        for row in table.to_dict("records"):
            names = [row[column] for column in ("name_en", "name_ru", "name_tg", "name_local")]
            for name in [*names, *(row["alt_names"] or [])]:
                if name and plain_phrase(str(name)):
                    found.setdefault(plain_phrase(str(name)), set()).add(str(row["country_iso3"]))
    return MappingProxyType({name: frozenset(countries) for name, countries in found.items()})


@cache
def _agency_countries() -> Mapping[str, str]:
    """Agencies that one country alone has, by their words."""
    with (Path(__file__).parent / "words" / "agencies.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    endings = {
        " KR": "KGZ", " KNB": "KAZ", "KNB": "KAZ", " KAZ": "KAZ", "Uzbekistan": "UZB", " UZB": "UZB", "Turkmenistan": "TKM", " TKM": "TKM",
        "DCA": "TJK", "CNPA": "AFG", "ABP": "AFG", " RUS": "RUS", "FSKN": "RUS",
    }  # fmt: skip
    of = {row["agency"]: next((iso3 for end, iso3 in endings.items() if row["agency"].endswith(end)), "") for row in rows}
    return MappingProxyType({plain_phrase(row["word"]): of[row["agency"]] for row in rows if of[row["agency"]] and not row["country"]})


def home_of(titles: Iterable[str], file: str, places: "pd.Series[str]", agencies: Iterable[str], words: Iterable[str]) -> Home:
    """The reporting country of a table. titles: lines above it; file: its name; places: of its n rows, as they came; agencies: distinct
    cells; words: headers and drugs. Where the places of different rows lie in different countries, each row's own is in `of_row`.
    """
    for title, is_file in [*((title, False) for title in titles), (file, True)]:
        table = phrases("country")
        pieces = plain_phrase(title).split(" ")
        named = {table[piece] for piece in pieces if table.get(piece) in _NEAR and (len(piece) > 3 or (not is_file and piece in _SHORT))}
        # A title that names two countries decides nothing.
        if len(named) == 1:
            return Home(named.pop(), f"{'its name' if is_file else 'the title'} says it ({title.strip()[:60]})")
    known = {place: countries for place in places.unique() if (countries := countries_of(str(place)))}
    votes = Counter(country for countries in known.values() for country in countries)
    sure = Counter(next(iter(countries)) for countries in known.values() if len(countries) == 1)
    if sure:
        country, n = max(votes.items(), key=lambda vote: (vote[1], sure[vote[0]], vote[0]))
        if n >= _SHARE * len(known) and sure[country]:
            return Home(country, f"{n} of {places.nunique()} places carry names of its provinces and districts")
    owners = Counter(filter(None, (_agency_countries().get(plain_phrase(agency)) for agency in agencies)))
    if len(owners) == 1:
        return Home(next(iter(owners)), "its agencies are named")
    if len(sure) > 1:
        own = {place: next(iter(countries)) for place, countries in known.items() if len(countries) == 1}
        return Home("", "each row's own place says it", of_row=places.map(own).astype("str"))
    return _by_language([plain(word) for word in words])


def _by_language(words: list[str]) -> Home:
    letters = set("".join(words))
    if letters & _TAJIK_LETTERS and not letters & _KAZAKH_LETTERS:
        return Home("TJK", "it is written in Tajik")
    if "ў" in letters or len({plain_phrase(word) for word in words} & _UZBEK_WORDS) > 1:
        return Home("UZB", "it is written in Uzbek")
    if letters & _KAZAKH_LETTERS and "і" in letters:
        return Home("KAZ", "it is written in Kazakh")
    if letters & _DARI_LETTERS:
        return Home("AFG", "it is written in Dari or Pashto")
    return Home("", "")


def countries_of(place: str) -> frozenset[str]:
    """Countries of the longest known name in a place's words."""
    names = _names()
    pieces = plain_phrase(place).split(" ")
    for width in range(min(4, len(pieces)), 0, -1):
        for start in range(len(pieces) - width + 1):
            phrase = " ".join(pieces[start : start + width])
            if len(phrase) > 2 and phrase in names:
                return names[phrase]
    return frozenset()
