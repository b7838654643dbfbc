"""Month names of two calendars, from `etl/words/months.csv`."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from etl.values.texts import plain


class MonthWord(NamedTuple):
    """month: 1-12. calendar: "gregorian" or "solar_hijri"."""

    month: int
    calendar: str


@cache
def month_words() -> Mapping[str, MonthWord]:
    """Month as written, plain -> which one of which calendar."""
    with (Path(__file__).parent.parent / "words" / "months.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return MappingProxyType({plain(row["word"]): MonthWord(int(row["month"]), row["calendar"]) for row in rows})
