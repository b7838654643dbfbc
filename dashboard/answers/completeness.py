"""The grid of sources and months as the Data page draws it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.language import Language
from layers.completeness import LATE_MONTHS, REGULAR, STATUSES, build_completeness


def grid(rows: pd.DataFrame, gaps: Sequence[Mapping[str, Any]], runs: pd.DataFrame, today: date, say: Language) -> dict[str, Any]:
    """{"months": ["2018-01", ...], "sources": [{feed, country_iso3, cells: [{status, n, cause, gap_id, who, marked_at}]}], "rule": words}.

    rows: located events of the region. gaps: what people stated (gap_id, feed, country_iso3, month, cause, who, marked_at).
    """
    found = build_completeness(rows, gaps, today.isoformat())
    sources = []
    for s, source in enumerate(found.sources):
        cells = []
        for m in range(len(found.months)):
            cell: dict[str, Any] = {"status": STATUSES[found.status[s, m]], "n": int(found.n_events[s, m])}
            if stated := found.causes.get((s, m)):
                cell |= {name: stated.get(name) for name in ("cause", "gap_id", "who", "marked_at")}
            cells.append(cell)
        sources.append({"feed": source.feed, "country_iso3": source.country_iso3, "cells": cells})
    return {"months": found.months, "sources": sources, "rule": say("data.grid_rule", regular=REGULAR, late=LATE_MONTHS)}
