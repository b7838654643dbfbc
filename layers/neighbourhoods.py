"""Neighbourhoods: which cells lie around a cell, which sections lie beside a section. The thing itself always belongs to its own."""

import h3.api.numpy_int as h3
import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array, eye_array

from geodata.errors import WrongTable


def of_cells(cells: ArrayLike, rings: int = 1) -> csr_array:
    """Each cell with the cells of the study area at most ``rings`` steps from it.

    cells: n different H3 cells of one resolution, uint64, in any order. Returns binary csr (n, n), float64, the diagonal set, symmetric.
    A cell without a neighbour in the study area has only itself. Raises WrongTable when a cell is no H3 cell or comes twice.
    """
    cells = np.asarray(cells, np.uint64)
    order = np.argsort(cells)
    known = cells[order]
    if (known[1:] == known[:-1]).any():
        raise WrongTable("The same cell came twice in a study area: each cell may stand there once.")
    try:
        discs = [np.asarray(h3.grid_disk(int(cell), rings), np.uint64) for cell in cells.tolist()]
    except Exception as problem:  # h3 raises its own family of errors
        raise WrongTable(f"A number came that is no H3 cell ({problem}): correct the study area.") from problem
    around = np.concatenate([np.zeros(0, np.uint64), *discs])
    row = np.repeat(np.arange(len(cells)), [len(disc) for disc in discs])
    at = np.searchsorted(known, around)
    inside = known[np.minimum(at, len(known) - 1)] == around if len(known) else np.zeros(0, bool)
    return _binary(row[inside], order[at[inside]], len(cells))


def of_line(n: int, steps: int = 1) -> csr_array:
    """n sections in their order along a line: each with the ``steps`` before and after it. Binary csr (n, n), the diagonal set."""
    row = np.repeat(np.arange(n), 2 * steps + 1)
    column = row + np.tile(np.arange(-steps, steps + 1), n)
    inside = (column >= 0) & (column < n)
    return _binary(row[inside], column[inside], n)


def with_itself(neighbours: object, n: int) -> csr_array:
    """What a caller gave as neighbours, as csr (n, n) float64 in which every cell belongs to its own neighbourhood.

    neighbours: anything scipy makes a sparse array of. A missing diagonal entry becomes the largest weight of its row (1 in a binary
    matrix), so that a row-standardised matrix means the same as the binary one; in an empty row it becomes 1.
    Raises WrongTable when the shape does not fit or a weight is negative or not a number.
    """
    weights = as_csr(neighbours, n)
    missing = weights.diagonal() == 0
    if not missing.any():
        return weights
    largest = weights.max(axis=1).toarray().ravel() if weights.nnz else np.zeros(n)
    fill = np.where(missing, np.where(largest > 0, largest, 1.0), 0.0)
    return csr_array(weights + csr_array(eye_array(n, format="csr").multiply(fill[:, None])))


def without_itself(neighbours: object, n: int) -> csr_array:
    """The same neighbours, no cell being its own: csr (n, n) float64. Raises WrongTable like `with_itself`."""
    pairs = as_csr(neighbours, n).tocoo()
    apart = pairs.row != pairs.col
    return csr_array(coo_array((pairs.data[apart], (pairs.row[apart], pairs.col[apart])), shape=(n, n)))


def as_csr(neighbours: object, n: int) -> csr_array:
    """Checked weights, csr (n, n) float64, without stored zeros. Raises WrongTable when they cannot be used."""
    try:
        weights = csr_array(neighbours, dtype=np.float64)  # type: ignore[call-overload]
    except (TypeError, ValueError) as problem:
        raise WrongTable(f"Neighbours came as {type(neighbours).__name__}, a sparse matrix was wanted ({problem}).") from problem
    if weights.shape != (n, n):
        raise WrongTable(f"Neighbours came as {weights.shape} for {n} values, ({n}, {n}) was wanted.")
    if weights.nnz and not (np.isfinite(weights.data).all() and (weights.data >= 0).all()):
        raise WrongTable("A weight of the neighbours is negative or not a number: 1 for a neighbour and 0 for others was wanted.")
    weights.sum_duplicates()
    if (weights.data == 0).any():
        weights = weights.copy()
        weights.eliminate_zeros()
    return csr_array(weights)


def _binary(row: NDArray[np.int64], column: NDArray[np.int64], n: int) -> csr_array:
    return csr_array(coo_array((np.ones(len(row)), (row, column)), shape=(n, n)))
