"""What a caller gave as numbers, as plain floats: what is masked, missing or None is NaN."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geodata.errors import WrongTable


def plain(values: ArrayLike, wanted: str) -> NDArray[np.float64]:
    """The values as float array of the same shape. Raises WrongTable, naming what was ``wanted``, when they are no real numbers."""
    try:
        came: np.ma.MaskedArray[Any, Any] = np.ma.asarray(values)
        if came.dtype.kind == "c":
            raise TypeError("complex numbers")
        return np.asarray(np.ma.filled(came.astype(float), np.nan), np.float64)
    except (TypeError, ValueError) as problem:
        raise WrongTable(f"Values came that are no numbers ({problem}): {wanted} was wanted.") from problem


def unit_free(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """x divided by its largest magnitude, so that squares neither vanish nor overflow, whatever the unit. NaN and infinities stay.

    By a power of two: all digits stay, and so does what is equal.
    """
    most = float(np.max(np.abs(x), initial=0.0, where=np.isfinite(x)))
    return np.asarray(np.ldexp(x, -int(np.frexp(most)[1])), np.float64) if most > 0 else x
