"""Warm-up of the kernels of a page (`layers.kernels_page`): every question once, on two rows, in the types that a store has."""

import numpy as np
import pandas as pd

from geodata.model import LOCATED_EVENT
from layers.column_cube import amounts, reports
from layers.column_rows import ColumnRows
from layers.columns.build import Builder
from layers.page_columns import Things, with_places
from layers.selection import Selection


def warm_up() -> None:
    """Compile, or read from the compiler's cache."""
    from layers.kernels_overview import kept_others, kept_spots

    row = {column.name: "x" for column in LOCATED_EVENT} | {"quantity": 1.0, "weight_kg": 1.0, "hour": 1, "in_region": True}
    row |= {
        "lon": 70.0,
        "lat": 37.0,
        "uncertainty_m": 500.0,
        "chainage_km": 1.0,
        "happened_from": "2020-01-02",
        "happened_to": "2020-01-02",
    }
    row |= {"date_precision": "day", "precision_level": "point", "event_id": "0" * 32}
    builder = Builder()
    builder.add(pd.DataFrame([row | {"report_id": f"{k:032x}"} for k in range(2)]))
    posts = pd.DataFrame({"id": ["x"], "lon": [70.0], "lat": [37.0]})
    corridors = pd.DataFrame({"corridor_id": pd.Series(dtype="str"), "geometry": pd.Series(dtype=object)})
    sections = pd.DataFrame({"section_id": ["x"], "length_km": [10.0]})
    rows = ColumnRows(with_places(builder.finish(), Things(posts, corridors, sections, {})))
    chosen = Selection()
    rows.happened(chosen)
    rows.passing(chosen)
    rows.sums(chosen)
    rows.on_things(Selection(kinds=("x",)), 1, 1)
    rows.on_things(Selection(first_month="2020-01", last_month="2020-03", drugs=("x",)), 1, 1)
    told = reports(rows, chosen, ())
    held = amounts(rows, chosen, told.months, told.base)
    order, which, number = rows.order, held.which, np.zeros(len(held.spots), np.int32)
    totals = (np.zeros((1, 1), np.float32), np.zeros((1, 1)), np.zeros(1))
    kept_spots(
        0, order.n_months, 0, order.month, order.group, order.place, order.row, order.profile, order.kg, order.event, order.bounded,
        held.places.ok, held.places.stand, rows.drugged, rows.is_seizure, order.spot, order.uncertainty_m, number, *totals,
    )  # fmt: skip
    columns, of = rows.columns, held.others
    kept_others(
        order.other, which.ok, which.profile, columns["several"], columns["month"], columns["kg"], which.drugged, which.is_seizure,
        of.first, of.kg, of.has_drug, columns["spot"], number, columns["uncertainty_m"], held.base, *totals,
    )  # fmt: skip
