"""Watch: months of a source that are known, and sources that fell silent."""

import numpy as np

from layers.months import month_range
from layers.watch import build_watch, month_after, source_of


def rows_in(months, **more):
    return [{"happened_from": f"{month}-05", "happened_to": f"{month}-05", "event_id": f"{month}-{more}"} | more for month in months]


YEARS = month_range(2017 * 12, 2018 * 12 + 11)


def test_a_month_is_known_where_its_source_reported_and_no_more_is_to_come(events_of):
    rows = rows_in(YEARS) + rows_in(YEARS[:12], country_iso3="KGZ")
    watch = build_watch(events_of(rows), [], YEARS, "2019-01-10")
    kgz, tjk = (next(k for k, s in enumerate(watch.sources) if s.country_iso3 == code) for code in ("KGZ", "TJK"))
    assert watch.arriving.tolist() == [False] * 22 + [True] * 2
    assert watch.known[tjk].tolist() == [True] * 22 + [False] * 2
    assert watch.known[kgz].tolist() == [True] * 12 + [False] * 12


def test_a_source_that_was_expected_and_sends_nothing_is_silent_as_a_whole(events_of):
    rows = rows_in(YEARS) + rows_in(YEARS[:12], country_iso3="KGZ") + rows_in(YEARS[:2], country_iso3="UZB")
    watch = build_watch(events_of(rows), [], YEARS, "2019-01-10")
    names = [s.country_iso3 for s in watch.sources]
    assert watch.fallen_silent(23) == [(names.index("KGZ"), 11)]
    assert watch.fallen_silent(11) == [], "in its last month with reports nobody is silent"


def test_months_that_may_still_be_reported_are_no_silence(events_of):
    rows = rows_in(YEARS) + rows_in(YEARS[:22], country_iso3="KGZ")
    assert build_watch(events_of(rows), [], YEARS, "2019-01-10").fallen_silent(23) == []
    assert len(build_watch(events_of(rows), [], YEARS, "2019-06-10").fallen_silent(23)) == 1


def test_rows_know_their_source_and_strangers_have_none(events_of):
    rows = events_of(rows_in(YEARS[:12]) + rows_in(YEARS[:2], country_iso3="UZB"))
    watch = build_watch(rows, [], YEARS[:12], "2020-01-01")
    found = source_of(rows, watch.sources)
    assert [watch.sources[k].country_iso3 for k in found] == rows["country_iso3"].tolist()
    assert source_of(rows, watch.sources[:0]).tolist() == [-1] * 14
    assert source_of(rows.iloc[:0], watch.sources).tolist() == []


def test_no_month_no_source(events_of):
    watch = build_watch(events_of([]), [], [], "2020-01-01")
    assert watch.known.shape == (0, 0) and watch.sources == []
    assert month_after("2018-11", 3) == "2019-02" and np.sum(watch.arriving) == 0
