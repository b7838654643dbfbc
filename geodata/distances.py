"""Distances over the ground, in metres, on the WGS 84 ellipsoid. Metres come from nowhere else."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from pyproj import Geod, Transformer

WGS84 = Geod(ellps="WGS84")

#: Equal-area and metric over Central Asia: Lambert azimuthal, centred on the upper Panj.
EQUAL_AREA = "+proj=laea +lat_0=38.5 +lon_0=70.5 +datum=WGS84 +units=m +no_defs"


def metres_between(lon_a: ArrayLike, lat_a: ArrayLike, lon_b: ArrayLike, lat_b: ArrayLike) -> NDArray[np.float64]:
    """Ground distance between n pairs of points, EPSG:4326 degrees. Returns metres, float (n,).

    Source: Karney 2013, doi:10.1007/s00190-012-0578-z.
    """
    lon_a, lat_a, lon_b, lat_b = np.broadcast_arrays(*(np.asarray(v, float) for v in (lon_a, lat_a, lon_b, lat_b)))
    return np.asarray(WGS84.inv(lon_a, lat_a, lon_b, lat_b)[2], float)


def length_m(lon: Sequence[float] | ArrayLike, lat: Sequence[float] | ArrayLike) -> float:
    """Length of a line of n points, EPSG:4326 degrees, in metres."""
    return float(WGS84.line_length(np.asarray(lon, float), np.asarray(lat, float)))


def chainage_m(lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
    """Distance from the first point along a line of n points, EPSG:4326. Returns metres, float (n,), starting at 0."""
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    return np.concatenate([[0.0], np.cumsum(metres_between(lon[:-1], lat[:-1], lon[1:], lat[1:]))])


def to_metres(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """EPSG:4326 degrees to metres in the regional equal-area projection (`EQUAL_AREA`)."""
    x, y = _projection().transform(np.asarray(lon, float), np.asarray(lat, float))
    return np.asarray(x), np.asarray(y)


def to_degrees(x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Metres in `EQUAL_AREA` back to EPSG:4326 degrees, lon then lat."""
    lon, lat = _projection().transform(np.asarray(x, float), np.asarray(y, float), direction="INVERSE")
    return np.asarray(lon), np.asarray(lat)


@cache
def _projection() -> Transformer:
    # Made once: that takes 20 ms, the use microseconds. pyproj keeps what is not thread-safe apart for each thread itself.
    return Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)


def roughly_m(lon_a: float, lat_a: float, lon_b: float, lat_b: float) -> float:
    """Metres between two points as on a flat map of their middle latitude: to compare distances by the million, never to report one.

    EPSG:4326 degrees. Off by less than 1 % below 500 km at the latitudes of this region.
    """
    east = (lon_a - lon_b) * 111_320.0 * math.cos(math.radians((lat_a + lat_b) / 2))
    return math.hypot(east, (lat_a - lat_b) * 110_950.0)


def moved(lon: float, lat: float, bearing: float, distance_m: float) -> tuple[float, float]:
    """The point that lies ``distance_m`` metres from lon, lat (EPSG:4326) towards ``bearing`` (degrees clockwise from north)."""
    to_lon, to_lat, _ = WGS84.fwd(lon, lat, bearing, distance_m)
    return float(to_lon), float(to_lat)
