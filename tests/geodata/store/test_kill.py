"""Kill the import at any moment: the store holds whole files only, and the next run makes it what it would have been."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store
from geodata.store.writing import save_file

ROWS = 600
#: Statements after which to die, through making the tables (the first 30 or so) and both files; then parts of the whole time.
MOMENTS = [*range(0, 100, 4), *(part / 20 for part in range(1, 20))]

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[bool]]:
    """A folder with the store of an import that was left alone, and one store per killed import."""
    folder = tmp_path_factory.mktemp("killed")
    script = Path(__file__).with_name("killing.py")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, str(script), str(folder), json.dumps(MOMENTS)],
        capture_output=True,
        text=True,
        timeout=500,
        env=environment,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, json.loads(done.stdout)


def test_most_imports_really_were_killed_and_some_of_them_in_the_middle_of_a_file(killed):
    folder, dead = killed
    assert sum(dead) > len(MOMENTS) * 0.7
    stores = [folder / f"{number}-killed" / "panj.sqlite" for number in range(len(MOMENTS))]
    assert any(store.exists() and store.with_name("panj.sqlite-wal").exists() for store in stores)


@pytest.mark.parametrize("number", range(len(MOMENTS)), ids=lambda number: f"at-{MOMENTS[number]}")
def test_after_a_kill_there_are_whole_files_only_and_the_next_run_completes_the_store(killed, number, events, batch, contents, tmp_path):
    folder, _ = killed
    left = folder / f"{number}-killed"
    if left.exists():
        shutil.copytree(left, tmp_path / "data")
    store = open_store(Settings.from_environment({"PANJ_DATA": str(tmp_path / "data")}), create=True)
    runs = reading.runs(store, role="command")
    assert len(reading.files(store, role="command")) == len(runs)
    assert len(reading.events(store, role="command", in_region=None)) == ROWS * len(runs)
    assert len(reading.rejected(store, role="command")) == 5 * len(runs)
    for seed, name in enumerate(("a.csv", "b.csv")):
        save_file(store, batch(name, events(ROWS, seed=seed, outside=20), n_rejected=5, n_totals=3 + seed))
    store.dispose()
    assert contents(tmp_path / "data" / "panj.sqlite") == contents(folder / "unharmed" / "panj.sqlite")
