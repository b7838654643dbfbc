"""The Tajik-Afghan line: its length, its ends, known bridges on it, and finding places along it."""

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Point

from geodata.distances import length_m, metres_between
from geodata.places.border_line import border_line, chainage, cut_line, load_line, locate_on_line
from geodata.places.boundaries import country_outline


def test_the_line_is_1344_km_long(places_cache: Path) -> None:
    line = border_line(places_cache)
    assert length_m(*np.array(line.coords).T) / 1000 == pytest.approx(1344.0, abs=0.5)
    assert line.is_simple


def test_the_line_runs_from_the_uzbek_to_the_chinese_tripoint(places_cache: Path) -> None:
    line = border_line(places_cache)
    assert line.coords[0] == pytest.approx((67.781, 37.182), abs=0.002)
    assert line.coords[-1] == pytest.approx((74.890, 37.234), abs=0.002)
    assert country_outline("UZB", places_cache).distance(Point(line.coords[0])) < 1e-6
    assert country_outline("CHN", places_cache).distance(Point(line.coords[-1])) < 0.02  # China's outline is simplified


def test_the_chainage_starts_at_0_and_never_falls(places_cache: Path) -> None:
    km = chainage(places_cache)
    assert km[0] == 0 and (np.diff(km) > 0).all() and len(km) == len(border_line(places_cache).coords)


@pytest.mark.parametrize(
    ("bridge", "lon", "lat", "km"),
    [("Darvoz", 70.80, 38.45, 542.7), ("Vanj", 71.33, 38.29, 627.2), ("Tem", 71.50, 37.53, 771.5), ("Ishkashim", 71.58, 36.75, 875.4)],
)
def test_known_bridges_lie_on_the_line(places_cache: Path, bridge: str, lon: float, lat: float, km: float) -> None:
    found_km, metres = locate_on_line([lon], [lat], places_cache)
    assert metres[0] < 500 and found_km[0] == pytest.approx(km, abs=0.5)


@given(seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=25)
def test_no_vertex_of_the_line_is_nearer_than_the_place_that_was_found(places_cache: Path, seed: int) -> None:
    line, chance = load_line(places_cache), np.random.default_rng(seed)
    lon, lat = chance.uniform(67, 76, 5), chance.uniform(36, 39.5, 5)
    km, metres = locate_on_line(lon, lat, places_cache)
    for i in range(5):
        nearest = metres_between(lon[i], lat[i], line.lon, line.lat).min()
        assert metres[i] <= nearest * 1.002 + 1  # the search is planar: 2 in 1,000 at this size of region
        foot = np.interp(km[i], line.km, line.lon), np.interp(km[i], line.km, line.lat)
        assert metres_between(lon[i], lat[i], *foot) == pytest.approx(metres[i], rel=1e-3, abs=5)


@given(st.floats(0, 1343.9))
@settings(deadline=None, max_examples=50)
def test_a_point_on_the_line_is_found_where_it_was_taken_from(places_cache: Path, at_km: float) -> None:
    line = load_line(places_cache)
    km, metres = locate_on_line(np.interp(at_km, line.km, line.lon), np.interp(at_km, line.km, line.lat), places_cache)
    assert km[0] == pytest.approx(at_km, abs=0.01) and metres[0] < 1


def test_a_missing_position_has_no_place_on_the_line(places_cache: Path) -> None:
    km, metres = locate_on_line([np.nan, 71.5, 71.5], [37.5, np.nan, 37.53], places_cache)
    assert np.isnan(km[:2]).all() and np.isnan(metres[:2]).all() and np.isfinite([km[2], metres[2]]).all()
    assert [array.shape for array in locate_on_line([], [], places_cache)] == [(0,), (0,)]


def test_a_hundred_thousand_points_are_located_in_two_seconds(places_cache: Path) -> None:
    chance = np.random.default_rng(1)
    lon, lat = chance.uniform(60, 80, 100_000), chance.uniform(34, 44, 100_000)
    load_line(places_cache)
    start = time.process_time()  # of this process alone: other work on the machine does not count
    locate_on_line(lon, lat, places_cache)
    assert time.process_time() - start < 2


@given(st.tuples(st.floats(0, 1343), st.floats(0.001, 1343)).filter(lambda pair: sum(pair) < 1343.9))
@settings(deadline=None, max_examples=50)
def test_a_piece_cut_from_the_line_has_the_length_that_was_asked_for(places_cache: Path, cut: tuple[float, float]) -> None:
    piece = cut_line(cut[0], sum(cut), places_cache)
    assert length_m(*np.array(piece.coords).T) / 1000 == pytest.approx(cut[1], rel=1e-4, abs=1e-3)
