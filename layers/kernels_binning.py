"""Compiled loops that share the weight of points between the cell centres around them."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def _around(at: int, size: int) -> int:
    """The same place on a grid that begins anew at its end."""
    return at if 0 <= at < size else at % size


@njit(cache=True, nogil=True)
def share_linear(
    column: NDArray[np.float64], row: NDArray[np.float64], weight: NDArray[np.float64], flat: NDArray[np.float64], rows: int, columns: int
) -> None:
    """Add n points to the 4 centres around each of them; flat: float (rows * columns,)."""
    for i in range(len(weight)):
        left, top = np.floor(column[i]), np.floor(row[i])
        x, y = column[i] - left, row[i] - top
        h, v = int(left), int(top)
        heavy, light = weight[i] * y, weight[i] * (1.0 - y)
        if 0 <= h < columns - 1 and 0 <= v < rows - 1:
            upper_left = v * columns + h
            upper_right, lower_left, lower_right = upper_left + 1, upper_left + columns, upper_left + columns + 1
        else:
            upper, lower = _around(v, rows) * columns, _around(v + 1, rows) * columns
            a, b = _around(h, columns), _around(h + 1, columns)
            upper_left, upper_right, lower_left, lower_right = upper + a, upper + b, lower + a, lower + b
        flat[upper_left] += light * (1.0 - x)
        flat[upper_right] += light * x
        flat[lower_left] += heavy * (1.0 - x)
        flat[lower_right] += heavy * x


@njit(cache=True, nogil=True)
def share_cubic(
    column: NDArray[np.float64], row: NDArray[np.float64], weight: NDArray[np.float64], flat: NDArray[np.float64], rows: int, columns: int
) -> None:
    """Add n points to the 16 centres around each of them by the cubic B-spline; flat: float (rows * columns,)."""
    across, down = np.empty(4), np.empty(4)
    for i in range(len(weight)):
        left, top = np.floor(column[i]), np.floor(row[i])
        for d, part in ((column[i] - left, across), (row[i] - top, down)):
            part[0] = (1.0 - d) ** 3 / 6.0
            part[1] = (3.0 * d**3 - 6.0 * d**2 + 4.0) / 6.0
            part[2] = (-3.0 * d**3 + 3.0 * d**2 + 3.0 * d + 1.0) / 6.0
            part[3] = d**3 / 6.0
        for v in range(4):
            start = _around(int(top) + v - 1, rows) * columns
            some = weight[i] * down[v]
            for h in range(4):
                flat[start + _around(int(left) + h - 1, columns)] += some * across[h]
