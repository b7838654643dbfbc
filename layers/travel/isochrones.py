"""Isochrones: hours from the nearest of several sites, at points or over cells."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import dijkstra

from layers.cells import centres
from layers.travel.network import Network
from layers.travel.off_road import OffRoad, Places, joined, legs, places, walks
from layers.travel.times import Nearest, as_matrix


def hours_to_nearest(network: Network, hours: ArrayLike, sites: Places, points: Places, how: OffRoad | None = None) -> Nearest:
    """The site from which each point is reached soonest, and in how many hours; site -1 and inf where none is in reach.

    hours: of each edge (`layers.travel.scenarios.edge_hours`). One Dijkstra from all sites at once, whatever the number of points.
    """
    how = how or OffRoad()
    n, n_sites, n_points = network.n_nodes, len(sites.lon), len(points.lon)
    if n_sites == 0 or n_points == 0:
        return Nearest(np.full(n_points, -1), np.full(n_points, np.inf))
    out, back = legs(network, sites, how), legs(network, points, how)
    graph = joined(as_matrix(network, hours), n + n_sites, [(n + out.place, out.node, out.hours)])
    total, _, first = dijkstra(graph, directed=True, indices=n + np.arange(n_sites), return_predecessors=True, min_only=True)
    best, site = np.full(n_points, np.inf), np.full(n_points, -1, np.int64)
    _take(best, site, back.place, total[back.node] + back.hours, first[back.node].astype(np.int64) - n)
    from_site, to_point, on_foot = walks(sites, points, how)
    _take(best, site, to_point, on_foot, from_site)
    return Nearest(site, best)


def over_cells(
    network: Network, hours: ArrayLike, sites: Places, cells: ArrayLike, how: OffRoad | None = None, side: ArrayLike | None = None
) -> pd.DataFrame:
    """Hours from the nearest site over H3 cells, [cell, lon, lat, site, hours], one row each in the order given.

    cells: uint64. side: of each cell, as in `Places`. The hours are those of a cell's centre; within a cell they differ by what it takes
    to walk through it.
    """
    index = np.asarray(cells, np.uint64).ravel()
    lon, lat = centres(index).T
    found = hours_to_nearest(network, hours, sites, places(lon, lat, side), how)
    return pd.DataFrame({"cell": index, "lon": lon, "lat": lat, "site": found.site, "hours": found.hours})


def _take(
    best: NDArray[np.float64], site: NDArray[np.int64], row: NDArray[np.int64], hours: NDArray[np.float64], by: NDArray[np.int64]
) -> None:
    """Keep for each row the least hours and the site that they come from; the first of equals."""
    order = np.lexsort((by, hours, row))
    row, hours, by = row[order], hours[order], by[order]
    first = np.ones(len(row), bool)
    first[1:] = row[1:] != row[:-1]
    row, hours, by = row[first], hours[first], by[first]
    better = np.isfinite(hours) & (hours < best[row])
    best[row[better]], site[row[better]] = hours[better], by[better]
