"""Back-test: would the hotspots of twelve months have caught the events of the month that followed, better than a plain count?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.hot_cells import ALPHAS
from layers.hotspots import FLAT, lower_tail, q_values, upper_tail

Floats = NDArray[np.float64]
#: Counts per cell, (c,) -> which cells are hot, bool (c,).
Rule = Callable[[Floats], NDArray[np.bool_]]

#: Months that the hotspots are made of, and the fewest of them with reports.
WINDOW, LEAST_REPORTED = 12, 9
#: At most so many months are judged, the latest: hotspots of ten years ago say little of today's.
MOST_JUDGED = 36
#: Below so many judged months or events there is no verdict.
LEAST_JUDGED, LEAST_EVENTS = 6, 30
DRAWS, BLOCK, SEED = 2_000, 3, 20_162


@dataclass(frozen=True)
class Share:
    """A figure with its 95 % interval; NaN where there is nothing to divide by."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class BackTest:
    """t judged months, oldest first.

    months: numbers of the judged months. n: events on the map in each, float (t,). area: share of the study area that was hot, (t,).
    hits: events of the month inside the hotspots, (t,). plain_hits: inside as many cells with the highest plain count of the same
    12 months, (t,). The figures are of all judged months together: hit rate = sum of hits / sum of n. PAI = hit rate / share of area,
    taken as sum of hits / sum of n * area, the hits that cells drawn at random would have: 1 is chance. gain: the hit rate less that
    of the plain count.
    """

    months: NDArray[np.int64]
    n: Floats
    area: Floats
    hits: Floats
    plain_hits: Floats
    hit_rate: Share
    plain_hit_rate: Share
    pai: Share
    plain_pai: Share
    gain: Share

    @property
    def has_verdict(self) -> bool:
        """Enough was judged, and something was hot."""
        return len(self.months) >= LEAST_JUDGED and float(self.n.sum()) >= LEAST_EVENTS and bool((self.area > 0).any())

    @property
    def beats_plain(self) -> bool:
        """The whole interval of the gain lies above 0."""
        return self.has_verdict and self.gain.low > 0

    @property
    def loses_to_plain(self) -> bool:
        """The whole interval of the gain lies below 0."""
        return self.has_verdict and self.gain.high < 0

    @property
    def beats_chance(self) -> bool:
        """The whole interval of PAI lies above 1."""
        return self.has_verdict and self.pai.low > 1


def judged_months(reported: NDArray[np.bool_], arriving: NDArray[np.bool_], last: int) -> NDArray[np.int64]:
    """Months up to ``last`` that can be judged: with reports, complete, and after `WINDOW` months of which enough have reports.

    reported, arriving: bool (m,), see `layers.material`. At most the latest `MOST_JUDGED`.
    """
    seen = np.concatenate([[0], np.cumsum(reported)])
    every = np.arange(WINDOW, min(last + 1, len(reported)))
    enough = seen[every] - seen[every - WINDOW] >= LEAST_REPORTED
    return np.asarray(every[enough & reported[every] & ~arriving[every]][-MOST_JUDGED:], np.int64)


def back_test(cell_n: csr_array, months: NDArray[np.int64], hot: Rule, seed: int = SEED) -> BackTest:
    """Judge hotspots on months that they had not seen.

    cell_n: events by month and cell, csr (m, c), fractions where an event is spread. months: numbers of the months to judge, each at
    least `WINDOW`. hot: the rule that makes hotspots of the counts of `WINDOW` months.
    For month t the rule sees months t-12 … t-1 only. The plain count gets as many cells as the rule made hot, the highest first; cells with
    equal counts share what is left of that number, which is what drawing among them would give on average. Events that lie on no cell
    are not counted. Intervals: percentiles of ``DRAWS`` moving-block bootstraps (circular blocks of `BLOCK` months, because neighbouring
    months share most of their 12 months), the gain paired within months; two-sided, 95 %. The seed decides the draws.
    The study area is every cell on which anything was ever recorded, later than t too: a smaller area than the whole country, so PAI is
    lower than it would be against the whole country, never higher.
    Source: PAI, Chainey, Tompson & Uhlig 2008, doi:10.1057/palgrave.sj.8350066; blocks, Künsch 1989, doi:10.1214/aos/1176347265.
    """
    n, area, hits, plain = (np.zeros(len(months)) for _ in range(4))
    n_cells = cell_n.shape[1]
    for at, month in enumerate(months.tolist()):
        before = np.asarray(cell_n[month - WINDOW : month].sum(axis=0), float).ravel()
        after = np.asarray(cell_n[[month]].todense(), float).ravel()
        flagged = hot(before)
        n[at], area[at] = after.sum(), flagged.mean() if n_cells else 0.0
        hits[at] = after[flagged].sum()
        # Not a dot product: for vectors this small the threads of a linear algebra library cost more than the sum.
        plain[at] = (after * _highest(before, int(flagged.sum()))).sum()
    return BackTest(months, n, area, hits, plain, *_figures(n, area, hits, plain, np.random.default_rng(seed)))


def hot_rule(neighbours: csr_array) -> Rule:
    """The rule of the hotspot map for counts (`layers.hot_cells.find`): the conditional tail of each neighbourhood's sum, two-sided,
    Benjamini-Hochberg over all cells at the weakest strength, and of what stands the hot ones.

    Each cell's rarer tail alone is worked out, and once for equal neighbourhoods: a back-test asks dozens of times.
    """
    share = np.asarray(neighbours.sum(axis=1), float) / max(neighbours.shape[0], 1)

    def hot(counts: Floats) -> NDArray[np.bool_]:
        around, total = neighbours @ counts, float(counts.sum())
        if not total > 0:
            return np.zeros(len(counts), bool)
        around = np.minimum(around, total)
        more = around > total * share
        distinct, which = np.unique(around + 1j * share, return_inverse=True)
        k, q = distinct.real, distinct.imag
        tail, above = np.empty(len(k)), k > total * q
        tail[above], tail[~above] = upper_tail(k[above], total, q[above]), lower_tail(k[~above], total, q[~above])
        return np.asarray((q_values(np.minimum(1.0, 2 * tail[which])) <= ALPHAS[0] * (1 + FLAT)) & more, np.bool_)

    return hot


def _highest(counts: Floats, k: int) -> Floats:
    """How much of each cell belongs to the k cells with the highest counts, (c,), sum k; equal counts share."""
    if k <= 0:
        return np.zeros(len(counts))
    least = np.partition(counts, len(counts) - k)[len(counts) - k]
    above, equal = counts > least, counts == least
    return np.asarray(above + equal * ((k - int(above.sum())) / int(equal.sum())), np.float64)


def _figures(n: Floats, area: Floats, hits: Floats, plain: Floats, rng: np.random.Generator) -> Sequence[Share]:
    """Hit rate, plain hit rate, PAI, plain PAI, gain."""
    months = np.stack([n, n * area, hits, plain])
    draws = months[:, _blocks(len(n), rng)].sum(axis=2) if len(n) else np.zeros((4, DRAWS))
    total = months.sum(axis=1)
    pairs = ((2, 0), (3, 0), (2, 1), (3, 1))
    told = [_share(float(total[part]), float(total[whole]), draws[part], draws[whole]) for part, whole in pairs]
    return [*told, _share(float(total[2] - total[3]), float(total[0]), draws[2] - draws[3], draws[0])]


def _share(part: float, whole: float, parts: Floats, wholes: Floats) -> Share:
    if not whole > 0:
        return Share(np.nan, np.nan, np.nan)
    drawn = parts[wholes > 0] / wholes[wholes > 0]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Share(part / whole, float(low), float(high))


def _blocks(t: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Months of each bootstrap, int (DRAWS, t): circular blocks of neighbouring months, cut to t."""
    starts = rng.integers(0, t, (DRAWS, -(-t // BLOCK)))
    return np.asarray(((starts[:, :, None] + np.arange(BLOCK)) % t).reshape(DRAWS, -1)[:, :t], np.int64)
