"""The formula of demand, with its numbers: what each kind is, honestly, how much of it there is, and where."""

from collections.abc import Mapping, Sequence
from typing import Any

from layers.corridors import REACH_M, VAGUEST_M
from layers.planning.demand import Demand
from layers.planning.records import RECORDED

#: Unit of each kind, and what it is.
WHAT = {
    "seizures": ("events", "recorded seizures, one event once, spread over the cells in which it may have happened"),
    "kg": ("kg", "kilograms of drugs of recorded events, spread over the cells in which they may have happened"),
    "incidents": ("events", "recorded events that are no seizure of a drug"),
    "hot": (
        "cells",
        "cells of hot-spot evidence: more events in the cell and around it than chance brings "
        "(discoveries at 10 %, as the command page counts them)",
    ),
    "corridors": (
        "events",
        f"recorded seizures within {REACH_M / 1000:.0f} km of a corridor (placed to {VAGUEST_M / 1000:.0f} km or better), "
        "laid evenly on its straight legs; one that lies along several counts for each; no measure of what passes",
    ),
    "crossing_hours": (
        "hours",
        "hours that lorries needed at a crossing, mean of both directions in the last year in which they were measured "
        "(CAREC CPMM); a crossing that was not measured has none; no count of traffic",
    ),
    "crossings": ("crossings", "open crossings, one each"),
    "districts": ("districts", "seats of districts without any post, one each"),
}


def formula(weights: Mapping[str, float], demand: Demand) -> list[dict[str, Any]]:
    """One entry for each kind that has points, by name: kind, points, amount, unit, places, corrected, what."""
    found = []
    for kind, points in sorted(weights.items()):
        if points > 0:
            amount = demand.amounts.recorded[kind]
            unit, what = WHAT[kind]
            found.append(
                {
                    "kind": kind, "points": points, "amount": float(amount.sum()), "unit": unit, "places": int((amount > 0).sum()),
                    "corrected": kind in RECORDED, "what": what,
                }
            )  # fmt: skip
    return found


def words(entries: Sequence[Mapping[str, Any]]) -> str:
    """The formula of a place i in one line; a kind of which there is nothing is left out."""
    parts = [f"{one['points']:g} x {one['kind']}(i) / {one['amount']:,.6g}" for one in entries if one["amount"] > 0]
    return "w(i) = " + " + ".join(parts)
