import math
from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.parse import Verdicts, coarsened, judge_amounts, last_day, latest_year, read_dates, read_number
from geodata.model import DATE_PRECISIONS

LATEST = 2027


def dates(*texts: str):
    return read_dates(pd.Series(texts, dtype="object"), LATEST)


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2016-02-29", "2016-02-29", "2016-02-29", "day"),
        ("29.02.2016", "2016-02-29", "2016-02-29", "day"),
        ("2016-02", "2016-02-01", "2016-02-29", "month"),
        ("2016", "2016-01-01", "2016-12-31", "year"),
        ("2014-12", "2014-12-01", "2014-12-31", "month"),
        ("2011-03-14 00:00:00", "2011-03-14", "2011-03-14", "day"),
    ],
)
def test_a_date_is_an_interval_as_wide_as_what_was_said(text: str, first: str, last: str, precision: str):
    read = dates(text)
    assert (read.first[0], read.last[0], read.precision[0]) == (first, last, precision)


@pytest.mark.parametrize("text", ["31.02.2016", "2016-02-30", "2016-13", "11/03/2010", "March", "20160229", "2016-2-", "٢٠١٦-٠١-٠١x"])
def test_a_date_that_does_not_exist_or_may_be_two_is_unreadable(text: str):
    assert dates(text).is_unreadable[0]
    assert not dates(text).is_out_of_range[0]


@pytest.mark.parametrize("text", ["2099-01-01", "1899-12-31", "2028", "01.01.1066"])
def test_a_date_outside_the_years_of_this_monitor_is_out_of_range(text: str):
    assert dates(text).is_out_of_range[0]


def test_a_clock_that_stands_in_the_past_turns_no_report_into_one_of_the_future():
    assert latest_year(date(1970, 1, 1)) == latest_year(date(2026, 12, 31)) == 2027
    assert latest_year(date(2031, 1, 1)) == 2032


@settings(deadline=None)  # the machine may be busy
@given(st.dates(date(1900, 1, 1), date(2027, 12, 31)), st.sampled_from(DATE_PRECISIONS))
def test_a_claim_widens_a_date_and_never_moves_it_away(day: date, claimed: str):
    interval, precision = coarsened(dates(day.isoformat()), pd.Series([claimed]))
    assert precision[0] == claimed
    if claimed == "unknown":
        assert interval.isna().all().all()
    else:
        assert interval["first"][0] <= day.isoformat() <= interval["last"][0]
        assert last_day(date.fromisoformat(interval["first"][0]), claimed).isoformat() == interval["last"][0]


def test_a_claim_makes_no_date_finer_than_it_is():
    interval, precision = coarsened(dates("2017-06"), pd.Series(["day"]))
    assert (interval["first"][0], precision[0]) == ("2017-06-01", "month")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12.5", 12.5),
        ("5,065", 5.065),
        ("1 200", 1200.0),
        ("1\u00a0200,5", 1200.5),
        ("1e-05", 1e-5),
        (".5", 0.5),
        ("-3", -3.0),
        ("0.0", 0.0),
    ],
)
def test_numbers_are_read_with_a_point_or_a_comma(text: str, number: float):
    assert read_number(text) == number


@pytest.mark.parametrize("text", ["abc", "", "12 kg", "1,234.5", "nan", "inf", "1_000", "1e999", "٥", "--1", "1 2", "0x10"])
def test_what_is_no_plain_number_is_not_guessed(text: str):
    assert math.isnan(read_number(text))


def verdicts_on(*texts: str):
    series = pd.Series(texts, dtype="object")
    verdicts = Verdicts(pd.DataFrame({"row_number": range(2, 2 + len(texts)), "amount": series}))
    return verdicts, judge_amounts(verdicts, series)


def test_an_amount_that_nobody_said_is_an_event_and_one_that_nobody_can_read_is_not():
    verdicts, numbers = verdicts_on("", "abc", "-1", "0", "2,5")
    assert verdicts.good.tolist() == [True, False, False, False, True]
    assert verdicts.rejected()["reason"].tolist() == ["weight_unreadable", "weight_not_positive", "weight_not_positive"]
    assert verdicts.rejected()["detail"].tolist() == ["abc", "-1", "0"]
    assert verdicts.rejected()["content"].iloc[0] == '{"amount": "abc"}'
    assert numbers.tolist()[-1] == 2.5


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.sampled_from(["12.5", "0", "-1", "inf", "nan", ""]) | st.text(max_size=8)))
def test_every_amount_is_kept_or_rejected(texts: list[str]):
    verdicts, numbers = verdicts_on(*texts)
    assert verdicts.good.sum() + len(verdicts.rejected()) == len(texts)
    assert (numbers[verdicts.good].dropna() > 0).all()


def test_the_first_thing_wrong_with_a_row_is_its_reason():
    verdicts, _ = verdicts_on("abc")
    verdicts.reject(pd.Series([True]), "country_missing", pd.Series([""]))
    assert verdicts.rejected()["reason"].tolist() == ["weight_unreadable"]


def test_a_reason_without_a_word_for_people_is_a_mistake_of_ours():
    verdicts, _ = verdicts_on("1")
    with pytest.raises(ValueError, match="REASONS"):
        verdicts.reject(pd.Series([True]), "no_such_reason", pd.Series([""]))
