"""Sets of rows and candidates, made smaller where that cannot change the best plan."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Merged(NamedTuple):
    """Rows with one and the same set of candidates, as one."""

    near: NDArray[np.bool_]  # (rows, candidates)
    weight: NDArray[np.float64]  # (rows,) sums


def merged(near: NDArray[np.bool_], weight: NDArray[np.float64]) -> Merged:
    """Rows of weight that anybody can serve; rows with equal sets are one row with the sum of their weights."""
    here = near.any(axis=1) & (weight > 0)
    near, weight = near[here], weight[here]
    if not len(near):
        return Merged(near, weight)
    bits = np.packbits(near, axis=1)
    _, first, to = np.unique(bits.view(np.dtype((np.void, bits.shape[1]))).ravel(), return_index=True, return_inverse=True)
    return Merged(near[first], np.bincount(to, weight).astype(np.float64))


def dominated(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which candidates (columns) cover nothing that one other, kept candidate does not cover too."""
    return _inside(np.ascontiguousarray(near.T))


def implied(near: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows are covered for sure as soon as all other rows are: their candidates hold all candidates of another, kept row."""
    return _inside(~near)


def _inside(sets: NDArray[np.bool_]) -> NDArray[np.bool_]:
    from layers.siting.kernels_cover import inside_another

    bits = np.packbits(sets, axis=1)
    bits = np.pad(bits, ((0, 0), (0, -bits.shape[1] % 8)))
    size = sets.sum(axis=1)
    gone: NDArray[np.bool_] = inside_another(bits.view(np.uint64), size, np.argsort(-size, kind="stable"))
    return gone
