"""Capacity: how much of what a post was given still works, by its last checks; and which laboratory could measure on a day."""

import datetime as dt

import pandas as pd

from layers.register.as_of import first_day, is_over


def working_by_post(assets: pd.DataFrame, checks: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """[post_id, seen, working, share, last_check], one row a post with a check up to ``as_of``; each asset counts by its last check.

    share: working / seen, 0 to 1, NaN where nothing was seen. A post that nobody checked has no row: not known is not broken.
    """
    done = checks[checks["checked_on"].map(lambda day: first_day(day) <= as_of).astype(bool)]
    last = done.sort_values("checked_on", kind="stable").drop_duplicates("asset_id", keep="last")
    placed = last.merge(assets[["id", "post_id"]], left_on="asset_id", right_on="id").dropna(subset=["post_id"])
    table = placed.groupby("post_id", sort=True).agg(seen=("seen", "sum"), working=("working", "sum"), last_check=("checked_on", "max"))
    table["share"] = table["working"] / table["seen"].where(table["seen"] > 0)
    return table.reset_index()[["post_id", "seen", "working", "share", "last_check"]]


def working_by_section(by_post: pd.DataFrame, section_of: dict[str, str]) -> pd.Series:
    """Share of the pieces that work by section, over its checked posts. section_of: post id -> section id."""
    placed = by_post.assign(section=by_post["post_id"].map(section_of)).dropna(subset=["section"])
    sums = placed.groupby("section")[["working", "seen"]].sum()
    return (sums["working"] / sums["seen"]).rename("share")


def could_measure(laboratory: pd.Series, day: dt.date) -> bool:
    """Was the laboratory in service on ``day``? Purities that it gives for later days are to be drawn grey."""
    return not is_over(laboratory["closed"], day) and not (isinstance(laboratory["opened"], str) and day < first_day(laboratory["opened"]))
