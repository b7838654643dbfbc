import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.selection import Selection, agencies_in, countries_only, period_before, select, without_period

SPANS = [
    ("2018-01-15", "2018-01-15", "day"),
    ("2018-02-01", "2018-02-28", "month"),
    ("2018-01-01", "2018-03-31", "quarter"),
    ("2018-01-01", "2018-12-31", "year"),
    ("2018-06-30", "2018-07-01", "day"),
    (None, None, "unknown"),
]
ROWS = st.lists(
    st.builds(
        lambda event, drug, kind, country, agency, span, region: {
            "event_id": f"e{event}",
            "drug": drug,
            "kind": kind,
            "country_iso3": country,
            "agency": agency,
            "happened_from": span[0],
            "happened_to": span[1],
            "date_precision": span[2],
            "in_region": region,
        },
        st.integers(0, 5),
        st.sampled_from(["heroin", "opium", None]),
        st.sampled_from(["seizure", "armed_clash"]),
        st.sampled_from(["TJK", "AFG"]),
        st.sampled_from(["DCA", "MIA; DCA", "MIA", None]),
        st.sampled_from(SPANS),
        st.sampled_from([True, True, True, False]),
    ),
    min_size=1,
    max_size=20,
)
MONTHS = st.sampled_from([None, "2017-12", "2018-01", "2018-03", "2018-07", "2018-12"])
SELECTIONS = st.builds(
    Selection,
    drugs=st.sampled_from([(), (), ("heroin",), ("heroin", "opium")]),
    kinds=st.sampled_from([(), (), ("seizure",)]),
    countries=st.sampled_from([(), (), ("TJK",)]),
    agencies=st.sampled_from([(), (), ("DCA",), ("CARICC",)]),
    first_month=MONTHS,
    last_month=MONTHS,
)


def slow_selection(rows, selection):
    """Row by row, as one would explain it."""
    inside, overlapping, undated = [], set(), set()
    for i, row in enumerate(rows):
        agencies = [name.strip() for name in (row["agency"] or "").split(";")]
        passes = (
            row["in_region"]
            and (not selection.drugs or row["drug"] in selection.drugs)
            and (not selection.kinds or row["kind"] in selection.kinds)
            and (not selection.countries or row["country_iso3"] in selection.countries)
            and (not selection.agencies or any(name in selection.agencies for name in agencies))
        )
        if not passes:
            continue
        has_period = bool(selection.first_month or selection.last_month)
        if row["happened_from"] is None:
            undated.add(row["event_id"])
            if not has_period:
                inside.append(i)
            continue
        first, last = selection.first_month or "0000-01", selection.last_month or "9999-12"
        start, end = row["happened_from"][:7], row["happened_to"][:7]
        if first <= start and end <= last:
            inside.append(i)
        elif start <= last and end >= first:
            overlapping.add(row["event_id"])
    return inside, len(overlapping), len(undated)


@given(ROWS, SELECTIONS)
def test_a_selection_equals_the_row_by_row_one(events_of, rows, selection):
    selected = select(events_of(rows), selection)
    assert (selected.events.index.tolist(), selected.overlapping, selected.undated) == slow_selection(rows, selection)


@pytest.mark.parametrize(
    ("first", "last", "inside", "overlapping"),
    [
        ("2018-01", "2018-03", 1, 0),
        ("2018-02", "2018-03", 0, 1),
        ("2018-01", "2018-02", 0, 1),
        (None, "2018-02", 0, 1),
        ("2018-02", None, 0, 1),
        ("2018-04", None, 0, 0),
        (None, "2017-12", 0, 0),
    ],
)
def test_an_event_is_in_a_period_only_with_all_its_possible_days(events_of, first, last, inside, overlapping):
    events = events_of([{"happened_from": "2018-01-01", "happened_to": "2018-03-31", "date_precision": "quarter"}])
    selected = select(events, Selection(first_month=first, last_month=last))
    assert (len(selected.events), selected.overlapping) == (inside, overlapping)


def test_an_event_known_only_to_the_quarter_is_counted_as_overlapping_and_not_drawn(events_of):
    events = events_of([{"happened_from": "2018-01-01", "happened_to": "2018-03-31", "date_precision": "quarter"}])
    selected = select(events, Selection(first_month="2018-02", last_month="2018-06"))
    assert selected.events.empty
    assert selected.overlapping == 1


def test_an_agency_is_found_among_several(events_of):
    events = events_of([{"agency": "MIA; DCA"}, {"agency": "MIA"}, {"agency": None}])
    assert len(select(events, Selection(agencies=("DCA",))).events) == 1
    assert agencies_in(events) == ["DCA", "MIA"]


def test_the_period_before_is_as_long_and_ends_where_this_one_begins():
    before = period_before(Selection(drugs=("heroin",), first_month="2018-05", last_month="2018-07"))
    assert before == Selection(drugs=("heroin",), first_month="2018-02", last_month="2018-04")


@pytest.mark.parametrize("months", [(None, None), ("2018-05", None), (None, "2018-05"), ("2018-07", "2018-05")])
def test_without_a_whole_period_there_is_none_before(months):
    assert period_before(Selection(first_month=months[0], last_month=months[1])) is None


def test_the_brush_keeps_every_filter_but_the_period_and_gaps_look_at_countries_only():
    chosen = Selection(("heroin",), ("seizure",), ("TJK",), ("DCA",), ("road",), "2018-01", "2018-02", "weight")
    assert without_period(chosen) == Selection(("heroin",), ("seizure",), ("TJK",), ("DCA",), ("road",), None, None, "weight")
    assert countries_only(chosen) == Selection(countries=("TJK",))


def test_selecting_from_no_events_gives_no_events(events_of):
    selected = select(events_of([]), Selection(drugs=("heroin",), first_month="2018-01", last_month="2018-02"))
    assert isinstance(selected.events, pd.DataFrame)
    assert (len(selected.events), selected.overlapping, selected.undated) == (0, 0, 0)
