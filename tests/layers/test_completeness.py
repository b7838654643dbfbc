"""Completeness: what a month without a report is called, and that it is never a zero."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from layers.completeness import GAP, LATE, NOT_EXPECTED, REGULAR, REPORTED, SILENT, STATUSES, Source, build_completeness
from layers.months import month_number, month_text


def rows_in(months, **more):
    return [{"happened_from": f"{month}-05", "happened_to": f"{month}-05", "event_id": f"{month}-{more}"} | more for month in months]


def year(number, months=range(1, 13)):
    return [f"{number}-{month:02d}" for month in months]


def words(grid, source=0):
    return [STATUSES[code] for code in grid.status[source]]


def test_the_months_of_silence_of_the_only_source_are_gaps_and_stay_so_however_long(events_of):
    grid = build_completeness(events_of(rows_in(year(2012) + year(2016))), [], "2017-01-20")
    assert grid.months[0] == "2012-01" and grid.months[-1] == "2017-01"
    assert words(grid) == ["reported"] * 12 + ["silent"] * 36 + ["reported"] * 12 + ["late"]
    assert grid.missing().tolist() == [0] * 12 + [1] * 36 + [0] * 12 + [1]


def test_a_month_is_late_before_it_is_silent_and_the_future_is_not_expected(events_of):
    grid = build_completeness(events_of(rows_in(year(2018))), [], "2019-05-02", last="2019-07")
    assert words(grid)[12:] == ["silent", "silent", "late", "late", "late", "not_expected", "not_expected"]


def test_a_source_is_expected_from_the_first_month_from_which_it_reported_regularly(events_of):
    scattered = ["2010-03", "2011-09"]
    grid = build_completeness(events_of(rows_in([*scattered, *year(2014, [1, 3, 4, 6, 7, 8, 9, 11, 12]), "2015-12"])), [], "2016-01-01")
    status = dict(zip(grid.months, words(grid), strict=True))
    assert status["2010-03"] == "reported" and status["2012-05"] == "not_expected"
    assert status["2014-02"] == status["2015-10"] == "silent"
    now_and_then = build_completeness(events_of(rows_in(year(2014, range(1, 12, 3)))), [], "2014-12-31")
    assert set(words(now_and_then)) == {"reported", "not_expected"}


def test_a_gap_that_a_person_stated_is_a_gap_until_a_report_comes(events_of):
    stated = {"feed": "press_reports", "country_iso3": "TJK", "month": "2018-03", "cause": "no_access", "gap_id": 7}
    gap = [stated, stated | {"month": "2018-05"}, stated | {"feed": "dca", "month": "2018-04"}]
    grid = build_completeness(events_of(rows_in(year(2018, [1, 2, 4, 5, 6, 7]))), gap, "2018-07-31")
    assert grid.sources == [Source("dca", "TJK"), Source("press_reports", "TJK")]
    assert words(grid, 1)[2] == "gap" and grid.causes[1, 2]["cause"] == "no_access"
    assert words(grid, 1)[4] == "reported" and grid.causes[1, 4]["gap_id"] == 7
    assert words(grid, 0)[3] == "gap" and set(words(grid, 0)) == {"gap", "not_expected"}
    assert grid.missing()[3] == 1


def test_each_country_of_a_feed_is_a_source_of_its_own(events_of):
    rows = rows_in(year(2018)) + rows_in(year(2018, range(1, 10)), country_iso3="KGZ")
    grid = build_completeness(events_of(rows), [], "2018-12-31")
    assert [source.country_iso3 for source in grid.sources] == ["KGZ", "TJK"]
    assert grid.missing().tolist() == [0] * 9 + [1] * 3 and grid.expected().tolist() == [2] * 12


def test_a_report_known_only_to_its_year_proves_no_month(events_of):
    vague = {"happened_from": "2018-01-01", "happened_to": "2018-12-31", "date_precision": "year", "event_id": "v"}
    grid = build_completeness(events_of([*rows_in(["2018-01", "2018-12"]), vague]), [], "2018-12-31")
    assert words(grid)[1:11] == ["not_expected"] * 10 and grid.n_events.sum() == 2


def test_nothing_reported_is_an_empty_grid_and_a_grid_ends_soon_after_the_last_report_of_anyone(events_of):
    empty = build_completeness(events_of([]), [], "2026-11-22")
    assert empty.months == [] and empty.sources == [] and empty.missing().tolist() == []
    old = build_completeness(events_of(rows_in(year(2016))), [], "2026-11-22")
    assert old.months[-1] == "2017-02" and words(old)[-2:] == ["silent", "silent"]


SOURCES = st.tuples(st.sampled_from(["dca", "ids"]), st.sampled_from(["TJK", "KGZ"]), st.integers(0, 30), st.integers(0, 2))


@given(st.lists(SOURCES, max_size=40), st.lists(SOURCES, max_size=4), st.integers(0, 40))
def test_the_grid_equals_a_count_by_hand(events_of, drawn, stated, ahead):
    base = month_number("2016-01")
    month = [month_text(base + at) for _, _, at, _ in drawn]
    rows = [
        {"feed": f, "country_iso3": c, "happened_from": f"{m}-02", "happened_to": f"{m}-02", "event_id": f"{f}{c}{m}{e}"}
        for (f, c, _, e), m in zip(drawn, month, strict=True)
    ]
    gaps = [{"feed": f, "country_iso3": c, "month": month_text(base + at), "cause": "other"} for f, c, at, _ in stated]
    today = base + ahead
    grid = build_completeness(events_of(rows), gaps, f"{month_text(today)}-15", first="2016-01", last="2019-06")
    assert {tuple(source) for source in grid.sources} == {(r["feed"], r["country_iso3"]) for r in [*rows, *gaps]}
    for s, (feed, country) in enumerate(grid.sources):
        mine = [(row["happened_from"][:7], row["event_id"]) for row in rows if (row["feed"], row["country_iso3"]) == (feed, country)]
        reported = sorted({month_number(m) for m, _ in mine})
        regular = [m for m in reported if sum(m <= other < m + 12 for other in reported) >= REGULAR]
        for m, name in enumerate(grid.months):
            n = len({event for at, event in mine if at == name})
            assert grid.n_events[s, m] == n
            number = month_number(name)
            if n:
                wanted = REPORTED
            elif any((g["feed"], g["country_iso3"], g["month"]) == (feed, country, name) for g in gaps):
                wanted = GAP
            elif not regular or number < regular[0] or number > today:
                wanted = NOT_EXPECTED
            else:
                wanted = LATE if number >= today - 2 else SILENT
            assert grid.status[s, m] == wanted, (name, feed, country)
    assert np.array_equal(grid.missing(), (np.isin(grid.status, (LATE, SILENT, GAP))).sum(axis=0))
