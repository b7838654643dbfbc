"""A plan at once where sites have room for so much: sites by greed, rows by first fit; and what no plan can serve more than."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.siting.greedy import Choice, most_of
from layers.siting.groups import Groups
from layers.siting.plan import Clock


class Filling:
    """The question: who may serve whom. n rows, m candidates."""

    def __init__(self, groups: Groups, near: NDArray[np.bool_], weight: NDArray[np.float64], room: NDArray[np.float64]) -> None:
        self.groups, self.weight, self.room = groups, weight, room
        self.members_of = csr_array(groups.members.T)
        # A row that is more than a site can take is never that site's.
        self.may = near & (weight > 0)[:, None] & (weight[:, None] <= room)
        self.of = csr_array(np.ascontiguousarray(self.may.T).astype(np.float64))
        self.heaviest_first = np.argsort(-weight, kind="stable")

    def bound(self) -> float:
        """No site serves more than its room, nor than is in its reach."""
        return most_of(self.groups, self._promise(self.weight))[0]

    def first_plan(self, clock: Clock) -> tuple[NDArray[np.int64], NDArray[np.int64]] | None:
        """(groups, who serves each row, -1 nobody) of the best greedy plan; None where greed leads to no plan that holds."""
        best: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        for for_money in (False, True) if np.isfinite(self.groups.money) else (False,):
            choice, served = Choice(self.groups), np.full(len(self.weight), -1)
            left = self.room.copy()
            self._serve(self._sites(np.flatnonzero(choice.chosen)), served, left)
            while (come := choice.next(self._promise(np.where(served < 0, self.weight, 0.0)), for_money)) is not None:
                self._serve(self._sites(np.array([come])), served, left)
            if choice.holds:
                chosen = np.flatnonzero(choice.chosen)
                for plan in (served, self._anew(self._sites(chosen))):
                    if best is None or self.weight[plan >= 0].sum() > self.weight[best[1] >= 0].sum():
                        best = chosen, plan
            if clock.is_over:
                break
        return best

    def _promise(self, weight: NDArray[np.float64]) -> NDArray[np.float64]:
        """What each group can serve of these weights at most."""
        return np.asarray(self.members_of @ np.minimum(np.asarray(self.of @ weight), self.room))

    def _sites(self, groups: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.unique(csr_array(self.members_of[groups]).indices)

    def _serve(self, sites: NDArray[np.int64], served: NDArray[np.int64], left: NDArray[np.float64]) -> None:
        """The heaviest rows first, each to the site that has most room left; changes served and left."""
        reach = self.may[:, sites]
        for row in self.heaviest_first[((served < 0) & reach.any(axis=1))[self.heaviest_first]]:
            open_to = sites[reach[row] & (left[sites] >= self.weight[row])]
            if len(open_to):
                served[row] = open_to[left[open_to].argmax()]
                left[served[row]] -= self.weight[row]

    def _anew(self, sites: NDArray[np.int64]) -> NDArray[np.int64]:
        served = np.full(len(self.weight), -1)
        self._serve(sites, served, self.room.copy())
        return served
