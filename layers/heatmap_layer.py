"""Heatmap on cells: recorded events or kilograms of each H3 cell over a period."""

import numpy as np
import pandas as pd

from layers import cells as h3_cells
from layers import steps
from layers.base import Layer, Period, Say
from layers.heatmap import Cube
from layers.selection import Measure


def build(cube: Cube, period: Period | None, measure: Measure, say: Say, sources: tuple[str, ...] = ()) -> Layer:
    """One row per cell that holds anything in the period: cell (H3 as text), ring ([lon, lat], EPSG:4326), n, weight_kg, value, step.

    value is what `measure` asks for, step its class 1..7 on a 1-2-5 scale. `n` counts the events behind the cells, whole ones,
    although a cell may hold a fraction of an event that is spread over several.
    """
    chosen = period or (Period(cube.months[0], cube.months[-1]) if cube.months else None)
    count, kg = cube.over(chosen.first, chosen.last) if chosen else (cube.count[:0], cube.weight_kg[:0])
    value = count if measure == "count" else kg
    shown = np.flatnonzero(count > 0)
    lower = steps.limits(float(value.max(initial=0.0)))
    table = pd.DataFrame(
        {
            "cell": pd.Series([f"{int(cube.cells[i]):x}" for i in shown], dtype="str"),
            "ring": pd.Series([cube.rings[i] for i in shown], dtype=object),
            "n": count[shown],
            "weight_kg": kg[shown],
            "value": value[shown],
            "step": steps.step_of(value[shown], lower),
        }
    )
    return Layer(
        id="heatmap",
        title=say("layer.heatmap" if measure == "count" else "layer.heatmap_kg"),
        shape="cells",
        table=table,
        caveat=say("caveat.heatmap"),
        sources=sources,
        n=round(float(count.sum())),
        period=chosen,
        unit=say("unit.events" if measure == "count" else "unit.kg"),
        legend=steps.legend(lower, say),
        details={
            "cell_km2": round(h3_cells.area_km2(cube.resolution), 1),
            "h3_resolution": cube.resolution,
            **{reason: n for reason, n in cube.left_out.items()},
        },
    )
