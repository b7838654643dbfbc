"""Numbers as people write them: "12,5", "1 234,5", "1,234.5". Where a comma could be either, the column decides or nobody does."""

import math
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

Mark = Literal["decimal", "thousands", ""]

#: One number in a plain text; groups of three may stand apart (1 234,5) or behind an apostrophe (1'234.5).
NUMBER = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?![\d'])(?:[.,]\d+)?|\d+(?:[.,]\d+)*|(?<![\d.,])[.,]\d+")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")


class Marks(NamedTuple):
    """What a comma and a dot mean in a column: "decimal", "thousands", or "" where the column does not say.

    is_told: a person said what the comma is, of counts too.
    """

    comma: Mark = ""
    dot: Mark = "decimal"
    is_told: bool = False

    def of_counts(self) -> "Marks":
        """The marks of a number of tablets: 1,000 of them are hardly one, whatever the weights of the column show."""
        return self._replace(comma="") if self.comma == "decimal" and not self.is_told else self


RUSSIAN = Marks("decimal", "decimal")


class Doubt(NamedTuple):
    """A number with two readings: 1,250 is 1.25 or 1250."""

    text: str
    small: float
    large: float


def number_of(text: str, marks: Marks) -> float | Doubt:
    """The number in a text that is one, as `NUMBER` finds it; a `Doubt` where ``marks`` leave two readings, NaN where it is none."""
    joined = text.replace(" ", "").replace("'", "")
    is_grouped = joined != text
    dots, commas = joined.count("."), joined.count(",")
    if not dots and not commas:
        return _float(joined)
    if dots and commas:
        decimal = "." if joined.rfind(".") > joined.rfind(",") else ","
        whole, _, part = joined.rpartition(decimal)
        if decimal in whole or not _GROUPED.fullmatch(whole):
            return math.nan
        return _float(f"{re.sub('[.,]', '', whole)}.{part}")
    mark = "." if dots else ","
    if dots + commas > 1:
        return _float(joined.replace(mark, "")) if _GROUPED.fullmatch(joined) and not is_grouped else math.nan
    whole, _, part = joined.partition(mark)
    small = _float(f"{whole or '0'}.{part}")
    if len(part) != 3 or is_grouped or not 1 <= len(whole) <= 3 or whole.startswith("0"):
        return small
    means = marks.dot if mark == "." else marks.comma
    large = _float(whole + part)
    return small if means == "decimal" else large if means == "thousands" else Doubt(text, small, large)


def marks_of(texts: Iterable[str], expected: Marks | None = None) -> Marks:
    """What the plain ``texts`` of one column show of their comma and dot.

    expected: what holds where the column shows nothing (its language writes a decimal comma). A column that shows both ways, or
    a dot for decimals beside commas that could be either, leaves the comma open.
    """
    commas, dots = set[str](), set[str]()
    for text in texts:
        for found in NUMBER.findall(text):
            _note(found, commas, dots)
    comma: Mark = "decimal" if commas == {"decimal"} else "thousands" if commas == {"thousands"} else ""
    dot: Mark = "thousands" if dots == {"thousands"} else "" if len(dots) == 2 else "decimal"
    if not comma and not commas and expected:
        comma = expected.comma
    if not comma and not commas and dot == "thousands":
        comma = "decimal"
    return Marks(comma, dot)


def _note(text: str, commas: set[str], dots: set[str]) -> None:
    joined = text.replace(" ", "").replace("'", "")
    n_dots, n_commas = joined.count("."), joined.count(",")
    if n_dots and n_commas:
        comma_last = joined.rfind(",") > joined.rfind(".")
        commas.add("decimal" if comma_last else "thousands")
        dots.add("thousands" if comma_last else "decimal")
    elif n_dots + n_commas > 1 and _GROUPED.fullmatch(joined):
        (dots if n_dots else commas).add("thousands")
    elif n_dots + n_commas == 1:
        whole, _, part = joined.partition("." if n_dots else ",")
        if len(part) != 3 or joined != text or not 1 <= len(whole) <= 3 or whole.startswith("0"):
            (dots if n_dots else commas).add("decimal")


def _float(digits: str) -> float:
    # Five hundred digits are no amount of anything.
    number = float(digits) if digits.isascii() else math.nan
    return number if math.isfinite(number) else math.nan
