"""Line rates: events per km of border and year on each section, drawn towards the neighbours as far as few events ask for it.

Model. n(i), the events of section i, is Poisson with mean r(i) E(i), E = km x years with reports. m(i) is what the other sections lead
to expect here:

    w(i, j) = mean of exp(-d^2 / 2h^2) over all pairs of a point of i and a point of j, d their distance along the line, h = `REACH_KM`
    m(i) = (1 + sum w(i, j) o(j) n(j)) / (1/g + sum w(i, j) o(j) E(j)) over j other than i; g = sum n / sum E, the rate of the whole line

The 1 and 1/g are one event at the rate of the line: where no neighbour is near, the line stands in for them. r(i) is beforehand a mixture
of gammas, all of mean m(i). With probability 1 - `APART` the neighbours speak for the section; a, how much alike neighbours are, sets
the shape:

    1/a(i) = (1 + 1/a) (1 + 1/(1 + sum w(i, j) o(j) n(j))) - 1: m(i) is itself known from so many events only

With probability `APART` it is a section apart (a bridge, a market), whose shape is any of `VAGUE`, which hardly draw it to m(i). Each
n(i), predicted from the others (negative binomial), says how likely either is: a count that contradicts its neighbours is left where it
is. a is not known either: each of `SHAPES` counts as far as it makes all n(i) likely. o(j), 0..1, is how much likelier or less likely
than beforehand the neighbours speak for j, at most 1, so that a section apart does not raise what its neighbours expect; found in
`ROUNDS` rounds that start from 1. r(i) given n(i) is a mixture of gammas: its mean is the shrunk rate, its 2.5 and 97.5 % points the
interval of 95 %.

That interval never ends inside what n(i) alone leaves open: the ends are at least as far out as Garwood's exact one-sided limits of 5 %.
So it misses a true rate in 10 % of cases at most (5 % a side), whatever the shape of the prior; and where a section is busier than its
neighbours the interval reaches down to them, so that it is missed on one side only, in 5 %. That much is given to true rates up to
`BELIEVED` times m(i), or times the shrunk rate where that is more: nobody has to be told that a short section without a report is
perhaps a hundred times as busy as its neighbours.
No random numbers.
Sources: Clayton & Kaldor 1987, doi:10.2307/2532003; Marshall 1991, doi:10.2307/2347593 (shrinkage towards the neighbours);
Schmidli et al. 2014, doi:10.1111/biom.12242 (robust mixture prior); Efron & Morris 1972, doi:10.1080/01621459.1972.10481215 (the one
that really is different must not be drawn further than its own data allow); Garwood 1936, doi:10.1093/biomet/28.3-4.437 (exact limits);
Fay & Feuer 1997, Statistics in Medicine 16, 791-801 (interval of a weighted sum of counts).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainc, gammaincc, gammaincinv, gammaln, logsumexp, ndtr

Floats = NDArray[np.float64]

#: How far along the line a neighbour speaks for a section: the standard deviation of its weight, in km.
REACH_KM = 50.0
#: Both tails of every interval.
TAIL = 0.025
#: Shapes that may be, even in log a: 0.2 lets neighbours differ tenfold, 500 makes them one.
SHAPES = np.geomspace(0.2, 500.0, 41)
#: How likely a section beforehand is one apart, and the shapes that it may then have, each alike: 0.03 lets it differ a hundredfold.
APART, VAGUE = 0.1, np.array([0.03, 0.1, 0.3])
#: How many times what is expected or estimated a true rate may be that an interval still makes room for.
BELIEVED = 30.0
#: Rounds in which the expectations and the sections apart settle.
ROUNDS = 3
#: Steps until the end of an interval is known to `DIGITS`; fewer than ten are usual. Gammas that hold less than `NOTHING` are left out.
STEPS, DIGITS, NOTHING = 100, 1e-11, 1e-12


@dataclass(frozen=True)
class LineRates:
    """s sections; rates in events per km and year, NaN where nothing is known (no month with reports).

    n: events, float (s,). exposure: km x years, float (s,). rate, rate_low, rate_high: as counted, with Garwood's interval.
    expected: m, what the neighbours lead to expect. shrunk, low, high: the shrunk rate and its interval. above: how sure it is that
    the section's rate lies above that of the whole line, 0..1. alike: how likely the neighbours speak for the section, 0..1 (1 - `APART`
    where nothing tells). line_rate: g. likely: how likely each of `SHAPES` is, float (k,), sums to 1; none where no event was recorded.
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
    alike: Floats
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
        no = np.full(len(counts), np.nan)
        return LineRates(counts, exposure, no, no, no, no, no, no, no, no, no, np.nan, np.zeros(0))
    rate = counts / exposure
    rate_low, rate_high = (limit / exposure for limit in _garwood(counts, TAIL))
    line = float(counts.sum() / exposure.sum())
    if line == 0:
        zero, alike = np.zeros(len(counts)), np.full(len(counts), 1 - APART)
        return LineRates(counts, exposure, rate, rate_low, rate_high, zero, zero, zero, rate_high, zero, alike, 0.0, np.zeros(0))
    near = overlap(begin, end, reach_km)
    np.fill_diagonal(near, 0.0)
    alike = np.full(len(counts), 1 - APART)
    for _ in range(ROUNDS):
        heard = near * np.minimum(alike / (1 - APART), 1.0)
        borrowed = 1 + heard @ counts
        expected = borrowed / (1 / line + heard @ exposure)
        shape = np.vstack([_shapes(SHAPES, borrowed), np.broadcast_to(VAGUE[:, None], (len(VAGUE), len(counts)))])
        likely, weight = _weights(counts, expected * exposure, shape)
        alike = np.minimum(weight[: len(SHAPES)].sum(axis=0), 1.0)
    a, b = shape + counts, shape / expected + exposure
    open_low, open_high = (limit / exposure for limit in _garwood(counts, 2 * TAIL))
    shrunk = (weight * a / b).sum(axis=0)
    believed = BELIEVED * np.maximum(expected, shrunk)
    return LineRates(
        n=counts,
        exposure=exposure,
        rate=rate,
        rate_low=rate_low,
        rate_high=rate_high,
        expected=expected,
        shrunk=shrunk,
        low=np.minimum(_quantile(TAIL, weight, a, b), open_low),
        high=np.maximum(_quantile(1 - TAIL, weight, a, b), np.minimum(open_high, believed)),
        above=np.minimum((weight * gammaincc(a, b * line)).sum(axis=0), 1.0),
        alike=alike,
        line_rate=line,
        likely=likely,
    )


def smooth_rate(at_km: ArrayLike, n: ArrayLike, from_km: ArrayLike, to_km: ArrayLike, years: float, reach_km: float = REACH_KM) -> Floats:
    """The rate along the line as all sections together lead to expect it, at k chainages, events per km and year, float (k,).

    As `line_rates` expects it for a section, but at a point, with its own events too, and with sections apart heard in full: the curve
    shows them. 0 where nothing was recorded, NaN
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


def _garwood(counts: Floats, tail: float) -> tuple[Floats, Floats]:
    """Exact limits of s Poisson means, one-sided at `tail` each, float (s,)."""
    low = np.where(counts > 0, gammaincinv(np.maximum(counts, 1), tail), 0.0)
    return np.asarray(low, np.float64), np.asarray(gammaincinv(counts + 1, 1 - tail), np.float64)


def _weights(counts: Floats, mean: Floats, shape: Floats) -> tuple[Floats, Floats]:
    """How likely the counts make each of `SHAPES`, float (k,), and each gamma of each section, float (k + v, s), columns sum to 1.

    counts, mean: events and expected events, (s,). shape: (k + v, s), the last v those of `VAGUE`.
    """
    k, v = len(SHAPES), len(VAGUE)
    fit = gammaln(counts + shape) - gammaln(shape) + shape * np.log(shape / (shape + mean)) - counts * np.log1p(shape / mean)
    neighbourly, apart = np.log(1 - APART) + fit[:k], np.log(APART / v) + fit[k:]
    either = np.logaddexp(neighbourly, logsumexp(apart, axis=0))
    whole = either.sum(axis=1)
    likely = np.exp(whole - logsumexp(whole))
    weight = np.vstack([likely[:, None] * np.exp(neighbourly - either), np.exp(apart + logsumexp(-either, b=likely[:, None], axis=0))])
    return np.asarray(likely, np.float64), np.asarray(weight / weight.sum(axis=0), np.float64)


def _quantile(p: float, weight: Floats, a: Floats, b: Floats) -> Floats:
    """Where mixtures of k gammas (weights, shapes and rates (k, s)) have reached p, float (s,).

    Newton's steps for the logarithm of the smaller tail over log r, where a gamma is nearly straight; halved where they leave the
    bracket, which begins at the gammas' own quantiles.
    """
    rows = weight.max(axis=1, initial=0.0) > NOTHING
    weight, a, b = weight[rows], a[rows], b[rows]
    something = weight > NOTHING
    upper = p > 0.5
    tail, goal, sign = (gammaincc, np.log1p(-p), -1.0) if upper else (gammainc, np.log(p), 1.0)
    own = np.zeros_like(a)
    own[something] = np.log(gammaincinv(a[something], p) / b[something])
    low = np.where(something, own, np.inf).min(axis=0, initial=np.inf)
    high = np.where(something, own, -np.inf).max(axis=0, initial=-np.inf)
    at, height = (weight * own).sum(axis=0), a * np.log(b) - gammaln(a)
    open_ = np.arange(len(at))
    for _ in range(STEPS):
        w, x = weight[:, open_], at[open_]
        scaled = b[:, open_] * np.exp(x)
        held = (w * tail(a[:, open_], scaled)).sum(axis=0)
        grows = (w * np.exp(height[:, open_] + a[:, open_] * x - scaled)).sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            short = sign * (goal - np.log(held))
            step = x + short * held / grows
        low[open_], high[open_] = np.where(short > 0, x, low[open_]), np.where(short > 0, high[open_], x)
        inside = (step >= low[open_]) & (step <= high[open_])
        at[open_] = np.where(inside, step, (low[open_] + high[open_]) / 2)
        open_ = open_[np.abs(at[open_] - x) > DIGITS]
        if not len(open_):
            break
    return np.asarray(np.exp(at), np.float64)


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
