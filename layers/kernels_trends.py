"""Kernel: the pairs of Mann-Kendall."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def pairs(series: NDArray[np.float64], s: NDArray[np.int64], ties: NDArray[np.int64], length: NDArray[np.int64]) -> None:
    """For each row of ``series`` (n, t), into three arrays (n,): S, the sum over groups of equals of g (g - 1) (2 g + 5), values known.

    A group of g equals adds its share one by one: the value with e equals after it adds f(e + 1) - f(e), f(g) = g (g - 1) (2 g + 5).
    """
    row = np.empty(series.shape[1], np.float64)
    for i in range(series.shape[0]):
        m = 0
        for j in range(series.shape[1]):
            if not np.isnan(series[i, j]):
                row[m] = series[i, j]
                m += 1
        total, tied = 0, 0
        for a in range(m):
            # A slice of its own, and two counts without a branch: the compiler then compares several at a time.
            x, later, above, below = row[a], row[a + 1 : m], 0, 0
            for b in range(len(later)):
                above += later[b] > x
                below += later[b] < x
            equal = len(later) - above - below
            total += above - below
            tied += 6 * equal * equal + 12 * equal
        s[i], ties[i], length[i] = total, tied, m
