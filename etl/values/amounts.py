"""Amounts as people write them: "12 кг 350 гр", "более 20 кг", "героин 5 кг, опий 300 г". Kilograms where that is true, never a guess."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from etl.values.amount_parts import Bound, Doubtful, Part, Problem, parts_of
from etl.values.amount_words import Token, tokens_of
from etl.values.numbers import Doubt, Marks, number_of
from etl.values.texts import plain

_LONGEST = 400
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)(?:e[+-]?\d{1,3})?")
_HALF_OF = re.compile(r"\bпол(?=кило|кг|тонн|грамм|литр)")
_CASE_OF = re.compile(r"(?<=\d)-(?:х|ти|ми|мя|и)\b")  # свыше 4-х кг
_POWER = re.compile(r"\d(?:[.,]\d+)?e[+-]?\d")
_TAG = re.compile(r"</?[a-z][^>]*>|<!--|&#?\w+;")
#: A total beside its parts may differ by rounding, no more.
_TOTAL_TOLERANCE = 0.005


class Amount(NamedTuple):
    """One amount. quantity in ``unit`` (as it came, "" if none was said); kg: NaN where that is no mass; drug: the words beside it.

    A bound of "at_most" ("up to 5 kg") is no amount to add up: quantity and kg are NaN.
    """

    quantity: float
    unit: str = ""
    kg: float = math.nan
    bound: Bound = "exact"
    drug: str = ""
    packaging: str = ""


class Read(NamedTuple):
    """What one text says: its amounts, or what is wrong with it. doubt: the number that has two readings."""

    amounts: tuple[Amount, ...] = ()
    problem: Problem = ""
    doubt: Doubt | None = None


def read_amount(text: str, marks: Marks) -> Read:
    """The amounts that one text says; numbers are read as ``marks`` of its column say. Never raises."""
    words = _CASE_OF.sub("", _HALF_OF.sub("пол ", plain(text).strip(' .;"«»')))
    if not words:
        return Read(problem="nothing")
    if _TAG.search(words):
        return Read(problem="unreadable")  # "<b>2</b>" is no "more than 2"
    if _PLAIN_NUMBER.fullmatch(words):
        return _number_alone(words, marks)
    if len(words) > _LONGEST or _POWER.search(words):
        return Read(problem="unreadable")
    tokens = [token for token in tokens_of(words) if token.kind != "word" or token.text != ":"]
    if all(token.kind in ("nothing", "dash", "word") for token in tokens) and any(t.kind in ("nothing", "dash") for t in tokens):
        return Read(problem="nothing" if not any(t.kind == "word" for t in tokens) else "unreadable")
    if re.match(r"-\s*[\d.,]", words):
        return Read(problem="not_positive")
    return _amounts(tokens, marks)


def _number_alone(words: str, marks: Marks) -> Read:
    sign, digits = words[:1] == "-", words.lstrip("+-")
    if "e" in digits:
        number: float | Doubt = _power(digits)
    else:
        number = number_of(digits, marks)
    if isinstance(number, Doubt):
        return Read(problem="ambiguous", doubt=number)
    if not math.isfinite(number):
        return Read(problem="unreadable")
    if sign or number <= 0:
        return Read(problem="not_positive")
    return Read((Amount(number),))


def _power(digits: str) -> float:
    try:
        return float(digits.replace(",", "."))
    except ValueError:
        return math.nan


def _amounts(tokens: Sequence[Token], marks: Marks) -> Read:
    try:
        parts = parts_of(tokens, marks)
        if not parts:
            return Read(problem="unreadable")
        amounts = _described(_compounds(parts, tokens), tokens)
        amounts = _without_totals(amounts, tokens)
    except Doubtful as doubtful:
        return Read(problem=doubtful.problem, doubt=doubtful.doubt)
    told = tuple(amount for amount, _ in amounts)
    if any(not amount.quantity > 0 for amount in told if amount.bound != "at_most"):
        return Read(problem="not_positive")
    return Read(told)


class _Sum(NamedTuple):
    """Parts that are one amount: 12 kg 350 g."""

    amount: Amount
    kind: str
    start: int
    end: int
    scale: float = math.nan  # kilograms in one of its unit


def _compounds(parts: list[Part], tokens: Sequence[Token]) -> list[_Sum]:
    sums: list[_Sum] = []
    smallest = math.inf
    for part in parts:
        unit = part.unit
        is_mass = unit is not None and unit.kind == "mass"
        last = sums[-1] if sums else None
        between = tokens[last.end : part.start] if last else ()
        if (
            last is not None
            and unit is not None
            and is_mass
            and last.kind == "mass"
            and unit.value < smallest
            and part.bound == "exact"
            and all(token.kind in ("and", "break", "each") or token.text == "+" for token in between)
            and not _has_its_own_drug(tokens, last, part)
        ):
            kg = round(last.amount.kg + part.number * unit.value, 9)
            quantity = round(last.amount.quantity + part.number * unit.value / last.scale, 12)
            sums[-1] = last._replace(amount=last.amount._replace(kg=kg, quantity=quantity), end=part.end)
            smallest = unit.value
            continue
        smallest = unit.value if unit is not None and is_mass else math.inf
        kg = round(part.number * unit.value, 12) if unit is not None and is_mass else math.nan
        amount = Amount(part.number, unit.text if unit else "", kg, part.bound)
        if part.bound == "at_most":
            amount = amount._replace(quantity=math.nan, kg=math.nan)
        sums.append(_Sum(amount, unit.kind if unit else "none", part.start, part.end, unit.value if unit else math.nan))
    sums = [one for i, one in enumerate(sums) if not (i and _says_again(sums[i - 1], one, tokens))]
    if len(sums) > 1 and any(one.kind == "none" for one in sums):
        raise Doubtful("unreadable")  # 5 кг 300: three hundred of what?
    return sums


def _says_again(last: _Sum, one: _Sum, tokens: Sequence[Token]) -> bool:
    """Is it the same mass in other words: "152 г (0,152 кг)", "12 кг (двенадцать килограммов)"?"""
    return any(token.kind == "open" for token in tokens[last.end : one.start]) and math.isclose(last.amount.kg, one.amount.kg, rel_tol=1e-9)


def _has_its_own_drug(tokens: Sequence[Token], last: _Sum, part: Part) -> bool:
    """Is the smaller mass of another drug: "опий 12 кг, 350 г гашиша"?"""
    if not any(token.kind == "break" for token in tokens[last.end : part.start]):
        return False
    after = tokens[part.end : part.end + 1]
    before = tokens[max(0, last.start - 2) : last.start]
    return any(token.kind == "drug" for token in after) and any(token.kind == "drug" for token in before)


def _described(sums: list[_Sum], tokens: Sequence[Token]) -> list[tuple[Amount, _Sum]]:
    """Each amount with the drug beside it; counts of packages go to the mass that they hold."""
    gaps = [tokens[0 if not i else sums[i - 1].end : one.start] for i, one in enumerate(sums)] + [tokens[sums[-1].end :]]
    drugs = [[token.text for token in gap if token.kind == "drug"] for gap in gaps]
    after_parts = len(gaps) > 2 and any(
        token.kind == "drug" for i, token in enumerate(gaps[1]) if any(earlier.kind == "parts" for earlier in gaps[1][:i])
    )
    leading = bool(drugs[0]) or after_parts
    told: list[tuple[Amount, _Sum]] = []
    for i, one in enumerate(sums):
        mine, other = (drugs[i], drugs[i + 1]) if leading else (drugs[i + 1], drugs[i])
        words = mine or (other if (i + 1 == len(sums) if leading else i == 0) else [])
        told.append((one.amount._replace(drug=", ".join(words)), one))
    masses = [i for i, one in enumerate(sums) if one.kind == "mass"]
    if not masses:
        return told
    kept: list[tuple[Amount, _Sum]] = []
    for i, (amount, one) in enumerate(told):
        near = min(masses, key=lambda j: abs(j - i))
        if one.kind == "package" or (one.kind == "unit" and i not in masses and _describes(sums, tokens, i, near)):
            mass = told[near][0]
            count = f"{amount.quantity:g} {amount.unit}"
            told[near] = (
                mass._replace(packaging="; ".join(filter(None, (mass.packaging, count))), drug=mass.drug or amount.drug),
                told[near][1],
            )
        else:
            kept.append((amount, one))
    return [(told[i][0], one) if i in masses else (amount, one) for i, one in enumerate(sums) for amount, same in kept if same is one]


def _describes(sums: list[_Sum], tokens: Sequence[Token], count: int, mass: int) -> bool:
    """Are "200 tablets" and "35 g" one thing: in brackets, or "weighing"?"""
    first, last = sorted((count, mass))
    between = tokens[sums[first].end : sums[last].start]
    return last - first == 1 and any(token.kind in ("open", "weighing") for token in between)


def _without_totals(amounts: list[tuple[Amount, _Sum]], tokens: Sequence[Token]) -> list[tuple[Amount, _Sum]]:
    """ "30 кг, в том числе героин 10 кг, опий 20 кг": the total is not added to its parts; what the parts leave stays, unnamed."""
    for place, token in enumerate(tokens):
        before = [one for one in amounts if one[1].end <= place]
        after = [one for one in amounts if one[1].start > place]
        if token.kind == "parts" and len(before) == 1 and after:
            return _rest(before[0], after)
        if token.kind == "total" and len(after) == 1 and len(before) > 1:
            return _rest(after[0], before)
        if token.kind == "total" and len(after) > 2:
            return _rest(after[0], after[1:])
    return amounts


def _rest(total: tuple[Amount, _Sum], parts: list[tuple[Amount, _Sum]]) -> list[tuple[Amount, _Sum]]:
    whole, told = total[0].kg, sum(amount.kg for amount, _ in parts if math.isfinite(amount.kg))
    if math.isnan(whole) or told > whole * (1 + _TOTAL_TOLERANCE) + 1e-9:
        raise Doubtful("unreadable")
    if told >= whole * (1 - _TOTAL_TOLERANCE):
        return parts
    left = round(whole - told, 9)
    return [*parts, (Amount(left, "kg", left, total[0].bound, ""), total[1])]
