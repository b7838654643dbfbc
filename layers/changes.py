"""Changes: is what was recorded in one period more or less than in another, or is it what chance brings?

Like is compared with like: a source counts only where it reported in both periods, months without its reports taken off (`layers.watch`).
The test: of the n events of both periods together the part of the first is, if nothing changed, beta-binomial with the share of the known
months and the clumping k that the series itself shows (`layers.dispersion`; k = 0: the conditional binomial test of two Poisson rates,
Przyborowski & Wilenski 1940, doi:10.1093/biomet/31.3-4.313). p is two-sided: twice the smaller tail, at most 1.
k is learnt several times: from neighbouring months, quarters and half-years where the period is made of such, and from pairs of stretches
as long and as far apart as the two periods; the pair in question is left out, and the largest p counts. So a series that swings slowly is
not called changed each time it swings, as far as its history is long enough to show that it does. Where it is too short to show whether
events come one by one or in clumps, a p that would speak of a change is not given: it cannot be told.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.dispersion import LEAST_PAIRS, Dispersion, learn

Reason = Literal["", "no_period", "none_now", "none_before", "no_common", "nothing", "too_short"]
#: Lengths in months, besides one month and the period itself, at which a series is asked how much it swings.
SCALES = (3, 6)
#: What a series did longer ago than this says nothing about how unevenly it comes now.
HISTORY_MONTHS = 120
#: A p above this says "no difference", and more clumping makes it larger still: for that no history is needed.
TELLING = 0.25
#: Draws of the test of kilograms, and its seed.
RUNS, SEED = 1_999, 20_164
#: More events than this are shared out by the normal law instead of one by one.
ONE_BY_ONE = 2_000


class Window(NamedTuple):
    """Months by number, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    def before(self, months: int) -> "Window":
        """The same window so many months earlier."""
        return Window(self.first - months, self.last - months)


@dataclass(frozen=True)
class Difference:
    """One period against another.

    now, before: all events recorded in each. compared_now, compared_before: those of sources that reported in both. months_now,
    months_before: their known months, the mean over the sources weighted by their events. share: expected part of the first if nothing
    changed. p: two-sided, None without a test, and then `reason` says why. left_out: sources that reported in one of the periods only.
    law: what gave p, the largest of those learnt; k: its clumping, per month. n_pairs: pairs of stretches that clumping was learnt from.
    """

    now: int
    before: int
    compared_now: int = 0
    compared_before: int = 0
    months_now: float = 0.0
    months_before: float = 0.0
    share: float = 0.5
    p: float | None = None
    reason: Reason = ""
    left_out: tuple[int, ...] = ()
    k: float = 0.0
    n_pairs: int = 0
    law: Dispersion | None = None

    @property
    def direction(self) -> int:
        """1 more, -1 fewer, 0 the same, each against what the known months would give."""
        return int(np.sign(self.compared_now - self.share * (self.compared_now + self.compared_before)))


def season_before(now: Window) -> Window | None:
    """The same months a year earlier; None where the window is a year or longer (then the period before is the same season)."""
    return now.before(12) if now.length < 12 else None


def compare(counts: NDArray[np.int64], known: NDArray[np.bool_], now: Window, then: Window) -> Difference:
    """Compare two windows of one series.

    counts: events by source and month, int (s, m). known: months of each source that are known, bool (s, m). The windows are equally long;
    `then` may begin before the first month: what lies outside is not known.
    """
    total = counts.sum(axis=0)
    n_now, n_before = _inside(total, now), _inside(total, then)
    heard_now, heard_before = (_heard(known, window) for window in (now, then))
    if not heard_now.any() or not heard_before.any():
        return Difference(n_now, n_before, reason="none_now" if not heard_now.any() else "none_before")
    left_out = tuple(np.flatnonzero(heard_now != heard_before).tolist())
    if not (heard_now & heard_before).any():
        return Difference(n_now, n_before, reason="no_common", left_out=left_out)
    events, months = stretches(counts, known, np.array([now.first]), np.array([then.first]), now.length)
    (one, two), (e1, e2) = events[0].astype(int).tolist(), months[0].tolist()
    mean_now, mean_before = _mean_months(counts, known, heard_now & heard_before, now, then)
    facts = {"compared_now": one, "compared_before": two, "months_now": mean_now, "months_before": mean_before, "share": e1 / (e1 + e2)}
    if one + two == 0:
        return Difference(n_now, n_before, reason="nothing", left_out=left_out, **facts)
    scales = history(counts, known, now, then)
    # How unevenly whole periods came says what it says of whole periods, however many of their months are known.
    whole = {length: 2 * length / (e1 + e2) if length == now.length else 1.0 for length in scales}
    p, length = max((_two_sided(law, one, one + two, e1 * whole[length], e2 * whole[length]), length) for length, law in scales.items())
    n_pairs = max(law.n_pairs for law in scales.values())
    if p <= TELLING and n_pairs < LEAST_PAIRS:
        return Difference(n_now, n_before, reason="too_short", left_out=left_out, n_pairs=n_pairs, **facts)
    law = scales[length]
    return Difference(n_now, n_before, p=p, left_out=left_out, k=law.mean, n_pairs=n_pairs, law=law, **facts)


def history(counts: NDArray[np.int64], known: NDArray[np.bool_], now: Window, then: Window) -> dict[int, Dispersion]:
    """What the series itself says about its clumping, by length in months of the stretches: neighbours, and pairs like the one asked
    for."""
    m, whole, apart = counts.shape[1], now.length, now.first - then.first
    oldest = min(then.first, now.last + 1 - HISTORY_MONTHS)
    pairs = {(length, length) for length in (1, *SCALES) if length < whole and whole % length == 0} | {(whole, apart)}
    laws: dict[int, Dispersion] = {}
    for length, lag in sorted(pairs):
        begin = now.first + length * np.arange(-(m // length) - 1, m // length + 2)
        begin = begin[(begin - lag >= max(oldest, 0)) & (begin + length <= m)]
        # Neither the pair in question nor the step from the one period into the other.
        begin = begin[(begin != now.first) & ((begin - lag != now.first) | (length < whole))]
        laws[length] = learned(counts, known, begin, begin - lag, length, next(iter(laws.values()), None))
    return laws


def learned(
    counts: NDArray[np.int64], known: NDArray[np.bool_], first: NDArray[np.int64], second: NDArray[np.int64], length: int,
    shorter: Dispersion | None = None,
) -> Dispersion:  # fmt: skip
    """What pairs of stretches say. A pair known in part swings no more than a whole one: its months keep their shares, not their sum."""
    events, months = stretches(counts, known, first, second, length)
    total = months.sum(axis=1, keepdims=True)
    return learn(events, np.divide(months, total, out=np.zeros(months.shape), where=total > 0) * 2 * length, shorter)


def stretches(
    counts: NDArray[np.int64], known: NDArray[np.bool_], first: NDArray[np.int64], second: NDArray[np.int64], length: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Events and known months of pairs of stretches, each float (p, 2), of the sources that both have in common.

    first, second: month in which each stretch of a pair begins, int (p,). Where sources were known for different numbers of months, the
    share is the mean of theirs weighted by their events: the variance of the true sum of binomials is never larger than that of
    the one with the mean share.
    """
    heard = np.where(known, counts, 0)
    sums, months = _running(heard), _running(known.astype(np.int64))
    y, e = ([_between(table, begin, length) for begin in (first, second)] for table in (sums, months))
    common = (e[0] > 0) & (e[1] > 0)
    y, e = [np.where(common, part, 0) for part in y], [np.where(common, part, 0) for part in e]
    events, all_months = y[0] + y[1], e[0] + e[1]
    # Without any event the months themselves weigh, so that nothing is divided by zero.
    weight = np.where(events.sum(axis=0) > 0, events, all_months).astype(float)
    whole = np.maximum(weight.sum(axis=0), 1e-300)
    share = (weight * np.divide(e[0], all_months, out=np.zeros(e[0].shape), where=all_months > 0)).sum(axis=0) / whole
    size = (weight * all_months).sum(axis=0) / whole
    return np.stack([y[0].sum(axis=0), y[1].sum(axis=0)], axis=1).astype(float), np.stack([share * size, (1 - share) * size], axis=1)


def amounts_p(kg_now: NDArray[np.float64], kg_before: NDArray[np.float64], difference: Difference) -> float | None:
    """Is the sum of kilograms another one? Two-sided p, None where the counts gave no test.

    kg_now, kg_before: kilograms of each event compared, float (n,), (k,). Under the null every event, with its own weight, fell on either
    period by its share of the known months; the share itself swings as the counts do. RUNS draws, seed SEED; p = (1 + as extreme) / (1 +
    RUNS) on the rarer side, doubled. One large case thus weighs as what it is: one case.
    """
    if difference.p is None or difference.law is None:
        return None
    random = np.random.default_rng(SEED)
    kg = np.concatenate([kg_now, kg_before])
    law = difference.law
    k = random.choice(law.k, RUNS, p=law.weight)
    safe = np.where(k > 0, k, 1.0)
    size = difference.months_now + difference.months_before
    swing = random.beta(np.maximum(difference.share * size / safe, 1e-9), np.maximum((1 - difference.share) * size / safe, 1e-9))
    share = np.where(k > 0, swing, difference.share)
    if len(kg) <= ONE_BY_ONE:
        drawn = (random.random((RUNS, len(kg))) < share[:, None]) @ kg
    else:
        drawn = share * kg.sum() + np.sqrt(share * (1 - share) * float(kg @ kg)) * random.standard_normal(RUNS)
    seen, close = float(kg_now.sum()), 1e-9 * max(float(kg.sum()), 1.0)
    upper, lower = (1 + int((drawn >= seen - close).sum())) / (1 + RUNS), (1 + int((drawn <= seen + close).sum())) / (1 + RUNS)
    return min(1.0, 2 * min(upper, lower))


def _two_sided(law: Dispersion, one: int, total: int, e1: float, e2: float) -> float:
    return min(1.0, 2 * min(law.tails(one, total, e1, e2)))


def _mean_months(
    counts: NDArray[np.int64], known: NDArray[np.bool_], both: NDArray[np.bool_], now: Window, then: Window
) -> tuple[float, float]:
    """Known months of either window, the mean over the sources of both, weighted by their events."""
    cut = [slice(max(window.first, 0), max(window.last + 1, 0)) for window in (now, then)]
    events = sum(np.where(known[both, part], counts[both, part], 0).sum(axis=1) for part in cut)
    weight = events if np.sum(events) > 0 else np.ones(int(both.sum()))
    one, two = (float(np.average(known[both, part].sum(axis=1), weights=weight)) for part in cut)
    return one, two


def _inside(values: NDArray[np.int64], window: Window) -> int:
    return int(values[max(window.first, 0) : max(window.last + 1, 0)].sum())


def _heard(known: NDArray[np.bool_], window: Window) -> NDArray[np.bool_]:
    return np.asarray(known[:, max(window.first, 0) : max(window.last + 1, 0)].any(axis=1), np.bool_)


def _running(table: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([np.zeros((table.shape[0], 1), np.int64), np.cumsum(table, axis=1)], axis=1)


def _between(sums: NDArray[np.int64], begin: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Sum over the stretch of each pair, what lies outside the months left out, int (s, p)."""
    m = sums.shape[1] - 1
    return np.asarray(sums[:, np.clip(begin + length, 0, m)] - sums[:, np.clip(begin, 0, m)], np.int64)
