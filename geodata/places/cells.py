"""Voronoi cells: every point of a country goes to the owner of the nearest site. Pure; knows no file."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike
from shapely import LineString, MultiLineString, MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.distances import to_degrees, to_metres
from geodata.places.boundaries import polygons_of

Area = Polygon | MultiPolygon
#: Corners are laid on this grid (0.1 m), so that neighbouring cells meet in the very same corners.
GRID_DEG = 1e-6
#: Edges are cut to this length before they leave the plane in which they are straight; what is left of the bend is under 10 m.
LONGEST_EDGE_M = 25_000.0


def cells(lon: ArrayLike, lat: ArrayLike, owners: Sequence[str], outline: Area) -> dict[str, Area]:
    """The part of ``outline`` that is nearest to the sites of each owner; the parts cover it and do not overlap.

    lon, lat: n sites, EPSG:4326; owners: n names, repeated where an owner has several sites. outline: EPSG:4326.
    Distances are measured in the regional equal-area projection. An owner whose sites are nearest to nothing inside the
    outline is left out. Source: Voronoi 1908; GEOS.
    """
    clipped = {name: as_area(shapely.intersection(area, outline)) for name, area in _unclipped(lon, lat, owners, outline).items()}
    return {name: area for name, area in clipped.items() if not area.is_empty}


def edges(lon: ArrayLike, lat: ArrayLike, owners: Sequence[str], outline: Area) -> list[tuple[str, str, BaseGeometry]]:
    """The lines between `cells`, each once: the owners on its two sides and a (Multi)LineString inside ``outline``, EPSG:4326."""
    whole = _unclipped(lon, lat, owners, outline)
    names, areas = list(whole), np.array(list(whole.values()), dtype=object)
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    found: list[tuple[str, str, BaseGeometry]] = []
    for i, j in zip(one[one < other], other[one < other], strict=True):
        shared = lines_of(shapely.intersection(shapely.intersection(areas[i].boundary, areas[j].boundary), outline))
        if not shared.is_empty:
            found.append((names[i], names[j], shapely.line_merge(shared)))
    return found


def lines_of(geometry: BaseGeometry) -> MultiLineString:
    """The lines of any geometry; the points where two areas only touch are dropped."""
    parts = shapely.get_parts(shapely.get_parts(geometry))
    return MultiLineString([part for part in parts if isinstance(part, LineString) and not part.is_empty])


def as_area(geometry: BaseGeometry) -> Area:
    """The polygons of any geometry as one Polygon or MultiPolygon, maybe empty."""
    parts = polygons_of(geometry)
    return parts[0] if len(parts) == 1 else MultiPolygon(parts)


def _unclipped(lon: ArrayLike, lat: ArrayLike, owners: Sequence[str], outline: Area) -> dict[str, Area]:
    """The cells as they run on beyond the outline, where neighbours still share every vertex of their common edge."""
    x, y = to_metres(lon, lat)
    _, first = np.unique(np.column_stack([x, y]).round(0), axis=0, return_index=True)  # two sites on one spot: the first one has it
    keep = np.sort(first)
    west, south, east, north = outline.bounds
    corners = shapely.MultiPoint(np.column_stack(to_metres([west, west, east, east], [south, north, south, north])))
    around = corners.envelope.buffer(200_000, join_style="mitre")
    sites = shapely.MultiPoint(np.column_stack([x[keep], y[keep]]))
    if len(keep) == 1:
        return {owners[int(keep[0])]: as_area(_in_degrees(around))}
    # GEOS lets the outer cells run on far beyond the outline, to where degrees no longer make sense: cut them first.
    pieces = shapely.intersection(shapely.get_parts(shapely.voronoi_polygons(sites, extend_to=around, ordered=True)), around)
    # A straight edge of the plane is bent in degrees: without corners in between, a long one would leave its place by kilometres.
    pieces = _in_degrees(shapely.segmentize(pieces, LONGEST_EDGE_M))
    names = [owners[int(i)] for i in keep]
    return {
        name: as_area(shapely.union_all([piece for piece, owner in zip(pieces, names, strict=True) if owner == name]))
        for name in dict.fromkeys(names)
    }


def _in_degrees(geometry: Any) -> Any:
    """From the projection to EPSG:4326, corners on the grid."""
    degrees = shapely.transform(geometry, lambda xy: np.column_stack(to_degrees(xy[:, 0], xy[:, 1])))
    return shapely.set_precision(degrees, GRID_DEG)
