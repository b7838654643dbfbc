"""Capacitated cover: a site serves no more demand than it can."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array

from layers.siting.checking import candidates_of, of_candidates, whole
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.programs import Rows, asked, block, program, solved


def capacitated_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    radius: float,
    capacity: ArrayLike,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites that serve most demand, each row whole and by one site in reach, no site more than its ``capacity``.

    max sum_i w_i sum_j x_ij,  sum_j x_ij <= 1,  x_ij <= y_j,  sum_i w_i x_ij <= k_j y_j,  sum_j y_j = p,  x, y in {0, 1},
    x_ij only where c_ij <= radius.

    cost: float (demand, candidates). weights: float (demand,). capacity: float (candidates,), in demand. Returns a Plan; objective is
    the demand served, assignment who serves whom, -1 where nobody does. Raises SitingError, naming the row.
    Source: Current, Storbeck 1988, doi:10.1068/b150153.
    """
    clock = Clock(time_limit_s)
    table, weight, reach, near = asked(cost, weights, radius)
    most = of_candidates(capacity, table.shape[1], "capacity")
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    m, number = len(candidates.ids), whole(p, "p")
    room = most[candidates.ids]
    # A row that is more than a site can take is never that site's.
    row, at = np.nonzero(near[:, candidates.ids] & (weight > 0)[:, None] & (weight[:, None] <= room))
    k, each = len(row), np.arange(len(row))
    rows, to = np.unique(row, return_inverse=True)
    task = program(
        np.concatenate([np.zeros(m), weight[row]]),
        [
            Rows([csr_array((len(rows), m)), csr_array((np.ones(k), (to, each)), shape=(len(rows), k))], -np.inf, 1),
            Rows([csr_array((np.ones(k), (each, at)), shape=(k, m)), csr_array((-np.ones(k), (each, each)), shape=(k, k))], 0, np.inf),
            Rows([csr_array(np.diag(room)), csr_array((-weight[row], (at, each)), shape=(m, k))], 0, np.inf),
            Rows([block(np.ones(m)), csr_array((1, k))], number, number),
        ],
        np.concatenate([candidates.is_locked.astype(np.float64), np.zeros(k)]),
        np.ones(m + k),
        np.ones(m + k, bool),
    )
    values, answer = solved(task, clock, "There is no such plan.")
    sites = candidates.ids[values[:m] > 0.5]
    assignment = np.where(weight > 0, -1, nearest(table, sites, reach))
    is_served = values[m:] > 0.5
    assignment[row[is_served]] = candidates.ids[at[is_served]]
    objective = float(weight[assignment >= 0].sum())
    return make_plan(
        sites,
        objective,
        max(answer.bound, objective),
        clock,
        is_proven=answer.is_proven,
        assignment=assignment,
        excluded=candidates.excluded,
    )
