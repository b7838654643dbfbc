"""Two sides of a comparison on the border line: which section holds another part of the one than of the other?"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincc

from layers.hotspots import discoveries

Floats = NDArray[np.float64]


def split_p(left: NDArray[np.int64], right: NDArray[np.int64], share: float) -> Floats:
    """Two-sided p that each of n places has so much, or so little, of its events on the right side, float (n,).

    left, right: events, whole numbers, (n,). share: part of all events that the right side should have if nothing differed, 0..1.
    Conditional binomial: of the k events of a place each fell on the right side with probability ``share``; p = twice the smaller tail,
    at most 1. A place without events has p 1. Source: Przyborowski & Wilenski 1940, doi:10.1093/biomet/31.3-4.313.
    """
    total = (left + right).astype(float)
    k = right.astype(float)
    upper, lower = np.ones(len(k)), np.ones(len(k))
    some, short = k > 0, k < total
    upper[some] = betainc(k[some], total[some] - k[some] + 1, share)
    lower[short] = betaincc(k[short] + 1, total[short] - k[short], share)
    return np.asarray(np.minimum(1.0, 2 * np.minimum(upper, lower)), np.float64)


def stands(p: Floats, tested: NDArray[np.bool_], alpha: float = 0.05) -> NDArray[np.bool_]:
    """Which p stand among those tested when at most ``alpha`` of them may be false (Benjamini-Hochberg), bool (n,)."""
    return discoveries(np.where(tested, p, np.nan), alpha)
