import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.base import Period
from layers.key_figures import NO_PERIOD, NONE_BEFORE, NONE_NOW, key_figures
from layers.selection import Selection, countries_only, select, without_period
from layers.timeline import build_timeline


def figures(events, selection, totals=None):
    reports, chosen = (select(events, some).events for some in (countries_only(selection), without_period(selection)))
    return key_figures(events, selection, build_timeline(reports, chosen), totals)


def on(month, **said):
    return {"happened_from": f"{month}-05", "happened_to": f"{month}-05"} | said


def test_what_changed_is_told_against_the_period_of_equal_length_before(events_of):
    events = events_of([on("2018-03"), on("2018-04", weight_kg=4.0), on("2018-05", weight_kg=2.0), on("2018-06"), on("2018-06")])
    told = figures(events, Selection(first_month="2018-05", last_month="2018-06"))
    assert (told.n_events, told.weight_kg, told.period, told.months) == (3, 4.0, Period("2018-05", "2018-06"), 2)
    assert (told.change_n.before, told.change_n.difference) == (2, 1)
    assert (told.change_kg.before, told.change_kg.difference) == (5.0, -1.0)


def test_a_period_before_without_any_report_is_not_known_and_not_zero(events_of):
    told = figures(events_of([on("2018-01"), on("2018-05")]), Selection(first_month="2018-05", last_month="2018-06"))
    assert (told.change_n.difference, told.change_n.before, told.change_n.reason) == (None, None, NONE_BEFORE)


def test_a_period_before_with_reports_of_other_drugs_is_a_real_zero(events_of):
    events = events_of([on("2018-04", drug="opium"), on("2018-05")])
    told = figures(events, Selection(drugs=("heroin",), first_month="2018-05", last_month="2018-05"))
    assert (told.change_n.before, told.change_n.difference) == (0, 1)


def test_a_period_without_any_report_says_so(events_of):
    told = figures(events_of([on("2018-01"), on("2018-05")]), Selection(first_month="2018-02", last_month="2018-03"))
    assert (told.n_events, told.has_reports, told.change_kg.reason) == (0, False, NONE_NOW)


def test_reports_from_fewer_months_than_before_are_said_to_be_uneven(events_of):
    events = events_of([on("2018-01"), on("2018-02"), on("2018-03"), on("2018-05")])
    told = figures(events, Selection(first_month="2018-03", last_month="2018-04"))
    assert told.change_n.is_uneven
    assert (told.months, told.months_with_reports) == (2, 1)


def test_without_a_period_there_is_no_change(events_of):
    assert figures(events_of([on("2018-01")]), Selection()).change_n.reason == NO_PERIOD


def test_alcohol_precursors_and_tablets_stand_apart_from_drug_kilograms(events_of):
    events = events_of(
        [
            on("2018-05", weight_kg=3.0, quantity=3.0),
            on("2018-05", drug="alcohol", weight_kg=100.0, quantity=100.0),
            on("2018-05", drug="precursor", weight_kg=50.0, quantity=50.0),
            on("2018-05", drug="psychotropics", weight_kg=None, quantity=400.0, unit="tablet"),
            on("2018-05", weight_kg=None, quantity=None),
        ]
    )
    told = figures(events, Selection())
    assert (told.n_events, told.weight_kg, told.n_other_units) == (5, 3.0, 1)
    assert told.kg_apart == {"precursor": 50.0, "alcohol": 100.0}


@pytest.mark.parametrize(("bound", "kg", "expected"), [("at_least", 20.0, True), ("exact", 20.0, False), ("at_least", None, False)])
def test_one_lower_bound_makes_the_sum_a_lower_bound(events_of, bound, kg, expected):
    assert figures(events_of([on("2018-05"), on("2018-05", weight_bound=bound, weight_kg=kg)]), Selection()).is_at_least == expected


def test_undated_vague_and_unplaced_events_have_numbers_of_their_own(events_of):
    events = events_of(
        [
            on("2018-05"),
            on("2018-05", lon=None, lat=None, precision_level="country"),
            {"happened_from": None, "happened_to": None, "date_precision": "unknown"},
            {"happened_from": "2018-04-01", "happened_to": "2018-06-30", "date_precision": "quarter"},
        ]
    )
    told = figures(events, Selection(first_month="2018-05", last_month="2018-05"))
    assert (told.n_events, told.n_without_point, told.n_undated, told.n_overlapping) == (2, 1, 1, 1)


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4), st.floats(0, 20)), max_size=20), st.integers(1, 9), st.integers(1, 9))
def test_now_minus_before_is_the_difference_of_two_plain_counts(events_of, drawn, one, other):
    first, last = sorted((one, other))
    events = events_of([on(f"2018-0{m}", event_id=f"e{m}-{e}", weight_kg=kg) for m, e, kg in drawn])
    told = figures(events, Selection(first_month=f"2018-0{first}", last_month=f"2018-0{last}"))
    now = {(m, e) for m, e, _ in drawn if first <= m <= last}
    before = {(m, e) for m, e, _ in drawn if first - (last - first + 1) <= m < first}
    assert told.n_events == len(now)
    if now and before:
        assert told.change_n.difference == len(now) - len(before)
    else:
        assert told.change_n.difference is None


def test_an_empty_store_has_figures_too(events_of):
    told = figures(events_of([]), Selection(first_month="2018-01", last_month="2018-02"), pd.DataFrame())
    assert (told.n_events, told.weight_kg, told.has_reports, told.coverage.reason) == (0, 0.0, False, "share.no_national_totals")
