"""Dates: what one text says, and what a column decides."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.values import hijri
from etl.values.column_dates import read_date_column
from etl.values.dates import read_date

LATEST = 2027


def one(text: str, year: int = 0):
    said = read_date(text, 1900, LATEST, year)
    return said.problem or (said.day.first, said.day.last, said.day.precision)


def column(*texts: str, **answers: str) -> pd.DataFrame:
    return read_date_column(pd.Series(texts, dtype="object"), "Дата", LATEST, answers).table


def first_days(*texts: str, **answers: str) -> list[str]:
    table = column(*texts, **answers)
    return [reason or first for first, reason in zip(table["first"], table["reason"], strict=True)]


MARCH_12 = ("2011-03-12", "2011-03-12", "day")


@pytest.mark.parametrize(
    "text",
    [
        "2011-03-12", "2011-03-12T00:00:00", "12.03.2011", "12.3.2011 г.", "12 Mar 2011", "Mar 12, 2011", "12-Mar-11", "March 12th, 2011",
        "12 марта 2011 г.", "12-го марта 2011 года", "пн, 12 марта 2011", "12 марти соли 2011", "12 март 2011", "40614",
        "40614.0", "20110312",
        "12 mart 2011", "12 наурыз 2011", "۱۲ مارچ ۲۰۱۱", "١٢/٠٣/٢٠١١", "2011/3/12", "12\u00a0марта\u20092011", "1389/12/21", "21 حوت 1389",
        "21 Hut 1389", "21 ҳути соли 1389", "21 اسفند ۱۳۸۹",
    ],
)  # fmt: skip
def test_one_day_in_many_spellings(text):
    assert one(text) == MARCH_12


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("март 2011", "2011-03-01", "2011-03-31", "month"),
        ("феврали соли 2012", "2012-02-01", "2012-02-29", "month"),
        ("2011-03", "2011-03-01", "2011-03-31", "month"),
        ("03.2011", "2011-03-01", "2011-03-31", "month"),
        ("2011", "2011-01-01", "2011-12-31", "year"),
        ("2011 год", "2011-01-01", "2011-12-31", "year"),
        ("соли 2011", "2011-01-01", "2011-12-31", "year"),
        ("III кв. 2011", "2011-07-01", "2011-09-30", "quarter"),
        ("2011Q3", "2011-07-01", "2011-09-30", "quarter"),
        ("1 полугодие 2011", "2011-01-01", "2011-06-30", "year"),
        ("1397", "2018-03-21", "2019-03-20", "year"),
        ("حوت ۱۳۹۷", "2019-02-20", "2019-03-20", "month"),
        ("11-13 марта 2010", "2010-03-11", "2010-03-13", "month"),
        ("с 28 января по 3 февраля 2010", "2010-01-28", "2010-02-03", "quarter"),
        ("21-27.10.2019", "2019-10-21", "2019-10-27", "month"),
    ],
)
def test_months_years_and_spans_keep_their_precision(text, first, last, precision):
    assert one(text) == (first, last, precision)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("31.02.2010", "unreadable"), ("abc", "unreadable"), ("11.03.2110", "range"), ("1444/05/20", "range"), ("12 марта", "no_year"),
        ("0", "unreadable"), ("13/13/2011", "unreadable"), ("12 кг", "unreadable"), ("12 марта 12 апреля", "no_year"),
        ("1e5", "unreadable"), ("2011-00-03", "unreadable"),
    ],
)  # fmt: skip
def test_what_is_no_date_says_why(text, problem):
    assert one(text) == problem


def test_a_date_without_a_year_takes_the_one_that_somebody_answered():
    assert first_days("12 марта") == ["date_year_missing"]
    assert first_days("12 марта", **{"year:Дата": "2011"}) == ["2011-03-12"]


def test_dots_are_day_first_and_the_column_decides_for_strokes():
    assert first_days("11.03.2010") == ["2010-03-11"]
    assert first_days("11/03/2010", "25/03/2010") == ["2010-03-11", "2010-03-25"]
    assert first_days("03/11/2010", "03/25/2010") == ["2010-03-11", "2010-03-25"]
    assert first_days("11/03-2010", "25/03-2010") == ["2010-03-11", "2010-03-25"]


def test_a_typo_in_a_dotted_column_turns_no_other_date():
    assert first_days("11.03.10", "12.13.2011") == ["2010-03-11", "2011-12-13"]
    assert first_days("11.03.10", "25.03.2010", "26.03.2010", "12.13.2011")[::3] == ["2010-03-11", "date_unreadable"]
    assert first_days("11.03.10", "12.13.2011", "12.14.2011", "25.03.2010")[:2] == ["date_ambiguous", "2011-12-13"], "half of them: asked"
    assert first_days("11.03.10", "12.13.2011", "12.14.2011", **{"date_order:Дата": "month_first"})[0] == "2010-11-03"
    assert first_days("11/03/2010", "12.13.2011", "25/03/2010", "26/03/2010")[:2] == ["2010-03-11", "date_unreadable"]


def test_a_day_0_is_a_day_that_is_not_known_and_there_is_no_month_0():
    said = read_date("00.03.2011", 1900, 2030)
    assert said.day and (said.day.first, said.day.last, said.day.precision) == ("2011-03-01", "2011-03-31", "month")
    assert said.other is None


def test_an_undecidable_column_carries_its_question_and_takes_an_answer():
    read = read_date_column(pd.Series(["11/03/2010", "05/05/2010", ""]), "Дата", LATEST, {})
    assert read.table["reason"].tolist() == ["date_ambiguous", "", ""]
    assert read.table["detail"][0] == "Is 11/03/2010 11 March 2010 or 3 November 2010?"
    assert [(q.id, q.choices, q.rows) for q in read.questions] == [("date_order:Дата", ("day_first", "month_first"), 1)]
    assert first_days("11/03/2010", **{"date_order:Дата": "month_first"}) == ["2010-11-03"]
    assert first_days("11/03/2010", **{"date_order:Дата": "day_first"}) == ["2010-03-11"]


def test_a_column_of_both_orders_decides_nothing_but_keeps_what_has_one_reading():
    assert first_days("25/03/2010", "03/25/2010", "03/04/2010") == ["2010-03-25", "2010-03-25", "date_ambiguous"]


def test_the_hour_is_kept_where_a_clock_says_it_and_midnight_says_nothing():
    table = column("2010-03-11 14:35", "11.03.2010 00:00:00", "12 Mar 2011, 1:20 pm", "40248.75", "2010-03-11T01:20:00Z")
    assert table["hour"].tolist() == [14, pd.NA, 13, 18, pd.NA]


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2026, 12, 31)))
def test_every_day_is_read_back_from_every_spelling(day):
    months = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
    spelled = [
        day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day} {months[day.month - 1]} {day.year} г.", f"{day:%d %b %Y}", f"{day:%Y/%m/%d}",
        str((day - date(1899, 12, 30)).days), f"{day:%Y%m%d}",
    ]  # fmt: skip
    assert {one(text) for text in spelled} == {(day.isoformat(), day.isoformat(), "day")}


@given(st.lists(st.dates(min_value=date(2000, 1, 1), max_value=date(2026, 1, 1)), min_size=1), st.booleans())
def test_a_column_is_never_read_in_the_wrong_order(days, day_first):
    texts = [f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}" for day in days]
    for text, day, read in zip(texts, days, first_days(*texts), strict=True):
        assert read in (day.isoformat(), "date_ambiguous"), text


@given(st.dates(min_value=date(1900, 3, 21), max_value=date(2100, 3, 19)))
def test_solar_years_follow_one_another_without_a_gap(day):
    year, start = next((y, d) for y in range(day.year - 621, day.year - 623, -1) if (d := hijri.to_date(y, 1, 1)) <= day)
    days = [hijri.to_date(year, m, d) for m in range(1, 13) for d in range(1, hijri.days_in(year, m) + 1)]
    assert days == [start + timedelta(days=i) for i in range(len(days))]
    assert hijri.to_date(year + 1, 1, 1) == days[-1] + timedelta(days=1)


@pytest.mark.parametrize(
    ("solar", "ours"),
    [  # published new years and holidays of both calendars
        ((1357, 11, 22), date(1979, 2, 11)), ((1375, 12, 30), date(1997, 3, 20)), ((1397, 11, 22), date(2019, 2, 11)),
        ((1399, 12, 30), date(2021, 3, 20)), ((1400, 1, 1), date(2021, 3, 21)), ((1403, 12, 30), date(2025, 3, 20)),
    ],
)  # fmt: skip
def test_solar_days_known_from_elsewhere(solar, ours):
    assert hijri.to_date(*solar) == ours


@given(st.text(max_size=90) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9а-яA-Z]{1,9}[-/. ][0-9]{1,4}", fullmatch=True))
def test_any_text_is_a_date_or_says_what_is_wrong(text):
    said = read_date(text, 1900, LATEST)
    assert (said.day is None) == bool(said.problem)
    for day in (said.day, said.other):
        if day is not None:
            assert date(1900, 1, 1) <= date.fromisoformat(day.first) <= date.fromisoformat(day.last)
            assert date.fromisoformat(day.first).year <= LATEST
