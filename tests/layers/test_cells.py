import h3.api.numpy_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Point, Polygon, box

from geodata.distances import WGS84
from layers.cells import NO_CELL, area_km2, assign, centres, covering, distinct_points, edge_m, rings

LON, LAT = st.floats(60, 80), st.floats(35, 56)


@given(st.lists(st.tuples(LON, LAT)), st.sampled_from([3, 5, 7]))
def test_every_point_gets_the_cell_that_h3_gives_it_alone(points, resolution):
    doubled = points + points[::2]
    lon, lat = np.array(doubled, float).reshape(-1, 2).T
    assert assign(lon, lat, resolution).tolist() == [h3.latlng_to_cell(y, x, resolution) for x, y in doubled]


def test_a_missing_coordinate_has_no_cell():
    assert assign([69.0, np.nan, 69.0], [37.5, 37.5, np.nan], 5).tolist()[1:] == [NO_CELL, NO_CELL]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3), st.sampled_from([1.0, 2.0, np.nan]))))
def test_distinct_combinations_are_told_apart_and_equal_ones_kept_together(rows):
    columns = np.array(rows, float).reshape(-1, 3).T
    first, codes = distinct_points(*columns)
    names = [tuple("nan" if value != value else value for value in row) for row in rows]
    assert len(first) == len(set(names))
    assert [names[first[code]] for code in codes] == names


@given(LON, LAT)
def test_a_ring_is_closed_and_holds_the_point_of_its_cell(lon, lat):
    (ring,) = rings(assign([lon], [lat], 5), decimals=12)
    assert ring[0] == ring[-1]
    assert Polygon(ring).buffer(1e-3).contains(Point(lon, lat))


def test_a_ring_at_the_antimeridian_stays_in_one_piece():
    (ring,) = rings(assign([180.0], [66.0], 3))
    assert max(x for x, _ in ring) - min(x for x, _ in ring) < 10


def test_a_polygon_is_covered_by_the_cells_whose_centre_lies_in_it():
    area = box(68, 37, 73, 40)
    cells = covering(area, 5)
    assert all(area.contains(Point(*centre)) for centre in centres(cells))
    ground_km2 = WGS84.geometry_area_perimeter(area)[0] / 1e6
    assert len(cells) * area_km2(5) == pytest.approx(ground_km2, rel=0.02)


def test_an_area_smaller_than_a_cell_still_has_one():
    assert covering(box(69, 37, 69.001, 37.001), 5).tolist() == assign([69.0005], [37.0005], 5).tolist()


def test_nothing_in_gives_nothing_out():
    assert len(assign([], [], 5)) == 0
    assert rings([]) == []
    assert centres([]).shape == (0, 2)


def test_the_size_of_a_cell_is_the_one_it_has_in_the_region():
    here = [h3.cell_area(int(cell), unit="km^2") for cell in assign([67.8, 69.4, 71.5, 73.5], [37.2, 37.3, 38.4, 37.5], 5)]
    assert area_km2(5) == pytest.approx(np.mean(here), rel=0.03)
    assert 1.5 * np.sqrt(3) * edge_m(5) ** 2 / 1e6 == pytest.approx(area_km2(5))
