"""Viewed: the events of a view with who reported them, as the comparisons of periods want them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dashboard.answers.whole import Trait, Whole
from dashboard.language import Language
from layers.completeness import Source
from layers.material import Material
from layers.watch import Watch


@dataclass(frozen=True)
class Viewed:
    """n events that pass every filter but the period, over all time; r rows of them, one per drug.

    month: number into material.months, -1 where the event belongs to no single month, int (n,). day: the last day on which it can have
    happened, days since 1970, -1 undated. source: number into watch.sources, -1 for none. section: into material.section_ids, -1 on none.
    kg: drug kilograms. post_event, post: pairs of an event and a post that it names or lies beside, number into material.post_ids.
    row: the rows of the version, int (r,). event: number of each row's event. begin, end: months since year 0, negative undated.
    """

    material: Material
    watch: Watch
    whole: Whole
    month: NDArray[np.int32]
    day: NDArray[np.int64]
    source: NDArray[np.int32]
    section: NDArray[np.int32]
    kg: NDArray[np.float64]
    post_event: NDArray[np.int64]
    post: NDArray[np.int64]
    row: NDArray[np.int64]
    event: NDArray[np.int64]
    begin: NDArray[np.int32]
    end: NDArray[np.int32]

    def trait(self, name: str) -> Trait:
        """What each of the rows says of a trait (`dashboard.answers.whole.TRAITS`)."""
        return self.whole.trait(name, self.row)

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


def viewed(material: Material, watch: Watch, whole: Whole, row: NDArray[np.int64]) -> Viewed:
    """material: of the view; its happenings count the rows of `whole`. row: rows that pass every filter but the period, int (r,)."""
    happened = material.happenings
    first = np.asarray(happened.row, np.int64)
    number = {source: at for at, source in enumerate(watch.sources)}
    of_source = np.array([*(number.get(source, -1) for source in whole.sources), -1], np.int32)
    of_event = np.full(whole.n_events, -1, np.int64)
    of_event[whole.event[first]] = np.arange(len(first))
    post_event, post = whole.posts(first)
    return Viewed(
        material=material,
        watch=watch,
        whole=whole,
        month=np.asarray(happened.month, np.int32),
        day=np.asarray(happened.day_to, np.int64),
        source=of_source[whole.source[first]],
        section=np.asarray(happened.section, np.int32),
        kg=np.asarray(happened.kg, np.float64),
        post_event=post_event,
        post=post,
        row=row,
        event=of_event[whole.event[row]],
        begin=np.asarray(whole.begin[row], np.int32),
        end=np.asarray(whole.end[row], np.int32),
    )


def source_name(source: Source, say: Language) -> str:
    """Who reports, in the viewer's words: the country, and the feed that carries it."""
    country = say(f"country.{source.country_iso3}") if say.has(f"country.{source.country_iso3}") else source.country_iso3
    feed = say(f"feed.{source.feed}") if say.has(f"feed.{source.feed}") else source.feed
    return f"{country} ({feed})"
