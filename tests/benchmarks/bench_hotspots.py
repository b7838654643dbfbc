"""Hotspots beside their peers in one run: Gi* with Benjamini-Hochberg, the same over a cube with a trend for each cell, and a whole view.

The peers' answers are compared with ours before anything is timed: a fast wrong number is no figure.
"""

import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from measure import Figure, not_measured, side_by_side
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.special import ndtr

from geodata.settings import Settings

#: Rings of cells around one: 20,419 and 5,167 cells.
WIDE, NARROW, MONTHS = 82, 41, 240
TIMES_GI, TIMES_CUBE = 50, 500
VIEW_MS, STABILITY_MS = 200, 1000


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Peers come with requirements-bench.txt; without them their rows say so and the others are measured."""
    try:
        import esda  # noqa: F401
        import libpysal  # noqa: F401
        import pymannkendall  # noqa: F401
    except ImportError as problem:
        yield not_measured("Gi* and Mann-Kendall beside esda and pymannkendall", problem)
    else:
        yield _gi_star()
        yield _cube()
    yield from _view(settings)


def _cells(rings: int) -> csr_array:
    import h3.api.numpy_int as h3

    from layers.neighbourhoods import of_cells

    return of_cells(np.asarray(h3.grid_disk(h3.latlng_to_cell(38.0, 69.0, 5), rings), np.uint64))


def _weights(near: csr_array) -> object:
    """The same neighbours for esda, which adds the cell itself."""
    import libpysal

    pieces = np.split(near.indices, near.indptr[1:-1])
    return libpysal.weights.W({i: [int(j) for j in piece if j != i] for i, piece in enumerate(pieces)}, silence_warnings=True)


def _same(ours: NDArray[np.float64], theirs: NDArray[np.float64], what: str) -> None:
    if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-9):
        raise RuntimeError(f"{what}: the peer says something else, by up to {np.abs(ours - theirs).max():g}")


def _gi_star() -> Figure:
    import esda

    from layers.hotspots import discoveries, gi_star

    near = _cells(WIDE)
    weights, values = _weights(near), np.random.default_rng(1).poisson(2.0, near.shape[0]).astype(float)

    def ours() -> NDArray[np.bool_]:
        return discoveries(2 * ndtr(-np.abs(gi_star(values, near))), 0.05)

    def theirs() -> object:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = esda.G_Local(values, weights, transform="B", permutations=0, star=True)
            return found.Zs, found.p_norm * 2 <= esda.fdr(np.minimum(found.p_norm * 2, 1), 0.05)

    _same(gi_star(values, near), np.asarray(theirs()[0]), "Gi*")  # type: ignore[index]
    us, peer = side_by_side(ours, theirs, rounds=9)
    name = f"Gi* and Benjamini-Hochberg, {near.shape[0]:,} cells"
    return Figure(
        name, "ms", 1000 * us, 1000 * peer, f"esda.G_Local(permutations=0) and esda.fdr; promised {TIMES_GI} x", 1000 * peer / TIMES_GI
    )


def _cube() -> Figure:
    import esda
    import pymannkendall

    from layers.emerging import space_time_gi_star
    from layers.trends import mann_kendall

    near = _cells(NARROW)
    n = near.shape[0]
    weights, values = _weights(near), np.random.default_rng(2).poisson(2.0, (n, MONTHS)).astype(float)

    def ours() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        z = space_time_gi_star(values, near, back=0, window="steps")
        return z, mann_kendall(z).z

    def theirs() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            months = [esda.G_Local(month, weights, transform="B", permutations=0, star=True).Zs for month in values.T]
            z = np.column_stack(months)
            return z, np.array([pymannkendall.original_test(series).z for series in z])

    mine = ours()  # compiled
    started = time.perf_counter()
    peer_says = theirs()
    peer = time.perf_counter() - started
    _same(mine[0], peer_says[0], "Gi* through the cube")
    # Peers' last digits decide ties between nearly equal z; trends may differ by a pair or two of 28,680.
    if np.abs(mine[1] - peer_says[1]).max() > 0.01:
        raise RuntimeError("Mann-Kendall: the peer says something else")
    us, _ = side_by_side(ours, lambda: None, rounds=7)
    name = f"space-time Gi* and Mann-Kendall, {n:,} cells x {MONTHS} months"
    return Figure(
        name,
        "ms",
        1000 * us,
        1000 * peer,
        f"esda a month and pymannkendall a cell, once; promised {TIMES_CUBE} x",
        1000 * peer / TIMES_CUBE,
    )


def _view(settings: Settings) -> Iterator[Figure]:
    """What the page asks for, at the size of the demonstration store."""
    from dashboard.language import language
    from dashboard.queries import Queries
    from dashboard.user import User
    from dashboard.view_state import ViewState
    from geodata.store.engine import open_store
    from layers import hot_cells, stability
    from layers.neighbourhoods import of_cells

    queries = Queries(settings, open_store(settings, create=False))
    material = queries.snapshot(User("command", language("en"))).material(ViewState())
    near = of_cells(material.cells)
    hot = hot_cells.find(material, near)
    size = f"{len(material.cells):,} cells, {hot.n_events:,.0f} events"
    us, _ = side_by_side(lambda: hot_cells.find(material, near), lambda: None, rounds=9)
    yield Figure(f"hot cells and sections of a view, {size}", "ms", 1000 * us, most=VIEW_MS)
    prepared = stability.prepare(material, near)
    stability.share(prepared, material, hot)
    us, _ = side_by_side(lambda: stability.share(prepared, material, hot), lambda: None, rounds=5)
    yield Figure(f"how sure: 50 maps with moved positions and grid, {size}", "ms", 1000 * us, most=STABILITY_MS)
