"""Groups of sites that are chosen together: what may be chosen in the cover models that share one program."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.siting.checking import Candidates


class Groups(NamedTuple):
    """g groups of the m candidates, each chosen whole or not at all.

    members: csr (m, g), what a chosen group makes a site of. uses: csr (m, g), what it takes: a candidate is taken once at most.
    locked: bool (g,), chosen for sure. counts: (g,), 1 where it is one of the ``least`` to ``most`` that are wanted, 0 where it stands
    beside them. price: (g,), together at most ``money``. must: candidates that some chosen group takes.
    """

    members: csr_array
    uses: csr_array
    locked: NDArray[np.bool_]
    counts: NDArray[np.float64]
    least: float
    most: float
    price: NDArray[np.float64]
    money: float
    must: tuple[int, ...] = ()


def singles(candidates: Candidates, m: int, least: float, most: float, price: NDArray[np.float64], money: float) -> Groups:
    """Each candidate that may be chosen is a group of its own. price: (m,)."""
    ids = candidates.ids
    each = csr_array((np.ones(len(ids)), (ids, np.arange(len(ids)))), shape=(m, len(ids)))
    return Groups(each, each, candidates.is_locked, np.ones(len(ids)), least, most, price[ids], money)
