"""Months whose reports are still arriving: how many there may be in the end, from how late reports came so far."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.answers.differences import group, item
from dashboard.answers.viewed import Viewed
from dashboard.language import Language
from layers.nowcast import LEAST_EVENTS, Lateness, MonthToCome, lateness, nowcast


class Came(NamedTuple):
    """imports: feed -> ISO days of its imports. events: event_id, feed, happened_on, first_seen_on (`geodata.store.arrivals`)."""

    imports: dict[str, list[str]]
    events: pd.DataFrame


def answer(seen: Viewed, came: Came, say: Language) -> dict[str, Any]:
    """The nowcast of a view; `months` is empty, and the lead says why, where there is nothing to expect or nothing to learn from."""
    months = seen.material.months
    late = {feed: _learn(came, feed) for feed in came.imports}
    known = {feed: one for feed, one in late.items() if one is not None}
    found = _months(seen, known) if months else []
    hatched = [months[at] for at in np.flatnonzero(seen.watch.arriving)]
    told = {"lead": "", "groups": [], "tables": [], "caveats": [], "arriving": hatched, "months": [_plain(one, months) for one in found]}
    if found:
        n = sum(one.n for one in known.values())
        span = say.period(months[found[0].month], months[found[-1].month])
        told["lead"] = say("nowcast.lead_some", months=span)
        lines = [_line(one, months, n, say) for one in found]
        told["groups"] = [group("months", say("nowcast.title"), say("nowcast.note"), lines)]
        unknown = [feed for feed, one in late.items() if one is None]
        if unknown:
            names = ", ".join(say(f"feed.{feed}") if say.has(f"feed.{feed}") else feed for feed in unknown)
            told["caveats"] = [say("nowcast.as_they_are", feeds=names)]
    elif known:
        told["lead"] = say("nowcast.lead_whole")
    else:
        why = "nowcast.one_import" if all(len(days) < 2 for days in came.imports.values()) else "nowcast.too_few"
        lead = say("nowcast.lead_young", months=say.period(hatched[0], hatched[-1])) if hatched else say("nowcast.lead_none")
        told["lead"] = f"{lead} {say(why, n=LEAST_EVENTS)}"
    return told


def _learn(came: Came, feed: str) -> Lateness | None:
    mine = came.events[came.events["feed"] == feed]
    return lateness(_days(mine["happened_on"]), _days(mine["first_seen_on"]), _days(pd.Series(came.imports[feed], dtype="str")))


def _months(seen: Viewed, known: dict[str, Lateness]) -> list[MonthToCome]:
    counts = seen.all_events()
    feed_of = [source.feed for source in seen.watch.sources]
    sources = [
        (one, counts[[k for k, name in enumerate(feed_of) if name == feed]].sum(axis=0)) for feed, one in known.items() if feed in feed_of
    ]
    others = counts[[k for k, name in enumerate(feed_of) if name not in known]].sum(axis=0)
    return nowcast(sources, others, seen.month_starts()) if sources else []


def _line(one: MonthToCome, months: list[str], n: int, say: Language) -> dict[str, Any]:
    month = months[one.month]
    text = say("nowcast.item", month=say.month(month), n=one.seen, low=one.low, high=one.high)
    detail = say("nowcast.detail", share=say.number(100 * one.share, 0), n=n)
    return item(text, detail, sign="▨", period=f"{month}..{month}", n=one.seen)


def _plain(one: MonthToCome, months: list[str]) -> dict[str, Any]:
    return {
        "month": months[one.month], "seen": one.seen, "low": one.low, "expected": round(one.expected, 1), "high": one.high,
        "share": round(one.share, 3),
    }  # fmt: skip


def _days(dates: "pd.Series[str]") -> NDArray[np.int64]:
    return dates.to_numpy(dtype="datetime64[D]").astype(np.int64) if len(dates) else np.zeros(0, np.int64)
