"""Watch: which source was heard of in which month, so that periods are compared like with like and silence is no fall.

A source is a feed's reports from one country (`layers.completeness`). Its month is known when it sent at least one report, of any kind or
drug, that is dated to that month, and when no more reports of the month are likely to come. All other months say nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.completeness import LATE, LATE_MONTHS, NOT_EXPECTED, REPORTED, SILENT, Source, build_completeness
from layers.months import month_number, month_text


@dataclass(frozen=True)
class Watch:
    """s sources by m months without holes.

    months: "YYYY-MM". status: index of `layers.completeness.STATUSES`, int8 (s, m). arriving: more reports of the month may come,
    bool (m,). n_events: distinct events of any kind by source and month, int (s, m).
    """

    sources: list[Source]
    months: list[str]
    status: NDArray[np.int8]
    arriving: NDArray[np.bool_]
    n_events: NDArray[np.int64]

    @property
    def known(self) -> NDArray[np.bool_]:
        """Months of each source whose counts are whole, bool (s, m)."""
        return np.asarray((self.status == REPORTED) & ~self.arriving[None, :], np.bool_)

    def fallen_silent(self, last: int) -> list[tuple[int, int]]:
        """Sources that were expected and sent nothing up to the end of month `last`: (source, its last month with reports).

        A month that may still be reported does not count as silence, so the silence is of the last month that is over at least.
        """
        found = []
        for source in range(len(self.sources)):
            status = self.status[source, : last + 1]
            heard = np.flatnonzero(status == REPORTED)
            since = status[heard[-1] + 1 :] if len(heard) else status[:0]
            over = since[~self.arriving[last + 1 - len(since) : last + 1]] if len(since) else since
            if len(over) and (over != NOT_EXPECTED).all():
                found.append((source, int(heard[-1])))
        return found


def build_watch(reports: pd.DataFrame, gaps: Sequence[Mapping[str, object]], months: Sequence[str], today: str) -> Watch:
    """The watch over months ("YYYY-MM", without holes) that the timeline of the same reports has.

    reports: all rows of those whose reports were chosen, whatever their drug or kind. gaps: months of which a person stated why a source
    is silent. today: ISO day. Late months, this one and the two before, are arriving.
    """
    if not len(months):
        return Watch([], [], np.zeros((0, 0), np.int8), np.zeros(0, bool), np.zeros((0, 0), np.int64))
    grid = build_completeness(reports, gaps, f"{months[-1]}-28", first=months[0], last=months[-1])
    late = month_number(today) - LATE_MONTHS
    arriving = np.arange(month_number(months[0]), month_number(months[-1]) + 1) >= late
    # The grid was asked as of its own last month: what it calls late is silence once that month is over.
    status = np.where((grid.status == LATE) & ~arriving[None, :], SILENT, grid.status).astype(np.int8)
    return Watch(grid.sources, list(months), status, arriving, grid.n_events)


def source_of(rows: pd.DataFrame, sources: Sequence[Source]) -> NDArray[np.int32]:
    """The number of each row's source, int32 (n,); -1 where the source is not among them."""
    feed, feeds = pd.factorize(rows["feed"])
    country, countries = pd.factorize(rows["country_iso3"])
    number = {source: at for at, source in enumerate(sources)}
    table = np.array([[number.get(Source(str(f), str(c)), -1) for c in countries] for f in feeds], np.int32)
    return table[feed, country] if len(rows) else np.zeros(0, np.int32)


def month_after(month: str, steps: int) -> str:
    """The month so many months later."""
    return month_text(month_number(month) + steps)
