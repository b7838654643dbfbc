"""Save a change of the rows that no file brought: decisions of persons, grades, and what is taken back. All of it, or nothing."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from geodata.store import files, pairing, reviewing
from geodata.store.changing import Done, Rows, change
from geodata.store.engine import writing_to
from geodata.store.runs import Run, close_run, open_run, take_turn, utc
from geodata.store.tables import GRADES, PLACE_DECISIONS, RUNS


@dataclass(frozen=True)
class FileTurn:
    """A file that gets another state (`tables.FILE_STATES`)."""

    feed: str
    sha256: str
    state: str
    replaced_by: str | None = None


@dataclass(frozen=True)
class Change:
    """What becomes of the rows, and of which decisions that takes care.

    seen: the content that it was worked out from. places, grades: numbers of decisions that the rows follow now; places_back,
    grades_back: that they no longer follow. takes_steps: the rows follow all decisions about pairs. statuses: (report_a, report_b,
    status, same_file) of pairs that go back to what they were. states: status of a run that changes by this (run_id, status).
    pairs: found anew (`pairing.FOUND` and status). forgets: runs whose decisions about places and grades are taken back with this.
    """

    run: Run
    rows: Rows
    as_of: dt.date
    seen: str
    turns: Sequence[FileTurn] = ()
    places: Sequence[int] = ()
    places_back: Sequence[int] = ()
    grades: Sequence[int] = ()
    grades_back: Sequence[int] = ()
    takes_steps: bool = False
    statuses: Sequence[tuple[str, str, str, bool | None]] = ()
    states: Sequence[tuple[int, str]] = ()
    review: pd.DataFrame | None = None
    pairs: pd.DataFrame | None = None
    forgets: Sequence[int] = ()


def save_change(engine: sa.Engine, wanted: Change) -> tuple[int, Done]:
    """Save a change as a run of its own. Returns its number and what it did.

    Raises Overtaken (the store is not what it was worked out from), WrongTable, StoreProblem; then nothing was changed.
    """
    with writing_to(engine) as connection:
        meta = take_turn(connection, wanted.seen)
        run_id = open_run(connection, wanted.run)
        content = int(meta["content"], 16)
        for turn in wanted.turns:
            content += files.turn(connection, turn.feed, turn.sha256, turn.state, turn.replaced_by)
        done = change(connection, run_id, wanted.rows, wanted.as_of)
        _mark(connection, PLACE_DECISIONS, "decision_id", wanted.places, "applied_run", run_id)
        _mark(connection, PLACE_DECISIONS, "decision_id", wanted.places_back, "unapplied_run", run_id)
        _mark(connection, GRADES, "grade_id", wanted.grades, "applied_run", run_id)
        _mark(connection, GRADES, "grade_id", wanted.grades_back, "unapplied_run", run_id)
        for number in wanted.forgets:
            _forget(connection, number, run_id, wanted.run)
        for report_a, report_b, status, same_file in wanted.statuses:
            pairing.set_back(connection, report_a, report_b, status, same_file)
        if wanted.pairs is not None:
            pairing.add(connection, wanted.pairs, utc(wanted.run.finished_at))
        if wanted.takes_steps:
            pairing.applied(connection, run_id)
        for number, status in wanted.states:
            connection.execute(sa.update(RUNS).where(RUNS.c.run_id == number).values(status=status))
        if wanted.review is not None:
            reviewing.ask(connection, wanted.review)
        close_run(connection, run_id, done, content + done.content)
        return run_id, done


def _forget(connection: sa.Connection, number: int, run_id: int, run: Run) -> None:
    """Decisions that took effect in a run are undone with it; those that it took back stand again."""
    for table in (PLACE_DECISIONS, GRADES):
        by = {"undone_by": run.who or "-", "undone_at": utc(run.finished_at), "unapplied_run": run_id}
        standing = (table.c.applied_run == number, table.c.undone_at.is_(None))
        connection.execute(sa.update(table).where(*standing).values(**by))
        again = {"undone_by": None, "undone_at": None, "unapplied_run": None}
        connection.execute(sa.update(table).where(table.c.unapplied_run == number).values(**again))


def _mark(connection: sa.Connection, table: sa.Table, key: str, numbers: Sequence[int], column: str, run_id: int) -> None:
    if numbers:
        connection.execute(sa.update(table).where(table.c[key].in_(numbers)).values({column: run_id}))
