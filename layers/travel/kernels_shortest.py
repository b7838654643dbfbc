"""Compiled loop of the shortest hours from many nodes to many: Dijkstra with a heap of four children, one source after the other."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def many_to_many(
    first: NDArray[np.int32],
    neighbour: NDArray[np.int32],
    hours: NDArray[np.float64],
    sources: NDArray[np.int64],
    targets: NDArray[np.int64],
    out: NDArray[np.float64],
) -> None:
    """Fill ``out`` (sources, targets) with the least sums of hours, inf where there is no way.

    first (n + 1,), neighbour (k,), hours (k,): the directed graph as rows of a sparse matrix, hours >= 0 and finite.
    Source: Dijkstra 1959, doi:10.1007/BF01386390.
    """
    n = len(first) - 1
    best = np.empty(n, np.float64)
    key = np.empty(n, np.float64)
    node = np.empty(n, np.int32)
    place = np.empty(n, np.int32)  # where in the heap a node lies; -1: not yet met, -2: settled
    for row in range(len(sources)):
        best[:] = np.inf
        place[:] = -1
        source = sources[row]
        best[source], key[0], node[0], place[source] = 0.0, 0.0, source, 0
        size = 1
        while size > 0:
            here, so_far = node[0], key[0]
            place[here] = -2
            size -= 1
            if size > 0:
                moved, moved_key, hole = node[size], key[size], 0
                while True:
                    child = 4 * hole + 1
                    if child >= size:
                        break
                    least, least_key = child, key[child]
                    for other in range(child + 1, min(child + 4, size)):
                        if key[other] < least_key:
                            least, least_key = other, key[other]
                    if least_key >= moved_key:
                        break
                    key[hole], node[hole] = least_key, node[least]
                    place[node[hole]] = hole
                    hole = least
                key[hole], node[hole] = moved_key, moved
                place[moved] = hole
            for edge in range(first[here], first[here + 1]):
                there, by_here = neighbour[edge], so_far + hours[edge]
                if by_here < best[there]:
                    best[there] = by_here
                    hole = place[there]
                    if hole < 0:
                        hole, size = size, size + 1
                    while hole > 0:
                        parent = (hole - 1) >> 2
                        if key[parent] <= by_here:
                            break
                        key[hole], node[hole] = key[parent], node[parent]
                        place[node[hole]] = hole
                        hole = parent
                    key[hole], node[hole] = by_here, there
                    place[there] = hole
        for column in range(len(targets)):
            out[row, column] = best[targets[column]]
