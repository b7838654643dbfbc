"""Undo: take one run back. The rows are as if it had never been, and it stays written down with who took it back and when."""

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

import pandas as pd
import sqlalchemy as sa

from etl.joined import join
from etl.progress import Progress, no_progress
from etl.review import GRADED, PLACED, TRIES, utc_now
from geodata.errors import BadFile
from geodata.settings import Settings
from geodata.store import pairing, present
from geodata.store.applying import Change, FileTurn, save_change
from geodata.store.changing import Rows
from geodata.store.engine import open_store, reading_from
from geodata.store.present import OWNED
from geodata.store.rows import rows_of
from geodata.store.runs import Overtaken, Run
from geodata.store.tables import FILES, PAIRS, RUNS


class Undone(NamedTuple):
    """run_id: of the undoing. undoes: the run that was taken back. Rows that came back, are other than before, and left."""

    run_id: int
    undoes: int
    added: int
    changed: int
    gone: int


def undo_run(
    settings: Settings,
    run_id: int,
    *,
    who: str = "",
    progress: Progress = no_progress,
    now: Callable[[], dt.datetime] = utc_now,
) -> Undone:
    """Take a run back. Raises BadFile (no such run, undone already, itself an undoing, or built upon since) and StoreProblem."""
    engine = open_store(settings, create=False)
    try:
        for turn in range(1, TRIES + 1):
            progress("undo", 0, 1)
            started_at = now()
            with reading_from(engine) as connection:
                change = _change(connection, run_id, Run("undo", who, started_at, now(), undoes=run_id))
            try:
                number, done = save_change(engine, change)
            except Overtaken:
                if turn == TRIES:
                    raise
                continue
            progress("undo", 1, 1)
            return Undone(number, run_id, done.added, done.changed, done.gone)
    finally:
        engine.dispose()
    raise Overtaken("The store changed at every try.")


def _change(connection: sa.Connection, run_id: int, undoing: Run) -> Change:
    run = connection.execute(sa.select(RUNS).where(RUNS.c.run_id == run_id)).first()
    if run is None:
        raise BadFile(f"The store has no run {run_id}: `python -m etl status` lists them.")
    if run.status == "undone":
        raise BadFile(f"Run {run_id} was undone already; nothing was changed.")
    if run.kind == "undo":
        raise BadFile(f"Run {run_id} is itself an undoing: give the file again, or decide again, to have back what it took.")
    of_kind = {"import": _of_file, "replace": _of_file, "pairs": _of_pairs}.get(run.kind, _of_decisions)
    return of_kind(connection, run, undoing, present.content_now(connection))


def _of_file(connection: sa.Connection, run: Any, undoing: Run, seen: str) -> Change:
    state = connection.execute(sa.select(FILES).where(FILES.c.sha256 == run.file_sha256, FILES.c.feed == run.feed)).one()
    if state.state == "replaced":
        raise BadFile(f"{state.name} of run {run.run_id} was replaced by a corrected file since: undo that run first.")
    ids = present.reports_of(connection, run.feed, run.file_sha256)
    gone = ids - present.also_elsewhere(connection, ids, run.feed, run.file_sha256)
    turns = [FileTurn(run.feed, run.file_sha256, "undone")]
    there = [FILES.c.feed == run.feed, FILES.c.replaced_by == run.file_sha256]
    for sha256 in connection.scalars(sa.select(FILES.c.sha256).where(*there)).all():
        turns.append(FileTurn(run.feed, sha256, "present"))
        gone -= present.reports_of(connection, run.feed, sha256)  # the file that it replaced comes back and holds them too
    back = present.ended_by(connection, run.run_id) if run.kind == "replace" else present.by_reports(connection, [], OWNED)
    back = back[~back["report_id"].isin(present.known(connection, back["report_id"].tolist()))]
    # Pairs that the rules no longer joined because of this file; what persons decided stays.
    steps = [step for step in pairing.steps_of(connection, run.run_id) if step[4] == pairing.BY_RULES]
    statuses: list[tuple[str, str, str, bool | None]] = [(one, two, before, False) for one, two, before, after, _ in steps]
    joined = join(connection, Rows(back, back.iloc[:0], gone), _merged(connection, statuses))
    return Change(undoing, joined.rows, undoing.started_at.date(), seen, turns, statuses=statuses, states=[(run.run_id, "undone")])


def _of_pairs(connection: sa.Connection, run: Any, undoing: Run, seen: str) -> Change:
    steps = pairing.steps_of(connection, run.run_id)
    first: dict[tuple[str, str], str] = {}
    last: dict[tuple[str, str], str] = {}
    for one, two, before, after, _ in steps:
        first.setdefault((one, two), before)
        last[(one, two)] = after
    now = {(row.report_a, row.report_b): row.status for row in connection.execute(sa.select(PAIRS)) if (row.report_a, row.report_b) in last}
    if any(now[pair] != after for pair, after in last.items()):
        raise BadFile(f"Pairs of run {run.run_id} were decided again since: undo that run first, or decide them anew.")
    statuses: list[tuple[str, str, str, bool | None]] = [(*pair, before, None) for pair, before in first.items()]
    nothing = present.by_reports(connection, [], OWNED)
    joined = join(connection, Rows(nothing, nothing, ()), _merged(connection, statuses))
    return Change(undoing, joined.rows, undoing.started_at.date(), seen, statuses=statuses, states=[(run.run_id, "undone")])


def _of_decisions(connection: sa.Connection, run: Any, undoing: Run, seen: str) -> Change:
    """Places or grades as they were before the run, where nothing changed them since."""
    names = PLACED if run.kind == "decisions" else GRADED
    before = present.ended_by(connection, run.run_id)
    now = present.by_reports(connection, before["report_id"].tolist(), OWNED)
    before = before[before["report_id"].isin(now["report_id"])].set_index("report_id").loc[now["report_id"]]
    after = present.begun_by(connection, run.run_id).set_index("report_id").loc[now["report_id"]]
    model = tuple(column for column in OWNED if column.name in names)
    if rows_of(now, model) != rows_of(after, model):
        raise BadFile(f"Rows of run {run.run_id} were changed again since: undo the later run first (`python -m etl status` lists them).")
    rows = now.assign(**{name: pd.Series(before[name].to_numpy(), index=now.index).astype(now[name].dtype) for name in names})
    joined = join(connection, Rows(rows.iloc[:0], rows, ()))
    states = [(run.run_id, "undone")]
    return Change(undoing, joined.rows, undoing.started_at.date(), seen, forgets=[run.run_id], states=states)


def _merged(connection: sa.Connection, statuses: list[tuple[str, str, str, bool | None]]) -> pd.DataFrame:
    """The pairs that are one fact when these have gone back to what they were."""
    merged = pairing.merged(connection)
    if not statuses:
        return merged
    changed = pd.MultiIndex.from_tuples([(one, two) for one, two, _, _ in statuses])
    kept = merged[~pd.MultiIndex.from_frame(merged[["report_a", "report_b"]]).isin(changed)] if len(merged) else merged
    back = {(one, two) for one, two, status, _ in statuses if status == "merged"}
    again = pairing.between(connection, {report for pair in back for report in pair})
    again = again[[pair in back for pair in zip(again["report_a"], again["report_b"], strict=True)]] if len(again) else again
    again = again.reindex(columns=["report_a", "report_b", "score"]).assign(decided_by=pairing.BY_RULES)
    return pd.concat([part for part in (kept, again) if len(part)] or [kept], ignore_index=True)
