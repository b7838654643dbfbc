"""Fill a store of its own with generated events: `python -m etl demo --events N --seed S`."""

import datetime as dt
import hashlib
import json

import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl.demo.pool import make_pool
from etl.demo.reports import draw_located, draw_reports
from etl.demo.scene import make_scene
from etl.ground import load_ground
from etl.locate import locate_events
from etl.merge import merge_events
from etl.parse import Context
from etl.progress import Progress, no_progress
from etl.save import save
from geodata.errors import StoreProblem
from geodata.model import REJECTED, empty
from geodata.places.gazetteer import load_gazetteer
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import CACHE_MIB, open_store, reading_from
from geodata.store.present import content_now
from geodata.store.writing import FileBatch, known_file, mark_generated

FEED = "demo"
#: Raised when other events come out of the same seed: of the first part, located report by report, and of those after it (`etl.demo.pool`).
RECIPE, POOL_RECIPE = 1, 2
#: Events of one file and one transaction, of the first part and of each after it: what is held in memory at a time.
CHUNK, LARGE_CHUNK = 250_000, 500_000
#: Memory for the indexes of a store of millions.
LARGE_CACHE_MIB = 1_536
#: The day on which the demonstration takes place: it decides how old its reports are, and so what outsiders see of them.
TODAY = dt.date(2026, 3, 1)


def run(settings: Settings, events: int, seed: int, progress: Progress | None = None) -> None:
    """Generate ``events`` events into the store of ``settings`` and mark it as generated.

    The same seed and number give the same content. A run that was cut short goes on where it stopped; a finished one changes
    nothing. Raises StoreProblem where the store holds real reports, or the events of another seed or number.
    """
    tell = no_progress if progress is None else progress
    parts = _parts(events)
    recipes = [_recipe(settings, events, seed, first, n) for first, n in parts]
    # The keys of reports have no order: an index that does not fit into memory is read and written anew with every part.
    engine = open_store(settings, create=True, cache_mib=CACHE_MIB if events <= CHUNK else LARGE_CACHE_MIB)
    try:
        _refuse_others(settings, engine, {_sha256(recipe) for recipe in recipes})
        mark_generated(engine)
        missing = [k for k, recipe in enumerate(recipes) if known_file(engine, _sha256(recipe), FEED) is None]
        if missing:
            _generate(settings, engine, events, seed, [(k, *parts[k], recipes[k]) for k in missing], tell)
    finally:
        engine.dispose()


def _parts(events: int) -> list[tuple[int, int]]:
    """First event and number of events of each part."""
    starts = [0, *range(CHUNK, events, LARGE_CHUNK)] if events > CHUNK else [0]
    return [(first, min(end, events) - first) for first, end in zip(starts, [*starts[1:], events], strict=True)]


def _generate(
    settings: Settings, engine: sa.Engine, events: int, seed: int, missing: list[tuple[int, int, int, bytes]], tell: Progress
) -> None:
    scene = make_scene(settings.cache, settings.region, seed)
    if not scene.origins:
        raise StoreProblem(
            f"No place of {', '.join(settings.region)} is known: set PANJ_REGION to countries around the Panj, as in TJK,AFG."
        )
    ground, gazetteer = load_ground(settings.cache, settings.region), load_gazetteer(settings.cache)
    pool = make_pool(scene, gazetteer, ground, settings.region, seed) if any(k for k, *_ in missing) else None
    for k, first, n, recipe in missing:
        tell("generate", first, events)
        started_at = dt.datetime.now(dt.UTC)
        context = Context(FEED, _keep(settings, recipe), TODAY.year)
        rng = np.random.default_rng(np.random.SeedSequence([seed, 1, k]))
        if k == 0 or pool is None:
            reports = draw_reports(scene, n, rng, context, first + 1)
            located = locate_events(reports, gazetteer, ground, settings.region).events
        else:
            located = draw_located(scene, pool, n, rng, context, first + 1)
        save(engine, _batch(engine, located, context, f"demo-seed{seed}-{k + 1}.json", len(recipe), started_at, is_further=k > 0))
    tell("generate", events, events)


def _batch(
    engine: sa.Engine, located: pd.DataFrame, context: Context, name: str, size: int, started_at: dt.datetime, *, is_further: bool
) -> FileBatch:
    """is_further: a part after the first. No report of it can be stored already, its number is new, and outsiders are not shown it:
    what they may see would have to be decided anew over all millions with every part."""
    merged = merge_events(located, set(), set())
    with reading_from(engine) as connection:
        seen = content_now(connection)
    return FileBatch(
        feed=FEED,
        file_sha256=context.sha256,
        name=name,
        size=size,
        rows_in=len(located),
        located=located,
        rejected=empty(REJECTED),
        national_totals=None,
        merged=merged.merged,
        repeats=merged.repeats,
        started_at=started_at,
        finished_at=dt.datetime.now(dt.UTC),
        as_of=TODAY,
        events=merged.events,
        outside_region=merged.outside_region,
        generated=True,
        kept_back=is_further,
        seen=seen if is_further else None,
        known=() if is_further else None,
    )


def _recipe(settings: Settings, events: int, seed: int, first: int, n: int) -> bytes:
    """What a part is made from: the same recipe gives the same events again. It is the file whose bytes are kept."""
    recipe = POOL_RECIPE if first else RECIPE
    parts = {"generated": True, "recipe": recipe, "seed": seed, "events": events, "first": first, "n": n, "region": list(settings.region)}
    return (json.dumps(parts) + "\n").encode()


def _sha256(recipe: bytes) -> str:
    return hashlib.sha256(recipe).hexdigest()


def _keep(settings: Settings, recipe: bytes) -> str:
    sha256 = _sha256(recipe)
    settings.raw.mkdir(parents=True, exist_ok=True)
    unfinished = settings.raw / f".incoming-{sha256}"
    unfinished.write_bytes(recipe)
    unfinished.replace(settings.raw / sha256)
    return sha256


def _refuse_others(settings: Settings, engine: sa.Engine, wanted: set[str]) -> None:
    files = reading.files(engine, role="command")
    real = files[~files["generated"].astype(bool)] if len(files) else files
    if len(real):
        raise StoreProblem(
            f"The store in {settings.data} holds real reports ({real['name'].iloc[0]}): generated events go into one of their own. "
            "Set PANJ_DATA to another folder, as in PANJ_DATA=demo-data."
        )
    others = set(files["sha256"]) - wanted if len(files) else set()
    if others:
        raise StoreProblem(
            f"The store in {settings.data} holds generated events of another seed or number: "
            "remove that folder, or set PANJ_DATA to a new one."
        )
