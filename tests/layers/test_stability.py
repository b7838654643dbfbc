"""Stability: what cannot move stays, what may lie anywhere does not, and the draws are those of a slow version."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from layers.hot_cells import find
from layers.material import Material
from layers.neighbourhoods import of_cells
from layers.selection import Measure
from layers.stability import _moved_cells, prepare, share

Make = Callable[..., Material]


def spot(cell: int, n: int, elsewhere: int = 0) -> list[tuple[int, int, float, int]]:
    random = np.random.default_rng(1)
    return [(0, cell, 1.0, 2)] * n + [(0, int(random.integers(91)), 1.0, int(random.integers(6))) for _ in range(elsewhere)]


def middle(material: Material) -> int:
    return int(np.argmax((of_cells(material.cells) @ of_cells(material.cells)).sum(axis=1)))


@pytest.mark.parametrize("measure", ["count", "weight"])
@pytest.mark.parametrize("wide", [False, True])
def test_nothing_is_lost_by_moving_inside_the_study_area(material_of: Make, measure: Measure, wide: bool) -> None:
    far_inside = middle(material_of([]))
    material = replace(material_of([(0, far_inside, 1.0, 2)] * 17, uncertainty_m=4_000.0, wide=wide), measure=measure)
    drawn = _moved_cells(prepare(material), material, seed=1)
    assert drawn.sum(axis=1) == pytest.approx(np.full(len(drawn), 17.0))
    assert (drawn == _moved_cells(prepare(material), material, seed=1)).all()
    assert (drawn != _moved_cells(prepare(material), material, seed=2)).any()


def test_what_moves_out_of_the_study_area_is_gone_and_a_lonely_hot_cell_is_not_always_stable(material_of: Make) -> None:
    material = material_of([(0, 0, 1.0, -1)] * 400, rings=0, uncertainty_m=30_000.0)
    assert len(material.cells) == 1
    prepared = prepare(material)
    left = _moved_cells(prepared, material, seed=1).sum(axis=1) / 400
    # A disc of 30 km has eleven times the area of a cell, which lies wholly in it however the grid is moved.
    assert left.mean() == pytest.approx((prepared.reach / 30_000) ** 2, rel=0.15)
    sharp = material_of([(0, 0, 1.0, -1)] * 400, rings=0)
    kept = _moved_cells(replace(prepared, shifts=np.zeros((5, 2))), sharp, seed=1)
    assert (kept == 400).all()


def test_on_a_grid_that_lies_still_a_sharp_event_stays_and_a_wide_one_is_spread_by_its_footprint(material_of: Make) -> None:
    still = material_of(spot(40, 9, 80))
    prepared = replace(prepare(still), shifts=np.zeros((400, 2)))
    here = np.asarray(still.cell_n.sum(axis=0)).ravel()
    assert (_moved_cells(prepared, still, seed=1) == here).all()
    wide = material_of(spot(40, 9, 80), wide=True)
    prepared = replace(prepare(wide), shifts=np.zeros((2000, 2)))
    mean = _moved_cells(prepared, wide, seed=1).mean(axis=0)
    # A cell is drawn as a disc of its size, a little of which lies outside: a few per cent change cells.
    assert mean == pytest.approx(np.asarray(wide.cell_n.sum(axis=0)).ravel(), abs=0.25)


def test_an_event_moves_as_far_as_a_slow_version_moves_it(material_of: Make) -> None:
    material = material_of([(0, 0, 1.0, -1)], uncertainty_m=9_000.0)
    cell = middle(material)
    material = material_of([(0, cell, 1.0, -1)] * 500, uncertainty_m=9_000.0)
    prepared = prepare(material)
    share_of = _moved_cells(prepared, material, seed=3).mean(axis=0) / 500
    random, xy = np.random.default_rng(4), prepared.xy
    slow = np.zeros(len(xy))
    for shift in prepared.shifts:
        far, angle = 9_000 * np.sqrt(random.random(2000)), 2 * np.pi * random.random(2000)
        at = xy[cell] + np.column_stack([far * np.cos(angle), far * np.sin(angle)]) - shift
        slow += np.bincount(np.argmin(((at[:, None] - xy[None]) ** 2).sum(axis=2), axis=1), minlength=len(xy)) / 2000
    assert share_of == pytest.approx(slow[: len(share_of)] / len(prepared.shifts), abs=0.02)


def test_a_strong_sharp_hotspot_stays_hot_and_a_faint_vague_one_does_not(material_of: Make) -> None:
    cell = middle(material_of([]))
    strong = material_of(spot(cell, 60, 90))
    hot = find(strong)
    cells, _ = share(prepare(strong), strong, hot)
    assert cells[cell] == 1.0
    assert np.isnan(cells).tolist() == (~(hot.cells.is_hot | hot.cells.is_cold)).tolist()
    faint = material_of(spot(cell, 16, 150), uncertainty_m=30_000.0)
    hot = find(faint)
    assert hot.cells.is_hot[cell]
    assert share(prepare(faint), faint, hot)[0][cell] < 0.7


def test_a_section_whose_events_are_far_inside_stays_and_one_whose_events_lie_on_its_edge_does_not(material_of: Make) -> None:
    events = [(0, 0, 1.0, 5)] * 40 + [(at % 12, 0, 1.0, section) for section in range(6) for at in range(2)]
    material = material_of(events)
    hot = find(material)
    assert hot.sections.is_hot[5]
    inside = share(prepare(material), material, hot, locate=lambda lon, lat: np.full(len(lon), 180.0))[1]
    assert inside[5] == 1.0
    events = [(0, 0, 1.0, 0)] * 8 + [(at % 12, 0, 1.0, section) for section in range(1, 6) for at in range(9)]
    material = material_of(events, uncertainty_m=40_000.0)
    hot = find(material)
    assert hot.sections.is_hot[0]
    assert share(prepare(material), material, hot, locate=lambda lon, lat: np.full(len(lon), 9.9))[1][0] < 0.9


@pytest.mark.parametrize("rings", [0, 2])
@pytest.mark.parametrize("events", [[], [(0, -1, 1.0, -1)], [(0, 0, 1.0, 0)] * 6])
@pytest.mark.parametrize("measure", ["count", "weight"])
def test_next_to_nothing_is_answered(material_of: Make, rings: int, events: list[tuple[int, int, float, int]], measure: Measure) -> None:
    material = material_of(events, rings=rings, measure=measure)
    hot = find(material)
    cells, sections = share(prepare(material), material, hot)
    assert np.isnan(cells).tolist() == (~(hot.cells.is_hot | hot.cells.is_cold)).tolist()
    assert np.isnan(sections).tolist() == (~(hot.sections.is_hot | hot.sections.is_cold)).tolist()


@pytest.mark.parametrize("measure", ["count", "weight"])
@pytest.mark.parametrize("whole", [True, False])
def test_where_nothing_moves_everything_stays_what_it_is(material_of: Make, measure: Measure, whole: bool) -> None:
    random = np.random.default_rng(3)
    crowd = [(0, int(cell), float(random.lognormal(0, 0.5)), -1) for cell in random.integers(0, 40, 3000)]
    # One event in each of the others: cold needs a place where something was ever recorded.
    few = [(0, cell, 0.01, -1) for cell in range(40, 91)]
    material = material_of([*crowd, *few, *[(0, 70, 1.0, -1)] * 900], measure=measure)
    exposure = np.ones(91)
    if not whole:
        exposure[65:] = 0.0  # cold cells beside a busy one that is in no comparison
    hot = find(material, exposure=exposure)
    prepared = replace(prepare(material), shifts=np.zeros((5, 2)))
    cells, _ = share(prepared, material, hot)
    assert hot.cells.is_cold.any()
    assert (cells[hot.cells.is_hot | hot.cells.is_cold] == 1.0).all()
