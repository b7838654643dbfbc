"""The effect of a work or an office: what was recorded around it before and after, beside it, and on the stretches it is compared with."""

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from dashboard.answers import coverage as words
from dashboard.answers.coverage_context import Context
from dashboard.answers.coverage_register import things as in_words
from dashboard.answers.kept import kept
from dashboard.queries.coverage import Asked, everything, register, sections_of
from dashboard.queries.coverage_counts import SECTIONS, Counted, by_districts, by_sections
from geodata.errors import BadFile
from layers.coverage.windows import Around, around
from layers.effect import effect

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User

#: At most three years on either side: longer, and other things changed as well.
MOST_YEARS = 3
#: Districts whose outlines come so near are neighbours: the outlines are approximate.
NEIGHBOURS_DEG = 0.02


def judgeable(queries: "Queries", asked: Asked, user: "User", today: dt.date) -> list[dict[str, Any]]:
    """Dated things that stand in a section or district of their own, liaison offices first, then by how much was recorded around them."""
    table = everything(queries, user, asked.as_of(today))
    table = table[(table["since"] != "") & (table["state"] != "planned")]
    rows = []
    context = Context(register(queries), queries.places, user.say, asked.as_of(today), user.is_insider)
    for row in in_words(context, table):
        where = _where(queries, user, table[table["id"] == row["id"]])
        if where is None:
            continue
        numbers, at = where
        windows = around(row["since"], numbers.first, numbers.counts.shape[1], numbers.months_each, MOST_YEARS * 12 // numbers.months_each)
        is_in = windows.before.last >= windows.before.first and windows.after.last >= windows.after.first
        n = int(sum(numbers.counts[at, window.first : window.last + 1].sum() for window in windows)) if is_in else 0
        rows.append(
            {
                "id": row["id"],
                "name": row["name"],
                "kind": row["kind_word"],
                "since": row["since"],
                "n": n,
                "is_office": row["kind"] == "blo",
            }
        )
    return sorted(rows, key=lambda one: (one["n"] < 10, not one["is_office"], -one["n"], one["id"]))


def judge(queries: "Queries", asked: Asked, user: "User", today: dt.date, thing: str) -> dict[str, Any]:
    """The effect of one thing in words. Raises BadFile: no such thing, no date, or nothing can be told apart where it stands."""
    table = everything(queries, user, asked.as_of(today))
    own = table[table["id"] == thing]
    where = _where(queries, user, own) if len(own) and own["since"].iloc[0] else None
    if where is None:
        raise BadFile(user.say("coverage.effect.none", name=thing[:80]))
    numbers, at = where
    n, since = numbers.counts.shape[1], own["since"].iloc[0]
    windows = around(since, numbers.first, n, numbers.months_each, MOST_YEARS * 12 // numbers.months_each)
    context = Context(register(queries), queries.places, user.say, asked.as_of(today), user.is_insider)
    name = in_words(context, own)[0]["name"]
    if windows.before.last < windows.before.first or windows.after.last < windows.after.first:
        return {"name": name, "opened": since, "verdict": "outside", "sentence": user.say("coverage.verdict.outside", opened=since)}
    mine, near = np.arange(len(numbers.ids)) == at, _beside(queries, numbers, at)
    others = np.array([country == numbers.country[at] for country in numbers.country]) & numbers.told & ~mine & ~near
    known = numbers.known if numbers.unit == SECTIONS else numbers.counts[others | mine].sum(axis=0) > 0
    found = effect(numbers.counts, known, mine, near, others, windows.before, windows.after)
    names = queries.places.names(user.say.code)
    told = [(numbers.label(window.first), numbers.label(window.last)) for window in windows]
    of = (names.get(numbers.ids[at], ""), [names.get(numbers.ids[k], "") for k in np.flatnonzero(near)], int(others.sum()))
    series = _series(numbers, known, mine, others, windows)
    return words.effect(found, name, since, (told[0], told[1]), numbers.unit, of, user.say) | {"series": series}


def _where(queries: "Queries", user: "User", own: pd.DataFrame) -> tuple[Counted, int] | None:
    """The numbers that a thing is judged by and its own row in them: its section (insiders), else its district in what is published."""
    if user.is_insider:
        section = sections_of(queries, own).get(own["id"].iloc[0])
        if section:
            numbers = by_sections(queries, user)
            return numbers, numbers.ids.index(section)
    numbers, district = by_districts(queries, user), own["district_id"].iloc[0]
    return (numbers, numbers.ids.index(district)) if district in numbers.ids else None


def _beside(queries: "Queries", numbers: Counted, at: int) -> NDArray[np.bool_]:
    """The next sections on either side; the districts that touch."""
    if numbers.unit == SECTIONS:
        return np.abs(np.arange(len(numbers.ids)) - at) == 1
    pairs = kept(queries.places).of("coverage neighbours", None, lambda: _neighbours(queries, numbers.ids))
    return np.isin(np.array(numbers.ids, object), list(pairs.get(numbers.ids[at], ())))


def _neighbours(queries: "Queries", ids: list[str]) -> dict[str, set[str]]:
    known = [id for id in ids if id in queries.places.areas]
    tree = shapely.STRtree([queries.places.areas[id] for id in known])
    left, right = tree.query([queries.places.areas[id] for id in known], predicate="dwithin", distance=NEIGHBOURS_DEG)
    found: dict[str, set[str]] = {}
    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        if a != b:
            found.setdefault(known[a], set()).add(known[b])
    return found


def _series(
    numbers: Counted, known: NDArray[np.bool_], mine: NDArray[np.bool_], others: NDArray[np.bool_], windows: Around
) -> dict[str, Any]:
    """By quarter: what was recorded around, and on the comparison; none where nobody reported. Of published numbers both are sums of
    whole blocks. opened: the place of the opening between the quarters."""
    step = 3 // numbers.months_each
    starts = list(range(windows.before.first, windows.after.last + 1, step))
    heard = [bool(known[start : start + step].any()) for start in starts]

    def sums(which: NDArray[np.bool_]) -> list[int | None]:
        return [int(numbers.counts[which, at : at + step].sum()) if is_heard else None for at, is_heard in zip(starts, heard, strict=True)]

    return {
        "labels": [numbers.label(start)[:4] for start in starts],
        "around": sums(mine),
        "others": sums(others),
        "opened": (windows.before.last + 1 - windows.before.first) / step,
    }
