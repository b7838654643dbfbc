"""Cover for a sum of money: sites that differ in what they cost."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, eye_array

from layers.siting.checking import amount, candidates_of, of_candidates, whole
from layers.siting.errors import SitingError
from layers.siting.plan import Clock, Plan, make_plan, nearest
from layers.siting.programs import Rows, asked, block, program, solved
from layers.siting.sets import merged


def budget_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    radius: float,
    site_costs: ArrayLike,
    budget: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    p: int | None = None,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The sites, ``fixed`` among them, that cover most demand and together cost at most ``budget``.

    max sum_i w_i z_i,  z_i <= sum of y_j over j with c_ij <= radius,  sum_j b_j y_j <= budget,  sum_j y_j <= p where p is given.

    cost: float (demand, candidates). weights: float (demand,). site_costs: float (candidates,), in the money of budget; a site that
    stands already and is paid for costs 0. Returns a Plan; objective is the demand covered. Raises SitingError where the budget does not
    pay for the fixed sites, or for any site at all.
    Source: Church, ReVelle 1974, doi:10.1007/BF01942293, with costs as in Khuller, Moss, Naor 1999, doi:10.1016/S0020-0190(99)00031-9.
    """
    clock = Clock(time_limit_s)
    table, weight, reach, near = asked(cost, weights, radius)
    price = of_candidates(site_costs, table.shape[1], "cost of a site")
    money = amount(budget, "budget")
    candidates = candidates_of(table.shape[1], fixed, excluded, p)
    pays_for_something(price[candidates.ids], candidates.ids, candidates.locked, money)
    rows = merged(near[:, candidates.ids], weight)
    n, m = len(rows.weight), len(candidates.ids)
    most = m if p is None else whole(p, "p")
    task = program(
        np.concatenate([np.zeros(m), rows.weight]),
        [
            Rows([csr_array(rows.near.astype(np.float64)), -csr_array(eye_array(n))], 0, np.inf),
            Rows([block(price[candidates.ids]), csr_array((1, n))], -np.inf, money),
            Rows([block(np.ones(m)), csr_array((1, n))], -np.inf, most),
        ],
        np.concatenate([candidates.is_locked.astype(np.float64), np.zeros(n)]),
        np.ones(m + n),
        np.arange(m + n) < m,
    )
    values, answer = solved(task, clock, "There is no such plan.")
    sites = candidates.ids[values[:m] > 0.5]
    assignment = nearest(table, sites, reach)
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


def pays_for_something(price: np.ndarray, names: np.ndarray, locked: np.ndarray, money: float, what: str = "candidate") -> None:
    """The locked can be paid for, and at least one can be bought; or a sentence says what is missing."""
    spent = float(price[locked].sum())
    if spent > money:
        raise SitingError(f"The budget of {money:g} does not suffice: what is fixed costs {spent:g}.")
    if not len(locked) and price.min() > money:
        least = int(price.argmin())
        raise SitingError(f"The budget of {money:g} does not suffice: the cheapest, {what} {int(names[least])}, costs {price[least]:g}.")
