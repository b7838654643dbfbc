"""Other plans: those nearly as good as the best and how they differ, and what each further site adds."""

import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from layers.siting.errors import SitingError
from layers.siting.plan import SAME, Plan


class NearPlan(NamedTuple):
    """A plan beside the best one: what it has that the best has not, what it lacks, and its loss as a share of the best."""

    plan: Plan
    gained: tuple[int, ...]
    lost: tuple[int, ...]
    loss: float


class Step(NamedTuple):
    """A plan of p sites, and by how much its objective differs from that of the step before (the first step: its objective)."""

    p: int
    plan: Plan
    adds: float


def near_best(
    ask: Callable[..., Plan],
    how_many: int = 5,
    within: float = 0.01,
    fixed: Iterable[int] = (),
    excluded: Mapping[int, str] | None = None,
) -> list[NearPlan]:
    """The best plan and the next best ones, up to ``how_many``, that lose at most ``within`` of it; the best first.

    ask: a model without fixed and excluded, for example ``functools.partial(p_median, cost, weights, 3)``; it is asked once for every
    site of every plan that is found. No plan within the share is missed as long as every answer is proven.
    Source: Lawler 1972, doi:10.1287/mnsc.18.7.401: what differs from a plan lacks its first site, or has that and lacks its second, ...
    """
    first, given = tuple(sorted(set(fixed))), dict(excluded or {})
    best = ask(fixed=first, excluded=given)
    counter = itertools.count()
    waiting: list[tuple[float, int, Plan, tuple[int, ...], dict[int, str]]] = [(0.0, next(counter), best, first, given)]
    found: list[NearPlan] = []
    while waiting and len(found) < how_many:
        loss, _, plan, locked, out = heapq.heappop(waiting)
        gained, lost = set(plan.sites) - set(best.sites), set(best.sites) - set(plan.sites)
        found.append(NearPlan(replace(plan, excluded=best.excluded), tuple(sorted(gained)), tuple(sorted(lost)), loss))
        for site in [site for site in plan.sites if site not in locked]:
            without = {**out, site: "not in this plan"}
            try:
                other = ask(fixed=locked, excluded=without)
            except SitingError:  # nothing is left without this site
                other = None
            if other is not None and _loss(other, best) <= within + SAME:
                heapq.heappush(waiting, (_loss(other, best), next(counter), other, locked, without))
            locked = (*locked, site)
    return found


def curve(ask: Callable[..., Plan], most: int, least: int = 1) -> list[Step]:
    """The plans of p = least..most sites. ask: a model without p, for example ``functools.partial(p_median, cost, weights)``."""
    steps: list[Step] = []
    for p in range(least, most + 1):
        plan = ask(p=p)
        steps.append(Step(p, plan, plan.objective - (steps[-1].plan.objective if steps else 0.0)))
    return steps


def _loss(plan: Plan, best: Plan) -> float:
    difference = abs(plan.objective - best.objective)
    return 0.0 if difference <= SAME * abs(best.objective) else difference / abs(best.objective) if best.objective else float("inf")
