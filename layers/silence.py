"""Silence: posts and sections of which nothing is reported any more, judged against their own rhythm. Silent is never cold.

For one thing, in its last `RHYTHM_MONTHS` months: n events, the last of them g known days before the end of T known days. If nothing had
changed, the events would lie anywhere in the T days, and all of them before the last g with probability (1 - g / T)^n: a one-sided p,
exact for a Poisson rhythm although g was not chosen beforehand (the event is "the last report is at least this old"). Where the thing's
events come in clumps the beta-binomial takes the binomial's place (`layers.dispersion`, learnt from its months up to the last report).
Days count as known only while the thing's own sources report anything at all (`layers.watch`); where several sources report on it, g / T is
their mean weighted by events, which by the inequality of the means makes p too large, never too small. So where a whole source is silent,
g does not grow, and the thing is not called silent: the source is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.changes import learned
from layers.dispersion import Dispersion
from layers.hotspots import discoveries

#: A rhythm is learnt from at most so many months before the end of the period: what a post did ten years ago is not its rhythm.
RHYTHM_MONTHS = 60
#: Fewer events than this have no rhythm.
LEAST_EVENTS = 5
#: Nor has what was reported in fewer months than this: it may be one raid or two.
LEAST_MONTHS = 4
#: Silent: discovered by Benjamini-Hochberg at this rate among all things judged. Quiet: by itself below it.
ALPHA = 0.05
#: Mean length of a month in days: k is per month.
MONTH_DAYS = 30.4375
#: How a thing stands: too few events to know; its sources said nothing since; heard of as usual; longer than usual, but that may be chance;
#: silent; silent since before the period began.
STANDINGS = ("no_rhythm", "sources_silent", "usual", "quiet", "silent", "long")
NO_RHYTHM, SOURCES_SILENT, USUAL, QUIET, SILENT, LONG = range(len(STANDINGS))


@dataclass(frozen=True)
class Silence:
    """k things. standing: index of STANDINGS, int8 (k,). n: events within the rhythm's months. last_day: of the last report at all up to
    the end, days since 1970, -1 without. known_days: since then, days on which its sources reported, float. known_share: their share of
    all days. usual_gap, longest_gap: known days between reports, median and largest, NaN below two days with reports. p: one-sided, NaN
    where not judged.
    """

    standing: NDArray[np.int8]
    n: NDArray[np.int64]
    last_day: NDArray[np.int64]
    known_days: NDArray[np.float64]
    known_share: NDArray[np.float64]
    usual_gap: NDArray[np.float64]
    longest_gap: NDArray[np.float64]
    p: NDArray[np.float64]


def silence(
    thing: NDArray[np.int64],
    day: NDArray[np.int64],
    source: NDArray[np.int64],
    n_things: int,
    known: NDArray[np.bool_],
    month_starts: NDArray[np.int64],
    first: int,
    last: int,
) -> Silence:
    """Who fell silent by the end of month `last`.

    thing, day, source: one of each for every pair of an event and a thing, int (e,); day: the last day on which it can have happened, days
    since 1970, in one of the months. known: bool (s, m). month_starts: first day of each month and the one after the last, int (m + 1,).
    first, last: the period, months by number.
    """
    begin, end = max(last - RHYTHM_MONTHS + 1, 0), int(month_starts[last + 1])
    columns = (
        np.zeros(n_things, np.int8), np.zeros(n_things, np.int64), np.full(n_things, -1, np.int64), np.zeros(n_things),
        np.zeros(n_things), np.full(n_things, np.nan), np.full(n_things, np.nan), np.full(n_things, np.nan),
    )  # fmt: skip
    standing, n, last_day, known_days, known_share, usual, longest, p = columns
    before = np.full(n_things, np.nan)
    month = np.searchsorted(month_starts, day, side="right") - 1
    use = (day >= 0) & (day < end) & (month >= 0)
    thing, day, source, month = thing[use], day[use], source[use], month[use]
    clock = _Clock(known[:, : last + 1], month_starts[: last + 2])
    for at in np.unique(thing).tolist():
        mine = thing == at
        last_day[at] = day[mine].max()
        mine &= (month >= begin) & (source >= 0)
        mine[mine] &= known[source[mine], month[mine]]
        n[at] = int(mine.sum())
        if n[at]:
            own, weight = np.unique(source[mine], return_counts=True)
            since = clock.known(own, last_day[at] + 1, end)
            whole = np.maximum(clock.known(own, int(month_starts[begin]), end), 1.0)
            known_days[at] = float(weight @ since) / n[at]
            known_share[at] = known_days[at] / max(end - last_day[at] - 1, 1) if end - last_day[at] > 1 else 1.0
            usual[at], longest[at] = _gaps(clock.known_by_any(own, day[mine]))
        if n[at] < LEAST_EVENTS or len(np.unique(month[mine])) < LEAST_MONTHS:
            continue
        until = int(month_starts.searchsorted(last_day[at], side="right")) - begin
        law = _law(month[mine] - begin, source[mine], known[:, begin:], until)
        share = float(weight @ (since / whole)) / n[at]
        size = float(weight @ whole) / n[at] / MONTH_DAYS
        p[at] = _none(law, int(n[at]), share, size)
        # Was it already silent when the period began?
        earlier = clock.known(own, last_day[at] + 1, max(int(month_starts[first]), int(last_day[at]) + 1))
        total = np.maximum(whole - since + earlier, 1.0)
        before[at] = _none(law, int(n[at]), float(weight @ (earlier / total)) / n[at], float(weight @ total) / n[at] / MONTH_DAYS)
    judged = np.isfinite(p)
    found = np.zeros(n_things, bool)
    found[judged] = discoveries(p[judged], ALPHA) if judged.any() else False
    standing[judged] = np.where(p[judged] <= ALPHA, QUIET, USUAL)
    standing[found] = np.where(before[found] <= ALPHA, LONG, SILENT)
    # Heard of no more, but so are its sources: more than half of the days since then are unknown.
    standing[(standing == USUAL) & (known_share < 0.5) & (end - last_day > 2 * MONTH_DAYS)] = SOURCES_SILENT
    return Silence(*columns)


class _Clock:
    """Known days of sources: a month counts with all its days or with none."""

    def __init__(self, known: NDArray[np.bool_], month_starts: NDArray[np.int64]) -> None:
        self.known_months, self.starts = known, month_starts
        days = np.where(known, np.diff(month_starts)[None, :], 0)
        self.sums = np.concatenate([np.zeros((len(known), 1), np.int64), np.cumsum(days, axis=1)], axis=1)

    def known(self, sources: NDArray[np.int64], begin: int, end: int) -> NDArray[np.float64]:
        """Known days of each source from `begin` until the day before `end`, float (s,)."""
        until = self._until(self.sums[sources], self.known_months[sources], np.array([begin, end]))
        return np.asarray(until[:, 1] - until[:, 0], np.float64)

    def known_by_any(self, sources: NDArray[np.int64], days: NDArray[np.int64]) -> NDArray[np.float64]:
        """Days until each of the days on which any of the sources was known, float (e,)."""
        any_known = np.asarray(self.known_months[sources].any(axis=0), np.bool_).reshape(1, -1)
        sums = np.concatenate([[[0]], np.cumsum(np.where(any_known, np.diff(self.starts)[None, :], 0), axis=1)], axis=1)
        return np.asarray(self._until(sums, any_known, days)[0], np.float64)

    def _until(self, sums: NDArray[np.int64], known: NDArray[np.bool_], days: NDArray[np.int64]) -> NDArray[np.float64]:
        days = np.clip(days, self.starts[0], self.starts[-1])
        at = np.clip(np.searchsorted(self.starts, days, side="right") - 1, 0, known.shape[1] - 1)
        return np.asarray(sums[:, at] + known[:, at] * (days - self.starts[at]), np.float64)


def _gaps(days: NDArray[np.float64]) -> tuple[float, float]:
    gaps = np.diff(np.unique(days))
    return (float(np.median(gaps)), float(gaps.max())) if len(gaps) else (np.nan, np.nan)


def _law(month: NDArray[np.int64], source: NDArray[np.int64], known: NDArray[np.bool_], until: int) -> list[Dispersion]:
    """Clumping of the thing's own series up to the month of its last report, from neighbouring months, quarters and half-years."""
    counts = np.zeros((len(known), until), np.int64)
    np.add.at(counts, (source, month), 1)
    laws: list[Dispersion] = []
    for length in (1, 3, 6):
        begin = np.arange(until % length + length, until - length + 1, length)
        laws.append(learned(counts, known[:, :until], begin, begin - length, length, laws[0] if laws else None))
    return laws


def _none(laws: list[Dispersion], n: int, share: float, months: float) -> float:
    """P(no event in the last `share` of `months` known months | n events in all), the largest of what the laws give."""
    if share <= 0:
        return 1.0
    if share >= 1:
        return 0.0
    return max(law.none(n, share * months, (1 - share) * months) for law in laws)
