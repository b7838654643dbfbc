"""The network of an imported OpenStreetMap extract: its roads, with the terrain of the region's own graph around them."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from geodata.distances import to_metres
from geodata.places.road_rules import TERRAINS
from layers.travel.network import Network, build_network


def osm_network(nodes: pd.DataFrame, edges: pd.DataFrame, region: Network) -> Network:
    """The tables of `geodata.places.importing_roads.imported_roads` as a network.

    OpenStreetMap does not say how hilly a road is: an edge has the terrain of the region's node that lies nearest to its start.
    It has no passes, posts or floods either, so that only its edges can be closed.
    """
    if len(edges) == 0:
        return build_network(nodes, edges.assign(terrain=pd.Series(dtype=str)))
    tree = KDTree(np.column_stack(to_metres(region.nodes["lon"], region.nodes["lat"])))
    _, near = tree.query(np.column_stack(to_metres(nodes["lon"], nodes["lat"])))
    of_node = np.array(TERRAINS, object)[_terrain_of_nodes(region)[near]]
    start = pd.Index(nodes["node_id"]).get_indexer(pd.Index(edges["from_id"]))
    return build_network(nodes, edges.assign(terrain=of_node[start]))


def _terrain_of_nodes(region: Network) -> NDArray[np.int64]:
    """The terrain that most roads at a node have, the hillier of equals; its place in `TERRAINS`."""
    terrain = pd.Categorical(region.edges["terrain"], TERRAINS).codes.astype(np.int64)
    counts = np.zeros((region.n_nodes, len(TERRAINS)), np.int64)
    for ends in (region.start, region.end):
        np.add.at(counts, (ends, terrain), 1)
    return np.asarray(len(TERRAINS) - 1 - counts[:, ::-1].argmax(axis=1), np.int64)
