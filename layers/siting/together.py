"""Cover by groups of sites that are chosen together: the one program behind backup, capacity, budget and pairs."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, eye_array, hstack

from layers.siting.checking import Candidates, amount, of_candidates
from layers.siting.errors import SitingError
from layers.siting.plan import SAME, Clock, Plan, make_plan, nearest
from layers.siting.programs import Asked, Rows, block, program, solved
from layers.siting.sets import merged

#: A row that takes less than this share of a site's room takes none of it: as little as a solver's tolerances let through anyway.
LEAST_SHARE = 1e-7


class Groups(NamedTuple):
    """g groups of the m candidates, each chosen whole or not at all.

    members: csr (m, g), what a chosen group makes a site of. uses: csr (m, g), what it takes: a candidate is taken once at most.
    locked: bool (g,), chosen for sure. counts: (g,), 1 where it is one of the ``least`` to ``most`` that are wanted, 0 where it stands
    beside them. price: (g,), together at most ``money``. must: candidates that some chosen group takes.
    """

    members: csr_array
    uses: csr_array
    locked: NDArray[np.bool_]
    counts: NDArray[np.float64]
    least: float
    most: float
    price: NDArray[np.float64]
    money: float
    must: tuple[int, ...] = ()


class Chosen(NamedTuple):
    """groups: numbers. sites: candidates. served: who serves each row where there is a capacity, else None. bound: no choice is better."""

    groups: NDArray[np.int64]
    sites: NDArray[np.int64]
    served: NDArray[np.int64] | None
    bound: float
    is_proven: bool


def singles(candidates: Candidates, m: int, least: float, most: float, price: NDArray[np.float64], money: float) -> Groups:
    """Each candidate that may be chosen is a group of its own. price: (m,)."""
    ids = candidates.ids
    each = csr_array((np.ones(len(ids)), (ids, np.arange(len(ids)))), shape=(m, len(ids)))
    return Groups(each, each, candidates.is_locked, np.ones(len(ids)), least, most, price[ids], money)


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
    write = _once_or_twice(asked, groups, once_share) if room is None else _with_room(asked, groups, room)
    g, more = groups.members.shape[1], len(write.gain)
    taken_by_several = csr_array(groups.uses[np.diff(groups.uses.indptr) > 1])
    common = [
        Rows([taken_by_several, csr_array((taken_by_several.shape[0], more))], -np.inf, 1),
        Rows([block(groups.counts), csr_array((1, more))], groups.least, groups.most),
        *([Rows([csr_array(groups.uses[list(groups.must)]), csr_array((len(groups.must), more))], 1, np.inf)] if groups.must else []),
        *([Rows([block(groups.price), csr_array((1, more))], -np.inf, groups.money)] if np.isfinite(groups.money) else []),
    ]
    task = program(
        np.concatenate([np.zeros(g), write.gain]),
        [*write.rows, *common],
        np.concatenate([groups.locked.astype(np.float64), np.zeros(more)]),
        np.ones(g + more),
        np.concatenate([np.ones(g, bool), write.is_whole]),
    )
    values, answer = solved(task, clock, impossible, is_tight=room is not None)
    served = None
    if write.pairs is not None:
        served = np.full(len(asked.weight), -1, np.int64)
        row, site = (part[values[g:] > 0.5] for part in write.pairs)
        served[row] = site
    chosen = _without_idle(asked, groups, np.flatnonzero(values[:g] > 0.5), served, once_share)
    return Chosen(chosen, _sites(groups, chosen), served, answer.bound, answer.is_proven)


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


def _without_idle(
    asked: Asked, groups: Groups, chosen: NDArray[np.int64], served: NDArray[np.int64] | None, once_share: float
) -> NDArray[np.int64]:
    """The choice without groups that cost money, or count, and change nothing; the dearest goes first. What must be there stays."""

    def value(some: NDArray[np.int64]) -> float:
        sites = _sites(groups, some)
        if served is not None:
            return float(asked.weight[np.isin(served, sites)].sum())
        times = asked.near[:, sites].sum(axis=1)
        return float(once_share * asked.weight[times >= 1].sum() + (1 - once_share) * asked.weight[times >= 2].sum())

    for group in sorted(chosen.tolist(), key=lambda at: (-groups.price[at], at)):
        left = chosen[chosen != group]
        fits = not groups.locked[group] and groups.counts[left].sum() >= groups.least
        holds = np.asarray(groups.uses[:, left].sum(axis=1)).ravel()[list(groups.must)] > 0
        if fits and holds.all() and value(left) >= value(chosen) - SAME * abs(value(chosen)):
            chosen = left
    return chosen


class _Part(NamedTuple):
    """What stands behind the groups in a program: further variables with their gains, rows, and the (row, site) that they mean."""

    gain: NDArray[np.float64]
    rows: list[Rows]
    is_whole: NDArray[np.bool_]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]] | None


def _once_or_twice(asked: Asked, groups: Groups, once_share: float) -> _Part:
    used = np.flatnonzero(np.diff(groups.members.indptr))
    rows = merged(asked.near[:, used], asked.weight)
    n = len(rows.weight)
    one, links = csr_array(eye_array(n)), csr_array(csr_array(rows.near.astype(np.float64)) @ groups.members[used])
    if once_share == 1:
        return _Part(rows.weight, [Rows([links, -one], 0, np.inf)], np.zeros(n, bool), None)
    split, order = (csr_array(hstack([sign * one, -one])) for sign in (-1, 1))
    gain = np.concatenate([once_share * rows.weight, (1 - once_share) * rows.weight])
    # u is whole too: one site in reach would else count as half of a second cover.
    return _Part(gain, [Rows([links, split], 0, np.inf), Rows([None, order], 0, np.inf)], np.arange(2 * n) >= n, None)


def _with_room(asked: Asked, groups: Groups, room: NDArray[np.float64]) -> _Part:
    used = np.flatnonzero(np.diff(groups.members.indptr))
    weight = asked.weight
    # A row that is more than a site can take is never that site's.
    row, at = np.nonzero(asked.near[:, used] & (weight > 0)[:, None] & (weight[:, None] <= room[used]))
    k, each, site = len(row), np.arange(len(row)), used[at]
    rows, to = np.unique(row, return_inverse=True)
    members = groups.members[used]
    # In shares of the room: weights and rooms of very different size are beyond the tolerances of a solver.
    share = np.minimum(weight[row] / room[used][at], 1)
    takes = csr_array((np.where(share < LEAST_SHARE, 0, share), (at, each)), shape=(len(used), k))
    takes.eliminate_zeros()
    return _Part(
        weight[row],
        [
            Rows([csr_array((len(rows), members.shape[1])), csr_array((np.ones(k), (to, each)), shape=(len(rows), k))], -np.inf, 1),
            Rows([csr_array(groups.members[site]), -csr_array(eye_array(k))], 0, np.inf),
            Rows([members, -takes], 0, np.inf),
        ],
        np.ones(k, bool),
        (row, site),
    )
