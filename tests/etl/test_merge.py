import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.merge import merge_events, merge_totals


def located(*rows: tuple[str, str, bool, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["report_id", "event_id", "in_region", "repeat_number"])


def test_further_drugs_of_one_event_are_merged_into_its_first_row():
    merged = merge_events(located(("a", "X", True, 1), ("b", "X", True, 1), ("c", "Y", False, 1)), set(), set())
    assert merged == (1, 1, 1, 0)


def test_a_report_and_an_event_that_the_store_has_are_merged():
    merged = merge_events(located(("a", "X", True, 1), ("b", "Y", True, 1), ("c", "Z", True, 1)), {"a"}, {"Y"})
    assert merged == (1, 0, 2, 0)


def test_the_same_row_again_in_one_file_is_an_event_of_its_own_and_counted_as_a_repeat():
    assert merge_events(located(("a", "a", True, 1), ("b", "b", True, 2)), set(), set()) == (2, 0, 0, 1)


def test_a_line_with_several_drugs_is_counted_once():
    rows = located(("a", "X", True, 1), ("b", "X", True, 1), ("c", "Y", True, 1)).assign(row_number=[2, 2, 3])
    assert merge_events(rows, set(), set()) == (2, 0, 0, 0)
    assert merge_events(rows, {"a", "b"}, {"X"}) == (1, 0, 1, 0)


ids = st.sampled_from("abcdefgh")


@settings(deadline=None)
@given(st.lists(st.tuples(ids, ids, st.booleans(), st.integers(1, 3)), max_size=20), st.sets(ids), st.sets(ids))
def test_every_row_is_an_event_outside_or_merged(rows, known_reports, known_events):
    merged = merge_events(located(*rows), known_reports, known_events)
    assert merged.events + merged.outside_region + merged.merged == len(rows)
    fresh = {event for report, event, _, _ in rows if report not in known_reports and event not in known_events}
    assert merged.events + merged.outside_region <= len(fresh)


def totals(*rows: tuple[str, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["country_iso3", "drug", "weight_kg"])
    return table.assign(year=2016, basis="published", period=None, note=None, source_url=None, feed="unodc_annual", file_sha256="x")


def test_a_total_that_stands_twice_or_is_known_is_merged():
    new = totals(("TJK", "heroin", 1.0), ("TJK", "heroin", 1.0), ("TJK", "opium", 2.0), ("RUS", "opium", 2.0))
    known = totals(("TJK", "opium", 2.0)).assign(file_sha256="y")
    assert merge_totals(new, known, ("TJK",)) == (1, 1, 2, 1)
