"""Trends: does a series rise or fall, whatever its shape."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

from geodata.errors import WrongTable
from layers.plain_numbers import plain

Floats = NDArray[np.float64]


class Trend(NamedTuple):
    """Of n series: S (rises less falls among all pairs), its variance, z with continuity correction, two-sided p; float (n,) each."""

    s: Floats
    var: Floats
    z: Floats
    p: Floats


def mann_kendall(series: ArrayLike) -> Trend:
    """The Mann-Kendall test of n series of t values in their order of time.

    series: (n, t); one series (t,) gives four single numbers. Values that are masked or not finite are left out, the others close up.
        S = sum over i < j of sign(x_j - x_i),   var = (m (m - 1) (2 m + 5) - sum over groups of g equals of g (g - 1) (2 g + 5)) / 18,
        z = (S - sign(S)) / sqrt(var),   p = 2 (1 - Phi(|z|)), two-sided, normal approximation (fair from about ten values on).
    A constant series, or one of fewer than two values, has no trend: S 0, z 0, p 1. The values are taken as independent; a series that
    remembers its past gives a smaller p than it should. Exact pairs, no seed.
    Source: Mann 1945, doi:10.2307/1907187; Kendall 1975, Rank Correlation Methods; ties after Kendall.
    """
    from layers.kernels_trends import pairs  # compiled: nobody else waits for it

    values = plain(series, "(series, steps)")
    if values.ndim not in (1, 2):
        raise WrongTable(f"Series came in the shape {values.shape}: (series, steps) was wanted.")
    rows = np.ascontiguousarray(np.atleast_2d(values))
    if np.isinf(rows).any():
        rows = np.where(np.isfinite(rows), rows, np.nan)
    n = len(rows)
    s, tied, m = np.zeros(n, np.int64), np.zeros(n, np.int64), np.zeros(n, np.int64)
    pairs(rows, s, tied, m)
    var = (m * (m - 1) * (2 * m + 5) - tied) / 18
    z = np.divide(s - np.sign(s), np.sqrt(var), out=np.zeros(n), where=var > 0)
    found = s.astype(float), var, z, 2 * ndtr(-np.abs(z))
    return Trend(*(part[0] for part in found)) if values.ndim == 1 else Trend(*found)


def warm_up() -> None:
    """Compile what this module runs, once for a machine."""
    mann_kendall(np.arange(3.0))
