"""Progress: how far a long step is. A bar on a terminal, silence elsewhere; steps never know which."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO


class Progress(Protocol):
    """Told by every long step how far it is: the step in words, units done, units in all (0: not known)."""

    def __call__(self, step: str, done: int, total: int) -> None: ...


def no_progress(step: str, done: int, total: int) -> None:
    """For tests and programs: nobody is looking."""


@contextmanager
def shown_progress(stream: TextIO, *, quiet: bool = False) -> Iterator[Progress]:
    """A rich progress bar on ``stream`` when it is a terminal and nobody asked for quiet; otherwise silence."""
    if quiet or not stream.isatty():
        yield no_progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskID, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn())
    with Bar(*columns, console=Console(file=stream), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total or None)
            bar.update(tasks[step], completed=done, total=total or None)

        yield show
