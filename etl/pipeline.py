"""Pipeline: one file through collect, parse, locate, merge, check and save; and the files that ship with the project."""

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import sqlalchemy as sa

from etl.closing import Closing
from etl.collect import Collected, collect
from etl.feeds import FEEDS, Feed
from etl.merge import Merged, merge_events, merge_totals
from etl.parse import Context, Parsed, latest_year
from etl.progress import Progress, no_progress
from etl.reading import Table, read_table
from etl.save import known_event_ids, save, store_if_there
from geodata.errors import BadFile
from geodata.feeds import FEEDS as FACTS
from geodata.model import LOCATED_EVENT, NATIONAL_TOTAL, REJECTED, columns, empty
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store
from geodata.store.writing import FileBatch, known_file, known_report_ids

Clock = Callable[[], dt.datetime]
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


def run_file(settings: Settings, feed_name: str, file: Path, progress: Progress = no_progress, now: Clock = utc_now) -> Closing:
    """Take one file in. Raises BadFile (nothing was changed) and StoreProblem; a bad row is a rejection, never an error."""
    feed = FEEDS[feed_name]
    started_at = now()
    with _collected(file, settings.raw, progress) as collected, _engine(settings) as engine:
        if engine is not None and (known := known_file(engine, collected.sha256, feed.name)):
            return Closing(feed.name, collected.name, known, is_known=True, holds=FACTS[feed.name].holds)
        table = read_table(collected.path, collected.name, feed.required, feed.optional, progress)
        progress("parse", 0, table.rows_in)
        parsed = feed.parse(table, Context(feed.name, collected.sha256, latest_year(started_at.date())))
        progress("parse", table.rows_in, table.rows_in)
        located = _located(parsed, settings, progress)
        with contextlib.nullcontext(engine) if engine is not None else _opened(settings) as store:
            merged = _merged(parsed, located, store, settings.region)
            batch = _batch(feed, collected, table, parsed, located, merged, started_at, now())
            progress("save", 0, table.rows_in)
            counts = save(store, batch)
            progress("save", table.rows_in, table.rows_in)
    return Closing(
        feed=feed.name,
        name=collected.name,
        counts=counts,
        is_known=False,
        holds=FACTS[feed.name].holds,
        levels=_levels(located),
        reasons={str(reason): int(n) for reason, n in batch.rejected["reason"].value_counts().items()},
        strange=parsed.strange,
        unused=table.unused,
    )


@contextlib.contextmanager
def _collected(file: Path, raw: Path, progress: Progress) -> Iterator[Collected]:
    """Keep the bytes. Those of a file that turns out to be unusable are let go again: nothing of it is in the store."""
    collected = collect(file, raw, progress)
    try:
        yield collected
    except BadFile:
        if collected.is_new:
            collected.path.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _engine(settings: Settings) -> Iterator[sa.Engine | None]:
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


def _located(parsed: Parsed, settings: Settings, progress: Progress) -> pd.DataFrame:
    if parsed.events.empty:
        return empty(LOCATED_EVENT)
    from etl.locate import locate_events, locate_outside

    if not parsed.events["country_iso3"].isin(settings.region).any():
        return locate_outside(parsed.events)
    from etl.ground import load_ground
    from geodata.places.gazetteer import load_gazetteer, name_key

    progress("locate", 0, len(parsed.events))
    gazetteer = load_gazetteer(settings.cache)
    ground = load_ground(settings.cache, settings.region)
    located = locate_events(parsed.events, gazetteer, ground, settings.region, name_key)
    progress("locate", len(parsed.events), len(parsed.events))
    return located


def _merged(parsed: Parsed, located: pd.DataFrame, store: sa.Engine, region: tuple[str, ...]) -> Merged:
    if parsed.totals is not None:
        return merge_totals(parsed.totals, reading.national_totals(store, role="command"), region)
    known_reports = known_report_ids(store, located["report_id"])
    # Most feeds have one row an event under the report's own id; only shared ids can be in the store without the report.
    shared = located.loc[located["event_id"] != located["report_id"], "event_id"].unique()
    return merge_events(located, known_reports, known_event_ids(store, shared))


def _batch(
    feed: Feed,
    collected: Collected,
    table: Table,
    parsed: Parsed,
    located: pd.DataFrame,
    merged: Merged,
    started_at: dt.datetime,
    finished_at: dt.datetime,
) -> FileBatch:
    rejected = pd.concat([table.ragged, parsed.rejected], ignore_index=True).assign(feed=feed.name, file_sha256=collected.sha256)
    rejected = rejected.sort_values("row_number", ignore_index=True)[columns(REJECTED)]
    totals = None if parsed.totals is None else parsed.totals[columns(NATIONAL_TOTAL)]
    return FileBatch(
        feed=feed.name,
        file_sha256=collected.sha256,
        name=collected.name,
        size=collected.size,
        rows_in=table.rows_in,
        located=located,
        rejected=rejected,
        national_totals=totals,
        merged=merged.merged,
        repeats=merged.repeats,
        started_at=started_at,
        finished_at=finished_at,
        as_of=started_at.date(),
        events=merged.events,
        outside_region=merged.outside_region,
    )


def _levels(located: pd.DataFrame) -> dict[str, int]:
    """Rows of the region by precision level, from sharp to none."""
    from geodata.model import PRECISION_LEVELS

    counts = located.loc[located["in_region"].astype(bool), "precision_level"].value_counts()
    return {level: int(counts[level]) for level in PRECISION_LEVELS if level in counts}
