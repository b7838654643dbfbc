import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.base import Period
from layers.timeline import build_timeline, default_period, incomplete_months, months_in, reported_months


def month_rows(months):
    return [{"happened_from": f"{month}-01", "happened_to": f"{month}-28", "date_precision": "month"} for month in months]


def test_a_month_without_any_report_is_a_gap_and_one_without_this_drug_is_a_zero(events_of):
    reports = events_of([*month_rows(["2018-01", "2018-02", "2018-04"])])
    timeline = build_timeline(reports, reports.iloc[[0, 2]])
    assert timeline.months == ["2018-01", "2018-02", "2018-03", "2018-04"]
    assert timeline.n_events.tolist() == [1, 0, 0, 1]
    assert timeline.has_reports.tolist() == [True, True, False, True]


def test_an_event_known_to_its_year_fills_no_month_and_proves_no_report(events_of):
    reports = events_of(
        [*month_rows(["2018-01", "2018-03"]), {"happened_from": "2018-01-01", "happened_to": "2018-12-31", "date_precision": "year"}]
    )
    timeline = build_timeline(reports, reports)
    assert timeline.n_events.tolist() == [1, 0, 1]
    assert timeline.has_reports.tolist() == [True, False, True]
    assert timeline.n_vague.tolist() == [1, 1, 1]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 3), st.floats(0, 100)), max_size=25))
def test_the_histogram_equals_a_count_by_hand(events_of, drawn):
    months = [f"{2016 + m // 12}-{m % 12 + 1:02d}" for m, _, _ in drawn]
    rows = [row | {"event_id": f"e{m}-{e}", "weight_kg": kg} for row, (m, e, kg) in zip(month_rows(months), drawn, strict=True)]
    timeline = build_timeline(events_of(rows), events_of(rows))
    for i, month in enumerate(timeline.months):
        here = [row for row, name in zip(rows, months, strict=True) if name == month]
        assert timeline.n_events[i] == len({row["event_id"] for row in here})
        assert np.isclose(timeline.weight_kg[i], sum(row["weight_kg"] for row in here))
        assert timeline.has_reports[i] == bool(here)
    assert timeline.n_events.sum() == len({row["event_id"] for row in rows})


@given(
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 8)), max_size=10),
)
def test_vague_events_show_in_every_month_they_may_belong_to(events_of, spans):
    frame = month_rows(["2018-01", "2018-07"])
    rows = [
        {"happened_from": f"2018-{a + 1:02d}-01", "happened_to": f"2018-{min(a + b, 11) + 1:02d}-28", "date_precision": "year"}
        for a, b in spans
    ]
    timeline = build_timeline(events_of(frame), events_of(rows))
    for i, month in enumerate(timeline.months):
        assert timeline.n_vague[i] == sum(row["happened_from"][:7] <= month <= row["happened_to"][:7] for row in rows)


def test_the_page_opens_on_the_last_twelve_months_that_hold_reports(events_of):
    months = [f"2018-{m:02d}" for m in range(1, 11)] + ["2019-03", "2019-06", "2020-01", "2020-02"]
    timeline = build_timeline(events_of(month_rows(months)), events_of([]))
    assert default_period(timeline) == Period("2018-03", "2020-02")
    assert reported_months(timeline, Period("2018-03", "2020-02")) == 12
    assert months_in(Period("2018-03", "2020-02")) == 24


def test_fewer_than_twelve_months_open_whole_and_none_open_nothing(events_of):
    assert default_period(build_timeline(events_of(month_rows(["2018-03"])), events_of([]))) == Period("2018-03", "2018-03")
    empty = build_timeline(events_of([]), events_of([]))
    assert default_period(empty) is None
    assert reported_months(empty, Period("2018-01", "2018-12")) == 0


def test_a_period_outside_the_timeline_holds_no_reports(events_of):
    timeline = build_timeline(events_of(month_rows(["2018-03", "2018-04"])), events_of([]))
    assert reported_months(timeline, Period("2017-01", "2017-12")) == 0
    assert reported_months(timeline, Period("2018-04", "2020-12")) == 1
    assert reported_months(timeline, Period("2019-04", "2020-12")) == 0


def test_a_month_that_one_of_two_usual_sources_left_silent_is_known_in_part(events_of):
    months = [f"2018-{month:02d}" for month in range(1, 13)]
    rows = month_rows(months) + [row | {"country_iso3": "KGZ"} for row in month_rows(months[:6] + months[9:])]
    timeline = build_timeline(events_of(rows), events_of(rows))
    assert timeline.has_reports.all() and timeline.n_missing.tolist() == [0] * 6 + [1] * 3 + [0] * 3
    assert incomplete_months(timeline, Period("2018-07", "2018-12")) == 3
    only = build_timeline(events_of(rows[:12]), events_of(rows[:12]))
    assert only.n_missing.sum() == 0


def test_what_a_person_stated_about_a_source_that_seldom_reports_counts_too(events_of):
    rows = month_rows([f"2018-{month:02d}" for month in range(1, 13)])
    stated = [{"feed": "dca", "country_iso3": "TJK", "month": "2018-04"}]
    assert build_timeline(events_of(rows), events_of(rows), stated).n_missing.tolist() == [0, 0, 0, 1] + [0] * 8
