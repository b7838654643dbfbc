"""The grid of sources and months as the Data page draws it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from dashboard.language import Language


def grid(rows: pd.DataFrame, gaps: Sequence[Mapping[str, Any]], runs: pd.DataFrame, today: date, say: Language) -> dict[str, Any]:
    """{"months": ["2018-01", ...], "sources": [{feed, country_iso3, cells: [{status, n, cause, gap_id, who, marked_at}]}], "rule": words}."""
    raise NotImplementedError
