"""Writing programs down in blocks, and reading the question that all cover models with HiGHS share."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import block_array, csr_array

from layers.siting.checking import costs_of, radius_of, weights_of
from layers.siting.cover import covers
from layers.siting.highs import Program


class Asked(NamedTuple):
    """The checked question of a cover model."""

    cost: NDArray[np.float64]  # (demand, candidates)
    weight: NDArray[np.float64]  # (demand,)
    radius: float
    near: NDArray[np.bool_]  # (demand, candidates): who covers whom


class Rows(NamedTuple):
    """One row of blocks: low <= sum of the blocks times the variables <= high; a block that is None is all zeros."""

    blocks: Sequence[csr_array | None]
    low: float
    high: float


def asked(cost: ArrayLike, weights: ArrayLike, radius: float) -> Asked:
    """The question, checked. Raises SitingError."""
    table, reach = costs_of(cost), radius_of(radius)
    return Asked(table, weights_of(weights, len(table)), reach, covers(table, reach))


def block(values: ArrayLike) -> csr_array:
    """A block of a table of numbers."""
    return csr_array(np.atleast_2d(np.asarray(values, np.float64)))


def program(
    gain: NDArray[np.float64], rows: Sequence[Rows], low: NDArray[np.float64], high: NDArray[np.float64], is_whole: NDArray[np.bool_]
) -> Program:
    """max gain . x of the rows of blocks."""
    filled = [one for one in rows if next(part for part in one.blocks if part is not None).shape[0]]
    sizes = [next(part for part in one.blocks if part is not None).shape[0] for one in filled]
    return Program(
        gain=gain,
        low=low,
        high=high,
        is_whole=is_whole,
        rows=csr_array(block_array([list(one.blocks) for one in filled], format="csr")),
        row_low=np.repeat([one.low for one in filled], sizes),
        row_high=np.repeat([one.high for one in filled], sizes),
    )
