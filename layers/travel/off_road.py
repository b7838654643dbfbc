"""From anywhere to anywhere: the last leg beside the road goes in a straight line, on foot, made longer by the terrain."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array
from scipy.spatial import KDTree

from geodata.distances import metres_between, to_metres
from geodata.errors import WrongTable
from layers.travel.network import Network
from layers.travel.shortest import shortest_hours
from layers.travel.times import as_matrix, directed


class OffRoad(NamedTuple):
    """How one goes where there is no road.

    hours = straight line x terrain_factor / walking_kmh. nodes: how many of the nearest nodes of the graph a place may walk to.
    reach_km: farther than this nobody walks. 4 km/h and half as far again are assumptions for foot patrols in hills.
    """

    walking_kmh: float = 4.0
    terrain_factor: float = 1.5
    nodes: int = 3
    reach_km: float = 60.0


class Places(NamedTuple):
    """n places, EPSG:4326. side: what one does not walk out of, such as a country ("TJK"), or None: no such line is known."""

    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    side: tuple[str, ...] | None = None


class Legs(NamedTuple):
    """Walks between places and nodes: the place, the node, the hours."""

    place: NDArray[np.int64]
    node: NDArray[np.int64]
    hours: NDArray[np.float64]


def places(lon: ArrayLike, lat: ArrayLike, side: ArrayLike | None = None) -> Places:
    """n places. Raises WrongTable, naming the row, for a position that is none."""
    east, north = np.asarray(lon, float).ravel(), np.asarray(lat, float).ravel()
    for row in map(int, np.flatnonzero(~((abs(east) <= 180) & (abs(north) <= 90)))):
        raise WrongTable(f"Place {row + 1} of {len(east)} has the position {east[row]}, {north[row]}: lon and lat in degrees were wanted.")
    return Places(east, north, None if side is None else tuple(map(str, np.asarray(side, object))))


def legs(network: Network, at: Places, how: OffRoad) -> Legs:
    """The walks from each place to its nearest nodes, none across a side and none beyond the reach.

    A place with a side walks only to nodes whose country_iso3 is the same. Whoever reaches no node is an island.
    """
    found = [_legs_within(network, at, how, rows, nodes) for rows, nodes in _groups(network, at)]
    if not found:
        return Legs(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
    return Legs(*(np.concatenate(parts) for parts in zip(*found, strict=True)))


def refuse_islands(network: Network, at: Places, how: OffRoad | None = None) -> None:
    """Raises WrongTable, naming the first place that can walk to no node of the graph on its side; nothing where all can."""
    how = how or OffRoad()
    islands = np.setdiff1d(np.arange(len(at.lon)), legs(network, at, how).place)
    if len(islands):
        row = int(islands[0])
        side = "" if at.side is None else f" in {at.side[row]}"
        raise WrongTable(
            f"Place {row + 1} of {len(at.lon)} ({at.lon[row]:.3f}, {at.lat[row]:.3f}) is an island: "
            f"no road within {how.reach_km:g} km{side}; {len(islands)} such in all. Add a road to it, or leave it out."
        )


def point_hours(network: Network, hours: ArrayLike, start: Places, end: Places, how: OffRoad | None = None) -> NDArray[np.float64]:
    """Hours from each place to each other place, float (n, m): on foot to the road, by road, on foot from it, or on foot all the way.

    hours: of each edge, as `layers.travel.scenarios.edge_hours` gives them. inf: out of reach.
    """
    how = how or OffRoad()
    n, n_start, n_end = network.n_nodes, len(start.lon), len(end.lon)
    out, back = legs(network, start, how), legs(network, end, how)
    roads = as_matrix(network, hours)
    # One-way legs: nobody takes a short cut over a place that was only asked about.
    graph = joined(roads, n + n_start + n_end, [(n + out.place, out.node, out.hours), (back.node, n + n_start + back.place, back.hours)])
    found = shortest_hours(graph, n + np.arange(n_start), n + n_start + np.arange(n_end))
    a, b, on_foot = walks(start, end, how)
    found[a, b] = np.minimum(found[a, b], on_foot)
    return found


def walk_hours(metres: ArrayLike, how: OffRoad) -> NDArray[np.float64]:
    """Hours on foot over a straight line of so many metres."""
    return np.asarray(metres, float) / 1_000 * how.terrain_factor / how.walking_kmh


def _groups(network: Network, at: Places) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places of one side each, with the nodes to which they may walk."""
    everybody, nodes = np.arange(len(at.lon)), np.arange(network.n_nodes)
    if at.side is None:
        return [(everybody, nodes)] if len(everybody) and len(nodes) else []
    if "country_iso3" not in network.nodes:
        raise WrongTable("Places came with a side, and the nodes of the road graph have no country_iso3: give it, or leave the side out.")
    country, side = network.nodes["country_iso3"].to_numpy(object), np.array(at.side, object)
    pairs = [(everybody[side == name], nodes[country == name]) for name in dict.fromkeys(at.side)]
    return [(rows, near) for rows, near in pairs if len(near)]


def _legs_within(network: Network, at: Places, how: OffRoad, rows: NDArray[np.int64], nodes: NDArray[np.int64]) -> Legs:
    lon, lat = (network.nodes[name].to_numpy(float)[nodes] for name in ("lon", "lat"))
    tree = KDTree(np.column_stack(to_metres(lon, lat)))
    k = min(how.nodes, len(nodes))
    _, near = tree.query(np.column_stack(to_metres(at.lon[rows], at.lat[rows])), k=k)
    near = np.asarray(near).reshape(len(rows), k)
    place, node = np.repeat(rows, k), near.ravel()
    metres = metres_between(at.lon[place], at.lat[place], lon[node], lat[node])
    kept = metres <= how.reach_km * 1_000
    return Legs(place[kept], nodes[node[kept]], walk_hours(metres[kept], how))


def walks(start: Places, end: Places, how: OffRoad) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Pairs of places so near that one may walk, with the hours."""
    if not len(start.lon) or not len(end.lon):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    here, there = (KDTree(np.column_stack(to_metres(at.lon, at.lat))) for at in (start, end))
    near = here.sparse_distance_matrix(there, how.reach_km * 1_000, output_type="ndarray")
    a, b = near["i"].astype(np.int64), near["j"].astype(np.int64)
    if start.side is not None and end.side is not None:
        same = np.array(start.side, object)[a] == np.array(end.side, object)[b]
        a, b = a[same], b[same]
    return a, b, walk_hours(metres_between(start.lon[a], start.lat[a], end.lon[b], end.lat[b]), how)


def joined(roads: csr_array, n: int, more: list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]) -> csr_array:
    """The graph of the roads with further one-way edges and room for n nodes."""
    start = np.repeat(np.arange(roads.shape[0]), np.diff(roads.indptr))
    parts = [(start, roads.indices.astype(np.int64), roads.data), *more]
    return directed(n, *(np.concatenate([part[i] for part in parts]) for i in range(3)))
