"""Spread: each event's mass laid over the cells in which it may have happened, instead of stacked on one point."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from geodata.distances import to_degrees, to_metres
from layers import cells as h3_cells

#: Levels whose position stands for an area rather than for a disc, and the column that names the area.
AREA_COLUMN = {"district": "district_id", "province": "province_id"}
#: Levels that have no place on a map.
NOWHERE = ("country", "none")
#: Discs smaller than this share of a cell's edge stay in the cell of their point.
SHARP = 0.05
#: Discs wider than this many edges are filled by the centres of cells instead of by samples.
WIDE = 4.0
#: Sizes of the sample patterns: about 20 samples for each squared edge of the disc's radius.
PATTERNS = (1, 7, 19, 37, 61, 91, 127, 217, 331)
#: Above this many distinct discs, neighbours share one: centres are moved to a raster of an eighth of their radius.
MOST_DISCS = 20_000
RASTER_SHARE = 1 / 8
NOWHERE_CODE = -1
#: Rows, their cells, and the share of the row in the cell.
Pieces = tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.float64]]


@dataclass(frozen=True)
class Footprints:
    """Where n events may have happened.

    cells: H3 cells, uint64 (c,), sorted. shapes: the u distinct footprints, csr (u, c), every row sums to 1.
    which: footprint of each event, int64 (n,), -1 where it has none (country level, no point). index: labels of the events.
    """

    cells: NDArray[np.uint64]
    shapes: csr_array
    which: NDArray[np.int64]
    index: pd.Index
    resolution: int

    @property
    def n_without(self) -> int:
        """Rows without a footprint."""
        return int((self.which == NOWHERE_CODE).sum())

    def matrix(self) -> csr_array:
        """All n rows over the cells, csr (n, c); a row of zeros where an event has no footprint. Large: for tests and small n."""
        rows = csr_array(self.shapes[np.maximum(self.which, 0)]) if self.shapes.shape[0] else csr_array((len(self.which), len(self.cells)))
        return csr_array(rows.multiply((self.which != NOWHERE_CODE)[:, None]))

    def of(self, events: pd.DataFrame) -> NDArray[np.int64]:
        """Footprint of each of these rows, found by index label: a filtered table needs no new spreading.

        A label that was not there when the footprints were made raises KeyError.
        """
        if events.index is self.index:
            return self.which
        at = self.index.get_indexer(events.index)
        if (at < 0).any():
            raise KeyError(f"No footprint for row {events.index[at < 0][0]!r}: these footprints were made for another table.")
        return self.which[at]


def footprints(events: pd.DataFrame, areas: Mapping[str, BaseGeometry], resolution: int = h3_cells.RESOLUTION) -> Footprints:
    """Spread n located events over H3 cells.

    events: located events, EPSG:4326. areas: polygons by district or province id, EPSG:4326; may be empty.
    A district or province event with a known area is uniform over the cells whose centre lies in it; any other is uniform over
    a disc of `uncertainty_m` around its point (share of the disc's area in each cell, by equal-area samples), and the cell that
    holds the point always has a share. Each distinct place is computed once; above 20,000 distinct discs, those whose centres are
    less than about a tenth of their radius apart share one footprint.
    """
    lon, lat = (events[name].to_numpy(float, na_value=np.nan) for name in ("lon", "lat"))
    radius = np.nan_to_num(events["uncertainty_m"].to_numpy(float, na_value=np.nan), nan=0.0)
    area_codes, area_ids = _area_codes(events, areas)
    is_area = area_codes >= 0
    is_disc = ~is_area & np.isfinite(lon) & np.isfinite(lat) & ~events["precision_level"].isin(NOWHERE).to_numpy()
    disc_lon, disc_lat, disc_radius = lon[is_disc], lat[is_disc], radius[is_disc]
    first, codes = h3_cells.distinct_points(disc_lon, disc_lat, disc_radius)
    if len(first) > MOST_DISCS:
        disc_lon, disc_lat = _on_raster(disc_lon, disc_lat, disc_radius, SHARP * h3_cells.edge_m(resolution))
        first, codes = h3_cells.distinct_points(disc_lon, disc_lat, disc_radius)
    discs = _discs(disc_lon[first], disc_lat[first], disc_radius[first], resolution)
    which = np.full(len(events), NOWHERE_CODE, np.int64)
    which[is_area] = area_codes[is_area]
    which[is_disc] = codes + len(area_ids)
    pieces = [_uniform(row, h3_cells.covering(areas[name], resolution)) for row, name in enumerate(area_ids)]
    pieces += [(row + len(area_ids), cell, share) for row, cell, share in discs]
    cells, shapes = _matrix(pieces, len(area_ids) + len(first))
    return Footprints(cells, shapes, which, events.index, resolution)


def _area_codes(events: pd.DataFrame, areas: Mapping[str, BaseGeometry]) -> tuple[NDArray[np.int64], list[str]]:
    """For each event the number of its area in the returned list, -1 where it is no area or its outline is unknown."""
    codes = np.full(len(events), -1, np.int64)
    names: list[str] = []
    for level, column in AREA_COLUMN.items():
        rows = np.flatnonzero((events["precision_level"] == level).to_numpy())
        local, ids = pd.factorize(events[column].iloc[rows])
        numbers = np.full(len(ids) + 1, -1, np.int64)
        for i, name in enumerate(ids):
            if name in areas and not areas[name].is_empty:
                numbers[i] = len(names)
                names.append(name)
        codes[rows] = numbers[local]
    return codes, names


def _on_raster(
    lon: NDArray[np.float64], lat: NDArray[np.float64], radius: NDArray[np.float64], sharp_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres moved by less than a tenth of their radius, so that a million different positions become thousands; sharp ones stay."""
    x, y = to_metres(lon, lat)
    step = np.maximum(radius, sharp_m) * RASTER_SHARE
    near_lon, near_lat = to_degrees(np.round(x / step) * step, np.round(y / step) * step)
    is_sharp = radius <= sharp_m
    # A projected raster point comes back with noise in its last digits, which would tell equal places apart.
    return np.where(is_sharp, lon, np.round(near_lon, 9)), np.where(is_sharp, lat, np.round(near_lat, 9))


def _discs(lon: NDArray[np.float64], lat: NDArray[np.float64], radius: NDArray[np.float64], resolution: int) -> list[Pieces]:
    """The pieces of u discs; the number of samples follows the disc's size against the cell's."""
    edge = h3_cells.edge_m(resolution)
    wanted = np.where(radius <= SHARP * edge, 1, 7 + 20 * (radius / edge) ** 2)
    pattern = np.searchsorted(PATTERNS, np.minimum(wanted, PATTERNS[-1]))
    wide = radius > WIDE * edge
    x, y = to_metres(lon, lat)
    pieces: list[Pieces] = [_uniform(int(i), h3_cells.covering(_circle(x[i], y[i], radius[i]), resolution)) for i in np.flatnonzero(wide)]
    for size in np.unique(pattern[~wide]):
        rows = np.flatnonzero(~wide & (pattern == size))
        east, north = _sunflower(PATTERNS[size])
        if len(east) == 1:
            sample_lon, sample_lat = lon[rows, None], lat[rows, None]
        else:
            sample_lon, sample_lat = to_degrees(x[rows, None] + radius[rows, None] * east, y[rows, None] + radius[rows, None] * north)
            sample_lon[:, 0], sample_lat[:, 0] = lon[rows], lat[rows]  # exactly the point, not the point projected there and back
        cells = h3_cells.assign_each(sample_lon.ravel(), sample_lat.ravel(), resolution)
        pieces.append((np.repeat(rows, len(east)), cells, np.full(len(cells), 1.0 / len(east))))
    return pieces


def _sunflower(n: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """n points that share the unit disc equally, the first in its centre.

    Source: Vogel 1979, doi:10.1016/0025-5564(79)90080-4.
    """
    k = np.arange(n)
    distance, angle = np.sqrt((k + 0.5) / n), k * np.pi * (3 - np.sqrt(5))
    distance[0] = 0.0
    return distance * np.cos(angle), distance * np.sin(angle)


def _circle(x: float, y: float, radius: float) -> Polygon:
    angle = np.linspace(0, 2 * np.pi, 128, endpoint=False)
    return Polygon(np.column_stack(to_degrees(x + radius * np.cos(angle), y + radius * np.sin(angle))))


def _uniform(row: int, cells: NDArray[np.uint64]) -> Pieces:
    return np.full(len(cells), row, np.int64), cells, np.full(len(cells), 1.0 / len(cells))


def _matrix(pieces: list[Pieces], n_rows: int) -> tuple[NDArray[np.uint64], csr_array]:
    if not pieces:
        return np.zeros(0, np.uint64), csr_array((n_rows, 0))
    rows, found, share = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    codes, distinct = pd.factorize(found)  # hashing: a sort of millions of samples would cost more than the rest
    order = np.argsort(distinct)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    matrix = csr_array((share, (rows, rank[codes])), shape=(n_rows, len(distinct)))
    matrix.sum_duplicates()
    return distinct[order], matrix
