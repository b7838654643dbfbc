"""`python -m etl roads`: a real extract of our own making is read as it is; what is no extract is one sentence."""

from itertools import pairwise
from pathlib import Path

import hypothesis
import numpy as np
import osmium
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from osmium.osm.mutable import Node, Way

from etl.__main__ import main
from geodata.distances import length_m
from geodata.errors import BadFile
from geodata.places.importing_roads import FOLDER, NAME, import_roads, imported_about, imported_roads
from geodata.places.osm_roads import class_of
from geodata.places.posts import load_posts
from layers.travel.osm import NO_POST, osm_network
from layers.travel.region import region_network, region_rules
from layers.travel.scenarios import Scenario, edge_hours
from layers.travel.times import quickest_way

#: A crossroads at node 3, a side road from it, a house's private way, a path; way 15 leaves the extract at node 99.
POINTS = {1: (69.00, 38.0), 2: (69.01, 38.0), 3: (69.02, 38.0), 4: (69.03, 38.01), 5: (69.02, 38.02), 6: (69.02, 38.04), 7: (69.5, 38.5)}
WAYS = (
    (10, (1, 2, 3, 4), {"highway": "primary"}),
    (11, (3, 5, 6), {"highway": "track"}),
    (12, (5, 7), {"highway": "service", "access": "private"}),
    (13, (1, 6), {"highway": "footway"}),
    (14, (1, 6), {"building": "yes"}),
    (15, (6, 99, 7), {"highway": "unclassified", "surface": "asphalt"}),
    (16, (6, 7), {"highway": "tertiary", "surface": "asphalt"}),
)


def write(path: Path, points=POINTS, ways=WAYS) -> Path:
    path.unlink(missing_ok=True)
    with osmium.SimpleWriter(path) as writer:
        for number, at in sorted(points.items()):
            writer.add_node(Node(id=number, location=at))
        for number, nodes, tags in ways:
            writer.add_way(Way(id=number, nodes=list(nodes), tags=tags))
    return path


@pytest.fixture
def data(tmp_path: Path, places_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "cache").symlink_to(places_cache, target_is_directory=True)
    monkeypatch.setenv("PANJ_DATA", str(folder))
    return folder


@pytest.mark.parametrize("name", ["small.osm.pbf", "small.osm", "small.osm.gz", "small.osm.bz2"])
def test_an_extract_becomes_edges_between_the_places_where_roads_meet(data: Path, tmp_path: Path, name: str) -> None:
    done = import_roads([write(tmp_path / name)], data)
    nodes, edges = imported_roads(data)
    ends = {(r.from_id, r.to_id, r.road_class, r.way_id) for r in edges.itertuples()}
    assert ends == {("n1", "n3", "main", 10), ("n3", "n4", "main", 10), ("n3", "n6", "track", 11), ("n6", "n7", "main", 16)}
    of_way = edges.set_index("edge_id").loc[edges["edge_id"][edges["to_id"] == "n6"].iloc[0]]
    along = np.array([POINTS[number] for number in (3, 5, 6)])
    assert of_way["length_km"] == pytest.approx(length_m(*along.T) / 1_000, rel=1e-9)
    assert nodes.set_index("node_id").loc["n6", ["lon", "lat"]].tolist() == pytest.approx(POINTS[6])
    assert done.about["left_out"] == {"no_access": 1, "not_for_vehicles": 1} and done.about["n_ways_cut"] == 1
    assert done.about["n_ways_read"] == done.about["n_ways_taken"] + 2 and done.about["share_connected"] == 1


def test_the_command_says_what_it_took_and_under_which_licence(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["roads"]) == 0
    assert "nothing imported" in capsys.readouterr().out
    file = write(tmp_path / "small.osm.pbf")
    assert main(["roads", "import", str(file)]) == 0
    first = capsys.readouterr().out
    assert "5 nodes, 4 edges" in first and "6 read, 4 taken, 2 left out" in first and "ODbL 1.0" in first and "kept in" in first
    before = (data / FOLDER / NAME).read_bytes()
    assert main(["roads", "import", str(file)]) == 0
    assert "the same as before" in capsys.readouterr().out and (data / FOLDER / NAME).read_bytes() == before
    assert main(["roads"]) == 0
    said = capsys.readouterr().out
    assert "small.osm.pbf" in said and "© OpenStreetMap contributors" in said and "Panj's own graph" in said


def test_hours_and_ways_are_worked_out_on_the_imported_roads(data: Path, tmp_path: Path) -> None:
    import_roads([write(tmp_path / "small.osm.pbf")], data)
    network = osm_network(*imported_roads(data), region_network(), load_posts())
    hours = edge_hours(network, Scenario("summer"), region_rules())
    way = quickest_way(network, hours, "n1", "n7")
    assert way.nodes == ("n1", "n3", "n6", "n7") and way.hours == pytest.approx(
        hours[network.edges["to_id"].isin(["n3", "n6", "n7"])].sum()
    )
    assert (edge_hours(network, Scenario("winter", month=1), region_rules()) > hours).all()


def test_an_edge_over_the_panj_has_the_post_there_as_its_gate_and_closes_with_it(data: Path, tmp_path: Path) -> None:
    points = {1: (68.60, 37.21), 2: (68.62, 37.15), 3: (68.86, 36.73), 4: (69.6, 37.60), 5: (69.8, 37.40), 6: (69.6, 37.60)}
    trunk = {"highway": "trunk"}
    ways = ((1, (1, 2), trunk), (2, (2, 3), trunk), (3, (1, 4), trunk), (4, (4, 6), trunk), (5, (6, 5), {"highway": "track"}))
    done = import_roads([write(tmp_path / "border.osm.pbf", points, ways)], data)
    nodes, edges = imported_roads(data)
    country = nodes.set_index("node_id")["country_iso3"]
    assert [country[f"n{i}"] for i in (1, 2, 3, 4, 5)] == ["TJK", "AFG", "AFG", "TJK", "AFG"] and done.about["n_over_borders"] == 2
    assert len(edges) == 5, "two nodes at one place stay joined"
    network = osm_network(nodes, edges, region_network(), load_posts())
    gate = dict(zip(edges["way_id"], network.edges["gates"], strict=True))
    assert gate[1] in [("bcp-panji-poyon",), ("br-panji-poyon",), ("bcp-sherkhan-bandar",)] and gate[2] == () and gate[5] == (NO_POST,)
    shut = edge_hours(network, Scenario("shut", closed=frozenset({"border"})), region_rules())
    assert np.isinf(quickest_way(network, shut, "n1", "n3").hours) and np.isfinite(quickest_way(network, shut, "n1", "n6").hours)
    caution = edge_hours(network, Scenario("caution", unknown_crossings_open=False), region_rules())
    assert np.isinf(caution[edges["way_id"] == 5]).all()


def test_two_neighbours_are_joined_and_what_both_hold_counts_once(data: Path, tmp_path: Path) -> None:
    """Way 15 is cut in the first extract and whole in the second."""
    whole = POINTS | {99: (69.2, 38.2)}
    west = write(tmp_path / "west.osm.pbf", POINTS, WAYS[:4] + WAYS[5:6])
    east = write(tmp_path / "east.osm.pbf", whole, WAYS[5:])
    both, alone = import_roads([west, east], data), data.parent / "alone"
    alone.mkdir()
    (alone / "cache").symlink_to(data / "cache", target_is_directory=True)
    import_roads([write(tmp_path / "all.osm.pbf", whole, WAYS)], alone)
    ours, theirs = (imported_roads(folder)[1].drop(columns="edge_id") for folder in (data, alone))
    columns = ["way_id", "from_id", "to_id"]
    pd.testing.assert_frame_equal(ours.sort_values(columns, ignore_index=True), theirs.sort_values(columns, ignore_index=True))
    assert both.about["left_out"]["in_two_extracts"] == 1 and both.about["n_ways_cut"] == 0
    assert both.about["n_ways_read"] == both.about["n_ways_taken"] + sum(both.about["left_out"].values())
    assert main(["roads", "import", str(west), str(east)]) == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"garbage" * 100, "could not be read"), (b"", "could not be read"), (None, "was not found"), ("half", "could not be read")],
)
def test_what_is_no_extract_is_one_sentence_and_keeps_what_was_there(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content, said: str
) -> None:
    good = write(tmp_path / "good.osm.pbf")
    import_roads([good], data)
    before = (data / FOLDER / NAME).read_bytes()
    bad = tmp_path / "bad.osm.pbf"
    if content is not None:
        bad.write_bytes(good.read_bytes()[:-60] if content == "half" else content)
    assert main(["roads", "import", str(bad)]) == 2
    error = capsys.readouterr().err.strip()
    assert "bad.osm.pbf" in error and said in error and "\n" not in error
    assert (data / FOLDER / NAME).read_bytes() == before


def test_an_extract_without_roads_or_without_its_nodes_is_refused(data: Path, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="holds no road"):
        import_roads([write(tmp_path / "a.osm.pbf", ways=WAYS[3:5])], data)
    with pytest.raises(BadFile, match="not the nodes of any"):
        import_roads([write(tmp_path / "b.osm.pbf", points={})], data)
    assert imported_about(data) is None and imported_roads(data) is None


def test_a_damaged_store_is_one_sentence(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = import_roads([write(tmp_path / "small.osm.pbf")], data)
    done.stored_in.write_bytes(done.stored_in.read_bytes()[:-9])
    assert main(["roads"]) == 2
    assert "is damaged: import the roads again" in capsys.readouterr().err


def test_the_surface_decides_and_what_no_vehicle_may_use_is_none() -> None:
    assert class_of({"highway": "trunk"}) == ("highway", "")
    assert class_of({"highway": "primary", "surface": "gravel"}) == ("gravel", "")
    assert class_of({"highway": "residential", "surface": "asphalt"}) == ("main", "")
    assert class_of({"route": "ferry"}) == ("ferry", "")
    assert class_of({"highway": "secondary", "access": "no", "motor_vehicle": "yes"}) == ("main", "")
    assert class_of({"highway": "proposed"})[0] is None and class_of({"highway": "service", "area": "yes"})[0] is None


@hypothesis.settings(max_examples=40)
@given(st.lists(st.lists(st.integers(1, 7), min_size=2, max_size=6), min_size=1, max_size=6))
def test_no_kilometre_is_lost_between_ways_and_edges(tmp_path_factory: pytest.TempPathFactory, places_cache: Path, chains) -> None:
    """All steps of all ways, less loops that leave and meet no other road, are in the edges once."""
    folder = tmp_path_factory.mktemp("osm")
    (folder / "data").mkdir()
    (folder / "data" / "cache").symlink_to(places_cache, target_is_directory=True)
    ways = [(number, tuple(nodes), {"highway": "primary"}) for number, nodes in enumerate(chains, 20)]
    if all(len(set(nodes)) == 1 for nodes in chains):
        return
    steps = [(a, b) for nodes in chains for a, b in pairwise(nodes)]
    whole = sum(length_m(*np.array([POINTS[a], POINTS[b]]).T) / 1_000 for a, b in steps)
    try:
        import_roads([write(folder / "x.osm.pbf", ways=ways)], folder / "data")
    except BadFile:
        total = 0.0
    else:
        total = imported_roads(folder / "data")[1]["length_km"].sum()
    assert total <= whole * (1 + 1e-9)
    if all(len(set(nodes)) == len(nodes) for nodes in chains):
        assert total == pytest.approx(whole, rel=1e-9)
