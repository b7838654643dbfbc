"""Pairs: who faces whom across the border, on the region's own roads, and why."""

import numpy as np
import pytest

from geodata.places.districts import load_districts
from geodata.places.facing import facing_posts
from geodata.places.posts import load_posts
from layers.planning.pairs import pairs_of, without_bystanders
from layers.planning.question import PlanningError, Question
from layers.planning.sites import refuse_islands, sites_of
from layers.travel.region import region_hours, region_network


def found(scenario="summer", **more):
    question = Question("x", two_sided=True, scenario=scenario, **more)
    sites = sites_of(question, load_posts(), load_districts())
    sites = sites._replace(excluded={sites.table["id"].tolist().index(id): reason for id, reason in question.excluded.items()})
    return question, sites, pairs_of(question, sites, region_network(), region_hours(scenario), facing_posts())


def ids(sites, pairs):
    return {frozenset(sites.table["id"].iloc[list(pair.rows)]) for pair in pairs}


def test_posts_that_the_table_names_as_counterparts_face_each_other():
    assert ("bcp-panji-poyon", "bcp-sherkhan-bandar") in facing_posts()
    assert len(facing_posts()) == len({frozenset(pair) for pair in facing_posts()})
    posts = load_posts().set_index("id")
    for a, b in facing_posts():
        assert posts.loc[a, "country_iso3"] == posts.loc[b, "neighbour_iso3"] != posts.loc[b, "country_iso3"]


def test_every_pair_has_two_countries_and_lies_at_its_crossing():
    question, sites, pairs = found()
    table = sites.table
    assert frozenset({"bcp-panji-poyon", "bcp-sherkhan-bandar"}) in ids(sites, pairs)
    assert frozenset({"bcp-ishkashim", "af-badakhshan-ishkashim"}) in ids(sites, pairs)
    assert len(ids(sites, pairs)) == len(pairs)
    for pair in pairs:
        assert {*table["country_iso3"].iloc[list(pair.rows)]} == {"TJK", "AFG"}
        assert pair.basis == "counterpart" or max(pair.hours) <= question.pair_hours
        assert pair.rows[0] < pair.rows[1] and pair.rows[1] >= sites.n_existing


def test_wider_hours_find_more_pairs_and_the_same_ones():
    few, many = ids(*found(pair_hours=0.3)[1:]), ids(*found(pair_hours=1.5)[1:])
    assert few < many


def test_a_crossing_that_is_closed_makes_no_pair_but_a_counterpart_does():
    _, sites, pairs = found("borders-closed")
    assert {pair.basis for pair in pairs} == {"counterpart"}
    assert ids(sites, pairs) < ids(*found()[1:])


def test_who_is_excluded_faces_nobody():
    _, sites, pairs = found(excluded={"bcp-panji-poyon": "flood"})
    assert not any("bcp-panji-poyon" in pair for pair in ids(sites, pairs))


def test_bystanders_of_the_other_side_are_no_sites_and_nothing_else_changes():
    question, sites, pairs = found(
        excluded={"af-kunduz-kunduz": "no"} if "af-kunduz-kunduz" in set(load_districts()["district_id"]) else {}
    )
    left, same = without_bystanders(question, sites, pairs)
    assert ids(left, same) == ids(sites, pairs) and [pair.hours for pair in same] == [pair.hours for pair in pairs]
    assert len(left.table) < len(sites.table) and left.n_existing == sites.n_existing
    assert [left.table["id"].iloc[row] for row in left.excluded] == [sites.table["id"].iloc[row] for row in sites.excluded]
    other = ~left.table["country_iso3"].isin(question.countries).to_numpy()
    other[: left.n_existing] = False
    assert set(np.flatnonzero(other)) <= {row for pair in same for row in pair.rows} | set(left.excluded)
    refuse_islands(region_network(), left)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"facing": ("CHN",)}, "two_sided finds no pair: no two candidates of TJK, CHN lie within 1 h"),
        ({"locked": ("tj-sughd-panjakent",)}, "locked names 'tj-sughd-panjakent', which faces nobody"),
    ],
)
def test_what_faces_nobody_is_one_sentence(more, said):
    with pytest.raises(PlanningError, match=said):
        found(**more)


def test_a_candidate_without_a_road_is_named_and_may_be_excluded():
    question = Question("x", countries=("AFG",), candidates=("district_seat",))
    sites = sites_of(question, load_posts(), load_districts())
    with pytest.raises(PlanningError, match=r"^af-\S+ \(.+\) is an island: no road of AFG within 60 km\. Exclude it with a reason"):
        refuse_islands(region_network(), sites)
    islands = [row for row, id in enumerate(sites.table["id"]) if id in ("af-faryab-kohistan-faryab", "af-jowzjan-khamyab")]
    refuse_islands(region_network(), sites._replace(excluded=dict.fromkeys(islands, "no road")))
