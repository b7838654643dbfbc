"""Demand: what offices are for, in points that the planner gives out, at places.

demand of a place = sum over kinds of points(kind) x amount(place, kind) / amount(all places, kind).
What was recorded lies on H3 cells, spread by the uncertainty of its position; crossings and district seats without any post lie where they
stand. Seizures follow enforcement: the corrected amount is what was recorded over the share that is, by assumption, recorded so many hours
from the nearest post (`Question.detect_floor`, `detect_hours`). Crossings and districts are not corrected.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from shapely.geometry.base import BaseGeometry

from layers import corridors
from layers.cells import centres
from layers.happenings import one_row_each
from layers.months import NO_MONTH, month_number, month_range, single_months
from layers.neighbourhoods import of_cells
from layers.planning.question import PlanningError, Question
from layers.planning.records import (
    RECORDED,
    Amounts,
    HotTest,
    Records,
    along_corridors,
    cells_of_corridors,
    over_cells,
    source_months,
    spread_amounts,
)
from layers.reporters import reporters, watched
from layers.selection import Selection, reporters_only, select
from layers.spread import Footprints, footprints
from layers.timeline import months_with_reports

Floats = NDArray[np.float64]
#: Of points, lon and lat: the country of the question that they lie in, and hours from the nearest post.
CountryAt = Callable[[Floats, Floats], NDArray[np.object_]]
HoursAt = Callable[[Floats, Floats, NDArray[np.object_] | None], Floats]


class Around(NamedTuple):
    """What demand rests on beside the events. posts, districts: of `geodata.places`. areas: outlines by district and province. corridors:
    of `geodata.places.corridors.load_corridors`. waits: hours that lorries needed at a post, by its id. country_at, post_hours: see
    above."""

    posts: pd.DataFrame
    districts: pd.DataFrame
    areas: Mapping[str, BaseGeometry]
    corridors: pd.DataFrame
    waits: Mapping[str, float]
    country_at: CountryAt
    post_hours: HoursAt


class Demand(NamedTuple):
    """d places. table: [id, kind, lon, lat, country_iso3], EPSG:4326; kind: cell, crossing or district. amounts: by kind, float (d,), in
    its own unit. detected: share that is, by assumption, recorded at each place, float (d,). records: to draw from. left_out: events that
    lie on no cell."""

    table: pd.DataFrame
    amounts: Amounts
    detected: Floats
    records: Records
    left_out: int

    @property
    def n_events(self) -> int:
        return len(self.records)


def demand_of(question: Question, events: pd.DataFrame, around: Around) -> Demand:
    """events: located events of the store, one row per drug, all of them. Only places in the question's countries count. Raises
    PlanningError where nothing at all is demand.
    """
    chosen = select(events, Selection(drugs=question.drugs, first_month=question.first or None, last_month=question.last or None)).events
    happened = one_row_each(chosen)
    is_hot_asked, is_along_asked = (question.weights.get(kind, 0) > 0 for kind in ("hot", "corridors"))
    # A test for hot cells needs every cell on which anything was ever recorded; all else only those of the chosen events.
    spread = footprints(events if is_hot_asked else happened, around.areas)
    lines = list(around.corridors["geometry"]) if is_along_asked else []
    cells = np.union1d(spread.cells, cells_of_corridors(lines)) if lines else spread.cells
    lon, lat = centres(cells.tolist()).T if len(cells) else (np.zeros(0), np.zeros(0))
    country = around.country_at(lon, lat)
    which = spread.of(happened)
    shapes = over_cells(spread, cells)
    is_inside = np.isin(country, question.countries)
    records = Records(
        which=which,
        shapes=shapes,
        row=np.where(is_inside, np.cumsum(is_inside) - 1, -1),
        is_seizure=happened["drug"].notna().to_numpy() | (happened["kind"] == "seizure").to_numpy(),
        kg=happened["weight_kg"].fillna(0.0).to_numpy(float),
        told_in=source_months(happened),
        hot=_hot_test(question, events, happened, spread, cells, around) if is_hot_asked else None,
        along=along_corridors(lines, *_near(around.corridors, happened), cells) if is_along_asked else None,
    )
    points = pd.DataFrame({"id": [f"{cell:x}" for cell in cells[is_inside].tolist()], "lon": lon[is_inside], "lat": lat[is_inside]})
    points = points.assign(country_iso3=country[is_inside], kind="cell")
    crossings, bare = _crossings(question, around), _bare_districts(question, around)
    table = pd.concat([points, crossings.assign(kind="crossing"), bare], ignore_index=True)[["id", "kind", "lon", "lat", "country_iso3"]]
    found = spread_amounts(records, len(table))
    standing = (table["kind"] == "crossing").to_numpy()
    waits = np.where(standing, table["id"].map(dict(around.waits)).fillna(0.0).to_numpy(float), 0.0)
    is_open = standing & table["id"].isin(crossings["id"][crossings["is_open"]]).to_numpy()
    further = {"crossings": is_open.astype(float), "crossing_hours": waits, "districts": (table["kind"] == "district").to_numpy(float)}
    amounts = Amounts({**found.recorded, **further}, found.corrected)
    if not any(amounts.recorded[kind].sum() * points for kind, points in question.weights.items()):
        raise PlanningError("There is no demand: nothing of what the weights name was recorded in these countries and this period.")
    hours = around.post_hours(table["lon"].to_numpy(float), table["lat"].to_numpy(float), table["country_iso3"].to_numpy(object))
    return Demand(table, amounts, detected(question, hours), records, int((which < 0).sum()))


def points(weights: Mapping[str, float], amounts: Amounts, share: Floats | None = None) -> Floats:
    """Demand of each place, in points, float (d,). weights: points by kind. share: that is recorded at each place; None: as recorded."""
    total = np.zeros(len(next(iter(amounts.recorded.values()))))
    for kind, given in sorted(weights.items()):
        amount = amounts.recorded[kind]
        if share is not None and kind in amounts.corrected:
            amount = amounts.corrected[kind]
        elif share is not None and kind in RECORDED:
            amount = amount / share
        if amount.sum() > 0:
            total += given * amount / amount.sum()
    return total


def detected(question: Question, hours: Floats) -> Floats:
    """Share that is, by assumption, recorded at places so many hours from the nearest post; inf hours: the floor."""
    return question.detect_floor + (1 - question.detect_floor) * np.exp(-hours / question.detect_hours)


def _crossings(question: Question, around: Around) -> pd.DataFrame:
    """Open crossings, and where hours at crossings are asked for, the posts at which these were measured."""
    posts = around.posts[around.posts["lon"].notna() & around.posts["lat"].notna() & around.posts["country_iso3"].isin(question.countries)]
    is_open = posts["kind"].isin(["bcp", "bridge"]) & (posts["status"] == "open")
    is_measured = posts["id"].isin(list(around.waits)) if question.weights.get("crossing_hours", 0) else is_open
    return posts.assign(is_open=is_open)[is_open | is_measured]


def _bare_districts(question: Question, around: Around) -> pd.DataFrame:
    districts = around.districts
    bare = ~districts["district_id"].isin(around.posts["district_id"].dropna()) & districts["country_iso3"].isin(question.countries)
    return districts[bare].rename(columns={"district_id": "id"}).assign(kind="district")


def _near(table: pd.DataFrame, happened: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return corridors.near(table, happened).of(happened)


def _hot_test(
    question: Question, events: pd.DataFrame, happened: pd.DataFrame, spread: Footprints, cells: NDArray[np.uint64], around: Around
) -> HotTest:
    """The command page's test of the same period and drugs: its study area, and who reported there in these months."""
    reports = select(events, reporters_only(Selection(drugs=question.drugs))).events
    told = months_with_reports(reports)
    months = month_range(int(told[0]), int(told[-1])) if len(told) else []
    start = month_number(months[0]) if months else 0
    first = max(month_number(question.first) - start, 0) if question.first else 0
    last = min(month_number(question.last) - start, len(months) - 1) if question.last else len(months) - 1
    exposure = watched(reporters(events, spread), months, first, last).exposure
    known = np.flatnonzero(exposure > 0)
    lon, lat = centres(spread.cells[known].tolist()).T if len(known) else (np.zeros(0), np.zeros(0))
    share = detected(question, around.post_hours(lon, lat, None))
    at = single_months(happened)
    counts = (at != NO_MONTH) & (at >= start + first) & (at <= start + last)
    near = csr_array(of_cells(spread.cells)[known][:, known])
    # The study area may be smaller than the cells of the demand, which hold the corridors too.
    return HotTest(np.searchsorted(cells, spread.cells[known]), near, exposure[known], exposure[known] * share, counts)
