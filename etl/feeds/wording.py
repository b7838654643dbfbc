"""Wording: what a press note says beside the figures: "more than 20 kg", "about 19:30". Only what is plainly said is used."""

import math
import re

import pandas as pd

from etl.parse import read_number
from etl.vocabulary import masses

_AT_LEAST = r"more than|over|at least|no less than|not less than|upwards of|более|свыше|не менее|больше|зиёда аз|беш аз"
_ABOUT = r"about|nearly|almost|approximately|around|roughly|около|почти|примерно|порядка|тақрибан|қариб"
_SAID = re.compile(
    rf"\b(?:(?P<at_least>{_AT_LEAST})|(?P<about>{_ABOUT}))\s+[\"“«]?(?P<number>\d+(?:[.,]\d+)?)\s*(?P<unit>kg|кг|g|гр|t|т|tonnes?)\b", re.I
)
_UNITS = {"t": 1000.0, "т": 1000.0, "tonne": 1000.0, "tonnes": 1000.0}
_CLOCK = re.compile(r"(?<![\d:./-])([01]?\d|2[0-3]):[0-5]\d(?![\d:])")


def weight_bounds(weight_kg: "pd.Series[float]", note: "pd.Series[str]", event_id: "pd.Series[str]") -> "pd.Series[str]":
    """Whether each of n weights is exact, a lower bound or about right; None where there is no weight.

    A phrase counts for the row whose weight it names. Where it names the sum of an event's rows, its parts are only about right.
    """
    total = weight_kg.groupby(event_id).transform("sum")
    parts = weight_kg.groupby(event_id).transform("count")
    bounds = [
        None if math.isnan(kg) else _bound(kg, whole if n > 1 else math.nan, str(words))
        for kg, whole, n, words in zip(weight_kg, total, parts, note, strict=True)
    ]
    return pd.Series(bounds, index=weight_kg.index, dtype="str")


def says_a_bound(words: str) -> bool:
    """Does a note call any weight "more than" or "about"?"""
    return _SAID.search(words) is not None


def _bound(kg: float, whole: float, words: str) -> str:
    bound = "exact"
    for said in _SAID.finditer(words):
        unit = said["unit"].casefold()
        amount = read_number(said["number"]) * _UNITS.get(unit, masses().get(unit, math.nan))
        if math.isclose(amount, kg, rel_tol=1e-9):
            return "at_least" if said["at_least"] else "about"
        if math.isclose(amount, whole, rel_tol=1e-9):
            bound = "about"
    return bound


def hours(note: "pd.Series[str]") -> "pd.Series[int]":
    """The hour of the one clock time in a note ("01:20 local"), 0-23; none where there is no time, or more than one."""
    found = {words: _CLOCK.findall(str(words)) for words in note.unique()}
    return note.map({words: int(times[0]) if len(times) == 1 else None for words, times in found.items()}).astype("Int64")
