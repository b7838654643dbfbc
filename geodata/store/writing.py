"""Save what one file brought: everything in one transaction, or nothing."""

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import sqlalchemy as sa

from geodata.errors import StoreProblem, WrongTable
from geodata.model import LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, check
from geodata.store import files, pairing, present, reviewing
from geodata.store.changing import Rows, change
from geodata.store.engine import reading_from, writing_to
from geodata.store.problems import name_of
from geodata.store.releasing import set_meta
from geodata.store.rows import content_sum, insert, rows_of
from geodata.store.runs import COUNTED, Run, close_run, open_run, take_turn, utc
from geodata.store.tables import FILES, NATIONAL_TOTALS, RUNS
from geodata.store.tables import REJECTED as REJECTED_ROWS

__all__ = ["COUNTED", "FileBatch", "RowCounts", "known_file", "known_report_ids", "mark_generated", "save_file"]


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of one file: rows_in = events + outside_region + merged + rejected; repeats are counted among these."""

    rows_in: int
    events: int
    outside_region: int
    merged: int
    rejected: int
    repeats: int


@dataclass(frozen=True)
class FileBatch:
    """Everything that one file brought.

    located: n located events, new ones and such as the store may have; with own_event_id where a new one was joined to another event.
    merged: rows that joined an event counted already. started_at, finished_at: with time zone. as_of: the day on which the delays of
    `geodata.redaction` are counted. events, outside_region: rows counted as such; left out, outside_region is the number of events
    outside and events the remainder. generated: demonstration data, which never shares a store with real data.

    replaces: SHA-256 of the file of the same feed that this one corrects; gone: its reports that leave the store. changed: stored rows
    (LOCATED_EVENT, own_event_id) that the new ones are joined to. pairs: `pairing.FOUND` and status. apart: pairs kept already whose
    two reports both stand in this file. review: questions about places. seen: the content (`present.content_now`) that all this was
    worked out from; the file is refused when the store has changed since. known: with it, the reports of ``located`` that are stored.
    kept_back: what outsiders see stays as it is; generated rows only, the next file that is not kept back shows them these rows too.
    """

    feed: str
    file_sha256: str
    name: str
    size: int
    rows_in: int
    located: pd.DataFrame
    rejected: pd.DataFrame
    national_totals: pd.DataFrame | None
    merged: int
    repeats: int
    started_at: dt.datetime
    finished_at: dt.datetime
    as_of: dt.date
    events: int | None = None
    outside_region: int | None = None
    generated: bool = False
    who: str = ""
    replaces: str | None = None
    gone: Collection[str] = ()
    changed: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    apart: pd.DataFrame | None = None
    review: pd.DataFrame | None = None
    seen: str | None = None
    known: Collection[str] | None = None
    kept_back: bool = False

    def counts(self) -> RowCounts:
        """The closing numbers. Raises WrongTable when they do not add up to rows_in."""
        rejected = len(self.rejected)
        outside = self.outside_region
        if outside is None:
            outside = int(self.located.loc[~self.located["in_region"].astype(bool), "event_id"].nunique())
        events = self.rows_in - outside - self.merged - rejected if self.events is None else self.events
        if events < 0 or events + outside + self.merged + rejected != self.rows_in:
            raise WrongTable(
                f"The rows of {self.name} do not add up: {self.rows_in} came in, {events} events + {outside} outside the region + "
                f"{self.merged} merged + {rejected} rejected were wanted to be as many."
            )
        return RowCounts(self.rows_in, events, outside, self.merged, rejected, self.repeats)


def save_file(engine: sa.Engine, batch: FileBatch) -> None:
    """Save one file: all of it, or nothing. A file that the feed has saved before changes nothing.

    Raises WrongTable (a table that does not fit the model, rows that do not add up) before the store is touched, Overtaken (the store
    is not what the batch was worked out from), and StoreProblem (locked, full disk, damaged, generated beside real data).
    """
    check(batch.located, LOCATED_EVENT)
    check(batch.rejected, REJECTED)
    if batch.national_totals is not None:
        check(batch.national_totals, NATIONAL_TOTAL)
    if batch.located["report_id"].duplicated().any():
        raise WrongTable(f"The report_id {batch.located['report_id'][batch.located['report_id'].duplicated()].iloc[0]!r} stands twice.")
    counts = batch.counts()
    with writing_to(engine) as connection:
        meta = take_turn(connection, batch.seen)
        state = files.state_of(connection, batch.feed, batch.file_sha256)
        if state in ("present", "replaced"):
            return
        _refuse_mixing(engine, batch, generated=meta["generated"] == "true")
        content = _put_file(connection, batch, is_known=state is not None)
        kind = "import" if batch.replaces is None else "replace"
        run = Run(kind, batch.who, batch.started_at, batch.finished_at, batch.feed, batch.file_sha256, vars(counts))
        run_id = open_run(connection, run)
        if batch.replaces is not None:
            content += files.turn(connection, batch.feed, batch.replaces, "replaced", batch.file_sha256)
        is_told = batch.seen is not None and batch.known is not None
        there = batch.known if is_told else present.known(connection, batch.located["report_id"].tolist())
        is_known = batch.located["report_id"].isin(there).to_numpy(bool) if there else None
        _see_again(connection, batch, is_known)
        located = batch.located if is_known is None else batch.located[~is_known]
        changed = located.iloc[:0] if batch.changed is None else batch.changed
        done = change(connection, run_id, Rows(located, changed, batch.gone), batch.as_of, kept_back=batch.kept_back and batch.generated)
        content += done.content
        _keep_judgements(connection, batch, run_id)
        close_run(connection, run_id, done, int(meta["content"], 16) + content)


def known_report_ids(engine: sa.Engine, ids: Iterable[str]) -> set[str]:
    """Those of ``ids`` that the store has."""
    with reading_from(engine) as connection:
        return present.known(connection, list(ids))


def known_file(engine: sa.Engine, sha256: str, feed: str) -> RowCounts | None:
    """What became of the rows of a file when this feed saved it last; None when it has not, or when that was undone."""
    wanted = [RUNS.c[name] for name in RowCounts.__dataclass_fields__]
    with reading_from(engine) as connection:
        if files.state_of(connection, feed, sha256) not in ("present", "replaced"):
            return None
        of_file = sa.select(*wanted).where(RUNS.c.file_sha256 == sha256, RUNS.c.feed == feed).order_by(RUNS.c.run_id.desc()).limit(1)
        row = connection.execute(of_file).first()
        return None if row is None else RowCounts(*row)


def mark_generated(engine: sa.Engine) -> None:
    """Declare an empty store to be one of demonstration data. Raises StoreProblem when it holds real files."""
    with writing_to(engine) as connection:
        meta = take_turn(connection)
        if meta["generated"] == "true":
            return
        if connection.execute(sa.select(FILES.c.sha256).limit(1)).first():
            raise StoreProblem(f"{name_of(engine.url)} holds real reports, an empty one was wanted for demonstration data: set PANJ_DATA.")
        set_meta(connection, "generated", "true")


def _refuse_mixing(engine: sa.Engine, batch: FileBatch, *, generated: bool) -> None:
    if batch.generated and not generated:
        raise StoreProblem(f"{name_of(engine.url)} is for real reports and {batch.name} is generated: set PANJ_DATA to another folder.")
    if generated and not batch.generated:
        raise StoreProblem(f"{name_of(engine.url)} holds generated events and {batch.name} is real: set PANJ_DATA to another folder.")


def _put_file(connection: sa.Connection, batch: FileBatch, *, is_known: bool) -> int:
    """The file with its rejected rows and totals. is_known: it was taken out before. Returns what is added to the content."""
    of_rejected = (REJECTED_ROWS.c.feed == batch.feed, REJECTED_ROWS.c.file_sha256 == batch.file_sha256)
    before = files.totals_content(connection)
    if is_known:
        connection.execute(sa.delete(REJECTED_ROWS).where(*of_rejected))
        files.turn(connection, batch.feed, batch.file_sha256, "present")
    else:
        file = {"sha256": batch.file_sha256, "feed": batch.feed, "name": batch.name, "size": batch.size, "rows_in": batch.rows_in}
        connection.execute(sa.insert(FILES), {**file, "generated": batch.generated, "state": "present"})
    rejected = rows_of(batch.rejected, REJECTED)
    insert(connection, REJECTED_ROWS, rejected)
    if batch.national_totals is not None:
        _insert_totals(connection, batch, batch.national_totals)
    return content_sum(rejected, "rejected") + files.totals_content(connection) - before


def _insert_totals(connection: sa.Connection, batch: FileBatch, totals: pd.DataFrame) -> None:
    """Insert the totals whose content is new; of the others, remember that this file holds them too."""
    known = set(connection.scalars(sa.select(NATIONAL_TOTALS.c.total_id)))
    new: dict[str, tuple[Any, ...]] = {}
    again: dict[str, int] = {}
    for row, bare in zip(rows_of(totals, NATIONAL_TOTAL), rows_of(totals, files.TOTAL_CONTENT), strict=True):
        total_id = hashlib.sha256(repr(bare).encode()).hexdigest()[:32]
        if total_id in known:
            again[total_id] = 0
        else:
            new.setdefault(total_id, (total_id, *row))
    insert(connection, NATIONAL_TOTALS, list(new.values()))
    files.see_again(connection, batch.feed, batch.file_sha256, again)


def _see_again(connection: sa.Connection, batch: FileBatch, is_known: Any) -> None:
    if is_known is not None and is_known.any():
        rows = batch.located[is_known]
        lines = dict(zip(rows["report_id"], map(int, rows["row_number"]), strict=True))
        files.see_again(connection, batch.feed, batch.file_sha256, lines)


def _keep_judgements(connection: sa.Connection, batch: FileBatch, run_id: int) -> None:
    if batch.pairs is not None:
        pairing.add(connection, batch.pairs, utc(batch.finished_at))
    if batch.apart is not None:
        pairing.mark_same_file(connection, batch.apart, run_id, utc(batch.finished_at))
    if batch.review is not None:
        reviewing.ask(connection, batch.review)
    if batch.seen is not None:  # joined anew, with every step that a person took before
        pairing.applied(connection, run_id)
