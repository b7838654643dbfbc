"""Dispersion: how much more than chance alone a series of counts swings, learnt from pairs of its own neighbouring stretches.

Counts of a stretch of e known months are taken as negative binomial of size e / k: mean e m, variance e m (1 + k m). k = 0 is Poisson:
reports come one by one. k > 0: they come in clumps, a raid brings ten. Where clumps make the variance 1 + c times the mean m of a
month, k = c / m: rare raids have a large k (ten events each, one raid in 20 months: k = 36). Of two stretches with the same rate m, the
first count given the sum n of both is beta-binomial with parameters n, e1 / k, e2 / k, whatever m is: neither a trend nor a season of the
whole series disturbs it
(the negative hypergeometric law: Johnson, Kemp & Kotz, Univariate Discrete Distributions, 3rd ed., 6.2.2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, gammaln, logsumexp, xlog1py, xlogy

#: The values of k, per month, among which the series chooses; 0 is Poisson.
GRID = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0, 1.7, 3.0, 5.0, 9.0, 15.0, 25.0, 45.0, 80.0, 140.0, 240.0, 400.0)
#: How likely each is before the series was looked at: a level that swings, falling off as 1 / (1 + k / PRIOR_SCALE)^2, or, with
#: probability CLUMPED, clumps, whose size k m decides: rising up to 1, falling off as its square root above.
PRIOR_SCALE, CLUMPED = 0.6, 0.3
#: How likely longer stretches of a series clump as the shorter ones do; else they swing more, as PRIOR_SCALE says.
SAME = 0.7
#: Fewer pairs with events than this do not tell a series in which events come one by one from one that clumps.
LEAST_PAIRS = 4
#: Sums up to here are added up term by term; above, the beta law with the same mean and variance stands for the beta-binomial.
EXACT_UP_TO = 5_000
#: Where a weight is so small that it is zero, its logarithm still is a number.
TINY = 1e-300


@dataclass(frozen=True)
class Dispersion:
    """k: values, float (g,). weight: how likely each is, float (g,), sum 1. n_pairs: pairs of stretches with at least one event."""

    k: NDArray[np.float64]
    weight: NDArray[np.float64]
    n_pairs: int

    @property
    def mean(self) -> float:
        """The expected k."""
        return float(self.k @ self.weight)

    def tails(self, count: int, total: int, first: float, second: float) -> tuple[float, float]:
        """P(X >= count), P(X <= count) for the part X of `total` events that falls on `first` of first + second known months.

        Each one-sided; averaged over what k may be.
        """
        upper, lower = split_tails(count, total, *_sizes(first, second, self.k))
        return min(float(self.weight @ upper), 1.0), min(float(self.weight @ lower), 1.0)

    def none(self, total: int, first: float, second: float) -> float:
        """P(X = 0) of the same law: nothing at all on the first stretch."""
        return min(float(self.weight @ np.exp(split_log(0, total, *_sizes(first, second, self.k)))), 1.0)


def learn(counts: ArrayLike, months: ArrayLike, shorter: Dispersion | None = None) -> Dispersion:
    """What pairs of neighbouring stretches say about k.

    counts: events, (p, 2). months: known months (exposure), (p, 2); pairs without a known month on either side say nothing. Where every
    stretch is in two pairs the likelihood is composite, so each pair weighs one half. Without pairs: what is likely beforehand.
    shorter: what shorter stretches of the same series said. Clumps are the same on every scale, so it is what is likely beforehand here.
    """
    y, e = np.asarray(counts, float).reshape(-1, 2), np.asarray(months, float).reshape(-1, 2)
    used = (e > 0).all(axis=1) & (y.sum(axis=1) > 0)
    y, e, n_pairs = y[used], e[used], int(used.sum())
    k = np.array(GRID)
    log = np.log(_beforehand(k, float(y.sum() / e.sum()) if n_pairs else 1.0, shorter))
    if len(y):
        # Equal pairs are worked out once: most stretches of a quiet series are.
        ways, times = np.unique(np.concatenate([y, e], axis=1), axis=0, return_counts=True)
        y, e = ways[:, :2], ways[:, 2:]
        a, b = _sizes(e[:, :1], e[:, 1:], k)
        log = log + 0.5 * times @ _split_kernel(y[:, :1], y.sum(axis=1, keepdims=True), a, b)
    return Dispersion(k, np.exp(log - logsumexp(log)), n_pairs)


def _beforehand(k: NDArray[np.float64], mean: float, shorter: Dispersion | None) -> NDArray[np.float64]:
    """How likely each k is before the pairs are looked at, float (g,), sum 1; mean: events a month."""
    swing = (1 + k / PRIOR_SCALE) ** -2
    if shorter is not None:
        more = np.triu(np.tile(swing, (len(k), 1)))
        more /= more.sum(axis=1, keepdims=True)
        return np.asarray(np.maximum(SAME * shorter.weight + (1 - SAME) * shorter.weight @ more, TINY), np.float64)
    clump = k * mean / (1 + k * mean) ** 1.5
    return np.asarray((1 - CLUMPED) * swing / swing.sum() + CLUMPED * clump / clump.sum(), np.float64)


def split_log(count: ArrayLike, total: ArrayLike, a: ArrayLike, b: ArrayLike) -> NDArray[np.float64]:
    """log P(X = count), X beta-binomial (total, a, b); negative a is the binomial with share -a (and -b = 1 - share)."""
    x, n, a, b = (np.asarray(value, float) for value in (count, total, a, b))
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return np.asarray(choose + _split_kernel(x, n, a, b), np.float64)


def _split_kernel(x: NDArray[np.float64], n: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of `split_log` that depends on a and b."""
    plain = a < 0
    share = np.where(plain, -a, 0.5)
    binomial = xlogy(x, share) + xlog1py(n - x, -share)
    a, b = np.where(plain, 1.0, a), np.where(plain, 1.0, b)
    return np.asarray(np.where(plain, binomial, betaln(x + a, n - x + b) - betaln(a, b)), np.float64)


def split_tails(count: int, total: int, a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """P(X >= count) and P(X <= count), each (g,), for g pairs of parameters as in `split_log`."""
    if total <= EXACT_UP_TO:
        mass = np.exp(split_log(np.arange(total + 1)[None, :], total, a[:, None], b[:, None]))
        return np.minimum(mass[:, count:].sum(axis=1), 1.0), np.minimum(mass[:, : count + 1].sum(axis=1), 1.0)
    plain = a < 0
    share = np.where(plain, -a, a / np.where(plain, 1.0, a + b))
    like = np.where(plain, 0.0, 1 / (np.where(plain, 0.0, a + b) + 1))
    # A beta law of the same mean and variance: share (1 - share) / (size + 1).
    size = 1 / ((1 + (total - 1) * like) / total) - 1
    low, high = (np.clip((count + half) / total, 0.0, 1.0) for half in (-0.5, 0.5))
    below = np.where(count > 0, betainc(share * size, (1 - share) * size, low), 0.0)
    up_to = np.where(count < total, betainc(share * size, (1 - share) * size, high), 1.0)
    return 1 - below, up_to


def _sizes(first: ArrayLike, second: ArrayLike, k: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Parameters for `split_log`: months / k, or minus the share of the months where k is 0."""
    one, two = np.asarray(first, float), np.asarray(second, float)
    safe = np.where(k > 0, k, 1.0)
    return np.where(k > 0, one / safe, -one / (one + two)), np.where(k > 0, two / safe, -two / (one + two))
