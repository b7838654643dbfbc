"""Corridors: the legs of the Northern Route, each with the recorded load along it."""

from typing import cast

import numpy as np
import pandas as pd
import shapely

from layers.base import Layer, Period, Say
from layers.counting import beside, tally
from layers.happenings import one_row_each
from layers.nearness import Nearness, near_lines

#: A record within this distance of the line, plus its own uncertainty, is on the corridor.
REACH_M = 15_000.0
#: A record placed more vaguely than this is on no corridor: a province-wide report would load them all.
VAGUEST_M = 25_000.0
#: Anything less than a text that names the corridor is drawn dashed.
SURE = "supported"
SOURCES = ("Panj",)


def build(corridors: pd.DataFrame, events: pd.DataFrame | None, period: Period | None, say: Say, prepared: Nearness | None = None) -> Layer:
    """Every corridor with the events recorded along it.

    corridors: corridor_id, certainty, geometry (LineString, EPSG:4326) and names. events: the selected located events, or None
    where single events may not be seen. prepared: `near` of a table that holds these rows. Adds is_dashed, n, weight_kg,
    n_unsure (uncertainty wider than the reach), share_unsure. `details` holds the rule and how many events were too vague for it or
    have no point.
    """
    rule = say("rule.corridors", reach_km=int(REACH_M / 1000), vaguest_km=int(VAGUEST_M / 1000))
    details: dict[str, float | str] = {"reach_m": REACH_M, "vaguest_m": VAGUEST_M, "rule": rule}
    counts, n = None, 0
    if events is not None:
        happenings = one_row_each(events)
        event, thing = (near(corridors, happenings) if prepared is None else prepared).of(happenings)
        uncertainty = happenings["uncertainty_m"].to_numpy(float, na_value=np.nan)
        counts = tally(happenings, event, thing, uncertainty[event] > REACH_M, len(corridors))
        n = len(np.unique(event))
        details["too_vague"] = int((uncertainty > VAGUEST_M).sum())
        details["without_point"] = int((~np.isfinite(uncertainty)).sum())
    table = beside(corridors, counts)
    table["is_dashed"] = (table["certainty"] != SURE).to_numpy()
    return Layer(
        id="corridors",
        title=say("layer.corridors"),
        shape="line",
        table=table,
        caveat=say("caveat.corridors"),
        sources=SOURCES,
        n=n,
        period=period,
        unit=say("unit.events"),
        legend=(("solid", say("legend.corridor_supported")), ("dashed", say("legend.corridor_dashed"))),
        details=details,
    )


def near(corridors: pd.DataFrame, events: pd.DataFrame) -> Nearness:
    """Which events lie along which corridor: slow part of `build`, made once for the whole table."""
    return near_lines(events, cast(list[shapely.LineString], list(corridors["geometry"])), REACH_M, VAGUEST_M)
