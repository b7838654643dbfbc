"""Viewed: the events of a view with who reported them, as the comparisons of periods want them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.language import Language
from layers.completeness import Source
from layers.happenings import event_codes, one_row_each
from layers.material import Material
from layers.months import NO_MONTH, month_number, month_numbers, single_months
from layers.nearness import Nearness
from layers.watch import Watch, build_watch, source_of

#: What a row says of itself, beside its event and months.
SAID = ("drug", "concealment", "place_id", "place_text", "precision_level", "lon", "lat", "country_departure", "country_destination")


@dataclass(frozen=True)
class Viewed:
    """n events that pass every filter but the period, over all time; r rows of them, one per drug.

    month: number into material.months, -1 where the event belongs to no single month, int (n,). day: the last day on which it can have
    happened, days since 1970, -1 undated. source: number into watch.sources. section: into material.section_ids, -1 on none. kg: drug
    kilograms. post_event, post: pairs of an event and a post that it names or lies beside, number into material.post_ids. rows: columns
    SAID, event (number of the event), begin and end (months since year 0, negative undated).
    """

    material: Material
    watch: Watch
    month: NDArray[np.int32]
    day: NDArray[np.int64]
    source: NDArray[np.int32]
    section: NDArray[np.int32]
    kg: NDArray[np.float64]
    post_event: NDArray[np.int64]
    post: NDArray[np.int64]
    rows: pd.DataFrame

    def counts(self, event: NDArray[np.int64], group: NDArray[np.int64], n_groups: int) -> NDArray[np.int64]:
        """Events by group, source and month, int (g, s, m), of pairs of an event and a group; those without either are left out."""
        s, m = len(self.watch.sources), len(self.material.months)
        source, month = self.source[event], self.month[event]
        on = (source >= 0) & (month >= 0) & (group >= 0)
        code = (group[on].astype(np.int64) * s + source[on]) * m + month[on]
        return np.bincount(code, minlength=n_groups * s * m).reshape(n_groups, s, m).astype(np.int64)

    def all_events(self) -> NDArray[np.int64]:
        """Every event by source and month, int (s, m)."""
        event = np.arange(len(self.month))
        return np.asarray(self.counts(event, np.zeros(len(event), np.int64), 1)[0], np.int64)

    def month_starts(self) -> NDArray[np.int64]:
        """First day of each month and the one after the last, days since 1970, int (m + 1,)."""
        months = self.material.months
        first = np.datetime64(months[0], "M") if months else np.datetime64("1970-01", "M")
        return (first + np.arange(len(months) + 1)).astype("datetime64[D]").astype(np.int64)


def viewed(
    material: Material,
    selected: pd.DataFrame,
    reports: pd.DataFrame,
    gaps: Sequence[Mapping[str, object]],
    posts: pd.DataFrame,
    near_posts: Nearness,
    today: str,
) -> Viewed:
    """selected: rows that pass every filter but the period. reports: all rows of those whose reports were chosen. today: ISO day."""
    watch = build_watch(reports, gaps, material.months, today)
    events = one_row_each(selected)
    start = month_number(material.months[0]) if material.months else 0
    at = single_months(events)
    inside = (at != NO_MONTH) & (at >= start) & (at < start + len(material.months))
    event, thing = near_posts.of(events)
    named = pd.Index(posts["id"]).get_indexer(pd.Index(events["place_id"]))
    n_posts = max(len(posts), 1)
    pairs = np.unique(np.concatenate([event * n_posts + thing, np.flatnonzero(named >= 0) * n_posts + named[named >= 0]]).astype(np.int64))
    rows = selected[list(SAID)].assign(
        event=event_codes(selected)[0], begin=month_numbers(selected["happened_from"]), end=month_numbers(selected["happened_to"])
    )
    return Viewed(
        material=material,
        watch=watch,
        month=np.where(inside, at - start, -1).astype(np.int32),
        day=_days(events["happened_to"]),
        source=source_of(events, watch.sources),
        section=pd.Index(material.section_ids).get_indexer(pd.Index(events["section_id"])).astype(np.int32),
        kg=events["weight_kg"].to_numpy(float),
        post_event=pairs // n_posts,
        post=pairs % n_posts,
        rows=rows.reset_index(drop=True),
    )


def source_name(source: Source, say: Language) -> str:
    """Who reports, in the viewer's words: the country, and the feed that carries it."""
    country = say(f"country.{source.country_iso3}") if say.has(f"country.{source.country_iso3}") else source.country_iso3
    feed = say(f"feed.{source.feed}") if say.has(f"feed.{source.feed}") else source.feed
    return f"{country} ({feed})"


def _days(dates: "pd.Series[str]") -> NDArray[np.int64]:
    codes, distinct = pd.factorize(dates)
    days = [*(int(np.datetime64(str(text)[:10], "D").astype(np.int64)) for text in distinct), -1]
    return np.array(days, np.int64)[codes]
