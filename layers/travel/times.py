"""Travel times and ways on a network: many to many, one way in full, and the nearest of several sites."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.errors import WrongTable
from layers.travel.network import Network

#: Sources times directed edges from which on the compiled loop is worth its loading; scipy needs about 2 seconds for as many.
LARGE = 20_000_000
#: Rows that scipy works out at once: it keeps hours to every node, not only to those asked for.
AT_ONCE = 64
THREADS = 2
#: Buckets at most; they hold half an average edge each where so many are enough.
BUCKETS = 65_536


class Way(NamedTuple):
    """The quickest way: nodes in order, the edges between them, and their sums. No way: no nodes, hours inf."""

    nodes: tuple[str, ...]
    edges: tuple[str, ...]
    hours: float
    length_km: float


class Nearest(NamedTuple):
    """Of n places each: the site (its number, -1: none in reach) and the hours to it (inf)."""

    site: NDArray[np.int64]
    hours: NDArray[np.float64]


def as_matrix(network: Network, hours: ArrayLike) -> csr_array:
    """Hours from node to node, both ways, of edges that are open: the least where several run between the same nodes. Shape (n, n)."""
    cost = np.asarray(hours, float)
    if cost.shape != (len(network.edges),) or not (cost >= 0).all():
        raise WrongTable("Hours of each edge of the network, none of them negative, were wanted.")
    is_open = np.isfinite(cost) & (network.start != network.end)
    start, end, cost = network.start[is_open], network.end[is_open], cost[is_open]
    return directed(network.n_nodes, np.concatenate([start, end]), np.concatenate([end, start]), np.concatenate([cost, cost]))


def directed(n: int, start: NDArray[np.int64], end: NDArray[np.int64], hours: NDArray[np.float64]) -> csr_array:
    """A graph of one-way edges as a sparse matrix, the least of parallel ones."""
    order = np.lexsort((hours, end, start))
    start, end, hours = start[order], end[order], hours[order]
    first = np.ones(len(start), bool)
    first[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    start, end, hours = start[first], end[first], hours[first]
    rows = np.searchsorted(start, np.arange(n + 1)).astype(np.int32)
    return csr_array((hours, end.astype(np.int32), rows), shape=(n, n))


def travel_hours(network: Network, hours: ArrayLike, sources: ArrayLike, targets: ArrayLike) -> NDArray[np.float64]:
    """Hours of the quickest way from each source to each target, float (sources, targets), inf where no road leads there.

    hours: of each edge, as `layers.travel.scenarios.edge_hours` gives them. sources, targets: positions of nodes (`Network.at`).
    """
    start, end = np.asarray(sources, np.int64).ravel(), np.asarray(targets, np.int64).ravel()
    graph = as_matrix(network, hours)
    if len(end) < len(start):  # every edge runs both ways, so the fewer may start
        return hours_between(graph, end, start).T
    return hours_between(graph, start, end)


def hours_between(graph: csr_array, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """As `travel_hours`, on a graph of one-way edges."""
    asked, back = np.unique(sources, return_inverse=True)
    if len(asked) * graph.nnz >= LARGE:
        return _compiled(graph, asked, targets)[back]
    found = np.empty((len(asked), len(targets)))
    for at in range(0, len(asked), AT_ONCE):
        found[at : at + AT_ONCE] = dijkstra(graph, directed=True, indices=asked[at : at + AT_ONCE])[:, targets]
    return found[back]


def quickest_way(network: Network, hours: ArrayLike, start: str, end: str) -> Way:
    """The quickest way between two nodes, by their ids. Raises WrongTable for a place that the network does not know."""
    cost = np.asarray(hours, float)
    source, target = (int(at) for at in network.at([start, end]))
    if source == target:
        return Way((start,), (), 0.0, 0.0)
    found, steps = dijkstra(as_matrix(network, cost), directed=True, indices=[source], return_predecessors=True)
    total, before = found[0], steps[0]
    if not np.isfinite(total[target]):
        return Way((), (), np.inf, np.inf)
    chain = [target]
    while chain[-1] != source:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    edges = [_edge_between(network, cost, a, b) for a, b in pairwise(chain)]
    nodes, rows = network.nodes["node_id"], network.edges.iloc[edges]
    return Way(tuple(nodes.iloc[chain]), tuple(rows["edge_id"]), float(total[target]), float(rows["length_km"].sum()))


def nearest(cost: NDArray[np.float64]) -> Nearest:
    """The column with the least cost of each row of (places, sites) hours; the first of equals, -1 where all are inf."""
    if cost.shape[1] == 0:
        return Nearest(np.full(len(cost), -1), np.full(len(cost), np.inf))
    site, hours = cost.argmin(axis=1), cost.min(axis=1)
    return Nearest(np.where(np.isfinite(hours), site, -1), hours)


def warm_up() -> None:
    """Compile the loop for large questions, on next to nothing."""
    node = np.zeros(1, np.int64)
    _compiled(directed(2, node, node + 1, np.ones(1)), node, node)


def _edge_between(network: Network, hours: NDArray[np.float64], a: int, b: int) -> int:
    """The quickest of the edges between two neighbours."""
    between = ((network.start == a) & (network.end == b)) | ((network.start == b) & (network.end == a))
    rows = np.flatnonzero(between)
    return int(rows[hours[rows].argmin()])


def _compiled(graph: csr_array, sources: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    from layers.travel.kernels_shortest import many_to_many  # loads the compiler: only large questions wait for it

    longest = float(graph.data.max(initial=0.0))
    width = max(float(graph.data.mean()) / 2, longest / (BUCKETS - 2)) if longest > 0 else 1.0
    n_buckets = int(longest / width) + 2
    out = np.empty((len(sources), len(targets)))
    parts = np.array_split(np.arange(len(sources)), THREADS)

    def work(part: NDArray[np.int64]) -> None:
        rows = np.empty((len(part), len(targets)))
        many_to_many(graph.indptr, graph.indices, graph.data, sources[part], targets, width, n_buckets, rows)
        out[part] = rows

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, parts))
    return out
