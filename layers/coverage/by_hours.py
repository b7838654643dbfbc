"""What share of each kind of thing lies within so many hours, for every step of a slider at once."""

import numpy as np
import pandas as pd

from layers.coverage.reach import DISTANCE
from layers.coverage.things import KINDS


def by_hours(found: pd.DataFrame, steps_h: list[float], km_an_hour: float) -> pd.DataFrame:
    """[kind, unit, total, by_distance, share], one row a kind in the order of `KINDS`; share: list, one number 0..1 a step.

    found: of `layers.coverage.reach.within_reach`, whatever its limits. steps_h: hours. km_an_hour: how far a straight line counts for an
    hour where no road decides. by_distance: the part of the total for which it does. No shares where there is nothing.
    """
    is_far = (found["by"] == DISTANCE).to_numpy()
    hours = np.where(is_far, found["km"].to_numpy(float) / km_an_hour, found["hours"].to_numpy(float))
    amount, kinds = found["amount"].to_numpy(float), found["kind"].to_numpy(object)
    rows = []
    for kind, unit in KINDS.items():
        own = kinds == kind
        total = float(amount[own].sum())
        shares = [float(amount[own & (hours <= step)].sum() / total) for step in steps_h] if total > 0 else []
        rows.append((kind, unit, total, float(amount[own & is_far].sum()), shares))
    return pd.DataFrame(rows, columns=["kind", "unit", "total", "by_distance", "share"])


def sections_reached(found: pd.DataFrame, steps_h: list[float], km_an_hour: float) -> tuple[int, list[int]]:
    """How many sections the line has, and of how many at least half of the length lies within each step. found: as in `by_hours`."""
    line = found[found["kind"] == "line"]
    hours = np.where(line["by"] == DISTANCE, line["km"] / km_an_hour, line["hours"])
    half = line.groupby("group")["amount"].sum() / 2
    inside = [
        int((line["amount"].where(hours <= step, 0.0).groupby(line["group"]).sum().reindex(half.index) >= half).sum()) for step in steps_h
    ]
    return len(half), inside
