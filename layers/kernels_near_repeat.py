"""The inner loop of the Knox table, compiled: how many pairs of events are close in space and close in time."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def close_pairs(
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    near: NDArray[np.uint8],
    days: NDArray[np.int32],
    lag: NDArray[np.uint8],
    out: NDArray[np.int64],
) -> None:
    """Count pairs by (distance band, time band) into ``out``, int64 (d, t + 1), zeros when it comes.

    left, right: the two events of each of k pairs, int32 (k,). near: the pair's distance band, uint8 (k,). days: day of each event,
    int32 (n,). lag: time band of a gap of 0, 1, 2 … days, uint8 (g + 1,); its last entry, t, stands for every longer gap.
    """
    longest = lag.shape[0] - 1
    for k in range(left.shape[0]):
        gap = days[left[k]] - days[right[k]]
        if gap < 0:
            gap = -gap
        out[near[k], lag[min(gap, longest)]] += 1


def warm_up() -> None:
    """Compile for the types that `layers.near_repeat` calls with."""
    one, byte = np.zeros(1, np.int32), np.zeros(1, np.uint8)
    close_pairs(one, one, byte, one, byte, np.zeros((1, 1), np.int64))
