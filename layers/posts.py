"""Posts: border posts and crossings, with the recorded events that name them or lie beside them."""

import numpy as np
import pandas as pd

from layers.base import Layer, Period, Say
from layers.counting import beside, tally
from layers.happenings import one_row_each
from layers.nearness import Nearness, near_points

#: An event this near to a post, and at least this surely placed, counts for it even when it does not name it.
REACH_M = 5_000.0
SHARP_M = 5_000.0
#: Drawing order of the legend: what it is, then whether it is open.
KINDS = ("bcp", "outpost", "blo", "bridge", "customs", "dry_port")
STATUSES = ("open", "closed", "unknown")
SOURCES = ("Panj",)


def build(
    posts: pd.DataFrame,
    events: pd.DataFrame | None,
    period: Period | None,
    say: Say,
    prepared: Nearness | None = None,
    counts: pd.DataFrame | None = None,
) -> Layer:
    """Every post that has a position, with what was recorded there.

    posts: id, kind, status, lon, lat (EPSG:4326) and what a card shows; rows without a position are counted in `details`.
    events: the selected located events, or None where single events may not be seen. prepared: `near` of a table that holds these
    rows. counts: what `count` gives, where somebody else has counted. Adds n, weight_kg, n_unsure (near but not naming it), share_unsure.
    """
    counts = counts if events is None else count(posts, events, prepared)
    table = beside(posts, counts)
    placed = table["lon"].notna() & table["lat"].notna()
    used = [(kind, say(f"post_kind.{kind}")) for kind in KINDS if (table["kind"] == kind).any()]
    used += [(status, say(f"post_status.{status}")) for status in STATUSES if (table["status"] == status).any()]
    return Layer(
        id="posts",
        title=say("layer.posts"),
        shape="point",
        table=table[placed].reset_index(drop=True),
        caveat=say("caveat.posts"),
        sources=SOURCES,
        n=int(placed.sum()),
        period=period,
        unit=say("unit.events"),
        legend=tuple(used),
        details={"unplaced": int((~placed).sum()), "reach_m": REACH_M, "sharp_m": SHARP_M},
    )


def near(posts: pd.DataFrame, events: pd.DataFrame) -> Nearness:
    """Events within 5 km of a post and placed to 5 km or better: slow part of `build`, made once for the whole table."""
    lon, lat = (posts[name].to_numpy(float, na_value=np.nan) for name in ("lon", "lat"))
    return near_points(events, lon, lat, REACH_M, SHARP_M)


def count(posts: pd.DataFrame, events: pd.DataFrame, prepared: Nearness | None = None) -> pd.DataFrame:
    """n, weight_kg, n_unsure and share_unsure of each post, in the order of ``posts``.

    An event counts for every post that it names (`place_id`) or lies beside: at a crossing that has a bridge and a liaison
    office it counts three times, so these are never added up. One that is near but names no post is unsure.
    """
    happenings = one_row_each(events)
    named_post = pd.Index(posts["id"]).get_indexer(happenings["place_id"])
    names = np.flatnonzero(named_post >= 0)
    event, thing = (near(posts, happenings) if prepared is None else prepared).of(happenings)
    # The pairs by name come first: where both hold, the first of the two is kept, and that one is sure.
    return tally(
        happenings,
        np.concatenate([names, event]),
        np.concatenate([named_post[names], thing]),
        np.concatenate([np.zeros(len(names), bool), np.ones(len(event), bool)]),
        len(posts),
    )
