"""Backup cover: demand that two sites can serve, so that one may be away."""

from collections.abc import Iterable, Mapping

from numpy.typing import ArrayLike

from layers.siting.checking import candidates_of, share_of, whole
from layers.siting.groups import singles
from layers.siting.plan import Clock, Plan
from layers.siting.programs import asked
from layers.siting.together import as_plan, best_groups, money_of, pays_for_something


def backup_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    radius: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    once_share: float = 0.0,
    site_costs: ArrayLike | None = None,
    budget: float | None = None,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites, ``fixed`` among them, that cover most demand twice (and once, as far as ``once_share`` asks for that).

    max sum_i w_i ((1 - s) u_i + s z_i),  z_i + u_i <= sum of y_j over j with c_ij <= radius,  u_i <= z_i <= 1,  sum_j y_j = p,
    y, u in {0, 1}, with s = once_share in [0, 1]: 0 counts only demand that two sites cover, 1 is maximal cover.

    cost: float (demand, candidates). weights: float (demand,). With a budget, sum_j b_j y_j <= budget (site_costs: b, float (candidates,)),
    and p is the most. Returns a Plan; objective is (1 - s) x demand covered by two sites or more + s x demand covered at all; assignment is
    the nearest site in reach. Raises SitingError, naming the row.
    Source: Hogan, ReVelle 1986, doi:10.1287/mnsc.32.11.1434 (BACOP2).
    """
    clock, share = Clock(time_limit_s), share_of(once_share, "once_share")
    question = asked(cost, weights, radius)
    m, number = question.cost.shape[1], whole(p, "p")
    candidates = candidates_of(m, fixed, excluded, p)
    money, price = money_of(budget, site_costs, m)
    pays_for_something(price[candidates.ids], candidates.ids, candidates.is_locked, money)
    groups = singles(candidates, m, number if budget is None else 0, number, price, money)
    return as_plan(question, best_groups(question, groups, clock, once_share=share), clock, candidates, once_share=share)
