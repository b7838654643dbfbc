"""Two-sided siting: pairs of offices that face each other across the border, chosen and paid for together."""

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from layers.siting.checking import candidates_of, of_candidates, share_of, whole
from layers.siting.errors import SitingError
from layers.siting.groups import Groups
from layers.siting.plan import Clock, Plan
from layers.siting.programs import asked
from layers.siting.together import as_plan, best_groups, money_of, pays_for_something


def two_sided_coverage(
    cost: ArrayLike,
    weights: ArrayLike,
    pairs: ArrayLike,
    p: int | None,
    radius: float,
    fixed: Iterable[int] = (),
    time_limit_s: float = 60,
    *,
    standing: Iterable[int] = (),
    must: Iterable[int] = (),
    site_costs: ArrayLike | None = None,
    budget: float | None = None,
    at_most: bool = False,
    capacity: ArrayLike | None = None,
    once_share: float = 1.0,
    excluded: Mapping[int, str] | None = None,
) -> Plan:
    """The p pairs, ``fixed`` (rows of pairs) among them, whose offices cover most demand; an office is in one chosen pair at most.

    max sum_i w_i z_i,  z_i <= sum of y_j over j with c_ij <= radius,  y_j = sum of v_k over the pairs k of j,  sum_k v_k = p,
    sum_j b_j y_j <= budget where there is one,  v_k in {0, 1}.

    cost: float (demand, candidates); demand that only an office of its own side may serve has inf at the other side's candidates. pairs:
    int (pairs, 2), candidates of the two sides. p: how many pairs (with at_most: or fewer); None with a budget: as many as it pays for.
    standing: candidates that are sites already: they count in no p, cost nothing, and may be one half of a new pair. must: candidates that
    some chosen pair has. site_costs: float (candidates,). capacity, once_share: as in `capacitated_coverage` and `backup_coverage`. Returns
    a Plan; sites are the offices, the standing ones among them, pairs the rows of ``pairs``, objective the demand covered. Raises
    SitingError, naming the row. Source: maximal cover (Church, ReVelle 1974, doi:10.1007/BF01942293) with joint choice.
    """
    clock, share = Clock(time_limit_s), share_of(once_share, "once_share")
    question = asked(cost, weights, radius)
    m = question.cost.shape[1]
    couples = _pairs(pairs, m)
    stands = candidates_of(m, standing)
    out = candidates_of(m, (), excluded)
    lost = {
        row: f"candidate {site}: {out.excluded[site]}" for row, pair in enumerate(couples.tolist()) for site in pair if site in out.excluded
    }
    chosen = candidates_of(len(couples), fixed, lost, p)
    if budget is None and p is None:
        raise SitingError("Neither p nor a budget was given; one of them must end the choice.")
    money, price = money_of(budget, site_costs, m)
    price = np.where(stands.is_locked, 0.0, price)
    left = couples[chosen.ids]
    pays_for_something(price[left].sum(axis=1), chosen.ids, chosen.is_locked, money, "pair")
    most = len(left) if p is None else whole(p, "p")
    groups = _groups(left, stands.locked, m, chosen.is_locked, price)._replace(
        must=tuple(must), least=0 if at_most or p is None else most, most=most, money=money
    )
    room = None if capacity is None else of_candidates(capacity, m, "capacity")
    impossible = (
        f"There are no {p} pairs that share no office"
        + (" and have what must be there" if groups.must else "")
        + (" within the budget." if budget is not None else ".")
    )
    found = best_groups(question, groups, clock, impossible, once_share=share, room=room)
    taken = chosen.ids[found.groups[found.groups < len(left)]]
    return as_plan(question, found, clock, out, once_share=share, pairs=taken)


def _groups(left: NDArray[np.int64], standing: NDArray[np.int64], m: int, locked: NDArray[np.bool_], price: NDArray[np.float64]) -> Groups:
    """Each pair is a group, and each office that stands is one of its own; a pair makes sites only of what does not stand."""
    k, n = len(left), len(standing)
    site, of = left.ravel(), np.repeat(np.arange(k), 2)
    is_new = ~np.isin(site, standing)
    members = np.concatenate([site[is_new], standing]), np.concatenate([of[is_new], np.arange(k, k + n)])
    return Groups(
        members=csr_array((np.ones(len(members[0])), members), shape=(m, k + n)),
        uses=csr_array((np.ones(2 * k), (site, of)), shape=(m, k + n)),
        locked=np.concatenate([locked, np.ones(n, bool)]),
        counts=np.concatenate([np.ones(k), np.zeros(n)]),
        least=0,
        most=k,
        price=np.concatenate([price[left].sum(axis=1), np.zeros(n)]),
        money=np.inf,
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
