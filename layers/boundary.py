"""Boundary: the Tajik-Afghan line, the strongest line on every map."""

import pandas as pd
import shapely

from geodata.distances import length_m
from layers.base import Layer, Say

SOURCES = ("OpenStreetMap",)


def build(line: shapely.LineString, say: Say) -> Layer:
    """One row: the line from west to east, EPSG:4326, with its length over the ground in km."""
    length_km = length_m(*shapely.get_coordinates(line).T) / 1000
    return Layer(
        id="boundary",
        title=say("layer.boundary"),
        shape="line",
        table=pd.DataFrame({"name": [say("layer.boundary")], "length_km": [length_km], "geometry": [line]}),
        caveat=say("caveat.boundary"),
        sources=SOURCES,
        n=1,
        unit=say("unit.km"),
    )
