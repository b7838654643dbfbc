"""Numbers of the page counted again, row by row, from what the store holds: no code of the layers or the dashboard is used."""

import calendar
from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

APART = ("alcohol", "precursor")


class Count(NamedTuple):
    n: int
    kg: float


def rows_of(
    events: pd.DataFrame, first: str, last: str, *, drugs: Iterable[str] = (), kinds: Iterable[str] = (), countries: Iterable[str] = (),
    agencies: Iterable[str] = (), transports: Iterable[str] = (),
) -> pd.DataFrame:  # fmt: skip
    """The rows whose whole span of possible days lies in the months first..last and that pass the filters."""
    year, month = int(last[:4]), int(last[5:])
    begin, end = f"{first}-01", f"{last}-{calendar.monthrange(year, month)[1]:02d}"

    def passes(row: pd.Series) -> bool:
        if pd.isna(row["happened_from"]) or not (begin <= row["happened_from"] and row["happened_to"] <= end):
            return False
        for column, wanted in (("drug", drugs), ("kind", kinds), ("country_iso3", countries), ("transport", transports)):
            if wanted and row[column] not in list(wanted):
                return False
        named = [] if pd.isna(row["agency"]) else [name.strip() for name in row["agency"].split(";")]
        return not agencies or any(name in agencies for name in named)

    return events[[passes(row) for _, row in events.iterrows()]]


def count(rows: pd.DataFrame) -> Count:
    """Distinct events, and kilograms of drugs without alcohol and precursors."""
    weighed = rows[rows["weight_kg"].notna() & ~rows["drug"].isin(APART)]
    return Count(len(set(rows["event_id"])), float(weighed["weight_kg"].sum()))


def agrees(shown_n: float, shown_kg: float, counted: Count) -> bool:
    """The screen shows whole kilograms from 100 up, tenths below."""
    digits = 0 if counted.kg >= 100 else 1
    return shown_n == counted.n and abs(shown_kg - counted.kg) <= 0.5 * 10**-digits + 1e-6
