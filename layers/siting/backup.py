"""Backup cover: demand that two sites can serve, so that one may be away."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, eye_array

from layers.siting.checking import candidates_of, whole
from layers.siting.errors import SitingError
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.programs import Rows, asked, block, program, solved
from layers.siting.sets import merged


def backup_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    radius: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    once_share: float = 0.0,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites, ``fixed`` among them, that cover most demand twice (and once, as far as ``once_share`` asks for that).

    max sum_i w_i ((1 - s) u_i + s z_i),  z_i + u_i <= sum of y_j over j with c_ij <= radius,  u_i <= z_i <= 1,  sum_j y_j = p,
    y, u in {0, 1}, with s = once_share in [0, 1]: 0 counts only demand that two sites cover, 1 is maximal cover.

    cost: float (demand, candidates). weights: float (demand,). Returns a Plan; objective is (1 - s) x demand covered by two sites or more
    + s x demand covered at all; assignment is the nearest site in reach. Raises SitingError, naming the row.
    Source: Hogan, ReVelle 1986, doi:10.1287/mnsc.32.11.1434 (BACOP2).
    """
    clock = Clock(time_limit_s)
    if not 0 <= once_share <= 1:
        raise SitingError(f"once_share came as {once_share}; a share between 0 and 1 was wanted.")
    table, weight, reach, near = asked(cost, weights, radius)
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    rows = merged(near[:, candidates.ids], weight)
    n, m = len(rows.weight), len(candidates.ids)
    one, links = csr_array(eye_array(n)), csr_array(rows.near.astype(np.float64))
    is_locked = candidates.is_locked.astype(np.float64)
    task = program(
        np.concatenate([np.zeros(m), once_share * rows.weight, (1 - once_share) * rows.weight]),
        [
            Rows([links, -one, -one], 0, np.inf),
            Rows([None, one, -one], 0, np.inf),
            Rows([block(np.ones(m)), csr_array((1, n)), csr_array((1, n))], whole(p, "p"), whole(p, "p")),
        ],
        np.concatenate([is_locked, np.zeros(2 * n)]),
        np.ones(m + 2 * n),
        # u too: one site in reach would else count as half of a second cover.
        (np.arange(m + 2 * n) < m) | (np.arange(m + 2 * n) >= m + n),
    )
    values, answer = solved(task, clock, "There is no such plan.")
    sites = candidates.ids[values[:m] > 0.5]
    times = near[:, sites].sum(axis=1)
    objective = float(once_share * weight[times >= 1].sum() + (1 - once_share) * weight[times >= 2].sum())
    return make_plan(
        sites,
        objective,
        max(answer.bound, objective),
        clock,
        is_proven=answer.is_proven,
        assignment=nearest(table, sites, reach),
        excluded=candidates.excluded,
    )
