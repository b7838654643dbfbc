"""Dates as people write them. A text has one reading, several (11/03/2010) or none; the column decides, or nobody does.

Reads ISO, dotted, slashed and dashed dates, Excel's day numbers, month names (English, Russian, Tajik, Uzbek, Kazakh, Turkmen,
Dari), solar Hijri dates with their month names, and months, quarters, half-years, years and spans of days alone.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Literal, NamedTuple

from etl.values import hijri
from etl.values.month_words import MonthWord, month_words
from etl.values.texts import plain

Order = Literal["day_first", "month_first", ""]
Problem = Literal["", "unreadable", "range", "ambiguous", "no_year"]

#: Excel counts days from here; 60 is a 29 February 1900 that never was, so no day before March 1900 is read.
_EXCEL_DAY_0 = date(1899, 12, 30)
_EXCEL = re.compile(r"([1-9]\d{4})(?:[.,](\d+))?")
_CLOCK = re.compile(r"(?:(?<=[\d\s])|^)t?\s*([01]?\d|2[0-3])[:.]([0-5]\d)(?:[:.]([0-5]\d)(?:[.,]\d+)?)?\s*(am|pm|z|[+-]\d\d:?\d\d|utc)?$")
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})(?:\2(\d{1,2}))?")
_YEAR_LAST = re.compile(r"(\d{1,2}) ?([-/. ]) ?(\d{1,2}) ?[-/. ] ?(\d{4}|(?<! )\d{2})")
_MONTH_YEAR = re.compile(r"(\d{1,2}) ?[-/.] ?(\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?")
_SPAN = re.compile(r"(\d{1,2}) ?- ?(\d{1,2})[./](\d{1,2})[./](\d{4})")
_TWO = re.compile(r"(.{6,}?\d) ?(?:-|/| до | по | to ) ?(\d.{5,})")
_NOISE = frozenset(
    "г гг год года году с соли сол сола рузи рӯзи моҳи моҳ числа of the on at в от from с по to аз то до between and и ва day year month"
    " ой йил kuni yil yili monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun понедельник вторник среда"
    " четверг пятница суббота воскресенье пн вт ср чт пт сб вс душанбе сешанбе чоршанбе панҷшанбе ҷумъа шанбе якшанбе ш شمسی سال ماه"
    " تاریخ تا ه هجری hijri shamsi sh ap approximately".split()
)  # fmt: skip
_QUARTER = re.compile(r"(?:q|кв|квартал[аеи]?|quarter|семоҳа[иы]?)")
_HALF = re.compile(r"(?:h|полугоди[ея]|half|нимсола[иы]?|нимсол)")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_WORD = re.compile(r"\d+|[^\W\d_]+")


class Day(NamedTuple):
    """One reading. first and last day (ISO), how finely they are known, the hour if a clock time was said (-1: not)."""

    first: str
    last: str
    precision: str
    hour: int = -1


class Said(NamedTuple):
    """What one text says. day: its reading; other: the second one where the order of day and month is open, `day` being day-first.

    shows: the order that this text proves ("25/03/2010" is day-first). is_dotted: written with dots or blanks, as day-first people do.
    """

    problem: Problem = ""
    day: Day | None = None
    other: Day | None = None
    shows: Order = ""
    is_dotted: bool = False


def read_date(text: str, first_year: int, latest: int, year_hint: int = 0) -> Said:
    """What one text says about a date between the years ``first_year`` and ``latest``; never raises.

    year_hint: the year of dates that name none ("12 марта"), 0 for not known.
    """
    words = plain(text).strip(" .,;'\"«»()[]")
    if not words or len(words) > 80:
        return Said("unreadable")
    whole, hour = _without_clock(words)
    for read in (_excel, _numeric, _named, _span, _two_dates):
        said = read(whole, _Years(first_year, latest, year_hint))
        if said is not None:
            return _at(said, hour)
    return Said("unreadable")


class _Years(NamedTuple):
    first: int
    latest: int
    hint: int


def _without_clock(words: str) -> tuple[str, int]:
    """The text before a clock time at its end, and the hour; midnight sharp is how machines fill in what they do not know."""
    found = _CLOCK.search(words)
    if not found or not found.start() or (":" not in found[0] and " " not in found[0]):
        return words, -1
    before = words[: found.start()].rstrip(" ,t")
    if ":" not in found[0]:  # 11.03 2010 or 12.10.11 is no clock time
        return words, -1
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[4] == "pm" and hour < 12:
        hour += 12
    elif found[4] == "am" and hour == 12:
        hour = 0
    midnight = not (hour or minute or second)
    return before, -1 if midnight or found[4] in ("z", "utc") or (found[4] or "")[:1] in ("+", "-") else hour


def _at(said: Said, hour: int) -> Said:
    if hour < 0 or said.day is None or said.day.precision != "day":
        return said
    return said._replace(day=said.day._replace(hour=hour), other=said.other and said.other._replace(hour=hour))


def _excel(words: str, years: _Years) -> Said | None:
    found = _EXCEL.fullmatch(words)
    if not found:
        return None
    day = _EXCEL_DAY_0 + timedelta(days=int(found[1]))
    if not years.first <= day.year <= years.latest:
        return Said("range")
    hour = int(float(f"0.{found[2]}") * 24 + 1e-6) if found[2] and found[2].strip("0") and len(found[2]) < 300 else -1
    return Said(day=Day(day.isoformat(), day.isoformat(), "day", hour))


def _numeric(words: str, years: _Years) -> Said | None:
    bare = re.sub(r"(?: ?(?:г|год|года|сол|ш|ه\.?ش|sh)\.?)$", "", words)
    if re.fullmatch(r"\d{4}", bare):
        return _calendar(int(bare), 0, 0, years)
    if found := _YEAR_FIRST.fullmatch(bare):
        return _calendar(int(found[1]), int(found[3]), int(found[4] or 0), years)
    if found := _COMPACT.fullmatch(bare):
        if found[3] and not 1200 <= int(found[1]) <= 2200:  # 11032010
            return _either(int(bare[:2]), int(bare[2:4]), int(bare[4:]), False, years)
        return _calendar(int(found[1]), int(found[2]), int(found[3] or 0), years)
    if found := _YEAR_LAST.fullmatch(bare):
        return _either(int(found[1]), int(found[3]), _full_year(found[4], years), "/" not in bare and "-" not in bare, years)
    if found := _MONTH_YEAR.fullmatch(bare):
        return _calendar(int(found[2]), int(found[1]), 0, years)
    if re.fullmatch(r"(\d{1,2})[./](\d{1,2})", bare) and not years.hint:
        return Said("no_year")
    if (found := re.fullmatch(r"(\d{1,2})([./])(\d{1,2})", bare)) and years.hint:
        return _either(int(found[1]), int(found[3]), years.hint, found[2] == ".", years)
    return None


def _full_year(digits: str, years: _Years) -> int:
    if len(digits) == 4:
        return int(digits)
    century = years.latest // 100 * 100
    return century + int(digits) if century + int(digits) <= years.latest else century - 100 + int(digits)


def _either(one: int, two: int, year: int, is_dotted: bool, years: _Years) -> Said:
    """Two numbers before a year: day and month in one order or the other."""
    day_first, month_first = _calendar(year, two, one, years), _calendar(year, one, two, years)
    if day_first.problem and month_first.problem:
        return day_first if day_first.problem == "range" else Said("unreadable")
    if month_first.problem:
        return day_first._replace(shows="day_first", is_dotted=is_dotted)
    if day_first.problem:
        return month_first._replace(shows="month_first", is_dotted=is_dotted)
    if one == two:
        return day_first
    return Said(day=day_first.day, other=month_first.day, is_dotted=is_dotted)


def _calendar(year: int, month: int, day: int, years: _Years, solar: bool | None = None) -> Said:
    """A year, month and day (0: not said) of our calendar, or of the solar Hijri one where the year is one of its own."""
    if day and not month:
        return Said("unreadable")  # the third of the month 0
    if solar is None:
        solar = 1250 <= year <= 1500
    try:
        if not solar:
            if not years.first <= year <= years.latest:
                return Said("range") if 1 <= (month or 1) <= 12 and 1 <= (day or 1) <= 31 else Said("unreadable")
            first = date(year, month or 1, day or 1)
            last = first if day else _end(year, month or 12)
        else:
            if not hijri.FIRST_YEAR <= year <= hijri.LAST_YEAR:
                return Said("range")
            first = hijri.to_date(year, month or 1, day or 1)
            last = first if day else hijri.to_date(year, month or 12, hijri.days_in(year, month or 12))
            if not years.first <= first.year <= years.latest:
                return Said("range")
    except ValueError:
        return Said("unreadable")
    return Said(day=Day(first.isoformat(), last.isoformat(), "day" if day else "month" if month else "year"))


def _end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _named(words: str, years: _Years) -> Said | None:
    """Month names, quarters and half-years among numbers: "12 марта 2011 г.", "20 Hut 1397", "III кв. 2011"."""
    numbers: list[tuple[int, int]] = []  # place in the text, number
    months: list[tuple[int, MonthWord]] = []
    part = ""
    for place, word in enumerate(_words(words)):
        if word.isdigit():
            if len(word) > 4:
                return None
            numbers.append((place, int(word)))
        elif word in month_words():
            months.append((place, month_words()[word]))
        elif _QUARTER.fullmatch(word) or _HALF.fullmatch(word):
            part = "quarter" if _QUARTER.fullmatch(word) else "half"
        elif word in _ROMAN:
            numbers.append((place, _ROMAN[word]))
        elif word not in _NOISE:
            return None
    years_said = [number for _, number in numbers if number > 999]
    small = [(place, number) for place, number in numbers if number <= 999]
    if part:
        return _part(part, [n for _, n in small], years_said[0] if len(years_said) == 1 else years.hint, years)
    if not months:
        return _calendar(years_said[0], 0, 0, years) if len(years_said) == 1 and not small else None
    if len(years_said) > 1 or len(months) > 2 or len({m.calendar for _, m in months}) > 1:
        return None
    solar = months[0][1].calendar == "solar_hijri"
    year = years_said[0] if years_said else 0
    if not year and len(small) >= 2 and len(months) == 1 and small[-1][0] > months[0][0] > small[0][0]:
        year = _full_year(f"{small.pop()[1]:02d}", years)  # 12-Mar-11
    year = year or years.hint
    if not year:
        return Said("no_year")
    if solar != (1250 <= year <= 1500):
        return Said("unreadable")
    days = [number for _, number in small]
    if len(months) == 1 and len(days) <= 2:
        ends = [_calendar(year, months[0][1].month, day, years, solar) for day in days or [0]]
        return ends[0] if len(ends) == 1 else _joined(ends[0], ends[1])
    if len(months) == 2 and len(days) in (0, 2):
        days = days or [0, 0]
        return _joined(*(_calendar(year, word.month, day, years, solar) for (_, word), day in zip(months, days, strict=True)))
    return None


@cache
def _split_ordinal() -> re.Pattern[str]:
    return re.compile(r"(\d+) ?-? ?(?:st|nd|rd|th|го|ого|е|й|ое|уми|юми|ум|юм)\b")


def _words(words: str) -> list[str]:
    return _WORD.findall(_split_ordinal().sub(r"\1", words))


def _part(part: str, numbers: list[int], year: int, years: _Years) -> Said:
    parts = 4 if part == "quarter" else 2
    if len(numbers) != 1 or not 1 <= numbers[0] <= parts or not year:
        return Said("unreadable")
    months = 12 // parts
    start, end = _calendar(year, (numbers[0] - 1) * months + 1, 0, years), _calendar(year, numbers[0] * months, 0, years)
    joined = _joined(start, end)
    return joined._replace(day=joined.day._replace(precision="quarter" if part == "quarter" else "year")) if joined.day else joined


def _span(words: str, years: _Years) -> Said | None:
    found = _SPAN.fullmatch(words)
    if not found:
        return None
    start, end, month, year = map(int, found.groups())
    return _joined(_calendar(year, month, start, years), _calendar(year, month, end, years))


def _two_dates(words: str, years: _Years) -> Said | None:
    """ "21.10.2019 - 27.10.2019"."""
    found = _TWO.fullmatch(words.removeprefix("с ").removeprefix("аз ").removeprefix("from "))
    if not found:
        return None
    ends = [_numeric(part, years) or Said("unreadable") for part in (found[1], found[2])]
    return _joined(*ends) if all((end.day and not end.other) or end.is_dotted for end in ends) else None


def _joined(start: Said, end: Said) -> Said:
    """From the first day of one to the last of the other, as coarse as the calendar unit that holds both."""
    if start.day is None or end.day is None:
        return start if start.day is None else end
    first, last = date.fromisoformat(start.day.first), date.fromisoformat(end.day.last)
    if last < first or (last - first).days > 366:
        return Said("unreadable")
    units: tuple[tuple[str, Callable[[date], object]], ...] = (
        ("day", lambda d: d), ("month", lambda d: (d.year, d.month)), ("quarter", lambda d: (d.year, (d.month - 1) // 3)),
        ("year", lambda d: d.year),
    )  # fmt: skip
    precision = next((name for name, unit in units if unit(first) == unit(last)), "unknown")
    return Said(day=Day(first.isoformat(), last.isoformat(), precision))
