"""Maximal cover and set cover: as much demand as p sites can cover, and as few sites as cover all."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.siting.checking import all_in_reach, candidates_of, costs_of, radius_of, refuse_out_of_reach, weights_of, whole
from layers.siting.compiling import warm_up
from layers.siting.covering import best_cover
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.reaching import fewest
from layers.siting.sets import dominated, merged


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
    can reach is not covered, and no error; where that holds for all demand, it is one. Raises SitingError, naming the row.
    Source: Church, ReVelle 1974, doi:10.1007/BF01942293.
    """
    warm_up()
    clock = Clock(time_limit_s)
    table, reach = costs_of(cost), radius_of(radius)
    weight = weights_of(weights, len(table))
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    number = whole(p, "p")
    near = covers(table[:, candidates.ids], reach)
    if weight.any() and not near[weight > 0].any():
        refuse_out_of_reach(table, weight, candidates, reach)
    served: NDArray[np.bool_] = np.asarray(near[:, candidates.locked].any(axis=1))
    left = merged(near & ~served[:, None], weight)
    columns = np.flatnonzero(~(dominated(left.near) | candidates.is_locked))
    more = number - len(candidates.locked)
    if len(columns) <= more:
        chosen, bound, is_proven = np.arange(len(columns)), 0.0, True
    elif more == 0:
        chosen, bound, is_proven = np.zeros(0, np.int64), 0.0, True
    else:
        chosen, bound, is_proven = best_cover(left._replace(near=left.near[:, columns]), more, clock)
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
    warm_up()
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
