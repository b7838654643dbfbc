"""The questions' numbers, checked: what cannot be used is refused in one sentence that names the row."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.siting.errors import SitingError


@dataclass(frozen=True)
class Candidates:
    """Which candidates may be chosen: ``ids`` ascending, without excluded ones; ``locked`` are places in ids that must be."""

    ids: NDArray[np.int64]
    locked: NDArray[np.int64]
    excluded: Mapping[int, str]

    @property
    def is_locked(self) -> NDArray[np.bool_]:
        found = np.zeros(len(self.ids), bool)
        found[self.locked] = True
        return found


def costs_of(cost: ArrayLike) -> NDArray[np.float64]:
    """cost as float (demand, candidates): at least one of each, none negative or NaN; inf means out of reach."""
    table = _numbers(cost, "cost")
    if table.ndim != 2 or not table.size:
        raise SitingError(f"The cost came with shape {table.shape}; wanted is (demand, candidates), at least one of each.")
    wrong = np.isnan(table) | (table < 0)
    if wrong.any():
        row, candidate = (int(at) for at in np.argwhere(wrong)[0])
        raise SitingError(f"Demand row {row}, candidate {candidate}: the cost is {table[row, candidate]}; wanted is 0 or more, or inf.")
    return table


def weights_of(weights: ArrayLike, rows: int, name: str = "weight") -> NDArray[np.float64]:
    """weights as float (demand,), finite and not negative."""
    column = _column(weights, rows, name, "Demand row", "demand rows")
    with np.errstate(over="ignore"):
        total = column.sum()
    if np.isinf(total):
        raise SitingError(f"The {name}s add up to more than a number can hold: demand row {int(column.argmax())} has {column.max():g}.")
    return column


def of_candidates(values: ArrayLike, candidates: int, name: str) -> NDArray[np.float64]:
    """A number for each candidate, finite and not negative."""
    return _column(values, candidates, name, "Candidate", "candidates")


def candidates_of(how_many: int, fixed: Iterable[int] = (), excluded: Mapping[int, str] | None = None, p: Any = None) -> Candidates:
    """The candidates that may be chosen. p: how many sites there shall be, where the model is given that."""
    if not isinstance(excluded, Mapping | None):
        raise SitingError(f"excluded came as {excluded!r}; candidates with their reasons, like {{3: 'no road'}}, were wanted.")
    reasons = dict(excluded or {})
    for at, reason in reasons.items():
        _candidate(at, how_many, "excluded")
        if not str(reason).strip():
            raise SitingError(f"Candidate {at} is excluded without a reason; give one.")
    locked = sorted({_candidate(at, how_many, "fixed") for at in _several(fixed)})
    both = [at for at in locked if at in reasons]
    if both:
        raise SitingError(f"Candidate {both[0]} is both fixed and excluded ({reasons[both[0]]}); it can be one of the two.")
    ids = np.array([at for at in range(how_many) if at not in reasons], np.int64)
    if not len(ids):
        raise SitingError(f"All {how_many} candidates are excluded; none is left to choose.")
    if p is not None:
        number = whole(p, "p")
        if number < 1:
            raise SitingError(f"p came as {number}; at least one site must be asked for.")
        if number > len(ids):
            less = f" ({len(reasons)} of {how_many} are excluded)" if reasons else ""
            raise SitingError(f"p is {number}, more than the {len(ids)} candidates{less}; ask for fewer sites.")
        if len(locked) > number:
            raise SitingError(f"{len(locked)} sites are fixed (candidates {_said(locked)}) but p is {number}; p counts the fixed ones too.")
    return Candidates(ids, np.searchsorted(ids, np.array(locked, np.int64)), reasons)


def whole(value: Any, name: str) -> int:
    """value as int; 3.0 will do, 2.5 and "three" will not."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not number.is_integer():
        raise SitingError(f"{name} came as {value!r}; a whole number was wanted.")
    return int(number)


def amount(value: Any, name: str) -> float:
    """value as a finite float, 0 or more."""
    number = _float(value, name)
    if not math.isfinite(number) or number < 0:
        raise SitingError(f"The {name} came as {number}; a number, 0 or more and not unbounded, was wanted.")
    return number


def share_of(value: Any, name: str) -> float:
    """value as float, 0 to 1."""
    share = _float(value, name)
    if not 0 <= share <= 1:
        raise SitingError(f"{name} came as {value}; a share between 0 and 1 was wanted.")
    return share


def seconds_of(value: Any) -> float:
    """A time limit as float, more than 0; inf is none."""
    number = _float(value, "time limit")
    if not number > 0:
        raise SitingError(f"The time limit came as {value}; it must be more than 0 seconds.")
    return number


def radius_of(value: Any) -> float:
    """radius as float, 0 or more; inf covers whatever can be reached."""
    number = _float(value, "radius")
    if math.isnan(number) or number < 0:
        raise SitingError(f"The radius came as {number}; 0 or more was wanted.")
    return number


def all_in_reach(cost: NDArray[np.float64], candidates: Candidates, radius: float = math.inf, who: NDArray[np.bool_] | None = None) -> None:
    """Every demand row (of ``who``) has a candidate in reach, or the first that has none is named."""
    near = np.isfinite(cost[:, candidates.ids]) & (cost[:, candidates.ids] <= radius)
    alone = ~near.any(axis=1) & (True if who is None else who)
    if alone.any():
        row = int(np.flatnonzero(alone)[0])
        least = float(cost[row, candidates.ids].min())
        said = "none can be reached at all" if math.isinf(least) else f"the nearest is at {least:g}, the radius is {radius:g}"
        more = f" ({int(alone.sum())} rows are like that)" if alone.sum() > 1 else ""
        raise SitingError(f"Demand row {row} has no candidate in reach: {said}{more}.")


def totals_that_fit(cost: NDArray[np.float64], weight: NDArray[np.float64]) -> None:
    """All demand at its dearest can be counted, or the row that is most of it is named."""
    with np.errstate(over="ignore"):
        dearest = weight * np.where(np.isfinite(cost), cost, 0).max(axis=1)
        total = dearest.sum()
    if np.isinf(total):
        raise SitingError(f"Demand row {int(dearest.argmax())}: weight times cost is more than a number can hold; use larger units.")


def refuse_out_of_reach(cost: NDArray[np.float64], weight: NDArray[np.float64], candidates: Candidates, radius: float) -> NoReturn:
    """Raises SitingError, naming the row of positive weight that is nearest to a candidate; called where none has one in reach."""
    rows = np.flatnonzero(weight > 0)
    least = cost[rows][:, candidates.ids].min(axis=1)
    row, at = int(rows[least.argmin()]), float(least.min())
    said = "none can be reached at all" if math.isinf(at) else f"row {row} is the nearest to one, at {at:g}, the radius is {radius:g}"
    raise SitingError(f"No candidate is in reach of any of the {len(rows)} demand rows with weight: {said}.")


def _column(values: ArrayLike, rows: int, name: str, row_name: str, plural: str) -> NDArray[np.float64]:
    column = _numbers(values, name)
    if column.shape != (rows,):
        raise SitingError(f"The {name} came with shape {column.shape}; wanted is one for each of the {rows} {plural}.")
    wrong = ~np.isfinite(column) | (column < 0)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise SitingError(f"{row_name} {row}: the {name} is {column[row]}; wanted is a number, 0 or more.")
    return column


def _numbers(values: ArrayLike, name: str) -> NDArray[np.float64]:
    try:
        return np.ascontiguousarray(values, np.float64)
    except (TypeError, ValueError):
        raise SitingError(f"The {name} is not a table of numbers of one length for each row.") from None


def _float(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise SitingError(f"The {name} came as {value!r}; a number was wanted.") from None


def _several(fixed: Any) -> Iterable[Any]:
    if isinstance(fixed, str) or not isinstance(fixed, Iterable):
        raise SitingError(f"fixed came as {fixed!r}; a list of numbers of candidates was wanted.")
    return fixed


def _candidate(at: Any, how_many: int, word: str) -> int:
    if isinstance(at, bool | np.bool_):  # a column of yes and no would else be read as candidates 0 and 1
        raise SitingError(f"A {word} candidate came as {at}; the number of one was wanted.")
    number = whole(at, f"a {word} candidate")
    if not 0 <= number < how_many:
        raise SitingError(f"Candidate {number} is {word} but there is none of that number; they run from 0 to {how_many - 1}.")
    return number


def _said(numbers: list[int]) -> str:
    return ", ".join(str(number) for number in numbers[:5]) + (", ..." if len(numbers) > 5 else "")
