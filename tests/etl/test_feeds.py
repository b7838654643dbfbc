"""Real lines of the sources (shortened), and what they become."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

from etl.feeds import FEEDS
from etl.parse import REASONS, Context, Parsed
from etl.reading import read_table
from geodata.feeds import FEEDS as FACTS
from geodata.feeds import not_in_this_file
from geodata.model import EVENT, NATIONAL_TOTAL, check

PRESS = {
    "event_id": "R001", "date": "2018-04-16", "date_precision": "d",
    "location_text": '"Hamadoni" border unit, Khatlon', "country_iso3": "TJK",
    "lon": "69.65", "lat": "37.55", "coord_precision": "~20km", "drug": "cannabis", "quantity_kg": "20",
    "agency": "Border Troops SCNS; SCNS",
    "transport_mode": "foot/river", "concealment": "cache", "event_type": "seizure", "year_guess": "", "source_kind": "press",
    "note": "more than 20 kg cannabis left behind, about 5 kg heroin in cache", "source_url": "http://www.news.tj/ru/node/253450",
}  # fmt: skip
IDS = {
    "REGION": "Asia", "SUBREGION": "Central Asia", "COUNTRY": "Tajikistan", "ADMINISTRATIVE_DIVISION": "",
    "PLACE": "Kurgan-Tyube City, Khatlon",
    "SEIZURE_DATE": "2011-03-14", "DRUG_NAME": "Heroin", "AMOUNT": "490.0", "DRUG_UNIT": "Gram", "HIDING_PLACE": "Baggage",
    "INSTALLATION": "Frontier", "TRANSPORT": "Private road", "PRODUCING_COUNTRY": "Afghanistan", "DEPARTURE_COUNTRY": "Unknown",
    "DESTINATION_COUNTRY": "Multiple Countries", "ROUTING": "Border - inbound",
}  # fmt: skip
TOTAL = {
    "country_iso3": "TJK",
    "year": "2016",
    "drug": "heroin",
    "kg": "89",
    "basis": "published",
    "period": "",
    "note": "n",
    "source_url": "s",
}


@pytest.fixture
def parse(tmp_path: Path):
    def parse(feed_name: str, like: dict[str, str], *changes: dict[str, str]) -> Parsed:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, list(like), delimiter=";" if feed_name == "unodc_ids" else ",")
        writer.writeheader()
        writer.writerows({**like, **change} for change in changes or ({},))
        file = tmp_path / "reports.csv"
        file.write_text(stream.getvalue(), encoding="utf-8", newline="")
        feed = FEEDS[feed_name]
        table = read_table(file, file.name, feed.required, feed.optional)
        parsed = feed.parse(table, Context(feed_name, "0" * 64, 2027))
        check(parsed.events, EVENT)
        kept = len(parsed.events) + (0 if parsed.totals is None else len(parsed.totals))
        assert kept + len(parsed.rejected) + len(table.ragged) == table.rows_in
        return parsed

    return parse


def only(parsed: Parsed) -> pd.Series:
    assert len(parsed.events) == 1, parsed.rejected
    return parsed.events.iloc[0]


def reason(parsed: Parsed) -> str:
    assert parsed.events.empty
    return str(parsed.rejected["reason"].iloc[0])


def test_every_feed_that_takes_files_says_what_it_holds():
    assert set(FEEDS) == set(FACTS) - {"demo"}
    assert all(len(set(REASONS)) == len(REASONS) for _ in FEEDS)


@pytest.mark.parametrize(("feed", "like"), [("press_reports", PRESS), ("unodc_ids", IDS), ("unodc_annual", TOTAL)])
def test_a_file_of_which_no_row_fits_its_header_is_all_rejections(parse, feed, like):
    assert len(parse(feed, like, dict.fromkeys(like, "")).events) == 0


# The project's own table of press reports


def test_rows_of_one_press_event_share_its_id_and_keep_their_own(parse):
    events = parse("press_reports", PRESS, {}, {"drug": "heroin", "quantity_kg": "5"}).events
    assert events["event_id"].tolist() == ["press_reports:R001"] * 2
    assert events["report_id"].is_unique
    assert events["drug"].tolist() == ["cannabis", "heroin"]
    assert events["weight_bound"].tolist() == ["at_least", "about"], "each phrase of the note counts for the weight that it names"
    assert events["agency"].tolist() == ["Border Troops SCNS; SCNS"] * 2
    assert events["given_uncertainty_m"].tolist() == [20_000.0] * 2


@pytest.mark.parametrize(
    ("precision", "date", "first", "last", "left"),
    [
        ("d", "2017-06-24", "2017-06-24", "2017-06-24", "day"),
        ("m", "2017-06-24", "2017-06-01", "2017-06-30", "month"),
        ("q", "2017-06-24", "2017-04-01", "2017-06-30", "quarter"),
        ("y", "2009", "2009-01-01", "2009-12-31", "year"),
        ("d", "2017-06", "2017-06-01", "2017-06-30", "month"),
        ("unknown", "", None, None, "unknown"),
        ("unknown", "2017-06-24", None, None, "unknown"),
        ("d", "", None, None, "unknown"),
    ],
)
def test_a_press_date_says_no_more_than_its_precision(parse, precision, date, first, last, left):
    event = only(parse("press_reports", PRESS, {"date": date, "date_precision": precision, "year_guess": "2017"}))
    assert event["date_precision"] == left
    assert [None if pd.isna(event[c]) else event[c] for c in ("happened_from", "happened_to")] == [first, last]


@pytest.mark.parametrize(
    ("note", "kg", "bound"),
    [
        ("", "7", "exact"),
        ("more than 7 kg; end of week before 4 July", "7", "at_least"),
        ("nearly 1 kg heroin", "1", "about"),
        ("about 19:30; 5 crossers", "5", "exact"),
        ('remainder of "over 60 kg" in four districts', "42", "exact"),
        ("более 20 кг", "20", "at_least"),
        ("over 100 kg, bound for Russia", "100", "at_least"),
        ("about 500 g", "0.5", "about"),
        ("more than 20 kg", "", None),
    ],
)
def test_a_weight_is_a_bound_only_where_the_note_says_so_of_this_weight(parse, note, kg, bound):
    event = only(parse("press_reports", PRESS, {"note": note, "quantity_kg": kg}))
    assert (None if pd.isna(event["weight_bound"]) else event["weight_bound"]) == bound


def test_where_only_the_sum_is_about_right_its_parts_are_no_more(parse):
    rows = ({"note": "about 22 kg", "quantity_kg": "2"}, {"note": "about 22 kg", "quantity_kg": "20", "drug": "hashish"})
    assert parse("press_reports", PRESS, *rows).events["weight_bound"].tolist() == ["about", "about"]


@pytest.mark.parametrize(
    ("note", "hour"),
    [("01:20 local, 4 crossers", 1), ("about 19:30", 19), ("night of 27-28 Jan", None), ("reported 9:99", None), ("10:00 and 11:00", None)],
)
def test_an_hour_is_taken_only_from_one_clear_clock_time(parse, note, hour):
    event = only(parse("press_reports", PRESS, {"note": note}))
    assert (None if pd.isna(event["hour"]) else event["hour"]) == hour


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"date": "2099-01-01"}, "date_out_of_range"),
        ({"date": "1899-01-01"}, "date_out_of_range"),
        ({"date": "31.02.2018"}, "date_unreadable"),
        ({"quantity_kg": "abc"}, "weight_unreadable"),
        ({"quantity_kg": "-5"}, "weight_not_positive"),
        ({"country_iso3": ""}, "country_missing"),
        ({"country_iso3": "Atlantis"}, "country_unknown"),
    ],
)
def test_a_bad_press_row_is_a_rejection_with_its_reason(parse, change, why):
    parsed = parse("press_reports", PRESS, change)
    assert reason(parsed) == why
    assert why in REASONS


def test_a_press_row_without_a_drug_is_an_event_without_a_drug(parse):
    event = only(parse("press_reports", PRESS, {"drug": "", "quantity_kg": "", "event_type": "closure"}))
    assert event["kind"] == "closure"
    assert event[["drug", "weight_kg", "unit", "weight_bound"]].isna().all()


def test_coordinates_that_are_no_numbers_are_said_and_cost_no_row(parse):
    parsed = parse("press_reports", PRESS, {"lon": "69 39 E"})
    assert pd.isna(only(parsed)["given_lon"])
    assert parsed.strange["coordinates"] == {"69 39 E": 1}


def test_a_formula_in_a_cell_stays_text(parse):
    assert only(parse("press_reports", PRESS, {"location_text": "=1+1|cmd"}))["place_text"] == "=1+1|cmd"


# UNODC's individual drug seizures


def test_every_field_of_a_seizure_survives(parse):
    event = only(parse("unodc_ids", IDS))
    assert event[["drug", "drug_text", "quantity", "unit", "weight_kg"]].tolist() == ["heroin", "Heroin", 490.0, "Gram", 0.49]
    assert event[["transport", "transport_text", "concealment", "installation", "routing"]].tolist() == [
        "road", "Private road", "baggage", "Frontier", "Border - inbound",
    ]  # fmt: skip
    assert event[["concealment_text", "place_kind", "place_kind_text", "date_text", "amount_text"]].tolist() == [
        "Baggage", "border_crossing", "Frontier", "2011-03-14", "490.0 Gram",
    ]  # fmt: skip
    assert event[["country_iso3", "country_producing", "country_destination"]].tolist() == ["TJK", "AFG", "Multiple Countries"]
    assert pd.isna(event["country_departure"])
    assert event[["happened_from", "date_precision", "kind", "repeat_number"]].tolist() == ["2011-03-14", "day", "seizure", 1]
    assert event["event_id"] == event["report_id"]


@pytest.mark.parametrize(
    ("unit", "kg"),
    [("Kilogram", 490.0), ("Milligram", 0.00049), ("Microgram", 4.9e-7), ("Ton", 490_000.0), ("Ounce", 490 * 0.028349523125)],
)
def test_masses_become_kilograms(parse, unit, kg):
    assert only(parse("unodc_ids", IDS, {"DRUG_UNIT": unit}))["weight_kg"] == pytest.approx(kg)


@pytest.mark.parametrize("unit", ["Litre", "Tablet", "Unit", "100 gram", "Viss", "Block (350gr)", ""])
def test_what_is_no_mass_keeps_its_unit_and_gets_no_kilograms(parse, unit):
    parsed = parse("unodc_ids", IDS, {"DRUG_UNIT": unit})
    event = only(parsed)
    assert event["quantity"] == 490.0
    assert pd.isna(event["weight_kg"])
    assert sum(parsed.strange["unit"].values()) == 1


@pytest.mark.parametrize(
    ("place", "division", "text"),
    [
        ("Ургутский район", "Самаркандская область", "Ургутский район, Самаркандская область"),
        ("Herat", "", "Herat"),
        ("", "Takhar", "Takhar"),
        ("Herat", "HERAT", "Herat"),
        ("", "", None),
    ],
)
def test_place_and_division_are_kept_as_they_came(parse, place, division, text):
    event = only(parse("unodc_ids", IDS, {"PLACE": place, "ADMINISTRATIVE_DIVISION": division}))
    assert (None if pd.isna(event["place_text"]) else event["place_text"]) == text


def test_a_drug_that_nobody_listed_is_kept_as_other_and_reported(parse):
    parsed = parse("unodc_ids", IDS, {"DRUG_NAME": "Moon dust"}, {"DRUG_NAME": ""}, {"DRUG_NAME": "Alcohol"})
    assert parsed.events["drug"].tolist() == ["other", "unspecified", "alcohol"]
    assert parsed.strange["drug"] == {"Moon dust": 1}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"SEIZURE_DATE": "2099-05-01"}, "date_out_of_range"),
        ({"SEIZURE_DATE": "31.02.2011"}, "date_unreadable"),
        ({"AMOUNT": "abc"}, "weight_unreadable"),
        ({"AMOUNT": "0.0"}, "weight_not_positive"),
        ({"COUNTRY": ""}, "country_missing"),
        ({"COUNTRY": "Unknown"}, "country_missing"),
        ({"COUNTRY": "Atlantis"}, "country_unknown"),
    ],
)
def test_a_bad_seizure_is_a_rejection_with_its_reason(parse, change, why):
    assert reason(parse("unodc_ids", IDS, change)) == why


def test_the_same_seizure_again_is_kept_and_marked(parse):
    events = parse("unodc_ids", IDS, {}, {}, {}).events
    assert events["repeat_number"].tolist() == [1, 2, 3]
    assert events["event_id"].is_unique


def test_what_this_copy_does_not_carry_is_unknown_and_not_zero():
    assert not_in_this_file("hashish", ("unodc_ids", "unodc_annual"))
    assert not_in_this_file("cannabis", ("unodc_ids",))
    assert not not_in_this_file("heroin", ("unodc_ids",))
    assert not not_in_this_file("hashish", ("unodc_ids", "press_reports"))
    assert not not_in_this_file("hashish", ())


# National totals


def test_a_national_total_is_no_event(parse):
    parsed = parse("unodc_annual", TOTAL, {}, {"drug": "cannabis_herb", "kg": "617"}, {"drug": "poppy_seed", "kg": "0"})
    assert parsed.events.empty
    check(parsed.totals, NATIONAL_TOTAL)
    assert parsed.totals[["drug", "weight_kg", "year"]].values.tolist() == [
        ["heroin", 89.0, 2016],
        ["cannabis", 617.0, 2016],
        ["poppy_seed", 0.0, 2016],
    ]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"drug": "cannabis_plants", "kg": "254789"}, "plants_no_weight"),
        ({"kg": "abc"}, "weight_unreadable"),
        ({"kg": ""}, "weight_missing"),
        ({"kg": "-1"}, "weight_not_positive"),
        ({"year": ""}, "year_missing"),
        ({"year": "2016-05"}, "date_unreadable"),
        ({"year": "2099"}, "date_out_of_range"),
        ({"drug": ""}, "drug_missing"),
        ({"country_iso3": "Atlantis"}, "country_unknown"),
    ],
)
def test_a_total_that_cannot_be_compared_is_a_rejection_with_its_reason(parse, change, why):
    assert reason(parse("unodc_annual", TOTAL, change)) == why


def test_groups_of_drugs_keep_the_word_of_their_source(parse):
    totals = parse("national_seizures", TOTAL, *({"drug": drug} for drug in ("all", "synthetics", "all_border", "psychotropics"))).totals
    assert totals["drug"].tolist() == ["all", "synthetics", "all_border", "psychotropics"]


def test_fields_and_line_breaks_in_a_cell_of_the_unodc_file_are_a_quotation_mark_left_open(parse):
    parsed = parse("unodc_ids", IDS, {}, {"PLACE": "Kulob\nx;y\nz"}, {"PLACE": "Kapitan Andreevo\nBCP"})
    assert len(parsed.events) == 2
    assert parsed.rejected[["row_number", "detail"]].values.tolist() == [[3, "a quotation mark left open: 3 lines in one row"]]
