import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.errors import WrongTable
from layers.kernels import exact_density, grid_density

TOY_X, TOY_Y = np.array([(10, 10), (20, 10), (40, 10), (15, 20), (30, 20), (30, 30)], float).T


@pytest.mark.parametrize(("kernel", "bandwidth", "column"), [("gaussian", 8.0, "gauss_sigma8"), ("quartic", 15.0, "quartic_ArcGIS_r15")])
def test_the_exact_density_equals_spatstat_on_the_toy_points(shared, kernel, bandwidth, column):
    oracle = pd.read_csv(shared / "oracles" / "hotspots" / "ref_kde_toy6.csv")
    ours = exact_density(TOY_X, TOY_Y, np.ones(6), oracle["x"], oracle["y"], bandwidth, kernel)
    assert ours == pytest.approx(oracle[column].to_numpy(), abs=1e-8)


def test_the_exact_gaussian_at_20_15_is_the_published_number():
    assert exact_density(TOY_X, TOY_Y, np.ones(6), [20], [15], 8)[0] == pytest.approx(0.0058874900, abs=1e-9)


def test_the_fast_density_on_the_toy_points_is_within_half_a_percent_of_the_maximum():
    # Cells of 2 units, 40 units of margin: cell (0, 0) has its centre at (-40, -40).
    fast = grid_density((TOY_X + 40) / 2, (TOY_Y + 40) / 2, np.ones(6), np.full(6, 4.0), (60, 60)) / 4
    at_x, at_y = np.meshgrid(np.arange(60) * 2.0 - 40, np.arange(60) * 2.0 - 40)
    exact = exact_density(TOY_X, TOY_Y, np.ones(6), at_x, at_y, 8).reshape(60, 60)
    assert abs(fast - exact).max() < 0.005 * exact.max()


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(st.floats(0, 12), st.floats(0, 12), st.floats(0.1, 50), st.sampled_from([2.0, 3.5, 6.0, 7.0])), min_size=1, max_size=12
    )
)
def test_the_fast_density_equals_the_exact_one_wherever_the_points_lie(points):
    x, y, weight, sigma = np.array(points).T
    margin, size = 36, 84  # 5 sigmas of the widest kernel
    fast = grid_density(x + margin, y + margin, weight, sigma, (size, size))
    at_x, at_y = np.meshgrid(np.arange(size) - margin, np.arange(size) - margin)
    exact = exact_density(x, y, weight, at_x, at_y, sigma).reshape(size, size)
    assert abs(fast - exact).max() < 0.005 * exact.max()
    assert fast.sum() == pytest.approx(weight.sum(), rel=1e-4)


def test_no_points_give_no_density():
    assert grid_density(*np.zeros((4, 0)), (8, 8)).sum() == 0


@pytest.mark.parametrize("wrong", [{"bandwidth": 0}, {"bandwidth": np.inf}, {"kernel": "epanechnikov"}, {"x": [0, 1]}])
def test_what_cannot_be_a_density_is_one_sentence(wrong):
    with pytest.raises(WrongTable, match="wanted"):
        exact_density(**{"x": [0], "y": [0], "weight": [1], "at_x": [0], "at_y": [0], "bandwidth": 1, **wrong})


def test_a_point_without_a_position_adds_nothing():
    whole, rest = exact_density([0, np.nan], [0, 1], [1, 1], [0], [0], [1, 2]), exact_density([0], [0], [1], [0], [0], 1)
    assert whole.tolist() == rest.tolist()
