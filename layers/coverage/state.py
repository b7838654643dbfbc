"""State of what was handed over: the last check of each asset, and totals of provinces that are large enough to be told to anybody."""

import pandas as pd

from layers.register.as_of import first_day
from layers.register.units import LEAST_N

#: A total of one post would be the state of that post.
LEAST_POSTS = 3


def last_checks(assets: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """[asset_id, post_id, checked_on, seen, working] of the last check of each asset that was ever checked."""
    days = checks.assign(day=checks["checked_on"].map(first_day)).sort_values("day", kind="stable")
    last = days.drop_duplicates("asset_id", keep="last")
    posts = assets.set_index("id")["post_id"]
    return last.assign(post_id=posts.reindex(last["asset_id"]).to_numpy())[["asset_id", "post_id", "checked_on", "seen", "working"]]


def province_totals(assets: pd.DataFrame, checks: pd.DataFrame, posts: pd.DataFrame, least: int = LEAST_N) -> pd.DataFrame:
    """[province_id, seen, working] by the last checks, only where at least ``least`` pieces of `LEAST_POSTS` posts were seen; no sum over
    provinces.

    posts: [id, province_id]. Pieces at a place whose province is not known are in none. Where all or none of a province's pieces work,
    that is told too: it is said of ten or more.
    """
    last = last_checks(assets, checks)
    province = posts.set_index("id")["province_id"].reindex(last["post_id"]).to_numpy()
    by_province = last.assign(province_id=province).dropna(subset=["province_id"]).groupby("province_id")
    sums = by_province.agg(seen=("seen", "sum"), working=("working", "sum"), n_posts=("post_id", "nunique")).reset_index()
    return sums[(sums["seen"] >= least) & (sums["n_posts"] >= LEAST_POSTS)][["province_id", "seen", "working"]].reset_index(drop=True)
