import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from layers.base import Layer
from layers.ranking import rank_posts, rank_sections

AMOUNTS = st.lists(st.tuples(st.integers(0, 3), st.floats(0, 9)), min_size=1, max_size=12)


def layer_of(ns, kgs, id_column="section_id"):
    table = pd.DataFrame({id_column: [f"s{i}" for i in range(len(ns))], "n": ns, "weight_kg": kgs, "share_unsure": 0.5, "geometry": None})
    return Layer("sections", "", "line", table, "", (), int(sum(ns)))


@given(AMOUNTS, AMOUNTS, st.sampled_from(["count", "weight"]))
def test_the_list_falls_and_equal_ones_share_a_rank_and_keep_their_order(now, before, measure):
    size = min(len(now), len(before))
    first, second = (layer_of([n for n, _ in some[:size]], [float(kg) for _, kg in some[:size]]) for some in (now, before))
    ranked = rank_sections(first, second, measure)
    column = "n" if measure == "count" else "weight_kg"
    order = sorted(range(size), key=lambda i: (-float(first.table[column][i]), i))
    shown = [i for i in order if first.table["n"][i] > 0 or second.table["n"][i] > 0]
    assert ranked["section_id"].tolist() == [f"s{i}" for i in shown]
    values = ranked[column].tolist()
    assert ranked["rank"].tolist() == [1 + sum(other > value for other in values) for value in values]
    assert ranked["change_n"].tolist() == [first.table["n"][i] - second.table["n"][i] for i in shown]


def test_without_reports_before_the_change_is_empty_and_not_the_whole_amount():
    ranked = rank_posts(layer_of([2, 0], [5.0, 0.0], "id"), None)
    assert ranked["id"].tolist() == ["s0"]
    assert np.isnan(ranked["change_n"]).all()
    assert "geometry" not in ranked


def test_a_place_where_something_was_recorded_only_before_stays_on_the_list_with_its_fall():
    ranked = rank_sections(layer_of([0, 1], [0.0, 1.0]), layer_of([4, 1], [9.0, 1.0]))
    assert ranked[["section_id", "change_n", "change_kg"]].to_numpy().tolist() == [["s1", 0.0, 0.0], ["s0", -4.0, -9.0]]
