import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layers.happenings import count_events, drug_kg, event_codes, first_rows, one_row_each


@given(st.lists(st.sampled_from("abcde")))
def test_the_first_row_of_each_event_is_found_wherever_its_other_rows_lie(ids):
    codes, n = event_codes(pd.DataFrame({"event_id": pd.Series(ids, dtype="str")}))
    assert n == len(set(ids))
    assert first_rows(codes).tolist() == sorted({name: ids.index(name) for name in ids}.values())


def test_an_event_with_two_drugs_is_one_event_with_both_weights(events_of):
    events = events_of([{"event_id": "a", "weight_kg": 5.0}, {"event_id": "a", "drug": "opium", "weight_kg": 2.5}, {"event_id": "b"}])
    happenings = one_row_each(events)
    assert count_events(events) == 2
    assert happenings["weight_kg"].tolist() == [7.5, 1.0]
    assert happenings.index.tolist() == [0, 2]


def test_alcohol_precursors_and_unweighed_rows_add_no_drug_kilograms(events_of):
    events = events_of([{"drug": "alcohol"}, {"drug": "precursor"}, {"weight_kg": np.nan}, {"drug": "opium", "weight_kg": 3.0}])
    assert drug_kg(events).tolist() == [0.0, 0.0, 0.0, 3.0]
