"""Overlap: how alike are two maps, and is that less than chance alone would leave of their likeness?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
RUNS, SEED = 199, 20_163


@dataclass(frozen=True)
class Overlap:
    """n_left, n_right: events on each map. observed: share of the two maps that is the same, 0..1, NaN where one is empty. expected: its
    mean when the same events are dealt anew. p: one-sided (less alike than chance), NaN where `observed` is. runs: how often dealt."""

    n_left: int
    n_right: int
    observed: float
    expected: float
    p: float
    runs: int


def alike(left: ArrayLike, right: ArrayLike) -> float:
    """Sum over cells of the smaller of both shares, 0 (nowhere in common) to 1 (the same map); NaN where a map is empty.

    left, right: amounts of the same c cells, (c,), in any two units: each is divided by its own total.
    Source: proportional similarity, Schoener 1970, doi:10.2307/1935376.
    """
    a, b = np.asarray(left, float), np.asarray(right, float)
    if not (a.sum() > 0 and b.sum() > 0):
        return float("nan")
    return float(np.minimum(a / a.sum(), b / b.sum()).sum())


def overlap(left: ArrayLike, right: ArrayLike, shapes: csr_array, runs: int = RUNS, seed: int = SEED) -> Overlap:
    """How alike two maps of events are, against dealing all events anew.

    left, right: events by footprint, whole numbers, (u,). shapes: footprints over cells, csr (u, c), rows sum to 1.
    Null hypothesis: both maps are draws from one. All events are put together and as many as the right map has are drawn from them
    without replacement, ``runs`` times; p = (1 + draws that are no more alike) / (runs + 1), lower tail. Few events make any two
    maps look different: that is what `expected` shows. Events that belong together (one raid, many finds) make p too small.
    The seed decides the draws.
    Source: Monte-Carlo p, Besag & Diggle 1977, doi:10.2307/2346974.
    """
    a, b = np.asarray(left, np.int64), np.asarray(right, np.int64)
    used = np.flatnonzero(a + b)
    a, b, spread = a[used], b[used], csr_array(shapes[used])
    n_left, n_right = int(a.sum()), int(b.sum())
    nothing = float("nan")
    if not n_left or not n_right:
        return Overlap(n_left, n_right, nothing, nothing, nothing, runs)
    observed = alike(a @ spread, b @ spread)
    both, rng = a + b, np.random.default_rng(seed)
    dealt = rng.multivariate_hypergeometric(both, n_right, size=runs, method="marginals")
    drawn = np.array([alike((both - one) @ spread, one @ spread) for one in dealt])
    # Sums of the same parts in another order differ in their last digits.
    p = (1 + int((drawn <= observed + 1e-9).sum())) / (runs + 1)
    return Overlap(n_left, n_right, observed, float(drawn.mean()), p, runs)
