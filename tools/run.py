"""`make run` and `make demo`: everything from a fresh checkout to a page in the browser; repeats nothing that is done."""

import argparse
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from tools.environment import ROOT, RUNTIME, ToolProblem, ensure, program, run, say

DEMO_EVENTS = 100_000
DEMO_SEED = 1


def main(argv: list[str]) -> int:
    """Install, fill the store when it is empty, start the page. Returns when the page is stopped."""
    choice = argparse.ArgumentParser(prog="python -m tools.run", description="Start Panj; fill its store first when that is empty.")
    choice.add_argument("--demo", action="store_true", help="show generated events from a store of their own, demo-data")
    choice.add_argument("--events", type=int, default=DEMO_EVENTS, help=f"with --demo: how many events ({DEMO_EVENTS})")
    choice.add_argument("--seed", type=int, default=DEMO_SEED, help=f"with --demo: the seed ({DEMO_SEED})")
    choice.add_argument("--fill-only", action="store_true", help="install and fill the store, then stop")
    chosen = choice.parse_args(argv)

    python = ensure(RUNTIME)
    env = dict(os.environ)
    fill = ["run"]
    if chosen.demo:
        env["PANJ_DATA"] = "demo-data"
        env.pop("DATABASE_URL", None)
        fill = ["demo", "--events", str(chosen.events), "--seed", str(chosen.seed)]
    if needs_filling(env):
        say(
            "The store is empty: making generated events ..."
            if chosen.demo
            else "The store is empty: loading the reports that come with Panj ..."
        )
        _fill([str(python), "-m", "etl", *fill], env)
    if chosen.fill_only:
        return 0
    return _start([str(python), "-m", "dashboard"], env)


def needs_filling(env: Mapping[str, str], root: Path = ROOT) -> bool:
    """Does the store hold no file yet, or was the first filling cut short? Asked without starting the ETL, so in milliseconds.

    With a DATABASE_URL of one's own the answer is yes: the ETL knows that store, and finds by itself that nothing is to do.
    """
    if env.get("DATABASE_URL"):
        return True
    if _unfinished(env, root).exists():
        return True
    store = _data(env, root) / "panj.sqlite"
    if not store.is_file():
        return True
    try:
        with closing(sqlite3.connect(f"{store.as_uri()}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM files LIMIT 1").fetchone() is None
    except sqlite3.OperationalError as problem:
        # Without its tables the store is new; anything else (locked, not readable) is for the dashboard to say.
        return "no such table" in str(problem)
    except sqlite3.DatabaseError:
        return False


def _fill(command: list[str], env: dict[str, str]) -> None:
    unfinished = _unfinished(env, ROOT)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.touch()
    if run(command, environment=env) != 0:
        raise ToolProblem("The store was not filled (see above). Mend that and start again: what was done is kept.")
    unfinished.unlink(missing_ok=True)


def _start(command: list[str], env: dict[str, str]) -> int:
    if os.name == "nt":
        return run(command, environment=env)
    os.chdir(ROOT)
    os.execve(command[0], command, env)  # the page takes this process's place, so Ctrl+C and kill reach it directly


def _data(env: Mapping[str, str], root: Path) -> Path:
    return root / Path(env.get("PANJ_DATA") or "data").expanduser()


def _unfinished(env: Mapping[str, str], root: Path) -> Path:
    return _data(env, root) / "filling-unfinished"


if __name__ == "__main__":
    program(main)
