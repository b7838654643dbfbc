"""Parts of an amount: every number of a text with the unit after it; ranges are their lower end, counts are multiplied."""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from etl.values.amount_words import Token, is_counted
from etl.values.numbers import Doubt, Marks, number_of

Bound = Literal["exact", "at_least", "about", "at_most"]
Problem = Literal["", "nothing", "unreadable", "not_positive", "ambiguous"]


class Part(NamedTuple):
    """A number and the unit after it, where it stands (first and one past its last token), and what was said of it."""

    number: float
    unit: Token | None
    start: int
    end: int
    bound: Bound


class Doubtful(Exception):
    def __init__(self, problem: Problem, doubt: Doubt | None = None) -> None:
        self.problem: Problem = problem
        self.doubt = doubt


def parts_of(tokens: Sequence[Token], marks: Marks) -> list[Part]:
    """Every number with its unit; ranges are their lower end, "5 x 1 kg" and "20 bags of 500 g each" one number."""
    parts: list[Part] = []
    at = 0
    while at < len(tokens):
        if tokens[at].kind != "number" or _is_a_label(tokens, at):
            at += 1
            continue
        start = at
        number, at = _number(tokens, at, marks)
        bound = _bound(tokens, start)
        opened = start > 0 and tokens[start - 1].kind in ("from", "each")
        if follows(tokens, at, "dash", "at_most", *(("and",) if opened else ())) and follows(tokens, at + 1, "number"):
            is_said_range = tokens[at].kind == "dash" or opened
            if not is_said_range:
                raise Doubtful("unreadable")
            high, at = _number(tokens, at + 1, marks)
            if high < number:
                raise Doubtful("unreadable")
            bound = "at_least"
        elif follows(tokens, at, "times") and follows(tokens, at + 1, "number"):
            each, at = _number(tokens, at + 1, marks)
            number *= each
        if follows(tokens, at, "at_least") and follows(tokens, at + 1, "mass", "unit", "package"):
            bound, at = "at_least", at + 1  # "20+ kg"
        unit = tokens[at] if follows(tokens, at, "mass", "unit", "package") else None
        if unit is None and follows(tokens, at, "word") and tokens[at].text.isalpha():
            unit = tokens[at]  # a unit that nobody told us of
        if unit is not None and at == start + 1 and is_counted(unit.text):
            _number(tokens, start, marks.of_counts())  # 1,000 tablets
        at += unit is not None
        if follows(tokens, at, "percent"):
            at += 1
            continue  # purity is no amount
        if follows(tokens, at, "at_least") and (at + 1 == len(tokens) or (tokens[at].text != "+" and tokens[at + 1].kind != "number")):
            bound, at = "at_least", at + 1  # "20 kg and more"
        parts.append(Part(number, unit, start, at, bound))
    return _multiplied(parts, tokens)


def follows(tokens: Sequence[Token], at: int, *kinds: str) -> bool:
    return at < len(tokens) and tokens[at].kind in kinds


def _is_a_label(tokens: Sequence[Token], at: int) -> bool:
    """ "No 5", "ст. 200": a number that counts nothing."""
    return at > 0 and tokens[at - 1].kind == "number_sign"


def _number(tokens: Sequence[Token], at: int, marks: Marks) -> tuple[float, int]:
    token = tokens[at]
    if token.value >= 0:
        number: float | Doubt = token.value
    else:
        number = number_of(token.text, marks)
    if isinstance(number, Doubt):
        raise Doubtful("ambiguous", number)
    if not math.isfinite(number):
        raise Doubtful("unreadable")
    at += 1
    last = token.value
    while last >= 10 and follows(tokens, at, "number") and 0 <= tokens[at].value < last:
        last = tokens[at].value  # тридцать пять
        number += last
        at += 1
    while at < len(tokens) and tokens[at].kind in ("thousand", "million"):
        number *= 1e3 if tokens[at].kind == "thousand" else 1e6
        at += 1
        if (
            at < len(tokens)
            and tokens[at].kind == "number"
            and tokens[at].value < 0
            and tokens[at].text.isdigit()
            and len(tokens[at].text) < 4
        ):
            number += float(tokens[at].text)  # "2 тыс. 500 таблеток"
            at += 1
    return number, at


def _bound(tokens: Sequence[Token], start: int) -> Bound:
    before = tokens[start - 1] if start else None
    if before is not None and before.kind in ("weighing", "total", "from") and start > 1:
        before = tokens[start - 2] if tokens[start - 2].kind in ("at_least", "about", "at_most") else before
    if before is not None and before.text == "+" and start > 1:
        return "exact"  # 5 kg + 300 g
    if before is not None and before.kind in ("at_least", "about", "at_most"):
        return before.kind
    return "exact"


def _multiplied(parts: list[Part], tokens: Sequence[Token]) -> list[Part]:
    """ "20 пакетов по 500 г", "3 bags of 2 kg each": the count times the mass."""
    joined: list[Part] = []
    for part in parts:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.unit is not None
            and last.unit.kind in ("package", "unit")
            and part.unit is not None
            and part.unit.kind in ("mass", "unit")
            and any(token.kind == "each" for token in (*tokens[last.end : part.start], *tokens[part.end : part.end + 1]))
            and all(token.kind in ("each", "about", "at_least", "drug") for token in tokens[last.end : part.start])
        ):
            bound = part.bound if part.bound != "exact" else last.bound
            joined[-1] = Part(last.number * part.number, part.unit, last.start, part.end, bound)
        else:
            joined.append(part)
    return joined
