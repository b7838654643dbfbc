import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from layers import heatmap_layer
from layers.base import Period, keys_only
from layers.heatmap import build_cube
from layers.spread import footprints

AREAS = {"d1": box(69, 37, 70, 38)}
SPANS = [
    ("2018-{m:02d}-03", "2018-{m:02d}-03", "day"),
    ("2018-{m:02d}-01", "2018-{m:02d}-28", "month"),
    ("2018-01-01", "2018-12-31", "year"),
]
PLACES = [
    {"precision_level": "place", "lon": 69.2, "lat": 37.4, "uncertainty_m": 5_000.0},
    {"precision_level": "point", "lon": 71.0, "lat": 38.0, "uncertainty_m": 100.0},
    {"precision_level": "district", "district_id": "d1", "uncertainty_m": 30_000.0},
    {"precision_level": "country", "lon": None, "lat": None, "uncertainty_m": None},
]


def happening(number, place, span, month, amounts, is_dated):
    """An event of one or more rows."""
    start, end, precision = SPANS[span]
    dates = {"happened_from": start.format(m=month), "happened_to": end.format(m=month), "date_precision": precision}
    if not is_dated:
        dates = {"happened_from": None, "happened_to": None, "date_precision": "unknown"}
    return [PLACES[place] | dates | {"event_id": f"e{number}", "weight_kg": kg, "drug": drug} for drug, kg in amounts]


AMOUNTS = st.lists(st.tuples(st.sampled_from(["heroin", "opium", "alcohol"]), st.floats(0, 50)), min_size=1, max_size=3)
EVENTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(1, 12), AMOUNTS, st.booleans()), max_size=12).map(
    lambda drawn: [row for number, parts in enumerate(drawn) for row in happening(number, *parts)]
)


def slow_recount(events, first, last):
    """Events and kilograms of each cell over [first, last], one event at a time."""
    spread = footprints(events, AREAS, 5)
    matrix = spread.matrix().toarray()
    count, kg = dict.fromkeys(spread.cells.tolist(), 0.0), dict.fromkeys(spread.cells.tolist(), 0.0)
    for _, rows in events.groupby("event_id", sort=False):
        one = rows.iloc[0]
        if one["date_precision"] not in ("day", "month") or not first <= one["happened_from"][:7] <= last:
            continue
        weight = rows.loc[rows["drug"] != "alcohol", "weight_kg"].sum()
        for cell, share in zip(spread.cells.tolist(), matrix[events.index.get_loc(rows.index[0])], strict=True):
            count[cell] += share
            kg[cell] += share * weight
    return count, kg


@given(EVENTS, st.integers(1, 12), st.integers(1, 12))
def test_the_brush_over_any_months_equals_a_direct_recount(events_of, rows, one, other):
    first, last = (f"2018-{month:02d}" for month in sorted((one, other)))
    events = events_of(rows)
    cube = build_cube(events, AREAS, 5)
    count, kg = cube.over(first, last)
    slow_count, slow_kg = slow_recount(events, first, last)
    for i, cell in enumerate(cube.cells.tolist()):
        assert count[i] == pytest.approx(slow_count[cell], abs=1e-4)
        assert kg[i] == pytest.approx(slow_kg[cell], rel=1e-5, abs=1e-3)
    assert count.sum() == pytest.approx(sum(slow_count.values()), abs=1e-3)


@given(EVENTS)
def test_no_event_is_lost_between_the_cells_and_what_is_left_out(events_of, rows):
    events = events_of(rows)
    cube = build_cube(events, AREAS, 5)
    assert cube.count.sum() == pytest.approx(cube.n, abs=1e-3)
    assert cube.n + sum(cube.left_out.values()) == events["event_id"].nunique()
    assert cube.n + cube.left_out["without_point"] == cube.n_events.sum()


@given(EVENTS)
def test_the_triples_are_sorted_and_every_pair_of_month_and_cell_comes_once(events_of, rows):
    cube = build_cube(events_of(rows), AREAS, 5)
    pairs = list(zip(cube.month_index.tolist(), cube.cell_index.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert cube.months == [str(month) for month in pd.period_range(cube.months[0], cube.months[-1], freq="M")] if cube.months else not pairs
    assert len(cube.rings) == len(cube.cells)
    assert (np.diff(cube.cells.astype(object)) > 0).all()
    assert [cube.month_index.dtype, cube.cell_index.dtype, cube.count.dtype, cube.weight_kg.dtype] == [
        np.uint16,
        np.uint32,
        np.float32,
        np.float32,
    ]


def test_an_event_with_two_drugs_has_the_mass_one_and_both_weights(events_of):
    rows = happening(1, 1, 0, 5, [("heroin", 5.0), ("opium", 3.0)], True)
    cube = build_cube(events_of(rows), AREAS, 5)
    assert (cube.count.tolist(), cube.weight_kg.tolist()) == ([1.0], [8.0])


def test_months_without_any_report_are_told_from_months_without_this_drug(events_of):
    reports = events_of([row for month in (1, 2, 5) for row in happening(month, 1, 0, month, [("heroin", 1.0)], True)])
    cube = build_cube(reports.iloc[[0]], AREAS, 5, reports=reports)
    assert cube.months == [f"2018-{month:02d}" for month in range(1, 6)]
    assert cube.reports_by_month.tolist() == [True, True, False, False, True]
    assert cube.month_totals["n_events"].tolist() == [1, 0, 0, 0, 0]


@given(EVENTS)
def test_footprints_made_once_give_the_same_cube_under_every_filter(events_of, rows):
    events = events_of(rows)
    some = events[(events["drug"] == "heroin").to_numpy()]
    fresh = build_cube(some, AREAS, 5)
    reused = build_cube(some, AREAS, 5, prepared=footprints(events, AREAS, 5))
    assert fresh.cells.tolist() == reused.cells.tolist()
    assert np.allclose(fresh.count, reused.count)


def test_the_layer_shows_the_cells_of_the_period_with_their_steps(events_of):
    rows = [row for month in (1, 1, 2) for row in happening(f"{month}-{id(object())}", 1, 0, month, [("heroin", 10.0)], True)]
    rows = [row | {"event_id": f"x{i}"} for i, row in enumerate(rows)]
    cube = build_cube(events_of(rows), AREAS, 5)
    layer = heatmap_layer.build(cube, Period("2018-01", "2018-01"), "weight", keys_only)
    assert (layer.n, layer.table["weight_kg"].tolist(), layer.table["n"].tolist()) == (2, [20.0], [2.0])
    assert layer.table["step"].tolist() == [7]
    assert layer.details["without_point"] == 0


def test_a_cube_of_nothing_is_an_empty_layer(events_of):
    cube = build_cube(events_of([]), AREAS, 5)
    layer = heatmap_layer.build(cube, None, "count", keys_only)
    assert (cube.months, len(cube.cells), layer.n, len(layer.table)) == ([], 0, 0, 0)


def test_a_period_outside_the_months_is_empty_and_one_across_the_edge_is_not(events_of):
    cube = build_cube(events_of(happening(1, 1, 0, 5, [("heroin", 1.0)], True)), AREAS, 5)
    assert cube.over("2010-01", "2011-01")[0].sum() == 0
    assert cube.over("2020-01", "2021-01")[0].sum() == 0
    assert cube.over("2010-01", "2030-01")[0].sum() == 1
