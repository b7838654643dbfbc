"""Sections: recorded events on each named stretch of the Tajik-Afghan line."""

import numpy as np
import pandas as pd

from layers.base import Layer, Period, Say
from layers.counting import beside, tally
from layers.happenings import one_row_each

#: An event whose uncertainty is wider than this share of a section's length may as well lie on the next one.
UNSURE_SHARE = 0.5
SOURCES = ("OpenStreetMap", "Panj")


def build(
    sections: pd.DataFrame, events: pd.DataFrame | None, period: Period | None, say: Say, counts: pd.DataFrame | None = None
) -> Layer:
    """Every section with what was recorded on it.

    sections: one row per section: section_id, length_km, geometry (LineString, EPSG:4326) and names; order is kept.
    events: the selected located events (their `section_id` says where they count); None where single events may not be seen:
    then the layer carries no counts. counts: what `count` gives, where somebody else has counted.
    Adds n, weight_kg, n_per_km, n_unsure, share_unsure.
    """
    counts = count(sections, events) if events is not None else counts
    n = 0
    if counts is not None:
        n = int(counts["n"].sum())
        counts = counts.assign(n_per_km=counts["n"] / sections["length_km"].to_numpy(float))
    return Layer(
        id="sections",
        title=say("layer.sections"),
        shape="line",
        table=beside(sections, counts),
        caveat=say("caveat.sections"),
        sources=SOURCES,
        n=n,
        period=period,
        unit=say("unit.events_per_km"),
        details={"unsure_above_share_of_length": UNSURE_SHARE},
    )


def count(sections: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """n, weight_kg, n_unsure and share_unsure of each section, in the order of ``sections``.

    An event counts for one section, the one its located row names; unsure when its uncertainty is wider than half of it.
    """
    happenings = one_row_each(events)
    at = pd.Index(sections["section_id"]).get_indexer(happenings["section_id"])
    event = np.flatnonzero(at >= 0)
    length_m = sections["length_km"].to_numpy(float) * 1000
    uncertainty = happenings["uncertainty_m"].to_numpy(float, na_value=np.inf)
    return tally(happenings, event, at[event], uncertainty[event] > UNSURE_SHARE * length_m[at[event]], len(sections))
