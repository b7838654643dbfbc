"""A road network: nodes with positions, edges with lengths and rules. Whatever table it comes from, it is checked here."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import WrongTable

NODE_COLUMNS = ("node_id", "lon", "lat")
EDGE_COLUMNS = ("edge_id", "from_id", "to_id", "length_km", "road_class", "terrain")
#: Columns that an edge may have, with what holds where it has them not.
NO_RULES = {"pass_id": None, "gate_state": None, "flood": None, "speed_kmh": np.nan}


@dataclass(frozen=True, eq=False)
class Network:
    """n nodes and m edges, each passable both ways.

    nodes: [node_id, lon, lat, ...], EPSG:4326. edges: `EDGE_COLUMNS`, the columns of `NO_RULES` and gates (list of ids); length_km in
    kilometres. start, end: positions of an edge's ends among the nodes, int (m,).
    """

    nodes: pd.DataFrame
    edges: pd.DataFrame
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    @property
    def n_nodes(self) -> int:
        return len(self.nodes)

    def at(self, places: Sequence[str]) -> NDArray[np.int64]:
        """Positions of the named nodes, int (n,). Raises WrongTable, naming the place that the network does not know."""
        found = pd.Index(self.nodes["node_id"]).get_indexer(pd.Index(places))
        for row in map(int, np.flatnonzero(found < 0)):
            raise WrongTable(f"Place {row + 1} of {len(places)}, {places[row]!r}, is no node of the road graph: one was wanted.")
        return np.asarray(found, np.int64)


def build_network(nodes: pd.DataFrame, edges: pd.DataFrame) -> Network:
    """The network of two tables, such as `geodata.places.roads` loads them.

    Raises WrongTable in one sentence that names the row: a missing column, a node twice, a position that is none, an end that no node
    has, a length that is not above zero, a speed below zero.
    """
    _need("nodes", nodes, NODE_COLUMNS)
    _need("roads", edges, EDGE_COLUMNS)
    nodes, edges = nodes.reset_index(drop=True), edges.reset_index(drop=True)
    for row in np.flatnonzero(nodes["node_id"].duplicated()):
        raise _refuse("nodes", row, nodes["node_id"].iloc[row], "is there twice, each node once was wanted")
    lon, lat = (pd.to_numeric(nodes[name], errors="coerce").to_numpy(float) for name in ("lon", "lat"))
    for row in np.flatnonzero(~((abs(lon) <= 180) & (abs(lat) <= 90))):
        raise _refuse("nodes", row, nodes["node_id"].iloc[row], "has no position, lon and lat in degrees were wanted")
    index = pd.Index(nodes["node_id"])
    ends = []
    for column in ("from_id", "to_id"):
        at = index.get_indexer(pd.Index(edges[column]))
        for row in np.flatnonzero(at < 0):
            raise _refuse("roads", row, edges["edge_id"].iloc[row], f"ends at {edges[column].iloc[row]!r}, a node of the graph was wanted")
        ends.append(np.asarray(at, np.int64))
    length = pd.to_numeric(edges["length_km"], errors="coerce").to_numpy(float)
    for row in np.flatnonzero(~(np.isfinite(length) & (length > 0))):
        got = edges["length_km"].iloc[row]
        raise _refuse("roads", row, edges["edge_id"].iloc[row], f"has the length {got}, kilometres above zero were wanted")
    for name, value in NO_RULES.items():
        if name not in edges:
            edges = edges.assign(**{name: value})
    if "gates" not in edges:
        edges = edges.assign(gates=pd.Series([()] * len(edges), edges.index, dtype=object))
    for row in np.flatnonzero(edges["speed_kmh"].to_numpy(float) <= 0):
        got = edges["speed_kmh"].iloc[row]
        raise _refuse("roads", row, edges["edge_id"].iloc[row], f"has the speed {got}, km/h above zero were wanted")
    return Network(nodes, edges.assign(length_km=length), *ends)


def _need(what: str, table: pd.DataFrame, columns: tuple[str, ...]) -> None:
    missing = [name for name in columns if name not in table]
    if missing:
        raise WrongTable(f"The table of {what} has no column {missing[0]!r}: {', '.join(columns)} were wanted.")


def _refuse(what: str, row: int | np.integer, name: object, problem: str) -> WrongTable:
    return WrongTable(f"Row {int(row) + 1} of the table of {what} ({name}) {problem}.")
