"""Section history: which stretches of the line are new, growing or lasting hot spots at the end of a period, with the rule of
`layers.emerging`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.emerging import FEW_STEPS, classify, space_time_gi_star, space_time_tail
from layers.hotspots import discoveries
from layers.material import Material
from layers.neighbourhoods import of_line

#: Steps looked back over at least, where the months are there: with ten, a trend can be seen.
STEPS = 12
#: A period of so many months or more goes by quarters.
BY_QUARTERS = 30
ALPHA = 0.05


@dataclass(frozen=True)
class SectionHistory:
    """kind: class of each section, str (s,), one of `layers.emerging.CLASSES`. width: months in a step. n_steps: how many steps."""

    kind: NDArray[np.str_]
    width: int
    n_steps: int

    @property
    def is_short(self) -> bool:
        """Too few steps to see a trend."""
        return self.n_steps < FEW_STEPS


def section_history(material: Material) -> SectionHistory:
    """The class of every section at the end of the period.

    Steps are months, or quarters in a long period, back from its last month: those of the period, and so many before it that there are
    `STEPS`. A bin is a section with the one before and after it, in its step and the one before, by kilometre of border. Hot and cold
    bins: the conditional binomial tail of all events of the same steps (`emerging.space_time_tail`, two-sided), Benjamini-Hochberg over
    all bins of the cube. A step in which nobody reported is not known.
    """
    n_sections, length = len(material.section_ids), max(material.last - material.first + 1, 0)
    width = 3 if length >= BY_QUARTERS else 1
    n_steps = min(max(length // width, STEPS), (material.last + 1) // width)
    none = np.full(n_sections, "none", dtype="<U17")
    if n_steps < 1 or not n_sections:
        return SectionHistory(none, width, max(n_steps, 0))
    begin = material.last + 1 - n_steps * width
    inside = slice(begin, material.last + 1)
    counts = material.section_n[inside].reshape(n_steps, width, n_sections).sum(axis=1).T.astype(float)
    known = material.reported[inside].reshape(n_steps, width).any(axis=1)
    counts[:, ~known] = np.nan
    if not np.nansum(counts) > 0:
        return SectionHistory(none, width, n_steps)
    around = of_line(n_sections)
    tail = space_time_tail(counts, around, exposure=np.maximum(material.section_km, 1e-6))
    found = discoveries(tail.both, ALPHA)
    state = np.where(found, np.where(tail.upper < tail.lower, 1, -1), 0).astype(np.int8)
    z = space_time_gi_star(counts / np.maximum(material.section_km, 1e-6)[:, None], around, window="steps")
    return SectionHistory(classify(z, state), width, n_steps)
