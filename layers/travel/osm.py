"""The network of an imported OpenStreetMap extract: its roads, with the terrain around them and the posts at which they cross a border."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geodata.distances import metres_between, to_metres
from geodata.places.files import records
from geodata.places.road_rules import TERRAINS
from layers.travel.network import Network, build_network

#: An edge over a border belongs to the nearest post of that border so near: positions of posts are uncertain by up to 20 km.
POST_REACH_M = 25_000.0
CROSSING_KINDS = ("bcp", "bridge", "blo", "customs")
#: The gate of an edge over a border at which no post of ours stands; its state is not known.
NO_POST = "crossing-without-post"


def osm_network(nodes: pd.DataFrame, edges: pd.DataFrame, region: Network, posts: pd.DataFrame) -> Network:
    """The tables of `geodata.places.importing_roads.imported_roads` as a network.

    OpenStreetMap does not say how hilly a road is: an edge has the terrain of the region's node that lies nearest to its start. Nor does it
    say which crossing is open: an edge between two countries has the nearest of ``posts`` (`geodata.places.posts.load_posts`) between
    them as its gate, within `POST_REACH_M`, with that post's state, else `NO_POST`, unknown. Passes and floods are not known.
    """
    index = pd.Index(nodes["node_id"])
    start, end = (index.get_indexer(pd.Index(edges[name])) for name in ("from_id", "to_id"))
    gate, state = _gates(nodes, start, end, posts)
    terrain = _terrain(nodes, region)[start] if len(edges) else np.empty(0, object)
    return build_network(nodes, edges.assign(terrain=terrain, gates=gate, gate_state=state))


def _gates(nodes: pd.DataFrame, start: NDArray[np.intp], end: NDArray[np.intp], posts: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """The gates of each edge and their state."""
    lon, lat = (nodes[name].to_numpy(float) for name in ("lon", "lat"))
    country = nodes["country_iso3"].to_numpy(object)
    known = posts[posts["kind"].isin(CROSSING_KINDS) & posts["lon"].notna() & posts["neighbour_iso3"].notna()]
    by_pair: dict[frozenset[str], list[tuple[str, float, float, str]]] = {}
    for post in records(known):
        by_pair.setdefault(frozenset((post.country_iso3, post.neighbour_iso3)), []).append((post.id, post.lon, post.lat, post.status))
    gates: list[tuple[str, ...]] = [()] * len(start)
    states: list[str | None] = [None] * len(start)
    for row in map(int, np.flatnonzero(country[start] != country[end])):
        a, b = start[row], end[row]
        gates[row], states[row] = (NO_POST,), "unknown"
        near = by_pair.get(frozenset((country[a], country[b])), [])
        if near:
            ids, east, north, state = zip(*near, strict=True)
            metres = metres_between((lon[a] + lon[b]) / 2, (lat[a] + lat[b]) / 2, east, north)
            nearest = int(metres.argmin())
            if metres[nearest] <= POST_REACH_M:
                gates[row], states[row] = (ids[nearest],), state[nearest]
    return pd.Series(gates, dtype=object), pd.Series(states, dtype="str")


def _terrain(nodes: pd.DataFrame, region: Network) -> NDArray[np.object_]:
    """The terrain of each node: what most roads at the region's nearest node have, the hillier of equals."""
    terrain = pd.Categorical(region.edges["terrain"], TERRAINS).codes.astype(np.int64)
    counts = np.zeros((region.n_nodes, len(TERRAINS)), np.int64)
    for ends in (region.start, region.end):
        np.add.at(counts, (ends, terrain), 1)
    of_region = len(TERRAINS) - 1 - counts[:, ::-1].argmax(axis=1)
    tree = KDTree(np.column_stack(to_metres(region.nodes["lon"], region.nodes["lat"])))
    _, near = tree.query(np.column_stack(to_metres(nodes["lon"], nodes["lat"])))
    found: NDArray[np.object_] = np.array(TERRAINS, object)[of_region[near]]
    return found
