"""Events for the tests of layers: rows said in a few words, everything else as a plain report would have it."""

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import settings

from geodata.model import LOCATED_EVENT, columns

# A shared machine is slow at times: how long an example takes is measured by `make bench`, not judged here.
settings.register_profile("layers", deadline=None, max_examples=60)
settings.load_profile("layers")

PLAIN = {
    "feed": "press_reports",
    "file_sha256": "f" * 64,
    "repeat_number": 1,
    "kind": "seizure",
    "happened_from": "2018-05-03",
    "happened_to": "2018-05-03",
    "date_precision": "day",
    "country_iso3": "TJK",
    "drug": "heroin",
    "weight_kg": 1.0,
    "weight_bound": "exact",
    "in_region": True,
    "lon": 69.0,
    "lat": 37.5,
    "uncertainty_m": 1_000.0,
    "precision_level": "place",
    "locate_rule": "coordinates",
}


def located_events(rows: list[dict[str, object]]) -> pd.DataFrame:
    """Located events of the rows; what a row does not say is plain. Without `event_id` every row is an event of its own."""
    full = [PLAIN | {"report_id": f"r{i}", "event_id": f"e{i}", "row_number": i + 2} | row for i, row in enumerate(rows)]
    table = pd.DataFrame(full, columns=columns(LOCATED_EVENT))
    for column in LOCATED_EVENT:
        if column.kind == "text":
            table[column.name] = table[column.name].astype("str").where(table[column.name].notna())
        elif column.kind == "flag":
            table[column.name] = table[column.name].astype(bool)
        else:
            table[column.name] = table[column.name].astype("float64" if column.kind == "number" else "Int64")
    return table


@pytest.fixture(scope="session")
def events_of() -> Callable[[list[dict[str, object]]], pd.DataFrame]:
    return located_events
