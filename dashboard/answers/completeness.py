"""The grid of sources and months as the Data page draws it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.language import Language
from layers.completeness import LATE_MONTHS, REGULAR, STATUSES, build_completeness

#: The newest months that a page draws: twenty years.
MOST_MONTHS = 240


def grid(rows: pd.DataFrame, gaps: Sequence[Mapping[str, Any]], today: date, say: Language) -> dict[str, Any]:
    """Months, and a row for each source (feed and country) with a cell for each month.

    {"months": ["2018-01", ...], "sources": [{feed, country_iso3, cells: [{status, n, and of a stated cause: cause, gap_id, who,
    marked_at}]}], "rule": the rule in words}.
    """
    table = build_completeness(rows, gaps, today.isoformat())
    first = max(len(table.months) - MOST_MONTHS, 0)
    sources = []
    for row, source in enumerate(table.sources):
        cells = []
        for at in range(first, len(table.months)):
            cell: dict[str, Any] = {"status": STATUSES[table.status[row, at]], "n": int(table.n_events[row, at])}
            stated = table.causes.get((row, at))
            if stated is not None:
                cell |= {name: stated[name] for name in ("cause", "gap_id", "who", "marked_at")}
            cells.append(cell)
        sources.append({"feed": source.feed, "country_iso3": source.country_iso3, "cells": cells})
    return {"months": table.months[first:], "sources": sources, "rule": say("data.grid_rule", regular=REGULAR, late=LATE_MONTHS)}
