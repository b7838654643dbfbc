"""Light table: rows of columns as a table of located events, without the free texts that only the store has."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.columns.build import CODED, NUMBERS
from layers.columns.table import Columns


def light_table(columns: Columns, row: NDArray[Any]) -> pd.DataFrame:
    """These rows, labelled by their number: what the layers read. `event_id` is a number, the same for rows of one event."""
    table: dict[str, Any] = {name: pd.Series(columns.texts(name, row), dtype="str").replace("", None) for name in CODED}
    table |= {name: columns[name][row] for name in NUMBERS}
    for name, source in (("happened_from", "day"), ("happened_to", "day_to")):
        table[name] = _dates(columns[source][row])
    hour = columns["hour"][row].astype(np.int64)
    table["hour"] = pd.arrays.IntegerArray(np.maximum(hour, 0), hour < 0)
    table["quantity"] = np.where(columns["has_quantity"][row] > 0, 1.0, np.nan)  # only whether one was said is kept
    report = [f"{high:016x}{low:016x}" for high, low in columns["report"][row].tolist()]
    table |= {"report_id": report, "event_id": columns["event"][row].astype(np.int64), "in_region": True}
    return pd.DataFrame(table).set_axis(pd.Index(row), axis=0)


def _dates(days: NDArray[np.int32]) -> "pd.Series[str]":
    codes, distinct = pd.factorize(days)
    texts = [None if day < 0 else str(np.datetime64(int(day), "D")) for day in distinct.tolist()]
    return pd.Series(np.array(texts, object)[codes], dtype="str")
