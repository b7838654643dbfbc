"""Beside the road: legs on foot, sides that nobody walks across, and isochrones that are the many-to-many table's least."""

import h3.api.numpy_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.distances import metres_between
from geodata.errors import WrongTable
from layers.travel.isochrones import hours_to_nearest, over_cells
from layers.travel.network import Network, build_network
from layers.travel.off_road import OffRoad, Places, legs, places, point_hours, refuse_islands, walk_hours
from layers.travel.region import region_network, region_rules, region_scenarios
from layers.travel.scenarios import edge_hours
from layers.travel.times import nearest, travel_hours
from tests.layers.travel.small import network_of, networks

HOW = OffRoad(walking_kmh=4, terrain_factor=1.5, nodes=2, reach_km=40)
positions = st.tuples(st.floats(64.9, 66.3), st.floats(35.8, 36.3))


def slow_point_hours(network: Network, hours: np.ndarray, start: Places, end: Places, how: OffRoad) -> np.ndarray:
    """Every pair of legs tried one by one."""
    n = network.n_nodes
    by_road = travel_hours(network, hours, np.arange(n), np.arange(n))
    walks = []
    for at in (start, end):
        metres = [metres_between(lon, lat, network.nodes["lon"], network.nodes["lat"]) for lon, lat in zip(at.lon, at.lat, strict=True)]
        walks.append([[(node, walk_hours(m[node], how)) for node in np.argsort(m, kind="stable")[: how.nodes]] for m in metres])
    found = np.full((len(start.lon), len(end.lon)), np.inf)
    for i, out in enumerate(walks[0]):
        for j, back in enumerate(walks[1]):
            on_foot = metres_between(start.lon[i], start.lat[i], end.lon[j], end.lat[j])
            ways = [a + by_road[u, v] + b for u, a in out for v, b in back]
            found[i, j] = min([*ways, walk_hours(on_foot, how)])
    return found


@given(networks(), st.lists(positions, min_size=1, max_size=4), st.lists(positions, min_size=1, max_size=4))
def test_hours_between_points_are_the_best_of_all_pairs_of_legs(drawn, first, second) -> None:
    network, hours = drawn
    start, end = (places(*np.array(points).T) for points in (first, second))
    how = HOW._replace(reach_km=10_000, nodes=network.n_nodes)
    np.testing.assert_allclose(point_hours(network, hours, start, end, how), slow_point_hours(network, hours, start, end, how), rtol=1e-9)


@given(networks(), st.lists(positions, min_size=1, max_size=4), st.lists(positions, min_size=1, max_size=6))
def test_an_isochrone_is_the_least_of_the_table_from_each_site(drawn, first, second) -> None:
    network, hours = drawn
    sites, points = (places(*np.array(some).T) for some in (first, second))
    table = nearest(point_hours(network, hours, sites, points, HOW).T)
    found = hours_to_nearest(network, hours, sites, points, HOW)
    np.testing.assert_allclose(found.hours, table.hours, rtol=1e-9)
    chosen = found.site >= 0
    reached = point_hours(network, hours, sites, points, HOW).T
    np.testing.assert_allclose(reached[np.flatnonzero(chosen), found.site[chosen]], found.hours[chosen], rtol=1e-9)


def test_asking_about_a_place_makes_no_short_cut_for_others() -> None:
    network = network_of(2, [(0, 1, 1_000.0)])
    start, end = places([65.0], [36.0]), places([65.1], [36.0])
    how = HOW._replace(reach_km=5)
    alone = point_hours(network, [50.0], start, end, how)
    between = places([65.0, 65.05], [36.0, 36.0])
    assert alone[0, 0] == pytest.approx(50.0) == point_hours(network, [50.0], between, end, how)[0, 0]


def test_nobody_walks_farther_than_the_reach_and_an_island_is_out_of_it() -> None:
    network = network_of(2, [(0, 1, 10.0)])
    far = places([68.0], [40.0])
    assert len(legs(network, far, HOW).node) == 0
    assert np.isinf(point_hours(network, [0.2], far, places([65.0], [36.0]), HOW)).all()
    lonely = hours_to_nearest(network, [0.2], places([65.0], [36.0]), far, HOW)
    assert lonely.site.tolist() == [-1] and np.isinf(lonely.hours).all()


def test_an_island_without_a_road_is_one_sentence_that_names_its_row() -> None:
    network = network_of(2, [(0, 1, 10.0)])
    refuse_islands(network, places([65.0, 65.1], [36.0, 36.0]), HOW)
    with pytest.raises(WrongTable, match=r"Place 2 of 3 \(68\.000, 40\.000\) is an island: no road within 40 km; 2 such in all"):
        refuse_islands(network, places([65.0, 68.0, 69.0], [36.0, 40.0, 40.0]), HOW)


def test_nobody_walks_across_a_side() -> None:
    base = network_of(2, [(0, 1, 10.0)])
    network = build_network(base.nodes.assign(country_iso3=["TJK", "AFG"]), base.edges)
    tajik = places([65.09], [36.0], ["TJK"])
    assert legs(network, tajik, HOW).node.tolist() == [0]
    afghan = places([65.095], [36.0], ["AFG"])
    by_bridge = point_hours(network, [0.2], tajik, afghan, HOW)[0, 0]
    on_foot = point_hours(network, [0.2], places([65.09], [36.0]), places([65.095], [36.0]), HOW)[0, 0]
    assert by_bridge > 3 > 0.5 > on_foot
    assert np.isinf(point_hours(network, [np.inf], tajik, afghan, HOW)).all()


def test_a_wrong_position_and_a_side_without_countries_are_one_sentence() -> None:
    with pytest.raises(WrongTable, match=r"Place 2 of 2 has the position 200\.0, 36\.0"):
        places([65.0, 200.0], [36.0, 36.0])
    with pytest.raises(WrongTable, match="no country_iso3"):
        legs(network_of(2, [(0, 1, 10.0)]), places([65.0], [36.0], ["TJK"]), HOW)


def test_cells_over_the_border_get_hours_from_the_posts_that_serve_them() -> None:
    network = region_network()
    hours = edge_hours(network, region_scenarios()["winter"], region_rules())
    khorog, kulob = (network.nodes.set_index("node_id").loc[name] for name in ("tj-town-khorog", "tj-town-kulob"))
    sites = places([khorog.lon, kulob.lon], [khorog.lat, kulob.lat])
    cells = h3.grid_disk(h3.latlng_to_cell(37.9, 69.8, 5), 8)
    table = over_cells(network, hours, sites, cells)
    assert len(table) == len(cells) and np.isfinite(table["hours"]).mean() > 0.9
    home = table.set_index("cell").loc[h3.latlng_to_cell(kulob.lat, kulob.lon, 5)]
    assert home["site"] == 1 and home["hours"] < 4
