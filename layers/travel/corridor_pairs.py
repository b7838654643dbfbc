"""Corridors as loads on the road graph: their ends as pairs of places, each with the weight that a planner gives it."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.distances import metres_between
from geodata.errors import WrongTable
from layers.travel.network import Network

#: A waypoint farther than this from every node lies beyond the graph.
NEAR_M = 15_000.0


class CorridorPairs(NamedTuple):
    """corridors, pairs and weights, one each, as `layers.travel.closures.if_closed` takes them; beyond: corridors not on the graph."""

    corridors: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]
    weights: tuple[float, ...]
    beyond: tuple[str, ...]


def corridor_pairs(network: Network, waypoints: pd.DataFrame, weights: Mapping[str, float] | None = None) -> CorridorPairs:
    """Of each corridor the first and the last waypoint that lie at a node of the graph.

    waypoints: `geodata.places.corridors.load_waypoints`. weights: by corridor_id, 1 each by default; a corridor that is not named is left
    out. The load takes the quickest way between the ends, which need not be the corridor's line. Raises WrongTable for an unknown corridor.
    """
    known = list(dict.fromkeys(waypoints["corridor_id"]))
    for name in weights or {}:
        if name not in known:
            raise WrongTable(f"There is no corridor {name!r}: one of {', '.join(known)} was wanted.")
    found: list[tuple[str, tuple[str, str], float]] = []
    beyond: list[str] = []
    for name in known if weights is None else [name for name in known if name in weights]:
        chain = waypoints[waypoints["corridor_id"] == name].sort_values("seq")
        nodes = [node for lon, lat in zip(chain["lon"], chain["lat"], strict=True) if (node := _node_at(network, lon, lat))]
        if len(set(nodes)) < 2:
            beyond.append(name)
        else:
            found.append((name, (nodes[0], nodes[-1]), 1.0 if weights is None else float(weights[name])))
    columns = zip(*found, strict=True) if found else ((), (), ())
    corridors, pairs, load = (tuple(column) for column in columns)
    return CorridorPairs(corridors, pairs, load, tuple(beyond))


def _node_at(network: Network, lon: float, lat: float) -> str | None:
    metres = metres_between(lon, lat, network.nodes["lon"], network.nodes["lat"])
    nearest = int(np.argmin(metres))
    return str(network.nodes["node_id"].iloc[nearest]) if metres[nearest] <= NEAR_M else None
