"""Incidents: armed clashes, destroyed laboratories, closures and reopenings, posts opened and moved."""

import pandas as pd

from geodata.model import EVENT_KINDS, LOCATED_EVENT, check
from layers.base import Layer, Period, Say
from layers.seizures import SOFT_ABOVE_M, draw_ready, sources


def build(events: pd.DataFrame, period: Period | None, say: Say) -> Layer:
    """Draw-ready incidents: every event that is no plain seizure.

    events: the selected located events (`geodata.model.LOCATED_EVENT`), one row per drug; may be empty.
    Returns one row per event that has a point; those without are counted in `details`. Raises WrongTable, naming the column.
    """
    check(events, LOCATED_EVENT)
    table, without_point = draw_ready(events[(events["kind"] != "seizure").to_numpy()])
    return Layer(
        id="incidents",
        title=say("layer.incidents"),
        shape="point",
        table=table,
        caveat=say("caveat.incidents"),
        sources=sources(table),
        n=len(table),
        period=period,
        unit=say("unit.events"),
        legend=tuple((kind, say(f"kind.{kind}")) for kind in EVENT_KINDS if kind != "seizure" and (table["kind"] == kind).any()),
        details={"without_point": without_point, "soft_above_m": SOFT_ABOVE_M},
    )
