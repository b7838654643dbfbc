"""Coverage: amounts add up, reach only grows, what roads do not reach is told apart, and nobody is covered over the border."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.distances import length_m
from geodata.places.border_line import border_line
from geodata.places.corridors import load_corridors
from geodata.places.posts import load_posts
from geodata.places.sections import load_section_table
from layers.coverage.gaps import need_and_support
from layers.coverage.reach import shares, within_reach
from layers.coverage.things import corridor_things, crossing_things, line_things, seizure_things
from layers.travel.region import region_hours, region_network


@pytest.fixture(scope="module")
def line(places_cache):
    sections = load_section_table(places_cache)
    return line_things(border_line(places_cache), sections), sections


@pytest.fixture(scope="module")
def offices():
    posts = load_posts()
    return posts[posts["kind"].isin(["blo", "bcp", "outpost"]) & posts["lon"].notna()].reset_index(drop=True)


def reached(things, offices, hours=2.0, km=50.0, scenario="summer"):
    return within_reach(things, offices, region_network(), region_hours(scenario), hours, km)


def test_the_line_is_there_exactly_once_in_its_sections(line, offices):
    things, sections = line
    found = reached(things, offices)
    by_section = shares(found, by_group=True).set_index("group")["total"]
    assert by_section.to_numpy() == pytest.approx(sections.set_index("section_id").loc[by_section.index, "length_km"].to_numpy(), abs=1e-6)
    whole = shares(found).iloc[0]
    assert whole["total"] == pytest.approx(sections["length_km"].sum(), abs=1e-6)
    assert 0 < whole["share"] < 1
    assert set(found["by"]) <= {"road", "distance"}


def test_no_known_liaison_office_is_four_hours_from_the_afghan_line(line, offices):
    things, _ = line
    assert shares(reached(things, offices[offices["kind"] == "blo"], 4.0, 0.0))["within"].tolist() == [0.0]


def test_more_time_more_offices_and_summer_never_cover_less(line, offices):
    things, _ = line
    near, far = shares(reached(things, offices, 1.0)), shares(reached(things, offices, 3.0))
    assert far["within"].iloc[0] >= near["within"].iloc[0]
    fewer = shares(reached(things, offices.iloc[:4]))
    assert fewer["within"].iloc[0] <= shares(reached(things, offices))["within"].iloc[0]
    winter = shares(reached(things, offices, scenario="winter"))
    assert winter["within"].iloc[0] <= shares(reached(things, offices))["within"].iloc[0]


def test_nobody_is_covered_from_over_the_border():
    things = pd.DataFrame(
        [["crossings", "a", "", 68.606, 37.19, "TJK", 1.0], ["crossings", "b", "", 68.615, 37.181, "AFG", 1.0]],
        columns=["kind", "id", "group", "lon", "lat", "country_iso3", "amount"],
    )
    office = pd.DataFrame([["o", 68.606, 37.19, "TJK"]], columns=["id", "lon", "lat", "country_iso3"])
    found = reached(things, office, hours=0.1, km=10.0, scenario="borders-closed").set_index("id")
    assert bool(found.loc["a", "is_within"])
    assert not found.loc["b", "is_within"]


def test_what_no_road_reaches_is_decided_by_distance_and_says_so():
    far = pd.DataFrame(
        [["crossings", "glacier", "", 60.0, 60.0, "TJK", 1.0]], columns=["kind", "id", "group", "lon", "lat", "country_iso3", "amount"]
    )
    office = pd.DataFrame([["o", 60.0, 60.1, "TJK"]], columns=["id", "lon", "lat", "country_iso3"])
    found = reached(far, office)
    assert found["by"].tolist() == ["distance"]
    assert found["is_within"].tolist() == [True]
    assert found["km"].iloc[0] == pytest.approx(11.14, abs=0.05)
    assert shares(found)["by_distance"].tolist() == [1.0]
    assert not reached(far, office, km=11.0)["is_within"].any()


def test_without_any_office_nothing_is_covered(offices):
    found = reached(crossing_things(load_posts()), offices.iloc[:0])
    assert not found["is_within"].any()
    assert shares(found)["share"].tolist() == [0.0]


def test_seizures_over_cells_add_up_to_the_events_with_a_place(events_of):
    pair = {"event_id": "b", "uncertainty_m": 8_000.0, "precision_level": "place"}
    events = events_of(
        [
            {"event_id": "a"}, {**pair, "drug": "opium"}, {**pair, "drug": "hashish"},
            {"event_id": "c", "lon": None, "lat": None, "precision_level": "none"}, {"event_id": "d", "drug": None, "kind": "clash"},
        ]
    )  # fmt: skip
    things = seizure_things(events, {}, lambda lon, lat: np.full(len(lon), "TJK", object))
    assert things["amount"].sum() == pytest.approx(2.0), "two events with a place, one of them of two drugs; no clash"
    assert seizure_things(events.iloc[:0], {}, lambda lon, lat: np.zeros(0, object)).empty


def test_corridors_add_up_to_their_length():
    corridors = load_corridors()
    things = corridor_things(corridors, lambda lon, lat: np.full(len(lon), "TJK", object))
    for corridor, line in zip(corridors["corridor_id"], corridors["geometry"], strict=True):
        points = np.asarray(line.coords)
        assert things.loc[things["group"] == corridor, "amount"].sum() == pytest.approx(length_m(points[:, 0], points[:, 1]) / 1000)


@given(st.lists(st.tuples(st.floats(0, 10) | st.just(float("nan")), st.integers(0, 5)), min_size=1, max_size=30))
def test_a_gap_has_more_need_than_support_and_the_unknown_stays_unknown(rows):
    need, support = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    found = need_and_support([f"s{k}" for k in range(len(rows))], need, support)
    if np.isfinite(need).sum() < 5:
        assert (found["kind"] == "unknown").all(), "among three, one is always the last"
        return
    assert (found["kind"] == "unknown").tolist() == np.isnan(need).tolist()
    assert (found.loc[found["kind"] == "gap", "difference"] > 0).all()
    assert (found.loc[found["kind"] == "overlap", "difference"] < 0).all()
    known = found[~np.isnan(need)]
    assert known["need_rank"].between(0, 1).all()
    assert known["difference"].sum() == pytest.approx(0, abs=1e-9), "what is a gap here is an overlap there"


def test_no_support_anywhere_is_no_overlap_anywhere():
    found = need_and_support(list("abcde"), [0.0, 1.0, 9.0, 2.0, 3.0], [0] * 5)
    assert found["support_rank"].tolist() == [0.5] * 5
    assert found["kind"].tolist() == ["balanced", "balanced", "gap", "balanced", "balanced"], "nobody has too much"
