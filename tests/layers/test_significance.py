"""The mask of the smooth surface: against the exact sum of kernels, and against chance itself."""

import h3.api.numpy_int as h3
import numpy as np
import pytest
from scipy import stats

from geodata.distances import to_degrees, to_metres
from geodata.errors import WrongTable
from layers import cells as h3_cells
from layers.density import PER_M2, surface
from layers.kernels import exact_density
from layers.significance import ALPHA, MAPS, Thrower, chance

#: Some 90 cells around Khorog.
AREA = np.sort(np.asarray(h3.grid_disk(h3.latlng_to_cell(37.5, 71.5, 5), 5), np.uint64))


def at_random(rng, n, cells=AREA):
    """n points anywhere in the cells, found the slow way: thrown into the box, kept where their cell is one of them."""
    lon, lat = h3_cells.centres(cells).T
    x, y = to_metres(lon, lat)
    kept_lon, kept_lat = np.zeros(0), np.zeros(0)
    while len(kept_lon) < n:
        some = to_degrees(rng.uniform(x.min() - 15e3, x.max() + 15e3, 4 * n), rng.uniform(y.min() - 15e3, y.max() + 15e3, 4 * n))
        inside = np.isin(h3_cells.assign_each(*some, 5), cells)
        kept_lon, kept_lat = np.concatenate([kept_lon, some[0][inside]]), np.concatenate([kept_lat, some[1][inside]])
    return kept_lon[:n], kept_lat[:n]


def test_the_thrown_field_equals_the_exact_sum_of_kernels_on_every_grid():
    sigmas = np.array([10_000.0, 21_000, 45_000, 90_000])
    thrower = Thrower.over(AREA, sigmas)
    assert thrower.coarser == (1, 2, 4, 8)
    rng = np.random.default_rng(3)
    weights = [rng.gamma(2, 1, 20) for _ in sigmas]
    fallen = [rng.integers(0, thrower.n_places, 20).astype(np.int32) for _ in sigmas]
    field = thrower.field(fallen, weights)
    row, column = np.unravel_index(rng.integers(0, field.size, 200), field.shape)
    # Away from the rim, where the periodic grid brings in what left at the other edge.
    exact = np.zeros(len(row))
    for sigma, times, nodes, places, weight in zip(sigmas, thrower.coarser, thrower.nodes, fallen, weights, strict=True):
        wide = thrower.shape[1] // times
        y, x = np.divmod(nodes[places], wide)
        step = thrower.step_m
        for east in (-thrower.shape[1], 0, thrower.shape[1]):
            for north in (-thrower.shape[0], 0, thrower.shape[0]):
                exact += PER_M2 * exact_density(
                    (x * times + east) * step, (y * times + north) * step, weight, column * step, row * step, sigma
                )
    assert field[row, column] == pytest.approx(exact, abs=1e-5 * field.max())


def test_on_maps_without_any_hotspot_chance_exceeds_the_threshold_as_often_as_it_says():
    rng = np.random.default_rng(11)
    unsure = np.repeat([1_000.0, 20_000.0], [25, 15])
    found, trials = 0, 100
    for trial in range(trials):
        lon, lat = at_random(rng, 40)
        threshold = chance(AREA, np.ones(40), unsure, 25_000, seed=trial).threshold
        found += bool((surface(lon, lat, np.ones(40), 25_000, 6_250, unsure).values > threshold).any())
    # 95 % interval of the share around the nominal 5 %: no more false maps than promised, and not a test that never finds.
    low, high = stats.binomtest(found, trials).proportion_ci(0.95)
    assert low <= ALPHA and found > 0 and high < 0.15


def test_the_threshold_of_kilograms_holds_too_although_one_seizure_makes_the_map():
    rng = np.random.default_rng(12)
    kg = rng.lognormal(1, 2, 30)
    found, trials = 0, 60
    for trial in range(trials):
        lon, lat = at_random(rng, 30)
        threshold = chance(AREA, kg, np.zeros(30), 25_000, seed=trial).threshold
        found += bool((surface(lon, lat, kg, 25_000, 6_250).values > threshold).any())
    assert stats.binomtest(found, trials).proportion_ci(0.95).low <= ALPHA


def test_a_planted_hotspot_is_coloured_and_the_rest_is_not():
    rng = np.random.default_rng(5)
    lon, lat = at_random(rng, 60)
    middle = h3_cells.centres(AREA)[40]
    lon, lat = np.concatenate([lon, np.full(12, middle[0])]), np.concatenate([lat, np.full(12, middle[1])])
    field = surface(lon, lat, np.ones(72), 10_000, 2_500)
    threshold = chance(AREA, np.ones(72), np.zeros(72), 10_000).threshold
    assert field.at(middle[:1], middle[1:])[0] > threshold
    assert (field.values > threshold).mean() < 0.05


def test_one_event_or_one_great_seizure_alone_never_stands_out():
    one = chance(AREA, [1.0], [0.0], 10_000).threshold
    assert surface([71.5], [37.5], [1.0], 10_000, 2_500).values.max() <= one
    great = chance(AREA, [1000.0, 1, 1], [0.0, 0, 0], 10_000).threshold
    assert surface([71.5, 71.9, 71.2], [37.5, 37.4, 37.6], [1000, 1, 1], 10_000, 2_500).values.max() <= great


def test_the_same_seed_gives_the_same_threshold_and_another_nearly_the_same():
    weight, unsure = np.ones(200), np.full(200, 5_000.0)
    first = chance(AREA, weight, unsure, 25_000)
    assert first.threshold == chance(AREA, weight, unsure, 25_000).threshold and len(first.highest) == MAPS
    assert chance(AREA, weight, unsure, 25_000, seed=8).threshold == pytest.approx(first.threshold, rel=0.15)


@pytest.mark.parametrize("weight", [[], [0.0, 0.0], [np.nan]])
def test_without_anything_to_throw_nothing_stands_out(weight):
    assert chance(AREA, weight, np.zeros(len(weight)), 10_000).threshold == np.inf
    assert chance(np.zeros(0, np.uint64), [1.0], [0.0], 10_000).threshold == np.inf


def test_a_study_area_of_one_cell_has_a_threshold():
    assert 0 < chance(AREA[:1], np.ones(5), np.zeros(5), 50_000).threshold < np.inf
    assert 0 < chance(AREA[:1], np.ones(5), np.full(5, np.nan), 10_000).threshold < np.inf


def test_uncertainties_that_are_none_are_answered_or_one_sentence():
    assert chance(AREA, [1.0, 1.0], [np.inf, 0.0], 10_000).threshold == chance(AREA, [1.0], [0.0], 10_000).threshold
    assert chance(AREA, [1.0], [np.inf], 10_000).threshold == np.inf
    for weight, unsure, bandwidth in (([1.0], [0.0, 1.0], 10_000), ([1.0], [0.0], np.inf), ([1.0], [-1.0], 10_000), ([1.0], [0.0], 0)):
        with pytest.raises(WrongTable):
            chance(AREA, weight, unsure, bandwidth)
