"""A plan: the chosen sites, what they achieve, and how far from the best possible they can be at most."""

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from layers.siting.checking import seconds_of

#: From here on two objectives are the same: below it lies the rounding of sums of floats.
SAME = 1e-9


@dataclass(frozen=True)
class Plan:
    """An answer of one model.

    sites: indices of candidates, ascending, locked ones included. objective: what the model says it is, of exactly these sites.
    bound: no plan is better than this. gap: |objective - bound| / |objective|; 0 where the plan is proven best.
    status: "optimal" (proven), or "time_limit" (the best that was found in time; the gap says how good it is at least).
    assignment: for each demand row the candidate that serves it, -1 where none does; empty where the model assigns nothing.
    pairs: rows of the table of pairs that were chosen (two-sided siting). excluded: (candidate, reason), as they were given.
    seconds: how long it took; not compared, so the same question gives equal plans.
    """

    sites: tuple[int, ...]
    objective: float
    bound: float
    gap: float
    status: str
    seconds: float = field(compare=False)
    assignment: tuple[int, ...] = ()
    pairs: tuple[int, ...] = ()
    excluded: tuple[tuple[int, str], ...] = ()


class Clock:
    """How long a question has taken and how long it may still take."""

    def __init__(self, time_limit_s: float) -> None:
        self._started, self._limit = time.perf_counter(), seconds_of(time_limit_s)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    @property
    def left(self) -> float:
        return self._limit - self.seconds

    @property
    def is_over(self) -> bool:
        return self.left <= 0


def make_plan(
    sites: Iterable[int],
    objective: float,
    bound: float,
    clock: Clock,
    *,
    is_proven: bool = False,
    assignment: NDArray[np.integer] | None = None,
    pairs: Iterable[int] = (),
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """A Plan; a bound that equals the objective but for rounding is the objective, and proves it."""
    is_proven = is_proven or abs(objective - bound) <= SAME * abs(objective)
    if is_proven:
        bound = objective
    gap = 0.0 if is_proven else abs(objective - bound) / abs(objective) if objective else math.inf
    return Plan(
        sites=tuple(sorted(int(site) for site in sites)),
        objective=float(objective),
        bound=float(bound),
        gap=float(gap),
        status="optimal" if is_proven else "time_limit",
        seconds=clock.seconds,
        assignment=() if assignment is None else tuple(int(site) for site in assignment),
        pairs=tuple(sorted(int(pair) for pair in pairs)),
        excluded=tuple(sorted((int(at), str(why)) for at, why in (excluded or {}).items())),
    )


def nearest(cost: NDArray[np.float64], sites: Iterable[int], radius: float = math.inf) -> NDArray[np.int64]:
    """The cheapest of the sites for each demand row, -1 where none is in reach; of equal ones the first."""
    at = np.sort(np.fromiter(sites, np.int64))
    if not len(at):
        return np.full(len(cost), -1)
    there = cost[:, at]
    best = there.argmin(axis=1)
    reach = there[np.arange(len(cost)), best]
    return np.where(np.isfinite(reach) & (reach <= radius), at[best], -1)
