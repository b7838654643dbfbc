"""Shortest hours from many nodes to many others: scipy's Dijkstra, shared among processes where a question is large."""

from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing import get_context

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

#: Sources times directed edges from which on a second process is worth its start; one needs about two seconds for as many.
LARGE = 20_000_000
#: scipy keeps the interpreter's lock, so that threads would wait for each other.
PROCESSES = 2
#: Rows that scipy works out at once: it keeps hours to every node, not only to those asked for.
AT_ONCE = 64


def shortest_hours(graph: csr_array, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Least sum of hours from each source to each target, float (sources, targets), inf where there is no way.

    graph: hours from node to node, (n, n), 0 or more; nodes without a direct way have no entry. sources, targets: numbers of nodes.
    """
    asked, back = np.unique(sources, return_inverse=True)
    work = partial(_rows, graph, targets)
    if len(asked) * graph.nnz < LARGE:
        return work(asked)[back]
    try:
        # Started anew and not as copies of this process, which may be a server with threads.
        with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
            return np.concatenate(list(pool.map(work, np.array_split(asked, PROCESSES))))[back]
    except (BrokenProcessPool, OSError):
        # No further process where memory or numbers of processes are short, or in a script that cannot be read twice.
        return work(asked)[back]


def _rows(graph: csr_array, targets: NDArray[np.int64], sources: NDArray[np.int64]) -> NDArray[np.float64]:
    found = np.empty((len(sources), len(targets)))
    for at in range(0, len(sources), AT_ONCE):
        found[at : at + AT_ONCE] = dijkstra(graph, directed=True, indices=sources[at : at + AT_ONCE])[:, targets]
    return found
