"""Joined: which event each row belongs to and which row counts, worked out anew from the pairs that are one fact.

Nothing is carried on from what was joined before: the same rows and the same pairs give the same events, in whatever order they came.
"""

from collections.abc import Collection
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from etl.pairs import components
from geodata.store import pairing, present
from geodata.store.changing import Rows
from geodata.store.present import OWNED

#: What joining decides.
_DECIDED = ["event_id", "own_event_id", "duplicate_of"]


class Joined(NamedTuple):
    """rows: to be saved. known_events: events, as they are called now, of which the store has rows that stay."""

    rows: Rows
    known_events: set[str]


def join(connection: sa.Connection, rows: Rows, merged: pd.DataFrame | None = None) -> Joined:
    """The rows with the events that they belong to, and the stored rows whose event changes by that.

    rows: about to be saved; those that are changed as they are to be, whatever event they are in. merged: pairs that are one fact
    (report_a, report_b, score, decided_by); None: those of the store. They may name reports that are not there.
    """
    pairs = pairing.merged(connection) if merged is None else merged
    new, changed, gone = _owned(rows.new), _owned(rows.changed), set(rows.gone)
    ids = set(pairs["report_a"]) | set(pairs["report_b"])
    overlaid = gone | set(changed["report_id"])
    before = present.joined(connection, OWNED)
    named = _overlaid(present.by_reports(connection, sorted(ids), OWNED), overlaid)
    named = pd.concat([named, new[new["report_id"].isin(ids)], changed[changed["report_id"].isin(ids)]], ignore_index=True)
    events = set(_own(named))
    stored = _overlaid(present.by_own_events(connection, sorted(events), OWNED), overlaid)
    stored = pd.concat([stored, _overlaid(before, overlaid)], ignore_index=True).drop_duplicates("report_id")
    together = [stored, changed, new[_own(new).isin(events) | new["own_event_id"].notna() | new["duplicate_of"].notna()]]
    whole = pd.concat([part for part in together if len(part)] or [stored], ignore_index=True)
    if whole.empty:
        return Joined(Rows(new, changed, rows.gone), set())
    decided = _decided(whole, pairs)
    is_new = decided["report_id"].isin(set(new["report_id"]) if len(new) else set())
    is_other = _differs(whole, decided) | decided["report_id"].isin(set(changed["report_id"]))
    return Joined(
        Rows(_with(new, decided[is_new]), decided[is_other & ~is_new].reset_index(drop=True), rows.gone),
        set(decided.loc[~is_new, "event_id"]),
    )


def _decided(whole: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    own = _own(whole)
    plain = whole.assign(event_id=own, duplicate_of=pd.Series(None, index=whole.index, dtype="str"))
    there = set(plain["report_id"])
    both = pairs[pairs["report_a"].isin(there) & pairs["report_b"].isin(there)]
    if both.empty:
        return plain.assign(own_event_id=pd.Series(None, index=whole.index, dtype="str"))
    by_person = both["decided_by"].fillna(pairing.BY_RULES) != pairing.BY_RULES
    found = components(both[["report_a", "report_b", "score"]].assign(by_person=by_person).reset_index(drop=True), plain)
    event_id = found["event_id"].astype("str")
    return plain.assign(
        event_id=event_id, duplicate_of=found["duplicate_of"].astype("str"), own_event_id=own.where(event_id != own, None).astype("str")
    )


def _own(rows: pd.DataFrame) -> "pd.Series[str]":
    return rows["own_event_id"].fillna(rows["event_id"])


def _owned(rows: pd.DataFrame) -> pd.DataFrame:
    return rows if "own_event_id" in rows else rows.assign(own_event_id=pd.Series(None, index=rows.index, dtype="str"))


def _overlaid(stored: pd.DataFrame, ids: Collection[str]) -> pd.DataFrame:
    return stored[~stored["report_id"].isin(ids)] if len(stored) and ids else stored


def _differs(before: pd.DataFrame, after: pd.DataFrame) -> "pd.Series[bool]":
    one, two = (table[_DECIDED].astype(object).where(table[_DECIDED].notna(), "") for table in (before, after))
    return (one != two).any(axis=1)


def _with(new: pd.DataFrame, decided: pd.DataFrame) -> pd.DataFrame:
    """The new rows with what was decided of some of them; only these three columns are made anew."""
    if decided.empty:
        return new
    by_id = decided.set_index("report_id")
    where = new["report_id"].isin(by_id.index).to_numpy(bool)
    filled = {}
    for name in _DECIDED:
        values = new[name].to_numpy(dtype=object, copy=True)
        values[where] = by_id.loc[new["report_id"][where], name].to_numpy(object)
        filled[name] = pd.Series(values, index=new.index, dtype="str")
    return new.assign(**filled)
