"""Rows for the tests of columns: a few places, months and drugs, so that events with several rows, odd dates and ties all come up."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from layers.columns.build import Builder
from layers.columns.table import Columns
from tests.layers.conftest import located_events

SPANS = [
    ("2018-05-03", "2018-05-03", "day"),
    ("2018-05-31", "2018-05-31", "day"),
    ("2018-06-01", "2018-06-30", "month"),
    ("2018-06-30", "2018-07-01", "day"),
    ("2018-07-02", "2018-07-02", "day"),
    ("2018-04-01", "2018-06-30", "quarter"),
    ("2018-01-01", "2018-12-31", "year"),
    ("2019-02-28", "2019-02-28", "day"),
    (None, None, "unknown"),
]
ROW = st.fixed_dictionaries(
    {
        "event_id": st.integers(0, 12).map(lambda number: f"{number:032x}" if number % 3 else f"feed:{number}"),
        "drug": st.sampled_from(["heroin", "opium", "hashish", "alcohol", None]),
        "weight_kg": st.sampled_from([0.25, 3.0, 17.125, np.nan]),
        "kind": st.sampled_from(["seizure", "armed_clash"]),
        "country_iso3": st.sampled_from(["TJK", "AFG"]),
        "agency": st.sampled_from(["MIA", "DCA", "MIA; DCA", None]),
        "section_id": st.sampled_from(["west", "east", None]),
        "span": st.sampled_from(SPANS),
        "hour": st.sampled_from([0, 23, None]),
        "place": st.integers(-1, 4),
        "in_region": st.sampled_from([True, True, True, False]),
    }
)
ROWS = st.lists(ROW, max_size=16)


def table(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Located events as the store gives them: with their ids, in its order; `place` is a place's number, -1 for none."""
    said = []
    for number, row in enumerate(rows):
        span = dict(zip(("happened_from", "happened_to", "date_precision"), row["span"], strict=True))
        plain = {name: value for name, value in row.items() if name != "span"}
        said.append({**plain, **span, "report_id": f"{number * 7919 % 1000003:032x}"})
    events = located_events([{name: value for name, value in row.items() if name != "place"} for row in said])
    events = events.assign(place=[row["place"] for row in said] if said else np.zeros(0, np.int64))
    return events.sort_values(["happened_from", "report_id"], ignore_index=True)


def columns_of(events: pd.DataFrame, portion: int = 7) -> Columns:
    """The columns of these rows, added in portions and out of order, with `place`, int32, as a further array."""
    builder = Builder()
    mixed = events.sample(frac=1, random_state=3)
    for start in range(0, len(mixed), portion):
        builder.add(mixed.iloc[start : start + portion])
    found = builder.finish()
    return found.with_more({"place": events.loc[events["in_region"], "place"].to_numpy(np.int32)})
