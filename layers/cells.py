"""H3 cells: which cell holds a point, and the ring that draws it."""

from collections.abc import Iterable

import h3.api.numpy_int as h3
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

#: 297 km2 a cell at the upper Panj, 19 km across: a border section is a few cells long.
RESOLUTION = 5
#: Decimals of ring coordinates: 1e-5 degrees is about a metre, far below any line width.
RING_DECIMALS = 5
#: Where cells are measured: the centre of the regional projection.
REFERENCE_LAT_LON = (38.5, 70.5)
NO_CELL = np.uint64(0)


def assign(lon: ArrayLike, lat: ArrayLike, resolution: int = RESOLUTION) -> NDArray[np.uint64]:
    """The H3 cell of n points, EPSG:4326 degrees. uint64 (n,), `NO_CELL` where a coordinate is missing.

    Equal coordinates are looked up once: reports name places, so a million of them hold few distinct points.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    first, codes = distinct_points(lon, lat)
    cells = assign_each(lon[first], lat[first], resolution)
    return cells[codes] if len(cells) else np.zeros(len(lon), np.uint64)


def assign_each(lon: NDArray[np.float64], lat: NDArray[np.float64], resolution: int) -> NDArray[np.uint64]:
    """As `assign`, for points that are known to differ: looking for equal ones would cost more than it saves."""
    return np.array([_cell(*point, resolution) for point in zip(lat.tolist(), lon.tolist(), strict=True)], np.uint64)


def distinct_points(*columns: NDArray[np.float64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row number of the first row of each distinct combination, and for each of n rows its combination's number."""
    codes = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        more, distinct = pd.factorize(column, use_na_sentinel=False)
        # Renumbered at every step: the product of a few counts would leave 64 bits.
        codes = pd.factorize(codes * len(distinct) + more)[0].astype(np.int64)
    seen = np.maximum.accumulate(np.concatenate([[-1], codes]))[:-1] if len(codes) else codes
    return np.flatnonzero(codes > seen), codes.astype(np.intp)


def rings(cells: Iterable[int], decimals: int = RING_DECIMALS) -> list[list[list[float]]]:
    """The closed ring of each cell, [lon, lat] degrees, rounded, counter-clockwise as H3 gives it.

    A ring that would jump over the antimeridian is kept in one piece by letting its longitudes pass 180.
    """
    return [_ring(int(cell), decimals) for cell in cells]


def centres(cells: Iterable[int]) -> NDArray[np.float64]:
    """Centre of each of n cells, lon then lat, degrees, float (n, 2)."""
    lat_lon = np.array([h3.cell_to_latlng(int(cell)) for cell in cells], float).reshape(-1, 2)
    return lat_lon[:, ::-1]


def covering(area: BaseGeometry, resolution: int = RESOLUTION) -> NDArray[np.uint64]:
    """Cells whose centre lies in a polygon, EPSG:4326; for one smaller than a cell, the cell of a point inside it."""
    inside = h3.geo_to_cells(mapping(area), resolution)
    if len(inside) == 0:
        point = area.representative_point()
        return np.array([h3.latlng_to_cell(point.y, point.x, resolution)], np.uint64)
    return np.sort(np.asarray(inside, np.uint64))


def area_km2(resolution: int) -> float:
    """Area of a cell at the upper Panj in km2; H3's world average is a seventh smaller and would be wrong here."""
    return float(h3.cell_area(h3.latlng_to_cell(*REFERENCE_LAT_LON, resolution), unit="km^2"))


def edge_m(resolution: int) -> float:
    """Edge in metres of the regular hexagon that has the area of a cell at the upper Panj."""
    return float(np.sqrt(area_km2(resolution) * 1e6 / (1.5 * np.sqrt(3))))


def _cell(lat: float, lon: float, resolution: int) -> int:
    # A missing coordinate differs from itself: cheaper than a second pass over a million points.
    return h3.latlng_to_cell(lat, lon, resolution) if lat == lat and lon == lon else int(NO_CELL)


def _ring(cell: int, decimals: int) -> list[list[float]]:
    ring = [[round(lon, decimals), round(lat, decimals)] for lat, lon in h3.cell_to_boundary(cell)]
    if max(point[0] for point in ring) - min(point[0] for point in ring) > 180:
        ring = [[lon + 360 if lon < 0 else lon, lat] for lon, lat in ring]
    return [*ring, ring[0]]
