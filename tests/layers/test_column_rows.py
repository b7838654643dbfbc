import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers import column_rows, month_sums
from layers.column_rows import ColumnRows
from layers.happenings import one_row_each
from layers.key_figures import key_figures
from layers.selection import Selection, select
from layers.timeline import build_timeline
from tests.layers.columns.rows import ROWS, SPANS, columns_of, table

MONTHS = st.sampled_from([None, "2018-01", "2018-04", "2018-05", "2018-06", "2018-12", "2019-02"])
SELECTIONS = st.builds(
    Selection,
    drugs=st.sampled_from([(), ("heroin",), ("opium", "hashish"), ("khat",)]),
    kinds=st.sampled_from([(), ("seizure",)]),
    countries=st.sampled_from([(), ("TJK",), ("TJK", "KGZ")]),
    agencies=st.sampled_from([(), ("DCA",), ("MIA",), ("DC",)]),
    first_month=MONTHS,
    last_month=MONTHS,
    areas=st.sampled_from([(), (), ("TJK",), ("tj-khatlon", "AFG")]),
)
PLACES = 5


def by_hand(events, selection):
    """The events as tables give them, one row each."""
    return one_row_each(select(events, selection).events)


def with_provinces(rows):
    """A province for some rows, so that areas are both provinces and countries."""
    events = table(rows)
    return events.assign(province_id=np.where(np.arange(len(events)) % 3 == 0, "tj-khatlon", None))


@settings(max_examples=80)
@given(ROWS, SELECTIONS)
def test_events_and_kilograms_by_place_are_those_of_the_tables(given_rows, selection):
    events = with_provinces(given_rows)
    columns = columns_of(events)
    happenings = by_hand(events, selection)
    n, kg = ColumnRows(columns).by_place(selection, columns["place"], PLACES)
    place = np.where(happenings["place"] < 0, PLACES, happenings["place"]).astype(int)
    np.testing.assert_array_equal(n, np.bincount(place, minlength=PLACES + 1))
    np.testing.assert_allclose(kg, np.bincount(place, happenings["weight_kg"], minlength=PLACES + 1), rtol=1e-12, atol=1e-12)


def test_an_event_whose_rows_are_thousands_of_rows_apart_is_counted_once_by_place():
    rng = np.random.default_rng(3)
    rows = [
        {
            "event_id": f"{rng.integers(0, 2500):032x}",
            "drug": str(rng.choice(["heroin", "opium", "hashish"])),
            "weight_kg": float(rng.integers(1, 99)),
            "kind": "seizure",
            "country_iso3": "TJK",
            "agency": None,
            "section_id": None,
            "span": SPANS[rng.integers(0, len(SPANS))],
            "hour": None,
            "place": int(rng.integers(-1, PLACES)),
            "in_region": True,
        }
        for _ in range(6000)
    ]
    events = table(rows)
    columns = columns_of(events, portion=2000)
    counted = ColumnRows(columns)
    for selection in (Selection(), Selection(drugs=("opium",)), Selection(first_month="2018-05"), Selection(last_month="2018-06")):
        happenings = by_hand(events, selection)
        n, kg = counted.by_place(selection, columns["place"], PLACES)
        place = np.where(happenings["place"] < 0, PLACES, happenings["place"]).astype(int)
        np.testing.assert_array_equal(n, np.bincount(place, minlength=PLACES + 1))
        np.testing.assert_allclose(kg, np.bincount(place, happenings["weight_kg"], minlength=PLACES + 1), rtol=1e-12)


@settings(max_examples=80)
@given(ROWS, SELECTIONS)
def test_two_threads_join_the_rows_of_an_event_as_one_does(given_rows, selection):
    events = with_provinces(given_rows)
    columns = columns_of(events)
    rows = ColumnRows(columns)
    alone = rows.joined(selection, rows.chosen(selection))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(column_rows, "MANY_ROWS", 1)
        both = rows.joined(selection, rows.chosen(selection))
    for one, other in zip(alone, both, strict=True):
        np.testing.assert_allclose(one, other)


@settings(max_examples=80)
@given(ROWS, SELECTIONS)
def test_the_rows_that_pass_are_those_of_the_tables(given_rows, selection):
    events = with_provinces(given_rows)
    rows = ColumnRows(columns_of(events))
    there = events[events["in_region"]].reset_index(drop=True)
    found = select(there, selection)
    assert rows.passing(selection).tolist() == found.events.index.tolist()
    assert rows.happened(selection).row.tolist() == one_row_each(found.events).index.tolist()
    assert rows.count(rows.overlapping(selection)) == found.overlapping and rows.count(rows.undated(selection)) == found.undated


@settings(max_examples=80)
@given(ROWS, SELECTIONS)
def test_the_sums_by_month_and_what_is_left_add_up_to_the_key_figures(given_rows, selection):
    events = with_provinces(given_rows)
    rows = ColumnRows(columns_of(events))
    there = events[events["in_region"]].reset_index(drop=True)
    figures = key_figures(there, selection, build_timeline(there, there, []))
    sums = rows.sums(selection)
    assert sums.n_events == figures.n_events and sums.is_at_least == figures.is_at_least
    assert sums.n_other_units == figures.n_other_units and sums.n_without_point == figures.n_without_point
    np.testing.assert_allclose(sums.weight_kg, figures.weight_kg, rtol=1e-12, atol=1e-12)
    assert {drug: round(kg, 9) for drug, kg in sums.kg_apart.items()} == {drug: round(kg, 9) for drug, kg in figures.kg_apart.items()}


@settings(max_examples=30)
@given(ROWS, SELECTIONS)
def test_where_sums_by_month_would_fill_the_memory_every_row_is_looked_at(given_rows, selection):
    columns = columns_of(with_provinces(given_rows))
    quick, slow = ColumnRows(columns), ColumnRows(columns)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(month_sums, "MOST_CELLS", -1)
        assert len(slow.months.rest) == columns.n
    one, other = quick.sums(selection), slow.sums(selection)
    np.testing.assert_allclose(one.weight_kg, other.weight_kg, rtol=1e-12, atol=1e-12)
    assert one._replace(weight_kg=0, kg_apart={}) == other._replace(weight_kg=0, kg_apart={})
