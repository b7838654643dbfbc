"""Parts: the text of a report -> the names in it, each with what the words around it say."""

import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from etl.matching.words import WORDS, Word
from geodata.places.names import name_key

#: From sharp to wide.
SHARP_TO_WIDE = ("post", "place", "section", "district", "province")
_SAYS_A_LEVEL = (*SHARP_TO_WIDE, "village")
#: How far "near" reaches where no distance is said.
NEAR_M = 10_000.0

_ABBREVIATED = (
    (re.compile(r"\b(р)\s?[-/.]\s?(н[аеу]?)\b", re.I), "район"),
    (re.compile(r"\b(н)\.\s?п\b\.?", re.I), " нп "),
    (re.compile(r"\b(т)\.?\s?/?\s?п\b\.", re.I), " тп "),
    (re.compile(r"\b(ж)\s?[-/.]\s?д\b\.?", re.I), " жд "),
    (re.compile(r"\bк\s?-\s?з\b\.?|\bп\s?/\s?п\b\.?", re.I), " "),
)
_STRONG = re.compile(r"([,;:()\[\]{}\n|•،؛]+|\s?[/–—]+\s?|\s-\s|(?<=\w{4})\.\s+)")
_JOINING = frozenset("/–—-")
_WORD = re.compile("[^\\W_]+(?:['’‘ʻʼ`´′ʹʺ\u200c][^\\W_]*)*|[\"«»“”„‟‹›＂]+")
_PASHTO = re.compile(r"[ۍښځڅړڼډټې]|(?:^|\s)(?:د|په)\s")
#: "Южно-115ская": a program that wrote reports put a number where a country's name had been.
_DAMAGED = re.compile(r"[^\W\d_]*\d+[^\W\d_]{3,}")
_DISTANCE = re.compile(
    r"(\d+(?:[.,]\d+)?)\s*(km|kms|kilometers?|kilometres?|км|километр\w*|километри|کیلومتر\w*|کیلومتری|miles?|м|метр\w*|m|meters?|metres?)\b\.?",
    re.I,
)
_COMPASS = (
    (re.compile(r"\b(north[- ]?east|северо-?восток\w*|шимолу шарқ\w*)\b", re.I), 45.0),
    (re.compile(r"\b(south[- ]?east|юго-?восток\w*)\b", re.I), 135.0),
    (re.compile(r"\b(south[- ]?west|юго-?запад\w*)\b", re.I), 225.0),
    (re.compile(r"\b(north[- ]?west|северо-?запад\w*)\b", re.I), 315.0),
    (re.compile(r"\b(north(?:ern)?|север\w{0,3}|шимол\w{0,3}|شمال)\b", re.I), 0.0),
    (re.compile(r"\b(east(?:ern)?|восток\w{0,2}|восточнее|шарқ\w{0,3}|شرق)\b", re.I), 90.0),
    (re.compile(r"\b(south(?:ern)?|юг[аеу]?|южнее|ҷануб\w{0,3}|جنوب)\b", re.I), 180.0),
    (re.compile(r"\b(west(?:ern)?|запад\w{0,2}|западнее|ғарб\w{0,3}|غرب)\b", re.I), 270.0),
)
_DIGITS = re.compile(r"\d")


class Part(NamedTuple):
    """A name and what is said of it.

    words: of the name, as they came. raw: the words with those around it, as one text. before, after: levels said by words on each
    side, "" for nothing. beside_m: it is only near, so far away; None: it is there. bearing: degrees from north in which it lies from
    the name, None where not said. joined: "and", "to" or a road binds it to the last part.
    is_water: it is a river or a lake. is_village: the words say that it is no town.
    """

    words: tuple[str, ...]
    raw: str
    before: str
    after: str
    beside_m: float | None = None
    bearing: float | None = None
    joined: bool = False
    is_water: bool = False
    is_village: bool = False


class _Run:
    """Words between two that are no names."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.before: list[str] = []
        self.after: list[str] = []
        self.raw: list[str] = []
        self.is_beside = self.is_joined = self.is_water = self.is_village = False


#: Stands for a quotation mark among the words.
_QUOTE = Word("nothing", "both")


IsName = Callable[[tuple[str, ...]], bool]


def parts_of(text: str, is_name: IsName = lambda _: False) -> list[Part]:
    """The names in a text, in their order. Any text at all has an answer. is_name: is it one name as a whole ("Khost wa Fereng")?"""
    if not text:
        return []
    text = unicodedata.normalize("NFKC", text) if not text.isascii() else text
    distance_m, bearing = None, None
    if _DIGITS.search(text):
        for pattern, instead in _ABBREVIATED:
            text = pattern.sub(instead, text)
        if found := _DISTANCE.search(text):
            distance_m = _metres(found[1], found[2])
            bearing = next((degrees for pattern, degrees in _COMPASS if pattern.search(text)), None)
            if bearing is not None:
                for pattern, _ in _COMPASS:
                    text = pattern.sub(" ", text)
            text = text[: found.start()] + ", near " + text[found.end() :]
    elif "." in text or "/" in text or "-" in text:
        for pattern, instead in _ABBREVIATED:
            text = pattern.sub(instead, text)
    parts: list[Part] = []
    is_route = False
    pieces = _STRONG.split(text)
    for number in range(0, len(pieces), 2):
        clause = pieces[number]
        if clause and not clause.isspace():
            found_parts, is_route = _clause(clause, distance_m, bearing, is_route, is_name)
            if found_parts and parts and pieces[number - 1].strip() in _JOINING:
                found_parts[0] = found_parts[0]._replace(joined=True)
            parts += found_parts
    return parts


def _metres(number: str, unit: str) -> float:
    amount = float(number.replace(",", "."))
    small = unit.casefold()
    return amount * (1_609 if small.startswith("mile") else 1 if small in ("m", "м") or small.startswith(("met", "мет")) else 1_000)


def _clause(clause: str, distance_m: float | None, bearing: float | None, is_route: bool, is_name: IsName) -> tuple[list[Part], bool]:
    """The parts of a text without commas."""
    tokens = [(word, name_key(word).replace(" ", "")) for word in _WORD.findall(clause)]
    known = [WORDS.get(key) if key else _QUOTE for _, key in tokens]
    first = next((word for word in known if word is None or word.role in _SAYS_A_LEVEL), None)
    leads = first is not None  # the first word that says something stands before its name
    is_pashto = _PASHTO.search(clause) is not None
    runs: list[_Run] = [_Run()]
    pending: list[str] = []
    after_word = False
    for number, ((word, key), what) in enumerate(zip(tokens, known, strict=True)):
        run = runs[-1]
        is_joining = what is not None and what.role == "joins" and run.words and number + 1 < len(tokens)
        if is_joining and is_name((*run.words, word, tokens[number + 1][0])):
            what = None  # a name of its own: Khost wa Fereng
        if what is None or what.role == "compass":
            if _DIGITS.search(key) and not _DAMAGED.fullmatch(key):
                continue
            if run.words and after_word:
                run = _next(runs)
            run.before += pending
            run.words.append(word)
            run.raw.append(word)
            pending, after_word = [], False
        elif what.role in _SAYS_A_LEVEL:
            role = "place" if what.role == "village" else what.role
            run.is_village = run.is_village or what.role == "village"
            side = ("after" if is_pashto else "before") if what.side == "ezafe" else what.side
            goes_after = side == "after" or (side == "both" and not leads and not _names_a_quote(known, number))
            if run.words and goes_after and not (after_word and pending):
                run.after.append(role)
                run.raw.append(word)
            else:
                pending.append(role)
                if not run.words:
                    run.raw.append(word)
            after_word = bool(run.words)
        elif what.role in ("beside", "joins"):
            if run.words:
                run.after += pending if not run.after else []
                run, pending = _next(runs), []
            run.is_beside = run.is_beside or what.role == "beside"
            run.is_joined = run.is_joined or (what.role == "joins" and len(runs) > 1)
            after_word = False
        elif what.role == "route":
            is_route, after_word = True, bool(run.words)
        elif what.role == "water":
            if run.words:
                run.is_water, after_word = True, True
            else:
                run.is_water = True
        elif what.role == "inside" and what.side == "after":
            run.words, after_word = [], False  # Казанский вокзал is in Moscow
        elif what.role == "inside":
            break  # a street of some name: what follows is no place of its own
        elif what is not _QUOTE:
            after_word = after_word and bool(run.words)
            if not run.words or what.role == "border":
                run.raw.append(word)
    if pending and runs[-1].words and not runs[-1].after:
        runs[-1].after += pending
    found: list[Part] = []
    for run in runs:
        if any(_is_name(word) for word in run.words):
            beside_m = (distance_m or NEAR_M) if run.is_beside else NEAR_M if run.is_water else None
            levels = _sharpest(run.before), _sharpest(run.after)
            bearing_of = bearing if run.is_beside else None
            found.append(
                Part(
                    tuple(run.words),
                    " ".join(run.raw),
                    *levels,
                    beside_m,
                    bearing_of,
                    run.is_joined or is_route,
                    run.is_water,
                    run.is_village,
                )
            )
    return found, is_route


def _is_name(word: str) -> bool:
    """A side of the world is a name only beside one ("North Kazakhstan")."""
    return name_key(word) not in WORDS


def _next(runs: list[_Run]) -> _Run:
    runs.append(_Run())
    return runs[-1]


def _names_a_quote(known: list[Word | None], number: int) -> bool:
    """Does a name in quotation marks follow, as in: customs post "Korday"?"""
    for what in known[number + 1 :]:
        if what is None or what is _QUOTE or what.role not in (*_SAYS_A_LEVEL, "nothing"):
            return what is _QUOTE
    return False


def _sharpest(levels: list[str]) -> str:
    return min(levels, key=SHARP_TO_WIDE.index) if levels else ""
