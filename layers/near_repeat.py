"""Near repeats: does one recorded event make another, close by and soon after, more frequent than chance? The Knox test."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from geodata.distances import to_metres

#: Upper edges of the distance bands in metres and of the time bands in days, each included. A first band of 0 days holds pairs of the
#: same day: two reports of one event look exactly like that, so they stand apart.
DISTANCES_M = (10_000.0, 20_000.0, 30_000.0, 50_000.0)
DAYS = (0, 7, 14, 28, 56)
#: A position is sharp when it is known better than half the first distance band.
SHARP_M = 5_000.0
RUNS = 999
SEED = 20_161
#: More pairs than this are not walked 1,000 times: only the latest events are then looked at.
MOST_PAIRS = 150_000
#: Fewer events than this have too few pairs for any answer.
LEAST = 20


@dataclass(frozen=True)
class NearRepeat:
    """d distance bands by t time bands.

    n: events used. n_sharp: events sharp and dated to the day; more than ``n`` where only the latest were used. n_all: all that came.
    since, until: first and last day of those used, -1 without any.
    observed: pairs in each band, int (d, t). expected: their mean over the permutations, float (d, t). low, high: the band in which 95 %
    of the permutations lie, float (d, t). p: one-sided (more than by chance), float (d, t). ratio: observed / expected, NaN where no
    pair is expected. All arrays are empty, (0, 0), where `n` is below `LEAST`.
    """

    distances_m: tuple[float, ...]
    days: tuple[int, ...]
    n: int
    n_sharp: int
    n_all: int
    since: int
    until: int
    runs: int
    observed: NDArray[np.int64]
    expected: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p: NDArray[np.float64]

    @property
    def ratio(self) -> NDArray[np.float64]:
        """Observed by expected pairs."""
        unknown = np.full(self.observed.shape, np.nan)
        return np.asarray(np.divide(self.observed, self.expected, out=unknown, where=self.expected > 0), np.float64)


def near_repeat(
    lon: ArrayLike,
    lat: ArrayLike,
    uncertainty_m: ArrayLike,
    day: ArrayLike,
    day_to: ArrayLike,
    strata: ArrayLike | None = None,
    *,
    distances_m: tuple[float, ...] = DISTANCES_M,
    days: tuple[int, ...] = DAYS,
    sharp_m: float = SHARP_M,
    runs: int = RUNS,
    seed: int = SEED,
    most_pairs: int = MOST_PAIRS,
) -> NearRepeat:
    """The Knox table with Monte-Carlo p.

    lon, lat: n events, EPSG:4326 degrees. uncertainty_m: metres, NaN where not known. day, day_to: first and last day on which each can
    have happened, whole numbers, negative where not known. strata: a label for each event, int (n,); days are exchanged only among
    events of one label. Without labels all days may change places.

    Used are events whose position is known to ``sharp_m`` and whose day is known. Under the null hypothesis places and days have nothing
    to do with each other: the days are dealt anew ``runs`` times, the places stay. p = (1 + permutations with at least as many pairs) /
    (runs + 1), upper tail. With a year as the stratum, places that only came up in later years (Kulldorff & Hjalmars' population
    shift) do not look like repeats, and the season of a place still can: that is a limit of the test. Above about ``most_pairs``
    pairs within the longest distance only the latest events are used: a random draw would thin out what is close in time.
    The seed decides the permutations.

    Source: Knox 1964, doi:10.2307/2985220; Monte-Carlo p: Besag & Diggle 1977, doi:10.2307/2346974; as used on crime: Townsley, Homel &
    Chaseling 2003, doi:10.1093/bjc/43.3.615; population shift: Kulldorff & Hjalmars 1999, doi:10.1111/j.0006-341X.1999.00544.x.
    """
    lon, lat, unsure = (np.asarray(values, float) for values in (lon, lat, uncertainty_m))
    first, last = np.asarray(day, np.int64), np.asarray(day_to, np.int64)
    label = np.zeros(len(lon), np.int64) if strata is None else np.asarray(strata, np.int64)
    with np.errstate(invalid="ignore"):
        sharp = np.isfinite(lon) & np.isfinite(lat) & (unsure <= sharp_m) & (first >= 0) & (first == last)
    rng = np.random.default_rng(seed)
    x, y = to_metres(lon[sharp], lat[sharp])
    used = _latest(np.column_stack([x, y]), first[sharp], distances_m[-1], most_pairs, rng)
    n_sharp, n_all = int(sharp.sum()), len(lon)
    since, until = (int(first[sharp][used].min()), int(first[sharp][used].max())) if len(used) else (-1, -1)
    if len(used) < LEAST:
        none, counts = np.zeros((0, 0)), np.zeros((0, 0), np.int64)
        return NearRepeat(distances_m, days, len(used), n_sharp, n_all, since, until, runs, counts, none, none, none, none)
    points, when, label = np.column_stack([x, y])[used], first[sharp][used].astype(np.int32), label[sharp][used]
    left, right, near = _pairs(points, np.asarray(distances_m))
    lag = np.searchsorted(np.asarray(days), np.arange(days[-1] + 2)).astype(np.uint8)
    observed = _count(left, right, near, when, lag, len(distances_m), len(days))
    simulated = np.empty((runs, *observed.shape), np.int64)
    # One sort deals the days of all strata: the whole part of the key is the stratum, the rest is the lot.
    stratum = np.unique(label, return_inverse=True)[1].astype(float)
    ordered = np.argsort(stratum, kind="stable")
    for run in range(runs):
        dealt = np.empty_like(when)
        dealt[ordered] = when[np.argsort(stratum + rng.random(len(when)))]
        simulated[run] = _count(left, right, near, dealt, lag, len(distances_m), len(days))
    low, high = np.quantile(simulated, [0.025, 0.975], axis=0)
    p = (1 + (simulated >= observed).sum(axis=0)) / (runs + 1)
    return NearRepeat(distances_m, days, len(used), n_sharp, n_all, since, until, runs, observed, simulated.mean(axis=0), low, high, p)


def _latest(
    points: NDArray[np.float64], day: NDArray[np.int64], reach: float, most_pairs: int, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Rows to use: all, or as many of the latest as make about ``most_pairs`` pairs within ``reach``."""
    every = np.arange(len(points))
    if len(points) < LEAST or len(points) * (len(points) - 1) // 2 <= most_pairs:
        return every
    # How many pairs there are is estimated on a part: counting them all would cost more than the test.
    probe = cKDTree(points[rng.choice(len(points), min(len(points), 3_000), replace=False)])
    near = (int(probe.count_neighbors(probe, reach)) - probe.n) / 2
    pairs = near * (len(points) / probe.n) ** 2
    if pairs <= most_pairs:
        return every
    keep = max(LEAST, int(len(points) * np.sqrt(most_pairs / pairs)))
    return np.sort(np.argsort(day, kind="stable")[-keep:])


def _pairs(points: NDArray[np.float64], edges: NDArray[np.float64]) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.uint8]]:
    """Every pair within the longest distance: its two events and its distance band."""
    pairs = cKDTree(points).query_pairs(float(edges[-1]), output_type="ndarray")
    # In the order of their events: walking them then stays in the processor's cache.
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    apart = np.hypot(*(points[pairs[:, 0]] - points[pairs[:, 1]]).T)
    near = np.minimum(np.searchsorted(edges, apart), len(edges) - 1).astype(np.uint8)
    return pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32), near


def _count(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    near: NDArray[np.uint8],
    when: NDArray[np.int32],
    lag: NDArray[np.uint8],
    d: int,
    t: int,
) -> NDArray[np.int64]:
    # Compiled code is not loaded before somebody asks for a table.
    from layers.kernels_near_repeat import close_pairs

    out = np.zeros((d, t + 1), np.int64)
    close_pairs(left, right, near, when, lag, out)
    return out[:, :t]
