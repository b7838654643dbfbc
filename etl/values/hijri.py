"""Solar Hijri dates (Afghanistan and Iran: 1397/11/22) as days of our calendar."""

from datetime import date, timedelta

#: Years of a 33-year cycle that have 366 days; equal to the astronomical calendar from 1799 to 2256.
_LEAP = frozenset((1, 5, 9, 13, 17, 22, 26, 30))
#: 1 Hamal (Farvardin) of the first year.
_EPOCH_YEAR, _EPOCH = 1279, date(1900, 3, 21)
FIRST_YEAR, LAST_YEAR = 1279, 1479


def is_leap(year: int) -> bool:
    """Has the solar Hijri ``year`` 366 days?"""
    return year % 33 in _LEAP


def days_in(year: int, month: int) -> int:
    """Days of a solar Hijri month (1-12)."""
    return 31 if month <= 6 else 30 if month <= 11 or is_leap(year) else 29


def to_date(year: int, month: int, day: int) -> date:
    """The day of our calendar; 1397, 11, 22 -> 2019-02-11. Raises ValueError where there is no such day, or it is out of 1279-1479."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= days_in(year, month)):
        raise ValueError(f"{year}/{month}/{day} is no day of the solar Hijri calendar")
    days = sum(365 + is_leap(y) for y in range(_EPOCH_YEAR, year)) + 31 * (month - 1) - max(0, month - 7) + day - 1
    return _EPOCH + timedelta(days=days)
