"""Line rates: events per km of border and year on each section, drawn towards the neighbours as far as few events ask for it.

Model. n(i), the events of section i, is Poisson with mean r(i) E(i), E = km x years with reports. r(i) has a gamma distribution with
mean m(i), what the other sections lead to expect here, and shape a, how much alike neighbours are:

    w(i, j) = mean of exp(-d^2 / 2h^2) over all pairs of a point of i and a point of j, d their distance along the line, h = `REACH_KM`
    m(i) = (1 + sum w(i, j) n(j)) / (1/g + sum w(i, j) E(j)) over j other than i; g = sum n / sum E, the rate of the whole line
    1/a(i) = (1 + 1/a) (1 + 1/(1 + sum w(i, j) n(j))) - 1: m(i) is itself known from so many events only
    r(i) given n(i) is gamma with shape a(i) + n(i) and rate a(i)/m(i) + E(i): its mean is the shrunk rate, its 2.5 and 97.5 % the interval

The 1 and 1/g are one event at the rate of the line: where no neighbour is near, the line stands in for them. a is not known either: each
of `SHAPES` counts as far as it makes the n(i) likely, each predicted from the others (negative binomial), and r(i) is the mixture of
its gammas. Two-sided intervals of 95 %. No random numbers.
Sources: Clayton & Kaldor 1987, doi:10.2307/2532003; Marshall 1991, doi:10.2307/2347593 (shrinkage towards the neighbours);
Garwood 1936, doi:10.1093/biomet/28.3-4.437 (exact interval of the raw rate); Fay & Feuer 1997, Statistics in Medicine 16, 791-801
(interval of a weighted sum of counts).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, ndtr

Floats = NDArray[np.float64]

#: How far along the line a neighbour speaks for a section: the standard deviation of its weight, in km.
REACH_KM = 50.0
#: Both tails of every interval.
TAIL = 0.025
#: Shapes that may be, even in log a: 0.2 lets neighbours differ tenfold, 500 makes them one.
SHAPES = np.geomspace(0.2, 500.0, 41)
#: Halvings until the end of an interval is known to all its digits.
HALVINGS = 60


@dataclass(frozen=True)
class LineRates:
    """s sections; rates in events per km and year, NaN where nothing is known (no month with reports).

    n: events, float (s,). exposure: km x years, float (s,). rate, rate_low, rate_high: as counted, with Garwood's interval.
    expected: m, what the neighbours lead to expect. shrunk, low, high: the shrunk rate and its interval. above: how sure it is that
    the section's rate lies above that of the whole line, 0..1. line_rate: g. likely: how likely each of `SHAPES` is, float (k,), sums to 1;
    none where no event was recorded at all.
    """

    n: Floats
    exposure: Floats
    rate: Floats
    rate_low: Floats
    rate_high: Floats
    expected: Floats
    shrunk: Floats
    low: Floats
    high: Floats
    above: Floats
    line_rate: float
    likely: Floats


def line_rates(n: ArrayLike, from_km: ArrayLike, to_km: ArrayLike, years: float, reach_km: float = REACH_KM) -> LineRates:
    """Rates of s sections that lie along one line.

    n: whole events. from_km, to_km: chainage. years: months with reports / 12, the same for all. Raises ValueError for a section
    without length and for counts that are none.
    """
    counts, begin, end = (np.atleast_1d(np.asarray(values, float)) for values in (n, from_km, to_km))
    if not (np.isfinite(begin).all() and np.isfinite(end).all() and (end > begin).all()):
        raise ValueError("A section came whose end does not lie after its beginning: chainages in km, ascending, were wanted.")
    if not (np.isfinite(counts).all() and (counts >= 0).all()):
        raise ValueError("Counts came that are negative or missing: 0 or more events for each section were wanted.")
    exposure = (end - begin) * max(float(years), 0.0)
    if not exposure.sum() > 0:
        unknown = np.full(len(counts), np.nan)
        return LineRates(counts, exposure, unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown, np.nan, np.zeros(0))
    rate = counts / exposure
    rate_low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1), TAIL), 0.0) / exposure
    rate_high = gammaincinv(counts + 1, 1 - TAIL) / exposure
    line = float(counts.sum() / exposure.sum())
    if line == 0:
        zero = np.zeros(len(counts))
        return LineRates(counts, exposure, rate, rate_low, rate_high, zero, zero, zero, rate_high, zero, 0.0, np.zeros(0))
    weight = overlap(begin, end, reach_km)
    np.fill_diagonal(weight, 0.0)
    borrowed = 1 + weight @ counts
    expected = borrowed / (1 / line + weight @ exposure)
    shape = _shapes(SHAPES, borrowed)
    likely = _likely(counts, expected * exposure, shape)
    a, b = shape + counts, shape / expected + exposure
    return LineRates(
        n=counts,
        exposure=exposure,
        rate=rate,
        rate_low=rate_low,
        rate_high=rate_high,
        expected=expected,
        shrunk=likely @ (a / b),
        low=_quantile(TAIL, likely, a, b),
        high=_quantile(1 - TAIL, likely, a, b),
        above=np.minimum(likely @ gammaincc(a, b * line), 1.0),
        line_rate=line,
        likely=likely,
    )


def smooth_rate(at_km: ArrayLike, n: ArrayLike, from_km: ArrayLike, to_km: ArrayLike, years: float, reach_km: float = REACH_KM) -> Floats:
    """The rate along the line as all sections together lead to expect it, at k chainages, events per km and year, float (k,).

    As `line_rates` expects it for a section, but at a point and with every section's own events. 0 where nothing was recorded, NaN
    where nothing is known.
    """
    at, counts, begin, end = (np.atleast_1d(np.asarray(values, float)) for values in (at_km, n, from_km, to_km))
    exposure = (end - begin) * max(float(years), 0.0)
    if not exposure.sum() > 0:
        return np.full(len(at), np.nan)
    line = counts.sum() / exposure.sum()
    if line == 0:
        return np.zeros(len(at))
    upper, lower = (ndtr((edge[None, :] - at[:, None]) / reach_km) for edge in (end, begin))
    weight = np.sqrt(2 * np.pi) * reach_km * (upper - lower) / (end - begin)
    return np.asarray((1 + weight @ counts) / (1 / line + weight @ exposure), np.float64)


def overlap(from_km: Floats, to_km: Floats, reach_km: float) -> Floats:
    """w(i, j) of s sections, float (s, s), 0..1: exp(-d^2 / 2h^2) averaged over both lengths, in closed form."""

    def twice(u: Floats) -> Floats:
        # Twice integrated normal density: u Phi(u/h) + h phi(u/h).
        return np.asarray(u * ndtr(u / reach_km) + reach_km * np.exp(-0.5 * (u / reach_km) ** 2) / np.sqrt(2 * np.pi), np.float64)

    left, right = from_km[:, None], to_km[:, None]
    mass = twice(right - from_km) - twice(left - from_km) - twice(right - to_km) + twice(left - to_km)
    area = (to_km - from_km)[:, None] * (to_km - from_km)[None, :]
    # Far apart the four terms cancel to noise of either sign.
    return np.asarray(np.clip(np.sqrt(2 * np.pi) * reach_km * mass / area, 0.0, 1.0), np.float64)


def _shapes(alike: Floats, borrowed: Floats) -> Floats:
    """a(i) for k values of a: the shape of a product of two gammas of mean 1, by its first two moments, float (k, s)."""
    return np.asarray(1 / ((1 + 1 / alike)[:, None] * (1 + 1 / borrowed) - 1), np.float64)


def _likely(counts: Floats, mean: Floats, shape: Floats) -> Floats:
    """How likely each of k rows of shapes makes the counts, each with its own expected number (negative binomial), float (k,)."""
    fit = gammaln(counts + shape) - gammaln(shape) + shape * np.log(shape / (shape + mean)) + counts * np.log(mean / (shape + mean))
    total = fit.sum(axis=1)
    weight = np.exp(total - total.max())
    return np.asarray(weight / weight.sum(), np.float64)


def _quantile(p: float, likely: Floats, a: Floats, b: Floats) -> Floats:
    """Where mixtures of k gammas (shapes and rates (k, s)) have reached p, float (s,): halved between their own quantiles."""
    own = gammaincinv(a, p) / b
    low, high = own.min(axis=0), own.max(axis=0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        reached = likely @ gammainc(a, b * middle) >= p
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    return np.asarray((low + high) / 2, np.float64)


def weighted_interval(total: ArrayLike, squares: ArrayLike, largest: ArrayLike) -> tuple[Floats, Floats]:
    """95 % interval of sums of weights whose number is Poisson (kilograms of a section), float (s,) each; NaN where nothing was weighed.

    total: sum of the weights. squares: sum of their squares. largest: the largest of them. Gamma interval of Fay & Feuer 1997:
    at least as wide as it should be, wide where one large seizure makes the sum.
    """
    y, v, w = (np.atleast_1d(np.asarray(values, float)) for values in (total, squares, largest))
    known = (y > 0) & (v > 0)
    y_, v_, w_ = (np.where(known, values, 1.0) for values in (y, v, w))
    low = gammaincinv(y_**2 / v_, TAIL) * v_ / y_
    more, wider = y_ + w_, v_ + w_**2
    high = gammaincinv(more**2 / wider, 1 - TAIL) * wider / more
    return np.asarray(np.where(known, low, np.nan), np.float64), np.asarray(np.where(known, high, np.nan), np.float64)
