"""Simplify outlines that share borders so that they still do: each stretch between two corners is simplified once. Pure."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import shapely
from shapely import LineString

from geodata.places.cells import Area, as_area

#: A vertex this near to an outline lies on it: the source steps in 1e-6 degrees.
ON_OUTLINE_DEG = 1e-7
DECIMALS = 5


def simplify_together(
    outlines: Mapping[str, Area], tolerance_deg: Callable[[frozenset[str]], float], fixed: Sequence[LineString] = ()
) -> dict[str, Area]:
    """The same outlines with fewer vertices, neighbours still sharing every vertex of their common border.

    outlines: name -> polygons, EPSG:4326, sharing vertices where they touch. tolerance_deg: names of the outlines on an arc
    (one or two) -> how far it may move, in degrees (Douglas and Peucker 1973). fixed: lines that replace the arc along
    them as they are: already simplified and rounded, each starting where the one before ends. Positions come back
    rounded to `DECIMALS`; islands smaller than the tolerance vanish; where outlines overlap, the first keeps the ground.
    """
    names = list(outlines)
    edges = [outlines[name].boundary for name in names]
    shapely.prepare(edges)
    noded = shapely.line_merge(shapely.union_all(edges))
    ends = _ends(fixed[0].coords[0], fixed[-1].coords[-1]) if fixed else None
    lines = list(fixed)
    for arc in shapely.get_parts(noded):
        middle = arc.interpolate(0.5, normalized=True) if len(arc.coords) < 3 else shapely.Point(arc.coords[len(arc.coords) // 2])
        beside = frozenset(name for name, edge in zip(names, edges, strict=True) if shapely.dwithin(edge, middle, ON_OUTLINE_DEG))
        if ends is not None and _ends(arc.coords[0], arc.coords[-1]) == ends:
            continue
        drawn = round_line(shapely.simplify(arc, tolerance_deg(beside), preserve_topology=False))
        if drawn is not None:
            lines.append(drawn)
    faces = shapely.get_parts(shapely.polygonize([shapely.union_all(lines)]))
    inside = shapely.point_on_surface(faces)
    found: dict[str, Area] = {}
    free = np.ones(len(faces), bool)
    for name in names:
        shapely.prepare(outlines[name])
        mine = free & shapely.contains(outlines[name], inside)
        free &= ~mine  # ground that the source gives to two countries is drawn once, for the first that was named
        own = faces[mine]
        if len(own):
            found[name] = as_area(shapely.set_precision(shapely.union_all(own), 10.0**-DECIMALS))
    return found


def round_line(line: LineString) -> LineString | None:
    """A line on the grid of `DECIMALS`, without repeated points; None when nothing is left of it."""
    xy = np.round(shapely.get_coordinates(line), DECIMALS)
    keep = np.concatenate([[True], (np.diff(xy, axis=0) != 0).any(axis=1)]) if len(xy) else np.zeros(0, bool)
    xy = xy[keep]
    closed = len(xy) > 1 and bool((xy[0] == xy[-1]).all())
    return LineString(xy) if len(xy) >= (4 if closed else 2) else None


def _ends(first: tuple[float, ...], last: tuple[float, ...]) -> frozenset[tuple[float, ...]]:
    """Both ends of an arc on the grid, whichever way it runs."""
    return frozenset(tuple(round(value, DECIMALS) for value in end) for end in (first, last))
