"""Judging: which rows of a file the store has, which leave it, and which tell what another report told. Reads the store, writes nothing."""

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from etl.joined import join
from etl.pairs import COLUMNS, find_pairs, reach
from etl.progress import Progress
from geodata.model import LOCATED_EVENT
from geodata.store import pairing, present
from geodata.store.changing import Rows

_COMPARED = tuple(column for column in LOCATED_EVENT if column.name in (*COLUMNS, "source_ref"))


class Judged(NamedTuple):
    """located: all rows of the file, with the events that they belong to. changed: stored rows joined to other events than before.

    gone: reports that leave with the file that this one replaces. known_reports, known_events: that the store has and keeps.
    pairs: pairing.FOUND and status. apart: kept pairs whose reports both stand in this file. seen: the content that was looked at.
    """

    located: pd.DataFrame
    changed: pd.DataFrame
    gone: set[str]
    known_reports: set[str]
    known_events: set[str]
    pairs: pd.DataFrame
    apart: pd.DataFrame
    seen: str


def judge(connection: sa.Connection, located: pd.DataFrame, feed: str, replaces: str | None, progress: Progress) -> Judged:
    """Judge the n located rows of one file of ``feed``. replaces: SHA-256 of the file that it corrects."""
    seen = present.content_now(connection)
    known = present.known(connection, located["report_id"].tolist())
    gone = _gone(connection, set(located["report_id"]), feed, replaces) if replaces is not None else set()
    new = located[~located["report_id"].isin(known)] if known else located
    progress("pairs", 0, len(new))
    found = pairs_of(connection, new, known | set(new["report_id"]), gone)
    progress("pairs", len(new), len(new))
    apart = _apart(connection, known)
    merged = _together(pairing.merged(connection), found, apart)
    if merged.empty and not gone and not pairing.has_any(connection):
        return Judged(located, located.iloc[:0], gone, known, set(), found, apart, seen)
    joined = join(connection, Rows(new, new.iloc[:0], gone), merged)
    return Judged(_with_events(located, joined.rows.new), joined.rows.changed, gone, known, joined.known_events, found, apart, seen)


def _gone(connection: sa.Connection, ids: set[str], feed: str, replaces: str) -> set[str]:
    """The reports of the replaced file that are not in the new one and in no other file either."""
    missing = present.reports_of(connection, feed, replaces) - ids
    return missing - present.also_elsewhere(connection, missing, feed, replaces)


def pairs_of(connection: sa.Connection, rows: pd.DataFrame, file: Collection[str] = (), without: Collection[str] = ()) -> pd.DataFrame:
    """Pairs of these rows with each other and with stored ones, with the status that the rules give them (pairing.FOUND and status).

    file: reports that stand in one file. without: reports about to leave the store. What is kept already stays as it is, and is left out.
    """
    names = [*pairing.FOUND, "status"]
    days = reach(rows) if len(rows) and rows["in_region"].any() else None
    if days is None:
        return pd.DataFrame(columns=names)
    stored = present.around(connection, days, _COMPARED)
    leaving = stored["report_id"].isin(set(without) | set(rows["report_id"]) if len(stored) else set())
    own = rows if "own_event_id" not in rows else rows.assign(event_id=rows["own_event_id"].fillna(rows["event_id"]))
    found = find_pairs(own, stored[~leaving])
    same_file = found["same_file"].astype(bool) | (found["report_a"].isin(file) & found["report_b"].isin(file))
    status = ((found["verdict"] == "sure") & ~same_file).map({True: "merged", False: "proposed"})
    found = found.assign(same_file=same_file, status=status)[names]
    kept = pairing.between(connection, set(found["report_a"]) | set(found["report_b"]))
    if kept.empty:
        return found
    pairs = pd.MultiIndex.from_frame(found[["report_a", "report_b"]])
    return found[~pairs.isin(pd.MultiIndex.from_frame(kept[["report_a", "report_b"]]))].reset_index(drop=True)


def _apart(connection: sa.Connection, known: set[str]) -> pd.DataFrame:
    """Kept pairs that were not known to stand in one file, and do in this one."""
    kept = pairing.between(connection, known)
    return kept[~kept["same_file"].astype(bool)] if len(kept) else kept


def _together(merged: pd.DataFrame, found: pd.DataFrame, apart: pd.DataFrame) -> pd.DataFrame:
    """All pairs that are one fact from now on."""
    if len(apart) and len(merged):
        parted = pd.MultiIndex.from_frame(apart[["report_a", "report_b"]])
        by_rules = merged["decided_by"].fillna(pairing.BY_RULES) == pairing.BY_RULES
        merged = merged[~(pd.MultiIndex.from_frame(merged[["report_a", "report_b"]]).isin(parted) & by_rules)]
    return pd.concat([part for part in (merged, pairing.sure(found)) if len(part)] or [merged], ignore_index=True)


def _with_events(located: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """All rows of the file; those that are new with the events that they were joined to."""
    if len(new) == len(located):
        return new
    names = ["event_id", "own_event_id", "duplicate_of"]
    filled = {}
    for name in names:
        values = pd.Series(located.get(name), index=located.index, dtype="object")
        values.loc[new.index] = new[name].astype("object")
        filled[name] = values.astype("str")
    return located.assign(**filled)
