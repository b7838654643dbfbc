"""Run by test_kill.py: save a file in processes that are killed, each at another moment, and go on in a new process.

Arguments: a folder, the number of the first file, the kill moments as JSON. A moment is a number of statements sent to the database, or, as
a fraction, seconds. Prints for each moment whether the process was killed, as JSON.
"""

import importlib.util
import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

import sqlalchemy as sa

from geodata.settings import Settings
from geodata.store import upgrade  # noqa: F401  loaded once here, not in each of the processes
from geodata.store.engine import open_store
from geodata.store.writing import save_file

spec = importlib.util.spec_from_file_location("store_conftest", Path(__file__).parent / "conftest.py")
assert spec is not None and spec.loader is not None
shared = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shared)
ROWS = 600


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def save(folder: Path, moment: float | None) -> None:
    """Make the store if need be and save two files; die at the moment."""
    if isinstance(moment, float):
        threading.Timer(moment, die).start()
    sent = 0

    def count(*_: object) -> None:
        nonlocal sent
        sent += 1
        if moment is not None and sent > moment:
            die()

    if isinstance(moment, int):
        for name in ("before_cursor_execute", "commit"):
            sa.event.listen(sa.Engine, name, count)
    engine = open_store(Settings.from_environment({"PANJ_DATA": str(folder)}), create=True)
    for number, name in enumerate(("a.csv", "b.csv")):
        both = shared.make_events(ROWS, seed=number, outside=20)
        save_file(engine, shared.make_batch(name, both, n_rejected=5, n_totals=3 + number))
    engine.dispose()


def in_a_process(folder: Path, moment: float | None) -> bool:
    """Whether it was killed."""
    child = os.fork()
    if child == 0:
        save(folder, moment)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        sys.exit(f"the import failed at {moment} in {folder}")
    return os.WIFSIGNALED(status)


if __name__ == "__main__":
    base, moments = Path(sys.argv[1]), json.loads(sys.argv[2])
    killed = []
    started = time.monotonic()
    in_a_process(base / "unharmed", None)
    lasted = time.monotonic() - started
    for number, moment in enumerate(moments):
        when = moment * lasted if isinstance(moment, float) else moment
        killed.append(in_a_process(base / f"{number}-killed", when))
    print(json.dumps(killed))
