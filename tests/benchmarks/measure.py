"""What a benchmark is: figures with a limit and a peer, measured side by side in one run."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One measured number. peer: what the same work costs another way, in the same unit, in the same run. most: the promised limit.

    why_not: the reason where it could not be measured; then there is no value.
    """

    name: str
    unit: str = ""
    value: float | None = None
    peer: float | None = None
    peer_name: str = ""
    most: float | None = None
    why_not: str = ""

    @property
    def holds(self) -> bool:
        """Is the promise kept? A figure that could not be measured breaks none."""
        return self.value is None or self.most is None or self.value <= self.most

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def side_by_side(ours: Callable[[], object], peer: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """Median seconds of both, in turns, so that a busy moment of the machine hits both."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for taken, work in zip(times, (ours, peer), strict=True):
            gc.collect()
            started = time.perf_counter()
            work()
            taken.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])


def not_measured(name: str, why: object) -> Figure:
    """A row of the table that says why it is empty."""
    text = f"{type(why).__name__}: {why}" if isinstance(why, BaseException) else str(why)
    return Figure(name, why_not=" ".join(text.split())[:160])
