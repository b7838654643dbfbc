"""Two-sided siting: pairs of offices that face each other across the border, chosen and paid for together."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array

from layers.siting.budget import pays_for_something
from layers.siting.checking import amount, candidates_of, of_candidates, whole
from layers.siting.errors import SitingError
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.programs import Rows, asked, block, program, solved
from layers.siting.sets import merged


def two_sided_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    pairs: ArrayLike,
    p: int | None,
    radius: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    site_costs: ArrayLike | None = None,
    budget: float | None = None,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p pairs, ``fixed`` (rows of pairs) among them, whose offices cover most demand; an office is in one chosen pair at most.

    max sum_i w_i z_i,  z_i <= sum of y_j over j with c_ij <= radius,  y_j = sum of v_k over the pairs k of j,  sum_k v_k = p,
    sum_j b_j y_j <= budget where there is one,  v_k in {0, 1}.

    cost: float (demand, candidates); demand that only an office of its own side may serve has inf at the other side's candidates.
    pairs: int (pairs, 2), candidates of the two sides. p: how many pairs; None with a budget: as many as it pays for.
    site_costs: float (candidates,). Returns a Plan; sites are the offices, pairs the rows of ``pairs``, objective the demand covered.
    Raises SitingError, naming the row. Source: maximal cover (Church, ReVelle 1974, doi:10.1007/BF01942293) with joint choice.
    """
    clock = Clock(time_limit_s)
    table, weight, reach, near = asked(cost, weights, radius)
    m = table.shape[1]
    couples = _pairs(pairs, m)
    out = candidates_of(m, (), excluded).excluded
    lost = {row: f"candidate {site}: {out[site]}" for row, pair in enumerate(couples.tolist()) for site in pair if site in out}
    chosen = candidates_of(len(couples), fixed, lost, p)
    money, price = _money(budget, site_costs, m, p)
    left = couples[chosen.ids]
    if budget is not None:
        pays_for_something(price[left].sum(axis=1), chosen.ids, chosen.locked, money, "pair")
    k, office = len(left), csr_array((np.ones(2 * len(left)), (left.ravel(), np.repeat(np.arange(len(left)), 2))), shape=(m, len(left)))
    rows = merged(near, weight)
    n, number = len(rows.weight), None if p is None else whole(p, "p")
    task = program(
        np.concatenate([np.zeros(k), rows.weight]),
        [
            Rows([csr_array(csr_array(rows.near.astype(np.float64)) @ office), -csr_array(eye_array(n))], 0, np.inf),
            Rows([office, csr_array((m, n))], -np.inf, 1),
            Rows([block(np.ones(k)), csr_array((1, n))], 0 if number is None else number, k if number is None else number),
            Rows([block(price[left].sum(axis=1)), csr_array((1, n))], -np.inf, money),
        ],
        np.concatenate([chosen.is_locked.astype(np.float64), np.zeros(n)]),
        np.ones(k + n),
        np.arange(k + n) < k,
    )
    values, answer = solved(
        task, clock, f"There are no {p} pairs that share no office" + (" within the budget." if budget is not None else ".")
    )
    taken = chosen.ids[values[:k] > 0.5]
    sites = np.unique(couples[taken])
    assignment = nearest(table, sites, reach)
    objective = float(weight[assignment >= 0].sum())
    return make_plan(
        sites,
        objective,
        max(answer.bound, objective),
        clock,
        is_proven=answer.is_proven,
        assignment=assignment,
        pairs=taken,
        excluded=out,
    )


def _pairs(pairs: ArrayLike, candidates: int) -> NDArray[np.int64]:
    table = np.asarray(pairs)
    if table.ndim != 2 or table.shape[1] != 2 or not len(table) or not np.issubdtype(table.dtype, np.integer):
        raise SitingError(
            f"The pairs came with shape {table.shape} of {table.dtype}; wanted are whole numbers (pairs, 2), at least one pair."
        )
    wrong = (table < 0) | (table >= candidates)
    if wrong.any():
        row, side = (int(at) for at in np.argwhere(wrong)[0])
        raise SitingError(f"Pair {row} names candidate {table[row, side]}; they run from 0 to {candidates - 1}.")
    alone = np.flatnonzero(table[:, 0] == table[:, 1])
    if len(alone):
        raise SitingError(f"Pair {int(alone[0])} is candidate {table[alone[0], 0]} twice; a pair is two offices.")
    return table.astype(np.int64)


def _money(budget: float | None, site_costs: ArrayLike | None, candidates: int, p: int | None) -> tuple[float, NDArray[np.float64]]:
    if budget is None:
        if p is None:
            raise SitingError("Neither p nor a budget was given; one of them must end the choice.")
        return np.inf, np.zeros(candidates)
    if site_costs is None:
        raise SitingError("A budget came without site_costs; give what each candidate costs.")
    return amount(budget, "budget"), of_candidates(site_costs, candidates, "cost of a site")
