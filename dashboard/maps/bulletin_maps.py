"""The three maps of a bulletin: recorded seizures by cell, by section of the line and along corridors, each shade twice the one before."""

from collections.abc import Mapping, Sequence
from math import ceil, log2
from typing import Any

import numpy as np
import pandas as pd

from dashboard.maps import printed
from dashboard.maps.palette import LIGHT, RAMP
from layers.cells import rings

GROUND = ("land", "provinces", "line", "places", "countries")
#: West, south, east, north: the Tajik-Afghan line; the region of the route, which no map shows less of than Tajikistan or more of.
LINE, LEAST, MOST = (67.35, 36.45, 75.05, 38.95), (67.2, 36.5, 75.3, 41.1), (46.0, 33.5, 88.0, 56.0)
WIDTH, LEAST_HEIGHT, MOST_HEIGHT = 1880, 700, 1450


def maps(
    cells: pd.DataFrame, sections: Sequence[tuple[Any, int]], corridors: Sequence[tuple[Any, int]], ground: Mapping[str, Any], code: str,
    unit_km: str,
) -> dict[str, str]:  # fmt: skip
    """SVG by name: cells, line, corridors. cells: [cell (H3, uint64), n, lon, lat]. sections, corridors: coordinates and events of each."""
    amounts = cells.sort_values(["n", "cell"], kind="stable")
    colour = _shades(amounts["n"].to_list())
    shaded = [(ring, printed.Look(shade, 0.9)) for ring, shade in zip(rings(amounts["cell"].to_numpy(np.uint64)), colour, strict=True)]
    pictures = {
        "cells": (printed.Picture(cells=shaded), _around(amounts)),
        "line": (printed.Picture(bands=_bands(sections)), LINE),
        "corridors": (printed.Picture(bands=_bands(corridors)), MOST),
    }
    return {
        name: printed.draw(ground, picture, window, code, unit_km, WIDTH, _height(window)) for name, (picture, window) in pictures.items()
    }


def _height(window: printed.Window) -> int:
    """So that the paper is as high as the window asks for: beyond the region there is no ground to draw."""
    west, south, east, north = np.radians(window)
    ratio = (np.arctanh(np.sin(north)) - np.arctanh(np.sin(south))) / (east - west)
    return int(np.clip(WIDTH * ratio, LEAST_HEIGHT, MOST_HEIGHT))


def _bands(lines: Sequence[tuple[Any, int]]) -> list[tuple[Any, printed.Look]]:
    """The most of all on top; without anything recorded a thin grey one."""
    ordered = sorted(lines, key=lambda one: one[1])
    shades = iter(_shades([n for _, n in ordered if n]))
    return [(points, printed.Look(next(shades), 1.0) if n else printed.Look(LIGHT["outline"], 0.5)) for points, n in ordered]


def _shades(amounts: Sequence[float]) -> list[str]:
    colours, most = RAMP["light"], max(amounts, default=1.0)
    return [colours[max(0, len(colours) - 1 + ceil(log2(amount / most) - 1e-9))] for amount in amounts]


def _around(cells: pd.DataFrame) -> printed.Window:
    """All cells with anything, with a margin; between `LEAST` and `MOST`."""
    if cells.empty:
        return LEAST
    west, east, south, north = cells["lon"].min() - 0.5, cells["lon"].max() + 0.5, cells["lat"].min() - 0.3, cells["lat"].max() + 0.3
    least = (min(west, LEAST[0]), min(south, LEAST[1]), max(east, LEAST[2]), max(north, LEAST[3]))
    return max(least[0], MOST[0]), max(least[1], MOST[1]), min(least[2], MOST[2]), min(least[3], MOST[3])
