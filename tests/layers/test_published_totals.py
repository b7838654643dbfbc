import numpy as np
import pandas as pd
from shapely import box

from geodata.model import AGGREGATE, columns
from layers import published_totals
from layers.base import keys_only


def aggregates_of(*rows):
    plain = {
        "audience": "donor",
        "country_iso3": "TJK",
        "province_id": "tj-khatlon",
        "quarter": "2018Q1",
        "drug": "heroin",
        "suppressed": False,
    }
    table = pd.DataFrame([plain | row for row in rows], columns=columns(AGGREGATE))
    return table.astype({"n": "Int64", "weight_kg": "float64", "suppressed": bool, "district_id": "str"})


def test_districts_add_up_what_is_published_and_count_what_is_hidden():
    table = published_totals.build(
        aggregates_of(
            {"district_id": "tj-panj", "n": 4, "weight_kg": 10.0},
            {"district_id": "tj-panj", "quarter": "2018Q2", "n": 5, "weight_kg": 1.0},
            {"district_id": "tj-panj", "drug": "alcohol", "n": 3, "weight_kg": 500.0},
            {"district_id": "tj-farkhor", "suppressed": True},
            {"district_id": None, "n": 3, "weight_kg": 2.0},
        ),
        {"tj-panj": box(69, 37, 70, 38)},
        keys_only,
    ).table.set_index("place_id")
    assert table.loc["tj-panj", ["n", "weight_kg", "n_hidden"]].tolist() == [12.0, 11.0, 0]
    assert np.isnan(table.loc["tj-farkhor", "n"])
    assert table.loc["tj-farkhor", "n_hidden"] == 1
    assert table.loc["tj-khatlon", "n"] == 3
    assert table.loc["tj-panj", "geometry"].equals(box(69, 37, 70, 38))


def test_a_drug_and_quarters_can_be_chosen_and_no_day():
    aggregates = aggregates_of(
        {"district_id": "a", "n": 4, "weight_kg": 1.0}, {"district_id": "a", "quarter": "2019Q1", "n": 9, "weight_kg": 1.0}
    )
    assert published_totals.build(aggregates, {}, keys_only, quarters=("2019Q1",)).n == 9
    assert published_totals.build(aggregates, {}, keys_only, drugs=("opium",)).n == 0


def test_nothing_published_is_an_empty_layer():
    layer = published_totals.build(aggregates_of(), {}, keys_only)
    assert (layer.n, len(layer.table), layer.legend) == (0, 0, ())
