"""Capacitated cover: a site serves no more demand than it can."""

from collections.abc import Iterable, Mapping

from numpy.typing import ArrayLike

from layers.siting.checking import candidates_of, of_candidates, whole
from layers.siting.groups import singles
from layers.siting.plan import Clock, Plan
from layers.siting.programs import asked
from layers.siting.together import as_plan, best_groups, money_of, pays_for_something


def capacitated_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    p: int,
    radius: float,
    capacity: ArrayLike,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    site_costs: ArrayLike | None = None,
    budget: float | None = None,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p sites that serve most demand, each row whole and by one site in reach, no site more than its ``capacity``.

    max sum_i w_i sum_j x_ij,  sum_j x_ij <= 1,  x_ij <= y_j,  sum_i w_i x_ij <= k_j y_j,  sum_j y_j = p,  x, y in {0, 1},
    x_ij only where c_ij <= radius.

    cost: float (demand, candidates). weights: float (demand,). capacity: float (candidates,), in demand. With a budget, sum_j b_j y_j <=
    budget (site_costs: b, float (candidates,)), and p is the most. Returns a Plan; objective is the demand served, assignment who serves
    whom, -1 where nobody does. Raises SitingError, naming the row.
    Source: Current, Storbeck 1988, doi:10.1068/b150153.
    """
    clock = Clock(time_limit_s)
    question = asked(cost, weights, radius)
    m, number = question.cost.shape[1], whole(p, "p")
    room = of_candidates(capacity, m, "capacity")
    candidates = candidates_of(m, fixed, excluded, p)
    money, price = money_of(budget, site_costs, m)
    pays_for_something(price[candidates.ids], candidates.ids, candidates.is_locked, money)
    groups = singles(candidates, m, number if budget is None else 0, number, price, money)
    return as_plan(question, best_groups(question, groups, clock, room=room), clock, candidates)
