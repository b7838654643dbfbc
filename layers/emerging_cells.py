"""Emerging cells: which cells and sections of a view are newly, steadily or no longer hot, over its months or quarters."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.emerging import CLASSES, FEW_STEPS, classify, space_time_gi_star, space_time_tail
from layers.hotspots import Floats, discoveries
from layers.material import Material
from layers.neighbourhoods import of_cells, of_line

#: Up to this many months each is a step of its own; beyond, steps are quarters.
MOST_MONTHS = 24
#: Share of false ones among all bins that are called hot or cold in their step.
ALPHA = 0.05


@dataclass(frozen=True)
class History:
    """n cells or sections. kind: uint8 (n,), number into `emerging.CLASSES`. z: Gi* (n, t), NaN where nothing was reported.
    state: int8 (n, t), 1 hot, -1 cold, 0 neither, after Benjamini-Hochberg over all n x t bins."""

    kind: NDArray[np.uint8]
    z: Floats
    state: NDArray[np.int8]


@dataclass(frozen=True)
class Emerging:
    """The history of a view. Always by number of events, also where the view shows kilograms.

    step: "month" or "quarter". starts: number of the first month of each of the t steps, into `Material.months`; the last step ends with
    the period, so that it is whole. left_out: months at the start that fill no quarter. is_short: fewer than ten known steps, too few for
    a trend to be found reliably. arriving: reports of the last step may still come.
    """

    cells: History
    sections: History
    step: Literal["month", "quarter"]
    starts: list[int]
    n_steps: int
    left_out: int
    is_short: bool
    arriving: bool


def of(material: Material, neighbours: csr_array | None = None) -> Emerging:
    """Classes of all cells and sections over the chosen months.

    A bin is judged by the conditional binomial tail of its neighbourhood in its step and the one before, given the totals of these steps
    (`emerging.space_time_tail`), two-sided; sections by km. The trend is Mann-Kendall on the z of the same windows. No random numbers.
    """
    near = of_cells(material.cells) if neighbours is None else neighbours
    n_months = max(material.last - material.first + 1, 0)
    width = 1 if n_months <= MOST_MONTHS else 3
    left_out = n_months % width
    starts = list(range(material.first + left_out, material.last + 1, width))
    reported = np.array([bool(material.reported[start : start + width].any()) for start in starts], bool)
    in_step = np.repeat(np.arange(len(starts)), width)
    which = slice(material.first + left_out, material.first + n_months)
    gather = csr_array((np.ones(len(in_step)), (in_step, np.arange(len(in_step)))), shape=(len(starts), len(in_step)))
    cell_n = np.asarray((gather @ material.cell_n[which]).todense(), float).T
    section_n = np.asarray(gather @ material.section_n[which].astype(float)).T
    n_steps = int(reported.sum())
    return Emerging(
        cells=_history(cell_n, near, None, reported),
        sections=_history(section_n, of_line(len(section_n)), material.section_km, reported),
        step="month" if width == 1 else "quarter",
        starts=starts,
        n_steps=n_steps,
        left_out=left_out,
        is_short=n_steps < FEW_STEPS,
        arriving=bool(starts) and bool(material.arriving[starts[-1] : material.last + 1].any()),
    )


def _history(counts: Floats, near: csr_array, exposure: Floats | None, reported: NDArray[np.bool_]) -> History:
    """counts: (n, t). exposure: (n,)."""
    counts = np.where(reported, counts, np.nan)
    tail = space_time_tail(counts, near, exposure)
    found = discoveries(tail.both, ALPHA)
    state = np.where(found, np.where(tail.upper <= tail.lower, 1, -1), 0).astype(np.int8)
    if exposure is not None:
        counts = counts / np.where(exposure > 0, exposure, np.nan)[:, None]
    z = space_time_gi_star(counts, near, window="steps")
    names = classify(z, state)
    kind = np.zeros(len(names), np.uint8)
    for number, name in enumerate(CLASSES):
        kind[names == name] = number
    return History(kind, z, state)
