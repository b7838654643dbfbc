import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.column_scan import by_month_and_place, by_place, days_of, rows, wanted_profiles
from layers.happenings import one_row_each
from layers.months import month_number, single_months
from layers.selection import Selection, select
from tests.layers.columns.rows import ROWS, columns_of, table

MONTHS = st.sampled_from([None, "2018-01", "2018-04", "2018-05", "2018-06", "2018-12", "2019-02"])
SELECTIONS = st.builds(
    Selection,
    drugs=st.sampled_from([(), ("heroin",), ("opium", "hashish"), ("khat",)]),
    kinds=st.sampled_from([(), ("seizure",)]),
    countries=st.sampled_from([(), ("TJK",), ("TJK", "KGZ")]),
    agencies=st.sampled_from([(), ("DCA",), ("MIA",), ("DC",)]),
    first_month=MONTHS,
    last_month=MONTHS,
)
PLACES = 5


def slowly(events, selection):
    """The events as tables give them: one row each, with place and month."""
    happenings = one_row_each(select(events, selection).events)
    return happenings.assign(month=single_months(happenings))


@settings(max_examples=60)
@given(ROWS, SELECTIONS)
def test_a_scan_by_place_counts_what_the_tables_count(given_rows, selection):
    events = table(given_rows)
    columns = columns_of(events)
    happenings = slowly(events, selection)
    n, kg = by_place(columns, wanted_profiles(columns, selection), columns["place"], PLACES, days_of(selection))
    place = np.where(happenings["place"] < 0, PLACES, happenings["place"]).astype(int)
    np.testing.assert_array_equal(n, np.bincount(place, minlength=PLACES + 1))
    np.testing.assert_allclose(kg, np.bincount(place, happenings["weight_kg"], minlength=PLACES + 1), rtol=1e-12, atol=1e-12)


@settings(max_examples=60)
@given(ROWS, SELECTIONS)
def test_a_scan_by_month_and_place_counts_what_the_tables_count(given_rows, selection):
    events = table(given_rows)
    columns = columns_of(events)
    always = Selection(selection.drugs, selection.kinds, selection.countries, selection.agencies)
    happenings = slowly(events, always)
    first, last = month_number("2018-05"), month_number("2018-12")
    n, kg = by_month_and_place(columns, wanted_profiles(columns, always), columns["place"], PLACES, (first, last))
    expected_n, expected_kg = np.zeros((9, PLACES + 1)), np.zeros((9, PLACES + 1))
    for month, place, amount in zip(happenings["month"], happenings["place"], happenings["weight_kg"], strict=True):
        at = month - first if first <= month <= last else 8, place if place >= 0 else PLACES
        expected_n[at] += 1
        expected_kg[at] += amount
    np.testing.assert_array_equal(n, expected_n)
    np.testing.assert_allclose(kg, expected_kg, rtol=1e-12)


@settings(max_examples=60)
@given(ROWS, SELECTIONS)
def test_the_rows_that_pass_are_those_of_the_tables(given_rows, selection):
    events = table(given_rows)
    columns = columns_of(events)
    there = events[events["in_region"]].reset_index(drop=True)
    chosen = select(there, selection).events
    wanted, days = wanted_profiles(columns, selection), days_of(selection)
    assert rows(columns, wanted, days).tolist() == chosen.index.tolist()
    assert rows(columns, wanted, days, once=True).tolist() == one_row_each(chosen).index.tolist()


def test_a_table_that_would_fill_the_memory_is_refused():
    columns = columns_of(table([]))
    with pytest.raises(ValueError, match="merge places that are alike"):
        by_month_and_place(columns, wanted_profiles(columns, Selection()), columns["place"], 10**8, (0, 300))
