"""Review: what persons decided about places, pairs and grades takes effect on the stored events. One run for each of the three kinds."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import pandas as pd
import sqlalchemy as sa

from etl.joined import join
from etl.judging import pairs_of
from etl.parse import GIVEN
from etl.progress import Progress, no_progress
from etl.taking import decisions_of, locate
from geodata.model import EVENT, LOCATED_EVENT, columns
from geodata.places.names import name_key
from geodata.settings import Settings
from geodata.store import desk, pairing, present
from geodata.store.applying import Change, save_change
from geodata.store.changing import Rows
from geodata.store.engine import open_store, reading_from
from geodata.store.present import OWNED
from geodata.store.runs import Overtaken, Run
from geodata.store.tables import GRADES, PAIR_STEPS, PLACE_DECISIONS

Clock = Callable[[], dt.datetime]
#: What the locator decides of a row.
PLACED = [name for name in columns(LOCATED_EVENT) if name not in columns(EVENT) and name not in ("in_region", "duplicate_of")]
GRADED = ["source_reliability", "information_accuracy"]
#: How often a change is worked out again before it gives way to other writers.
TRIES = 5


class Applied(NamedTuple):
    """run_ids: the runs that were needed, none where nothing waited. changed: rows that are other than before."""

    run_ids: list[int]
    changed: int


def utc_now() -> dt.datetime:
    """The clock of the command line; tests bring their own."""
    return dt.datetime.now(dt.UTC)


def apply_decisions(settings: Settings, progress: Progress = no_progress, *, who: str = "", now: Clock = utc_now) -> Applied:
    """Let every decision that waits take effect. who: initials of whoever asks for it. Raises StoreProblem where there is no store."""
    engine = open_store(settings, create=True)
    run_ids, changed = [], 0
    try:
        for done, (step, work_out) in enumerate((("places", _places), ("grades", _grades), ("pairs", _pairs))):
            progress(step, done, 3)
            for turn in range(1, TRIES + 1):
                change = work_out(engine, settings, who, now, progress)
                if change is None:
                    break
                try:
                    run_id, outcome = save_change(engine, change)
                except Overtaken:
                    if turn == TRIES:
                        raise
                    continue
                run_ids.append(run_id)
                changed += outcome.changed
                break
        progress("pairs", 3, 3)
    finally:
        engine.dispose()
    return Applied(run_ids, changed)


def _run(kind: str, who: str, started_at: dt.datetime, now: Clock) -> Run:
    return Run(kind, who, started_at, now())


def _places(engine: sa.Engine, settings: Settings, who: str, now: Clock, progress: Progress) -> Change | None:
    """Rows whose place was decided, or is no longer: placed as an import of today would place them."""
    started_at = now()
    with reading_from(engine) as connection:
        new, back = (_waiting(connection, PLACE_DECISIONS, which) for which in (desk.is_new, desk.is_taken_back))
        if not new and not back:
            return None
        seen = present.content_now(connection)
        standing = connection.execute(sa.select(PLACE_DECISIONS).where(PLACE_DECISIONS.c.undone_at.is_(None)))
        decided = {(row.country_iso3, row.place_key) for row in standing}
        keys = {(row.country_iso3, row.place_key) for row in (*new, *back)}
        texts = [(country, text) for country, text in present.places_named(connection) if (country, name_key(text)) in keys]
        rows = present.of_places(connection, texts, OWNED)
        # Coordinates that came with the report are no question of its words.
        rows = rows[~rows["locate_rule"].str.startswith("coordinates")].reset_index(drop=True)
        former = [present.ended_by(connection, int(row.applied_run)) for row in back if (row.country_iso3, row.place_key) not in decided]
    placed, review = _placed_anew(rows, settings, engine, progress)
    if former:
        placed = _restored(placed, pd.concat(former, ignore_index=True), decided)
    with reading_from(engine) as connection:
        if present.content_now(connection) != seen:
            raise Overtaken("Another import or decision changed the store at the same moment; nothing was saved: run the command again.")
        pairs = pairs_of(connection, placed)
        merged = pd.concat([pairing.merged(connection), pairing.sure(pairs)], ignore_index=True)
        joined = join(connection, Rows(placed.iloc[:0], placed, ()), merged)
    return Change(
        run=_run("decisions", who, started_at, now),
        rows=joined.rows,
        as_of=started_at.date(),
        seen=seen,
        places=[int(row.decision_id) for row in new],
        places_back=[int(row.decision_id) for row in back],
        review=review,
        pairs=pairs,
    )


def _placed_anew(rows: pd.DataFrame, settings: Settings, engine: sa.Engine, progress: Progress) -> tuple[pd.DataFrame, pd.DataFrame]:
    asked = rows[columns(EVENT)].assign(**dict.fromkeys(GIVEN, pd.Series(float("nan"), index=rows.index, dtype="float64")))
    located, review = locate(asked, settings, decisions_of(engine), progress)
    return rows.assign(**{name: located[name] for name in PLACED}), review


def _restored(placed: pd.DataFrame, former: pd.DataFrame, decided: set[tuple[str, str]]) -> pd.DataFrame:
    """Rows whose decision was taken back stand where they stood before it; rows that came after it keep what the locator says now."""
    keys = [(country, name_key(text)) for country, text in zip(placed["country_iso3"], placed["place_text"].fillna(""), strict=True)]
    free = pd.Series([key not in decided for key in keys], index=placed.index)
    was = former.drop_duplicates("report_id").set_index("report_id")
    there = (placed["report_id"].isin(was.index) & free).to_numpy(bool)
    before = was.loc[placed["report_id"][there]]
    filled = {}
    for name in PLACED:
        values = placed[name].to_numpy(dtype=object, copy=True)
        values[there] = before[name].to_numpy(object)
        filled[name] = pd.Series(values, index=placed.index).astype(placed[name].dtype)
    return placed.assign(**filled)


def _grades(engine: sa.Engine, settings: Settings, who: str, now: Clock, progress: Progress) -> Change | None:
    """Rows whose grade was given or taken back: the last grade that stands counts, else what the report said itself."""
    started_at = now()
    with reading_from(engine) as connection:
        new, back = (_waiting(connection, GRADES, which) for which in (desk.is_new, desk.is_taken_back))
        if not new and not back:
            return None
        seen = present.content_now(connection)
        touched = set().union(*(_reports_of(connection, row) for row in (*new, *back)))
        rows = present.by_reports(connection, sorted(touched), OWNED)
        graded = rows.set_index("report_id")[GRADED].astype(object)
        own = present.oldest(connection, sorted(touched), tuple(column for column in OWNED if column.name in ("report_id", *GRADED)))
        own = own.set_index("report_id")[GRADED].astype(object)
        there = own.index.intersection(graded.index)
        graded.loc[there] = own.loc[there]
        for row in connection.execute(sa.select(GRADES).where(GRADES.c.undone_at.is_(None)).order_by(GRADES.c.grade_id)).all():
            reports = graded.index.isin(_reports_of(connection, row))
            for name in GRADED:
                if getattr(row, name) is not None:
                    graded.loc[reports, name] = getattr(row, name)
    rows = rows.assign(**{name: pd.Series(graded[name].to_numpy(object), index=rows.index).astype("str") for name in GRADED})
    return Change(
        run=_run("grades", who, started_at, now),
        rows=Rows(rows.iloc[:0], rows, ()),
        as_of=started_at.date(),
        seen=seen,
        grades=[int(row.grade_id) for row in new],
        grades_back=[int(row.grade_id) for row in back],
    )


def _reports_of(connection: sa.Connection, grade: "sa.Row[tuple[object, ...]]") -> set[str]:
    import json

    if grade.report_ids is not None:
        return set(json.loads(grade.report_ids))
    return present.reports_of(connection, grade.feed, grade.file_sha256)


def _pairs(engine: sa.Engine, settings: Settings, who: str, now: Clock, progress: Progress) -> Change | None:
    """Rows whose event is another since pairs were merged or parted."""
    started_at = now()
    with reading_from(engine) as connection:
        if connection.execute(sa.select(PAIR_STEPS.c.step_id).where(PAIR_STEPS.c.run_id.is_(None)).limit(1)).first() is None:
            return None
        seen = present.content_now(connection)
        nothing = present.by_reports(connection, [], OWNED)
        rows = join(connection, Rows(nothing, nothing, ())).rows
    return Change(run=_run("pairs", who, started_at, now), rows=rows, as_of=started_at.date(), seen=seen, takes_steps=True)


def _waiting(
    connection: sa.Connection, table: sa.Table, which: Callable[[sa.Table], sa.ColumnElement[bool]]
) -> "list[sa.Row[tuple[object, ...]]]":
    return list(connection.execute(sa.select(table).where(which(table))).all())
