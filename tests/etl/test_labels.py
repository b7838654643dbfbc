"""The locator beside labels written by hand: real place strings, each script apart; tests/labels/README.md says what is right."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest

from geodata.places.districts import load_districts, load_provinces
from tests.labels.asking import ASKED, Rows, ask, facts_of, judged_half
from tests.labels.judging import (
    HALVES,
    LABEL_WIDTH,
    Judged,
    PlaceFacts,
    Row,
    by,
    confident_rights,
    confident_share,
    hits,
    judge,
    labels,
    report,
)

ANSWER_COLUMNS = ["status", "lon", "lat", "uncertainty_m", "precision", "place_id", "rule", "score"]


@pytest.fixture(scope="module")
def facts(places_cache: Path) -> Mapping[str, PlaceFacts]:
    return facts_of(places_cache)


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> dict[str, Rows]:
    folder = tmp_path_factory.mktemp("labels")
    shutil.copytree(places_cache, folder / "data" / "cache")
    return {half: ask(labels(half), folder, folder / "data") for half in HALVES}


@pytest.fixture(scope="module")
def judged(answered: dict[str, Rows], facts: Mapping[str, PlaceFacts]) -> dict[str, list[Judged]]:
    return {half: judged_half(half, answered[half], facts.get) for half in HALVES}


def test_answers_come_in_the_order_of_the_questions_with_every_column(answered):
    for half in HALVES:
        assert [[row[name] for name in ASKED] for row in answered[half]] == [[row[name] for name in ASKED] for row in labels(half)]
        assert [name for name in ANSWER_COLUMNS if name not in answered[half][0]] == []
        assert {row["status"] for row in answered[half]} <= {"located", "review", "unlocated"}


def test_a_review_still_gives_the_best_candidates_position(answered):
    reviews = [row for half in HALVES for row in answered[half] if row["status"] == "review"]
    assert reviews and [row["query"] for row in reviews if not (row["lon"] and row["lat"])] == []


def test_at_least_95_of_100_strings_that_nobody_tuned_on_are_placed_in_the_right_district(judged):
    assert hits(judged["held"]).percent >= 95, report(judged["held"], "held")


def test_at_least_97_of_100_confident_answers_to_strings_that_nobody_tuned_on_are_right(judged):
    assert confident_rights(judged["held"]).percent >= 97, report(judged["held"], "held")


def test_the_locator_is_confident_about_most_strings(judged):
    """Sending everything to review would keep every other promise."""
    assert confident_share(judged["held"]).percent >= 80, report(judged["held"], "held")


@pytest.mark.parametrize("script", ["arabic", "cyrillic", "latin"])
def test_no_script_is_left_behind(judged, script):
    mine = by(judged["tune"] + judged["held"], "script")[script]
    assert hits(mine).percent >= 90 and confident_rights(mine).percent >= 95, report(mine, script)


def test_the_two_halves_are_many_distinct_strings_of_every_script_and_country():
    both = pd.DataFrame([*labels("tune"), *labels("held")])
    assert not both.duplicated(ASKED).any()
    for half in HALVES:
        mine = pd.DataFrame(labels(half))
        assert len(mine) >= 200
        assert (mine.groupby("script").size()[["arabic", "cyrillic", "latin"]] >= 30).all()
        assert (mine.groupby("country").size()[["TJK", "AFG", "UZB", "KGZ", "KAZ", "TKM"]] >= 25).all()
    assert (both["origin"].isin(["ids", "press"])).sum() >= 300


def test_every_label_says_what_is_certain_and_who_says_so():
    districts, provinces = load_districts().set_index("district_id"), set(load_provinces()["province_id"])
    for label in [*labels("tune"), *labels("held")]:
        width = LABEL_WIDTH[label["known_to"]]
        assert label["position_source"], label
        if width < LABEL_WIDTH["none"]:
            assert float(label["radius_km"]) > 0 and -180 <= float(label["lon"]) <= 180 and -90 <= float(label["lat"]) <= 90, label
        assert label["province_id"] in provinces | {""}, label
        if label["district_id"]:
            assert districts.loc[label["district_id"], "province_id"] == label["province_id"], label


def a_label(**other: str) -> Row:
    return {
        "query": "Panj", "country": "TJK", "right_country": "TJK", "known_to": "district", "province_id": "tj-khatlon",
        "district_id": "tj-khatlon-panj", "lon": "69.1", "lat": "37.24", "radius_km": "35", "whole": "", "ambiguous": "",
        "other_lon": "", "other_lat": "", "other_radius_km": "", "script": "latin",
    } | other  # fmt: skip


def an_answer(**other: str) -> Row:
    return {
        "status": "located", "lon": "69.1", "lat": "37.24", "uncertainty_m": "20000", "precision": "district", "place_id": "panj",
    } | other  # fmt: skip


WORLD = {
    "panj": PlaceFacts("TJK", "tj-khatlon", "tj-khatlon-panj"),
    "farkhor": PlaceFacts("TJK", "tj-khatlon", "tj-khatlon-farkhor"),
    "khatlon": PlaceFacts("TJK", "tj-khatlon", ""),
    "sughd": PlaceFacts("TJK", "tj-sughd", ""),
    "afghanistan": PlaceFacts("AFG", "", ""),
}

PROVINCE = {"known_to": "province", "district_id": "", "lon": "69.2", "lat": "37.9", "radius_km": "140"}
TWO = {"ambiguous": "yes", "known_to": "district", "other_lon": "69.4", "other_lat": "37.5", "other_radius_km": "15"}


@pytest.mark.parametrize(
    ("what", "label", "answer", "right", "hit"),
    [
        ("the district itself", {}, {}, True, True),
        ("the next district", {}, {"place_id": "farkhor", "lon": "69.4", "lat": "37.49"}, False, False),
        ("the next district, whose middle is near", {}, {"place_id": "farkhor"}, False, False),
        ("a village in it", {}, {"precision": "place"}, True, True),
        ("a point of an unknown id, near", {}, {"precision": "near", "place_id": "?"}, True, True),
        ("a point of an unknown id, far", {}, {"precision": "near", "place_id": "?", "lat": "38.5"}, False, False),
        ("its province: true, but no district", {}, {"precision": "province", "place_id": "khatlon"}, True, False),
        ("another province", {}, {"precision": "province", "place_id": "sughd", "lat": "40.2"}, False, False),
        ("nothing", {}, {"status": "unlocated", "precision": "none", "lon": "", "lat": ""}, True, False),
        ("another country", {}, {"precision": "country", "place_id": "afghanistan"}, False, False),
        ("the province asked for", PROVINCE, {"precision": "province", "place_id": "khatlon"}, True, True),
        ("a place in it, where only the province is certain", PROVINCE, {"precision": "place"}, True, True),
        ("a place in it, where the words mean all of it", PROVINCE | {"whole": "yes"}, {"precision": "place"}, False, False),
        ("one of two readings", TWO, {"place_id": "farkhor", "lon": "69.4", "lat": "37.5"}, True, None),
        ("a third reading", TWO, {"place_id": "?", "lon": "70.4", "lat": "38.5"}, False, None),
        ("a guess where nothing is certain", {"ambiguous": "yes", "known_to": "country"}, {}, False, None),
        ("a point for words without a place", {"known_to": "none"}, {}, False, None),
    ],
)  # fmt: skip
def test_the_judge_knows_right_from_wrong(what, label, answer, right, hit):
    found = judge(a_label(**label), an_answer(**answer), WORLD.get)
    assert (found.right, found.hit) == (right, hit), what


def test_a_review_counts_as_a_hit_by_its_best_candidate_and_never_as_confident():
    found = judge(a_label(), an_answer(status="review"), WORLD.get)
    assert found.hit and not found.confident
    assert confident_rights([found]).of == 0
