"""Table: named arrays with the dictionaries of those that stand for texts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: The code of an empty text in every dictionary.
EMPTY = 0


@dataclass(frozen=True)
class Columns:
    """arrays: by name, none of them can be written to. words: for a coded array its texts by code; number 0 is "", nothing said.
    about: what the maker says of them, plain JSON."""

    arrays: Mapping[str, NDArray[Any]]
    words: Mapping[str, tuple[str, ...]]
    about: Mapping[str, Any]

    def __post_init__(self) -> None:
        # One kind of array for compiled code, whether it comes from a file or was just made: it is compiled once.
        for array in self.arrays.values():
            array.flags.writeable = False

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.arrays[name]

    def __contains__(self, name: str) -> bool:
        return name in self.arrays

    @property
    def n(self) -> int:
        """Rows."""
        return len(self.arrays["day"])

    def with_more(self, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any] | None = None) -> "Columns":
        """These columns and further arrays, of any length."""
        return Columns({**self.arrays, **arrays}, self.words, {**self.about, **(about or {})})

    @property
    def n_bytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self.arrays.values())

    def codes(self, name: str, wanted: Iterable[str]) -> NDArray[np.int64]:
        """Codes of these texts, sorted; a text that never came has none."""
        chosen = set(wanted)
        return np.array([code for code, text in enumerate(self.words[name]) if text in chosen], np.int64)

    def texts(self, name: str, rows: NDArray[np.integer[Any]] | slice) -> NDArray[np.object_]:
        """The texts of these rows, "" where nothing was said."""
        return np.asarray(np.array(self.words[name], object)[self.arrays[name][rows]], object)

    def first_row(self, day: int) -> int:
        """The first row that can have happened on ``day`` (days since 1970-01-01) or later; the undated are not looked at."""
        # Of the same type as the array: another would copy all of it first.
        limit = np.int32(min(max(day, -(2**31)), 2**31 - 1))
        return int(np.searchsorted(self.arrays["day"][: self.about["n_dated"]], limit))
