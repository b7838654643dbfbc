"""Travel times and ways on a network: many to many, one way in full, and the nearest of several sites."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.errors import WrongTable
from layers.travel.network import Network
from layers.travel.shortest import shortest_hours


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
        return shortest_hours(graph, end, start).T
    return shortest_hours(graph, start, end)


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


def _edge_between(network: Network, hours: NDArray[np.float64], a: int, b: int) -> int:
    """The quickest of the edges between two neighbours."""
    between = ((network.start == a) & (network.end == b)) | ((network.start == b) & (network.end == a))
    rows = np.flatnonzero(between)
    return int(rows[hours[rows].argmin()])
