"""Kernels: the density of weighted points in a plane, exactly and by the fast Fourier transform. Any unit of length."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from geodata.errors import WrongTable

Kernel = Literal["gaussian", "quartic"]
#: From this many cells per standard deviation on, linear sharing is exact enough and four times as fast.
WIDE_CELLS = 6.0
#: A kernel of several is made on a grid as much coarser, a power of two, as leaves so many cells in its standard deviation.
COARSE_CELLS, COARSEST = 4.0, 16
#: Orders of the B-splines: how many cell centres along each axis share a point.
LINEAR, CUBIC = 2, 4


def exact_density(
    x: ArrayLike, y: ArrayLike, weight: ArrayLike, at_x: ArrayLike, at_y: ArrayLike, bandwidth: ArrayLike, kernel: Kernel = "gaussian"
) -> NDArray[np.float64]:
    """Density of n weighted points at m places, term by term: weight per squared unit of length, float (m,). No edge correction.

    bandwidth: one for all, or one for each point (n,). gaussian: its standard deviation s, w exp(-d^2 / 2s^2) / (2 pi s^2).
    quartic: its radius r, 3w (1 - d^2/r^2)^2 / (pi r^2) inside, 0 outside. Source: Silverman 1986, section 4.2 (eq. 4.5).
    A point without a position or a weight adds nothing. Raises WrongTable for another kernel, a bandwidth that is none, different lengths.
    """
    if kernel not in ("gaussian", "quartic"):
        raise WrongTable(f"The kernel {kernel!r} came: gaussian or quartic was wanted.")
    x, y, weight, at_x, at_y = (np.ma.filled(np.ma.asarray(v, float), np.nan).ravel() for v in (x, y, weight, at_x, at_y))
    band = np.asarray(bandwidth, float).ravel()
    if not len(x) == len(y) == len(weight) or len(at_x) != len(at_y) or len(band) not in (1, len(x)):
        raise WrongTable("Points, weights or bandwidths of different numbers came: one of each for each point was wanted.")
    if not ((band > 0) & np.isfinite(band)).all():
        raise WrongTable("A bandwidth came that is not above 0, or endless: a length was wanted.")
    placed = np.isfinite(x) & np.isfinite(y) & np.isfinite(weight)
    band2 = np.broadcast_to(band, x.shape)[placed] ** 2
    x, y, weight = x[placed], y[placed], weight[placed]
    total = np.zeros(len(at_x))
    for px, py, w, b2 in zip(x, y, weight, band2, strict=True):
        d2 = ((at_x - px) ** 2 + (at_y - py) ** 2) / b2
        total += w * (np.exp(-d2 / 2) / (2 * np.pi * b2) if kernel == "gaussian" else 3 * np.clip(1 - d2, 0, None) ** 2 / (np.pi * b2))
    return total


def grid_density(
    column: NDArray[np.float64], row: NDArray[np.float64], weight: NDArray[np.float64], sigmas: NDArray[np.float64], shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Gaussian density of n weighted points on a grid, weight per cell, float ``shape`` (rows, columns).

    column, row: where the points lie, in cells from the centre of cell (0, 0). sigmas: (n,) standard deviation of each point's
    kernel in cells, few distinct values, none below 2. Every point is shared between the cell centres around it by a B-spline
    (linear where all kernels are wide, else cubic); in the transform that spline, sinc(f)^order, is divided out again and the
    kernel's own transform, exp(-2 pi^2 s^2 f^2), multiplied in. The error is below 0.5 % of the maximum (linear) and 0.1 % (cubic).
    Much wider kernels than the narrowest are made on grids 2 to 16 times coarser, which hold all frequencies that they let through.
    The mass of all points is kept. The grid is periodic: leave 5 sigma around the points, or around what is read off.
    Sources: Silverman 1982, doi:10.2307/2347084; Wand 1994, doi:10.2307/1390904; Greengard & Lee 2004, doi:10.1137/S003614450343200X.
    """
    several = bool(len(sigmas)) and sigmas.min() < sigmas.max()
    rows, columns = (_whole(size, 2 * COARSEST if several else 1) for size in shape)
    order = LINEAR if sigmas.min(initial=np.inf) >= WIDE_CELLS else CUBIC
    spectrum = None
    for sigma, some in _classes(sigmas):
        times = int(np.clip(2 ** np.floor(np.log2(sigma / COARSE_CELLS)), 1, COARSEST)) if several else 1
        r, c, spline = rows // times, columns // times, order if times == 1 else CUBIC
        binned = _spline_binning(column[some] / times, row[some] / times, weight[some], (r, c), spline)
        f_row, f_column = fft.fftfreq(r), fft.rfftfreq(c)
        down, across = (np.exp(-2 * (np.pi * sigma / times * f) ** 2) / np.sinc(f) ** spline for f in (f_row, f_column))
        part = fft.rfft2(binned, overwrite_x=True)
        part *= down[:, None] * across[None, :]
        if times == 1:
            spectrum = part if spectrum is None else spectrum + part
            continue
        if spectrum is None:
            spectrum = np.zeros((rows, columns // 2 + 1), np.complex128)
        half, wide = r // 2, c // 2
        spectrum[:half, :wide] += part[:half, :wide]
        spectrum[rows - half :, :wide] += part[r - half :, :wide]
    if spectrum is None:
        return np.zeros(shape)
    density = fft.irfft2(spectrum, s=(rows, columns), overwrite_x=True)[: shape[0], : shape[1]]
    return np.maximum(density, 0.0, out=density)  # the transform leaves traces below zero where there is nothing


def _classes(sigmas: NDArray[np.float64]) -> list[tuple[float, slice | NDArray[np.bool_]]]:
    """Each distinct width and the points that have it; one width for all is the usual case, and needs no copies."""
    if not len(sigmas) or sigmas.min() == sigmas.max():
        return [(float(sigma), slice(None)) for sigma in sigmas[:1]]
    return [(float(sigma), sigmas == sigma) for sigma in np.unique(sigmas)]


def _whole(size: int, times: int) -> int:
    """The next good length of a transform that is a multiple of ``times``."""
    return int(fft.next_fast_len(-(-size // times), real=True)) * times


def _spline_binning(
    column: NDArray[np.float64], row: NDArray[np.float64], weight: NDArray[np.float64], shape: tuple[int, int], order: int
) -> NDArray[np.float64]:
    """The points' weights on the cell centres around them, float ``shape``, wrapping round at the edges."""
    from layers.kernels_binning import share_cubic, share_linear

    flat = np.zeros(shape[0] * shape[1])
    share = share_linear if order == LINEAR else share_cubic
    plain = [np.ascontiguousarray(values, np.float64) for values in (column, row, weight)]
    share(plain[0], plain[1], plain[2], flat, shape[0], shape[1])
    return flat.reshape(shape)
