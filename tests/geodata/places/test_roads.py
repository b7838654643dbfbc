"""The road graph: every seat and post is on it, every length says where it comes from, and what is published of it is borne out."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.distances import metres_between
from geodata.errors import BadReference
from geodata.places import files, road_rules, roads
from geodata.places.districts import load_districts
from geodata.places.posts import load_posts
from geodata.places.road_rules import load_passes, load_road_classes, load_road_scenarios
from geodata.places.roads import load_road_distances, load_road_nodes, load_roads
from geodata.places.towns import load_places

CACHED = (roads._known, roads._nodes, roads._sheet, roads._distances, roads._roads, road_rules._classes, road_rules._passes, files._read)


@pytest.fixture
def altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The road tables with one word of one file exchanged, read anew."""

    def change(name: str, old: str, new: str) -> None:
        for path in files.FOLDER.glob("*.csv"):
            text = path.read_text("utf-8")
            if path.stem == name:
                assert old in text
                text = text.replace(old, new, 1)
            (tmp_path / path.name).write_text(text, encoding="utf-8")
        for module in (roads, road_rules):
            monkeypatch.setattr(module, "read_sheet", lambda table, spec: files.read_sheet(table, spec, tmp_path))
        forget()

    def forget() -> None:
        for function in CACHED:
            function.cache_clear()

    yield change
    monkeypatch.undo()
    forget()


def test_the_graph_has_hundreds_of_edges_and_hangs_together() -> None:
    edges, nodes = load_roads(), load_road_nodes()
    assert len(edges) >= 300 and edges["edge_id"].is_unique and nodes["node_id"].is_unique
    neighbours: dict[str, set[str]] = {node: set() for node in nodes["node_id"]}
    for a, b in zip(edges["from_id"], edges["to_id"], strict=True):
        neighbours[a].add(b)
        neighbours[b].add(a)
    reached, todo = set(), ["tj-town-dushanbe"]
    while todo:
        node = todo.pop()
        if node not in reached:
            reached.add(node)
            todo.extend(neighbours[node])
    assert reached == set(neighbours)


def test_every_place_and_placed_post_of_tajikistan_and_the_afghan_north_is_a_node() -> None:
    nodes = set(load_road_nodes()["node_id"])
    posts, places = load_posts(), load_places()
    assert set(posts.loc[posts["lon"].notna(), "id"]) <= nodes
    assert set(places.loc[places["country_iso3"] == "TJK", "place_id"]) <= nodes


def test_every_district_seat_of_tajikistan_and_of_northern_afghanistan_lies_at_a_node() -> None:
    districts, nodes = load_districts(), load_road_nodes()
    north = ("af-badakhshan", "af-takhar", "af-kunduz", "af-balkh", "af-baghlan")
    wanted = districts[(districts["country_iso3"] == "TJK") | districts["province_id"].isin(north)]
    for seat in wanted.itertuples():
        to_node = metres_between(seat.lon, seat.lat, nodes["lon"], nodes["lat"]).min()
        assert to_node < 8_000, (seat.district_id, to_node)


def test_a_length_is_published_with_a_source_or_estimated_and_never_shorter_than_the_straight_line_beyond_what_positions_know() -> None:
    edges = load_roads()
    nodes = load_road_nodes().set_index("node_id")["uncertainty_m"]
    assert set(edges["length_basis"]) == {"published", "estimated"}
    published = edges[edges["length_basis"] == "published"]
    assert len(published) >= 10 and published["source"].str.contains("https?://").all()
    assert edges["source"].notna().all() and (edges["length_km"] > 0).all()
    unsure = (edges["from_id"].map(nodes) + edges["to_id"].map(nodes)) / 1_000
    assert (edges["length_km"] >= 0.97 * edges["straight_km"] - unsure).all()
    long = edges["straight_km"] > 15
    assert (edges["length_km"] / edges["straight_km"])[long].between(0.95, 2.6).all()


def test_an_estimate_is_the_straight_line_times_the_factor_of_its_kind_unless_a_longer_stretch_is_published() -> None:
    edges = load_roads()
    factor = load_road_classes().set_index(["road_class", "terrain"])["winding_factor"]
    own = edges[(edges["length_basis"] == "estimated") & edges["stretch_id"].isna()]
    wanted = own["straight_km"] * factor.loc[list(zip(own["road_class"], own["terrain"], strict=True))].to_numpy()
    np.testing.assert_allclose(own["length_km"], np.maximum(wanted, roads.SHORTEST_KM))
    total = edges.groupby("stretch_id")["length_km"].sum()
    fitted = load_road_distances().query("use == 'fit'").set_index("distance_id")["length_km"]
    pd.testing.assert_series_equal(total.sort_index(), fitted.sort_index(), check_names=False, check_dtype=False)


def test_no_edge_of_the_mountains_jumps_across_a_range() -> None:
    edges = load_roads()
    country = load_road_nodes().set_index("node_id")["country_iso3"]
    inner = edges[(edges["terrain"] == "mountain") & edges["from_id"].map(country).isin(["TJK", "AFG"])]
    assert inner["straight_km"].max() < 85, inner.nlargest(3, "straight_km")[["edge_id", "straight_km"]]
    panj = edges[edges["edge_id"].str.startswith(("qalaikhumb-", "shidz", "yomj"))]
    assert (panj["straight_km"] < 40).all()


def test_crossings_carry_the_state_of_the_posts_table() -> None:
    edges = load_roads().set_index("edge_id")
    state = load_posts().set_index("id")["status"]
    for row in edges[edges["gates"].map(len) > 0].itertuples():
        known = [state.get(gate, "unknown") for gate in row.gates]
        assert row.gate_state == next(s for s in ("closed", "unknown", "open") if s in known)
    assert edges.loc[edges["road_class"].isin(["crossing", "ferry"]), "gate_state"].notna().all()
    assert edges.loc["bcp-kokul-bcp-ai-khanum", "gate_state"] == "closed"


def test_an_edge_that_joins_two_countries_has_a_gate() -> None:
    edges, country = load_roads(), load_road_nodes().set_index("node_id")["country_iso3"]
    abroad = edges[edges["from_id"].map(country) != edges["to_id"].map(country)]
    free = abroad[abroad["gates"].map(len) == 0]
    assert free["edge_id"].tolist() == []


def test_passes_have_months_where_winter_shuts_them_and_scenarios_are_rows() -> None:
    passes = load_passes().set_index("pass_id")
    assert passes.loc["p-khaburabot", "winter_state"] == "closed" and passes["source"].notna().all()
    assert {"summer", "winter", "spring-flood", "borders-closed"} <= set(load_road_scenarios()["scenario_id"])


@pytest.mark.parametrize(
    ("table", "old", "new", "column", "said"),
    [
        ("roads", "main,mountain,39,published", "main,mountain,-39,published", "length_km", "a number from 0.1"),
        ("roads", "main,mountain,39,published", "main,mountain,9,published", "length_km", "straight line"),
        ("roads", "main,mountain,39,published", "main,mountain,39,estimated", "length_km", "where it is published"),
        ("roads", "tj-town-dushanbe,tj-town-vahdat-town", "tj-town-atlantis,tj-town-vahdat-town", "from_id", "the id of a place"),
        ("roads", "p-taldyk", "p-olympus", "pass_id", "passes.csv"),
        ("roads", "blo-dusti;blo-sariosiyo", "blo-dusti;blo-moon", "gates", "posts.csv"),
        ("passes", "3252,12,4", "3252,,4", "from_month", "first and last month"),
        ("road_classes", "main,hill", "main,plain", "terrain", "no other row"),
        ("road_distances", ",145,fit,", ",14,fit,", "length_km", "straight lines"),
    ],
)
def test_a_wrong_row_is_refused_with_its_line_and_column(altered, table: str, old: str, new: str, column: str, said: str) -> None:
    altered(table, old, new)
    with pytest.raises(BadReference, match=rf"{table}.csv, line \d+, column {column}.*{said}"):
        load_roads()
