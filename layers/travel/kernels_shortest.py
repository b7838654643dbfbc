"""Compiled loop of the shortest hours from many nodes to many: nodes wait in buckets by their hours, one source after the other."""

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
    width: float,
    n_buckets: int,
    out: NDArray[np.float64],
) -> None:
    """Fill ``out`` (sources, targets) with the least sums of hours, inf where there is no way.

    first (n + 1,), neighbour (k,), hours (k,): the directed graph as rows of a sparse matrix, hours >= 0 and finite. width: hours that a
    bucket holds, above 0; any gives the same answer. n_buckets: at least floor(max(hours) / width) + 2, as they are used in a circle.
    A bucket is worked through until it stays empty, so that a node may be looked at twice and is right in the end.
    Source: delta-stepping, Meyer and Sanders 2003, doi:10.1016/S0196-6774(03)00076-2, in one thread.
    """
    n = len(first) - 1
    best = np.empty(n, np.float64)
    bucket = np.empty(n, np.int64)  # in which a node waits; -1: in none
    after = np.empty(n, np.int32)  # the nodes of a bucket are a chain, linked both ways
    before = np.empty(n, np.int32)
    head = np.full(n_buckets, -1, np.int32)
    per = 1.0 / width
    for row in range(len(sources)):
        best[:] = np.inf
        bucket[:] = -1
        source = sources[row]
        best[source], bucket[source], after[source], before[source], head[0] = 0.0, 0, -1, -1, source
        waiting, now = 1, 0
        while waiting > 0:
            slot = now % n_buckets
            while head[slot] >= 0:
                here = head[slot]
                follows = after[here]
                head[slot] = follows
                if follows >= 0:
                    before[follows] = -1
                bucket[here] = -1
                waiting -= 1
                so_far = best[here]
                for edge in range(first[here], first[here + 1]):
                    there, by_here = neighbour[edge], so_far + hours[edge]
                    if by_here >= best[there]:
                        continue
                    best[there] = by_here
                    into, was = int(by_here * per), bucket[there]
                    if into == was:
                        continue
                    if was >= 0:
                        follows, leads = after[there], before[there]
                        if leads >= 0:
                            after[leads] = follows
                        else:
                            head[was % n_buckets] = follows
                        if follows >= 0:
                            before[follows] = leads
                    else:
                        waiting += 1
                    follows = head[into % n_buckets]
                    after[there], before[there], bucket[there] = follows, -1, into
                    if follows >= 0:
                        before[follows] = there
                    head[into % n_buckets] = there
            now += 1
        for column in range(len(targets)):
            out[row, column] = best[targets[column]]
