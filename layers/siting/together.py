"""Cover by groups of sites that are chosen together: the one program behind backup, capacity, budget and pairs."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from layers.siting.checking import Candidates, amount, of_candidates
from layers.siting.errors import SitingError
from layers.siting.filling import Filling
from layers.siting.greedy import Task, bound_of, first_plan
from layers.siting.groups import Groups
from layers.siting.highs import may_suffice, solve
from layers.siting.plan import SAME, Clock, Plan, make_plan, nearest
from layers.siting.programs import Asked
from layers.siting.sets import merged
from layers.siting.writing import Chosen, Part, once_or_twice, whole_program, with_room

#: Steps of our own bound: where it is the only one, or HiGHS's is poor (where sites have room for so much), and where HiGHS follows.
STEPS_ALONE, STEPS_BEFORE = 400, 30


def money_of(budget: float | None, site_costs: ArrayLike | None, m: int) -> tuple[float, NDArray[np.float64]]:
    """(the most money, what each candidate costs); without a budget there is no end to it. Raises SitingError."""
    if budget is None:
        return np.inf, np.zeros(m)
    if site_costs is None:
        raise SitingError("A budget came without site_costs; give what each candidate costs.")
    return amount(budget, "budget"), of_candidates(site_costs, m, "cost of a site")


def pays_for_something(
    price: NDArray[np.float64], names: NDArray[np.int64], locked: NDArray[np.bool_], money: float, what: str = "candidate"
) -> None:
    """The locked can be paid for, and at least one can be bought; or a sentence says what is missing."""
    spent = float(price[locked].sum())
    if spent > money:
        raise SitingError(f"The budget of {money:g} does not suffice: what is fixed costs {spent:g}.")
    if not locked.any() and price.min() > money:
        least = int(price.argmin())
        raise SitingError(f"The budget of {money:g} does not suffice: the cheapest, {what} {int(names[least])}, costs {price[least]:g}.")


def best_groups(
    asked: Asked,
    groups: Groups,
    clock: Clock,
    impossible: str = "There is no such plan.",
    *,
    once_share: float = 1.0,
    room: NDArray[np.float64] | None = None,
) -> Chosen:
    """The groups whose sites cover most demand.

    max sum_i w_i ((1 - s) u_i + s z_i),  z_i + u_i <= sum of y_j over j with c_ij <= radius,  u_i <= z_i <= 1,  y_j = sum of v_k over the
    groups k of j,  v_k in {0, 1}, with s = once_share; u only where s < 1. With room, float (m,), each row is served whole by one site in
    reach, no site more than its room: max sum_i w_i sum_j x_ij,  sum_j x_ij <= 1,  x_ij <= y_j,  sum_i w_i x_ij <= room_j y_j.
    Raises SitingError, saying ``impossible`` where no choice of groups holds.
    """
    used = np.flatnonzero(np.diff(groups.members.indptr))
    rows = merged(asked.near[:, used], asked.weight)
    links = csr_array(csr_array(rows.near.astype(np.float64)) @ groups.members[used])
    links.data = np.minimum(links.data, 1 if once_share == 1 or room is not None else 2)
    task = Task(groups, rows, links, 1.0 if room is not None else once_share)
    filling = None if room is None else Filling(groups, asked.near, asked.weight, room)
    first, reached, size = _first(asked, task, filling, clock)
    is_last = first is not None and not may_suffice(size, clock)
    bound = min(
        bound_of(task, reached, clock, STEPS_ALONE if is_last or filling is not None else STEPS_BEFORE),
        np.inf if filling is None else filling.bound(),
    )
    if first is not None and (is_last or reached >= bound * (1 - SAME)):
        return first._replace(bound=bound, is_proven=reached >= bound * (1 - SAME))
    part = once_or_twice(task) if filling is None else with_room(filling)
    answer = solve(whole_program(groups, part), clock, None if first is None else part.start(first), is_tight=filling is not None)
    bound = min(bound, answer.bound)
    if answer.values is not None:
        found = _read(asked, groups, part, answer.values, once_share)
        if answer.is_proven or first is None or _value(asked, groups, found.groups, found.served, once_share) >= reached:
            return found._replace(bound=bound, is_proven=answer.is_proven)
    if first is None:
        raise SitingError(impossible if answer.is_impossible else "No plan was found before the time limit; allow more seconds.")
    return first._replace(bound=bound)


def _first(asked: Asked, task: Task, filling: Filling | None, clock: Clock) -> tuple[Chosen | None, float, int]:
    """(the plan at once, what it reaches, how many numbers the program has that looks for a better one)."""
    if filling is None:
        groups, served, size = first_plan(task, clock), None, task.links.nnz
    else:
        groups, served = filling.first_plan(clock) or (None, None)
        size = 5 * int(filling.of.nnz)
    if groups is None:
        return None, 0.0, size
    groups = _without_idle(asked, task.groups, groups, served, task.once_share)
    first = Chosen(groups, _sites(task.groups, groups), served, np.inf, False)
    return first, _value(asked, task.groups, groups, served, task.once_share), size


def _read(asked: Asked, groups: Groups, part: Part, values: NDArray[np.float64], once_share: float) -> Chosen:
    g, served = groups.members.shape[1], None
    if part.pairs is not None:
        served = np.full(len(asked.weight), -1, np.int64)
        row, site = (one[values[g:] > 0.5] for one in part.pairs)
        served[row] = site
    chosen = _without_idle(asked, groups, np.flatnonzero(values[:g] > 0.5), served, once_share)
    return Chosen(chosen, _sites(groups, chosen), served, np.inf, False)


def as_plan(
    asked: Asked, chosen: Chosen, clock: Clock, candidates: Candidates, *, once_share: float = 1.0, pairs: NDArray[np.int64] | None = None
) -> Plan:
    """The choice as a plan: its objective is counted anew from the sites, its assignment is the nearest site where nobody is full."""
    assignment = nearest(asked.cost, chosen.sites, asked.radius)
    if chosen.served is not None:
        assignment = np.where(asked.weight > 0, chosen.served, assignment)
        objective = float(asked.weight[chosen.served >= 0].sum())
    else:
        times = asked.near[:, chosen.sites].sum(axis=1)
        objective = float(once_share * asked.weight[times >= 1].sum() + (1 - once_share) * asked.weight[times >= 2].sum())
    return make_plan(
        chosen.sites,
        objective,
        max(chosen.bound, objective),
        clock,
        is_proven=chosen.is_proven,
        assignment=assignment,
        pairs=() if pairs is None else pairs.tolist(),
        excluded=candidates.excluded,
    )


def _sites(groups: Groups, chosen: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.flatnonzero(np.asarray(groups.members[:, chosen].sum(axis=1)).ravel() > 0.5)


def _value(asked: Asked, groups: Groups, chosen: NDArray[np.int64], served: NDArray[np.int64] | None, once_share: float) -> float:
    """What these groups cover."""
    sites = _sites(groups, chosen)
    if served is not None:
        return float(asked.weight[np.isin(served, sites)].sum())
    times = asked.near[:, sites].sum(axis=1)
    return float(once_share * asked.weight[times >= 1].sum() + (1 - once_share) * asked.weight[times >= 2].sum())


def _without_idle(
    asked: Asked, groups: Groups, chosen: NDArray[np.int64], served: NDArray[np.int64] | None, once_share: float
) -> NDArray[np.int64]:
    """The choice without groups that cost money, or count, and change nothing; the dearest goes first. What must be there stays."""

    def value(some: NDArray[np.int64]) -> float:
        return _value(asked, groups, some, served, once_share)

    for group in sorted(chosen.tolist(), key=lambda at: (-groups.price[at], at)):
        left = chosen[chosen != group]
        fits = not groups.locked[group] and groups.counts[left].sum() >= groups.least
        holds = np.asarray(groups.uses[:, left].sum(axis=1)).ravel()[list(groups.must)] > 0
        if fits and holds.all() and value(left) >= value(chosen) - SAME * abs(value(chosen)):
            chosen = left
    return chosen
