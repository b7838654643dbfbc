"""Steps: readable class limits for an amount that spans orders of magnitude, and the legend that says them."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.base import Say

#: Strengths of the one warm ramp.
STEPS = 7
_LEAPS = (1.0, 2.0, 5.0)


def limits(largest: float, n: int = STEPS) -> list[float]:
    """Lower limits of n classes, ascending: the n largest numbers of the 1-2-5 series up to ``largest``; none when it is not above 0."""
    if not (np.isfinite(largest) and largest > 0):
        return []
    # One unit in the last place must not push 0.05 below itself.
    power = int(np.floor(np.log10(largest * (1 + 1e-12))))
    series = [float(f"{leap:g}e{p}") for p in range(power - n, power + 1) for leap in _LEAPS]
    return [limit for limit in series if limit <= largest * (1 + 1e-12)][-n:]


def step_of(values: ArrayLike, lower: list[float]) -> NDArray[np.int8]:
    """Class 1..n of each value, 0 below the lowest limit, int8 of the same shape."""
    return np.asarray(np.searchsorted(np.asarray(lower, float), np.asarray(values, float), side="right"), np.int8)


def legend(lower: list[float], say: Say) -> tuple[tuple[str, str], ...]:
    """(limit, what it means) for each class, weakest first. The page formats the number in its language through the key."""
    return tuple((f"{limit:g}", say("legend.from_value", value=limit)) for limit in lower)
