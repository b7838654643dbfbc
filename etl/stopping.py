"""Stopping work that does not look up: a solver tells nothing while it proves, and a person who cancels should not wait for it."""

import _thread
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from geodata.jobs import Cancelled, Job

#: The work hears of it by itself when it next tells how far it is; only after so long it is interrupted.
LOOK_EVERY_S, PATIENCE_S = 0.2, 1.0


@contextmanager
def stopped_when_asked(job: Job) -> Iterator[None]:
    """While this holds, a cancelled job is interrupted wherever it stands, at the next line of Python. Raises Cancelled.

    Only for work that keeps nothing before its end.
    """
    done = threading.Event()
    watch = threading.Thread(target=_interrupt, args=(job, done), daemon=True)
    watch.start()
    try:
        yield
    except KeyboardInterrupt as stopped:
        if not (job.folder / "cancel").exists():
            raise
        raise Cancelled("Stopped.") from stopped
    finally:
        done.set()
        watch.join()


def _interrupt(job: Job, done: threading.Event) -> None:
    while not done.wait(LOOK_EVERY_S):
        if (job.folder / "cancel").exists():
            while not done.wait(PATIENCE_S):
                _thread.interrupt_main()
            return
