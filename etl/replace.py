"""Replace: what a corrected file would change, before it is applied. Saves nothing.

A row is the same when its report is (same content, same number of its repeat). Of the others, a row that leaves and a row that comes
are one changed row when they share the sender's number, or else their day, place and drug, or else their line and most of what they say.
"""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TextIO

import pandas as pd
import sqlalchemy as sa

from etl.feeds import feed_named
from etl.progress import Progress, no_progress
from etl.taking import take
from geodata.errors import BadFile
from geodata.model import EVENT, LOCATED_EVENT, columns, empty
from geodata.settings import Settings
from geodata.store import present
from geodata.store.engine import reading_from
from geodata.store.tables import EVENTS, FILES, SIGHTINGS

#: From this share of a stored file's rows on, a new file that holds them, but not all of them, seems to correct it.
ALIKE = 0.5
#: What a person compares: not where a row stands, nor what Panj calls it.
_SAID = [name for name in columns(EVENT) if name not in ("report_id", "event_id", "feed", "file_sha256", "row_number", "repeat_number")]
_KEYS = (["source_ref"], ["happened_from", "place_text", "drug", "agency"], ["happened_from", "place_text", "drug"], ["row_number"])
#: Share of what is said that must be the same for two rows on the same line.
_MOSTLY = 0.8
_SHOWN = 20
_CHANGED = ["report_id_before", "report_id_after", "row_number", "field", "before", "after"]


class Difference(NamedTuple):
    """What would change. replaces_name, replaces_sha256: the stored file, None when none is like this one. same: rows.

    added, gone: LOCATED_EVENT. changed: one line a changed field: report_id_before, report_id_after, row_number, field, before, after.
    """

    feed: str
    name: str
    replaces_name: str | None
    replaces_sha256: str | None
    same: int
    added: pd.DataFrame
    changed: pd.DataFrame
    gone: pd.DataFrame


def compare(
    settings: Settings,
    feed_name: str,
    file: Path,
    replaces: str | None = None,
    progress: Progress = no_progress,
    *,
    name: str | None = None,
) -> Difference:
    """A file against the stored one of the same feed that it corrects. replaces: name or SHA-256; None: found by the rows they share.

    Raises BadFile (unusable, or no such stored file) and StoreProblem.
    """
    from etl.parse import latest_year
    from etl.pipeline import collected_from, store_of, utc_now

    feed = feed_named(feed_name, settings)
    # Only looked at: its bytes are kept when it is imported, which may be going on at this very moment.
    with (
        TemporaryDirectory(prefix="panj-") as aside,
        collected_from(file, Path(aside), progress, name) as collected,
        store_of(settings) as engine,
    ):
        sha256 = None if replaces is None else stored_file(engine, feed.name, replaces)
        located = take(settings, feed, collected, engine, progress, latest_year(utc_now().date())).located
        if engine is None:
            return Difference(feed.name, collected.name, None, None, 0, located, _no_changes(), empty(LOCATED_EVENT))
        if sha256 is None:
            sha256 = _most_like(engine, feed.name, collected.sha256, located["report_id"].tolist(), whole_too=True)
        return _difference(engine, feed.name, collected.name, sha256, located)


def stored_file(engine: sa.Engine | None, feed: str, wanted: str) -> str:
    """The SHA-256 of the present file of ``feed`` that is called so, or has this SHA-256. Raises BadFile."""
    found: list[tuple[str, str]] = []
    if engine is not None:
        with reading_from(engine) as connection:
            there = sa.select(FILES.c.sha256, FILES.c.name).where(FILES.c.feed == feed, FILES.c.state == "present")
            found = [(row.sha256, row.name) for row in connection.execute(there.order_by(FILES.c.name))]
    same = [sha256 for sha256, name in found if wanted in (sha256, name)]
    if len(same) > 1:
        raise BadFile(f"{len(same)} files of {feed} are called {wanted!r}: name the one to replace by its SHA-256 ({', '.join(same)}).")
    if not same:
        names = ", ".join(name for _, name in found[:5]) or "none"
        raise BadFile(
            f"The store has no file of {feed} called {wanted!r} that could be replaced (it has {names}): see python -m etl status."
        )
    return same[0]


def like_stored(engine: sa.Engine, feed: str, sha256: str, known: list[str]) -> tuple[str, int, int] | None:
    """Name, shared rows and all rows of the stored file that a new one seems to correct. known: its reports that were there before."""
    like = _most_like(engine, feed, sha256, known, whole_too=False)
    if like is None:
        return None
    with reading_from(engine) as connection:
        name = connection.scalar(sa.select(FILES.c.name).where(FILES.c.feed == feed, FILES.c.sha256 == like))
        reports = present.reports_of(connection, feed, like)
    return str(name), len(reports & set(known)), len(reports)


def _most_like(engine: sa.Engine, feed: str, sha256: str, ids: list[str], *, whole_too: bool) -> str | None:
    """The present file of which most rows are among ``ids``, at least ALIKE of them; whole_too: also when all of them are."""
    shared: Counter[str] = Counter()
    if not ids:
        return None
    with reading_from(engine) as connection:
        for portion in present.chunks(ids):
            for table in (EVENTS, SIGHTINGS):
                there = sa.and_(FILES.c.sha256 == table.c.file_sha256, FILES.c.feed == table.c.feed, FILES.c.state == "present")
                n = sa.select(table.c.file_sha256, sa.func.count()).join(FILES, there).where(table.c.report_id.in_(portion))
                for found, times in connection.execute(n.where(table.c.feed == feed).group_by(table.c.file_sha256)):
                    shared[found] += times
        shared.pop(sha256, None)
        sizes = {found: len(present.reports_of(connection, feed, found)) for found, _ in shared.most_common(3)}
    alike = [(shared[found], found) for found, n in sizes.items() if ALIKE * n <= shared[found] and (whole_too or shared[found] < n)]
    return max(alike)[1] if alike else None


def _difference(engine: sa.Engine, feed: str, name: str, sha256: str | None, located: pd.DataFrame) -> Difference:
    with reading_from(engine) as connection:
        known = present.known(connection, located["report_id"].tolist())
        added = located[~located["report_id"].isin(known)].reset_index(drop=True)
        if sha256 is None:
            return Difference(feed, name, None, None, len(known), added, _no_changes(), empty(LOCATED_EVENT))
        old_name = connection.scalar(sa.select(FILES.c.name).where(FILES.c.feed == feed, FILES.c.sha256 == sha256))
        missing = present.reports_of(connection, feed, sha256) - set(located["report_id"])
        missing -= present.also_elsewhere(connection, missing, feed, sha256)
        gone = present.by_reports(connection, sorted(missing), LOCATED_EVENT).sort_values("row_number", ignore_index=True)
    couples = _couples(gone, added)
    changed = [line for before, after in couples for line in _changes(gone.loc[before], added.loc[after])]
    return Difference(
        feed=feed,
        name=name,
        replaces_name=str(old_name),
        replaces_sha256=sha256,
        same=len(known),
        added=added.drop(index=[after for _, after in couples]).reset_index(drop=True),
        changed=pd.DataFrame(changed, columns=_CHANGED) if changed else _no_changes(),
        gone=gone.drop(index=[before for before, _ in couples]).reset_index(drop=True),
    )


def _couples(gone: pd.DataFrame, added: pd.DataFrame) -> list[tuple[Any, Any]]:
    """Rows that leave and come as one changed row: pairs of index labels, each in one pair at most."""
    couples: list[tuple[Any, Any]] = []
    left, right = gone, added
    for key in _KEYS:
        one, two = (table[table[key[0]].notna()] for table in (left, right))
        rows: dict[tuple[Any, ...], list[Any]] = {}
        for label, values in zip(two.index, _plain(two, key), strict=True):
            rows.setdefault(values, []).append(label)
        found = []
        for label, values in zip(one.index, _plain(one, key), strict=True):
            candidates = rows.get(values, [])
            likeness = {other: _likeness(left.loc[label], right.loc[other]) for other in candidates[:20]}
            best = max(likeness, key=lambda other: likeness[other], default=None)
            if best is not None and (key != ["row_number"] or likeness[best] >= _MOSTLY):
                candidates.remove(best)
                found.append((label, best))
        couples += found
        left, right = left.drop(index=[one for one, _ in found]), right.drop(index=[two for _, two in found])
    return sorted(couples)


def _plain(table: pd.DataFrame, names: list[str]) -> list[tuple[Any, ...]]:
    part = table[names].astype(object)
    return list(part.where(part.notna(), None).itertuples(index=False, name=None))


def _likeness(one: "pd.Series[Any]", two: "pd.Series[Any]") -> float:
    return sum(_same(one[name], two[name]) for name in _SAID) / len(_SAID)


def _same(one: object, two: object) -> bool:
    return (pd.isna(one) and pd.isna(two)) or bool(not pd.isna(one) and not pd.isna(two) and one == two)  # type: ignore[call-overload]


def _changes(before: "pd.Series[Any]", after: "pd.Series[Any]") -> list[tuple[Any, ...]]:
    ids = (before["report_id"], after["report_id"], int(after["row_number"]))
    other = [name for name in _SAID if not _same(before[name], after[name])]
    return [(*ids, name, _or_none(before[name]), _or_none(after[name])) for name in other or ["row_number"]]


def _or_none(value: Any) -> object:
    """A plain value of Python, None where there is none."""
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _no_changes() -> pd.DataFrame:
    return pd.DataFrame(columns=_CHANGED, dtype="object")


def print_difference(difference: Difference, stream: TextIO) -> None:
    """What would change, in lines: the counts always, then each changed row and what leaves."""
    if difference.replaces_name is None:
        print(f"{difference.feed}: {difference.name} corrects no stored file: rows added {len(difference.added)}", file=stream)
        return
    n_changed = difference.changed["report_id_after"].nunique()
    print(f"{difference.feed}: {difference.name} against {difference.replaces_name} ({difference.replaces_sha256})", file=stream)
    print(f"rows same {difference.same}, added {len(difference.added)}, changed {n_changed}, gone {len(difference.gone)}", file=stream)
    for row in difference.changed.head(_SHOWN).itertuples(index=False):
        print(f"  line {row.row_number}: {row.field} {row.before!r} -> {row.after!r}", file=stream)
    for what, rows in (("gone", difference.gone), ("added", difference.added)):
        for row in rows.head(_SHOWN).itertuples(index=False):
            print(
                f"  {what}, line {row.row_number}: {row.happened_from} {row.place_text} {row.drug} {row.quantity} {row.unit}", file=stream
            )
