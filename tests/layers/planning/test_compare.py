"""Two kept plans in numbers: what one change costs."""

import dataclasses
import json

import pytest

from layers.planning.answer import answer
from layers.planning.compare import compare
from layers.planning.saved import as_bytes, as_geojson, as_record
from tests.layers.planning.asking import asked, nobody_hears


def kept(**more):
    found = answer(*asked(**more), nobody_hears)
    return found, (json.loads(as_bytes(as_record(found, {"store": "v"}))), json.loads(as_bytes(as_geojson(found))))


def test_a_plan_beside_itself_differs_in_nothing():
    found, plan = kept()
    same = compare(plan, plan)
    assert same.only == ((), ()) and same.question == () and same.adds == 0
    assert same.crossed[0].points == pytest.approx(found.recorded.objective) == pytest.approx(same.own[0].points)
    assert same.crossed[0].unknown == 0


def test_more_offices_cover_more_and_the_change_is_named():
    (_, one), (more, other) = kept(), kept(new=4)
    found = compare(one, other)
    assert found.question == (("new", 2, 4),) and found.adds > 0
    assert set(found.both) | set(found.only[1]) == set(other[0]["recorded"]["new"])
    # Both have the same demand: what the few cover of it is what they cover of their own.
    assert found.crossed[0].points == pytest.approx(found.own[0].points)
    assert found.crossed[1].points == pytest.approx(more.recorded.objective)


def test_places_that_only_one_plan_knows_are_told_apart():
    (_, one), (_, other) = kept(), kept()
    for place in [one for one in other[1]["features"] if one["properties"]["role"] == "demand"][:5]:
        place["properties"]["id"] = f"new-{place['properties']['id']}"
    lost = sum(one["properties"]["points"] for one in other[1]["features"] if str(one["properties"]["id"]).startswith("new-"))
    assert compare(one, other).crossed[0].unknown == pytest.approx(lost)


def test_the_map_says_how_far_it_was_and_is_and_by_whom():
    question, sites, demand, hours = asked()
    found = answer(dataclasses.replace(question, model="p_median"), sites, demand, hours, nobody_hears)
    drawn = as_geojson(found)["features"]
    places = [one["properties"] for one in drawn if one["properties"]["role"] == "demand"]
    assert all(one["hours"] is None or one["hours"] <= one["hours_before"] for one in places)
    assert all((one["served_by"] is not None) == (one["hours"] is not None and one["hours"] <= question.hours) for one in places)
    standing = [one["properties"]["id"] for one in drawn if one["properties"]["role"] == "existing"]
    assert standing == ["s0", "s1"]
    roles = {one["properties"]["id"]: one["properties"] for one in drawn}
    names = sites.table["id"]
    assert all(roles[names.iloc[site]]["in_corrected"] for site in found.presence.sites)
    assert all(roles[names.iloc[site]]["role"] == "new" for site in found.new_sites(found.recorded))
