"""Home country: whose reports a table holds when no column says it: its title, its places, its agencies, its language."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from etl.values.texts import plain
from etl.vocabulary import meanings_in, phrases, plain_phrase

_TAJIK_LETTERS = frozenset("ҷӣӯ")
#: So many of the places must lie in one country, and so many must be known at all.
_SHARE, _FEWEST = 0.6, 2


class Home(NamedTuple):
    """country_iso3: "" where nothing shows it. why: in words, for people."""

    country_iso3: str
    why: str


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


def home_of(titles: Iterable[str], places: Iterable[str], agencies: Iterable[str], words: Iterable[str]) -> Home:
    """The reporting country of a table. titles: lines above it and its name; places, agencies: distinct cells; words: headers and drugs."""
    for title in titles:
        named = [country for country in meanings_in(title, phrases("country")) if country]
        # "РТ" and the like are in many a word's company; a title that names two countries decides nothing.
        if len(named) == 1:
            return Home(named[0], f"the title says it ({title.strip()[:60]})")
    votes: Counter[str] = Counter()
    known = 0
    distinct = [place for place in dict.fromkeys(places) if place.strip()]
    for place in distinct:
        countries = _countries_of(place)
        known += bool(countries)
        if len(countries) == 1:
            votes[next(iter(countries))] += 1
    if votes and known >= min(_FEWEST, len(distinct)):
        country, n = votes.most_common(1)[0]
        if n >= _SHARE * known:
            return Home(country, f"{n} of {len(distinct)} places carry names of its provinces and districts")
    owners = Counter(filter(None, (_agency_countries().get(plain_phrase(agency)) for agency in agencies)))
    if len(owners) == 1:
        return Home(next(iter(owners)), "its agencies are named")
    if any(_TAJIK_LETTERS & set(plain(word)) for word in words):
        return Home("TJK", "it is written in Tajik")
    return Home("", "")


def _countries_of(place: str) -> frozenset[str]:
    """Countries of the longest known name in a place's words."""
    names = _names()
    pieces = plain_phrase(place).split(" ")
    for width in range(min(4, len(pieces)), 0, -1):
        for start in range(len(pieces) - width + 1):
            phrase = " ".join(pieces[start : start + width])
            if len(phrase) > 2 and phrase in names:
                return names[phrase]
    return frozenset()
