"""Reach: which things lie within reach of an office, by travel time where roads reach them, else by distance; and what share that is."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree

from geodata.distances import metres_between, to_metres
from layers.coverage.things import KINDS
from layers.travel.isochrones import hours_to_nearest
from layers.travel.network import Network
from layers.travel.off_road import OffRoad, legs, places

ROAD, DISTANCE, NOTHING = "road", "distance", "none"


def within_reach(
    things: pd.DataFrame, offices: pd.DataFrame, network: Network, edge_hours: ArrayLike, max_hours: float, max_km: float
) -> pd.DataFrame:
    """Each thing once: [kind, id, group, amount, office, hours, km, by, is_within].

    things: of `layers.coverage.things`; a thing given for several countries is that of whichever office is nearest. offices: [id, lon,
    lat, country_iso3], EPSG:4326. edge_hours: of each edge of the network under a scenario. hours: by road and on foot, nobody walking
    out of a country. by: "road" where any road can be walked to from the thing, and travel time within ``max_hours`` decides; "distance"
    where none can, and the straight line within ``max_km`` to an office of the same country does; "none" where there is no office at all.
    """
    if offices.empty or things.empty:
        empty = things.drop_duplicates(["kind", "id"])
        found = empty.assign(office="", hours=np.inf, km=np.inf, by=NOTHING, is_within=False)
        return found[["kind", "id", "group", "amount", "office", "hours", "km", "by", "is_within"]].reset_index(drop=True)
    at = places(things["lon"], things["lat"], things["country_iso3"])
    sites = places(offices["lon"], offices["lat"], offices["country_iso3"])
    nearest = hours_to_nearest(network, edge_hours, sites, at)
    on_road = np.zeros(len(things), bool)
    on_road[legs(network, at, OffRoad()).place] = True
    straight, km = _straight(things, offices)
    ids = np.append(offices["id"].to_numpy(object), "")
    office = np.where(on_road, nearest.site, straight)
    found = things.assign(
        office=ids[office],
        hours=np.where(on_road, nearest.hours, np.inf),
        km=km,
        by=np.where(on_road, ROAD, DISTANCE),
        is_within=np.where(on_road, nearest.hours <= max_hours, km <= max_km),
    )
    # From whichever bank it is reached sooner; one that roads reach goes before one that only a straight line does.
    order = found.assign(is_off=found["by"] != ROAD).sort_values(["is_off", "hours", "km"], kind="stable").drop_duplicates(["kind", "id"])
    return order.sort_index()[["kind", "id", "group", "amount", "office", "hours", "km", "by", "is_within"]].reset_index(drop=True)


def shares(found: pd.DataFrame, by_group: bool = False) -> pd.DataFrame:
    """[kind, group, unit, total, within, share, by_distance] of what `within_reach` found, kinds in the order of `KINDS`.

    by_distance: the part of the total for which a straight line decided. share: NaN where there is nothing. by_group: one row for each
    section and corridor, else group is empty.
    """
    keys = ["kind", "group"] if by_group else ["kind"]
    amounts = found.assign(
        within=found["amount"].where(found["is_within"], 0.0), by_distance=found["amount"].where(found["by"] == DISTANCE, 0.0)
    )
    table = amounts.groupby(keys, as_index=False, sort=True)[["amount", "within", "by_distance"]].sum().rename(columns={"amount": "total"})
    table = table.assign(unit=table["kind"].map(KINDS), share=(table["within"] / table["total"].where(table["total"] > 0)).astype(float))
    if not by_group:
        table["group"] = ""
    rank = table["kind"].map({kind: at for at, kind in enumerate(KINDS)})
    table = table.assign(rank=rank).sort_values(["rank", "group"], kind="stable")
    return table[["kind", "group", "unit", "total", "within", "share", "by_distance"]].reset_index(drop=True)


def _straight(things: pd.DataFrame, offices: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The nearest office of the same country and the straight line to it in km; -1 and inf where there is none."""
    site, km = np.full(len(things), -1, np.int64), np.full(len(things), np.inf)
    country = things["country_iso3"].to_numpy(object)
    for iso3, rows in offices.reset_index(drop=True).groupby("country_iso3").groups.items():
        own, here = np.asarray(rows, np.int64), np.flatnonzero(country == iso3)
        lon, lat = offices["lon"].to_numpy(float)[own], offices["lat"].to_numpy(float)[own]
        there = things[["lon", "lat"]].to_numpy(float)[here]
        _, nearest = KDTree(np.column_stack(to_metres(lon, lat))).query(np.column_stack(to_metres(there[:, 0], there[:, 1])))
        site[here] = own[nearest]
        km[here] = metres_between(there[:, 0], there[:, 1], lon[nearest], lat[nearest]) / 1000
    return site, km
