"""Pipeline: one file through collect, parse, locate, merge, check and save; and the files that ship with the project."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl.closing import Closing
from etl.collect import Collected, collect
from etl.feeds import Feed, feed_named
from etl.judging import Judged, judge
from etl.merge import merge_events, merge_totals
from etl.page_columns import make_page_columns, warm_kernels
from etl.parse import latest_year
from etl.progress import Progress, no_progress
from etl.replace import like_stored, stored_file
from etl.save import known_event_ids, save, store_if_there
from etl.taking import Taken, take
from geodata.errors import BadFile
from geodata.feeds import facts_of
from geodata.model import NATIONAL_TOTAL, columns
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store, reading_from
from geodata.store.runs import Overtaken
from geodata.store.writing import FileBatch, RowCounts, known_file

Clock = Callable[[], dt.datetime]
#: How often a file is judged again before it gives way to other writers.
TRIES = 5
#: The tables that ship with the project and are reports: feed -> file in `geodata/places/files`.
SHIPPED = {"press_reports": "press_reports.csv", "national_seizures": "national_seizures.csv"}


def utc_now() -> dt.datetime:
    """The clock of the command line; tests bring their own."""
    return dt.datetime.now(dt.UTC)


def run_shipped(settings: Settings, progress: Progress = no_progress, now: Clock = utc_now) -> list[Closing]:
    """Load the reports that ship with the project, and make the caches that the dashboard reads. Needs no network."""
    from geodata.places.files import FOLDER

    closings = [run_file(settings, feed, FOLDER / name, progress, now) for feed, name in SHIPPED.items()]
    make_caches(settings, progress)
    return closings


def make_caches(settings: Settings, progress: Progress = no_progress) -> None:
    """Everything that the dashboard draws and that takes long to derive; what is there already is left alone."""
    from geodata.places.areas import district_areas, province_areas
    from geodata.places.gazetteer import load_gazetteer
    from geodata.places.ground import ground_files

    steps: tuple[Callable[[Path], object], ...] = (ground_files, district_areas, province_areas, load_gazetteer)
    for done, make in enumerate(steps):
        progress("maps", done, len(steps))
        make(settings.cache)
    progress("maps", len(steps), len(steps))
    make_page_columns(settings, progress)
    warm_kernels(settings)


def run_file(
    settings: Settings,
    feed_name: str,
    file: Path,
    progress: Progress = no_progress,
    now: Clock = utc_now,
    *,
    name: str | None = None,
    who: str = "",
    replaces: str | None = None,
) -> Closing:
    """Take one file in. name: what its sender called it, if not as it lies here. who: initials of whoever gives it.

    replaces: name or SHA-256 of the stored file of this feed that it corrects: reports that only that one held leave the store.
    Raises BadFile (nothing was changed) and StoreProblem; a bad row is a rejection, never an error.
    """
    feed = feed_named(feed_name, settings)
    holds = facts_of(feed.name).holds
    started_at = now()
    with collected_from(file, settings.raw, progress, name) as collected, store_of(settings) as engine:
        if engine is not None and (known := known_file(engine, collected.sha256, feed.name)):
            return Closing(feed.name, collected.name, known, is_known=True, holds=holds)
        old = None if replaces is None else stored_file(engine, feed.name, replaces)
        taken = take(settings, feed, collected, engine, progress, latest_year(started_at.date()))
        with contextlib.nullcontext(engine) if engine is not None else _opened(settings) as store:
            batch, counts, known_before = _saved(store, settings, feed, collected, taken, old, who, (started_at, now), progress)
            like = None if old is not None else like_stored(store, feed.name, collected.sha256, known_before)
    return Closing(
        feed=feed.name,
        name=collected.name,
        counts=counts,
        is_known=False,
        holds=holds,
        levels=_levels(taken.located),
        reasons={str(reason): int(n) for reason, n in batch.rejected["reason"].value_counts().items()},
        strange=taken.parsed.strange,
        unused=taken.table.unused,
        pairs={} if batch.pairs is None else {str(status): int(n) for status, n in batch.pairs["status"].value_counts().items()},
        questions=len(taken.review),
        gone=len(batch.gone),
        like=like,
    )


def _saved(
    store: sa.Engine,
    settings: Settings,
    feed: Feed,
    collected: Collected,
    taken: Taken,
    old: str | None,
    who: str,
    when: tuple[dt.datetime, Clock],
    progress: Progress,
) -> tuple[FileBatch, RowCounts, list[str]]:
    """Judge and save. Where another run changed the store meanwhile, what was judged is judged again."""
    for turn in range(1, TRIES + 1):
        with reading_from(store) as connection:
            judged = judge(connection, taken.located, feed.name, old, progress)
        batch = _batch(store, settings, feed, collected, taken, judged, old, who, when)
        progress("save", 0, taken.table.rows_in)
        try:
            counts = save(store, batch)
        except Overtaken:
            if turn == TRIES:
                raise
            continue
        progress("save", taken.table.rows_in, taken.table.rows_in)
        return batch, counts, sorted(judged.known_reports)
    raise Overtaken("The store changed at every try.")


def _batch(
    store: sa.Engine,
    settings: Settings,
    feed: Feed,
    collected: Collected,
    taken: Taken,
    judged: Judged,
    old: str | None,
    who: str,
    when: tuple[dt.datetime, Clock],
) -> FileBatch:
    parsed = taken.parsed
    if parsed.totals is not None:
        merged = merge_totals(parsed.totals, reading.national_totals(store, role="command"), settings.region)
    else:
        # Most feeds have one row an event under the report's own id; only shared ids can be in the store without the report.
        shared = taken.located.loc[taken.located["event_id"] != taken.located["report_id"], "event_id"].unique()
        known = known_event_ids(store, shared, without=judged.gone) | judged.known_events
        merged = merge_events(judged.located, judged.known_reports, known)
    return FileBatch(
        feed=feed.name,
        file_sha256=collected.sha256,
        name=collected.name,
        size=collected.size,
        rows_in=taken.table.rows_in,
        located=judged.located,
        rejected=taken.rejected,
        national_totals=None if parsed.totals is None else parsed.totals[columns(NATIONAL_TOTAL)],
        merged=merged.merged,
        repeats=merged.repeats,
        started_at=when[0],
        finished_at=when[1](),
        as_of=when[0].date(),
        events=merged.events,
        outside_region=merged.outside_region,
        who=who,
        replaces=old,
        gone=judged.gone,
        changed=judged.changed,
        pairs=judged.pairs,
        apart=judged.apart,
        review=taken.review,
        seen=judged.seen,
        known=judged.known_reports,
    )


@contextlib.contextmanager
def collected_from(file: Path, raw: Path, progress: Progress, name: str | None = None) -> Iterator[Collected]:
    """Keep the bytes. Those of a file that turns out to be unusable are let go again: nothing of it is in the store."""
    collected = collect(file, raw, progress)
    try:
        yield collected if name is None else collected._replace(name=name)
    except BadFile:
        if collected.is_new:
            collected.path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def store_of(settings: Settings) -> Iterator[sa.Engine | None]:
    """The store, or None where there is none yet."""
    engine = store_if_there(settings)
    try:
        yield engine
    finally:
        if engine is not None:
            engine.dispose()


@contextlib.contextmanager
def _opened(settings: Settings) -> Iterator[sa.Engine]:
    engine = open_store(settings, create=True)
    try:
        yield engine
    finally:
        engine.dispose()


def _levels(located: pd.DataFrame) -> dict[str, int]:
    """Rows of the region by precision level, from sharp to none."""
    from geodata.model import PRECISION_LEVELS

    counts = located.loc[located["in_region"].astype(bool), "precision_level"].value_counts()
    return {level: int(counts[level]) for level in PRECISION_LEVELS if level in counts}
