"""Boundary, sections, posts and corridors: what is recorded on them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString

from layers import boundary, corridors, posts, sections
from layers.base import Period, keys_only

SECTIONS = pd.DataFrame(
    {
        "section_id": ["sec-01", "sec-02", "sec-03"],
        "name_en": ["West", "Middle", "East"],
        "length_km": [10.0, 40.0, 100.0],
        "geometry": [LineString([(68, 37), (69, 37)]), LineString([(69, 37), (70, 37)]), LineString([(70, 37), (71, 37)])],
    }
)
POSTS = pd.DataFrame(
    {
        "id": ["bcp-a", "blo-a", "op-b", "op-nowhere"],
        "name_en": ["A", "A office", "B", "Nowhere"],
        "kind": ["bcp", "blo", "outpost", "outpost"],
        "status": ["open", "open", "unknown", "closed"],
        "lon": [69.0, 69.01, 70.0, np.nan],
        "lat": [37.5, 37.5, 37.5, np.nan],
    }
)
CORRIDORS = pd.DataFrame(
    {
        "corridor_id": ["C01", "C02", "C03"],
        "certainty": ["supported", "author_reading", "weak"],
        "geometry": [LineString([(68, 37.5), (70, 37.5)]), LineString([(68, 37.55), (70, 37.55)]), LineString([(75, 40), (76, 41)])],
    }
)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(["sec-01", "sec-02", "sec-03", "sec-99", None]),
        st.sampled_from([100.0, 6e3, 3e4]),
        st.floats(0, 9),
    ),
    max_size=20,
)


@given(EVENTS)
def test_sections_equal_a_count_by_hand(events_of, drawn):
    rows = [{"event_id": f"e{e}", "section_id": section, "uncertainty_m": u, "weight_kg": kg} for e, section, u, kg in drawn]
    firsts = {row["event_id"]: row for row in reversed(rows)}
    table = sections.build(SECTIONS, events_of(rows), None, keys_only).table
    for _, section in table.iterrows():
        here = [row for row in firsts.values() if row["section_id"] == section["section_id"]]
        kg = sum(row["weight_kg"] for row in rows if firsts[row["event_id"]] in here)
        unsure = sum(row["uncertainty_m"] > section["length_km"] * 500 for row in here)
        assert (section["n"], section["n_unsure"]) == (len(here), unsure)
        assert section["weight_kg"] == pytest.approx(kg)
        assert section["n_per_km"] == pytest.approx(len(here) / section["length_km"])
        assert section["share_unsure"] == pytest.approx(unsure / len(here)) if here else np.isnan(section["share_unsure"])


def test_sections_keep_their_order_geometry_and_period(events_of):
    layer = sections.build(
        SECTIONS, events_of([{"section_id": "sec-02"}, {"section_id": "sec-03"}]), Period("2018-01", "2018-03"), keys_only
    )
    assert layer.table["section_id"].tolist() == SECTIONS["section_id"].tolist()
    assert (layer.n, layer.period, layer.table["geometry"].tolist()) == (2, Period("2018-01", "2018-03"), SECTIONS["geometry"].tolist())


@pytest.mark.parametrize(("build", "things"), [(sections.build, SECTIONS), (posts.build, POSTS), (corridors.build, CORRIDORS)])
def test_those_who_may_not_see_events_get_no_counts_at_all(build, things):
    assert not {"n", "weight_kg", "n_unsure", "share_unsure", "n_per_km"} & set(build(things, None, None, keys_only).table.columns)


@pytest.mark.parametrize(("build", "things"), [(sections.build, SECTIONS), (posts.build, POSTS), (corridors.build, CORRIDORS)])
def test_without_events_everything_stands_at_zero(events_of, build, things):
    assert build(things, events_of([]), None, keys_only).table["n"].sum() == 0


def test_a_post_counts_events_that_name_it_and_sharp_ones_beside_it(events_of):
    events = events_of(
        [
            {"place_id": "op-b", "lon": 70.3, "lat": 37.5, "uncertainty_m": 20_000.0},  # names B, however vague
            {"lon": 70.0, "lat": 37.52, "uncertainty_m": 5_000.0},  # 2 km from B
            {"lon": 70.0, "lat": 37.52, "uncertainty_m": 5_100.0},  # too vague
            {"lon": 70.0, "lat": 37.56, "uncertainty_m": 100.0},  # 6.7 km away
            {"place_id": "bcp-a", "lon": 69.0, "lat": 37.5, "uncertainty_m": 500.0},  # names A and lies beside its office
            {"place_id": "op-nowhere", "lon": None, "lat": None, "uncertainty_m": None, "precision_level": "country"},
        ]
    )
    counts = posts.count(POSTS, events)
    assert counts["n"].tolist() == [1, 1, 2, 1]
    assert counts["n_unsure"].tolist() == [0, 1, 1, 0]


def test_posts_without_a_position_are_not_drawn_but_counted(events_of):
    layer = posts.build(POSTS, events_of([]), None, keys_only)
    assert layer.table["id"].tolist() == ["bcp-a", "blo-a", "op-b"]
    assert (layer.n, layer.details["unplaced"]) == (3, 1)


def test_the_legend_of_posts_names_only_what_is_there():
    legend = dict(posts.build(POSTS, None, None, keys_only).legend)
    assert list(legend) == ["bcp", "outpost", "blo", "open", "closed", "unknown"]
    assert legend["blo"] == "post_kind.blo"


def test_a_corridor_carries_what_was_recorded_along_it_and_says_the_rule(events_of):
    events = events_of(
        [
            {"lon": 69.0, "lat": 37.6, "uncertainty_m": 0.0},  # 11 km from C01, 6 km from C02
            {"lon": 69.0, "lat": 37.85, "uncertainty_m": 20_000.0},  # 39 km from C01, 33 km from C02
            {"lon": 69.0, "lat": 37.85, "uncertainty_m": 0.0},
            {"lon": 69.0, "lat": 37.5, "uncertainty_m": 80_000.0},  # a whole province
        ]
    )
    layer = corridors.build(CORRIDORS, events, None, keys_only)
    assert layer.table["n"].tolist() == [1, 2, 0]
    assert layer.table["n_unsure"].tolist() == [0, 1, 0]
    assert layer.n == 2
    assert layer.details == {"reach_m": 15_000.0, "vaguest_m": 25_000.0, "rule": "rule.corridors", "too_vague": 1, "without_point": 0}


def test_a_corridor_that_no_text_supports_is_dashed():
    assert corridors.build(CORRIDORS, None, None, keys_only).table["is_dashed"].tolist() == [False, True, True]


@settings(max_examples=50)
@given(st.lists(st.tuples(st.floats(68, 71), st.floats(37, 38), st.sampled_from([100.0, 2e4])), max_size=15), st.data())
def test_what_was_prepared_once_gives_the_same_counts_under_every_filter(events_of, drawn, data):
    events = events_of([{"lon": lon, "lat": lat, "uncertainty_m": u, "event_id": f"e{i // 2}"} for i, (lon, lat, u) in enumerate(drawn)])
    keep = np.array(data.draw(st.lists(st.booleans(), min_size=len(events), max_size=len(events))), bool)
    some = events[keep]
    for module, things in ((posts, POSTS), (corridors, CORRIDORS)):
        fresh = module.build(things, some, None, keys_only)
        reused = module.build(things, some, None, keys_only, module.near(things, events))
        pd.testing.assert_frame_equal(fresh.table, reused.table)
        assert (fresh.n, fresh.details) == (reused.n, reused.details)


def test_the_boundary_is_one_line_with_its_length_over_the_ground():
    layer = boundary.build(LineString([(68, 37), (69, 37)]), keys_only)
    assert layer.table["length_km"].tolist() == [pytest.approx(89.0, abs=0.1)]
    assert (layer.shape, layer.n) == ("line", 1)
