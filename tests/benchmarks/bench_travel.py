"""Travel times: a thousand places to a thousand others over a hundred thousand roads, beside scipy's Dijkstra alone."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measure import Figure
from scipy.sparse.csgraph import dijkstra

from geodata.settings import Settings
from layers.travel.isochrones import hours_to_nearest
from layers.travel.network import Network, build_network
from layers.travel.off_road import places, point_hours
from layers.travel.region import region_network, region_rules, region_scenarios
from layers.travel.scenarios import edge_hours
from layers.travel.times import as_matrix, travel_hours

SIDE = 224  # a grid of 224 x 224 nodes has 99,904 edges
PLACES = 1_000
PEER_SOURCES = 100


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Of a grid of its own with seeded lengths, numbered at random as an extract numbers its nodes, and of the region's graph."""
    rng = np.random.default_rng(1)
    network = grid(rng)
    summer, rules = region_scenarios()["summer"], region_rules()
    taken, hours = _timed(lambda: edge_hours(network, summer, rules))
    yield Figure(f"hours of {len(network.edges):,} edges under a scenario", "s", taken, most=2)
    some, others = (rng.choice(network.n_nodes, PLACES, replace=False) for _ in range(2))
    taken, ours = _timed(lambda: travel_hours(network, hours, some, others))
    graph = as_matrix(network, hours)
    peer, theirs = _timed(lambda: dijkstra(graph, directed=True, indices=some[:PEER_SOURCES])[:, others])
    np.testing.assert_allclose(ours[:PEER_SOURCES], theirs)
    name = f"travel times {PLACES:,} x {PLACES:,}, {len(network.edges):,} edges"
    yield Figure(name, "s", taken, peer * PLACES / PEER_SOURCES, f"scipy's Dijkstra, of {PEER_SOURCES} sources", 10)
    region = region_network()
    hours = edge_hours(region, summer, rules)
    start, end = (places(rng.uniform(67.5, 73, PLACES), rng.uniform(36.5, 39.5, PLACES)) for _ in range(2))
    taken, _ = _timed(lambda: point_hours(region, hours, start, end))
    yield Figure(f"points to points {PLACES:,} x {PLACES:,} over the region's graph", "s", taken, most=5)
    points = places(rng.uniform(67.5, 73, 20_000), rng.uniform(36.5, 39.5, 20_000))
    sites = places(start.lon[:20], start.lat[:20])
    taken, _ = _timed(lambda: hours_to_nearest(region, hours, sites, points))
    yield Figure("isochrone of 20 sites over 20,000 points", "s", taken, most=2)


def grid(rng: np.random.Generator) -> Network:
    at = rng.permutation(SIDE * SIDE).reshape(SIDE, SIDE)
    start = np.concatenate([at[:, :-1].ravel(), at[:-1].ravel()])
    end = np.concatenate([at[:, 1:].ravel(), at[1:].ravel()])
    names = np.char.add("n", np.arange(SIDE * SIDE).astype("U8")).astype(object)
    row, column = np.empty(SIDE * SIDE), np.empty(SIDE * SIDE)
    row[at], column[at] = np.indices(at.shape)
    nodes = pd.DataFrame({"node_id": names, "lon": 66 + 0.02 * column, "lat": 36 + 0.02 * row})
    edges = {"from_id": names[start], "to_id": names[end], "length_km": rng.uniform(0.5, 5, len(start))}
    named = pd.DataFrame({"edge_id": [f"e{i}" for i in range(len(start))], **edges, "road_class": "main", "terrain": "hill"})
    return build_network(nodes, named)


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done
