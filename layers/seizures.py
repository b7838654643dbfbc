"""Seizures: one symbol for each recorded seizure, its area following the weight."""

import numpy as np
import pandas as pd

from geodata.model import DRUGS, LOCATED_EVENT, check
from layers.base import Layer, Period, Say
from layers.event_table import one_row_per_event
from layers.happenings import count_events

#: A symbol whose position may be off by more than this gets a soft edge.
SOFT_ABOVE_M = 5_000.0


def build(events: pd.DataFrame, period: Period | None, say: Say) -> Layer:
    """Draw-ready seizures.

    events: the selected located events (`geodata.model.LOCATED_EVENT`), one row per drug; may be empty. A seizure is an event of
    that kind or any other event whose report names a drug (a clash after which heroin was found is on both layers).
    Returns one row per event that has a point; those without are counted in `details`. Raises WrongTable, naming the column.
    """
    check(events, LOCATED_EVENT)
    wanted = events[(events["kind"] == "seizure").to_numpy() | events["drug"].notna().to_numpy()]
    table, without_point = draw_ready(wanted)
    counts = table["main_drug"].value_counts()
    return Layer(
        id="seizures",
        title=say("layer.seizures"),
        shape="point",
        table=table,
        caveat=say("caveat.seizures"),
        sources=sources(table),
        n=len(table),
        period=period,
        unit=say("unit.kg"),
        legend=tuple((drug, say(f"drug.{drug}")) for drug in DRUGS if drug in counts.index),
        details={"without_point": without_point, "soft_above_m": SOFT_ABOVE_M},
    )


def draw_ready(events: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """One row per event with a point, with `is_soft`; and how many events have none."""
    placed = np.isfinite(events["lon"].to_numpy(float, na_value=np.nan)) & np.isfinite(events["lat"].to_numpy(float, na_value=np.nan))
    table = one_row_per_event(events[placed])
    table["is_soft"] = ~(table["uncertainty_m"].to_numpy(float, na_value=np.nan) <= SOFT_ABOVE_M)
    return table, count_events(events) - len(table)


def sources(table: pd.DataFrame) -> tuple[str, ...]:
    """The feeds behind a table of events, sorted."""
    return tuple(sorted(table["feed"].dropna().unique()))
