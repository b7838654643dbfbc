"""The way in: UNODC's 311,038 rows through the whole ETL, and reading the demonstration store back."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from measure import Figure, not_measured

from geodata.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
NAME = "import of the 311,038 UNODC rows"


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Seconds and peak memory of the command as a user types it."""
    yield from _reading(settings, events)
    file = None if shared is None else shared / "data" / "unodc_ids_2011_2016.zip"
    if file is None or not file.is_file():
        yield not_measured(NAME, "the file is not on this machine: ../shared/data/unodc_ids_2011_2016.zip")
        return
    started = time.perf_counter()
    pd.read_csv(file, sep=";", dtype=str, keep_default_na=False, encoding_errors="replace")
    peer = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        # The places are made once for a machine, not for every file: they are taken over.
        (Path(folder) / "cache").symlink_to(settings.cache, target_is_directory=True)
        seconds, megabytes, said = _run(["-m", "etl", "run", "--feed", "unodc_ids", str(file), "--quiet"], folder)
    yield Figure(NAME, "s", seconds, peer, "pandas.read_csv alone", most=90)
    yield Figure("peak memory of that import", "MB", megabytes, most=2_000)
    print(f"  {said}", flush=True)


def _reading(settings: Settings, events: pd.DataFrame) -> Iterator[Figure]:
    from geodata.store import reading
    from geodata.store.engine import open_store

    engine = open_store(settings, create=False)
    started = time.perf_counter()
    reading.events(engine, role="command")
    taken = time.perf_counter() - started
    engine.dispose()
    yield Figure(f"all {len(events):,} rows out of the store", "s", taken)


def _run(arguments: list[str], folder: str) -> tuple[float, float, str]:
    """Seconds, peak megabytes and last line of a command of its own; raises with its words when it fails."""
    env = {**os.environ, "PANJ_DATA": folder, "PYTHONPATH": str(ROOT)}
    env.pop("DATABASE_URL", None)
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as child:
        said = child.communicate()[0]
    seconds = time.perf_counter() - started
    if child.returncode:
        raise RuntimeError(said.strip().splitlines()[-1] if said.strip() else f"exit code {child.returncode}")
    # The largest child so far; the import is by far the largest that this program starts before the browser.
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)
    return seconds, peak, said.strip().splitlines()[-1]
