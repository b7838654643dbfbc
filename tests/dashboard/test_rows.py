"""Rows of the grid and of a download: their order, and which of them."""

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.answers.places import Places
from dashboard.answers.rows import newest_first, only_these

DAYS = st.none() | st.sampled_from(["2019-01-05", "2019-02-01", "2019-02-28", "2020-07-01"])


def table(days: list[str | None]) -> pd.DataFrame:
    return pd.DataFrame({"happened_from": pd.Series(days, dtype="str"), "report_id": [f"r{k}" for k in range(len(days))]})


@given(st.lists(DAYS, max_size=12))
def test_rows_are_told_newest_first_as_they_stood_within_a_day_and_the_undated_last(days):
    told = newest_first(table(days))
    slow = [k for day in sorted({day for day in days if day}, reverse=True) for k, own in enumerate(days) if own == day]
    slow += [k for k, day in enumerate(days) if day is None]
    assert told["report_id"].tolist() == [f"r{k}" for k in slow]
    assert told.index.tolist() == list(range(len(days)))


@given(st.lists(DAYS, max_size=12), st.lists(st.integers(0, 20).map("r{}".format), unique=True, max_size=12))
def test_a_download_of_some_rows_has_them_in_the_order_asked_and_leaves_out_what_is_not_there(days, wanted):
    events = table(days)
    told = only_these(events, wanted)
    assert told["report_id"].tolist() == [row for row in wanted if row in set(events["report_id"])]
    assert told.index.tolist() == list(range(len(told)))


@pytest.mark.parametrize("code", ["en", "ru", "tg"])
def test_a_place_is_called_as_the_first_of_its_names_in_the_script_and_rather_in_the_language(code):
    rows = [
        ("a", "Kulob", "en", "en"), ("a", "Kulyab", "", "en"), ("a", "Куляб", "ru", "ru"),
        ("a", "Кӯлоб", "tg", "ru"), ("b", "Ишкошим", "ru", "ru"), ("b", "asfrh", "", ""),
    ]  # fmt: skip
    called = pd.DataFrame(rows, columns=["place_id", "name", "language", "script"])
    places = SimpleNamespace(_called=called)
    places._town_names = Places._town_names.func(places)
    for id in ("a", "b", "c"):
        names = called[(called["place_id"] == id) & (called["script"] == ("en" if code == "en" else "ru"))]
        own = names[(names["language"] == code).to_numpy()]
        slow = str((own if len(own) else names)["name"].iloc[0]) if len(names) else ""
        assert Places.town_name(places, id, code) == slow
