"""Nowcast: how many reports of the latest months are still to come, from how late reports came so far.

Lateness of an event: days from the day on which it happened until its report could have been imported. It is known only for events that
happened after their source was first imported: what came with the first import was waiting for it, and says nothing. And it is known
between two imports: later than the age at the import before, at most the age at the import that brought it. A late report that has not
come yet is not in the store, so nothing is seen of lateness above T, the age of the event at the last import (truncated on the right).
F(x), the share of reports that come within x days, is the self-consistent estimate for such data (Turnbull 1976,
doi:10.1111/j.2517-6161.1976.tb01597.x), by expectation and maximisation; as products of 1 - d(y) / R(y) over y > x, d(y): events y days
late, R(y): events at most y days late and at least y days old (Lagakos et al. 1988, doi:10.1093/biomet/75.3.515). F is relative to the
longest wait seen. Of a month with n seen reports and the mean share f of F over its days, those to come are negative binomial: n + 1/2
successes of chance f (Lawless 1994, doi:10.2307/3315820). The interval draws F too (each factor from its beta law, RUNS draws, seed SEED)
and lets the share swing between months as much as the lateness of past months did.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Fewer events of known lateness than this give no interval.
LEAST_EVENTS = 30
#: A month is still arriving while less than this share of its reports has come.
WHOLE = 0.95
#: Two-sided: a tenth of the true numbers lie outside, half of them on either side.
LOW, HIGH = 0.05, 0.95
RUNS, SEED = 2_000, 20_165
#: Days of lateness are grouped so that there are at most so many steps; rounds of the estimate, and when it has settled.
MOST_STEPS, MOST_ROUNDS, SETTLED = 150, 500, 1e-7


@dataclass(frozen=True)
class Lateness:
    """What is known about how late reports come.

    days: steps in days, increasing, int (d,). late, at_risk: expected events d and R of each, float (d,). n: events of known lateness.
    swing: variance of the logit of a past month's share beyond chance. asof: day of the last import, days since 1970.
    """

    days: NDArray[np.int64]
    late: NDArray[np.float64]
    at_risk: NDArray[np.float64]
    n: int
    swing: float
    asof: int


@dataclass(frozen=True)
class MonthToCome:
    """A month (number into the months) whose reports still come: seen so far, and how many there will be; share: of them seen."""

    month: int
    seen: int
    low: int
    expected: float
    high: int
    share: float


def lateness(happened: NDArray[np.int64], first_seen: NDArray[np.int64], imports: NDArray[np.int64]) -> Lateness | None:
    """Learn how late reports of one source come; None where fewer than `LEAST_EVENTS` say so.

    happened: day of each event, days since 1970, int (n,). first_seen: day of the import that brought it. imports: days of the source's
    imports.
    """
    if not len(imports):
        return None
    imports = np.unique(imports)
    asof = int(imports[-1])
    use = (happened >= imports[0]) & (first_seen >= happened) & (first_seen <= asof)
    day, seen = happened[use], first_seen[use]
    if len(day) < LEAST_EVENTS:
        return None
    wait, age = seen - day, asof - day
    # The import before the one that brought it; what happened after that one may have been on time.
    previous = imports[np.maximum(np.searchsorted(imports, seen) - 1, 0)]
    at_least = np.maximum(previous - day, -1)
    steps = np.unique(wait)
    size = -(-len(steps) // MOST_STEPS)
    # The last day of each group stands for it, so that every event's wait lies on a step.
    steps = steps[np.minimum(np.arange(size - 1, len(steps) + size - 1, size), len(steps) - 1)]
    low, high = np.searchsorted(steps, at_least, side="right"), np.searchsorted(steps, wait)
    most = np.maximum(np.searchsorted(steps, age, side="right") - 1, high)
    low = np.minimum(low, high)
    late, at_risk = _settle(low, high, most, len(steps))
    return Lateness(steps, late, at_risk, len(day), _swing(day // 30, wait, age), asof)


def _settle(
    low: NDArray[np.int64], high: NDArray[np.int64], most: NDArray[np.int64], n_steps: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected events d and R of each step: lateness of an event lies on steps low..high, and could have been seen up to step `most`."""
    ways, times = np.unique(np.stack([low, high, most]), axis=1, return_counts=True)
    low, high, most = ways[0], ways[1], ways[2]
    p = np.full(n_steps, 1 / n_steps)
    late: NDArray[np.float64] = np.zeros(n_steps)
    at_risk = late
    for _ in range(MOST_ROUNDS):
        whole = np.concatenate([[0.0], np.cumsum(p)])
        each = times / np.maximum(whole[high + 1] - whole[low], 1e-15)
        # Expected events on a step: p times the sum over all whose interval holds it.
        late = p * _spread(each, low, high + 1, n_steps)
        # At risk: as late as this or earlier (what is sure, and the part of the interval so far), and old enough.
        sure = _spread(times.astype(float), high, most + 1, n_steps)
        part = whole[1:] * _spread(each, low, high, n_steps) - _spread(each * whole[low], low, high, n_steps)
        at_risk = np.maximum(sure + part, late)
        factors = 1 - np.divide(late, at_risk, out=np.zeros(n_steps), where=at_risk > 0)
        after = np.concatenate([np.cumprod(factors[::-1])[::-1][1:], [1.0]])
        new = after * (1 - factors)
        # Never quite nothing: an interval of which all steps had died out would have no chance left.
        new = np.maximum(new / max(new.sum(), 1e-300), 1e-12)
        done = np.abs(new - p).max() < SETTLED
        p = new
        if done:
            break
    return late, at_risk


def _spread(amount: NDArray[np.float64], first: NDArray[np.int64], end: NDArray[np.int64], n: int) -> NDArray[np.float64]:
    """Each amount added to all steps first..end - 1, float (n,)."""
    steps = np.bincount(first, amount, n + 1) - np.bincount(end, amount, n + 1)
    return np.asarray(np.cumsum(steps)[:n], np.float64)


def share_come(late: Lateness, age: NDArray[np.int64]) -> NDArray[np.float64]:
    """F at each age in days, float, the shape of `age`."""
    factors = 1 - np.divide(late.late, late.at_risk, out=np.zeros(len(late.days)), where=late.at_risk > 0)
    return np.asarray(_product(factors[None, :], late.days, np.atleast_1d(age))[0], np.float64)


def nowcast(
    sources: Sequence[tuple[Lateness, NDArray[np.int64]]], others: NDArray[np.int64], month_starts: NDArray[np.int64]
) -> list[MonthToCome]:
    """The months that are over and of which reports are still to come, the oldest first.

    sources: what is known of each source, and its events of each month so far, int (m,). others: events so far of sources whose lateness
    is not known: they count as they are, int (m,). month_starts: first day of each month and the one after the last, int (m + 1,). A
    source's month that was not over at its last import is left out: what has not happened is not late.
    """
    random = np.random.default_rng(SEED)
    months = len(others)
    total, expected, seen = np.tile(others.astype(float), (RUNS, 1)), others.astype(float), others.astype(np.int64)
    lowest = np.ones(months)
    for late, counts in sources:
        draws, shares = _draws(late, counts, month_starts, random)
        total, seen, lowest = total + draws, seen + counts, np.minimum(lowest, shares)
        expected = expected + counts / np.maximum(shares, 1e-3)
    found = []
    for month in np.flatnonzero(lowest < WHOLE).tolist():
        low, high = (int(value) for value in np.quantile(total[:, month], [LOW, HIGH], method="nearest"))
        # Where nothing was seen there is no share of events; that of the days stands for it.
        share = float(seen[month] / expected[month]) if expected[month] > 0 else float(lowest[month])
        found.append(MonthToCome(month, int(seen[month]), low, float(expected[month]), high, share))
    return found


def _draws(
    late: Lateness, seen: NDArray[np.int64], month_starts: NDArray[np.int64], random: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One source: draws of each month's events in the end, float (RUNS, m), and the share that has come, float (m,)."""
    factors = 1 - np.divide(late.late, late.at_risk, out=np.zeros(len(late.days)), where=late.at_risk > 0)
    rest = np.maximum(late.at_risk - late.late, 0)
    drawn = 1 - random.beta(late.late + 1e-9, rest + 1e-9, (RUNS, len(late.days)))
    total, share = np.tile(seen.astype(float), (RUNS, 1)), np.ones(len(seen))
    for month in range(len(seen)):
        begin, end = int(month_starts[month]), int(month_starts[month + 1])
        if end > late.asof + 1:
            continue
        ages = late.asof - np.arange(begin, end)
        share[month] = float(_product(factors[None, :], late.days, ages).mean())
        if share[month] >= WHOLE:
            continue
        shares = np.clip(_product(drawn, late.days, ages).mean(axis=1), 1e-3, 1 - 1e-9)
        logit = np.log(shares / (1 - shares)) + np.sqrt(late.swing) * random.standard_normal(RUNS)
        swung = np.clip(1 / (1 + np.exp(-logit)), 1e-3, 1 - 1e-9)
        total[:, month] += random.negative_binomial(int(seen[month]) + 0.5, swung)
    return total, share


def _product(factors: NDArray[np.float64], days: NDArray[np.int64], age: NDArray[np.int64]) -> NDArray[np.float64]:
    """Product of the factors of all steps later than each age, float (draws, ages)."""
    with np.errstate(divide="ignore"):
        log = np.log(np.maximum(factors, 0.0))
    # The earliest step's factor is 0 by construction (nobody waits less); it is never later than an age at which anything was seen.
    tail = np.concatenate([np.cumsum(log[:, ::-1], axis=1)[:, ::-1], np.zeros((len(log), 1))], axis=1)
    return np.asarray(np.exp(tail[:, np.searchsorted(days, age, side="right")]), np.float64)


def _swing(group: NDArray[np.int64], wait: NDArray[np.int64], age: NDArray[np.int64]) -> float:
    """How much the share that came early differs between past months beyond chance, variance of its logit (method of moments)."""
    middle = np.median(wait)
    old = age >= np.quantile(wait, HIGH)
    if not old.any():
        return 0.0
    _, code = np.unique(group[old], return_inverse=True)
    n, early = np.bincount(code), np.bincount(code, weights=wait[old] <= middle)
    share = float(early.sum() / n.sum())
    many = n >= 5
    if many.sum() < 3 or not 0 < share < 1:
        return 0.0
    scatter = float((((early - n * share) ** 2)[many] / (n * share * (1 - share))[many]).mean())
    typical = float(n[many].mean())
    # Variance of a share: p (1 - p) (1 + (n - 1) rho) / n; on the logit scale rho / (p (1 - p)).
    rho = max(scatter - 1, 0.0) / max(typical - 1, 1.0)
    return min(rho / (share * (1 - share)), 1.0)
