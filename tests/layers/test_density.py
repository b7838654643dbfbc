import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.distances import WGS84, metres_between, to_metres
from layers import surface_layer
from layers.base import Period, keys_only
from layers.density import MOST_CLASSES, PER_M2, kernel_widths, surface, to_image_grid
from layers.kernels import exact_density

POINTS = st.lists(
    st.tuples(st.floats(67, 74), st.floats(36.6, 40), st.floats(0, 30), st.sampled_from([0.0, 5e3, 2e4])), min_size=1, max_size=20
)


@settings(max_examples=25)
@given(POINTS)
def test_all_mass_that_goes_in_is_on_the_surface(points):
    lon, lat, weight, uncertainty = np.array(points).T
    field = surface(lon, lat, weight, 10_000, 4_000, uncertainty)
    assert field.values.sum() * field.cell_m**2 / PER_M2 == pytest.approx(weight.sum(), rel=1e-4, abs=1e-6)
    assert field.mass == pytest.approx(weight.sum())


@settings(max_examples=25)
@given(POINTS)
def test_the_surface_equals_the_exact_sum_of_kernels_at_its_cell_centres(points):
    lon, lat, weight, uncertainty = np.array(points).T
    field = surface(lon, lat, weight, 12_000, 4_000, uncertainty)
    x, y = to_metres(lon, lat)
    rows, columns = field.values.shape
    at_x, at_y = np.meshgrid(field.west_m + np.arange(columns) * field.cell_m, field.south_m + np.arange(rows) * field.cell_m)
    exact = exact_density(x, y, weight, at_x, at_y, np.sqrt(12_000**2 + (uncertainty / 2) ** 2)).reshape(rows, columns) * PER_M2
    assert abs(field.values - exact).max() <= 0.005 * exact.max()


@pytest.mark.parametrize("lat", [37.0, 55.0])
@pytest.mark.parametrize("azimuth", [0, 45, 90, 180, 270])
def test_the_bandwidth_is_the_same_in_metres_at_every_latitude_and_in_every_direction(lat, azimuth):
    field = surface([68.0], [lat], [1.0], 20_000, 2_000)
    there = WGS84.fwd(68.0, lat, azimuth, 20_000)
    assert field.at([there[0]], [there[1]])[0] / field.at([68.0], [lat])[0] == pytest.approx(np.exp(-0.5), rel=0.015)


@pytest.mark.parametrize("lat", [37.0, 55.0])
def test_one_event_peaks_at_the_same_height_at_every_latitude(lat):
    peak = surface([68.0], [lat], [1.0], 20_000, 2_000).at([68.0], [lat])[0]
    assert peak == pytest.approx(PER_M2 / (2 * np.pi * 20_000**2), rel=0.005)


def test_an_unsure_event_is_lower_and_wider_with_the_same_mass():
    sharp, vague = (surface([69.0], [37.5], [1.0], 10_000, 2_000, [u]) for u in (0.0, 40_000.0))
    assert vague.values.max() / sharp.values.max() == pytest.approx(10_000**2 / (10_000**2 + 20_000**2), rel=0.01)
    assert vague.values.sum() == pytest.approx(sharp.values.sum(), rel=1e-4)


def test_many_different_uncertainties_become_few_widths_that_keep_the_mean_variance():
    uncertainty = np.linspace(100, 100_000, 500)
    weight = np.linspace(1, 2, 500)
    sigmas = kernel_widths(10_000, uncertainty, weight)
    variance = 10_000**2 + (uncertainty / 2) ** 2
    assert len(np.unique(sigmas)) <= MOST_CLASSES
    assert np.average(sigmas**2, weights=weight) == pytest.approx(np.average(variance, weights=weight))
    assert (abs(np.log(sigmas / np.sqrt(variance))) < 0.2).all()


def test_few_different_uncertainties_are_used_as_they_are():
    assert kernel_widths(3.0, np.array([0.0, 8.0]), np.ones(2)).tolist() == [3.0, 5.0]


def test_an_event_outside_the_extent_lends_its_tail_to_it():
    lon, lat = [69.0, 70.05], [37.5, 37.5]
    whole, part = surface(lon, lat, [1, 1], 20_000, 4_000), surface(lon, lat, [1, 1], 20_000, 4_000, extent=(68, 37, 70, 38))
    assert part.n == 1
    at = (np.array([68.5, 69.3, 69.99]), np.array([37.2, 37.8, 37.5]))
    assert part.at(*at) == pytest.approx(whole.at(*at), rel=0.01)


def test_rows_without_a_position_are_counted_and_a_surface_of_nothing_is_flat():
    field = surface([69.0, np.nan], [37.5, 37.5], [1, 1], 10_000, 2_000)
    assert (field.n, field.left_out) == (1, 1)
    assert surface([], [], [], 10_000, 2_000).values.max() == 0
    assert surface([], [], [], 10_000, 2_000, extent=(68, 37, 70, 38)).n == 0


@pytest.mark.parametrize(("cell", "extent"), [(6_000, None), (0, None), (5, (60, 35, 80, 50)), (2_000, (70, 37, 68, 38))])
def test_a_surface_that_would_be_wrong_or_too_large_is_refused(cell, extent):
    with pytest.raises(ValueError, match=r"came with a bandwidth|were asked for|was wanted"):
        surface([69.0], [37.5], [1.0], 10_000, cell, extent=extent)


def test_the_image_has_its_peak_where_the_event_lies_and_north_on_top():
    field = surface([69.0, 69.0], [37.5, 39.0], [1.0, 3.0], 10_000, 2_000, extent=(67, 36, 72, 40))
    image = to_image_grid(field, 500)
    assert image.corners == [[67, 40], [72, 40], [72, 36], [67, 36]]
    row, column = np.unravel_index(image.values.argmax(), image.values.shape)
    assert 67 + (column + 0.5) * 5 / 500 == pytest.approx(69.0, abs=0.02)
    top, bottom, here = (np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in (40, 36, 39.0))
    assert (row + 0.5) / len(image.values) == pytest.approx((top - here) / (top - bottom), abs=0.005)


def test_pixels_are_square_on_a_web_mercator_map():
    image = to_image_grid(surface([69.0], [55.0], [1.0], 10_000, 4_000, extent=(68, 54, 70, 56)), 400)
    top, bottom = (np.log(np.tan(np.pi / 4 + np.radians(lat) / 2)) for lat in (56, 54))
    assert image.values.shape == (round(400 * (top - bottom) / np.radians(2)), 400)


def test_the_surface_layer_says_bandwidth_cell_and_n():
    field = surface([69.0, 69.1], [37.5, 37.5], [1.0, 1.0], 10_000, 2_000, [0.0, 30_000.0])
    layer = surface_layer.build(field, Period("2018-01", "2018-12"), "count", keys_only, width=200)
    assert layer.n == 2
    assert layer.details == {"bandwidth_m": 10_000, "cell_m": 2_000, "widest_kernel_m": 18_028, "without_point": 0}
    assert layer.table["step"].iloc[0].max() == len(layer.legend) == 7


def test_real_accident_points_keep_their_mass_and_equal_the_exact_sum(shared):
    real = pd.read_csv(shared / "data" / "uk_road_accidents_140k_lnglat.csv").dropna().iloc[::20]
    # Real clustering, moved to the Panj: the projection is the region's own.
    lon, lat = real.iloc[:, 0].to_numpy() + 71, real.iloc[:, 1].to_numpy() - 15
    field = surface(lon, lat, np.ones(len(lon)), 10_000, 4_000)
    assert field.values.sum() * field.cell_m**2 / PER_M2 == pytest.approx(len(lon), rel=1e-4)
    row, column = np.unravel_index(field.values.argmax(), field.values.shape)
    peak = field.west_m + column * field.cell_m, field.south_m + row * field.cell_m
    exact = exact_density(*to_metres(lon, lat), np.ones(len(lon)), [peak[0]], [peak[1]], 10_000)[0] * PER_M2
    assert field.values.max() == pytest.approx(exact, rel=0.005)


def test_distances_in_the_projection_are_off_by_what_the_docstring_says():
    for lat, limit in ((37.0, 0.005), (55.0, 0.012)):
        for azimuth in (0, 90):
            lon2, lat2, _ = WGS84.fwd(70.5, lat, azimuth, 10_000)
            x, y = to_metres([70.5, lon2], [lat, lat2])
            assert np.hypot(*np.diff([x, y])[:, 0]) == pytest.approx(metres_between(70.5, lat, lon2, lat2), rel=limit)
