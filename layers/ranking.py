"""Ranking: sections and posts in the order of what was recorded there, beside the map."""

import numpy as np
import pandas as pd

from layers.base import Layer
from layers.selection import Measure

COLUMN = {"count": "n", "weight": "weight_kg"}


def rank_sections(now: Layer, before: Layer | None, measure: Measure = "count") -> pd.DataFrame:
    """Sections with anything recorded now or before, most first; equal ones from west to east. See `rank`."""
    return rank(now.table, None if before is None else before.table, "section_id", measure)


def rank_posts(now: Layer, before: Layer | None, measure: Measure = "count") -> pd.DataFrame:
    """Posts with anything recorded now or before, most first; equal ones in the order of the posts' table. See `rank`."""
    return rank(now.table, None if before is None else before.table, "id", measure)


def rank(now: pd.DataFrame, before: pd.DataFrame | None, id_column: str, measure: Measure) -> pd.DataFrame:
    """A layer's table in order, with rank (equal amounts share one: 1, 2, 2, 4), change_n and change_kg.

    now, before: tables of the same layer over two periods of equal length; before is None where no report came in then: the
    changes are empty, not the whole amount. Ties keep the order of ``now``. Geometry stays out: the list is text.
    """
    amount = now[COLUMN[measure]].to_numpy(float)
    table = now.drop(columns="geometry", errors="ignore").assign(change_n=np.nan, change_kg=np.nan)
    is_shown = now["n"].to_numpy(float) > 0
    if before is not None:
        earlier = before.set_index(id_column)[["n", "weight_kg"]].reindex(now[id_column]).fillna(0.0)
        table["change_n"] = now["n"].to_numpy(float) - earlier["n"].to_numpy(float)
        table["change_kg"] = now["weight_kg"].to_numpy(float) - earlier["weight_kg"].to_numpy(float)
        is_shown |= earlier["n"].to_numpy(float) > 0
    order = np.argsort(-amount, kind="stable")
    order = order[is_shown[order]]
    place = 1 + np.searchsorted(-amount[order], -amount[order], side="left")
    return table.iloc[order].assign(rank=place).reset_index(drop=True)
