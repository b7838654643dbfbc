import pandas as pd
import pytest

from layers import coverage_share as shares
from layers.coverage_share import coverage_share, full_years
from layers.selection import Selection


def totals_of(*rows):
    plain = {"basis": "published", "period": None, "note": None, "source_url": None, "feed": "unodc_annual", "file_sha256": "f" * 64}
    return pd.DataFrame([plain | {"country_iso3": c, "year": y, "drug": d, "weight_kg": kg} | more for c, y, d, kg, more in rows])


def year(number, **said):
    return {"happened_from": f"{number}-05-01", "happened_to": f"{number}-05-31", "date_precision": "month"} | said


def test_single_records_are_a_share_of_the_national_total(events_of):
    events = events_of([year(2012, weight_kg=100.0), year(2012, weight_kg=36.0), year(2012, drug="opium", weight_kg=9.0), year(2013)])
    told = coverage_share(events, totals_of(("TJK", 2012, "heroin", 515.0, {})), Selection())
    assert told.share == pytest.approx(136 / 515)
    assert told.rows[["single_kg", "national_kg", "status"]].to_numpy().tolist() == [[136.0, 515.0, shares.COMPARED]]


def test_more_than_the_national_total_is_shown_as_it_is_with_a_note(events_of):
    told = coverage_share(events_of([year(2014, weight_kg=428.0)]), totals_of(("TJK", 2014, "heroin", 392.0, {})), Selection())
    assert told.share == pytest.approx(428 / 392)
    assert told.rows["status"].tolist() == [shares.ABOVE]


@pytest.mark.parametrize("totals", [None, totals_of().reindex(columns=["year"]).iloc[:0]])
def test_without_national_totals_the_reason_says_so(events_of, totals):
    told = coverage_share(events_of([year(2012)]), totals, Selection())
    assert (told.share, told.reason, len(told.rows)) == (None, shares.NO_TOTALS, 0)


def test_cannabis_and_hashish_are_not_in_the_single_records_file_and_never_zero(events_of):
    totals = totals_of(("UZB", 2016, "hashish", 300.0, {}), ("UZB", 2016, "opium", 1447.0, {}))
    events = events_of([year(2016, country_iso3="UZB", feed="unodc_ids", drug="opium", weight_kg=1451.0)])
    told = coverage_share(events, totals, Selection())
    by_drug = told.rows.set_index("drug")
    assert by_drug.loc["hashish", "status"] == shares.NOT_IN_FILE
    assert pd.isna(by_drug.loc["hashish", "share"])
    assert told.share == pytest.approx(1451 / 1447)
    alone = coverage_share(events, totals, Selection(drugs=("hashish",)))
    assert (alone.share, alone.reason) == (None, shares.NOT_IN_FILE)


def test_hashish_that_the_press_reported_is_compared_although_the_file_lacks_it(events_of):
    events = events_of([year(2016, feed="unodc_ids", drug="opium"), year(2016, drug="hashish", weight_kg=30.0)])
    told = coverage_share(events, totals_of(("TJK", 2016, "hashish", 300.0, {})), Selection())
    assert told.rows["status"].tolist() == [shares.COMPARED]


def test_a_year_with_a_total_and_no_single_record_says_that_none_is_held(events_of):
    told = coverage_share(events_of([year(2012)]), totals_of(("TJK", 2013, "heroin", 400.0, {})), Selection())
    assert told.rows[["share", "status"]].to_numpy().tolist() == [[0.0, shares.NONE_HELD]]


def test_records_without_a_weight_are_held_all_the_same_and_alcohol_alone_is_none(events_of):
    totals = totals_of(("TJK", 2012, "all", 9.0, {}), ("TJK", 2013, "all", 9.0, {}))
    events = events_of([year(2012, weight_kg=None), year(2013, drug="alcohol", weight_kg=5.0), year(2013, drug=None, weight_kg=None)])
    assert coverage_share(events, totals, Selection()).rows["status"].tolist() == [shares.COMPARED, shares.NONE_HELD]


@pytest.mark.parametrize(
    ("first", "last", "years"),
    [
        ("2012-01", "2013-12", (2012, 2013)),
        ("2012-02", "2013-11", (2013, 2012)),
        ("2011-12", "2013-01", (2012, 2012)),
        (None, "2013-12", (0, 2013)),
        ("2013-01", None, (2013, 9999)),
    ],
)
def test_only_full_calendar_years_of_the_period_are_compared(first, last, years):
    assert full_years(Selection(first_month=first, last_month=last)) == years


def test_a_period_without_a_full_year_is_not_compared(events_of):
    chosen = Selection(first_month="2012-02", last_month="2013-11")
    assert coverage_share(events_of([year(2012)]), totals_of(("TJK", 2012, "heroin", 1.0, {})), chosen).reason == shares.NO_FULL_YEAR


def test_a_choice_without_a_total_says_so(events_of):
    totals = totals_of(("TJK", 2012, "heroin", 1.0, {}), ("TJK", 2012, "all_border", 9.0, {}))
    assert coverage_share(events_of([year(2012)]), totals, Selection(countries=("AFG",))).reason == shares.NO_MATCH
    assert coverage_share(events_of([year(2012)]), totals, Selection(drugs=("opium",))).reason == shares.NO_MATCH


def test_a_total_over_all_drugs_is_not_added_to_those_of_its_drugs(events_of):
    events = events_of([year(2012, weight_kg=10.0), year(2012, drug="opium", weight_kg=30.0), year(2012, drug="alcohol", weight_kg=999.0)])
    totals = totals_of(("TJK", 2012, "all", 100.0, {}), ("TJK", 2012, "heroin", 50.0, {}))
    assert coverage_share(events, totals, Selection()).share == pytest.approx(0.4)
    assert coverage_share(events, totals, Selection(drugs=("heroin",))).share == pytest.approx(0.2)


def test_a_total_over_all_drugs_notes_that_the_file_lacks_cannabis(events_of):
    events = events_of([year(2012, feed="unodc_ids", weight_kg=10.0)])
    assert coverage_share(events, totals_of(("TJK", 2012, "all", 100.0, {})), Selection()).rows["status"].tolist() == [
        shares.LACKS_TAKEN_OUT
    ]


def test_of_several_totals_the_published_one_is_used_and_half_years_never(events_of):
    totals = totals_of(
        ("TJK", 2012, "heroin", 500.0, {"basis": "press"}),
        ("TJK", 2012, "heroin", 515.0, {}),
        ("TJK", 2012, "heroin", 200.0, {"period": "Jan-Jun"}),
    )
    assert coverage_share(events_of([year(2012)]), totals, Selection()).rows["national_kg"].tolist() == [515.0]


def test_an_agency_or_a_transport_does_not_change_how_complete_the_records_are(events_of):
    events, totals = events_of([year(2012, agency="DCA"), year(2012, agency="MIA")]), totals_of(("TJK", 2012, "heroin", 4.0, {}))
    assert coverage_share(events, totals, Selection(agencies=("DCA",))).share == pytest.approx(0.5)


def test_an_event_that_may_belong_to_two_years_belongs_to_none(events_of):
    events = events_of([{"happened_from": "2012-12-31", "happened_to": "2013-01-01"}])
    assert coverage_share(events, totals_of(("TJK", 2012, "heroin", 4.0, {})), Selection()).share == 0.0
