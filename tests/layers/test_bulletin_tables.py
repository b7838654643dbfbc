"""Bulletin tables: every event and every kilogram exactly once in each table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.bulletin_tables import NOT_SAID, bulletin_tables
from layers.happenings import count_events, drug_kg

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "event_id": st.sampled_from(["a", "b", "c", "d", "e"]),
            "country_iso3": st.sampled_from(["TJK", "AFG"]),
            "drug": st.sampled_from(["heroin", "opium", "alcohol"]),
            "weight_kg": st.sampled_from([None, 0.5, 20.0]),
            "weight_bound": st.sampled_from([None, "exact", "at_least"]),
            "transport": st.sampled_from([None, "road", "river"]),
            "concealment": st.sampled_from([None, "vehicle", "body"]),
            "country_departure": st.sampled_from([None, "AFG"]),
            "country_destination": st.sampled_from([None, "RUS", "KAZ"]),
        }
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(now=ROWS, before=ROWS)
def test_every_event_and_kilogram_is_in_each_table_once(events_of, now, before):
    now, before = events_of(now), events_of(before)
    tables = bulletin_tables(now, before)
    for table in (tables.countries, tables.transports, tables.concealments):
        assert table["n"].sum() == tables.now.n == count_events(now)
        assert table["n_before"].sum() == tables.before.n
        assert table["kg"].sum() == pytest.approx(drug_kg(now).sum())
    for table in (tables.drugs, tables.of_country):
        assert table["kg"].sum() == pytest.approx(drug_kg(now).sum())
        assert table["n"].sum() >= tables.now.n
    assert tables.routes["n"].sum() <= tables.now.n
    assert not (tables.routes["key"] == NOT_SAID).any()
    assert tables.now.n_unweighed <= tables.now.n


def test_an_event_of_two_drugs_counts_for_both_and_once_in_its_country(events_of):
    two = events_of([{"event_id": "a", "drug": "heroin", "weight_kg": 2.0}, {"event_id": "a", "drug": "opium", "weight_kg": 3.0}])
    tables = bulletin_tables(two, two.iloc[:0])
    assert tables.drugs[["key", "n", "kg"]].values.tolist() == [["opium", 1, 3.0], ["heroin", 1, 2.0]]
    assert tables.countries[["key", "n", "kg"]].values.tolist() == [["TJK", 1, 5.0]]


def test_not_said_stands_last_and_a_route_needs_both_ends(events_of):
    rows = [{"transport": None}] * 3 + [{"transport": "road", "country_departure": "AFG", "country_destination": "RUS"}]
    tables = bulletin_tables(events_of([*rows, {"country_departure": "AFG"}]), events_of([]))
    assert tables.transports["key"].tolist() == ["road", NOT_SAID]
    assert tables.routes["key"].tolist() == ["AFG>RUS"]


def test_what_was_there_before_and_is_gone_stays_as_none(events_of):
    tables = bulletin_tables(events_of([{"drug": "heroin"}]), events_of([{"drug": "cocaine", "weight_bound": "at_least"}]))
    gone = tables.drugs.set_index("key").loc["cocaine"]
    assert (gone["n"], gone["n_before"], gone["kg_before"]) == (0, 1, 1.0)
    assert np.isfinite(tables.drugs[["kg", "kg_before"]].to_numpy()).all()
