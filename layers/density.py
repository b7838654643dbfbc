"""Density: a smooth surface of recorded events per 100 km2, its bandwidth in metres, each event as wide as its position is unsure."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geodata.distances import to_degrees, to_metres
from geodata.errors import WrongTable
from layers.kernels import grid_density

#: Values are per this many square metres: 100 km2.
PER_M2 = 1e8
#: Beyond 5 standard deviations a Gaussian holds less than 4e-6 of its mass.
REACH_SIGMAS = 5.0
#: A kernel needs this many cells in its standard deviation, or the grid no longer shows it.
LEAST_CELLS_PER_SIGMA = 2.0
#: Widths of kernels stand so far apart at most, in log(sigma); an event between them is shared among the four nearest.
WIDTH_STEP = 0.15
#: An uncertainty from here on, half way round the earth, is no position.
NO_POSITION_M = 2e7
#: A surface with more cells than this is refused instead of filling the memory.
MOST_CELLS = 25_000_000
#: Web Mercator ends here.
MERCATOR_LAT = 85.0511

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True)
class Surface:
    """A grid in the regional equal-area projection (`geodata.distances.EQUAL_AREA`).

    values: events (or kg) per 100 km2 at the cell centres, float (rows, columns), row 0 in the south. west_m, south_m: centre of
    cell (0, 0). bounds: west, south, east, north in degrees, inside which it may be read. n: events in it. left_out: rows
    without a position. sigmas_m: the kernel widths that were used. mass: the weight that went in.
    """

    values: NDArray[np.float64]
    west_m: float
    south_m: float
    cell_m: float
    bandwidth_m: float
    bounds: Bounds
    sigmas_m: tuple[float, ...]
    n: int
    left_out: int
    mass: float

    def at(self, lon: ArrayLike, lat: ArrayLike) -> NDArray[np.float64]:
        """The surface at n points, EPSG:4326, between the four nearest cell centres; 0 outside the grid. Shape of ``lon``."""
        from scipy.ndimage import map_coordinates

        x, y = to_metres(np.atleast_1d(lon), np.atleast_1d(lat))
        place = np.stack([(y - self.south_m) / self.cell_m, (x - self.west_m) / self.cell_m])
        return np.asarray(map_coordinates(self.values, place, order=1, mode="constant", cval=0.0), np.float64).reshape(np.shape(lon))


class ImageGrid(NamedTuple):
    """values: float (height, width), row 0 in the north, rows evenly spaced in Web Mercator, columns in longitude.
    corners: [lon, lat] of the outer corners, top left, top right, bottom right, bottom left, as MapLibre wants them."""

    values: NDArray[np.float64]
    corners: list[list[float]]


class Widths(NamedTuple):
    """m kernels that n events are made of: the number of the event, sigma in metres, and the event's share in it, (m,) each."""

    event: NDArray[np.int64]
    sigma_m: NDArray[np.float64]
    share: NDArray[np.float64]


def surface(
    lon: ArrayLike,
    lat: ArrayLike,
    weight: ArrayLike,
    bandwidth_m: float,
    cell_m: float,
    uncertainty_m: ArrayLike | None = None,
    extent: Bounds | None = None,
) -> Surface:
    """Metric Gaussian density of n weighted points, EPSG:4326 degrees; rows without a position are left out and counted.

    weight: 1 for events, kg for kilograms. uncertainty_m: radius that holds the true position; the kernel of such an event is
    widened to sigma^2 = bandwidth^2 + (uncertainty / 2)^2, because a point anywhere in a disc of radius r has the variance r^2 / 4
    along either axis (`kernel_widths`). Within 0.5 % of the maximum of the exact sum. An endless uncertainty is no position.
    extent: west, south, east, north in degrees; events outside it still lend their tails. Default: around all points, so that the
    whole mass is on the surface. Distances in the projection are off by 1.2 % at 55 N, by less nearer the Panj; areas are exact.
    Raises WrongTable when lengths differ, a position is on no earth, the cell is too coarse for the bandwidth or the surface too large.
    """
    if not (0 < cell_m <= bandwidth_m / LEAST_CELLS_PER_SIGMA and bandwidth_m < NO_POSITION_M):
        raise WrongTable(f"A cell of {cell_m:g} m came with a bandwidth of {bandwidth_m:g} m: use cells of half the bandwidth or less.")
    lon, lat, weight = (as_row(values, name) for values, name in ((lon, "longitudes"), (lat, "latitudes"), (weight, "weights")))
    wide = uncertainties(np.zeros(len(lon)) if uncertainty_m is None else uncertainty_m)
    if not len(lon) == len(lat) == len(weight) == len(wide):
        raise WrongTable(
            f"{len(lon)} longitudes, {len(lat)} latitudes, {len(weight)} weights, {len(wide)} uncertainties came: as many of each."
        )
    placed = np.isfinite(lon) & np.isfinite(lat) & np.isfinite(weight) & np.isfinite(wide)
    if (np.abs(lon[placed]) > 180).any() or (np.abs(lat[placed]) > 90).any():
        raise WrongTable("A position outside 180 W to 180 E or 90 S to 90 N came: EPSG:4326, longitude first, was wanted.")
    x, y = to_metres(lon[placed], lat[placed])
    amount = weight[placed]
    event, sigmas, part = kernel_widths(bandwidth_m, wide[placed])
    reach = REACH_SIGMAS * float(sigmas.max(initial=bandwidth_m))
    inner = _box_of(extent) if extent else _around(x, y, reach)
    outer = (inner[0] - reach, inner[1] - reach, inner[2] + reach, inner[3] + reach) if extent else inner
    near = (x >= outer[0]) & (y >= outer[1]) & (x <= outer[2]) & (y <= outer[3])
    columns, rows = (int(np.ceil((outer[i + 2] - outer[i]) / cell_m)) + 1 for i in (0, 1))
    if columns * rows > MOST_CELLS:
        raise WrongTable(f"{columns} x {rows} cells of {cell_m:g} m were asked for: use larger cells or a smaller extent.")
    drawn = near[event]
    event, part = event[drawn], part[drawn]
    density = grid_density(
        (x[event] - outer[0]) / cell_m, (y[event] - outer[1]) / cell_m, amount[event] * part, sigmas[drawn] / cell_m, (rows, columns)
    )
    pad = int(reach // cell_m) if extent else 0
    inside = (x >= inner[0]) & (y >= inner[1]) & (x <= inner[2]) & (y <= inner[3])
    return Surface(
        values=density[pad : rows - pad, pad : columns - pad] * (PER_M2 / cell_m**2),
        west_m=outer[0] + pad * cell_m,
        south_m=outer[1] + pad * cell_m,
        cell_m=cell_m,
        bandwidth_m=bandwidth_m,
        bounds=extent or _bounds_of(inner),
        sigmas_m=tuple(float(sigma) for sigma in np.unique(sigmas)),
        n=int(inside.sum()),
        left_out=int((~placed).sum()),
        mass=float(amount.sum()),
    )


def kernel_widths(bandwidth_m: float, uncertainty_m: NDArray[np.float64]) -> Widths:
    """Kernels of few widths that together are the kernel of each of n events, sigma^2 = bandwidth^2 + (uncertainty / 2)^2.

    Where few different sigmas came, each event has its own. Else the widths stand even in log(sigma), at most `WIDTH_STEP` apart, and an
    event is shared among the four nearest by Lagrange's cubic in log(sigma): shares may be negative and add up to 1, so mass is
    kept. The kernel so made is off by at most 0.06 % of its own maximum, and a sum of them by 0.2 % of the maximum of the sum.
    """
    sigma = np.sqrt(bandwidth_m**2 + (uncertainty_m / 2) ** 2)
    distinct = np.unique(sigma)
    everyone = np.arange(len(sigma))
    if not len(distinct):
        return Widths(everyone, sigma, np.ones(0))
    steps = max(int(np.ceil(np.log(distinct[-1] / distinct[0]) / WIDTH_STEP)), 3)
    if len(distinct) <= steps + 1:
        return Widths(everyone, sigma, np.ones(len(sigma)))
    widths = np.geomspace(distinct[0], distinct[-1], steps + 1)
    place = np.log(sigma / distinct[0]) / np.log(distinct[-1] / distinct[0]) * steps
    first = np.clip(np.floor(place).astype(int) - 1, 0, steps - 3)
    t = place - first
    share = [-(t - 1) * (t - 2) * (t - 3) / 6, t * (t - 2) * (t - 3) / 2, -t * (t - 1) * (t - 3) / 2, t * (t - 1) * (t - 2) / 6]
    event, which = np.tile(everyone, 4), np.concatenate([first, first + 1, first + 2, first + 3])
    return Widths(event, widths[which], np.concatenate(share))


def to_image_grid(field: Surface, width: int) -> ImageGrid:
    """The surface on pixels that a Web Mercator map can stretch between four corners; ``width`` pixels wide, square pixels."""
    west, south, east, north = field.bounds
    top, bottom = (float(_mercator(np.array(lat))) for lat in (north, south))
    height = max(round(width * (top - bottom) / np.radians(east - west)), 1)
    lon = west + (np.arange(width) + 0.5) * (east - west) / width
    lat = _mercator_lat(top - (np.arange(height) + 0.5) * (top - bottom) / height)
    values = field.at(*np.meshgrid(lon, lat))
    return ImageGrid(values, [[west, north], [east, north], [east, south], [west, south]])


def as_row(values: ArrayLike, what: str) -> NDArray[np.float64]:
    """Numbers as float (n,), masked ones NaN. Raises WrongTable when they are none."""
    try:
        return np.ma.filled(np.ma.asarray(values, float), np.nan).ravel()
    except (TypeError, ValueError) as problem:
        raise WrongTable(
            f"Among the {what} came something that is no number ({problem}): one number for each event was wanted."
        ) from problem


def uncertainties(uncertainty_m: ArrayLike) -> NDArray[np.float64]:
    """Uncertainties in metres, float (n,): 0 where none is said, infinite where the position is not known at all. Raises WrongTable."""
    wide = np.nan_to_num(as_row(uncertainty_m, "uncertainties"), nan=0.0, posinf=np.inf, neginf=-np.inf)
    if (wide < 0).any():
        raise WrongTable("An uncertainty below 0 m came: the radius that holds the true position was wanted.")
    return np.where(wide < NO_POSITION_M, wide, np.inf)


def _mercator(lat: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.arctanh(np.sin(np.radians(np.clip(lat, -MERCATOR_LAT, MERCATOR_LAT)))), np.float64)


def _mercator_lat(y: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.degrees(np.arcsin(np.tanh(y))), np.float64)


def _around(x: NDArray[np.float64], y: NDArray[np.float64], reach: float) -> Bounds:
    if not len(x):
        return (-reach, -reach, reach, reach)
    return (float(x.min()) - reach, float(y.min()) - reach, float(x.max()) + reach, float(y.max()) + reach)


def _box_of(extent: Bounds) -> Bounds:
    """The metric box that holds a box of degrees; its edges bend in the projection, so they are followed."""
    west, south, east, north = extent
    if not (west < east and south < north):
        raise WrongTable(f"The extent {extent} came, (west, south, east, north) in degrees was wanted.")
    along, up = np.linspace(west, east, 65), np.linspace(south, north, 65)
    lon = np.concatenate([along, along, np.full(65, west), np.full(65, east)])
    lat = np.concatenate([np.full(65, south), np.full(65, north), up, up])
    return _around(*to_metres(lon, lat), 0.0)


def _bounds_of(box: Bounds) -> Bounds:
    """The box of degrees that holds a metric box."""
    along, up = np.linspace(box[0], box[2], 65), np.linspace(box[1], box[3], 65)
    x = np.concatenate([along, along, np.full(65, box[0]), np.full(65, box[2])])
    y = np.concatenate([np.full(65, box[1]), np.full(65, box[3]), up, up])
    return _around(*to_degrees(x, y), 0.0)
