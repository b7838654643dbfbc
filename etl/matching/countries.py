"""Countries: what a text says of the country, by its name ("Красноярский край РФ") or by an adjective ("Afghan province of Badakhshan")."""

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from etl.matching.parts import Part
from etl.matching.words import WORDS
from etl.vocabulary import country_words, key
from geodata.places.names import name_key

#: A nation as an adjective; two of them with a hyphen speak of a border or of both.
_NATIONS = {
    "AFG": "afghan афганск", "TJK": "tajik tadjik таджикск тоҷик", "UZB": "uzbek узбекск", "KGZ": "kyrgyz kirghiz киргизск кыргызск",
    "KAZ": "kazakh казахстанск казахск", "TKM": "turkmen туркменск", "IRN": "iranian иранск", "RUS": "russian российск",
    "PAK": "pakistani пакистанск", "CHN": "chinese китайск",
}  # fmt: skip
_NATION = re.compile(
    r"(?<![\w-])(" + "|".join(stem for stems in _NATIONS.values() for stem in stems.split()) + r")(?:\w{0,4})(?![\w-])", re.I
)
_OF_NATION = {stem: iso3 for iso3, stems in _NATIONS.items() for stem in stems.split()}
_SHORT = {
    "рф": "RUS",
    "кр": "KGZ",
    "рк": "KAZ",
    "рт": "TJK",
    "руз": "UZB",
    "ира": "AFG",
    "افغانستان": "AFG",
    "تاجیکستان": "TJK",
    "ازبکستان": "UZB",
}


class Said(NamedTuple):
    """codes: countries that are named (ISO 3166-1 alpha-3). parts: what is left when their names are taken out.

    nations: countries of which an adjective speaks; it may be of people, so the reporting country stays as likely.
    """

    codes: frozenset[str]
    parts: list[Part]
    nations: frozenset[str] = frozenset()


NONE_SAID = Said(frozenset(), [])


def countries_in(text: str, parts: list[Part], is_name: Callable[[tuple[str, ...]], bool]) -> Said:
    """The countries that a text names, and its parts without them. is_name: is it the name of a place ("East Kazakhstan")?"""
    if not parts and not _NATION.search(text):
        return Said(frozenset(), parts)
    codes: set[str] = set()
    left: list[Part] = []
    words = _words()
    for part in parts:
        of_level = bool(part.before or part.after)
        whole = words.get(key(" ".join(part.words)))
        if whole and not of_level:
            codes.add(whole)
            continue
        for end in (-1, 0):
            if len(part.words) > 1 and (code := words.get(key(part.words[end]))) and not is_name(part.words):
                codes.add(code)
                kept = part.words[:-1] if end else part.words[1:]
                part = part._replace(words=kept, raw=" ".join(kept))
        if any(word not in WORDS for word in map(name_key, part.words)):
            left.append(part)
    nation = _NATION.search(text)
    return Said(frozenset(codes), left, frozenset([_OF_NATION[nation[1].casefold()]] if nation else []))


@cache
def _words() -> dict[str, str]:
    return {**country_words(), **_SHORT}
