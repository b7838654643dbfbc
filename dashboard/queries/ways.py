"""Getting there: hours from the nearest office over the cells of both sides of the border, and what it does when something closes."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.kept import kept
from dashboard.maps.payload import pack
from dashboard.queries import Queries, plans
from dashboard.user import User
from layers.cells import area_km2, covering, rings
from layers.planning.sites import EXISTING
from layers.travel.isochrones import over_cells
from layers.travel.off_road import places
from layers.travel.region import region_hours, region_network

#: 36 km2 a cell: a valley is a few cells wide.
RESOLUTION = 6
#: What is not reached at all; JSON and 32 bits know no better.
NOT_REACHED = -1.0


class Ground(NamedTuple):
    """n cells: ids, the country of each, and their rings as [lon, lat] pairs one after the other with where each begins, (n + 1,)."""

    cells: NDArray[np.uint64]
    country: NDArray[np.object_]
    ring: NDArray[np.float32]
    start: NDArray[np.uint32]


def hours(queries: Queries, user: User, scenarios: list[str], name: str = "") -> bytes:
    """Hours from the nearest office under each scenario, packed for the browser (`dashboard.maps.payload`).

    name: of a plan whose new offices are there as well; none: only those that stand. Arrays: ring, start, and for each scenario
    float32 hours (n,), `NOT_REACHED` where nobody gets to. Raises NotAllowed, BadFile, WrongTable: a scenario that is not there.
    """
    plans.require_planner(user)
    lon, lat, country = _offices(queries, user, name)
    ground = kept(queries.places).of("travel cells", None, lambda: _ground(queries))
    network, found = region_network(), {}
    for scenario in dict.fromkeys(scenarios):
        told = over_cells(network, region_hours(scenario), places(lon, lat, country), ground.cells, side=ground.country)
        reached = told["hours"].to_numpy(float)
        found[f"hours {scenario}"] = np.where(np.isfinite(reached), reached, NOT_REACHED).astype(np.float32)
    header = {"scenarios": list(dict.fromkeys(scenarios)), "offices": len(lon), "cell_km2": round(area_km2(RESOLUTION), 1)}
    return pack(header, {"ring": ground.ring, "start": ground.start, **found})


def _offices(queries: Queries, user: User, name: str) -> tuple[list[float], list[float], list[str]]:
    posts = queries.places.posts
    stands = posts[(posts["kind"] == EXISTING) & (posts["status"] != "closed") & posts["lon"].notna()]
    rows = stands[["lon", "lat", "country_iso3"]].values.tolist()
    if name:
        told, _ = plans.plan(queries, user, name)
        rows += [[told["sites"][id][key] for key in ("lon", "lat", "country_iso3")] for id in told["recorded"]["new"]]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


def _ground(queries: Queries) -> Ground:
    """The cells of Tajikistan and of the Afghan provinces in which we know districts."""
    tables = queries.places
    wanted = set(tables.districts["province_id"])
    provinces = tables.provinces[tables.provinces["province_id"].isin(wanted)]
    cells, country = [], []
    for province, iso3 in zip(provinces["province_id"], provinces["country_iso3"], strict=True):
        if province in tables.areas:
            inside = covering(tables.areas[province], RESOLUTION)
            cells.append(inside)
            country.append(np.full(len(inside), iso3, object))
    index, first = np.unique(np.concatenate(cells), return_index=True)
    drawn = [ring[:-1] for ring in rings(index.tolist())]
    start = np.cumsum([0, *map(len, drawn)]).astype(np.uint32)
    return Ground(index, np.concatenate(country)[first], np.concatenate(drawn).astype(np.float32).ravel(), start)
