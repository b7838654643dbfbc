"""Travel times: a slow, obvious Dijkstra judges the fast ones; a way is what its hours say; what is wrong is one sentence."""

from concurrent.futures.process import BrokenProcessPool
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WrongTable
from layers.travel import shortest
from layers.travel.network import build_network
from layers.travel.times import as_matrix, nearest, quickest_way, travel_hours
from tests.layers.travel.small import network_of, networks, slow_hours


@given(networks())
def test_many_to_many_equals_the_slow_dijkstra(drawn) -> None:
    network, hours = drawn
    everybody = np.arange(network.n_nodes)
    slow = np.array([slow_hours(network, hours, node) for node in everybody])
    np.testing.assert_allclose(travel_hours(network, hours, everybody, everybody), slow, rtol=1e-12)


@given(networks())
def test_going_by_a_third_place_is_never_quicker_and_there_is_as_far_as_back(drawn) -> None:
    network, hours = drawn
    everybody = np.arange(network.n_nodes)
    d = travel_hours(network, hours, everybody, everybody)
    assert (d <= (d[:, :, None] + d[None, :, :]).min(axis=1) * (1 + 1e-12) + 1e-12).all()
    np.testing.assert_allclose(d, d.T, rtol=1e-12)
    assert (np.diag(d) == 0).all()


@given(networks(), st.data())
def test_closing_an_edge_never_shortens_a_way(drawn, data) -> None:
    network, hours = drawn
    everybody = np.arange(network.n_nodes)
    closed = hours.copy()
    closed[data.draw(st.integers(0, len(hours) - 1))] = np.inf
    after = travel_hours(network, closed, everybody, everybody)
    assert (after >= travel_hours(network, hours, everybody, everybody) * (1 - 1e-12)).all()


@given(networks(), st.data())
def test_a_way_is_a_chain_of_edges_whose_hours_are_its_own(drawn, data) -> None:
    network, hours = drawn
    a, b = (data.draw(st.integers(0, network.n_nodes - 1)) for _ in range(2))
    way = quickest_way(network, hours, f"n{a}", f"n{b}")
    slow = slow_hours(network, hours, a)[b]
    assert way.hours == pytest.approx(slow, rel=1e-12)
    if np.isinf(slow):
        assert way.nodes == () and way.edges == ()
        return
    assert way.nodes[0] == f"n{a}" and way.nodes[-1] == f"n{b}"
    rows = network.edges.set_index("edge_id").loc[list(way.edges)]
    assert [{r.from_id, r.to_id} for r in rows.itertuples()] == [{x, y} for x, y in pairwise(way.nodes)]
    assert hours[network.edges["edge_id"].isin(way.edges)].sum() == pytest.approx(way.hours, rel=1e-9, abs=1e-12)
    assert way.length_km == pytest.approx(rows["length_km"].sum())


def test_the_fewer_start_and_the_answer_is_the_same() -> None:
    rng = np.random.default_rng(3)
    n = 60
    network = network_of(n, [(int(a), int(b), 1.0) for a, b in rng.integers(0, n, (150, 2))])
    hours = rng.uniform(0.1, 2, 150)
    many, few = np.arange(n), np.array([5, 5, 41])
    np.testing.assert_array_equal(travel_hours(network, hours, many, few), travel_hours(network, hours, few, many).T)
    assert travel_hours(network, hours, few, many).shape == (3, n)


def test_a_large_question_is_shared_among_processes_and_gets_the_same_hours(monkeypatch) -> None:
    rng = np.random.default_rng(4)
    n, m = 3_000, 6_000
    network = network_of(n, [(int(a), int(b), 1.0) for a, b in rng.integers(0, n, (m, 2))])
    hours = rng.uniform(0.1, 2, m)
    hours[::5], hours[1::7] = 0.0, 1e6  # roads of no length, and one that is longer than all others together
    some = rng.integers(0, n, 70)
    small = travel_hours(network, hours, some, some)
    monkeypatch.setattr(shortest, "LARGE", 1)
    np.testing.assert_array_equal(travel_hours(network, hours, some, some), small)

    def none_can_be_started(*_):
        raise BrokenProcessPool

    monkeypatch.setattr(shortest, "ProcessPoolExecutor", none_can_be_started)
    np.testing.assert_array_equal(travel_hours(network, hours, some, some), small)


def test_an_island_without_a_road_is_infinitely_far_and_the_nearest_site_of_nobody() -> None:
    network = network_of(4, [(0, 1, 10.0)])
    cost = travel_hours(network, [0.5], np.arange(4), np.array([1, 3]))
    assert cost[:2, 0].tolist() == [0.5, 0.0] and np.isinf(cost[2]).all()
    found = nearest(cost)
    assert found.site.tolist() == [0, 0, -1, 1] and found.hours.tolist() == [0.5, 0.0, np.inf, 0.0]
    assert nearest(np.empty((2, 0))).site.tolist() == [-1, -1]


def test_an_unknown_place_is_one_sentence_that_names_it() -> None:
    network = network_of(2, [(0, 1, 10.0)])
    with pytest.raises(WrongTable, match=r"Place 2 of 2, 'n9', is no node of the road graph"):
        network.at(["n0", "n9"])
    with pytest.raises(WrongTable, match="'n7'"):
        quickest_way(network, [1.0], "n0", "n7")


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("length_km", -4.0, r"Row 2 of the table of roads \(e1\) has the length -4.0, kilometres above zero"),
        ("length_km", np.nan, r"Row 2 of the table of roads \(e1\) has the length nan"),
        ("to_id", "atlantis", r"Row 2 of the table of roads \(e1\) ends at 'atlantis', a node"),
        ("speed_kmh", 0.0, r"Row 2 of the table of roads \(e1\) has the speed 0.0"),
    ],
)
def test_a_wrong_road_is_one_sentence_that_names_its_row(column, value, said) -> None:
    good = network_of(3, [(0, 1, 10.0), (1, 2, 10.0)])
    edges = good.edges.copy()
    edges.loc[1, column] = value
    with pytest.raises(WrongTable, match=said) as refused:
        build_network(good.nodes, edges)
    assert "\n" not in str(refused.value)


def test_wrong_nodes_and_missing_columns_are_named() -> None:
    good = network_of(2, [(0, 1, 10.0)])
    with pytest.raises(WrongTable, match=r"Row 3 of the table of nodes \(n0\) is there twice"):
        build_network(pd.concat([good.nodes, good.nodes.head(1)]), good.edges)
    with pytest.raises(WrongTable, match=r"Row 1 of the table of nodes \(n0\) has no position"):
        build_network(good.nodes.assign(lon=[200.0, 69.0]), good.edges)
    with pytest.raises(WrongTable, match="no column 'length_km'"):
        build_network(good.nodes, good.edges.drop(columns="length_km"))
    with pytest.raises(WrongTable, match="none of them negative"):
        as_matrix(good, [-1.0])
