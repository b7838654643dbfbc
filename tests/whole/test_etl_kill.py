"""Killed at any moment and run again, the ETL leaves the same store as without the kill.

`kill -9` gives no program a chance to tidy up. Most kills hit a child of one process that has everything imported and the places
read: some after a time, some at a step (while the bytes are copied, at one of the statements of the save, at its commit), because
the moments that matter are short. Others hit a whole `python -m etl`.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
KILLS_BY_TIME, KILLS_WHILE_SAVING = 8, 7
PLACES = ("Vose district", "Panj", "Khorog", "Dushanbe", "", "Herat", "г. Термез", "Khatlon province Yavan district", "nowhere at all")
COUNTRIES = ("Tajikistan", "Tajikistan", "Afghanistan", "Uzbekistan", "Colombia", "Russian Federation")


class Moment(NamedTuple):
    """When to kill: after `at` seconds, at the `at`-th statement of the store, at a step of the run, never."""

    kind: str
    at: float = 0


def make_file(path: Path, rows: int = 800) -> Path:
    """Seizures with repeats, rows outside the region and bad rows among them."""
    header = "COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT\n"
    amounts = ("abc" if i % 97 == 0 else i % 1500 + 1 for i in range(rows))
    lines = (
        f"{COUNTRIES[i % 6]};;{PLACES[i % 9]};20{10 + i % 7}-{1 + i % 12:02}-{1 + i % 31:02};Heroin;{amount};Gram\n"
        for i, amount in enumerate(amounts)
    )
    path.write_text(header + "".join(lines), encoding="utf-8")
    return path


def etl(data: Path, *arguments: object) -> int:
    from etl.__main__ import main

    os.environ["PANJ_DATA"] = str(data)
    return main([str(argument) for argument in arguments])


def drive(data: Path, baseline: Path, file: Path) -> None:
    """In a process of its own: kill a run at many moments, end it each time, and print what every try left as a line of JSON."""
    reset(data, baseline)
    etl(data, "run", "--quiet", "--feed", "unodc_ids", file)  # everything is imported and read before the first fork
    expected = state_of(data)
    reset(data, baseline)
    started = time.monotonic()
    statements = run_child(data, file, Moment("never"))
    length = time.monotonic() - started
    times = [Moment("seconds", length * (i + 0.5) / KILLS_BY_TIME) for i in range(KILLS_BY_TIME)]
    saving = [Moment("statement", 1 + statements * i // KILLS_WHILE_SAVING) for i in range(KILLS_WHILE_SAVING)]
    for moment in (*times, Moment("collect"), Moment("locate"), Moment("save"), *saving, Moment("commit"), Moment("committed")):
        reset(data, baseline)
        run_child(data, file, moment)
        half = state_of(data)
        was_whole = half["events"] == expected["events"]
        untouched = half["version"] == json.loads(baseline.with_suffix(".json").read_text())["version"]
        code = etl(data, "run", "--quiet", "--feed", "unodc_ids", file)
        same = state_of(data) == expected
        print("TRY", json.dumps({"moment": moment, "code": code, "half": not (was_whole or untouched), "whole": was_whole, "same": same}))


def run_child(data: Path, file: Path, moment: Moment) -> int:
    """A run in a child that is killed at ``moment``. Returns how many statements it sent to the store, where it was not killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.write(writing, str(run_to(data, file, moment)).encode())
        os._exit(0)
    os.close(writing)
    if moment.kind == "seconds":
        time.sleep(moment.at)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading) as said:
        statements = said.read()
    if moment.kind not in ("never", "seconds"):
        assert os.WIFSIGNALED(status), f"the run ended before {moment}"
    return int(statements or 0)


def run_to(data: Path, file: Path, moment: Moment) -> int:
    """Run, and kill this very process when the moment has come."""
    import sqlalchemy as sa

    from etl.pipeline import run_file
    from geodata.settings import Settings

    sent, is_saving = 0, False

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(sa.Engine, "before_cursor_execute")
    def _(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        nonlocal sent, is_saving
        sent, is_saving = sent + 1, is_saving or statement.startswith("INSERT INTO events")
        if moment == Moment("statement", sent):
            die()

    @sa.event.listens_for(sa.Engine, "commit")
    def _(_: object) -> None:
        if moment.kind == "commit" and is_saving:  # called before the database hears of it
            die()

    def progress(step: str, done: int, total: int) -> None:
        if step == moment.kind or (moment.kind == "committed" and step == "save" and done == total):
            die()

    run_file(Settings.from_environment({"PANJ_DATA": str(data)}), "unodc_ids", file, progress)
    return sent


def reset(data: Path, baseline: Path) -> None:
    """The store as it was before the file, without kept bytes."""
    for old in data.glob("panj.sqlite*"):
        old.unlink()
    shutil.rmtree(data / "raw", ignore_errors=True)
    shutil.copy(baseline, data / "panj.sqlite")


def state_of(data: Path) -> dict[str, Any]:
    """All that a store holds, but for the times of its runs; and the files that are kept beside it."""
    from geodata.settings import Settings
    from geodata.store import reading
    from geodata.store.engine import open_store

    engine = open_store(Settings.from_environment({"PANJ_DATA": str(data)}), create=False)
    try:
        tables = {
            "events": reading.events(engine, role="command", in_region=None),
            "rejected": reading.rejected(engine, role="command"),
            "totals": reading.national_totals(engine, role="command"),
            "aggregates": reading.aggregates(engine, role="command"),
            "files": reading.files(engine, role="command"),
            "runs": reading.runs(engine, role="command").drop(columns=["started_at", "finished_at", "run_id"]),
        }
        version = reading.facts(engine, role="command").data_version
    finally:
        engine.dispose()
    kept = sorted(path.name for path in (data / "raw").iterdir()) if (data / "raw").is_dir() else []
    return {"version": version, "raw": kept, **{name: digest(table) for name, table in tables.items()}}


def digest(table: pd.DataFrame) -> str:
    import hashlib

    return hashlib.sha256(table.sort_values(list(table.columns), ignore_index=True).to_csv().encode()).hexdigest()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> tuple[Path, Path, Path]:
    """A data folder whose store holds the press reports, a copy of that store, and a file to be read."""
    if not hasattr(os, "fork"):
        pytest.skip("this system has no kill -9 and no fork")
    folder = tmp_path_factory.mktemp("kill")
    data = folder / "data"
    shutil.copytree(places_cache, data / "cache")
    press = ROOT / "geodata" / "places" / "files" / "press_reports.csv"
    command = [sys.executable, "-m", "etl", "run", "--quiet", "--feed", "press_reports", str(press)]
    subprocess.run(command, cwd=ROOT, env={**os.environ, "PANJ_DATA": str(data)}, check=True, capture_output=True)
    baseline = folder / "baseline.sqlite"
    shutil.copy(data / "panj.sqlite", baseline)
    baseline.with_suffix(".json").write_text(json.dumps(state_of(data)))
    return data, baseline, make_file(folder / "ids.csv")


@pytest.mark.whole
def test_a_run_killed_at_any_moment_and_run_again_leaves_the_store_of_a_run_that_was_not(prepared: tuple[Path, Path, Path]):
    done = subprocess.run(
        [sys.executable, __file__, *map(str, prepared)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    tries = [json.loads(line.removeprefix("TRY ")) for line in done.stdout.splitlines() if line.startswith("TRY ")]
    assert len(tries) == KILLS_BY_TIME + KILLS_WHILE_SAVING + 5
    assert [t for t in tries if t["code"] != 0] == []
    assert [t for t in tries if t["half"]] == [], "after a kill the file is in the store as a whole or not at all"
    assert [t for t in tries if not t["same"]] == []
    whole = {t["moment"][0]: t["whole"] for t in tries}
    assert (whole["save"], whole["commit"], whole["committed"]) == (False, False, True), "the file is there from its commit on"


@pytest.fixture(scope="module")
def unharmed(prepared: tuple[Path, Path, Path]) -> dict[str, Any]:
    """What a run leaves that nobody killed."""
    data, baseline, file = prepared
    reset(data, baseline)
    subprocess.run(command_for(file), cwd=ROOT, env=environment(data), capture_output=True, check=True)
    return state_of(data)


@pytest.mark.whole
@pytest.mark.parametrize("seconds", [0.4, 1.5, 3.0])
def test_a_whole_program_killed_while_it_starts_or_works_is_made_good_by_the_next(
    prepared: tuple[Path, Path, Path], unharmed: dict[str, Any], seconds: float
):
    data, baseline, file = prepared
    reset(data, baseline)
    with subprocess.Popen(
        command_for(file), cwd=ROOT, env=environment(data), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as program:
        time.sleep(seconds)
        program.kill()
    again = subprocess.run(command_for(file), cwd=ROOT, env=environment(data), capture_output=True, text=True, check=True)
    assert again.stdout.startswith("rows in 800 = ")
    assert state_of(data) == unharmed


def command_for(file: Path) -> list[str]:
    return [sys.executable, "-m", "etl", "run", "--quiet", "--feed", "unodc_ids", str(file)]


def environment(data: Path) -> dict[str, str]:
    return {**os.environ, "PANJ_DATA": str(data)}


if __name__ == "__main__":
    drive(*(Path(argument) for argument in sys.argv[1:4]))
