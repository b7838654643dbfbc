"""Hot cells of a view: planted ones are found, empty maps stay empty, silent is not cold, and nothing known is no answer."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from layers.hot_cells import COLD, HOT, SILENT, find, sections
from layers.hotspots import count_tail, discoveries
from layers.material import Material
from layers.neighbourhoods import of_cells
from layers.selection import Measure

Make = Callable[..., Material]
MIDDLE = 45  # any cell that has all its neighbours


def scattered(seed: int, n: int, cells: int = 91, months: int = 12) -> list[tuple[int, int, float, int]]:
    random = np.random.default_rng(seed)
    return [
        (int(random.integers(months)), int(random.integers(cells)), float(random.lognormal(1, 1)), int(random.integers(-1, 6)))
        for _ in range(n)
    ]


def whole(cell: int, material: Material) -> int:
    """A cell with all six neighbours in the study area, the first from ``cell`` on."""
    many = of_cells(material.cells).sum(axis=1)
    return int(np.flatnonzero(many[cell:] == 7)[0] + cell)


def test_a_planted_hotspot_is_hot_with_its_neighbours_and_the_rest_is_not(material_of: Make) -> None:
    events = scattered(1, 120)
    cell = whole(MIDDLE, material_of(events))
    material = material_of(events + [(month, cell, 2.0, 3) for month in range(12) for _ in range(3)])
    hot = find(material)
    around = of_cells(material.cells).toarray()[cell] > 0
    assert (hot.cells.kind[around] == HOT + 2).all()
    assert not hot.cells.is_hot[~around].any()
    assert hot.cells.around[cell] == pytest.approx(hot.cells.n[around].sum())
    assert hot.cells.z[cell] > 3
    assert (hot.n_events, hot.n_tested, hot.method, hot.is_small) == (156, len(material.cells), "count_tail", False)


def test_strengths_are_benjamini_hochberg_at_90_95_and_99(material_of: Make) -> None:
    material = material_of(scattered(2, 150) + [(0, whole(20, material_of([])), 1.0, -1)] * 9)
    found = find(material).cells
    p = count_tail(found.n, of_cells(material.cells)).both
    for alpha, strength in ((0.10, 1), (0.05, 2), (0.01, 3)):
        strong = ((found.kind % 3 == strength % 3) | ((found.kind - 1) % 3 >= strength - 1)) & (found.kind > 0)
        assert ((found.kind > 0) & strong).tolist() == discoveries(p, alpha).tolist()


def test_limits_are_where_a_cell_would_become_hot(material_of: Make) -> None:
    material = material_of(scattered(3, 200) + [(0, whole(MIDDLE, material_of([])), 1.0, 2)] * 20)
    measures: tuple[Measure, ...] = ("count", "weight")
    for measure in measures:
        found = find(replace(material, measure=measure))
        for part in (found.cells, found.sections):
            assert (part.around[part.is_hot] >= part.high[part.is_hot] * (1 - 1e-6)).all()
            assert (part.around[~part.is_hot] < part.high[~part.is_hot] * (1 + 1e-6)).all()
            assert (part.around[part.is_cold] <= part.low[part.is_cold] * (1 + 1e-6)).all()


def test_kilograms_are_judged_by_simulation_and_one_giant_makes_nothing_hot(material_of: Make) -> None:
    events = scattered(4, 200)
    cell = whole(MIDDLE, material_of(events))
    giant = find(material_of([*events, (0, cell, 20_000.0, 3)], measure="weight"))
    assert giant.method == "permutation" and giant.cells.z.max() > 3 and not giant.cells.is_hot.any()
    many = find(material_of([*events, *[(0, cell, 60.0, 3)] * 8], measure="weight"))
    assert many.cells.is_hot[cell]


def test_a_quiet_section_between_busy_ones_does_not_carry_their_colour(material_of: Make) -> None:
    found = sections(material_of([(at % 12, -1, 1.0, section) for section in (0, 2) for at in range(60)] + [(0, -1, 1.0, 1)]))
    assert found.p[1] < 1e-6, "its neighbourhood does stand out"
    assert found.kind[1] == 0 and found.is_hot[0]


def test_a_busy_section_between_quiet_ones_is_not_cold(material_of: Make) -> None:
    found = sections(material_of([(at % 12, -1, 1.0, 0) for at in range(300)] + [(at % 12, -1, 1.0, 4) for at in range(110)]))
    rate = found.n / np.array([10.0, 20, 30, 40, 50, 60])
    usual = found.n.sum() / 210
    assert not (found.is_cold & (rate > usual)).any() and not (found.is_hot & (rate < usual)).any()
    assert found.p[4] < 0.01 and rate[4] > usual


def test_a_quiet_short_section_is_not_hot_by_one_report_and_a_busy_one_is(material_of: Make) -> None:
    even = [(at % 12, -1, 1.0, section) for section in range(6) for at in range(section + 1)]
    assert sections(material_of([*even, (0, -1, 1.0, 0)])).kind.tolist() == [0] * 6
    found = sections(material_of([*even, *[(0, -1, 1.0, 1)] * 30]))
    assert found.is_hot.tolist() == [False, True, False, False, False, False]


def test_hot_by_fewer_than_five_events_is_said_to_be_single_cases(material_of: Make) -> None:
    cell = whole(MIDDLE, material_of([]))
    found = find(material_of([(0, cell, 1.0, -1)] * 4))
    assert found.cells.is_hot[cell] and found.cells.single[cell] and found.is_small
    found = find(material_of([(0, cell, 1.0, -1)] * 40))
    assert found.cells.is_hot[cell] and not found.cells.single.any() and not found.is_small


def test_a_neighbourhood_that_went_silent_is_not_cold(material_of: Make) -> None:
    cells = range(len(material_of([]).cells))
    before = [(month, cell, 1.0, -1) for month in range(12) for cell in cells]
    near = of_cells(material_of([]).cells)
    middle = whole(MIDDLE, material_of([]))
    quiet = np.asarray((near @ near @ near).toarray()[middle] > 0)
    after = [(month, cell, 1.0, -1) for month in range(12, 24) for cell in cells if not quiet[cell]]
    found = find(material_of([*before, *after], months=24, first=12)).cells
    assert found.kind[middle] == SILENT
    rarely = [event for event in before if not quiet[event[1]]] + [(3, middle, 1.0, -1)]
    found = find(material_of([*rarely, *after], months=24, first=12)).cells
    assert COLD <= found.kind[middle] < SILENT, "where little was ever reported, nothing is little"


@pytest.mark.parametrize("measure", ["count", "weight"])
def test_where_nothing_was_ever_recorded_there_or_around_it_is_not_cold(material_of: Make, measure: Measure) -> None:
    cells = range(len(material_of([]).cells))
    near = of_cells(material_of([]).cells)
    middle = whole(MIDDLE, material_of([]))
    empty = np.asarray((near @ near @ near).toarray()[middle] > 0)
    events = [(month, cell, 1.0, -1) for month in range(12) for cell in cells if not empty[cell]]
    events += [(month, cell, 1.0, -1) for month in range(12, 24) for cell in cells if not empty[cell]]
    never = find(material_of(events, months=24, first=12, measure=measure)).cells
    assert never.p[middle] < 0.01 and never.kind[middle] == 0
    for month in (0, 20):  # once, long before or in the period itself
        once = find(material_of([*events, (month, middle, 0.1, -1)], months=24, first=12, measure=measure)).cells
        around = near.toarray()[middle] > 0
        assert ((once.kind[around] >= COLD) & (once.kind[around] < SILENT)).all()


def test_a_period_without_any_report_is_not_known(material_of: Make) -> None:
    events = [(0, 3, 1.0, 2)] * 9
    found = find(material_of(events, first=4, last=7, silent_months=(4, 5, 6, 7)))
    assert not found.reported and not found.cells.kind.any() and not found.sections.kind.any()


@pytest.mark.parametrize("measure", ["count", "weight"])
@pytest.mark.parametrize("events", [[], [(0, 5, 2.0, 1)], [(0, -1, 2.0, -1)], [(0, 5, 0.0, 1)] * 3])
@pytest.mark.parametrize(("rings", "months", "first", "last"), [(0, 1, 0, 0), (3, 1, 0, 0), (3, 12, 0, 11), (3, 12, 5, 4)])
def test_next_to_nothing_is_answered_without_a_colour(
    material_of: Make, measure: str, events: list[tuple[int, int, float, int]], rings: int, months: int, first: int, last: int
) -> None:
    events = [(month, min(cell, 0) if rings == 0 else cell, kg, section) for month, cell, kg, section in events]
    found = find(material_of(events, rings=rings, months=months, first=first, last=last, measure=measure))
    assert found.is_small and not (found.cells.is_hot & ~found.cells.single).any()
    assert np.isfinite(found.cells.z).all() and np.isfinite(found.cells.p).all()


def test_the_same_view_gives_the_same_map(material_of: Make) -> None:
    material = material_of(scattered(5, 100), measure="weight")
    assert (find(material).cells.p == find(material).cells.p).all()


def test_kilograms_outside_the_known_cells_are_in_no_comparison(material_of: Make) -> None:
    inside = np.zeros(91, bool)
    inside[:60] = True
    near_by = [event for event in scattered(6, 300) if event[1] < 60] + [(0, 20, 80.0, -1)] * 6
    far_off = [(0, 80, 900.0, -1)] * 30
    alone = find(material_of(near_by, measure="weight"), exposure=inside.astype(float))
    beside = find(material_of([*near_by, *far_off], measure="weight"), exposure=inside.astype(float))
    assert alone.cells.is_hot[20] and beside.cells.kind.tolist() == alone.cells.kind.tolist()
    assert beside.kg == pytest.approx(alone.kg)
