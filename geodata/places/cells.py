"""Voronoi cells: every point of a country goes to the owner of the nearest site. Pure; knows no file."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.distances import to_degrees, to_metres
from geodata.places.boundaries import polygons_of

Area = Polygon | MultiPolygon
#: Corners are laid on this grid (0.1 m), so that neighbouring cells meet in the very same corners.
GRID_DEG = 1e-6


def cells(lon: ArrayLike, lat: ArrayLike, owners: Sequence[str], outline: Area) -> dict[str, Area]:
    """The part of ``outline`` that is nearest to the sites of each owner; the parts cover it and do not overlap.

    lon, lat: n sites, EPSG:4326; owners: n names, repeated where an owner has several sites. outline: EPSG:4326.
    Distances are measured in the regional equal-area projection. An owner whose sites are nearest to nothing inside the
    outline is left out. Source: Voronoi 1908; GEOS.
    """
    x, y = to_metres(lon, lat)
    _, first = np.unique(np.column_stack([x, y]).round(0), axis=0, return_index=True)  # two sites on one spot: the first one has it
    keep = np.sort(first)
    west, south, east, north = outline.bounds
    corners = shapely.MultiPoint(np.column_stack(to_metres([west, west, east, east], [south, north, south, north])))
    around = corners.envelope.buffer(200_000, join_style="mitre")
    sites = shapely.MultiPoint(np.column_stack([x[keep], y[keep]]))
    if len(keep) == 1:
        return {owners[int(keep[0])]: outline}
    # GEOS lets the outer cells run on far beyond the outline, to where degrees no longer make sense: cut them first.
    pieces = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=around, ordered=True)), around)
    pieces = shapely.set_precision(shapely.transform(pieces, lambda xy: np.column_stack(to_degrees(xy[:, 0], xy[:, 1]))), GRID_DEG)
    names = [owners[int(i)] for i in keep]
    found: dict[str, Area] = {}
    for name in dict.fromkeys(names):
        own = shapely.union_all([piece for piece, owner in zip(pieces, names, strict=True) if owner == name])
        part = as_area(shapely.intersection(own, outline))
        if not part.is_empty:
            found[name] = part
    return found


def as_area(geometry: BaseGeometry) -> Area:
    """The polygons of any geometry as one Polygon or MultiPolygon, maybe empty."""
    parts = polygons_of(geometry)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)
