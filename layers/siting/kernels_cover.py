"""Compiled loops of the cover models: which sets lie inside others."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def inside_another(bits: NDArray[np.uint64], size: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which sets are subsets of another one that stays; of equal sets the first in ``order`` stays.

    bits: uint64 (k, words), the sets. size: (k,) how many members. order: (k,) the sets by size, the largest first.
    """
    k, words = bits.shape
    gone = np.zeros(k, np.bool_)
    for a in range(1, k):
        small = order[a]
        for b in range(a):
            large = order[b]
            if gone[large]:
                continue
            within = True
            for w in range(words):
                if bits[small, w] & ~bits[large, w]:
                    within = False
                    break
            if within:
                gone[small] = True
                break
    return gone
