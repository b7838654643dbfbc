"""The p-median: p sites with the least total weighted cost."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.siting.branching import Search, search, tables_of_costs
from layers.siting.checking import Candidates, all_in_reach, candidates_of, costs_of, totals_that_fit, weights_of, whole
from layers.siting.compiling import warm_up
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.radius import by_radii
from layers.siting.reaching import sites_that_reach_all

#: A question that branches of so many costs in all do not decide is given to HiGHS, if it has become small. If that does not help, it is
#: branched on to the end.
BRANCHES_COSTS = 400_000_000


class _Question(NamedTuple):
    """What is left when what cannot change the answer is gone: rows and candidates that are twice, rows without weight."""

    cost: NDArray[np.float64]  # (rows, candidates), weighted; inf out of reach
    columns: NDArray[np.int64]  # (candidates,) places among the candidates that may be chosen
    locked: NDArray[np.int64]  # places in columns
    scale: NDArray[np.float64]  # (rows,) the weight


def p_median(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites, ``fixed`` among them, with the least total weighted cost when every demand row goes to its cheapest site.

    min sum_i sum_j w_i c_ij x_ij,  sum_j x_ij = 1,  x_ij <= y_j,  sum_j y_j = p,  y_j = 1 for fixed j,  y_j in {0, 1}.

    cost: float (demand, candidates), inf where a candidate cannot serve a row. weights: float (demand,). excluded: candidate -> reason.
    Returns a Plan; objective is the total, assignment the cheapest site of each row. Raises SitingError, naming the row.
    Source: Hakimi 1964, doi:10.1287/opre.12.3.450; ReVelle, Swain 1970, doi:10.1111/j.1538-4632.1970.tb00142.x; how it is proven:
    `layers/siting/branching.py`.
    """
    warm_up()
    clock = Clock(time_limit_s)
    table = costs_of(cost)
    weight = weights_of(weights, len(table))
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    all_in_reach(table, candidates, who=weight > 0)
    totals_that_fit(table, weight)
    question = _shortened(table, weight, candidates)
    found = _answer(question, whole(p, "p"), clock)
    sites = _filled(candidates, question.columns[found.sites], whole(p, "p"))
    reached = table[weight > 0][:, sites].min(axis=1)
    objective = float(np.sort(weight[weight > 0] * reached).sum())
    return make_plan(
        sites,
        objective,
        min(found.bound, objective),
        clock,
        is_proven=found.is_proven,
        assignment=nearest(table, sites),
        excluded=candidates.excluded,
    )


def _shortened(table: NDArray[np.float64], weight: NDArray[np.float64], candidates: Candidates) -> _Question:
    wanted = table[weight > 0][:, candidates.ids]
    rows, to = _firsts(wanted)
    scale = np.bincount(to, weight[weight > 0], minlength=len(rows)).astype(np.float64)
    wanted = wanted[rows]
    firsts, same_as = _firsts(np.ascontiguousarray(wanted.T)) if len(rows) else (np.arange(len(candidates.ids)),) * 2
    stays = np.zeros(len(candidates.ids), bool)
    stays[firsts] = True
    for at in candidates.locked:  # of candidates that are alike a locked one stays, and stands for the others
        stays[firsts[same_as[at]]] = False
    stays[candidates.locked] = True
    columns = np.flatnonzero(stays)
    return _Question(wanted[:, columns] * scale[:, None], columns, np.searchsorted(columns, candidates.locked), scale)


def _firsts(rows: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each different row stands first, and for each row which of these it equals."""
    seen: dict[bytes, int] = {}
    to = np.array([seen.setdefault(row.tobytes(), len(seen)) for row in rows + 0.0], np.int64)  # + 0.0: -0.0 is 0.0
    firsts = np.full(len(seen), len(rows), np.int64)
    np.minimum.at(firsts, to, np.arange(len(rows)))
    return firsts, to


def _answer(question: _Question, p: int, clock: Clock) -> Search:
    n, m = question.cost.shape
    if m <= p:
        return Search(np.arange(m), -np.inf, True)
    if n == 0:
        others = np.setdiff1d(np.arange(m), question.locked)
        return Search(np.concatenate([question.locked, others[: p - len(question.locked)]]), 0.0, True)
    start = None
    if np.isinf(question.cost).any():
        start = sites_that_reach_all(question.cost, p, question.locked, clock)
    tables = tables_of_costs(question.cost, question.scale)
    found = search(tables, p, question.locked, start, clock, branches=BRANCHES_COSTS // (n * m))
    if not found.is_proven and not clock.is_over:
        found = by_radii(question.cost, p, found, clock)
    if not found.is_proven and not clock.is_over:
        last = search(tables, p, question.locked, found.sites, clock)
        found = last._replace(bound=max(last.bound, found.bound))
    return found


def _filled(candidates: Candidates, chosen: NDArray[np.int64], p: int) -> NDArray[np.int64]:
    """The chosen candidates' numbers, made up to p with the first ones that are left (they are like chosen ones, and add nothing)."""
    left = np.setdiff1d(np.arange(len(candidates.ids)), chosen)
    return np.sort(candidates.ids[np.concatenate([chosen, left[: p - len(chosen)]])])
