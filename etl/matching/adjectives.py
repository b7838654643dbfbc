"""Adjectives and cases: what a word of a report may be a form of ("Шуроабадском" -> "Шуроабад", "Sarahsky" -> "Sarahs")."""

import re
from functools import lru_cache

_RUSSIAN = re.compile(r"^(\w{3,}?)(?:(ин|ен|ов|ев|овь)?(?:с|ц)?к)(?:ий|ого|ому|им|ом|ая|ой|ую|ое|ие|их|ими|а|о)$")
_LATIN = re.compile(r"^(\w{3,}?)(?:(in|en|ov|ev)?(?:s|c|ts|cs)k)(?:iy|ii|ij|yi|y|i|iyi|ogo|omu|im|om|aya|aia|aja|oy|oi|oj|uyu|oye|oe|)$")
#: Cases of nouns, longest first; vowels at the end are let go by the sound anyway.
_CASES_CYRILLIC = (
    "ининг", "нинг", "ниң", "ның", "нің", "дағы", "дегі", "даги", "идаги", "дан", "ден", "тан", "тен", "дин", "ами", "ями", "ида", "нда",
    "нде", "да", "де", "та", "те", "га", "ом", "ем", "ём", "ой", "ей", "ам", "ах", "ов", "ро", "ий", "ого", "ая", "ка",
)  # fmt: skip
_CASES_LATIN = ("ining", "ning", "nyň", "dagi", "idagi", "dan", "ida", "inda", "nda", "da", "ga", "om", "ro", "iy", "ly")
_SHORTEST = 4


@lru_cache(maxsize=65_536)
def stems(word: str) -> tuple[str, ...]:
    """What the word may be a form of, the likeliest first; none where it looks like no form of another. ``word``: in small letters."""
    if len(word) < _SHORTEST + 1 or word.isdigit():
        return ()
    is_latin = word.isascii()
    found: dict[str, None] = {}
    adjective = (_LATIN if is_latin else _RUSSIAN).match(word)
    if adjective and adjective[2]:
        found[adjective[1]] = None  # Дангаринский: Дангар(а)
        found[adjective[1] + adjective[2]] = None  # Шахринский: Шахрин
    elif adjective:
        found[adjective[1]] = None
        if word[adjective.end(1)] in "цc":
            found[adjective[1] + word[adjective.end(1)]] = None
    return tuple(found)


@lru_cache(maxsize=65_536)
def cases(word: str) -> tuple[str, ...]:
    """The word without an ending of a case of Russian, Uzbek, Kazakh, Kyrgyz or Tajik; none where it has none."""
    endings = _CASES_LATIN if word.isascii() else _CASES_CYRILLIC
    return tuple(word[: -len(end)] for end in endings if word.endswith(end) and len(word) - len(end) >= _SHORTEST)[:3]
