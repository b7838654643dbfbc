"""What is left for a person: the questions, what a decision does, and a pin."""

import json

import pandas as pd
import pytest

from etl.decided import place_at
from etl.locate import locate_events
from etl.parse import Context, event_table
from etl.questions import COLUMNS
from geodata.model import LOCATED_EVENT, check

REGION = ("TJK", "AFG")


@pytest.fixture
def located(gazetteer, ground):
    def located(*texts: str, country="TJK", decisions=None, point=(None, None)):
        table = pd.DataFrame({"text": texts, "row_number": range(2, 2 + len(texts))})
        ids = table["row_number"].astype("str")
        given = {
            "report_id": ids, "event_id": ids, "repeat_number": 1, "kind": "seizure", "date_precision": "unknown", "country_iso3": country,
            "place_text": table["text"], "given_lon": point[0], "given_lat": point[1], "given_uncertainty_m": None,
        }  # fmt: skip
        events = event_table(Context("test", "0" * 64, 2027), table, given)
        found = locate_events(events, gazetteer, ground, REGION, decisions)
        check(found.events, LOCATED_EVENT)
        return found

    return located


def test_only_what_is_not_sure_is_asked_once_for_all_its_rows(located):
    found = located("Navobod", "navobod ", "Panj district", "Qqqq", "Panj district", "Navobod", "")
    review = found.review
    assert tuple(review.columns) == COLUMNS
    assert review[["place_key", "rows"]].to_numpy().tolist() == [["navobod", 3], ["qqqq", 1]]
    assert found.events["locate_status"].tolist() == ["review", "review", "located", "unlocated", "located", "review", "unlocated"]
    assert found.events.loc[found.events["locate_status"] != "located", "lon"].isna().all(), "what is not sure gets no point"


def test_a_question_has_complete_candidates_the_likeliest_first(located):
    candidates = json.loads(located("Navobod").review["candidates"].iloc[0])
    assert {each["place_id"] for each in candidates} == {"tj-village-a", "tj-village-b"}
    for each in candidates:
        assert each["lon"] and each["lat"] and each["uncertainty_m"] > 0 and each["province_id"]
        assert 0 <= each["score"] <= 1
    assert [each["score"] for each in candidates] == sorted((each["score"] for each in candidates), reverse=True)
    near = next(each for each in candidates if each["place_id"] == "tj-village-a")
    assert near["section_id"] == "sec-panj" and near["chainage_km"] > 0


def test_a_decision_is_used_for_every_row_of_its_words_and_nothing_else(located):
    candidates = json.loads(located("Navobod").review["candidates"].iloc[0])
    found = located("Navobod", "NAVOBOD", "Vose district", decisions={("TJK", "navobod"): candidates[1]})
    rows = found.events
    assert rows["place_id"].tolist() == [candidates[1]["place_id"]] * 2 + ["tj-khatlon-vose"]
    assert rows["locate_rule"].tolist() == ["decided", "decided", "exact_name_district"]
    assert rows["locate_status"].tolist() == ["located"] * 3
    assert found.review.empty
    other = located("Navobod", country="AFG", decisions={("TJK", "navobod"): candidates[1]})
    assert other.events["locate_rule"].iloc[0] != "decided"


def test_words_that_a_person_called_no_place_are_not_asked_again(located):
    found = located("Qqqq", decisions={("TJK", "qqqq"): {"verdict": "not_a_place"}})
    assert found.events[["locate_status", "locate_rule", "precision_level"]].iloc[0].tolist() == ["unlocated", "not_a_place", "country"]
    assert found.review.empty


def test_given_coordinates_are_stronger_than_what_was_decided_about_the_words(located):
    decision = {"lon": 69.6, "lat": 40.3, "uncertainty_m": 2_000.0, "precision_level": "place"}
    row = located("Navobod", decisions={("TJK", "navobod"): decision}, point=(69.1, 37.7)).events.iloc[0]
    assert (row["lon"], row["locate_rule"]) == (69.1, "coordinates")


def test_a_pin_gets_the_areas_in_which_it_lies(located, ground):
    pin = place_at(69.1, 37.6, 500.0, "TJK", ground)
    assert (pin["district_id"], pin["province_id"], pin["section_id"]) == ("tj-khatlon-panj", "tj-khatlon", "sec-panj")
    beyond = place_at(69.1, 36.7, 500.0, "TJK", ground)  # clearly on the other side
    assert beyond["province_id"] == "af-kunduz"
    row = located("Qqqq", decisions={("TJK", "qqqq"): pin}).events.iloc[0]
    assert (row["locate_rule"], row["precision_level"], row["section_id"], row["locate_status"]) == ("pin", "point", "sec-panj", "located")
    assert (row["lon"], row["lat"], row["uncertainty_m"]) == (69.1, 37.6, 500.0)


def test_a_pin_without_its_areas_is_completed(located):
    pin = {"lon": 69.1, "lat": 37.6, "uncertainty_m": 500.0, "precision_level": "point", "locate_rule": "pin", "name": "here"}
    row = located("Qqqq", decisions={("TJK", "qqqq"): pin}).events.iloc[0]
    assert (row["district_id"], row["section_id"]) == ("tj-khatlon-panj", "sec-panj")
