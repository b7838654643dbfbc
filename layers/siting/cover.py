"""Maximal cover and set cover: as much demand as p sites can cover, and as few sites as cover all."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, diags_array, hstack, vstack

from layers.siting.checking import all_in_reach, candidates_of, costs_of, radius_of, weights_of, whole
from layers.siting.highs import Program, solve
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.reaching import fewest
from layers.siting.sets import Merged, dominated, merged


def max_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    radius: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites, ``fixed`` among them, that cover most demand; a row is covered when a site's cost is at most ``radius``.

    max sum_i w_i z_i,  z_i <= sum of y_j over j with c_ij <= radius,  sum_j y_j = p,  y_j = 1 for fixed j,  y_j in {0, 1}, z_i <= 1.

    cost: float (demand, candidates), inf: out of reach whatever the radius. weights: float (demand,). excluded: candidate -> reason.
    Returns a Plan; objective is the demand covered (not the number of rows), assignment the nearest site in reach. A row that nobody
    can reach is not covered, and no error. Raises SitingError, naming the row.
    Source: Church, ReVelle 1974, doi:10.1007/BF01942293.
    """
    clock = Clock(time_limit_s)
    table, reach = costs_of(cost), radius_of(radius)
    weight = weights_of(weights, len(table))
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    number = whole(p, "p")
    near = covers(table[:, candidates.ids], reach)
    served: NDArray[np.bool_] = np.asarray(near[:, candidates.locked].any(axis=1))
    left = merged(near & ~served[:, None], weight)
    columns = np.flatnonzero(~(dominated(left.near) | candidates.is_locked))
    more = number - len(candidates.locked)
    if len(columns) <= more:
        chosen, bound, is_proven = np.arange(len(columns)), 0.0, True
    else:
        chosen, bound, is_proven = _best(Merged(left.near[:, columns], left.weight), more, clock)
    taken = np.concatenate([candidates.locked, columns[chosen]])
    others = np.setdiff1d(np.arange(len(candidates.ids)), taken)
    sites = candidates.ids[np.concatenate([taken, others[: number - len(taken)]])]
    assignment = nearest(table, sites, reach)
    objective = _sum(weight[assignment >= 0])
    bound = max(objective, bound + _sum(weight[served]))
    return make_plan(sites, objective, bound, clock, is_proven=is_proven, assignment=assignment, excluded=candidates.excluded)


def set_coverage(
    cost: ArrayLike,
    radius: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The fewest sites, ``fixed`` among them, so that every demand row has one at a cost of at most ``radius``.

    min sum_j y_j,  sum of y_j over j with c_ij <= radius >= 1 for every row i,  y_j = 1 for fixed j,  y_j in {0, 1}.

    cost: float (demand, candidates). Returns a Plan; objective is the number of sites. Raises SitingError, naming a row that nobody
    can reach. Source: Toregas, Swain, ReVelle, Bergman 1971, doi:10.1287/opre.19.6.1363.
    """
    clock = Clock(time_limit_s)
    table, reach = costs_of(cost), radius_of(radius)
    candidates = candidates_of(table.shape[1], fixed, excluded)
    all_in_reach(table, candidates, reach)
    found = fewest(covers(table, reach)[:, candidates.ids], candidates.locked, clock)
    places = found.sites if found.sites is not None else np.arange(len(candidates.ids))
    sites = candidates.ids[places]
    assignment = nearest(table, sites, reach)
    return make_plan(sites, len(sites), found.at_least, clock, assignment=assignment, excluded=candidates.excluded)


def covers(cost: NDArray[np.float64], radius: float) -> NDArray[np.bool_]:
    """Which candidate covers which row, bool (demand, candidates)."""
    near: NDArray[np.bool_] = (cost <= radius) & np.isfinite(cost)
    return near


def _sum(weight: NDArray[np.float64]) -> float:
    """The sum, whatever the order of the rows."""
    return float(np.sort(weight).sum())


def _best(rows: Merged, p: int, clock: Clock) -> tuple[NDArray[np.int64], float, bool]:
    """(p candidates, no plan covers more than, is it proven): HiGHS, begun with what greedy choice and exchange find."""
    start = _exchanged(rows, _greedy(rows, p))
    # A row with one candidate needs no variable of its own: its weight is that candidate's.
    alone = rows.near.sum(axis=1) == 1
    n, m = int((~alone).sum()), rows.near.shape[1]
    own = np.bincount(rows.near[alone].argmax(axis=1), rows.weight[alone], minlength=m) if alone.any() else np.zeros(m)
    near = rows.near[~alone]
    table = vstack(
        [hstack([csr_array(near.astype(np.float64)), diags_array(np.full(n, -1.0))]), csr_array(_row_of_ones(m, n))], format="csr"
    )
    program = Program(
        gain=np.concatenate([own, rows.weight[~alone]]),
        low=np.zeros(m + n),
        high=np.ones(m + n),
        is_whole=np.arange(m + n) < m,
        rows=csr_array(table),
        row_low=np.concatenate([np.zeros(n), [p]]),
        row_high=np.concatenate([np.full(n, np.inf), [p]]),
    )
    is_site = np.zeros(m)
    is_site[start] = 1
    answer = solve(program, clock, np.concatenate([is_site, near[:, start].any(axis=1)]))
    if answer.values is None:
        return start, min(answer.bound, float(rows.weight.sum())), False
    return np.flatnonzero(answer.values[:m] > 0.5), answer.bound, answer.is_proven


def _row_of_ones(m: int, n: int) -> NDArray[np.float64]:
    return (np.arange(m + n) < m).astype(np.float64)[None]


def _greedy(rows: Merged, p: int) -> NDArray[np.int64]:
    """Each time the candidate that adds most demand."""
    left = rows.weight.copy()
    chosen: list[int] = []
    for _ in range(p):
        gain = left @ rows.near
        gain[chosen] = -1
        chosen.append(int(gain.argmax()))
        left[rows.near[:, chosen[-1]]] = 0
    return np.array(chosen, np.int64)


def _exchanged(rows: Merged, sites: NDArray[np.int64]) -> NDArray[np.int64]:
    """One site for one candidate as long as that covers more (Teitz, Bart 1968, doi:10.1287/opre.16.5.955)."""
    sites = sites.copy()
    near = rows.near.astype(np.float64)
    while True:
        times = near[:, sites].sum(axis=1)
        best = (1e-9 * rows.weight.sum(), -1, -1)
        for k, site in enumerate(sites):
            without = rows.weight * (times - near[:, site] == 0)
            gain = without @ near
            gain -= gain[site]
            gain[sites] = 0
            if gain.max() > best[0]:
                best = (float(gain.max()), k, int(gain.argmax()))
        if best[1] < 0:
            return sites
        sites[best[1]] = best[2]
