"""What bound and branches leave of a p-median, as an integer program over radii, for HiGHS.

Instead of one variable for each pair of row and candidate: z = 1 where no site stands among a row's candidates up to a radius, and the
row's cost is the sum of the steps between its radii. Rows that share a set of nearest candidates share its z.
Source: Elloumi 2010, doi:10.1007/s10878-008-9182-3; Garcia, Labbe, Marin 2011, doi:10.1287/ijoc.1100.0418.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.siting.branching import Search
from layers.siting.highs import Program, solve
from layers.siting.plan import Clock

#: Programs of more numbers than this are better left to branches.
MOST_NUMBERS = 40_000
#: HiGHS closes these at once or hardly ever.
MOST_NODES = 500


class _Writer:
    """The program as it grows: columns are the kept candidates, then the z."""

    def __init__(self, candidates: int, total: float) -> None:
        self.candidates, self.total = candidates, total
        self.step: list[float] = []
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.low: list[float] = []
        self.of_set: dict[bytes, int] = {}  # the z of a set of candidates; -1: one of them is a site for sure

    def add_row(self, plus: NDArray[np.int64], before: int | None, own: int | None) -> None:
        """Sites among ``plus`` + own z >= the z before, or 1 where there is none."""
        at = len(self.low)
        self.column += [*plus.tolist(), *([] if own is None else [own]), *([] if before is None else [before])]
        self.value += [1.0] * (len(plus) + (own is not None)) + [-1.0] * (before is not None)
        self.row += [at] * (len(self.column) - len(self.row))
        self.low.append(1.0 if before is None else 0.0)

    def add_demand(self, cost: NDArray[np.float64], cap: float, is_served: bool) -> None:
        """One demand row: cost (candidates,); no better plan serves it dearer than cap; is_served: at cap stands a site already."""
        order = np.argsort(cost, kind="stable")
        value = cost[order]
        count = max(1, int(np.searchsorted(value, cap, side="right")))
        ends = np.append(np.flatnonzero(value[1:count] > value[: count - 1]), count - 1)
        begin, before = 0, None
        for end in ends.tolist():
            key = np.sort(order[: end + 1]).tobytes()
            ring, known, is_last = order[begin : end + 1], self.of_set.get(key), end == count - 1
            if is_last:
                if not is_served and known != -1:
                    self.add_row(ring, before, None)
                    self.of_set[key] = -1
                return
            if known is None or known < 0:
                known = self.candidates + len(self.step)
                self.step.append(0.0)
                self.add_row(ring, before, known)
                self.of_set[key] = known
            self.step[known - self.candidates] += float(value[end + 1] - value[end])
            begin, before = end + 1, known


def by_radii(cost: NDArray[np.float64], p: int, found: Search, clock: Clock) -> Search:
    """The better plan than ``found`` if there is one, or found, proven. cost: float (n, m), weighted, inf out of reach.

    Where the program would be too large or the time does not suffice, found as it was, with the better of both bounds.
    """
    there, is_opened = cost[:, found.kept], np.isin(found.kept, found.opened)
    cap = found.multiplier + (found.total - found.root_bound) + 1e-9 * found.total
    nearest = there[:, is_opened].min(axis=1) if is_opened.any() else np.full(len(cost), np.inf)
    if (there <= np.minimum(cap, nearest)[:, None]).sum() > 20 * MOST_NUMBERS:
        return found
    writer = _Writer(len(found.kept), found.total)
    for row, least in enumerate(nearest.tolist()):
        writer.add_demand(there[row], min(float(cap[row]), least), least <= cap[row])
    if len(writer.value) > MOST_NUMBERS:
        return found
    base = float(there.min(axis=1).sum())
    program = _program(writer, is_opened, p, found.total - base - (0.5 if found.is_whole else 0.0))
    answer = solve(program, clock, nodes=MOST_NODES)
    if answer.is_impossible:
        return found._replace(bound=found.total, is_proven=True)
    bound = max(found.bound, min(answer.bound + base, found.total))
    if answer.values is None:
        return found._replace(bound=bound)
    sites = found.kept[answer.values[: len(found.kept)] > 0.5]
    return found._replace(sites=sites, bound=bound, is_proven=answer.is_proven)


def _program(writer: _Writer, is_opened: NDArray[np.bool_], p: int, most: float) -> Program:
    m, n = writer.candidates, len(writer.step)
    step = np.array(writer.step)
    rows = len(writer.low)
    at = np.concatenate([writer.row, np.full(m, rows), np.full(n, rows + 1)])
    column = np.concatenate([writer.column, np.arange(m), np.arange(m, m + n)]).astype(np.int64)
    value = np.concatenate([writer.value, np.ones(m), step])
    return Program(
        gain=np.concatenate([np.zeros(m), step]),
        low=np.concatenate([is_opened.astype(np.float64), np.zeros(n)]),
        high=np.ones(m + n),
        is_whole=np.arange(m + n) < m,
        rows=csr_array((value, (at.astype(np.int64), column)), shape=(rows + 2, m + n)),
        row_low=np.array([*writer.low, p, -np.inf]),
        row_high=np.array([*[np.inf] * rows, p, most + 1e-9 * abs(most)]),
        is_maximum=False,
    )
