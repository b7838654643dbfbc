"""Merge: which rows are events of their own, and which join one that is counted already. Pure; every row is kept.

A report that the store has, a further drug of the same event and a report of an event that the store has are merged. The same row
again in one file is no merge: it is an event of its own, marked by its `repeat_number`, until a person has judged it.
"""

from typing import NamedTuple

import pandas as pd

from geodata.model import NATIONAL_TOTAL, columns


class Merged(NamedTuple):
    """What became of the readable rows of a file: rows = events + outside_region + merged. repeats: counted among these."""

    events: int
    outside_region: int
    merged: int
    repeats: int


def merge_events(located: pd.DataFrame, known_reports: set[str], known_events: set[str]) -> Merged:
    """Count the lines of n located events. known_reports, known_events: ids that the store has already.

    A line that names several drugs is several rows of one event: it is counted once, by its first row.
    """
    located = located.drop_duplicates("row_number") if "row_number" in located else located
    joins = (located["report_id"].isin(known_reports) | located["event_id"].isin(known_events) | located["event_id"].duplicated()).to_numpy(
        bool
    )
    inside = located["in_region"].to_numpy(bool)
    repeats = int((located["repeat_number"] > 1).sum())
    return Merged(int((~joins & inside).sum()), int((~joins & ~inside).sum()), int(joins.sum()), repeats)


_TOTAL = [name for name in columns(NATIONAL_TOTAL) if name != "file_sha256"]


def merge_totals(totals: pd.DataFrame, known: pd.DataFrame, region: tuple[str, ...]) -> Merged:
    """Count n national totals. known: the totals that the store has (NATIONAL_TOTAL)."""
    content = pd.Series(list(map(repr, _plain(totals))), index=totals.index)
    repeats = content.duplicated()
    joins = (repeats | content.isin(set(map(repr, _plain(known))))).to_numpy(bool)
    inside = totals["country_iso3"].isin(region).to_numpy(bool)
    return Merged(int((~joins & inside).sum()), int((~joins & ~inside).sum()), int(joins.sum()), int(repeats.sum()))


def _plain(totals: pd.DataFrame) -> list[tuple[object, ...]]:
    table = totals[_TOTAL]
    return list(table.astype("object").where(table.notna(), None).itertuples(index=False, name=None))
