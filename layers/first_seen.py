"""First seen: drugs, ways of hiding, places and routes that are recorded in a period and never before it.

"Never" is as long as the watch: it begins with the first dated event of the same kind of statement (an event that names no place says
nothing about places). A value that was seen in an event which cannot be dated before or into the period may be old, so it is not called
new. How many new ones to expect, if nothing changed: of N statements before, those seen once make up f1; the next statement is new with
probability about f1 / N (Good 1953, doi:10.1093/biomet/40.3-4.237). So where places are scattered a new place is no news, and that is
said.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Watched for less than this many months, nothing is called new.
LEAST_MONTHS = 12


@dataclass(frozen=True)
class NewValue:
    """A value first seen in the period. n: distinct events with it there. row: position of the first of its rows."""

    value: str
    n: int
    row: int


@dataclass(frozen=True)
class FirstSeen:
    """New values of one trait, most events first.

    since: first month of the watch, a number, None without any. months: of watch before the period. n_before: distinct events before it
    that say something about the trait. n_now: in the period. n_new: of these, with a new value. expected: of these, to be expected with a
    new value. is_long_enough: False where the watch is too short to call anything new; `values` is then empty.
    """

    values: list[NewValue]
    since: int | None
    months: int
    n_before: int
    n_now: int
    n_new: int
    expected: float
    is_long_enough: bool


def first_seen(
    codes: NDArray[np.int64], words: Sequence[str], event: NDArray[np.int64], begin: NDArray[np.int32], end: NDArray[np.int32], first: int,
    last: int,
) -> FirstSeen:  # fmt: skip
    """What one trait shows for the first time from month `first` to month `last`.

    codes: what each row says, a number into `words`, -1 where the report does not say, int (r,). event: number of the row's event, int
    (r,). begin, end: first and last month in which it can have happened, months since year 0, negative where undated, int (r,). A row lies
    in the period when all of it does. NewValue.row counts these rows.
    """
    said = codes >= 0
    dated = (begin >= 0) & (end >= 0)
    before, inside = said & dated & (end < first), said & dated & (begin >= first) & (end <= last)
    # Begun before, or at no known time: perhaps older than the period. What came after it does not make it old.
    perhaps = said & (~dated | ((begin < first) & (end >= first)))
    n_before, n_now = (_distinct(event[mask]) for mask in (before, inside))
    since = int(begin[before].min()) if before.any() else None
    months = first - since if since is not None else 0
    if months < LEAST_MONTHS or not len(words):
        return FirstSeen([], since, months, n_before, n_now, 0, 0.0, False)
    old = np.zeros(len(words), bool)
    old[codes[before | perhaps]] = True
    rows = np.flatnonzero(inside)
    rows = rows[~old[codes[rows]]]
    pairs = pd.DataFrame({"code": codes[rows], "event": event[rows], "row": rows}).drop_duplicates(["code", "event"])
    found = pairs.groupby("code", as_index=False).agg(n=("event", "size"), row=("row", "min"))
    found = found.sort_values(["n", "row"], ascending=[False, True])
    counted = [NewValue(words[code], n, row) for code, n, row in found.to_numpy().tolist()]
    width = int(event.max(initial=0)) + 1
    seen = np.unique(codes[before] * width + event[before]) // width
    times = np.bincount(seen, minlength=len(words))
    chance = float((times == 1).sum()) / max(len(seen), 1)
    return FirstSeen(counted, since, months, n_before, n_now, _distinct(event[rows]), chance * n_now, True)


def _distinct(event: NDArray[np.int64]) -> int:
    return int(np.count_nonzero(np.bincount(event))) if len(event) else 0
