"""Layers at the size of the demonstration store: cell cube, smooth surface, filters, offline map, spreadsheet."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from measure import Figure, side_by_side

from geodata.settings import Settings


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Every figure is made from the same table of events."""
    size = f"{events['event_id'].nunique():,} events"
    yield from _cube(settings, events, size)
    yield from _surface(events, size)
    yield from _select(events, size)


def _cube(settings: Settings, events: pd.DataFrame, size: str) -> Iterator[Figure]:
    from geodata.places.areas import district_areas, province_areas
    from layers.happenings import one_row_each
    from layers.heatmap import build_cube
    from layers.spread import footprints

    districts, provinces = district_areas(settings.cache), province_areas(settings.cache)
    areas = dict(zip(districts["district_id"], districts["geometry"], strict=True))
    areas |= dict(zip(provinces["province_id"], provinces["geometry"], strict=True))
    prepared = footprints(events, areas)
    happenings = one_row_each(events).dropna(subset=["happened_from"])
    pieces = prepared.shapes[prepared.of(happenings).clip(max=prepared.shapes.shape[0] - 1)].tocoo()
    month, kg = happenings["happened_from"].str[:7].to_numpy(object), happenings["weight_kg"].to_numpy(float)

    def naive() -> object:
        parts = {"month": month[pieces.row], "cell": pieces.col, "n": pieces.data, "kg": pieces.data * kg[pieces.row]}
        return pd.DataFrame(parts).groupby(["month", "cell"])[["n", "kg"]].sum()

    ours, peer = side_by_side(lambda: build_cube(events, areas, prepared=prepared), naive, rounds=3)
    yield Figure(f"cell cube, {size}, spread by uncertainty", "s", ours, peer, "pandas groupby of the same spread pieces")
    cube = build_cube(events, areas, prepared=prepared)
    last = cube.months[-12], cube.months[-1]
    points = pd.DataFrame({"month": cube.month_index, "cell": cube.cell_index, "n": cube.count, "kg": cube.weight_kg})
    chosen = points[points["month"] >= len(cube.months) - 12]
    ours, peer = side_by_side(lambda: cube.over(*last), lambda: chosen.groupby("cell")[["n", "kg"]].sum(), rounds=15)
    yield Figure("12 months of the cube, every cell", "ms", 1000 * ours, 1000 * peer, "pandas groupby of these months")


def _surface(events: pd.DataFrame, size: str) -> Iterator[Figure]:
    from scipy.ndimage import gaussian_filter

    from geodata.distances import to_metres
    from layers.density import surface

    placed = events.dropna(subset=["lon", "lat"]).drop_duplicates("event_id")
    lon, lat, unsure = (placed[name].to_numpy(float) for name in ("lon", "lat", "uncertainty_m"))
    bounds = (67.0, 36.0, 75.5, 41.0)
    bandwidth, cell = 25_000.0, 25_000.0 / 4

    def naive() -> object:
        x, y = to_metres(lon, lat)
        grid, _, _ = np.histogram2d(y, x, bins=[np.arange(-350e3, 350e3, cell), np.arange(-400e3, 450e3, cell)])
        return gaussian_filter(grid, bandwidth / cell)

    ours, peer = side_by_side(lambda: surface(lon, lat, np.ones(len(lon)), bandwidth, cell, unsure, bounds), naive, rounds=5)
    yield Figure(f"smooth surface, {size}, uncertainty in the kernel", "s", ours, peer, "scipy histogram + gaussian_filter, no uncertainty")


def _select(events: pd.DataFrame, size: str) -> Iterator[Figure]:
    from layers.selection import Selection, select

    chosen = Selection(drugs=("heroin", "opium"), countries=("TJK",), first_month="2018-01", last_month="2019-12")

    def naive() -> object:
        rows = events[events["in_region"].astype(bool) & events["drug"].isin(["heroin", "opium"]) & (events["country_iso3"] == "TJK")]
        return rows[(rows["happened_from"] >= "2018-01-01") & (rows["happened_to"] <= "2019-12-31")]

    ours, peer = side_by_side(lambda: select(events, chosen), naive, rounds=9)
    yield Figure(f"filter by drug, country and period, {size}", "ms", 1000 * ours, 1000 * peer, "the same masks in pandas, nothing counted")
