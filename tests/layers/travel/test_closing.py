"""One thing closes: what a page is told of it adds up, and comes at once."""

import time

import numpy as np
import pytest

from geodata.errors import WrongTable
from layers.travel.closing import if_it_closes
from layers.travel.region import region_network


def records(n=300):
    nodes, rng = region_network().nodes, np.random.default_rng(3)
    table = nodes[["lon", "lat", "country_iso3"]].sample(n, random_state=3, replace=True).reset_index(drop=True)
    return table.assign(lon=table["lon"] + rng.normal(0, 0.1, n), n=rng.integers(1, 5, n).astype(float))


def test_the_bridge_at_panji_poyon_sends_its_corridors_over_termez() -> None:
    told = if_it_closes("bcp-panji-poyon", "summer", {"c01": 40.0, "c07": 5.0})
    ways = told.ways.set_index("corridor_id")
    assert told.kind == "way" and ways["is_changed"].to_dict() == {"c01": True, "c07": False}
    assert {"br-friendship", "blo-dusti"} <= set(ways.loc["c01", "takes"]) and ways.loc["c07", "takes"] == ()
    assert ways.loc["c01", "names_after"][0] == "Kunduz" and ways.loc["c01", "names_after"][-1] == "Dushanbe"
    assert ways.loc["c01", "extra_hours"] == pytest.approx(ways.loc["c01", "hours_after"] - ways.loc["c01", "hours_before"])
    posts = told.posts.set_index("id")
    assert posts.loc["bcp-panji-poyon", "change"] == -40 and posts.loc["br-friendship", ["kind", "change"]].tolist() == ["bridge", 40]
    assert (posts["name_en"] != "").all()


@pytest.mark.parametrize("id", ["bcp-tem", "op-panjob", "blo-karamyk-tj"])
def test_records_of_a_closed_post_go_to_others_and_none_is_lost_or_made(id) -> None:
    table = records()
    told = if_it_closes(id, "summer", recorded=table)
    near = told.nearest.set_index("post_id")
    change = near["n_after"] - near["n_before"]
    assert near.loc[id, "n_after"] == 0 and change.sum() == pytest.approx(0)
    assert (near["hours_after"].dropna() >= near["hours_before"].dropna() - 1e-9).all(), "whoever takes over is farther away"
    if told.kind == "post":
        assert near["takes"].sum() == near.loc[id, "n_before"] and told.edges == () and not told.ways["is_changed"].any()


def test_a_pass_closes_like_a_road_and_the_answer_comes_at_once() -> None:
    if_it_closes("p-anzob")
    before = time.perf_counter()
    told = if_it_closes("p-shurobod", "winter", recorded=records())
    assert time.perf_counter() - before < 2
    assert told.ways.set_index("corridor_id").loc["c06", "extra_hours"] > 5 and len(told.nearest) == 0
    assert told.posts.set_index("id").loc["p-shurobod", "kind"] == "pass"


@pytest.mark.parametrize(
    ("id", "said"),
    [("bcp-atlantis", "'bcp-atlantis' cannot be closed"), ("op-fazo", "'op-fazo' cannot be closed: it is a post of which nobody")],
)
def test_what_cannot_be_closed_is_one_sentence(id, said) -> None:
    with pytest.raises(WrongTable, match=said):
        if_it_closes(id)
