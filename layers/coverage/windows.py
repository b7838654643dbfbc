"""Before and after: the periods around the opening of something whose date is only as sharp as its source."""

import datetime as dt
from typing import NamedTuple

from layers.changes import Window
from layers.register.as_of import first_day, last_day


class Around(NamedTuple):
    """Positions into the periods, both ends included; a window whose last lies before its first holds nothing."""

    before: Window
    after: Window


def around(opened: str, first: dt.date, n: int, months_each: int, most: int) -> Around:
    """The periods before and after ``opened``; those in which it may have been opened are in neither.

    opened: 2018, 2018-08 or 2018-08-15. first: first day of period 0. n: how many periods there are. months_each: 1 or 3, how long each
    is. most: at most so many on either side.
    """

    def at(day: dt.date) -> int:
        return ((day.year - first.year) * 12 + day.month - first.month) // months_each

    begins, ends = at(first_day(opened)), at(last_day(opened))
    return Around(Window(max(begins - most, 0), min(begins - 1, n - 1)), Window(max(ends + 1, 0), min(ends + most, n - 1)))
