"""Nearness: which events lie within reach of which posts or corridors, worked out once and reused under every filter."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.distances import metres_between, to_metres
from layers.cells import distinct_points

#: Straight legs are cut to this many degrees before they are projected: a long leg is straight in lon/lat, not in metres.
LEG_DEGREES = 0.2
#: The equal-area plane may shorten or stretch a distance by this share within the region.
PLANE_ERROR = 0.02


@dataclass(frozen=True)
class Nearness:
    """Pairs of an event row and a thing that it lies near.

    event, thing: int64 (k,), row numbers of the events' table and of the things' table. index: labels of the events' rows.
    """

    event: NDArray[np.int64]
    thing: NDArray[np.int64]
    index: pd.Index
    n_things: int

    def of(self, events: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The pairs of these rows only: (row number in ``events``, thing). A label that was not prepared raises KeyError."""
        at = np.arange(len(events)) if events.index is self.index else self.index.get_indexer(events.index)
        if (at < 0).any():
            raise KeyError(f"Nothing is known about row {events.index[at < 0][0]!r}: the nearness was made for another table.")
        row_of = np.full(len(self.index), -1, np.int64)
        row_of[at] = np.arange(len(events))
        rows = row_of[self.event]
        return rows[rows >= 0], self.thing[rows >= 0]


def near_points(events: pd.DataFrame, lon: NDArray[np.float64], lat: NDArray[np.float64], reach_m: float, vaguest_m: float) -> Nearness:
    """Events within ``reach_m`` over the ground of n things, EPSG:4326 degrees; events vaguer than ``vaguest_m`` are near nothing."""
    from scipy.spatial import cKDTree

    rows, event_lon, event_lat, codes, first = _sharp(events, vaguest_m)
    placed = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat))
    if not len(first) or not len(placed):
        return Nearness(np.zeros(0, np.int64), np.zeros(0, np.int64), events.index, len(lon))
    tree = cKDTree(np.column_stack(to_metres(event_lon[first], event_lat[first])))
    around = np.column_stack(to_metres(lon[placed], lat[placed]))
    found = [np.asarray(tree.query_ball_point(at, reach_m * (1 + PLANE_ERROR)), np.int64) for at in around]
    point = np.concatenate(found)
    thing = np.repeat(placed, [len(hits) for hits in found])
    exact = metres_between(event_lon[first][point], event_lat[first][point], lon[thing], lat[thing]) <= reach_m
    return _expand(point[exact], thing[exact], codes, rows, events.index, len(lon))


def near_lines(events: pd.DataFrame, lines: Sequence[shapely.LineString], reach_m: float, vaguest_m: float) -> Nearness:
    """Events within ``reach_m`` plus their own uncertainty of n lines, EPSG:4326; events vaguer than ``vaguest_m`` are near nothing.

    Measured in the regional equal-area plane, whose distances are off by less than 2 %.
    """
    rows, event_lon, event_lat, codes, first = _sharp(events, vaguest_m, by_uncertainty=True)
    x, y = to_metres(event_lon[first], event_lat[first])
    reach = reach_m + _metres(events["uncertainty_m"])[rows][first]
    order = np.argsort(x)
    points, things = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for i, line in enumerate(lines):
        hits = order[_within(line, x[order], y[order], reach[order])]
        points.append(hits)
        things.append(np.full(len(hits), i, np.int64))
    return _expand(np.concatenate(points), np.concatenate(things), codes, rows, events.index, len(lines))


def _within(line: shapely.LineString, x: NDArray[np.float64], y: NDArray[np.float64], reach: NDArray[np.float64]) -> NDArray[np.int64]:
    """Which points, sorted by x, lie within their own reach of a line."""
    if not len(x) or line.is_empty:
        return np.zeros(0, np.int64)
    line_x, line_y = to_metres(*shapely.get_coordinates(shapely.segmentize(line, LEG_DEGREES)).T)
    near, widest = np.zeros(len(x), bool), float(reach.max())
    for x0, y0, x1, y1 in zip(line_x[:-1], line_y[:-1], line_x[1:], line_y[1:], strict=True):
        low, high = np.searchsorted(x, [min(x0, x1) - widest, max(x0, x1) + widest])
        along = slice(int(low), int(high))
        near[along] |= _leg_distance(x[along], y[along], (x0, y0), (x1, y1)) <= reach[along]
    return np.flatnonzero(near).astype(np.int64)


def _leg_distance(
    x: NDArray[np.float64], y: NDArray[np.float64], start: tuple[float, float], end: tuple[float, float]
) -> NDArray[np.float64]:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length2 = dx * dx + dy * dy
    share = np.clip(((x - start[0]) * dx + (y - start[1]) * dy) / length2, 0, 1) if length2 else np.zeros(len(x))
    return np.asarray(np.hypot(x - start[0] - share * dx, y - start[1] - share * dy), np.float64)


def _metres(values: "pd.Series[float]") -> NDArray[np.float64]:
    return np.asarray(values.to_numpy(float, na_value=np.nan), np.float64)


def _sharp(
    events: pd.DataFrame, vaguest_m: float, *, by_uncertainty: bool = False
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]:
    """Rows placed well enough, their positions, the code of each one's distinct place, and the first row of each place."""
    lon, lat, uncertainty = (_metres(events[name]) for name in ("lon", "lat", "uncertainty_m"))
    rows = np.flatnonzero(np.isfinite(lon) & np.isfinite(lat) & (uncertainty <= vaguest_m))
    place = (lon[rows], lat[rows], uncertainty[rows]) if by_uncertainty else (lon[rows], lat[rows])
    first, codes = distinct_points(*place)
    return rows, lon[rows], lat[rows], codes, first


def _expand(
    point: NDArray[np.int64], thing: NDArray[np.int64], codes: NDArray[np.intp], rows: NDArray[np.int64], index: pd.Index, n_things: int
) -> Nearness:
    """From pairs of a distinct place and a thing to pairs of a row and a thing."""
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], point, side="left")
    counts = np.searchsorted(codes[order], point, side="right") - starts
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    return Nearness(rows[order[np.repeat(starts, counts) + within]], np.repeat(thing, counts), index, n_things)
