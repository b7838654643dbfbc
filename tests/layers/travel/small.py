"""Small networks for tests of travel, and a slow, obvious Dijkstra that judges the fast ones."""

import heapq

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from layers.travel.network import Network, build_network


def network_of(n: int, edges: list[tuple[int, int, float]], **columns: object) -> Network:
    """A network of n nodes in rows of 100, 0.1 degree apart, with edges (from, to, kilometres) named e0, e1, ..."""
    at = np.arange(n)
    nodes = pd.DataFrame({"node_id": [f"n{i}" for i in range(n)], "lon": 65.0 + 0.1 * (at % 100), "lat": 36.0 + 0.1 * (at // 100)})
    start, end, length = (list(column) for column in zip(*edges, strict=True)) if edges else ([], [], [])
    table = pd.DataFrame(
        {
            "edge_id": [f"e{i}" for i in range(len(edges))],
            "from_id": [f"n{i}" for i in start],
            "to_id": [f"n{i}" for i in end],
            "length_km": np.array(length, float),
            "road_class": "main",
            "terrain": "plain",
        }
    )
    return build_network(nodes, table.assign(**columns))


def slow_hours(network: Network, hours: np.ndarray, source: int) -> list[float]:
    """Hours from one node to all: the textbook's Dijkstra over lists, nothing clever."""
    neighbours: list[list[tuple[int, float]]] = [[] for _ in range(network.n_nodes)]
    for a, b, h in zip(network.start, network.end, hours, strict=True):
        if np.isfinite(h):
            neighbours[a].append((b, h))
            neighbours[b].append((a, h))
    best = [np.inf] * network.n_nodes
    best[source] = 0.0
    heap = [(0.0, source)]
    while heap:
        so_far, here = heapq.heappop(heap)
        if so_far > best[here]:
            continue
        for there, h in neighbours[here]:
            if so_far + h < best[there]:
                best[there] = so_far + h
                heapq.heappush(heap, (best[there], there))
    return best


@st.composite
def networks(draw: st.DrawFn) -> tuple[Network, np.ndarray]:
    """A network with islands, loops and parallel roads, and hours of its edges, some of them closed."""
    n = draw(st.integers(2, 12))
    ends = st.integers(0, n - 1)
    edges = draw(st.lists(st.tuples(ends, ends, st.floats(0.1, 100)), min_size=1, max_size=30))
    hours = draw(st.lists(st.floats(0, 50) | st.just(np.inf), min_size=len(edges), max_size=len(edges)))
    return network_of(n, edges), np.array(hours)
