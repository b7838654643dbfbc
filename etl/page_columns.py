"""Page columns: after every change of a large store, the file from which the dashboard answers; and the kernels it asks, compiled."""

import hashlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from etl.progress import Progress, no_progress
from etl.save import store_if_there
from geodata.settings import Settings
from geodata.store import reading

if TYPE_CHECKING:
    from layers.page_columns import Things


def make_page_columns(settings: Settings, progress: Progress = no_progress) -> None:
    """Make the file of the newest version where there are enough events and it is not made yet. Raises StoreProblem, OSError."""
    engine = store_if_there(settings)
    if engine is None:
        return
    try:
        facts = reading.facts(engine, role="command")
        from layers.page_columns import LARGE, NEEDED, address, make

        if (facts.n_events or 0) < LARGE:
            return
        things = _things(settings)
        path = address(settings.cache, facts.data_version, things)
        if not path.exists():
            progress("columns", 0, 1)
            make(path, reading.portions(engine, role="command", only=NEEDED), things)
            progress("columns", 1, 1)
    finally:
        engine.dispose()


def _things(settings: Settings) -> "Things":
    from geodata.places.areas import area_shapes
    from geodata.places.corridors import load_corridors
    from geodata.places.posts import load_posts
    from geodata.places.sections import load_sections
    from layers.page_columns import Things

    return Things(load_posts(), load_corridors(), load_sections(settings.cache), area_shapes(settings.cache))


def warm_kernels(settings: Settings) -> None:
    """Compile what the pages compute with, once for each version of it: the compiler keeps its work beside the code.

    In a process of its own: the compiler's half gigabyte would stay with an import that has just read a large file.
    """
    import numba

    import layers

    code = Path(layers.__path__[0])
    told = hashlib.sha256(f"{numba.__version__} {sys.implementation.cache_tag}".encode())
    for path in sorted(code.rglob("kernels*.py")):
        told.update(path.read_bytes())
    # Beside the code, as the compiler's own work, where that may be written: another data folder need not wait again.
    kept = code / "__pycache__" if os.access(code / "__pycache__", os.W_OK) else settings.cache
    done = kept / f"kernels-{told.hexdigest()[:12]}.compiled"
    if done.exists():
        return
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as other:
            other.submit(compile_kernels).result()
    except (BrokenProcessPool, OSError):
        compile_kernels()
    kept.mkdir(parents=True, exist_ok=True)
    done.touch()


def compile_kernels() -> None:
    """Call every compiled function once."""
    from layers.warming import warm_ups

    for warm_up in warm_ups():
        warm_up()
