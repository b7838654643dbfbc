"""The maximal cover's answer: a bound and a few branches of our own first, then HiGHS on what these leave open."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack, vstack

from layers.siting.branching import Search, search, tables_of_cover
from layers.siting.highs import Program, may_suffice, solve
from layers.siting.plan import Clock
from layers.siting.sets import Merged, dominated, merged

#: A question that so many branches do not decide is one for a solver with cuts; so is one whose gap is wider than this share of all demand.
BRANCHES, WIDEST = 100, 5e-4
#: Shakes of the plan before the bound is known, and after it where it proves nothing.
ROUNDS_BEFORE, ROUNDS_AFTER = 20, 600
#: Shakes between two looks at the clock, and what that takes for each pair of a candidate and a row that it covers.
AT_ONCE, SECONDS_A_PAIR = 20, 1e-6


def best_cover(rows: Merged, p: int, clock: Clock) -> tuple[NDArray[np.int64], float, bool]:
    """(places of p candidates, no plan covers more than this, is it proven); there are more than p candidates, and p is at least 1."""
    everything = float(rows.weight.sum())
    heuristic = _Heuristic(rows)
    sites = heuristic.greedy(p)
    heuristic.improve(sites, np.arange(rows.near.shape[1]), ROUNDS_BEFORE, clock)
    if clock.is_over:
        return sites, everything, False
    tables, no_one = tables_of_cover(rows.near, rows.weight), np.zeros(0, np.int64)
    while True:
        found = search(tables, p, no_one, sites, clock, is_start_good=True, branches=BRANCHES, widest=WIDEST)
        if found.is_proven or clock.is_over:
            return found.sites, everything - max(0.0, found.bound), found.is_proven
        sites = found.sites.copy()
        if not heuristic.improve(sites, found.kept, ROUNDS_AFTER, clock):
            break
    sites, bound, is_proven = _by_highs(rows, p, found, clock)
    return sites, min(bound, everything - max(0.0, found.bound)), is_proven


class _Heuristic:
    """Exchange of sites over the rows that each candidate covers."""

    def __init__(self, rows: Merged) -> None:
        from layers.siting import kernels_cover as kernels

        self.kernels, self.weight = kernels, rows.weight
        candidate, self.row = np.nonzero(np.ascontiguousarray(rows.near.T))
        self.first = np.searchsorted(candidate, np.arange(rows.near.shape[1] + 1))
        self.least = float(rows.weight.sum()) * 1e-12
        self.state = np.zeros(1, np.uint64)

    def greedy(self, p: int) -> NDArray[np.int64]:
        sites: NDArray[np.int64] = self.kernels.cover_greedy(self.first, self.row, self.weight, p)
        return sites

    def improve(self, sites: NDArray[np.int64], allowed: NDArray[np.int64], rounds: int, clock: Clock) -> bool:
        """Changes sites; says whether they became better."""
        table = (self.first, self.row, self.weight, sites, allowed)
        before = covered = self.kernels.cover_exchange(*table, np.inf)
        longest = 0.0
        for _ in range(rounds // AT_ONCE):
            started = clock.seconds
            # Begun only where it ends in time and leaves some for the bound.
            if max(longest, self.row.size * SECONDS_A_PAIR) > clock.left / 2:
                break
            covered = self.kernels.cover_wander(*table, AT_ONCE, self.least, self.state)
            longest = clock.seconds - started
        return bool(covered > before + self.least)


def _by_highs(rows: Merged, p: int, found: Search, clock: Clock) -> tuple[NDArray[np.int64], float, bool]:
    """What a plan better than ``found`` may look like, as an integer program. Where there is none, found is the best."""
    served: NDArray[np.bool_] = np.asarray(rows.near[:, found.opened].any(axis=1))
    free = np.setdiff1d(found.kept, found.opened)
    left = merged(rows.near[:, free] & ~served[:, None], rows.weight)
    keep = ~dominated(left.near)
    more = p - len(found.opened)
    if keep.sum() < more:
        keep[:] = True
    free, left = free[keep], left._replace(near=left.near[:, keep])
    before = float(rows.weight[served].sum())
    covered = float(rows.weight[rows.near[:, found.sites].any(axis=1)].sum())
    if not len(left.weight):  # what a better plan must have covers all that it can have
        return np.concatenate([found.opened, free[:more]]) if before > covered else found.sites, max(before, covered), True
    is_chosen = np.isin(free, found.sites)
    if not may_suffice(int(left.near.sum()), clock):
        return found.sites, np.inf, False
    answer = solve(
        _program(left, more, covered - before), clock, _start(left, is_chosen) if is_chosen.sum() == more else None, has_good_start=True
    )
    if answer.values is None:
        return found.sites, covered if answer.is_impossible else before + answer.bound, answer.is_impossible
    return np.concatenate([found.opened, free[answer.values[: len(free)] > 0.5]]), before + answer.bound, answer.is_proven


def _start(rows: Merged, is_chosen: NDArray[np.bool_]) -> NDArray[np.float64]:
    several = rows.near[rows.near.sum(axis=1) > 1]
    return np.concatenate([is_chosen, several[:, is_chosen].any(axis=1)]).astype(np.float64)


def _program(rows: Merged, p: int, at_least: float) -> Program:
    # A row with one candidate needs no variable of its own: its weight is that candidate's.
    alone = rows.near.sum(axis=1) == 1
    n, m = int((~alone).sum()), rows.near.shape[1]
    own = np.bincount(rows.near[alone].argmax(axis=1), rows.weight[alone], minlength=m) if alone.any() else np.zeros(m)
    gain = np.concatenate([own, rows.weight[~alone]])
    links = hstack([csr_array(rows.near[~alone].astype(np.float64)), diags_array(np.full(n, -1.0))])
    is_site = np.arange(m + n) < m
    return Program(
        gain=gain,
        low=np.zeros(m + n),
        high=np.ones(m + n),
        is_whole=is_site,
        rows=csr_array(vstack([links, csr_array(np.stack([is_site.astype(np.float64), gain]))], format="csr")),
        row_low=np.concatenate([np.zeros(n), [p, at_least - 1e-9 * abs(at_least)]]),
        row_high=np.concatenate([np.full(n, np.inf), [p, np.inf]]),
    )
