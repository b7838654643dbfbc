"""The p-median's proof: multipliers give a bound, what the bound rules out is dropped, and what is left is branched on.

1. Greedy, then exchange of sites, gives a plan (`kernels_p_median.py`).
2. A Lagrangian bound is climbed. Its value is that of the strong linear relaxation, which for a p-median is nearly always within 1 %.
3. With gap = plan - bound, a candidate whose opening (or closing) would lift the bound above the plan is closed (or opened) for good.
4. Of what is left a candidate is opened in one branch and closed in the other; the branch with the least bound is looked at first, and
   steps 2 and 3 are done again in it. Where no branch has a bound below the plan, the plan is proven best.

Source: Narula, Ogbu, Samuelsson 1977, doi:10.1287/opre.25.4.709; Christofides, Beasley 1982, doi:10.1016/0377-2217(82)90160-6.
"""

import heapq
import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.siting.plan import SAME, Clock

#: Steps of the bound at the root and in a branch; how many may bring next to nothing before they get shorter; the first one's length.
ROOT_STEPS, ROOT_PATIENCE, ROOT_LENGTH = 3000, 30, 1.0
STEPS, PATIENCE, LENGTH = 120, 10, 0.3
#: Shakes of the plan before the bound is known, and after it on the candidates that are left.
ROUNDS_BEFORE, ROUNDS_AFTER = 10, 40
#: Tables of up to this many numbers are shaken before the bound is known.
SMALL = 1_500_000


class Search(NamedTuple):
    """What was found: sites (p,) as places among the candidates, what no plan can be below, and whether the sites are proven best."""

    sites: NDArray[np.int64]
    bound: float
    is_proven: bool
    kept: NDArray[np.int64] = np.zeros(0, np.int64)  # where it is not proven: candidates that a better plan may have
    opened: NDArray[np.int64] = np.zeros(0, np.int64)  # and those of them that it must have
    total: float = math.inf  # what the sites cost
    multiplier: NDArray[np.float64] = np.zeros(0)  # of the whole question, before any branch
    root_bound: float = -math.inf  # and what they prove
    is_whole: bool = False  # all costs are whole numbers


class _Branch(NamedTuple):
    """What is still open: candidates ``ids``, of which the first ``opened`` are sites; the multipliers to start from."""

    ids: NDArray[np.int64]
    opened: int
    multiplier: NDArray[np.float64]


@dataclass
class _Looked:
    """A branch after its bound was climbed: arrays over its ids, as the best multipliers have them."""

    bound: float
    reduced: NDArray[np.float64]
    is_open: NDArray[np.bool_]
    often: NDArray[np.float64]


class Tables(NamedTuple):
    """A question in the forms that the kernels want. n rows, m candidates."""

    transposed: NDArray[np.float64]  # (m, n), finite: what a row costs at a candidate
    order: NDArray[np.int32]  # (n, k) the candidates that can serve a row, by cost
    sorted_cost: NDArray[np.float64]  # (n, k), inf where a row has fewer than k
    ceiling: NDArray[np.float64]  # (n,) what leaving a row alone costs; inf: it must be served
    scale: NDArray[np.float64]  # (n,) the weight, positive
    grain: float  # less than this is rounding
    is_whole: bool  # all costs are whole numbers: between two of them is no plan


def tables_of_costs(cost: NDArray[np.float64], scale: NDArray[np.float64]) -> Tables:
    """Every row must be served. cost: float (n, m), weighted, inf out of reach."""
    finite = np.isfinite(cost)
    # Dearer than any plan that reaches every row: heuristics may pass through such a plan but never stay there.
    never = np.where(finite, cost, 0.0).max(axis=1).sum() * 2 + 1
    order = np.argsort(cost, axis=1, kind="stable").astype(np.int32)
    return Tables(
        np.ascontiguousarray(np.where(finite, cost, never).T),
        order,
        np.take_along_axis(cost, order, axis=1),
        np.full(len(cost), np.inf),
        scale,
        never * 1e-12,
        bool((cost[finite] == np.rint(cost[finite])).all()) and bool(never < 2.0**50),
    )


def tables_of_cover(near: NDArray[np.bool_], weight: NDArray[np.float64]) -> Tables:
    """A row that is not covered costs its weight: then the least cost covers most. near: bool (n, m), every row has a candidate."""
    size = near.sum(axis=1)
    row, at = np.nonzero(near)
    order, sorted_cost = np.zeros((len(near), size.max()), np.int32), np.full((len(near), size.max()), np.inf)
    place = np.arange(len(row)) - np.repeat(np.cumsum(size) - size, size)
    order[row, place], sorted_cost[row, place] = at, 0.0
    is_whole = bool((weight == np.rint(weight)).all()) and bool(weight.sum() < 2.0**50)
    return Tables(np.where(near.T, 0.0, weight), order, sorted_cost, weight, weight, float(weight.sum()) * 1e-12, is_whole)


def search(
    tables: Tables,
    p: int,
    locked: NDArray[np.int64],
    start: NDArray[np.int64] | None,
    clock: Clock,
    *,
    is_start_good: bool = False,
    branches: float = math.inf,
    widest: float = math.inf,
) -> Search:
    """The best p of m > p candidates, the locked among them. start: sites that serve every row that must be, needed where not all do.

    is_start_good: nothing better is looked for before the bound is known. branches: after so many the search ends, proven or not; it does
    not begin to branch where the gap is a wider share of the plan than ``widest``.
    """
    return _Search(tables, p, locked, clock).run(start, is_start_good, branches, widest)


class _Search:
    """One search: the question, and the best plan so far."""

    def __init__(self, tables: Tables, p: int, locked: NDArray[np.int64], clock: Clock) -> None:
        from layers.siting import kernels_p_median as kernels

        self.kernels, self.clock, self.tables = kernels, clock, tables
        self.transposed = tables.transposed
        self.p, self.locked = p, locked.astype(np.int64)
        self.state, self.rounds = np.zeros(1, np.uint64), ROUNDS_AFTER
        self.sites, self.total = np.zeros(0, np.int64), np.inf

    def run(self, start: NDArray[np.int64] | None, is_start_good: bool, branches: float, widest: float) -> Search:
        m = len(self.transposed)
        everyone = np.arange(m)
        self.rounds = 0 if is_start_good else ROUNDS_AFTER
        if not is_start_good:
            first = np.concatenate([self.locked, np.zeros(self.p - len(self.locked), np.int64)])
            self.kernels.greedy(self.transposed, first, len(self.locked), everyone)
            self._improve(first, everyone, ROUNDS_BEFORE if self.transposed.size <= SMALL else 0)
        if start is not None:
            self._improve(np.concatenate([self.locked, np.setdiff1d(start, self.locked)]), everyone, 0)
        if self.total <= self.tables.grain:
            return Search(self.sites, 0.0, True)
        ids = np.concatenate([self.locked, np.setdiff1d(everyone, self.locked)])
        root = self._root(_Branch(ids, len(self.locked), self._first_multiplier()))
        wide = self.total - root[1].bound > widest * self.tables.transposed.max(axis=0).sum()
        return self._branch(*root, 0 if wide else branches)

    @property
    def enough(self) -> float:
        """A branch with this bound holds nothing better than the plan."""
        return self.total - 1 + 1e-6 if self.tables.is_whole else self.total * (1 - SAME)

    def _first_multiplier(self) -> NDArray[np.float64]:
        """Halfway between the nearest and the next site of the plan: about where the bound is best."""
        if self.p == 1:
            return np.array(self.transposed[self.sites[0]])
        two = np.partition(self.transposed[self.sites], 1, axis=0)[:2]
        return np.asarray(np.where(two[1] > self.total, two[0], np.minimum(two.mean(axis=0), self.tables.ceiling)))

    def _improve(self, sites: NDArray[np.int64], allowed: NDArray[np.int64], rounds: int) -> None:
        """Exchange and shake; the plan is replaced when this one is better."""
        sites = sites.astype(np.int64)
        total = self.kernels.exchange(self.transposed, sites, len(self.locked), allowed, self.tables.grain)
        for _ in range(rounds // 5):
            if self.clock.is_over:
                break
            total = self.kernels.wander(self.transposed, sites, len(self.locked), allowed, 5, self.tables.grain, self.state)
        if total < self.total or not len(self.sites):
            self.sites, self.total = sites, total

    def _look(self, branch: _Branch, order: NDArray[np.int32], sorted_cost: NDArray[np.float64], is_root: bool) -> _Looked:
        """Climb the branch's bound; its multipliers are changed in place."""
        m, n = len(branch.ids), len(self.tables.scale)
        opened, free, take = np.arange(branch.opened), np.arange(branch.opened, m), self.p - branch.opened
        is_open, often = np.zeros(m, bool), np.full(m, take / max(1, m - branch.opened))
        steps, patience, length = (ROOT_STEPS, ROOT_PATIENCE, ROOT_LENGTH) if is_root else (STEPS, PATIENCE, LENGTH)
        # So that the clock is looked at in time: seldom where much is left.
        at_once = max(1, int(min(steps, max(100, 500_000_000 // sorted_cost.size)) * min(1.0, max(0.0, self.clock.left) / 10)))
        for _ in range(0, steps, at_once):
            bound, length = self.kernels.ascend(
                order, sorted_cost, self.tables.scale, self.tables.ceiling, branch.multiplier, opened, free, take, is_open, often,
                self.total, self.enough, at_once, patience, length,
            )  # fmt: skip
            if bound >= self.enough or length < 1e-5 or self.clock.is_over:
                break
        reduced, slack, now = np.zeros(m), np.zeros(n), np.zeros(m, bool)
        bound = self.kernels.evaluate(order, sorted_cost, self.tables.ceiling, branch.multiplier, opened, free, take, reduced, now, slack)
        return _Looked(bound, reduced, now, often)

    def _root(self, branch: _Branch) -> tuple[_Branch, _Looked]:
        """The bound of the whole question, climbed again as long as that finds better plans."""
        place = np.full(len(branch.ids), -1, np.int32)
        place[branch.ids] = np.arange(len(branch.ids))
        order = place[self.tables.order]
        while True:
            looked, before = self._look(branch, order, self.tables.sorted_cost, True), self.total
            self._consider(branch.ids[looked.is_open])
            if looked.bound < self.enough:
                self._improve(self.sites.copy(), np.sort(branch.ids[~self._ruled(branch, looked)[1]]), self.rounds)
            if self.total >= before or looked.bound >= self.enough or self.clock.is_over:
                return branch, looked

    def _consider(self, sites: NDArray[np.int64]) -> None:
        """Sites that the search came upon are a plan too; where it is not much worse than the best, it may lead to a better one."""
        if self.transposed[sites].min(axis=0).sum() < self.total * 1.01:
            self._improve(np.concatenate([self.locked, np.setdiff1d(sites, self.locked)]), np.arange(len(self.transposed)), 0)

    def _ruled(self, branch: _Branch, looked: _Looked) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """(is_in, is_out) of the branch's ids: what any better plan in it must open, and must not."""
        take, free = self.p - branch.opened, looked.reduced[branch.opened :]
        is_in, is_out = np.zeros(len(branch.ids), bool), np.zeros(len(branch.ids), bool)
        is_in[: branch.opened] = True
        if 0 < take < len(free):
            ranked = np.partition(free, [take - 1, take])
            chosen = looked.is_open[branch.opened :]
            is_out[branch.opened :] = ~chosen & (looked.bound + free - ranked[take - 1] > self.enough)
            is_in[branch.opened :] = chosen & (looked.bound - free + ranked[take] > self.enough)
        return is_in, is_out

    def _branch(self, root: _Branch, looked: _Looked, branches: float) -> Search:
        """Least bound first. A branch is kept as its ids and its parent's multipliers, and made when its turn comes."""
        counter = itertools.count()
        waiting: list[tuple[float, int, _Branch]] = []
        self._split(waiting, counter, root, looked)
        is_in, is_out = self._ruled(root, looked)
        root_bound = looked.bound
        kept, opened = np.sort(root.ids[~is_out]), np.sort(root.ids[is_in])
        place = np.full(len(self.transposed), -1, np.int32)
        place[kept] = np.arange(len(kept))
        order, sorted_cost = self.kernels.narrow(self.tables.order, self.tables.sorted_cost, place, len(kept))
        while waiting and waiting[0][0] < self.enough:
            if self.clock.is_over or branches <= 0:
                bound = self._rounded(waiting[0][0])
                return Search(self.sites, bound, False, kept, opened, self.total, root.multiplier, root_bound, self.tables.is_whole)
            branches -= 1
            _, _, branch = heapq.heappop(waiting)
            place = np.full(len(kept), -1, np.int32)
            place[np.searchsorted(kept, branch.ids)] = np.arange(len(branch.ids))
            branch = branch._replace(multiplier=branch.multiplier.copy())
            looked = self._look(branch, *self.kernels.narrow(order, sorted_cost, place, len(branch.ids)), False)
            self._consider(branch.ids[looked.is_open])
            self._split(waiting, counter, branch, looked)
        return Search(self.sites, self.total, True)

    def _split(self, waiting: list[tuple[float, int, _Branch]], counter: "itertools.count[int]", branch: _Branch, looked: _Looked) -> None:
        if looked.bound >= self.enough:
            return
        is_in, is_out = self._ruled(branch, looked)
        free = np.flatnonzero(~is_in & ~is_out)
        if is_in.sum() >= self.p or is_in.sum() + len(free) <= self.p:  # one plan is left, and it is looked at here
            left = np.concatenate([np.flatnonzero(is_in), free])
            if len(left) == self.p:
                self._consider(branch.ids[left])
            return
        at = free[np.argmin(np.abs(looked.often[free] - 0.6))]
        for is_in_now, is_out_now in ((_with(is_in, at), is_out), (is_in, _with(is_out, at))):
            opened = int(is_in_now.sum())
            ids = branch.ids[np.concatenate([np.flatnonzero(is_in_now), np.flatnonzero(~is_in_now & ~is_out_now)])]
            if opened == self.p:
                self._consider(ids[:opened])
            elif len(ids) >= self.p:
                heapq.heappush(waiting, (looked.bound, next(counter), _Branch(ids, opened, branch.multiplier)))

    def _rounded(self, bound: float) -> float:
        return float(np.ceil(bound - 1e-6)) if self.tables.is_whole else bound


def _with(mask: NDArray[np.bool_], at: int) -> NDArray[np.bool_]:
    more = mask.copy()
    more[at] = True
    return more
