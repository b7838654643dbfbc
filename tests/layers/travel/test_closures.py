"""If X closes: hours only grow, the load goes where the ways go, and nothing is lost in silence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WrongTable
from geodata.places.corridors import load_waypoints
from layers.travel.closures import if_closed
from layers.travel.corridor_pairs import corridor_pairs
from layers.travel.region import region_network, region_rules, region_scenarios
from layers.travel.scenarios import edge_hours
from tests.layers.travel.small import network_of, networks

DUSHANBE, KUNDUZ, KHOROG, TERMEZ = "tj-town-dushanbe", "af-town-kunduz-town", "tj-town-khorog", "uz-town-termez"


def closed(*what, pairs, weights=None, scenario="summer"):
    network, rules = region_network(), region_rules()
    return if_closed(network, edge_hours(network, region_scenarios()[scenario], rules), what, pairs, weights, rules.passes)


def test_when_the_bridge_at_panji_poyon_closes_termez_takes_its_load() -> None:
    done = closed("bcp-panji-poyon", pairs=[(DUSHANBE, KUNDUZ), (DUSHANBE, TERMEZ)], weights=[100, 7])
    pair = done.pairs.iloc[0]
    assert pair.extra_hours > 3 and pair.is_changed and not pair.is_cut_off and done.pairs.iloc[1].extra_hours == 0
    load = done.load.set_index("gate")
    assert load.loc["bcp-panji-poyon", ["load_before", "load_after", "change"]].tolist() == [100, 0, -100]
    assert load.loc["br-friendship", ["load_before", "load_after", "change"]].tolist() == [0, 100, 100]
    assert load.loc["blo-dusti"].tolist() == [7, 107, 100]
    assert set(done.closed) == {"bcp-panji-poyon-br-panji-poyon"} and done.lost == 0
    assert done.load["change"].is_monotonic_decreasing


def test_a_pass_closes_like_a_post_and_sends_the_way_round_it() -> None:
    done = closed("p-shurobod", pairs=[(DUSHANBE, KHOROG)])
    assert "k-tjk-khaburabot-pass" in done.ways[0][1].nodes and done.pairs["extra_hours"].iloc[0] > 0
    assert done.load.set_index("gate").loc["p-khaburabot", "change"] == 1


def test_who_is_cut_off_is_said_with_its_weight() -> None:
    done = closed("border", pairs=[(DUSHANBE, KUNDUZ), (DUSHANBE, KHOROG)], weights=[3, 4])
    assert done.pairs["is_cut_off"].tolist() == [True, False] and np.isinf(done.pairs["extra_hours"].iloc[0]) and done.lost == 3
    again = closed("p-shurobod", pairs=[(DUSHANBE, KUNDUZ)], scenario="borders-closed")
    assert np.isnan(again.pairs["extra_hours"].iloc[0]) and not again.pairs["is_cut_off"].iloc[0]


@pytest.mark.parametrize(
    ("what", "pairs", "weights", "said"),
    [
        ("bcp-atlantis", [(DUSHANBE, KUNDUZ)], None, "'bcp-atlantis' cannot be closed"),
        ("p-anzob", [(DUSHANBE, "tj-atlantis")], None, "'tj-atlantis', is no node"),
        ("p-anzob", [(DUSHANBE, KUNDUZ)] * 2, [1, -2], "Pair 2 of 2 has the weight -2.0"),
        ("p-anzob", [(DUSHANBE, KUNDUZ)] * 2, [1], "2 pairs came with 1 weights"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(what, pairs, weights, said) -> None:
    with pytest.raises(WrongTable, match=said):
        closed(what, pairs=pairs, weights=weights)


def test_a_place_on_the_road_closes_with_all_its_roads() -> None:
    network = network_of(3, [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 9.0)])
    done = if_closed(network, [1.0, 1.0, 9.0], ["n1"], [("n0", "n2")])
    assert done.closed == ("e0", "e1") and done.pairs["extra_hours"].tolist() == [7.0]


@given(networks(), st.data())
def test_hours_only_grow_and_every_weight_is_on_a_way_or_lost(drawn, data) -> None:
    network, hours = drawn
    names = [f"n{i}" for i in range(network.n_nodes)]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), min_size=1, max_size=5))
    weights = data.draw(st.lists(st.floats(0, 10), min_size=len(pairs), max_size=len(pairs)))
    edges = network.edges.assign(gates=[[name] for name in network.edges["edge_id"]])
    network = type(network)(network.nodes, edges, network.start, network.end)
    shut = data.draw(st.sampled_from(list(edges["edge_id"])))
    done = if_closed(network, hours, [shut], pairs, weights)
    extra = done.pairs["extra_hours"]
    assert ((extra >= -1e-9) | extra.isna()).all()
    load = done.load.set_index("gate")
    assert shut not in load.index or load.loc[shut, "load_after"] == 0
    gone = done.pairs["is_cut_off"].to_numpy(bool)
    assert done.lost == pytest.approx(np.array(weights)[gone].sum())
    for (before, after), cut in zip(done.ways, gone, strict=True):
        assert cut == (bool(before.nodes) and not after.nodes)


def test_the_load_of_corridors_shifts_to_other_posts_when_one_closes() -> None:
    network, rules = region_network(), region_rules()
    found = corridor_pairs(network, load_waypoints(), {"c01": 50, "c20": 10})
    assert found.corridors == ("c01", "c20") and found.weights == (50, 10) and found.beyond == ()
    assert found.pairs[1] == (DUSHANBE, "uz-town-samarkand-town")
    hours = edge_hours(network, region_scenarios()["summer"], rules)
    done = if_closed(network, hours, ["br-panji-poyon"], found.pairs, found.weights, rules.passes)
    assert done.load.set_index("gate").loc["br-friendship", "change"] == 50 and done.pairs["extra_hours"].iloc[1] == 0
    assert len(corridor_pairs(network, load_waypoints()).pairs) >= 15
    with pytest.raises(WrongTable, match="no corridor 'c99'"):
        corridor_pairs(network, load_waypoints(), {"c99": 1})
