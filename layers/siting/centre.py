"""The p-centre: p sites with the least largest cost, found by asking how few sites reach everybody within a radius."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.siting.checking import all_in_reach, candidates_of, costs_of, whole
from layers.siting.compiling import warm_up
from layers.siting.cover import covers
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.reaching import fewest, sites_that_reach_all


def p_centre(
    cost: ArrayLike,
    p: int,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites, ``fixed`` among them, with the least largest cost when every demand row goes to its cheapest site.

    min max_i min over sites j of c_ij,  sum_j y_j = p,  y_j = 1 for fixed j.

    The answer is one of the costs in the table. By halving: p sites reach every row within D if and only if the set cover of radius D
    needs at most p. First with linear relaxations, which prove a D too small; then with whole numbers among the few that are left.

    cost: float (demand, candidates). Returns a Plan; objective is the largest cost. Raises SitingError, naming the row.
    Source: Hakimi 1964, doi:10.1287/opre.12.3.450; Minieka 1970, doi:10.1137/1012016.
    """
    warm_up()
    clock = Clock(time_limit_s)
    table = costs_of(cost)
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    all_in_reach(table, candidates)
    number = whole(p, "p")
    wanted = np.unique(table[:, candidates.ids], axis=0)
    search = _Search(wanted, number, candidates.locked, clock)
    places, bound = search.run()
    others = np.setdiff1d(np.arange(len(candidates.ids)), places)
    sites = candidates.ids[np.concatenate([places, others[: number - len(places)]])]
    objective = float(table[:, sites].min(axis=1).max())
    return make_plan(sites, objective, min(bound, objective), clock, assignment=nearest(table, sites), excluded=candidates.excluded)


class _Search:
    """Which of the table's costs is the answer: all below ``low`` are proven too small, ``high`` is reached by ``sites``."""

    def __init__(self, cost: NDArray[np.float64], p: int, locked: NDArray[np.int64], clock: Clock) -> None:
        self.cost, self.p, self.locked, self.clock = cost, p, locked, clock
        self.sites = self._farthest_first()
        reached = cost[:, self.sites].min(axis=1).max()
        if np.isinf(reached):
            self.sites = sites_that_reach_all(cost, p, locked, clock)
            reached = cost[:, self.sites].min(axis=1).max()
        # No radius can be less than what the farthest row needs when all candidates are sites.
        self.radii = np.unique(cost[(cost >= cost.min(axis=1).max()) & (cost <= reached)])
        self.low, self.high = 0, len(self.radii) - 1

    def run(self) -> tuple[NDArray[np.int64], float]:
        self._halve(is_relaxed=True)
        self.high = int(np.searchsorted(self.radii, self.cost[:, self.sites].min(axis=1).max()))
        self._halve(is_relaxed=False)
        return self.sites, float(self.radii[self.low])

    def _halve(self, is_relaxed: bool) -> None:
        """Relaxed: what is not proven too small counts as reached for the halving, but not for the plan."""
        high = self.high
        while self.low < high and not self.clock.is_over:
            middle = (self.low + high) // 2
            reach = fewest(covers(self.cost, self.radii[middle]), self.locked, self.clock, self.p, is_relaxed)
            if reach.sites is not None and len(reach.sites) <= self.p:
                high = self._take(reach.sites)
            elif reach.at_least > self.p:
                self.low = middle + 1
            elif is_relaxed:
                high = middle
            else:
                return  # out of time: neither reached nor proven too small

    def _take(self, sites: NDArray[np.int64]) -> int:
        """Better sites; their radius may be less than was asked for. Returns its place."""
        others = np.setdiff1d(np.arange(self.cost.shape[1]), sites)
        self.sites = np.concatenate([sites, others[: self.p - len(sites)]])
        self.high = int(np.searchsorted(self.radii, self.cost[:, self.sites].min(axis=1).max()))
        return self.high

    def _farthest_first(self) -> NDArray[np.int64]:
        """Each time the candidate nearest to the row that is worst off (Gonzalez 1985, doi:10.1016/0304-3975(85)90224-5)."""
        sites = list(self.locked)
        now = self.cost[:, sites].min(axis=1) if sites else np.full(len(self.cost), np.inf)
        while len(sites) < self.p:
            row = int(now.argmax())
            toward = self.cost[row].copy()
            toward[sites] = np.inf
            best = int(toward.argmin())
            sites.append(best if best not in sites else int(np.setdiff1d(np.arange(self.cost.shape[1]), sites)[0]))
            now = np.minimum(now, self.cost[:, sites[-1]])
        return np.array(sites, np.int64)
