"""The Tajik-Afghan border as one line from west to east, and the way from a position to its place on that line."""

from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray
from shapely import LineString, STRtree

from geodata.distances import chainage_m, metres_between, to_metres
from geodata.errors import BadFile
from geodata.places.boundaries import country_outline, made_from
from geodata.places.cached import cached_file

Floats = NDArray[np.float64]


class Line(NamedTuple):
    """The line with what is needed to find places on it. Arrays are read-only."""

    lon: Floats  # EPSG:4326, (n,)
    lat: Floats
    km: Floats  # chainage from the western end, over the ellipsoid
    x: Floats  # metres, `geodata.distances.EQUAL_AREA`
    y: Floats
    pieces: STRtree  # the n - 1 pieces between neighbouring points, in metres


def border_line(cache: Path) -> LineString:
    """The line that the Tajik and Afghan outlines share, west to east, EPSG:4326.

    1,344.0 km on the WGS 84 ellipsoid (official: 1,344.15 km). Source: OpenStreetMap through timezonefinder, ODbL.
    """
    line = load_line(cache)
    return LineString(np.column_stack([line.lon, line.lat]))


def chainage(cache: Path) -> Floats:
    """Distance of each vertex of the line from its western end, in km, (n,), starting at 0."""
    return load_line(cache).km


def locate_on_line(lon: ArrayLike, lat: ArrayLike, cache: Path) -> tuple[Floats, Floats]:
    """Place of n points on the line: chainage of the nearest point of the line in km, and the distance to it in metres.

    lon, lat: EPSG:4326 degrees, (n,). A missing coordinate gives NaN in both. The nearest piece is searched in the
    regional projection, the distance measured on the ellipsoid.
    """
    lon, lat = np.atleast_1d(np.asarray(lon, float)), np.atleast_1d(np.asarray(lat, float))
    km, metres = np.full(lon.shape, np.nan), np.full(lon.shape, np.nan)
    known = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(known):
        return km, metres
    line = load_line(cache)
    x, y = to_metres(lon[known], lat[known])
    point, piece = line.pieces.query_nearest(shapely.points(x, y), all_matches=False)
    point, piece = np.asarray(point), np.asarray(piece)
    dx, dy = np.diff(line.x)[piece], np.diff(line.y)[piece]
    along = ((x[point] - line.x[piece]) * dx + (y[point] - line.y[piece]) * dy) / (dx**2 + dy**2)
    along = np.clip(along, 0.0, 1.0)
    foot_lon = line.lon[piece] + along * np.diff(line.lon)[piece]
    foot_lat = line.lat[piece] + along * np.diff(line.lat)[piece]
    where = known[point]
    km[where] = line.km[piece] + along * np.diff(line.km)[piece]
    metres[where] = metres_between(lon[where], lat[where], foot_lon, foot_lat)
    return km, metres


def cut_line(from_km: float, to_km: float, cache: Path) -> LineString:
    """The part of the line between two chainages, its ends interpolated between vertices, EPSG:4326."""
    line = load_line(cache)
    inside = (line.km > from_km) & (line.km < to_km)
    km = np.concatenate([[from_km], line.km[inside], [to_km]])
    return LineString(np.column_stack([np.interp(km, line.km, line.lon), np.interp(km, line.km, line.lat)]))


@lru_cache(maxsize=8)
def load_line(cache: Path) -> Line:
    """The line with chainage and search tree, once per process and cache folder."""
    path = cached_file(cache, f"border-line-{made_from()}.geojson", lambda: shapely.to_geojson(_derive(cache)).encode())
    lon, lat = shapely.get_coordinates(shapely.from_geojson(path.read_text("utf-8"))).T
    km = chainage_m(lon, lat) / 1000
    x, y = to_metres(lon, lat)
    ends = np.column_stack([x, y])
    pieces = [LineString(pair) for pair in np.stack([ends[:-1], ends[1:]], axis=1)]
    for array in (lon, lat, km, x, y):
        array.setflags(write=False)
    return Line(lon, lat, km, x, y, STRtree(pieces))


def _derive(cache: Path) -> LineString:
    shared = shapely.intersection(country_outline("TJK", cache).boundary, country_outline("AFG", cache).boundary)
    pieces = [part for part in shapely.get_parts(shared) if part.geom_type == "LineString"]
    line = shapely.line_merge(shapely.MultiLineString(pieces))
    if not isinstance(line, LineString):
        raise BadFile(f"The outlines of TJK and AFG share a {line.geom_type}, one line was wanted: install the pinned timezonefinder.")
    return line if line.coords[0][0] < line.coords[-1][0] else line.reverse()
