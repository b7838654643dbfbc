import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WrongTable
from layers.months import NO_MONTH, month_number, month_numbers, month_range, month_text, position, single_months


@given(st.integers(0, 9999 * 12 + 11))
def test_a_month_survives_the_way_to_a_number_and_back(number):
    assert month_number(month_text(number)) == number


def test_a_range_of_months_has_no_holes_over_the_new_year():
    assert month_range(month_number("2018-11"), month_number("2019-02")) == ["2018-11", "2018-12", "2019-01", "2019-02"]


def test_an_empty_date_is_no_month():
    assert month_numbers(pd.Series(["2018-05-03", None, "2018-05-31"], dtype="str")).tolist() == [24220, NO_MONTH, 24220]


@pytest.mark.parametrize("text", ["2018-13", "05.2018", "2018", ""])
def test_what_is_no_month_is_refused_saying_what_came(text):
    with pytest.raises(WrongTable, match="YYYY-MM"):
        month_number(text)


@pytest.mark.parametrize(
    ("start", "end", "precision", "known"),
    [
        ("2018-05-03", "2018-05-03", "day", True),
        ("2018-05-01", "2018-05-31", "month", True),
        ("2018-04-30", "2018-05-01", "day", False),
        ("2018-04-01", "2018-06-30", "quarter", False),
        ("2018-01-01", "2018-12-31", "year", False),
        (None, None, "unknown", False),
    ],
)
def test_only_an_event_known_to_the_month_has_a_month(events_of, start, end, precision, known):
    events = events_of([{"happened_from": start, "happened_to": end, "date_precision": precision}])
    assert (single_months(events)[0] != NO_MONTH) == known


def test_a_month_before_the_first_lies_outside():
    assert position(["2018-05", "2018-06"], "2018-03") == -2
