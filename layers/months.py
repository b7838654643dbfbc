"""Calendar months as whole numbers (months since year 0), so that periods are subtractions."""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import WrongTable

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])(?:-\d{2})?")
#: Stands for "no date" in arrays of month numbers.
NO_MONTH = -1


def month_number(text: str) -> int:
    """ "2018-05" or "2018-05-31" -> months since year 0. Raises WrongTable, saying what came."""
    found = _MONTH.fullmatch(text)
    if not found:
        raise WrongTable(f"{text!r} came as a date, YYYY-MM or YYYY-MM-DD was wanted: correct the row or the chosen period.")
    return int(found[1]) * 12 + int(found[2]) - 1


def month_text(number: int) -> str:
    """Months since year 0 -> "2018-05"."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def month_range(first: int, last: int) -> list[str]:
    """Every month from first to last, both included, without holes; none when last is before first."""
    return [month_text(number) for number in range(first, last + 1)]


def month_numbers(dates: "pd.Series[str]") -> NDArray[np.int32]:
    """ISO dates, n of them, some empty -> months since year 0, int32 (n,), `NO_MONTH` where empty."""
    codes, distinct = pd.factorize(dates)
    numbers = np.array([month_number(text) for text in distinct] + [NO_MONTH], np.int32)
    return numbers[codes]


def single_months(events: pd.DataFrame) -> NDArray[np.int32]:
    """The month of each event that is known to the month or the day, int32 (n,); `NO_MONTH` for every other.

    An event whose possible days spread over two months has no month of its own, whatever its precision says.
    """
    first, last = month_numbers(events["happened_from"]), month_numbers(events["happened_to"])
    known = events["date_precision"].isin(("day", "month")).to_numpy() & (first == last)
    return np.where(known, first, NO_MONTH).astype(np.int32)


def position(months: Sequence[str], month: str) -> int:
    """Where a month stands in a list without holes; may lie outside it (negative, or past its end)."""
    return month_number(month) - month_number(months[0]) if months else 0
