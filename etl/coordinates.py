"""Coordinates: can the position that a report gives be true? Swapped, impossible or far from the reporting country it cannot."""

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from etl.ground import Floats, Ground
from geodata.distances import metres_between

#: What `judge` finds: "" fine, "none" none were given.
VERDICTS = ("", "none", "coordinates_incomplete", "coordinates_impossible", "coordinates_swapped", "coordinates_far_outside_country")

#: An estimate may fall across a border; farther than this outside its own country it is a mistake.
FAR_OUTSIDE_M = 50_000.0
_DEGREE_M = 110_000.0


def judge(country: "pd.Series[str]", lon: Floats, lat: Floats, ground: Ground) -> NDArray[np.object_]:
    """One of VERDICTS for each of n given positions. lon, lat: degrees, NaN where not given."""
    verdict: NDArray[np.object_] = np.full(len(lon), "", dtype=object)
    # Zero, zero is what an empty form saves; nothing of this region is near it.
    is_possible = (np.abs(lon) <= 180) & (np.abs(lat) <= 90) & ((lon != 0) | (lat != 0))
    verdict[~is_possible] = "coordinates_impossible"
    for iso3 in country.unique():
        outline = ground.outlines.get(iso3)
        if outline is None:
            continue
        rows = np.flatnonzero((country == iso3).to_numpy() & np.isfinite(lon) & np.isfinite(lat))
        near = _near(outline, lon[rows], lat[rows])
        off = rows[~near]
        verdict[off[is_possible[off]]] = "coordinates_far_outside_country"
        verdict[off[_near(outline, lat[off], lon[off])]] = "coordinates_swapped"
    verdict[np.isnan(lon) ^ np.isnan(lat)] = "coordinates_incomplete"
    verdict[np.isnan(lon) & np.isnan(lat)] = "none"
    return verdict


def _near(outline: BaseGeometry, lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    """Which of n points lie in the outline, or less than FAR_OUTSIDE_M from it?"""
    shapely.prepare(outline)
    near = np.asarray(shapely.contains_xy(outline, lon, lat), dtype=bool)
    west, south, east, north = outline.bounds
    margin = 3 * FAR_OUTSIDE_M / _DEGREE_M  # degrees; enough for longitude up to 70 degrees north
    box = (lon >= west - margin) & (lon <= east + margin) & (lat >= south - margin) & (lat <= north + margin)
    outside = np.flatnonzero(~near & box & (np.abs(lat) < 90))
    if len(outside):
        ends = shapely.get_coordinates(shapely.shortest_line(outline, shapely.points(lon[outside], lat[outside]))).reshape(-1, 4)
        near[outside] = metres_between(ends[:, 0], ends[:, 1], ends[:, 2], ends[:, 3]) <= FAR_OUTSIDE_M
    return near
