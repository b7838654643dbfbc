import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.locate import locate_events, locate_outside
from etl.parse import Context, event_table
from geodata.model import LOCATED_EVENT, SECTION_REACH_M, check

REGION = ("TJK", "AFG")


@pytest.fixture(scope="session")
def locate(gazetteer, ground):
    def locate(*asked: tuple[object, ...], region=REGION) -> pd.DataFrame:
        """Located events for (country, place_text, lon, lat, uncertainty_m); the last three may be left out."""
        rows = pd.DataFrame([(*row, *[None] * (5 - len(row))) for row in asked], columns=["country", "text", "lon", "lat", "m"])
        table = rows.assign(row_number=range(2, 2 + len(rows)))
        events = event_table(
            Context("test", "0" * 64, 2027),
            table,
            {
                "report_id": table["row_number"].astype("str"),
                "event_id": table["row_number"].astype("str"),
                "repeat_number": 1,
                "kind": "seizure",
                "date_precision": "unknown",
                "country_iso3": table["country"],
                "place_text": table["text"],
                "given_lon": table["lon"],
                "given_lat": table["lat"],
                "given_uncertainty_m": table["m"],
            },
        )
        located = locate_events(events, gazetteer, ground, region).events
        check(located, LOCATED_EVENT)
        assert located.index.equals(events.index)
        if not located["in_region"].any():
            pd.testing.assert_frame_equal(locate_outside(events), located)
        return located

    return locate


def one(located: pd.DataFrame) -> dict[str, object]:
    return {name: None if pd.isna(value) else value for name, value in located.iloc[0].items()}


@pytest.mark.parametrize(
    ("text", "level", "place_id", "rule"),
    [
        ("Panj", "district", "tj-khatlon-panj", "exact_name_district"),  # town or district: the wider is sure
        ("Panj town", "place", "tj-town-panj", "exact_name_place"),
        ("Panj district", "district", "tj-khatlon-panj", "exact_name_district"),
        ("ПЯНДЖСКИЙ  район", "district", "tj-khatlon-panj", "exact_name_district"),
        ("Panj, Panj district", "place", "tj-town-panj", "exact_part_place"),
        ("Panj border unit", "section", "sec-panj", "exact_name_section"),
        ("КПП «Нижний Пяндж»", "post", "post-poyon", "exact_name_post"),
        ("Panji Poyon, Khatlon", "post", "post-poyon", "exact_part_post"),
        ("Vose district", "district", "tj-khatlon-vose", "exact_name_district"),
        ("Khatlon province Vose district", "district", "tj-khatlon-vose", "exact_part_district"),
        ("Sogd province, Navobod", "place", "tj-village-b", "exact_part_place"),
        ("Navobod, Panj district", "place", "tj-village-a", "exact_part_place"),
        ("Navobod", "country", None, "ambiguous_name"),  # two provinces have one
        ("Chashma", "district", "tj-khatlon-panj", "ambiguous_name_district"),  # two in one district: the district is sure
        ("Dushanbe", "place", "tj-dushanbe", "exact_name_place"),
        ("Dushanbe city, Sino-1 district", "place", "tj-dushanbe", "exact_part_place"),
        ("Dushanbe, DRS", "place", "tj-dushanbe", "exact_part_place"),  # a city that is a province lies in another one
        ("Dushanbe city, Vahdat district", "place", "tj-dushanbe", "exact_part_place"),  # the city reaches to where the district begins
        ("Vose district, Sughd", "country", None, "names_disagree"),
        ("Khatlon", "province", "tj-khatlon", "exact_name_province"),
        ("Korday district", "district", "tj-town-korday", "exact_name_district"),  # only the seat is known: as wide as a district
        ("Chorsu", "country", None, "name_unknown"),
        ("", "country", None, "no_place_named"),
        (None, "country", None, "no_place_named"),
        ("city, district", "country", None, "no_place_named"),
    ],
)
def test_an_exact_name_is_found_at_the_level_that_is_sure(locate, text, level, place_id, rule):
    found = one(locate(("TJK", text)))
    assert (found["precision_level"], found["place_id"], found["locate_rule"]) == (level, place_id, rule)
    assert (found["lon"] is None) == (level == "country")
    assert (found["uncertainty_m"] is None) == (level == "country")


def test_the_reporting_country_is_a_hint_and_no_cage(locate):
    abroad = one(locate(("TJK", "Kunduz")))
    assert (abroad["place_id"], abroad["locate_rule"], abroad["locate_status"]) == ("af-kunduz", "exact_name_province; abroad", "located")
    assert one(locate(("AFG", "Kunduz")))["place_id"] == "af-kunduz"
    assert one(locate(("AFG", "Kunduz, Kunduz province")))["place_id"] == "af-town-kunduz"
    village = one(locate(("AFG", "Chashma")))  # a village of a neighbour is no more than a question
    assert (village["locate_status"], village["lon"]) == ("review", None)


def test_a_name_of_a_district_known_by_its_seat_alone_is_as_unsure_as_a_district(locate):
    assert one(locate(("TJK", "Korday")))["uncertainty_m"] == 4_000.0
    assert one(locate(("TJK", "Korday district")))["uncertainty_m"] == 40_000.0
    assert one(locate(("TJK", "Korday BCP")))["uncertainty_m"] == 20_000.0


def test_a_place_without_areas_gets_those_that_hold_it(locate):
    found = one(locate(("TJK", "Panji Poyon")))
    assert (found["district_id"], found["province_id"]) == ("tj-khatlon-panj", "tj-khatlon")


@pytest.mark.parametrize(("metres", "level"), [(1_000.0, "point"), (5_000.0, "place"), (20_000.0, "place"), (None, "place")])
def test_coordinates_are_taken_as_given_with_their_uncertainty(locate, metres, level):
    found = one(locate(("TJK", "somewhere", 69.9, 37.7, metres)))
    assert (found["lon"], found["lat"], found["precision_level"], found["locate_rule"]) == (69.9, 37.7, level, "coordinates")
    assert found["uncertainty_m"] == (metres or 20_000.0)
    assert (found["district_id"], found["province_id"]) == ("tj-khatlon-vose", "tj-khatlon")


def test_given_coordinates_are_never_widened_to_an_area_that_is_named(locate):
    district = one(locate(("TJK", "Vose district", 69.6, 37.7, 20_000.0)))
    assert (district["precision_level"], district["uncertainty_m"], district["place_id"]) == ("place", 20_000.0, "tj-khatlon-vose")
    province = one(locate(("TJK", "Khatlon", 69.6, 37.7, 20_000.0)))
    assert (province["precision_level"], province["uncertainty_m"], province["province_id"]) == ("place", 20_000.0, "tj-khatlon")
    vague = one(locate(("TJK", "Panj district", 69.1, 37.6, 20_000.0)))  # the district is no wider than the circle
    assert (vague["precision_level"], vague["uncertainty_m"]) == ("district", 20_000.0)
    both = one(locate(("TJK", "Panji Poyon post, Khatlon border unit", 69.1, 37.55, 20_000.0)))
    assert (both["uncertainty_m"], both["precision_level"], both["section_id"]) == (20_000.0, "post", "sec-panj")
    sharp = one(locate(("TJK", "Vose district", 69.6, 37.7, 1_000.0)))
    assert (sharp["precision_level"], sharp["uncertainty_m"], sharp["place_id"]) == ("point", 1_000.0, "tj-khatlon-vose")
    unclear = one(locate(("TJK", "a cave, Vose district", 69.6, 37.7, 20_000.0)))
    assert (unclear["precision_level"], unclear["uncertainty_m"]) == ("place", 20_000.0)


@pytest.mark.parametrize(
    ("lon", "lat", "note"),
    [
        (37.7, 69.6, "coordinates_swapped"),
        (369.6, 37.7, "coordinates_impossible"),
        (69.6, -97.7, "coordinates_impossible"),
        (0.0, 0.0, "coordinates_impossible"),
        (30.0, 50.0, "coordinates_far_outside_country"),
        (69.6, 36.5, "coordinates_far_outside_country"),
        (69.6, None, "coordinates_incomplete"),
    ],
)
def test_coordinates_that_cannot_be_true_are_flagged_and_the_name_is_used(locate, lon, lat, note):
    found = one(locate(("TJK", "Vose district", lon, lat, 1_000.0)))
    assert (found["place_id"], found["locate_rule"]) == ("tj-khatlon-vose", f"exact_name_district; {note}")
    lost = one(locate(("TJK", None, lon, lat, 1_000.0)))
    assert (lost["precision_level"], lost["lon"], lost["locate_rule"]) == ("country", None, f"no_place_named; {note}")


def test_a_position_estimated_a_little_over_the_border_stays_with_its_country(locate):
    found = one(locate(("TJK", None, 69.6, 37.4, 20_000.0)))
    assert (found["locate_rule"], found["district_id"]) == ("coordinates", "tj-khatlon-vose")


def test_words_that_speak_of_another_place_than_the_coordinates_do_not_count(locate):
    found = one(locate(("TJK", "Khatlon", 69.6, 40.5, 5_000.0)))
    assert (found["place_id"], found["province_id"]) == (None, "tj-sughd")


def test_an_event_belongs_to_a_section_only_near_the_line_and_when_sure_enough(locate):
    near, east, far, vague, wide, other = (
        row
        for _, row in locate(
            ("TJK", None, 68.5, 37.6, 1_000.0),
            ("AFG", None, 70.2, 37.4, 1_000.0),
            ("TJK", None, 68.5, 37.9, 1_000.0),
            ("TJK", None, 68.5, 37.6, 30_000.0),
            ("TJK", "Khatlon"),
            ("UZB", None, 68.5, 37.6, 1_000.0),
        ).iterrows()
    )
    assert (near["section_id"], east["section_id"]) == ("sec-west", "sec-east")
    assert 0 < near["chainage_km"] < east["chainage_km"]
    for row in (far, vague, wide, other):
        assert pd.isna(row["section_id"])
        assert pd.isna(row["chainage_km"])


@pytest.mark.parametrize(
    ("text", "lon", "section"),
    [
        ("Panj stretch", 68.5, "sec-panj"),  # though the point is nearest to another
        ("Navobod village, Panj district", 69.8, "sec-panj"),  # the village is known better than the point
        ("Panj district", 69.6, "sec-panj"),
        ("Vose district", 69.6, None),  # no section is of that district
        ("somewhere", 69.6, "sec-east"),
        ("Panj and Vose districts", 69.6, None),
        ("Khatlon", 69.6, "sec-east"),
    ],
)
def test_a_section_or_district_that_is_named_is_stronger_than_the_nearest_section(locate, text, lon, section):
    found = one(locate(("TJK", text, lon, 37.6, 20_000.0)))
    assert found["section_id"] == section
    assert (found["chainage_km"] is None) == (section is None)


@pytest.mark.parametrize(
    "text", ["Panj and Vose districts", "Panj to Vose", "Panj – Vose road", "Panj/Vose", "Panj и Vose", "Panj district, Vose district"]
)
def test_words_that_name_two_places_give_no_more_than_what_the_places_share(locate, text):
    found = one(locate(("TJK", text, 69.4, 37.6, 20_000.0)))
    assert (found["lon"], found["uncertainty_m"], found["district_id"], found["section_id"]) == (69.4, 20_000.0, None, None)
    assert found["province_id"] == "tj-khatlon"
    named = one(locate(("TJK", text)))
    assert (named["precision_level"], named["place_id"], named["section_id"]) == ("province", "tj-khatlon", None)


def test_a_place_that_another_is_near_to_is_not_where_it_happened(locate):
    assert one(locate(("TJK", "Vose district, near Dushanbe", 69.6, 37.7, 20_000.0)))["district_id"] == "tj-khatlon-vose"


def test_a_named_place_outside_the_given_circle_is_stronger_when_it_is_known_no_worse(locate):
    away = one(locate(("TJK", "Navobod village, Panj district", 69.5, 37.62, 20_000.0)))  # 34 km away
    assert (away["lon"], away["lat"], away["uncertainty_m"], away["place_id"]) == (69.12, 37.62, 2_000.0, "tj-village-a")
    assert away["locate_rule"] == "exact_part_place; named_place_outside_circle"
    inside = one(locate(("TJK", "Navobod village, Panj district", 69.2, 37.62, 20_000.0)))
    assert (inside["lon"], inside["uncertainty_m"], inside["locate_rule"]) == (69.2, 20_000.0, "coordinates")
    sharp = one(locate(("TJK", "Navobod village, Panj district", 69.2, 37.62, 500.0)))  # a circle sharper than the village
    assert (sharp["lon"], sharp["locate_rule"]) == (69.2, "coordinates; named_place_outside_circle")
    assert 7_000 < sharp["uncertainty_m"] < 7_100, "both are inside"


def test_an_event_outside_the_region_keeps_its_country_and_has_no_point(locate):
    found = one(locate(("RUS", "Panj", 69.1, 37.6, 1_000.0)))
    assert (found["in_region"], found["precision_level"], found["locate_rule"]) == (False, "country", "outside_region")
    assert all(
        found[name] is None
        for name in ("lon", "lat", "uncertainty_m", "place_id", "district_id", "province_id", "section_id", "chainage_km")
    )


def test_the_region_is_a_setting(locate):
    assert one(locate(("TJK", "Panj"), region=("AFG",)))["locate_rule"] == "outside_region"


words = st.lists(
    st.sampled_from(["Panj", "Vose", "Khatlon", "Navobod", "district", "province", "Dushanbe", "city", "x", ",", "Sughd", "post"]),
    max_size=6,
)
degrees = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.floats(30, 75)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(
    st.lists(
        st.tuples(st.sampled_from(["TJK", "AFG", "RUS"]), words.map(" ".join), degrees, degrees, st.sampled_from([None, 1e3, 2e4])),
        max_size=8,
    )
)
def test_every_event_gets_a_level_a_rule_and_an_uncertainty_and_the_same_answer_alone_or_in_company(locate, asked):
    if not asked:
        return
    located = locate(*asked)
    has_point = located["lon"].notna()
    assert (has_point == located["uncertainty_m"].gt(0)).all()
    assert (has_point == ~located["precision_level"].isin(["country", "none"])).all()
    assert located["locate_rule"].str.len().gt(0).all()
    assert (located["province_id"].notna() | ~has_point).all()
    said = located["precision_level"] == "section"
    assert located.loc[located["section_id"].notna() & ~said, "uncertainty_m"].le(SECTION_REACH_M).all()
    alone = pd.concat([locate(row) for row in asked], ignore_index=True)
    pd.testing.assert_frame_equal(
        located.drop(columns=["report_id", "event_id", "row_number"]).reset_index(drop=True),
        alone.drop(columns=["report_id", "event_id", "row_number"]),
    )
    assert np.isfinite(located.loc[has_point, ["lon", "lat"]].to_numpy(float)).all()
