"""What a downloaded map shows: plain tables and texts, already filtered, already allowed for the viewer's role."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

#: Everything on a downloaded map that can be switched on and off, bottom to top.
LAYERS = ("cells", "surface", "sections", "corridors", "seizures", "incidents", "posts")

FeatureCollection = Mapping[str, Any]


@dataclass(frozen=True)
class HeatCells:
    """Cells of the heatmap.

    rings: n closed or open rings (k, 2), EPSG:4326 lon, lat. values: float (n,), NaN or 0 cells are not drawn.
    unit: "events" or "kg". note: how the cells were made (size, spreading), in the viewer's language.
    is_at_least: some weights in the sums are lower bounds.
    """

    rings: tuple[NDArray[np.float64], ...]
    values: NDArray[np.float64]
    unit: str = "events"
    note: str = ""
    is_at_least: bool = False


@dataclass(frozen=True)
class HeatSurface:
    """The smooth heatmap.

    shade: uint8 (height, width), row 0 in the north, rows even in Web Mercator; 0 nothing, 1..255 the logarithm of the amount.
    bounds: west, south, east, north in degrees. breaks: lower ends of the seven classes, per 100 km2. bandwidth_km: on the ground.
    stands_out: above what it is coloured and how often chance alone reaches that, or that nothing does; in the viewer's language.
    """

    shade: NDArray[np.uint8]
    bounds: tuple[float, float, float, float]
    breaks: tuple[float, ...]
    bandwidth_km: float
    stands_out: str = ""
    unit: str = "events"
    note: str = ""
    is_at_least: bool = False


@dataclass(frozen=True)
class OfflineView:
    """One view of the command page, ready to be written as a file. Every text is in the viewer's language.

    ground: GeoJSON FeatureCollections, EPSG:4326, any of land (properties `iso3`, `name`), water, areas (provinces, drawn dashed),
      line (the Tajik-Afghan line), sections (`name`), places (points: `name`, `rank` 1 = capital).
    corridors, posts: the tables of `layers.corridors` and `layers.posts`. seizures, incidents: the rows behind those layers, columns of
      `geodata.model.LOCATED_EVENT`, one row per drug; rows without a point are not drawn. None: not in this view.
    weight: the sum in words, "" without one. notes: what belongs to the view and is not on the map, one sentence each.
    bounds: west, south, east, north in degrees; None: the line decides. shown: layers that are on when the file is opened.
    """

    language: str
    title: str
    period: str
    filters: str
    n: int
    caveat: str
    made_on: date
    is_generated: bool
    ground: Mapping[str, FeatureCollection] = field(default_factory=dict)
    corridors: pd.DataFrame | None = None
    posts: pd.DataFrame | None = None
    seizures: pd.DataFrame | None = None
    incidents: pd.DataFrame | None = None
    cells: HeatCells | None = None
    surface: HeatSurface | None = None
    weight: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    bounds: tuple[float, float, float, float] | None = None
    shown: frozenset[str] = frozenset(LAYERS) - {"sections"}
