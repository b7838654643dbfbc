"""Operations: what may be told of them on a day, and that their kilograms are nobody's twice."""

import datetime as dt

import pandas as pd

from layers.register.as_of import first_day, is_reached

#: Kinds of which no single one is shown: they are counted by quarter.
COUNTED_ONLY = ("controlled_delivery",)


def told(operations: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The operations that may be told of on ``as_of``: none before its embargo ends, in no list and no count."""
    embargoed = operations["embargo_until"].notna() & ~operations["embargo_until"].map(lambda day: is_reached(day, as_of)).astype(bool)
    return operations[~embargoed]


def cards(operations: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Those with a card of their own. Kilograms stand in words (`result`) and in claims, in no column that could be added to seizures."""
    shown = told(operations, as_of)
    return shown[~shown["kind"].isin(COUNTED_ONLY)]


def counts(operations: pd.DataFrame, kind: str, as_of: dt.date) -> pd.Series:
    """How many of ``kind`` by quarter of their start: "2024-Q1", "2024" where only the year is known, "not dated"."""
    shown = told(operations, as_of)
    shown = shown[shown["kind"] == kind]
    return (
        shown["held_from"].fillna("").map(_quarter).value_counts().sort_index().rename("n")
        if len(shown)
        else pd.Series(dtype="int64", name="n")
    )


def _quarter(text: str) -> str:
    if len(text) < len("2024-01"):
        return text or "not dated"
    day = first_day(text)
    return f"{day.year}-Q{(day.month + 2) // 3}"
