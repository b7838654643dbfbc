"""Fill a store of its own with generated events: `python -m etl demo --events N --seed S`."""

import datetime as dt
import hashlib
import json

import numpy as np
import pandas as pd
import sqlalchemy as sa

from etl.demo.reports import draw_reports
from etl.demo.scene import Scene, make_scene
from etl.ground import Ground, load_ground
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
from geodata.store.engine import open_store
from geodata.store.writing import FileBatch, known_file, mark_generated

FEED = "demo"
#: Raised when other events come out of the same seed.
RECIPE = 1
#: Events of one file and one transaction: what is held in memory at a time.
CHUNK = 250_000
#: The day on which the demonstration takes place: it decides how old its reports are, and so what outsiders see of them.
TODAY = dt.date(2026, 3, 1)


def run(settings: Settings, events: int, seed: int, progress: Progress | None = None) -> None:
    """Generate ``events`` events into the store of ``settings`` and mark it as generated.

    The same seed and number give the same content. A run that was cut short goes on where it stopped; a finished one changes
    nothing. Raises StoreProblem where the store holds real reports, or the events of another seed or number.
    """
    tell = no_progress if progress is None else progress
    recipes = [_recipe(settings, events, seed, first, min(CHUNK, events - first)) for first in range(0, events, CHUNK)]
    engine = open_store(settings, create=True)
    try:
        _refuse_others(settings, engine, {_sha256(recipe) for recipe in recipes})
        mark_generated(engine)
        missing = [(k, recipe) for k, recipe in enumerate(recipes) if known_file(engine, _sha256(recipe), FEED) is None]
        if missing:
            _generate(settings, engine, events, seed, missing, tell)
    finally:
        engine.dispose()


def _generate(settings: Settings, engine: sa.Engine, events: int, seed: int, missing: list[tuple[int, bytes]], tell: Progress) -> None:
    scene = make_scene(settings.cache, settings.region, seed)
    if not scene.origins:
        raise StoreProblem(
            f"No place of {', '.join(settings.region)} is known: set PANJ_REGION to countries around the Panj, as in TJK,AFG."
        )
    ground, gazetteer = load_ground(settings.cache, settings.region), load_gazetteer(settings.cache)
    for k, recipe in missing:
        n = min(CHUNK, events - k * CHUNK)
        tell("generate", k * CHUNK, events)
        batch = _batch(settings, scene, ground, gazetteer, recipe, n, (seed, k))
        save(engine, batch)
    tell("generate", events, events)


def _batch(
    settings: Settings, scene: Scene, ground: Ground, gazetteer: pd.DataFrame, recipe: bytes, n: int, seed: tuple[int, int]
) -> FileBatch:
    started_at = dt.datetime.now(dt.UTC)
    number, k = seed
    sha256 = _keep(settings, recipe)
    rng = np.random.default_rng(np.random.SeedSequence([number, 1, k]))
    reports = draw_reports(scene, n, rng, Context(FEED, sha256, TODAY.year), first_number=k * CHUNK + 1)
    located = locate_events(reports, gazetteer, ground, settings.region).events
    merged = merge_events(located, set(), set())
    return FileBatch(
        feed=FEED,
        file_sha256=sha256,
        name=f"demo-seed{number}-{k + 1}.json",
        size=len(recipe),
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
    )


def _recipe(settings: Settings, events: int, seed: int, first: int, n: int) -> bytes:
    """What a part is made from: the same recipe gives the same events again. It is the file whose bytes are kept."""
    parts = {"generated": True, "recipe": RECIPE, "seed": seed, "events": events, "first": first, "n": n, "region": list(settings.region)}
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
