"""Significance: above which density a place stands out from chance, by throwing the same events at random, many times.

Null hypothesis: every event may as well have happened anywhere in the study area (the cells on which anything was ever recorded), each
with its own weight and its own width of kernel. On `MAPS` such maps the highest density anywhere is noted; the threshold is the
k-th highest of them, k = alpha (MAPS + 1). A map on which chance alone works goes above it, at any place at all, in alpha of all
cases: one-sided, family-wise over the whole map (Monte-Carlo test, here of the maximum: Besag & Diggle 1977, Applied Statistics 26,
327-333). What is coloured above it is dense beyond chance; what is not may still be dense.
Kilograms keep their own weights, so that one large seizure alone never stands out: it would, wherever it fell. Seed fixed.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import fft

from geodata.distances import to_metres
from geodata.errors import WrongTable
from layers import cells as h3_cells
from layers.density import NO_POSITION_M, PER_M2, REACH_SIGMAS, as_row, kernel_widths, uncertainties

#: Maps by chance; with 99 the level is exact at 5 %.
MAPS, ALPHA, SEED = 99, 0.05, 20_250_722
#: Places of a cell at which an event may fall: closer together than any kernel is wide.
PLACES_A_CELL = 37
#: Grid cells in the standard deviation of a kernel: below 2 the grid no longer shows it.
CELLS_A_SIGMA = 2.0
#: The surface itself is exact to so much of its maximum (`layers.kernels`): what is equal must not stand out by rounding.
SLACK = 0.005
#: Wide kernels are thrown on a grid up to so many times coarser; powers of two.
COARSEST = 16


@dataclass(frozen=True)
class Chance:
    """threshold: density per 100 km2 that chance alone exceeds anywhere on the map in `alpha` of all cases; infinite where there is
    nothing to throw. highest: the highest density of each of the maps by chance, ascending, float (maps,)."""

    threshold: float
    alpha: float
    seed: int
    highest: NDArray[np.float64]


def chance(
    cells: NDArray[np.uint64],
    weight: ArrayLike,
    uncertainty_m: ArrayLike,
    bandwidth_m: float,
    *,
    maps: int = MAPS,
    alpha: float = ALPHA,
    seed: int = SEED,
) -> Chance:
    """The threshold for n events of a `density.surface` of this bandwidth.

    cells: the study area, H3 of `cells.RESOLUTION`, uint64 (c,). weight: 1 for events, kg for kilograms.
    uncertainty_m: as the surface gets it; missing is 0.
    """
    amount, wide = np.nan_to_num(as_row(weight, "weights"), nan=0.0, posinf=0.0, neginf=0.0), uncertainties(uncertainty_m)
    if len(amount) != len(wide) or not 0 < bandwidth_m < NO_POSITION_M:
        raise WrongTable(
            f"{len(amount)} weights, {len(wide)} uncertainties, bandwidth {bandwidth_m:g} m came: as many, and above 0 m, were wanted."
        )
    amount = amount[np.isfinite(wide)]
    if not len(cells) or not (amount > 0).any():
        return Chance(np.inf, alpha, seed, np.zeros(0))
    event, sigmas, part = kernel_widths(bandwidth_m, wide[np.isfinite(wide)])
    thrower = Thrower.over(cells, np.unique(sigmas))
    of_width = [np.flatnonzero(sigmas == sigma) for sigma in thrower.sigmas]
    by_width = [amount[event[some]] * part[some] for some in of_width]
    rng = np.random.default_rng(seed)
    highest = np.empty(maps)
    for k in range(maps):
        # An event that is made of several kernels falls with all of them.
        place = rng.integers(0, thrower.n_places, len(amount), dtype=np.int32)
        highest[k] = thrower.field([place[event[some]] for some in of_width], by_width).max()
    highest.sort()
    rank = max(1, int(np.floor(alpha * (maps + 1) + 1e-9)))
    return Chance(float(highest[-rank]) * (1 + SLACK), alpha, seed, highest)


@dataclass(frozen=True)
class Thrower:
    """Turns places of the study area into a field of density, again and again, on one periodic grid in the equal-area plane.

    sigmas: the k kernel widths in metres. step_m: edge of a grid cell. shape: rows, columns, multiples of `COARSEST`.
    nodes: for each width, the node of its own grid (coarser by a power of two) at which each of the n places lies, int32 (k, n).
    """

    sigmas: NDArray[np.float64]
    step_m: float
    shape: tuple[int, int]
    coarser: tuple[int, ...]
    nodes: tuple[NDArray[np.int32], ...]
    n_places: int

    @classmethod
    def over(cls, cells: NDArray[np.uint64], sigmas: NDArray[np.float64]) -> "Thrower":
        """cells: H3, uint64 (c,). sigmas: ascending, metres."""
        x, y = _places(cells)
        step = float(sigmas[0]) / CELLS_A_SIGMA
        # Periodic: what leaves at one edge must not reach the other.
        reach = REACH_SIGMAS * float(sigmas[-1])
        columns, rows = (_whole((float(np.ptp(along)) + reach) / step + 1) for along in (x, y))
        coarser = tuple(int(min(COARSEST, 2 ** np.floor(np.log2(sigma / (CELLS_A_SIGMA * step) * (1 + 1e-9))))) for sigma in sigmas)
        nodes = tuple(_nodes(x, y, step * times, columns // times) for times in coarser)
        return cls(sigmas, step, (rows, columns), coarser, nodes, len(x))

    def field(self, fallen: list[NDArray[np.int32]], weights: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        """Density per 100 km2 on the grid, float ``shape``. fallen: for each width, the places at which its events fell."""
        rows, columns = self.shape
        spectrum = np.zeros((rows, columns // 2 + 1), np.complex64)
        for sigma, times, nodes, places, amount in zip(self.sigmas, self.coarser, self.nodes, fallen, weights, strict=True):
            r, c = rows // times, columns // times
            part = fft.rfft2(np.bincount(nodes[places], weights=amount, minlength=r * c).astype(np.float32).reshape(r, c))
            half, wide = r // 2, c // 2 + (times == 1)
            across = np.exp(-2 * (np.pi * sigma * np.arange(wide) / (columns * self.step_m)) ** 2).astype(np.float32)
            down = np.exp(-2 * (np.pi * sigma * fft.fftfreq(r, self.step_m * times)) ** 2).astype(np.float32)
            # The coarse grid holds all frequencies that such a wide kernel lets through: they are the low ones of the fine grid.
            spectrum[:half, :wide] += part[:half, :wide] * (down[:half, None] * across)
            spectrum[rows - half :, :wide] += part[r - half :, :wide] * (down[r - half :, None] * across)
        return np.asarray(fft.irfft2(spectrum, s=self.shape) * (PER_M2 / self.step_m**2), np.float64)


def _places(cells: NDArray[np.uint64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Points that share the cells evenly, metres in the equal-area plane, float (c * `PLACES_A_CELL`,) each, from the south-western
    corner on. A disc of the cell's area stands for the hexagon; points as in Vogel 1979, doi:10.1016/0025-5564(79)90080-4."""
    lon, lat = h3_cells.centres(cells).T
    x, y = to_metres(lon, lat)
    k = np.arange(PLACES_A_CELL)
    radius = np.sqrt(h3_cells.area_km2(h3_cells.RESOLUTION) * 1e6 / np.pi) * np.sqrt((k + 0.5) / PLACES_A_CELL)
    angle = k * np.pi * (3 - np.sqrt(5))
    x, y = (x[:, None] + radius * np.cos(angle)).ravel(), (y[:, None] + radius * np.sin(angle)).ravel()
    return x - x.min(), y - y.min()


def _nodes(x: NDArray[np.float64], y: NDArray[np.float64], step: float, columns: int) -> NDArray[np.int32]:
    return (np.rint(y / step).astype(np.int32) * columns + np.rint(x / step).astype(np.int32)).astype(np.int32)


def _whole(cells: float) -> int:
    """The next good length of a transform that is a multiple of `COARSEST`."""
    return int(fft.next_fast_len(int(np.ceil(cells / COARSEST)), real=True) * COARSEST)
