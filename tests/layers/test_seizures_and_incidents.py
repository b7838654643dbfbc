import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import WrongTable
from layers import incidents, seizures
from layers.base import keys_only
from layers.event_table import one_row_per_event

ROWS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["heroin", "opium", "alcohol", None]),
        st.sampled_from([None, 0.5, 2.0, 7.0]),
        st.sampled_from(["exact", "at_least", "about", None]),
    ),
    max_size=12,
)


@given(ROWS)
def test_an_events_row_holds_all_its_drugs_its_kilograms_and_its_weakest_bound(events_of, drawn):
    events = events_of([{"event_id": f"e{e}", "drug": drug, "weight_kg": kg, "weight_bound": bound} for e, drug, kg, bound in drawn])
    table = one_row_per_event(events).set_index("event_id")
    assert len(table) == len({row[0] for row in drawn})
    for name, one in table.iterrows():
        rows = [row for row in drawn if f"e{row[0]}" == name]
        drugs = list(dict.fromkeys(drug for _, drug, _, _ in rows if drug))
        weighed = {}
        for _, drug, kg, _ in rows:
            if kg and drug != "alcohol":
                weighed[drug] = max(weighed.get(drug, 0), kg)
        total = sum(kg for _, drug, kg, _ in rows if kg and drug != "alcohol")
        assert (one["drugs"] if drugs else None) == ("; ".join(drugs) or None)
        assert one["weight_kg"] == pytest.approx(total) if weighed else np.isnan(one["weight_kg"])
        bounds = {bound for *_, bound in rows}
        assert one["weight_bound"] == ("at_least" if "at_least" in bounds else "about" if "about" in bounds else "exact")
        if weighed and None not in weighed:
            assert weighed[one["main_drug"]] == max(weighed.values())


def test_a_clash_after_which_heroin_was_found_is_an_incident_and_a_seizure(events_of):
    events = events_of(
        [{"kind": "armed_clash", "drug": "heroin"}, {"kind": "armed_clash", "drug": None}, {"kind": "seizure", "drug": None}]
    )
    assert seizures.build(events, None, keys_only).table["event_id"].tolist() == ["e0", "e2"]
    assert incidents.build(events, None, keys_only).table["event_id"].tolist() == ["e0", "e1"]


def test_events_without_a_point_are_counted_and_vague_ones_have_a_soft_edge(events_of):
    events = events_of([{"lon": None, "lat": None, "precision_level": "country"}, {"uncertainty_m": 20_000.0}, {"uncertainty_m": 5_000.0}])
    layer = seizures.build(events, None, keys_only)
    assert (layer.n, layer.details["without_point"]) == (2, 1)
    assert layer.table["is_soft"].tolist() == [True, False]


def test_the_legend_names_the_drugs_and_kinds_that_are_there(events_of):
    events = events_of([{"drug": "opium"}, {"drug": "heroin"}, {"kind": "closure", "drug": None}])
    assert seizures.build(events, None, keys_only).legend == (("heroin", "drug.heroin"), ("opium", "drug.opium"))
    assert incidents.build(events, None, keys_only).legend == (("closure", "kind.closure"),)


@pytest.mark.parametrize("build", [seizures.build, incidents.build])
def test_no_events_make_an_empty_layer_with_all_its_columns(events_of, build):
    layer = build(events_of([]), None, keys_only)
    assert (layer.n, len(layer.table), layer.legend, layer.sources) == (0, 0, (), ())
    assert {"event_id", "lon", "main_drug", "drugs", "weight_kg", "is_soft"} <= set(layer.table.columns)


@pytest.mark.parametrize("build", [seizures.build, incidents.build])
def test_a_table_that_is_no_event_table_is_refused_naming_the_column(events_of, build):
    with pytest.raises(WrongTable, match="drug"):
        build(events_of([]).drop(columns="drug"), None, keys_only)
