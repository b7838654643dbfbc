"""The integer program behind backup, capacity, budget and pairs, written down; and a plan as its first solution."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, eye_array, hstack

from layers.siting.filling import Filling
from layers.siting.greedy import Task
from layers.siting.groups import Groups
from layers.siting.highs import Program
from layers.siting.programs import Rows, block, program

#: A row that takes less than this share of a site's room takes none of it: as little as a solver's tolerances let through anyway.
LEAST_SHARE = 1e-7


class Chosen(NamedTuple):
    """groups: numbers. sites: candidates. served: who serves each row where there is a capacity, else None. bound: no choice is better."""

    groups: NDArray[np.int64]
    sites: NDArray[np.int64]
    served: NDArray[np.int64] | None
    bound: float
    is_proven: bool


class Part(NamedTuple):
    """What stands behind the groups in a program: further variables with their gains, rows, and the (row, site) that they mean."""

    gain: NDArray[np.float64]
    rows: list[Rows]
    iswhole_program: NDArray[np.bool_]
    pairs: tuple[NDArray[np.int64], NDArray[np.int64]] | None
    start: Callable[[Chosen], NDArray[np.float64]]  # a choice as values of all variables


def once_or_twice(task: Task) -> Part:
    n, weight, links, share = len(task.rows.weight), task.rows.weight, task.links, task.once_share
    one = csr_array(eye_array(n))

    def start(first: Chosen) -> NDArray[np.float64]:
        chosen = np.isin(np.arange(links.shape[1]), first.groups).astype(np.float64)
        times = links @ chosen
        return np.concatenate([chosen, times >= 1, *([] if share == 1 else [times >= 2])]).astype(np.float64)

    if share == 1:
        return Part(weight, [Rows([links, -one], 0, np.inf)], np.zeros(n, bool), None, start)
    split, order = (csr_array(hstack([sign * one, -one])) for sign in (-1, 1))
    gain = np.concatenate([share * weight, (1 - share) * weight])
    # u is whole too: one site in reach would else count as half of a second cover.
    return Part(gain, [Rows([links, split], 0, np.inf), Rows([None, order], 0, np.inf)], np.arange(2 * n) >= n, None, start)


def with_room(filling: Filling) -> Part:
    groups, weight = filling.groups, filling.weight
    used = np.flatnonzero(np.diff(groups.members.indptr))
    row, at = np.nonzero(filling.may[:, used])
    k, each, site = len(row), np.arange(len(row)), used[at]
    rows, to = np.unique(row, return_inverse=True)
    members = groups.members[used]
    # In shares of the room: weights and rooms of very different size are beyond the tolerances of a solver.
    share = np.minimum(weight[row] / filling.room[site], 1)
    takes = csr_array((np.where(share < LEAST_SHARE, 0, share), (at, each)), shape=(len(used), k))
    takes.eliminate_zeros()

    def start(first: Chosen) -> NDArray[np.float64]:
        assert first.served is not None
        return np.concatenate([np.isin(np.arange(members.shape[1]), first.groups), first.served[row] == site]).astype(np.float64)

    return Part(
        weight[row],
        [
            Rows([csr_array((len(rows), members.shape[1])), csr_array((np.ones(k), (to, each)), shape=(len(rows), k))], -np.inf, 1),
            Rows([csr_array(groups.members[site]), -csr_array(eye_array(k))], 0, np.inf),
            Rows([members, -takes], 0, np.inf),
        ],
        np.ones(k, bool),
        (row, site),
        start,
    )


def whole_program(groups: Groups, part: Part) -> Program:
    g, more = groups.members.shape[1], len(part.gain)
    taken_by_several = csr_array(groups.uses[np.diff(groups.uses.indptr) > 1])
    common = [
        Rows([taken_by_several, csr_array((taken_by_several.shape[0], more))], -np.inf, 1),
        Rows([block(groups.counts), csr_array((1, more))], groups.least, groups.most),
        *([Rows([csr_array(groups.uses[list(groups.must)]), csr_array((len(groups.must), more))], 1, np.inf)] if groups.must else []),
        *([Rows([block(groups.price), csr_array((1, more))], -np.inf, groups.money)] if np.isfinite(groups.money) else []),
    ]
    return program(
        np.concatenate([np.zeros(g), part.gain]),
        [*part.rows, *common],
        np.concatenate([groups.locked.astype(np.float64), np.zeros(more)]),
        np.ones(g + more),
        np.concatenate([np.ones(g, bool), part.iswhole_program]),
    )
