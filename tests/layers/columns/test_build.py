import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings

from geodata.errors import WrongTable
from layers.columns.build import CODED, FILTERED, NUMBERS, SOURCE, Builder
from layers.columns.numbering import joint, months_of, number_events
from layers.happenings import drug_kg, event_codes
from layers.months import month_number, single_months
from tests.layers.columns.rows import ROWS, columns_of, table


@settings(max_examples=25)
@given(ROWS)
def test_the_columns_say_what_the_rows_say_in_the_order_of_the_store(rows):
    events = table(rows)
    found = columns_of(events)
    there = events[events["in_region"]].reset_index(drop=True)
    assert found.n == len(there) == found.about["n"]
    assert found.about["n_dated"] == there["happened_from"].notna().sum()
    for name in CODED:
        assert found.texts(name, slice(None)).tolist() == there[name].fillna("").tolist()
        assert found.words[name][0] == ""
    for name in NUMBERS:
        np.testing.assert_array_equal(found[name], there[name].to_numpy(float))
    np.testing.assert_array_equal(found["kg"], drug_kg(there))
    np.testing.assert_array_equal(found["month"], single_months(there))
    np.testing.assert_array_equal(found["event"], event_codes(there)[0])
    assert found["hour"].tolist() == there["hour"].fillna(-1).tolist()
    assert [f"{high:016x}{low:016x}" for high, low in found["report"].tolist()] == there["report_id"].tolist()
    for name, column in (("day", "happened_from"), ("day_to", "happened_to")):
        days = [(dt.date.fromisoformat(text) - dt.date(1970, 1, 1)).days if isinstance(text, str) else -1 for text in there[column]]
        assert found[name].tolist() == days


@settings(max_examples=25)
@given(ROWS)
def test_several_numbers_the_events_of_more_than_one_row_and_nothing_else(rows):
    found = columns_of(table(rows))
    sizes = np.bincount(found["event"], minlength=1)[found["event"]]
    assert ((found["several"] >= 0) == (sizes > 1)).all()
    pairs = set(zip(found["several"][sizes > 1].tolist(), found["event"][sizes > 1].tolist(), strict=True))
    assert sorted(number for number, _ in pairs) == list(range(len({event for _, event in pairs})))


@settings(max_examples=25)
@given(ROWS)
def test_a_profile_is_what_a_row_says_in_all_filters_together(rows):
    found = columns_of(table(rows))
    for whole, parts in (("profile", FILTERED), ("source", SOURCE)):
        for part in parts:
            np.testing.assert_array_equal(found[f"{whole}_{part}"][found[whole]], found[part])
        distinct = np.column_stack([found[f"{whole}_{part}"] for part in parts])
        assert len(np.unique(distinct, axis=0)) == len(distinct)


def test_rows_given_as_arrays_are_the_same_columns():
    events = table(
        [
            {
                "event_id": "a",
                "drug": drug,
                "weight_kg": 2.0,
                "kind": "seizure",
                "country_iso3": "TJK",
                "agency": None,
                "section_id": None,
                "span": ("2018-05-03", "2018-05-03", "day"),
                "hour": None,
                "place": 0,
                "in_region": True,
            }
            for drug in ("opium", "heroin")
        ]
    )
    whole = columns_of(events)
    arrays = {name: whole[name] for name in ("day", "day_to", "hour", "kg", "has_quantity", "report", *NUMBERS, *CODED)}
    arrays["event"] = np.column_stack([whole["event"], whole["event"]]).astype(np.uint64)
    builder = Builder()
    builder.add_coded(arrays, whole.words)
    again = builder.finish()
    assert set(again.arrays) == set(whole.arrays) - {"place"}
    for name in again.arrays:
        np.testing.assert_array_equal(again[name], whole[name])
    with pytest.raises(WrongTable, match="kg"):
        Builder().add_coded({name: array for name, array in arrays.items() if name != "kg"}, whole.words)


def test_a_report_without_its_number_is_refused(events_of):
    with pytest.raises(WrongTable, match="32 hex digits"):
        Builder().add(events_of([{}]))


def test_two_events_that_would_be_mixed_up_are_refused_instead():
    with pytest.raises(WrongTable, match="another name"):
        number_events(np.array([[0x9E3779B97F4A7C15, 0], [0, 1]], np.uint64))


def test_combinations_past_64_bits_are_still_told_apart():
    rng = np.random.default_rng(1)
    columns = [rng.integers(0, 2**31, 50).astype(np.uint32)[rng.integers(0, 50, 400)] for _ in range(4)]
    number, distinct = joint(columns)
    np.testing.assert_array_equal(distinct[number], np.column_stack(columns))
    assert len(np.unique(distinct, axis=0)) == len(distinct)


def test_every_day_of_two_centuries_has_its_month():
    days = np.arange(0, 73_000, dtype=np.int32)
    texts = pd.date_range("1970-01-01", periods=73_000).strftime("%Y-%m")
    assert months_of(np.append(days, np.int32(-1))).tolist() == [*(month_number(text) for text in texts), -1]
