"""Heatmap as a smooth surface: recorded events or kilograms per 100 km2, drawn as an image between four corners."""

import pandas as pd

from layers import steps
from layers.base import Layer, Period, Say
from layers.density import Surface, to_image_grid
from layers.selection import Measure

#: Pixels across: sharper than this the eye does not see through a bandwidth of kilometres.
WIDTH = 800


def build(field: Surface, period: Period | None, measure: Measure, say: Say, sources: tuple[str, ...] = (), width: int = WIDTH) -> Layer:
    """One row: corners ([lon, lat] top left, top right, bottom right, bottom left) and step, int8 (height, width), class 0..7 of
    each pixel, 0 where there is next to nothing; value, the numbers behind it, per 100 km2."""
    image = to_image_grid(field, width)
    lower = steps.limits(float(image.values.max(initial=0.0)))
    table = pd.DataFrame({"corners": [image.corners], "value": [image.values], "step": [steps.step_of(image.values, lower)]})
    return Layer(
        id="surface",
        title=say("layer.surface" if measure == "count" else "layer.surface_kg"),
        shape="surface",
        table=table,
        caveat=say("caveat.surface"),
        sources=sources,
        n=field.n,
        period=period,
        unit=say("unit.events_per_100km2" if measure == "count" else "unit.kg_per_100km2"),
        legend=steps.legend(lower, say),
        details={
            "bandwidth_m": field.bandwidth_m,
            "cell_m": field.cell_m,
            "widest_kernel_m": round(max(field.sigmas_m, default=field.bandwidth_m)),
            "without_point": field.left_out,
        },
    )
