"""Stability: how often a cell or section stays hot or cold when positions move within their uncertainty and the grid lies elsewhere."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geodata.distances import to_metres
from layers.cells import RESOLUTION, area_km2, centres
from layers.hot_cells import Found, Hot
from layers.hotspots import Floats
from layers.material import Material
from layers.neighbourhoods import of_cells, of_line

#: Maps that are drawn anew, and the seed of their draws.
DRAWS, SEED = 50, 5
#: An uncertainty below this share of a cell's edge moves nothing.
SHARP = 0.01
#: Moves in all: beyond, several events of one footprint move together, which makes a map look less stable, never more.
MOST_MOVES = 30_000_000
#: The borders of sections move by at most this share of the median section's length.
BORDER_SHARE = 0.25
#: Rings of cells around the study area into which events can leave.
OUTSIDE = 2
Locate = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class Prepared:
    """What is the same for all views of one version: the c cells and u footprints. xy: centres of the c cells, then of those just outside
    the study area, in metres, equal-area, (c + o, 2). around: neighbours of each of them, int32, -1 behind the last. starts, cell_of,
    upto: cells of each footprint, their cumulative shares. shifts: how far the grid lies elsewhere in each draw, metres (draws, 2).
    reach: radius of a disc as large as a cell, metres."""

    xy: Floats
    around: NDArray[np.int32]
    neighbours: csr_array
    starts: NDArray[np.int64]
    cell_of: NDArray[np.int64]
    upto: Floats
    shifts: Floats
    reach: float


def prepare(material: Material, neighbours: csr_array | None = None, seed: int = SEED) -> Prepared:
    """Made once for a version, from the material of any view of it.

    The grid is moved by an even draw over one cell, so that every way in which it could have been laid is as likely.
    """
    near = of_cells(material.cells) if neighbours is None else neighbours
    cells = _with_outside(material.cells)
    x, y = to_metres(*centres(cells.tolist()).T)
    shapes = csr_array(material.shapes)
    upto = np.cumsum(shapes.data)
    upto -= np.repeat(np.concatenate([[0.0], upto])[shapes.indptr[:-1]], np.diff(shapes.indptr))
    # A disc with the area of a cell stands for the cell.
    reach = float(np.sqrt(area_km2(RESOLUTION) * 1e6 / np.pi))
    return Prepared(
        xy=np.column_stack([x, y]).reshape(-1, 2),
        around=_padded(of_cells(cells)),
        neighbours=near,
        starts=shapes.indptr.astype(np.int64),
        cell_of=shapes.indices.astype(np.int64),
        upto=upto,
        shifts=_shifts(reach, seed),
        reach=reach,
    )


def share(prepared: Prepared, material: Material, hot: Hot, seed: int = SEED, locate: Locate | None = None) -> tuple[Floats, Floats]:
    """Share of draws, 0 to 1, in which each hot cell and section stays hot and each cold one cold; NaN for all others.

    In each of 50 draws every event of the period lies anywhere within its own uncertainty, independently of the others, and the grid is
    moved (`prepare`); a cell stays what it is when its neighbourhood's sum is still beyond the limit that held on the map
    (`hot_cells.Found.high`, `low`). Kilograms of one footprint move as as many equal pieces as they are worth:
    (sum)^2 / sum of squares. What moves out of the study area is gone; it comes to no other part of it that lies more than
    four cells away. Sections: events move along the line within their uncertainty, and so do the borders of sections, by up
    to a quarter of the median length. locate: (lon, lat) -> km along the line; without it an event lies anywhere on its section.
    Same seed, same answer.
    """
    cells, sections = np.full(len(material.cells), np.nan), np.full(len(material.section_ids), np.nan)
    marked = hot.cells.is_hot | hot.cells.is_cold
    if marked.any():
        drawn = _moved_cells(prepared, material, seed)
        # What nobody watched, or lies outside the viewer's sector, was in no neighbourhood on the map either.
        drawn[:, ~np.isfinite(hot.cells.p)] = 0.0
        around = np.asarray(prepared.neighbours[marked] @ drawn.T)
        cells[marked] = _stays(hot.cells, marked, around)
    marked = hot.sections.is_hot | hot.sections.is_cold
    if marked.any():
        around = np.asarray(of_line(len(sections))[marked] @ _moved_sections(material, seed, locate).T)
        sections[marked] = _stays(hot.sections, marked, around)
    return cells, sections


def warm_up() -> None:
    """Compile what this module runs, once for a machine."""
    from layers.kernels_stability import moved

    one, none = np.zeros(1), np.zeros((1, 2))
    whole = np.array([0, 1], np.int64)
    moved(whole[1:], one + 1, whole, whole[:1], one + 1, none, one, none, np.full((1, 6), -1, np.int32), none, 1.0, SEED, one[None].copy())


def _stays(found: Found, marked: NDArray[np.bool_], around: Floats) -> Floats:
    """around: (marked, draws)."""
    high, low = found.high[marked, None] * (1 - 1e-9), found.low[marked, None] * (1 + 1e-9)
    return np.asarray(np.where(found.is_hot[marked, None], around >= high, around <= low).mean(axis=1))


def _moved_cells(prepared: Prepared, material: Material, seed: int) -> Floats:
    """The measure on each cell in each draw, (draws, cells)."""
    from layers.kernels_stability import moved  # compiled: nobody else waits for it

    pieces, size = _pieces(material, len(prepared.starts) - 1)
    point, radius = _points(material, len(pieces), SHARP * prepared.reach)
    out = np.zeros((len(prepared.shifts), len(prepared.xy)))
    moved(
        pieces, size, prepared.starts, prepared.cell_of, prepared.upto, point, radius,
        prepared.xy, prepared.around, prepared.shifts, prepared.reach, seed, out,
    )  # fmt: skip
    return out[:, : len(material.cells)]


def _points(material: Material, n_footprints: int, sharp_m: float) -> tuple[Floats, Floats]:
    """Position of each footprint, metres (u, 2), NaN where no event of the view has it; and its uncertainty in metres, 0 if sharp."""
    happenings = material.happenings
    seen = np.flatnonzero((happenings.footprint >= 0) & np.isfinite(happenings.lon) & np.isfinite(happenings.lat))
    event = np.full(n_footprints, -1, np.int64)
    event[happenings.footprint[seen]] = seen  # all events of a footprint lie in one place: any of them will do
    known = event >= 0
    event = event[known]
    point, radius = np.full((n_footprints, 2), np.nan), np.zeros(n_footprints)
    point[known] = np.column_stack(to_metres(happenings.lon[event], happenings.lat[event]))
    unsure = np.nan_to_num(happenings.uncertainty_m[event], nan=0.0)
    radius[known] = np.where(unsure > sharp_m, unsure, 0.0)
    return point, radius


def _pieces(material: Material, n_footprints: int) -> tuple[NDArray[np.int64], Floats]:
    """Of each footprint: how many pieces move by themselves, and how much each is worth."""
    period = slice(material.first, max(material.last, material.first - 1) + 1)
    if material.measure == "count":
        total = np.asarray(csr_array(material.footprint_n[period]).sum(axis=0), float).ravel()
        number = np.round(total)
    else:
        happenings = material.happenings
        here = (happenings.month >= max(material.first, 0)) & (happenings.month <= material.last) & (happenings.footprint >= 0)
        which, kg = happenings.footprint[here], happenings.kg[here]
        total = np.bincount(which, weights=kg, minlength=n_footprints)
        squares = np.bincount(which, weights=kg**2, minlength=n_footprints)
        number = np.round(np.divide(total**2, squares, out=np.zeros(n_footprints), where=squares > 0))
    together = max(number.sum() * DRAWS / MOST_MOVES, 1.0)
    pieces = np.where(total > 0, np.maximum(np.ceil(number / together), 1), 0).astype(np.int64)
    return pieces, np.divide(total, pieces, out=np.zeros(n_footprints), where=pieces > 0)


def _moved_sections(material: Material, seed: int, locate: Locate | None) -> Floats:
    """The measure on each section in each draw, (draws, sections)."""
    random = np.random.default_rng(seed)
    happenings, ends = material.happenings, np.concatenate([[0.0], np.cumsum(material.section_km)])
    here = (happenings.month >= max(material.first, 0)) & (happenings.month <= material.last) & (happenings.section >= 0)
    section = happenings.section[here]
    amount = np.ones(len(section)) if material.measure == "count" else happenings.kg[here]
    unsure = np.nan_to_num(happenings.uncertainty_m[here], nan=0.0) / 1000
    km = np.full(len(section), np.nan) if locate is None else locate(happenings.lon[here], happenings.lat[here])
    # A report may name a section that is not the nearest one: it moves from the end that is.
    km = np.clip(km, ends[section], ends[section + 1])
    unknown = ~np.isfinite(km)
    out = np.zeros((DRAWS, len(material.section_km)))
    for draw in range(DRAWS):
        at = np.where(unknown, ends[section] + random.random(len(section)) * material.section_km[section], km)
        at = at + unsure * (2 * random.random(len(section)) - 1)
        borders = ends[1:-1] + BORDER_SHARE * np.median(material.section_km) * (2 * random.random() - 1)
        out[draw] = np.bincount(np.searchsorted(borders, at, side="right"), weights=amount, minlength=out.shape[1])
    return out


def _with_outside(cells: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The cells in their order, and behind them those around that are not of the study area."""
    import h3.api.numpy_int as h3

    if not len(cells):
        return cells
    around = np.unique(np.concatenate([np.asarray(h3.grid_disk(int(cell), OUTSIDE), np.uint64) for cell in cells.tolist()]))
    return np.concatenate([cells, np.setdiff1d(around, cells, assume_unique=True)])


def _shifts(reach: float, seed: int) -> Floats:
    random = np.random.default_rng(seed)
    far, angle = reach * np.sqrt(random.random(DRAWS)), 2 * np.pi * random.random(DRAWS)
    return np.column_stack([far * np.cos(angle), far * np.sin(angle)])


def _padded(near: csr_array) -> NDArray[np.int32]:
    """The neighbours of each cell but itself, filled up with -1."""
    pairs = near.tocoo()
    row, column = pairs.row[pairs.row != pairs.col], pairs.col[pairs.row != pairs.col]
    order = np.argsort(row, kind="stable")
    row, column = row[order], column[order]
    many = np.bincount(row, minlength=near.shape[0])
    table = np.full((near.shape[0], max(int(many.max(initial=0)), 1)), -1, np.int32)
    table[row, np.arange(len(row)) - np.repeat(np.cumsum(many) - many, many)] = column
    return table
