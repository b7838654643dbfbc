"""A plan of groups at once, and a bound on all plans: what stands when the clock ends before HiGHS does."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.siting.groups import Groups
from layers.siting.plan import Clock
from layers.siting.sets import Merged

#: How many steps of the bound may pass without a better one before they are halved.
PATIENCE = 10


class Task(NamedTuple):
    """A cover by groups. n rows, g groups."""

    groups: Groups
    rows: Merged
    links: csr_array  # (n, g): how many sites of the group reach the row, as far as that counts
    once_share: float


def first_plan(task: Task, clock: Clock) -> NDArray[np.int64] | None:
    """The groups of the best of a few greedy plans, each improved by exchange; None where greed leads to no plan that holds.

    Source: Khuller, Moss, Naor 1999, doi:10.1016/S0020-0190(99)00031-9 (most gain, or most gain for the money).
    """
    best: NDArray[np.int64] | None = None
    most = -1.0
    for for_money in (False, True) if np.isfinite(task.groups.money) else (False,):
        greedy = _Greedy(task)
        greedy.fill(for_money)
        if not greedy.holds:
            continue
        greedy.exchange(clock)
        if greedy.value > most:
            best, most = np.flatnonzero(greedy.chosen), greedy.value
        if clock.is_over:
            break
    return best


class Choice:
    """Groups chosen so far, what they take, and which others may still come."""

    def __init__(self, groups: Groups) -> None:
        self.groups, self.uses_of = groups, csr_array(groups.uses.T)
        self.chosen = groups.locked.copy()
        self.kept = groups.locked.copy()  # what must not be exchanged: the locked, and what is there for a must

    def may_come(self, but: int | None = None) -> NDArray[np.bool_]:
        """Which groups may be added, or take the place of ``but``."""
        there = self.chosen.copy()
        if but is not None:
            there[but] = False
        groups = self.groups
        free = np.asarray(self.uses_of @ (groups.uses @ there.astype(np.float64))) == 0
        fits = groups.counts + groups.counts[there].sum() <= groups.most
        return np.asarray(~self.chosen & free & fits & (groups.price + groups.price[there].sum() <= groups.money))

    @property
    def missing(self) -> list[int]:
        """What must be taken and is not yet."""
        taken = np.asarray(self.groups.uses @ self.chosen.astype(np.float64))
        return [site for site in self.groups.must if taken[site] == 0]

    @property
    def holds(self) -> bool:
        groups = self.groups
        is_paid = groups.price[self.chosen].sum() <= groups.money
        once = csr_array(groups.uses[np.diff(groups.uses.indptr) > 1]) @ self.chosen.astype(np.float64)
        return bool(is_paid and groups.least <= groups.counts[self.chosen].sum() <= groups.most and not self.missing and (once <= 1).all())

    def next(self, gain: NDArray[np.float64], for_money: bool) -> int | None:
        """The group to add: of most gain, or of most gain for its price; one that must be there goes before all."""
        may, missing = self.may_come(), self.missing
        if missing:
            may &= np.asarray(self.groups.uses[[missing[0]]].sum(axis=0)).ravel() > 0
        if not may.any():
            return None
        is_short = self.groups.counts[self.chosen].sum() < self.groups.least
        price = np.maximum(self.groups.price, 1e-9 * max(1.0, float(self.groups.price.max()))) if for_money else 1.0
        best = int(np.where(may, gain / price, -1.0).argmax())
        if gain[best] <= 0 and not missing and not is_short:
            return None
        self.chosen[best], self.kept[best] = True, bool(missing) or self.groups.locked[best]
        return best


class _Greedy(Choice):
    """Groups chosen by the demand that they cover. times: how often each row is covered."""

    def __init__(self, task: Task) -> None:
        super().__init__(task.groups)
        self.weight = task.rows.weight
        self.of = csr_array(task.links.T)
        self.one, self.two = (_where(self.of, often) for often in (1, 2))
        self.worth = np.array([0.0, task.once_share, 1.0, 1.0, 1.0])
        self.times = np.asarray(task.links @ self.chosen.astype(np.float64)).astype(np.int64)

    @property
    def value(self) -> float:
        return float(self.weight @ self.worth[np.minimum(self.times, 2)])

    def gains(self, times: NDArray[np.int64], worth: NDArray[np.float64]) -> NDArray[np.float64]:
        now = np.minimum(times, 2)
        gain = self.one @ (self.weight * (worth[now + 1] - worth[now]))
        return np.asarray(gain + self.two @ (self.weight * (worth[now + 2] - worth[now])) if self.two.nnz else gain)

    def row_times(self, group: int) -> NDArray[np.int64]:
        times = np.zeros(len(self.weight), np.int64)
        first, last = self.of.indptr[group : group + 2]
        times[self.of.indices[first:last]] = self.of.data[first:last].astype(np.int64)
        return times

    def fill(self, for_money: bool) -> None:
        """Add groups while they gain. The first cover counts for half a second one: else nothing would begin a backup."""
        worth = self.worth.copy()
        worth[1] = max(worth[1], 0.5)
        while (come := self.next(self.gains(self.times, worth), for_money)) is not None:
            self.times += self.row_times(come)

    def exchange(self, clock: Clock) -> None:
        """Put another group in the place of one, as long as that covers more. Source: Teitz, Bart 1968, doi:10.1287/opre.16.5.955."""
        least, is_better = 1e-9 * float(self.weight.sum()), True
        while is_better:
            is_better = False
            for gone in np.flatnonzero(self.chosen & ~self.kept).tolist():
                if clock.is_over:
                    return
                without = self.times - self.row_times(gone)
                gain = np.where(self.may_come(gone), self.gains(without, self.worth), -1.0)
                come = int(gain.argmax())
                if gain[come] > self.value - float(self.weight @ self.worth[np.minimum(without, 2)]) + least:
                    self.chosen[gone], self.chosen[come] = False, True
                    self.times, is_better = without + self.row_times(come), True


def _where(links: csr_array, often: int) -> csr_array:
    """1 where the number is that."""
    is_it = csr_array((np.where(links.data == often, 1.0, 0.0), links.indices.copy(), links.indptr.copy()), shape=links.shape)
    is_it.eliminate_zeros()
    return is_it


def bound_of(task: Task, reached: float, clock: Clock, steps: int) -> float:
    """No choice of groups covers more: the best of so many steps of a Lagrangian relaxation of z_i + u_i <= sum of y_j.

    reached: what a plan covers. Source: Fisher 1981, doi:10.1287/mnsc.27.1.1.
    """
    weight, share = task.rows.weight, task.once_share
    best = total = float(weight.sum())
    price_of, of = 0.5 * weight * (1.0 if share == 1 else 0.5), csr_array(task.links.T)
    length, idle = 1.0, 0
    for _ in range(steps):
        if best - reached <= 1e-9 * total or clock.is_over:
            break
        each = np.stack([np.zeros(len(weight)), share * weight - price_of, weight - 2 * price_of][: 2 if share == 1 else 3])
        value, is_open = most_of(task.groups, np.asarray(of @ price_of))
        value += float(each.max(axis=0).sum())
        best, idle = (value, 0) if value < best else (best, idle + 1)
        if idle == PATIENCE:
            length, idle = length / 2, 0
        slope = np.asarray(task.links @ is_open) - each.argmax(axis=0)
        norm = float(slope @ slope)
        if norm == 0:
            break
        price_of = np.maximum(0.0, price_of - length * (value - reached) / norm * slope)
    return best


def most_of(groups: Groups, value: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """(no choice of groups has a larger sum of values, the shares of groups that have it): by number, or by money in parts."""
    free = np.flatnonzero(~groups.locked & (groups.counts > 0))
    found: list[tuple[float, NDArray[np.float64]]] = []
    for size, most in ((groups.counts, groups.most), (groups.price, groups.money)):
        costs = size[free] > 0
        with np.errstate(over="ignore"):
            worth = np.divide(value[free], size[free], out=np.full(len(free), np.inf), where=costs)
            order = np.argsort(-worth, kind="stable")
            left = most - size[groups.locked].sum() - (np.cumsum(size[free][order]) - size[free][order])
            part = np.divide(left, size[free][order], out=np.ones(len(free)), where=costs[order])
        shares = groups.locked.astype(np.float64)
        shares[free[order]] = np.clip(part, 0, 1)
        found.append((float(value @ shares), shares))
    return min(found, key=lambda one: one[0])
