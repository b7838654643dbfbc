"""Nowcast: how many reports of the latest months are still to come, from how late reports came so far.

Lateness of an event: days from the end of the day on which it happened to the import that first brought it. It is known only for events
that happened after their source was first imported: what came with the first import was waiting for it, and says nothing. A late event that
has not come yet is not in the store, so lateness is seen only up to T, the age of the event at the last import (truncated on the right).
F(x), the share of reports that come within x days, is the product-limit estimate for such data,
F(x) = prod over y > x of (1 - d(y) / R(y)), d(y): events y days late, R(y): events at most y days late and at least y days old
(Lynden-Bell 1971, doi:10.1093/mnras/155.1.95; Lagakos et al. 1988, doi:10.1093/biomet/75.3.515); F is relative to the longest wait that
could be seen. Of a month with n seen reports and the mean share f of F over its days, those to come are negative binomial: n + 1/2
successes of chance f (Lawless 1994, doi:10.2307/3315820). The interval draws F too (each factor from its beta law, RUNS draws, seed SEED)
and lets the share swing between months as much as the lateness of past months did.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Fewer events of known lateness than this give no interval.
LEAST_EVENTS = 30
#: A month is still arriving while less than this share of its reports has come.
WHOLE = 0.95
#: A share below this says nothing about what is to come.
LEAST_SHARE = 0.1
#: Two-sided: a tenth of the true numbers lie outside, half of them on either side.
LOW, HIGH = 0.05, 0.95
RUNS, SEED = 2_000, 20_165
#: Beta steps of F are grouped so that there are at most so many.
MOST_STEPS = 200


@dataclass(frozen=True)
class Lateness:
    """What is known about how late reports come.

    days: steps in days, increasing, int (d,). late: events of each, int (d,). at_risk: R, int (d,). n: events of known lateness. swing:
    variance of the logit of a past month's share beyond chance. asof: day of the last import, days since 1970.
    """

    days: NDArray[np.int64]
    late: NDArray[np.int64]
    at_risk: NDArray[np.int64]
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


def lateness(happened: NDArray[np.int64], first_seen: NDArray[np.int64], watched_since: int, asof: int) -> Lateness | None:
    """Learn how late reports come; None where fewer than `LEAST_EVENTS` say so.

    happened: day of each event, days since 1970, int (n,). first_seen: day of the import that brought it. watched_since: day of the
    source's first import. asof: day of its last import.
    """
    use = (happened >= watched_since) & (first_seen >= happened) & (first_seen <= asof)
    wait, age = (first_seen - happened)[use], (asof - happened)[use]
    if len(wait) < LEAST_EVENTS:
        return None
    days, late = np.unique(wait, return_counts=True)
    by_wait, by_age = np.sort(wait), np.sort(age)
    # As each event's wait is at most its age, those not at risk at y are the ones later than y and the ones younger than y.
    at_risk = np.searchsorted(by_wait, days, side="right") - np.searchsorted(by_age, days, side="left")
    swing = _swing(happened[use] // 30, wait, age)
    return Lateness(days, late.astype(np.int64), at_risk.astype(np.int64), len(wait), swing, asof)


def share_come(late: Lateness, age: NDArray[np.int64]) -> NDArray[np.float64]:
    """F at each age in days, float, the shape of `age`."""
    factors = 1 - late.late / np.maximum(late.at_risk, 1)
    return np.asarray(_product(factors[None, :], late.days, np.atleast_1d(age))[0], np.float64)


def nowcast(late: Lateness, seen: NDArray[np.int64], month_starts: NDArray[np.int64]) -> list[MonthToCome]:
    """The months that are over and of which reports are still to come, the oldest first.

    seen: events of each month so far, int (m,). month_starts: first day of each month and the one after the last, int (m + 1,). A month
    that was not over at the last import is left out: what has not happened is not late.
    """
    random = np.random.default_rng(SEED)
    hazard = late.late / np.maximum(late.at_risk, 1)
    days, late_n, risk_n = _grouped(late)
    drawn = 1 - random.beta(late_n + 1e-9, np.maximum(risk_n - late_n, 0) + 1e-9, (RUNS, len(days)))
    found = []
    for month in range(len(seen)):
        begin, end = int(month_starts[month]), int(month_starts[month + 1])
        if end > late.asof + 1:
            continue
        ages = late.asof - np.arange(begin, end)
        share = float(_product((1 - hazard)[None, :], late.days, ages).mean())
        if share >= WHOLE:
            continue
        shares = _product(drawn, days, ages).mean(axis=1)
        shares = np.clip(shares, 1e-3, 1 - 1e-9)
        logit = np.log(shares / (1 - shares)) + np.sqrt(late.swing) * random.standard_normal(RUNS)
        swung = np.clip(1 / (1 + np.exp(-logit)), 1e-3, 1 - 1e-9)
        n = int(seen[month])
        total = n + random.negative_binomial(n + 0.5, swung)
        low, high = (int(value) for value in np.quantile(total, [LOW, HIGH], method="nearest"))
        found.append(MonthToCome(month, n, low, n / max(share, 1e-3), high, share))
    return found


def _product(factors: NDArray[np.float64], days: NDArray[np.int64], age: NDArray[np.int64]) -> NDArray[np.float64]:
    """Product of the factors of all steps later than each age, float (draws, ages)."""
    with np.errstate(divide="ignore"):
        log = np.log(np.maximum(factors, 0.0))
    # The earliest step's factor is 0 by construction (nobody waits less); it is never later than an age at which anything was seen.
    tail = np.concatenate([np.cumsum(log[:, ::-1], axis=1)[:, ::-1], np.zeros((len(log), 1))], axis=1)
    return np.asarray(np.exp(tail[:, np.searchsorted(days, age, side="right")]), np.float64)


def _grouped(late: Lateness) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Days, events late and at risk, neighbouring steps joined where there are many."""
    size = -(-len(late.days) // MOST_STEPS)
    if size <= 1:
        return late.days, late.late, late.at_risk
    at = np.arange(0, len(late.days), size)
    return late.days[at], np.add.reduceat(late.late, at), np.maximum.reduceat(late.at_risk, at)


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
