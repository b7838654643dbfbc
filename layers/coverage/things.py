"""What may be covered, as points with an amount: the border line by kilometre, recorded seizures, crossings, corridors by kilometre."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely import LineString
from shapely.geometry.base import BaseGeometry

from geodata.distances import chainage_m
from layers.cells import centres
from layers.happenings import one_row_each
from layers.spread import footprints

#: What is measured, in this order, and the unit of its amount.
KINDS = {"line": "km", "seizures": "events", "crossings": "crossings", "corridors": "km"}
#: A thing on the line is reached from either bank.
BANKS = ("TJK", "AFG")
COLUMNS = ["kind", "id", "group", "lon", "lat", "country_iso3", "amount"]
CountryAt = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.object_]]


def line_things(line: LineString, sections: pd.DataFrame, every_km: float = 1.0) -> pd.DataFrame:
    """The border line in pieces of at most ``every_km``, each by its middle, once for each bank; `COLUMNS`, group: its section.

    line: EPSG:4326. sections: [section_id, from_km, to_km], chainage in km. The amounts of a section add up to its length.
    """
    points = np.asarray(line.coords)
    km = chainage_m(points[:, 0], points[:, 1]) / 1000
    parts = []
    for section in sections.to_dict("records"):
        at, length = _middles(section["from_km"], section["to_km"], every_km)
        parts.append(
            pd.DataFrame(
                {"at": at, "amount": length, "group": section["section_id"], "id": [f"{section['section_id']}:{k}" for k in range(len(at))]}
            )
        )
    found = pd.concat(parts, ignore_index=True)
    found = found.assign(kind="line", lon=np.interp(found["at"], km, points[:, 0]), lat=np.interp(found["at"], km, points[:, 1]))
    return pd.concat([found.assign(country_iso3=bank) for bank in BANKS], ignore_index=True)[COLUMNS]


def seizure_things(events: pd.DataFrame, areas: Mapping[str, BaseGeometry], country_at: CountryAt) -> pd.DataFrame:
    """Recorded seizures over the cells in which each may have happened, `COLUMNS`, group: empty; amount: events. Events without any
    place are none of them.

    events: located events. areas: outlines by district and province. country_at: of points, lon and lat.
    """
    happened = one_row_each(events).reset_index(drop=True)
    happened = happened[happened["drug"].notna() | (happened["kind"] == "seizure")].reset_index(drop=True)
    spread = footprints(happened, areas)
    if not len(spread.cells):
        return pd.DataFrame(columns=COLUMNS)
    times = np.bincount(spread.which[spread.which >= 0], minlength=spread.shapes.shape[0])
    lon, lat = centres(spread.cells).T
    ids = [f"{cell:x}" for cell in spread.cells.tolist()]
    table = pd.DataFrame({"id": ids, "lon": lon, "lat": lat, "country_iso3": country_at(lon, lat), "amount": spread.shapes.T @ times})
    return table[table["amount"] > 0].assign(kind="seizures", group="")[COLUMNS].reset_index(drop=True)


def crossing_things(posts: pd.DataFrame) -> pd.DataFrame:
    """Crossings and bridges that are not closed, one each, `COLUMNS`, group: empty. posts: of `geodata.places.posts`."""
    wanted = posts["kind"].isin(["bcp", "bridge"]) & (posts["status"] != "closed") & posts["lon"].notna() & posts["lat"].notna()
    return posts[wanted].assign(kind="crossings", group="", amount=1.0)[COLUMNS].reset_index(drop=True)


def corridor_things(corridors: pd.DataFrame, country_at: CountryAt, every_km: float = 5.0) -> pd.DataFrame:
    """Corridors in pieces, each by its middle, `COLUMNS`, group: the corridor. They are lines between waypoints, no roads.

    corridors: [corridor_id, geometry], LineString, EPSG:4326.
    """
    parts = []
    for corridor, line in zip(corridors["corridor_id"], corridors["geometry"], strict=True):
        points = np.asarray(line.coords)
        km = chainage_m(points[:, 0], points[:, 1]) / 1000
        at, length = _middles(0.0, float(km[-1]), every_km)
        lon, lat = np.interp(at, km, points[:, 0]), np.interp(at, km, points[:, 1])
        ids = [f"{corridor}:{k}" for k in range(len(at))]
        parts.append(pd.DataFrame({"id": ids, "group": corridor, "lon": lon, "lat": lat, "amount": length}))
    found = pd.concat(parts, ignore_index=True)
    return found.assign(kind="corridors", country_iso3=country_at(found["lon"].to_numpy(), found["lat"].to_numpy()))[COLUMNS]


def _middles(begin: float, end: float, every: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Middles and lengths of equal pieces, none longer than ``every``."""
    edges = np.linspace(begin, end, max(int(np.ceil((end - begin) / every)), 1) + 1)
    return (edges[:-1] + edges[1:]) / 2, np.diff(edges)
