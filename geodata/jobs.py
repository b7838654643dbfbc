"""Jobs: long work that a page asks for and `python -m etl job ID` does. The two sides meet in a folder, so either can die alone.

`<PANJ_DATA>/jobs/<id>/` holds `job.json` (what was asked, written once), `state.json` (how far it is, replaced by rename), `upload`
(the file that came, if one did), `cancel` (there when it is to stop) and `alive` (touched every few seconds while somebody works).
"""

import json
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from geodata.errors import BadFile, PanjError
from geodata.settings import Settings

Status = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED: tuple[Status, ...] = ("done", "failed", "cancelled")
ID = re.compile(r"\d{8}T\d{6}\d{6}-[0-9a-f]{6}")
#: Kinds that change the store: one at a time, in the order in which they were asked for.
WRITING = ("import", "decisions", "undo")
#: Kinds of which one waits for the other: those that write, and plans, which would take each other's processor.
QUEUES = (WRITING, ("plan",))
#: A worker shows that it lives this often; after so long a silence it is taken for dead.
ALIVE_EVERY_S, DEAD_AFTER_S = 1.0, 15.0
#: A job that nobody has begun after so long never will: its process could not start.
BEGUN_WITHIN_S = 60.0
#: Progress is written at most this often; a page asks no oftener.
TELL_EVERY_S = 0.15


class Cancelled(PanjError):
    """A person stopped the job; what was saved before stays."""


@dataclass(frozen=True)
class Job:
    """What was asked: kind, arguments, who (initials) and when (ISO 8601, UTC)."""

    id: str
    kind: str
    arguments: dict[str, Any]
    who: str
    asked_at: str
    folder: Path

    @property
    def upload(self) -> Path:
        """Where the file that came with it is."""
        return self.folder / "upload"


@dataclass(frozen=True)
class State:
    """How far it is: step in words of the pipeline, units done of all (0: not known), a sentence when it failed, what came out."""

    status: Status = "queued"
    step: str = ""
    done: int = 0
    of: int = 0
    message: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    at: str = ""


def new_job(settings: Settings, kind: str, arguments: dict[str, Any], who: str, bring: Callable[[Path], None] | None = None) -> Job:
    """Write a job down. bring: puts the upload at a path. Nothing of it is there when that fails."""
    now = datetime.now(UTC)
    id = f"{now:%Y%m%dT%H%M%S%f}-{secrets.token_hex(3)}"
    final = settings.data / "jobs" / id
    folder = final.with_name(f".{id}")
    folder.mkdir(parents=True)
    try:
        if bring:
            bring(folder / "upload")
        asked = {"id": id, "kind": kind, "arguments": arguments, "who": who, "asked_at": f"{now:%Y-%m-%dT%H:%M:%SZ}"}
        (folder / "job.json").write_text(json.dumps(asked, ensure_ascii=False), encoding="utf-8")
        _write(folder, State(at=_now()))
        folder.rename(final)
    except BaseException:
        _remove(folder)
        raise
    return read_job(settings, id)


def read_job(settings: Settings, id: str) -> Job:
    """A job by its id. Raises BadFile for an id that is none."""
    folder = settings.data / "jobs" / id
    try:
        if not ID.fullmatch(id):
            raise FileNotFoundError(id)
        asked = json.loads((folder / "job.json").read_text(encoding="utf-8"))
        return Job(id, str(asked["kind"]), dict(asked["arguments"]), str(asked["who"]), str(asked["asked_at"]), folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadFile(f"There is no job {id[:60]!r}: it was removed, or never asked for. Reload the page and start again.") from error


def jobs(settings: Settings) -> list[Job]:
    """All jobs, the oldest first; a folder that cannot be read is left out."""
    base = settings.data / "jobs"
    found = sorted(path.name for path in base.iterdir() if ID.fullmatch(path.name)) if base.is_dir() else []
    readable = []
    for id in found:
        try:
            readable.append(read_job(settings, id))
        except BadFile:
            continue
    return readable


def read_state(job: Job) -> State:
    """How far it is. A worker that died without a word is "failed" here, with a sentence; nothing is written."""
    try:
        told = json.loads((job.folder / "state.json").read_text(encoding="utf-8"))
        state = State(**{name: told[name] for name in State.__dataclass_fields__ if name in told})
    except (OSError, ValueError, TypeError):
        return State(status="failed", message="The notes of this job cannot be read: start it again.")
    silent_for = time.time() - max(_touched(job.folder / "alive"), _touched(job.folder / "state.json"))
    if state.status == "running" and silent_for > DEAD_AFTER_S:
        return replace(state, status="failed", message=INTERRUPTED)
    if state.status == "queued" and silent_for > BEGUN_WITHIN_S:
        return replace(state, status="failed", message=INTERRUPTED)
    return state


INTERRUPTED = "The work was interrupted (the computer or the program stopped). Nothing is half saved: start it again."


def cancel(job: Job) -> None:
    """Ask it to stop; it does so at its next step."""
    (job.folder / "cancel").touch()
    state = read_state(job)
    if state.status == "queued" and not (job.folder / "alive").exists():
        _write(job.folder, replace(state, status="cancelled", at=_now()))


def forget(job: Job) -> None:
    """Remove a job that has ended, with its upload."""
    if read_state(job).status in ENDED:
        _remove(job.folder)


def tidy(settings: Settings, keep: int = 40) -> None:
    """Remove ended jobs, with their uploads, but for the newest ``keep``: what was imported is kept in the raw folder anyhow.

    Decisions taking effect are many and small; they are counted apart, so that they push out no preview.
    """
    every = jobs(settings)
    for is_small in (False, True):
        for job in [job for job in every if (job.kind == "decisions") == is_small][: -keep or None]:
            forget(job)


@contextmanager
def working(settings: Settings, job: Job) -> Iterator["Worker"]:
    """Do a job: waits for its turn, shows that it lives, and writes how it ended, whatever happened."""
    worker = Worker(settings, job)
    stop = threading.Event()
    pulse = threading.Thread(target=_pulse, args=(job.folder / "alive", stop), daemon=True)
    (job.folder / "alive").touch()
    pulse.start()
    try:
        worker.wait_for_turn()
        yield worker
        worker.tell(State(status="done", done=1, of=1, result=worker.result, at=_now()))
    except Cancelled:
        worker.tell(State(status="cancelled", result=worker.result, at=_now()))
    except BaseException as error:
        message = str(error) if isinstance(error, PanjError) else BROKEN
        worker.tell(State(status="failed", message=" ".join(message.split()), result=worker.result, at=_now()))
        raise
    finally:
        stop.set()
        pulse.join()


BROKEN = "Something went wrong that nobody foresaw; the log of the job says more. Nothing is half saved."


class Worker:
    """The side that works. It is the pipeline's progress: called with step, done, total; raises Cancelled when asked to stop."""

    def __init__(self, settings: Settings, job: Job) -> None:
        self.job = job
        self.result: dict[str, Any] = {}
        self._settings = settings
        self._told_at, self._step = 0.0, ""

    def __call__(self, step: str, done: int, total: int) -> None:
        """Tell how far it is."""
        # What is complete cannot be stopped any more: a step's last word may come after it was saved.
        if not (total and done >= total) and (self.job.folder / "cancel").exists():
            raise Cancelled("Stopped.")
        now = time.monotonic()
        if step != self._step or now - self._told_at >= TELL_EVERY_S:
            self._told_at, self._step = now, step
            self.tell(State(status="running", step=step, done=int(done), of=int(total), at=_now()))

    def tell(self, state: State) -> None:
        """Write a state down."""
        _write(self.job.folder, state)

    def wait_for_turn(self) -> None:
        """Jobs of one queue go one after the other."""
        for queue in QUEUES:
            while self.job.kind in queue and self._someone_before(queue):
                self("waiting", 0, 0)
                time.sleep(0.2)
        self("starting", 0, 0)

    def _someone_before(self, queue: Sequence[str]) -> bool:
        earlier = (job for job in jobs(self._settings) if job.id < self.job.id and job.kind in queue)
        return any(read_state(job).status not in ENDED for job in earlier)


def _pulse(file: Path, stop: threading.Event) -> None:
    while not stop.wait(ALIVE_EVERY_S):
        file.touch()


def _write(folder: Path, state: State) -> None:
    """By rename: a reader sees the former state or this one, never half of it."""
    new = folder / f"state.{os.getpid()}.{threading.get_ident()}.new"
    new.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
    for attempt in range(20):
        try:
            os.replace(new, folder / "state.json")
            return
        except PermissionError:  # on Windows a reader holds the file open for a moment
            if attempt == 19:
                raise
            time.sleep(0.02)


def _touched(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0


def _now() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder, ignore_errors=True)
