"""What the history of each cell is called: new, growing, lasting, fading, past. The rules stand in `layers.emerging`."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from dashboard.language import Language
from dashboard.maps.payload import pack
from layers.emerging import CLASSES, FEW_STEPS, classify, space_time_gi_star, space_time_tail
from layers.hot_cells import ever_recorded
from layers.hotspots import discoveries
from layers.material import Material
from layers.reporters import Reporters, watched

#: A step and the one before it are looked at together.
BACK = 1
#: Of the bins of the whole cube that come out hot or cold, at most this share by chance.
ALPHA = 0.05
MONTHS_IN_QUARTER = 3


@dataclass(frozen=True)
class EmergingAnswer:
    """header: what /data/emerging says. cells: H3, uint64 (c,). cell_class: number into header["classes"], uint8 (c,)."""

    header: dict[str, Any]
    cells: NDArray[np.uint64]
    cell_class: NDArray[np.uint8]

    def packed(self) -> bytes:
        """For the browser."""
        return pack(self.header, {"cell_class": self.cell_class})

    def fact(self, id: str, say: Language) -> tuple[tuple[str, str], ...]:
        """For the card of a cell, by its H3 number in hex."""
        at = int(np.searchsorted(self.cells, np.uint64(int(id, 16))))
        if at >= len(self.cells) or int(self.cells[at]) != int(id, 16):
            return ()
        told = self.header["classes"][int(self.cell_class[at])]
        return ((say("card.over_time"), f"{told['name']}. {told['rule']}".strip(" .") + "."),)


def answer(
    material: Material, neighbours: csr_array, known: Reporters, countries: tuple[str, ...], inside: NDArray[np.bool_] | None,
    say: Language, version: str,
) -> EmergingAnswer:  # fmt: skip
    """Of the months of the view; events, whatever the measure: a history of kilograms would be one of single large seizures.

    inside: cells of the viewer's sector, bool (c,), compared with each other alone; None: all.
    """
    step, counts = cube(material, known, countries)
    here = np.arange(len(counts)) if inside is None else np.flatnonzero(inside)
    counts, near = counts[here], csr_array(neighbours[here][:, here])
    n_steps = counts.shape[1]
    kinds = np.zeros(len(material.cells), np.uint8)
    if n_steps > 1 and np.nansum(counts) > 0:
        tail = space_time_tail(counts, near, back=BACK)
        found = discoveries(tail.both, ALPHA)
        compared = np.ones(len(material.cells), np.bool_) if inside is None else inside
        ever = ever_recorded(material, neighbours, compared)[here, None]  # else few is not cold, as on the map of the period
        state = np.where(found, np.where(tail.upper < tail.lower, 1, np.where(ever, -1, 0)), 0).astype(np.int8)
        # Only places that ever came out need a history.
        touched = np.flatnonzero(state.any(axis=1))
        z = space_time_gi_star(counts, near, back=BACK, window="steps")
        number = {name: k for k, name in enumerate(CLASSES)}
        kinds[here[touched]] = [number[str(name)] for name in classify(z[touched], state[touched])]
    header = {
        "version": version,
        "period": f"{material.months[material.first]}..{material.months[material.last]}" if material.last >= material.first else "",
        "measure": "n",
        "step": step,
        "n_steps": n_steps,
        "steps": say(f"emerging.steps_{step}", n=n_steps),
        "classes": [_class(name, say) for name in CLASSES],
        "warnings": _warnings(material, n_steps, say),
    }
    return EmergingAnswer(header, material.cells, kinds)


def cube(material: Material, known: Reporters, countries: tuple[str, ...]) -> tuple[str, NDArray[np.float64]]:
    """Events of each cell in each step of the period, float (c, t): quarters where there are ten of them, months otherwise.

    NaN where nobody who records in the cell reported anything in the step. A quarter that the period does not hold whole is left out
    at its beginning, so that the last step is complete.
    """
    n_months = max(material.last - material.first + 1, 0)
    width = MONTHS_IN_QUARTER if n_months >= FEW_STEPS * MONTHS_IN_QUARTER else 1
    n_steps = n_months // width
    begin = material.last + 1 - n_steps * width
    counts = np.zeros((len(material.cells), n_steps))
    for step in range(n_steps):
        first = begin + step * width
        inside = slice(first, first + width)
        counts[:, step] = np.asarray(material.cell_n[inside].sum(axis=0)).ravel()
        seen = watched(known, material.months, first, first + width - 1, countries)
        counts[(seen.exposure == 0) & (counts[:, step] == 0), step] = np.nan
        if not material.reported[inside].any():
            counts[:, step] = np.nan
    return ("quarter" if width > 1 else "month"), counts


def _class(name: str, say: Language) -> dict[str, str]:
    kind = name.split("_")[0]
    return {
        "id": name,
        "name": say(f"emerging.{name}"),
        "kind": "" if name == "none" else say(f"emerging.kind_{kind}"),
        "rule": "" if name == "none" else say(f"emerging.rule_{kind}"),
    }


def _warnings(material: Material, n_steps: int, say: Language) -> list[str]:
    told = [say("emerging.short", n=n_steps)] if n_steps < FEW_STEPS else []
    if material.measure == "weight":
        told.append(say("emerging.events_only"))
    return told
