import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import Polygon, box

from geodata.distances import to_metres
from layers.cells import assign, covering, rings
from layers.spread import footprints

AREAS = {"d1": box(69, 37, 70, 38), "p1": box(68, 37, 71, 39)}
ROWS = st.lists(
    st.builds(
        lambda lon, lat, uncertainty, level, area: {
            "lon": lon,
            "lat": lat,
            "uncertainty_m": uncertainty,
            "precision_level": level,
            "district_id": area if level == "district" else None,
            "province_id": "p1" if level == "province" else None,
        },
        st.sampled_from([69.0, 69.37, 70.2, None]),
        st.sampled_from([37.0, 37.61]),
        st.sampled_from([0.0, 300.0, 1_000.0, 5_000.0, 20_000.0, 60_000.0, None]),
        st.sampled_from(["point", "place", "post", "section", "district", "province", "country", "none"]),
        st.sampled_from(["d1", "unknown", None]),
    ),
    max_size=12,
)


def has_place(row):
    if row["precision_level"] in ("country", "none"):
        return False
    if row["precision_level"] == "province" or row["district_id"] == "d1":
        return True
    return row["lon"] is not None


@given(ROWS)
def test_every_event_with_a_place_has_the_mass_one_and_the_others_none(events_of, rows):
    spread = footprints(events_of(rows), AREAS, 5)
    mass = spread.matrix().sum(axis=1)
    assert np.allclose(mass, [1.0 if has_place(row) else 0.0 for row in rows])
    assert spread.n_without == sum(not has_place(row) for row in rows)
    assert (spread.shapes.data > 0).all()


@given(st.floats(66, 76), st.floats(36, 56), st.floats(0, 120_000), st.sampled_from([4, 5]))
def test_the_cell_that_holds_the_point_always_has_a_share(events_of, lon, lat, uncertainty, resolution):
    spread = footprints(events_of([{"lon": lon, "lat": lat, "uncertainty_m": uncertainty}]), {}, resolution)
    own = np.flatnonzero(spread.cells == assign([lon], [lat], resolution)[0])
    assert spread.matrix()[[0]].toarray()[0, own] > 0


@pytest.mark.parametrize(("uncertainty", "tolerance"), [(1_000, 0.08), (5_000, 0.08), (20_000, 0.03), (40_000, 0.03), (60_000, 0.03)])
def test_a_disc_is_shared_between_cells_by_area(events_of, uncertainty, tolerance):
    lon, lat = 69.37, 37.41
    spread = footprints(events_of([{"lon": lon, "lat": lat, "uncertainty_m": uncertainty}]), {}, 5)
    x, y = to_metres([lon], [lat])
    angle = np.linspace(0, 2 * np.pi, 400)
    disc = Polygon(np.column_stack([x[0] + uncertainty * np.cos(angle), y[0] + uncertainty * np.sin(angle)]))
    for ring, share in zip(rings(spread.cells), spread.matrix().toarray()[0], strict=True):
        cell = Polygon(np.column_stack(to_metres(*np.array(ring).T)))
        assert share == pytest.approx(disc.intersection(cell).area / disc.area, abs=tolerance)


def test_a_district_event_is_uniform_over_its_district_and_not_on_its_centre(events_of):
    spread = footprints(events_of([{"precision_level": "district", "district_id": "d1", "lon": 69.9, "uncertainty_m": 100.0}]), AREAS, 5)
    assert spread.cells.tolist() == covering(AREAS["d1"], 5).tolist()
    assert np.allclose(spread.matrix().toarray(), 1 / len(spread.cells))


def test_a_district_whose_outline_is_unknown_becomes_a_disc(events_of):
    row = {"precision_level": "district", "district_id": "d9", "uncertainty_m": 20_000.0}
    as_district, as_place = footprints(events_of([row]), AREAS, 5), footprints(events_of([{"uncertainty_m": 20_000.0}]), AREAS, 5)
    assert (as_district.matrix() != as_place.matrix()).nnz == 0


def test_places_and_areas_in_one_table_keep_their_own_footprints(events_of):
    rows = [{"lon": 72.0, "uncertainty_m": 0.0}, {"precision_level": "province", "province_id": "p1"}, {"lon": 66.0, "uncertainty_m": 0.0}]
    rows += [{"precision_level": "district", "district_id": "d1"}]
    spread = footprints(events_of(rows), AREAS, 5)
    found = [set(spread.cells[row.indices].tolist()) for row in (spread.matrix()[[i]] for i in range(4))]
    own = [set(assign([lon], [37.5], 5).tolist()) for lon in (72.0, 66.0)]
    areas = [set(covering(AREAS[name], 5).tolist()) for name in ("p1", "d1")]
    assert found == [own[0], areas[0], own[1], areas[1]]


def test_equal_places_are_computed_once(events_of):
    spread = footprints(events_of([{"uncertainty_m": 5_000.0}] * 50 + [{"lon": 69.5}] * 50), {}, 5)
    assert spread.shapes.shape[0] == 2


def test_filtered_rows_find_their_footprints_again_and_strange_ones_are_refused(events_of):
    events = events_of([{"lon": 69 + i / 10} for i in range(6)])
    spread = footprints(events, {}, 5)
    assert spread.of(events.iloc[[4, 1]]).tolist() == spread.which[[4, 1]].tolist()
    with pytest.raises(KeyError, match="another table"):
        spread.of(events.iloc[[0]].set_axis([99]))


def test_very_many_different_places_share_footprints_that_are_nearly_their_own(events_of, monkeypatch):
    spots = np.random.default_rng(4).uniform([68, 37], [70, 38], (400, 2))
    events = events_of([{"lon": lon, "lat": lat, "uncertainty_m": u} for u in (0.0, 25_000.0) for lon, lat in spots])
    exact = footprints(events, {}, 5)
    monkeypatch.setattr("layers.spread.MOST_DISCS", 100)
    shared = footprints(events, {}, 5)
    assert shared.shapes.shape[0] < exact.shapes.shape[0] - 50
    cells = np.union1d(shared.cells, exact.cells)
    ours, theirs = np.zeros((800, len(cells))), np.zeros((800, len(cells)))
    ours[:, np.searchsorted(cells, shared.cells)] = shared.matrix().toarray()
    theirs[:, np.searchsorted(cells, exact.cells)] = exact.matrix().toarray()
    assert np.array_equal(ours[:400], theirs[:400])  # exact positions stay exact
    assert abs(ours - theirs).max() < 0.12
    assert np.allclose(ours.sum(axis=1), 1)


def test_no_events_have_no_footprints(events_of):
    spread = footprints(events_of([]), AREAS, 5)
    assert (spread.matrix().shape, len(spread.cells), spread.n_without) == ((0, 0), 0, 0)
