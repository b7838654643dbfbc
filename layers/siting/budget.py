"""Cover for a sum of money: sites that differ in what they cost."""

from collections.abc import Iterable, Mapping

from numpy.typing import ArrayLike

from layers.siting.checking import candidates_of, whole
from layers.siting.groups import singles
from layers.siting.plan import Clock, Plan
from layers.siting.programs import asked
from layers.siting.together import as_plan, best_groups, money_of, pays_for_something


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
    question = asked(cost, weights, radius)
    m = question.cost.shape[1]
    money, price = money_of(budget, site_costs, m)
    candidates = candidates_of(m, fixed, excluded, p)
    pays_for_something(price[candidates.ids], candidates.ids, candidates.is_locked, money)
    groups = singles(candidates, m, 0, m if p is None else whole(p, "p"), price, money)
    return as_plan(question, best_groups(question, groups, clock), clock, candidates)
