"""Demand: what offices are for, in points that the planner gives out, at places.

demand of a place = sum over kinds of points(kind) x amount(place, kind) / amount(all places, kind).
Recorded seizures and incidents lie on H3 cells, spread by the uncertainty of their position; open crossings and district seats without any
post lie where they stand. Seizures follow enforcement: the corrected amount is what was recorded over the share that is, by assumption,
recorded so many hours from the nearest post (`Question.detect_floor`, `detect_hours`). Crossings and districts are not corrected.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from layers.cells import centres
from layers.happenings import one_row_each
from layers.planning.question import PlanningError, Question
from layers.spread import footprints

RECORDED = ("seizures", "kg", "incidents")


class Demand(NamedTuple):
    """d places. table: [id, kind, lon, lat, country_iso3], EPSG:4326; kind: cell, crossing or district. amounts: by kind, float (d,), in
    its own unit. of_event: for the recorded kinds, float (d, events) sparse columns as arrays (row, event, amount) to draw from;
    n_events: how many there are. left_out: events that lie on no cell."""

    table: pd.DataFrame
    amounts: Mapping[str, NDArray[np.float64]]
    of_event: Mapping[str, tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]]
    n_events: int
    left_out: int


def demand_of(
    question: Question,
    events: pd.DataFrame,
    posts: pd.DataFrame,
    districts: pd.DataFrame,
    areas: Mapping[str, BaseGeometry],
    country_at: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.object_]],
) -> Demand:
    """events: located events of the store, already of the period and drugs. areas: outlines by district and province. country_at:
    of points, lon and lat. Only places in the question's countries count. Raises PlanningError where nothing at all is demand.
    """
    happened = one_row_each(events).reset_index(drop=True)
    spread = footprints(happened, areas)
    lon, lat = centres(spread.cells).T if len(spread.cells) else (np.zeros(0), np.zeros(0))
    country = country_at(lon, lat)
    is_inside = np.isin(country, question.countries)
    row_of_cell = np.where(is_inside, np.cumsum(is_inside) - 1, -1)
    event = np.flatnonzero(spread.which >= 0)
    shapes = spread.shapes.tocsr()[spread.which[event]].tocoo()
    row, event, share = row_of_cell[shapes.col], event[shapes.row], shapes.data
    row, event, share = (part[row >= 0] for part in (row, event, share))
    is_seizure = happened["drug"].notna().to_numpy() | (happened["kind"] == "seizure").to_numpy()
    kg = happened["weight_kg"].fillna(0.0).to_numpy(float)
    of_event = {
        "seizures": (row, event, share * is_seizure[event]),
        "kg": (row, event, share * kg[event]),
        "incidents": (row, event, share * ~is_seizure[event]),
    }
    cells = pd.DataFrame({"id": [f"{cell:x}" for cell in spread.cells[is_inside].tolist()], "lon": lon[is_inside], "lat": lat[is_inside]})
    cells = cells.assign(country_iso3=country[is_inside], kind="cell")
    posts = posts[posts["lon"].notna() & posts["lat"].notna()]
    crossings = posts[posts["kind"].isin(["bcp", "bridge"]) & (posts["status"] == "open") & posts["country_iso3"].isin(question.countries)]
    bare = districts[~districts["district_id"].isin(posts["district_id"].dropna()) & districts["country_iso3"].isin(question.countries)]
    further = [crossings.assign(kind="crossing"), bare.rename(columns={"district_id": "id"}).assign(kind="district")]
    table = pd.concat([cells, *further], ignore_index=True)[["id", "kind", "lon", "lat", "country_iso3"]]
    amounts = {kind: np.bincount(at, weight, len(table)).astype(float) for kind, (at, _, weight) in of_event.items()}
    amounts |= {f"{kind}s": (table["kind"] == kind).to_numpy(float) for kind in ("crossing", "district")}
    if not any(amounts[kind].sum() * points for kind, points in question.weights.items()):
        raise PlanningError("There is no demand: nothing of what the weights name was recorded in these countries and this period.")
    return Demand(table, amounts, of_event, len(happened), int((spread.which < 0).sum()))


def points(
    question: Question, amounts: Mapping[str, NDArray[np.float64]], detected: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Demand of each place, in points, float (d,). detected: share that is recorded at each place; None: as recorded."""
    total = np.zeros(len(next(iter(amounts.values()))))
    for kind, given in question.weights.items():
        amount = amounts[kind] if detected is None or kind not in RECORDED else amounts[kind] / detected
        if amount.sum() > 0:
            total += given * amount / amount.sum()
    return total


def detected(question: Question, hours: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share that is, by assumption, recorded at places so many hours from the nearest post; inf hours: the floor."""
    return question.detect_floor + (1 - question.detect_floor) * np.exp(-hours / question.detect_hours)
