"""What a cylinder of the scan is called: which cells, sections, stretch or area, where its middle is and how far it reaches."""

from typing import TypedDict

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geodata.distances import metres_between
from layers.cells import centres
from layers.scan_zones import AREA, CELLS, KINDS, LINE, Units


class Place(TypedDict):
    """Everything that JSON keeps of a place. What a kind does not have is empty, or None.

    near_id: the district, or else province, of most of its events. cells: H3 as hexadecimal text. section_ids: west to east.
    from_km, to_km: along the line or corridor. area_id: district or province. lon, lat: the middle, EPSG:4326 degrees. radius_km: from
    there to the farthest cell's far side.
    """

    cells: list[str]
    section_ids: list[str]
    corridor_id: str
    area_id: str
    near_id: str
    from_km: float | None
    to_km: float | None
    lon: float | None
    lat: float | None
    radius_km: float | None


#: From the centre of an H3 cell of resolution 5 to its corner.
EDGE_KM = 9.85


def place_of(chain: NDArray[np.int32], units: Units, sections: pd.DataFrame, corridors: pd.DataFrame) -> tuple[str, Place]:
    """The kind (`layers.scan_zones.KINDS`) and the place of the units of a cylinder, in the order of their chain."""
    kind = KINDS[units.kind[chain[0]]]
    place = Place(
        cells=[], section_ids=[], corridor_id="", area_id="", near_id="", from_km=None, to_km=None, lon=None, lat=None, radius_km=None
    )  # fmt: skip
    if kind == AREA:
        place["area_id"] = units.id[chain[0]]
    elif kind == CELLS:
        at = centres(units.cell[chain])
        far = metres_between(at[0, 0], at[0, 1], at[:, 0], at[:, 1]).max() / 1000
        place["cells"] = [format(int(cell), "x") for cell in units.cell[chain]]
        place["lon"], place["lat"], place["radius_km"] = float(at[0, 0]), float(at[0, 1]), round(float(far) + EDGE_KM, 1)
    else:
        place["from_km"], place["to_km"] = float(units.from_km[chain[0]]), float(units.to_km[chain[-1]])
        if kind == LINE:
            place["section_ids"] = [units.id[unit] for unit in chain]
            middle = sections[sections["section_id"] == place["section_ids"][len(chain) // 2]].iloc[0]
            place["lon"], place["lat"] = float(middle["lon"]), float(middle["lat"])
        else:
            place["corridor_id"] = units.id[chain[0]]
            _middle_of_corridor(place, units, chain, corridors)
    return kind, place


def _middle_of_corridor(place: Place, units: Units, chain: NDArray[np.int32], corridors: pd.DataFrame) -> None:
    same = np.array([one == place["corridor_id"] for one in units.id])
    length = float(np.nanmax(units.to_km[same]))
    line = corridors.loc[corridors["corridor_id"] == place["corridor_id"], "geometry"].iloc[0]
    share = (units.from_km[chain[0]] + units.to_km[chain[-1]]) / 2 / length
    point = shapely.line_interpolate_point(line, share, normalized=True)
    place["lon"], place["lat"] = float(point.x), float(point.y)
