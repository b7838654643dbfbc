"""What the brush adds up in the browser, against a slow recount of the same rows."""

import calendar
import datetime as dt
import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.answers.rows import date_text
from dashboard.maps.payload import unpack

APART = ("alcohol", "precursor")


def view_of(client, settings, question=""):
    answer = client(settings, "command").server.test_client().get(f"/en/data/view?{question}")
    # A browser on this machine gets a large one as it is.
    return unpack(gzip.decompress(answer.data) if answer.headers.get("Content-Encoding") == "gzip" else answer.data)


def on_screen(header, arrays, first: int, last: int) -> tuple[float, float]:
    """Events and kilograms as assets/core.js adds them up."""
    n, kg = arrays["step_n"][first : last + 1].sum(), arrays["step_kg"][first : last + 1].sum()
    whole = (arrays["vague_first"] >= first) & (arrays["vague_last"] <= last)
    return n + arrays["vague_n"][whole].sum(), kg + arrays["vague_kg"][whole].sum()


def recount(events, first: str, last: str) -> tuple[int, float]:
    """One row after the other."""
    end = f"{last}-{calendar.monthrange(int(last[:4]), int(last[5:]))[1]:02d}"
    seen, kg = set(), 0.0
    for row in events.itertuples():
        if isinstance(row.happened_from, str) and f"{first}-01" <= row.happened_from and row.happened_to <= end:
            seen.add(row.event_id)
            kg += row.weight_kg if row.weight_kg == row.weight_kg and row.weight_kg is not None and row.drug not in APART else 0.0
    return len(seen), kg


@pytest.mark.parametrize("store", ["real", "generated"])
def test_every_position_of_the_brush_adds_up_to_a_recount(request, client, store):
    settings, events = request.getfixturevalue(store), request.getfixturevalue(f"{store}_events")
    header, arrays = view_of(client, settings)
    steps = header["steps"]
    random = np.random.default_rng(1)
    windows = [(0, len(steps) - 1), (0, 0), tuple(header["default_window"])]
    windows += [tuple(sorted(random.integers(0, len(steps), 2))) for _ in range(12)]
    for first, last in windows:
        n, kg = on_screen(header, arrays, first, last)
        wanted = recount(events, steps[first], steps[last])
        assert (n, pytest.approx(kg)) == wanted, f"{steps[first]}..{steps[last]}"


@pytest.mark.parametrize("question", ["d=heroin", "d=heroin,opium&c=TJK", "k=armed_clash", "t=road"])
def test_filters_travel_into_the_sums(client, real, real_events, question):
    header, arrays = view_of(client, real, question)
    events = real_events
    for part in question.split("&"):
        key, values = part.split("=")
        column = {"d": "drug", "c": "country_iso3", "k": "kind", "t": "transport"}[key]
        events = events[events[column].isin(values.split(","))]
    steps = header["steps"]
    n, kg = on_screen(header, arrays, 0, len(steps) - 1)
    assert (n, pytest.approx(kg)) == recount(events, steps[0], steps[-1])


@pytest.mark.parametrize("store", ["real", "generated"])
def test_symbols_hold_every_event_that_is_known_to_a_place_and_a_month_and_no_other(request, client, store):
    settings, events = request.getfixturevalue(store), request.getfixturevalue(f"{store}_events")
    header, arrays = view_of(client, settings)
    first = events.drop_duplicates("event_id")
    sharp = first["lon"].notna() & ~first["precision_level"].isin(("district", "province", "country", "none"))
    dated = first["date_precision"].isin(("day", "month")) & (first["happened_from"].str[:7] == first["happened_to"].str[:7])
    assert header["n_groups_hidden"] == 0
    assert arrays["group_n"].sum() == (sharp & dated).sum()
    assert len(arrays["group_lon"]) == header["n_groups"] == len(arrays["group_kind"])
    assert len(arrays["group_name"]) == 0 or arrays["group_name"].max() < len(header["group_names"])
    drawn = set(zip(arrays["group_lon"].round(6), arrays["group_lat"].round(6), strict=True))
    assert drawn <= set(zip(first["lon"].round(6), first["lat"].round(6), strict=True))


@pytest.mark.parametrize("store", ["real", "generated"])
def test_cells_hold_each_placed_event_exactly_once_in_all(request, client, store):
    settings, events = request.getfixturevalue(store), request.getfixturevalue(f"{store}_events")
    header, arrays = view_of(client, settings)
    first = events.drop_duplicates("event_id")
    dated = first["date_precision"].isin(("day", "month")) & (first["happened_from"].str[:7] == first["happened_to"].str[:7])
    placed = first["lon"].notna() & ~first["precision_level"].isin(("country", "none"))
    left_out = sum(header["left_out"].values())
    assert arrays["cell_n"].sum() == pytest.approx((dated & placed).sum(), abs=0.5 + left_out)
    assert arrays["cell_n"].min() > 0 and arrays["cell_index"].max() < header["n_cells"] == len(header["cell_ids"])


def test_the_page_opens_on_the_last_twelve_months_that_hold_reports(client, real, real_events):
    header, arrays = view_of(client, real)
    first, last = header["default_window"]
    reported = [k for k, gap in enumerate(arrays["step_gap"]) if not gap]
    assert [first, last] == [reported[-12], reported[-1]]
    assert sum(not gap for gap in arrays["step_gap"][first : last + 1]) == 12


days = st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31))


@given(days, days, st.sampled_from(["day", "month", "quarter", "year", "unknown"]))
def test_a_date_is_never_written_sharper_than_it_is_known(a, b, precision):
    begin, end = min(a, b), max(a, b)
    text = date_text(begin.isoformat(), end.isoformat(), precision)
    longest = {"day": 10, "month": 7, "quarter": 6, "year": 4, "unknown": 4}[precision]
    if begin != end:
        assert len(text) <= min(longest, 7) or " – " in text
    else:
        assert len(text) <= longest
    assert "T" not in text and begin.isoformat()[:4] in text


def test_dates_are_written_as_sharp_as_they_are_known():
    assert date_text("2018-07-25", "2018-07-25", "day") == "2018-07-25"
    assert date_text("2018-07-01", "2018-07-31", "month") == "2018-07"
    assert date_text("2018-07-01", "2018-09-30", "quarter") == "2018Q3"
    assert date_text("2018-01-01", "2018-12-31", "year") == "2018"
    assert date_text(None, None, "unknown") == ""
