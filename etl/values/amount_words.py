"""The words that stand around amounts, from `etl/words`: what kind of word each is, the longest phrase first."""

import csv
import re
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from etl.values.numbers import NUMBER
from etl.values.texts import plain

Kind = Literal[
    "number", "mass", "unit", "package", "drug", "at_least", "about", "at_most", "weighing", "each", "parts", "total", "thousand",
    "million", "and", "from", "times", "number_sign", "nothing", "break", "open", "close", "dash", "percent", "word",
]  # fmt: skip
_WORDS = Path(__file__).parent.parent / "words"
_MOST_WORDS = 5
#: Numbers first, so that a comma inside one is no break; a letter may follow a number at once ("12кг").
_PIECE = re.compile(rf"(?P<number>{NUMBER.pattern})|(?P<word>[^\W\d_]+(?:['-][^\W\d_]+)*)|(?P<mark>>=|<=|[^\w\s]|_)")
_MARKS: dict[str, Kind] = {
    ",": "break", ";": "break", "/": "break", ":": "word", ".": "word", "(": "open", ")": "close", "[": "open", "]": "close", "-": "dash",
    "%": "percent",
}  # fmt: skip


class Token(NamedTuple):
    """One word or phrase of a text. text: plain. value: kilograms of a mass, the number of a number word, else 0."""

    kind: Kind
    text: str
    value: float = 0.0


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (_WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def phrases() -> dict[str, Token]:
    """Every phrase that means something in an amount, plain and without dots."""
    found: dict[str, Token] = {}

    def put(word: str, kind: Kind, value: float = 0.0) -> None:
        text = " ".join(plain(word).replace(".", " ").split()) or plain(word)
        found.setdefault(text, Token(kind, text, value))

    for row in _rows("masses"):
        put(row["word"], "mass", float(row["kg"]))
    for row in _rows("units"):
        put(row["word"], "package" if row["kind"] == "package" else "unit")
    for row in _rows("amount_words"):
        put(row["word"], row["means"])  # type: ignore[arg-type]
    for row in _rows("numbers"):
        put(row["word"], "number", float(row["number"]))
    for row in _rows("drugs"):
        put(row["word"], "drug")
    return found


@cache
def _counted() -> frozenset[str]:
    told = (row["word"] for row in _rows("units") if row["kind"] in ("count", "package"))
    return frozenset(" ".join(plain(word).replace(".", " ").split()) for word in told)


def is_counted(unit: str) -> bool:
    """Is ``unit`` one that comes in whole numbers: tablets, ampoules, packages?"""
    return " ".join(plain(unit).replace(".", " ").split()) in _counted()


def tokens_of(text: str) -> list[Token]:
    """A plain text as tokens; words nobody knows are of kind "word"."""
    pieces = [(found.lastgroup or "", found[0]) for found in _PIECE.finditer(text)]
    pieces = [piece for i, piece in enumerate(pieces) if piece[1] != "." or i + 1 == len(pieces) or pieces[i + 1][1] == "."]
    tokens: list[Token] = []
    at = 0
    while at < len(pieces):
        group, piece = pieces[at]
        if group == "number":
            tokens.append(Token("number", piece, -1.0))
            at += 1
            continue
        token, width = _longest(pieces, at)
        tokens.append(token)
        at += width
    return tokens


def _longest(pieces: list[tuple[str, str]], at: int) -> tuple[Token, int]:
    known = phrases()
    for width in range(min(_MOST_WORDS, len(pieces) - at), 0, -1):
        words = " ".join(piece for _, piece in pieces[at : at + width])
        if words in known and (width > 1 or words not in _MARKS):
            return known[words], width
    piece = pieces[at][1]
    if piece in _MARKS:
        return Token(_MARKS[piece], piece), 1
    for ending in ("ву", "ю", "у"):  # "килою", "кгу": and
        if piece.endswith(ending) and piece.removesuffix(ending) in known:
            return known[piece.removesuffix(ending)], 1
    if "-" in piece:  # "гашиш-опий" as one word is looked up by its first part
        head = known.get(piece.partition("-")[0])
        if head and head.kind in ("mass", "unit", "package"):
            return head, 1
    return Token("word", piece), 1
