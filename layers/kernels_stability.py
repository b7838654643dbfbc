"""Kernel: where the events of each footprint might as well have been, on a grid that might as well have lain elsewhere."""

import numpy as np
from numba import njit
from numpy.typing import NDArray

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX_A = np.uint64(0xBF58476D1CE4E5B9)
_MIX_B = np.uint64(0x94D049BB133111EB)


@njit(cache=True, nogil=True)
def _next(state: NDArray[np.uint64]) -> float:
    """A number in [0, 1) of the generator splitmix64 (Steele, Lea & Flood 2014, doi:10.1145/2714064.2660195)."""
    state[0] += _STEP
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * _MIX_A
    z = (z ^ (z >> np.uint64(27))) * _MIX_B
    z = z ^ (z >> np.uint64(31))
    return float(z >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def _nearest(x: float, y: float, cell: int, xy: NDArray[np.float64], around: NDArray[np.int32]) -> int:
    """The cell whose centre is nearest, found by going to a nearer neighbour until there is none."""
    least = (x - xy[cell, 0]) ** 2 + (y - xy[cell, 1]) ** 2
    while True:
        best = cell
        for j in range(around.shape[1]):
            other = around[cell, j]
            if other < 0:
                break
            far = (x - xy[other, 0]) ** 2 + (y - xy[other, 1]) ** 2
            if far < least:
                best, least = other, far
        if best == cell:
            return cell
        cell = best


@njit(cache=True, nogil=True)
def moved(
    pieces: NDArray[np.int64],
    size: NDArray[np.float64],
    starts: NDArray[np.int64],
    cell_of: NDArray[np.int64],
    upto: NDArray[np.float64],
    point: NDArray[np.float64],
    radius: NDArray[np.float64],
    xy: NDArray[np.float64],
    around: NDArray[np.int32],
    shifts: NDArray[np.float64],
    edge: float,
    seed: int,
    out: NDArray[np.float64],
) -> None:
    """Adds each piece, moved, to its cell in ``out`` (draws, cells).

    Footprint u has pieces[u] pieces of size[u]; it covers cell_of[starts[u] : starts[u + 1]] with cumulative shares ``upto``. In one
    cell, with a known point (point[u], metres, NaN if not known), a piece lies within radius[u] of it; else anywhere in its drawn cell.
    shifts: (draws, 2), metres by which the grid lies elsewhere. xy: centres of cells, metres, those outside the study area
    among them: who leaves it ends there. around: neighbours, -1 behind the last.
    """
    state = np.empty(1, np.uint64)
    for draw in range(shifts.shape[0]):
        # Every draw has a stream of its own.
        state[0] = np.uint64(seed) * _MIX_A + np.uint64(draw + 1) * _MIX_B
        for u in range(len(pieces)):
            if pieces[u] == 0:
                continue
            first, last = starts[u], starts[u + 1]
            if last == first:
                continue
            is_point = last - first == 1 and not np.isnan(point[u, 0])
            if is_point and radius[u] == 0.0:
                # A sharp place moves as a whole.
                cell = cell_of[first]
                cell = _nearest(point[u, 0] - shifts[draw, 0], point[u, 1] - shifts[draw, 1], cell, xy, around)
                out[draw, cell] += pieces[u] * size[u]
                continue
            for _ in range(pieces[u]):
                if is_point:
                    cell, reach = cell_of[first], radius[u]
                    x, y = point[u, 0], point[u, 1]
                else:
                    at, share = first, _next(state)
                    while at < last - 1 and upto[at] <= share:
                        at += 1
                    cell, reach = cell_of[at], edge
                    x, y = xy[cell, 0], xy[cell, 1]
                far, angle = reach * np.sqrt(_next(state)), 2.0 * np.pi * _next(state)
                x, y = x + far * np.cos(angle) - shifts[draw, 0], y + far * np.sin(angle) - shifts[draw, 1]
                out[draw, _nearest(x, y, cell, xy, around)] += size[u]
