"""Rates along the line against a slow, obvious version: loops over sections, scipy's distributions, and the posterior integrated."""

import numpy as np
import pytest
from numpy.polynomial.legendre import leggauss
from scipy import stats

from layers.line_rates import APART, BELIEVED, REACH_KM, ROUNDS, SHAPES, VAGUE, line_rates, overlap

NODES, WEIGHTS = leggauss(16)
#: A gamma of shape 0.03 holds less than 1e-9 below exp(BOTTOM).
BOTTOM = -700.0

CASES = {
    "few and unlike": ([7, 0, 3, 12, 1], [20, 12, 33, 25, 210], 2.5),
    "one far above": ([2, 3, 1, 60, 2, 0, 4, 3], [30, 30, 20, 30, 30, 15, 30, 30], 1.0),
    "one short, one report": ([40, 35, 3, 2, 1, 2, 3, 2], [30, 30, 30, 30, 1, 30, 30, 30], 1.0),
    "one far below": ([55, 48, 51, 2, 60, 52], [30, 30, 30, 30, 30, 30], 1.0),
    "one very short": ([0, 1, 0, 2, 1], [30, 30, 0.5, 30, 30], 1.0),
    "a single event": ([0, 0, 1, 0], [30, 30, 30, 30], 0.25),
}


def prior(shape):
    """Shares and shapes of the gammas, all of the same mean, that a section's rate may have beforehand."""
    return [(1 - APART, shape)] + [(APART / len(VAGUE), vague) for vague in VAGUE]


def expectations(counts, lengths, years):
    """m(i), a(i) of each of `SHAPES`, how likely each is, and how likely neighbours speak for i: round by round, section by section."""
    end = np.cumsum(lengths)
    weight, line, size = overlap(end - lengths, end, REACH_KM), counts.sum() / (lengths.sum() * years), len(counts)
    heard = [1.0] * size
    for _ in range(ROUNDS):
        mean, shapes, whole, alike = [], [], [], []
        for i in range(size):
            over, under = 1.0, 1 / line
            for j in range(size):
                if j != i:
                    over += weight[i, j] * heard[j] * counts[j]
                    under += weight[i, j] * heard[j] * lengths[j] * years
            mean.append(over / under)
            # Relative variance of a product of independent gammas of mean 1, the second known from `over` events.
            shapes.append([1 / (1 / a + 1 / over + 1 / (a * over)) for a in SHAPES])
            expected = over / under * lengths[i] * years
            chances = [[share * stats.nbinom.pmf(counts[i], s, s / (s + expected)) for share, s in prior(a)] for a in shapes[i]]
            whole.append([sum(parts) for parts in chances])
            alike.append([parts[0] / sum(parts) for parts in chances])
        likely = np.prod(whole, axis=0)
        likely = likely / likely.sum()
        speaks = [float(likely @ np.array(parts)) for parts in alike]
        heard = [min(1.0, one / (1 - APART)) for one in speaks]
    return mean, shapes, np.array(whole), likely, speaks


def integral(density, low, high):
    """Gauss's rule on short pieces."""
    edges = np.linspace(low, high, max(2, int((high - low) / 0.25)))
    half = np.diff(edges)[:, None] / 2
    at = (edges[:-1, None] + half) + half * NODES
    return float((density(at.ravel()).reshape(at.shape) * WEIGHTS * half).sum())


@pytest.mark.parametrize("case", CASES)
def test_everything_equals_the_posterior_integrated_term_by_term(case):
    counts, lengths = (np.array(values, float) for values in CASES[case][:2])
    years, end = CASES[case][2], np.cumsum(CASES[case][1])
    rates = line_rates(counts, end - lengths, end, years)
    mean, shapes, whole, likely, speaks = expectations(counts, lengths, years)
    assert rates.expected == pytest.approx(mean, rel=1e-9)
    assert rates.likely == pytest.approx(likely, rel=1e-8)
    assert rates.alike == pytest.approx(speaks, rel=1e-8)
    for i, m in enumerate(mean):

        def density(x, i=i, m=m):
            """Of the logarithm of the rate."""
            r = np.exp(x)
            before = np.zeros_like(r)
            for k, a in enumerate(shapes[i]):
                gammas = (share * np.exp(stats.gamma.logpdf(r, s, scale=m / s) + x) for share, s in prior(a))
                before += likely[k] / whole[i, k] * sum(gammas)
            return before * stats.poisson.pmf(counts[i], r * lengths[i] * years)

        exposure = lengths[i] * years
        bottom, top = BOTTOM if counts[i] == 0 else -60.0, np.log(20 * (m + (counts[i] + 5) / exposure))
        assert integral(density, bottom, top) == pytest.approx(1, abs=1e-6)
        assert integral(lambda x, f=density: np.exp(x) * f(x), bottom, top) == pytest.approx(rates.shrunk[i], rel=1e-6)
        assert integral(density, np.log(rates.line_rate), top) == pytest.approx(rates.above[i], abs=1e-6)
        least, most = stats.chi2.ppf(0.05, 2 * counts[i]) / 2 / exposure, stats.chi2.ppf(0.95, 2 * counts[i] + 2) / 2 / exposure
        most = min(most, BELIEVED * max(m, rates.shrunk[i]))
        beyond = integral(density, np.log(rates.high[i]), top)
        assert beyond == pytest.approx(0.025, abs=1e-6) if rates.high[i] > most * (1 + 1e-9) else beyond <= 0.025 + 1e-6
        assert rates.high[i] >= most * (1 - 1e-9)
        if counts[i] == 0:
            assert rates.low[i] == 0
            continue
        under = integral(density, bottom, np.log(rates.low[i]))
        assert under == pytest.approx(0.025, abs=1e-6) if rates.low[i] < least * (1 - 1e-9) else under <= 0.025 + 1e-6
        assert rates.low[i] <= least * (1 + 1e-9)


def test_the_cases_hold_intervals_that_end_as_the_neighbours_say_and_as_the_count_alone_says():
    ends = []
    for counts, lengths, years in CASES.values():
        end, n = np.cumsum(lengths), np.array(counts, float)
        rates = line_rates(n, end - np.array(lengths), end, years)
        limits = stats.chi2.ppf(0.05, 2 * n) / 2 / rates.exposure, stats.chi2.ppf(0.95, 2 * n + 2) / 2 / rates.exposure
        assert (limits[1] < BELIEVED * np.maximum(rates.expected, rates.shrunk)).any()
        some = n > 0
        ends += [(rates.low[some] < 0.999 * limits[0][some]), (rates.high > 1.001 * limits[1])]
    assert 0 < np.concatenate(ends[::2]).mean() < 1 and 0 < np.concatenate(ends[1::2]).mean() < 1
