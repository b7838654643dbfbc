"""Dates as sharp as their source (2018, 2018-08, 2018-08-15), and what held on a day."""

import datetime as dt

import pandas as pd


def first_day(text: str) -> dt.date:
    """The first day that 2018, 2018-08 or 2018-08-15 can mean."""
    year, month, day = (*(int(part) for part in text.split("-")), 1, 1)[:3]
    return dt.date(year, month, day)


def last_day(text: str) -> dt.date:
    """The last day that it can mean."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 3:
        return dt.date(*parts)
    year, month = (parts[0], parts[1]) if len(parts) == 2 else (parts[0], 12)
    return dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def is_reached(text: object, day: dt.date) -> bool:
    """Had the date ``text`` begun on ``day``? No date: no."""
    return isinstance(text, str) and first_day(text) <= day


def is_over(text: object, day: dt.date) -> bool:
    """Had the whole of the date ``text`` passed before ``day``? No date: no."""
    return isinstance(text, str) and last_day(text) < day


def holding(table: pd.DataFrame, as_of: dt.date, since: str = "valid_from", until: str = "valid_to") -> pd.DataFrame:
    """The rows that held on ``as_of``: from the first day of ``since`` (empty: not known since when) until before the last of ``until``.

    What ended on a day no longer holds on it; an empty ``until`` says that no end is known.
    """
    began = table[since].map(lambda text: is_reached(text, as_of)).astype(bool) | table[since].isna()
    ended = table[until].map(lambda text: is_over(text, as_of + dt.timedelta(days=1))).astype(bool)
    return table[began & ~ended]
