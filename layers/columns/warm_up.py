"""Warm-up of the prefix cube and the sharing of points."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.columns.build import CODED, NUMBERS, Builder


def warm_up() -> None:
    """Run each kernel on a handful of events, with the types that it meets in earnest."""
    from layers.kernels import grid_density
    from layers.prefix_cube import PrefixCube, build

    n = 12
    number = np.arange(n)
    arrays: dict[str, NDArray[Any]] = {name: number % 2 for name in CODED} | {name: np.zeros(n) for name in (*NUMBERS, "kg")}
    # Two rows an event, a year of days: months, quarters and mixtures all come up.
    arrays |= {"drug": number % 3 + 1, "day": number // 2 * 60, "day_to": number // 2 * 60, "hour": np.zeros(n, np.int8)}
    arrays |= {name: arrays[name].astype(np.int32) for name in ("day", "day_to")} | {"has_quantity": np.ones(n, np.uint8)}
    arrays |= {"report": np.column_stack([number, number]).astype(np.uint64)}
    arrays |= {"event": np.column_stack([number // 2, number // 2]).astype(np.uint64)}
    arrays["day_to"][-1] += 400  # fits no step of the calendar
    builder = Builder()
    builder.add_coded(arrays, {name: ("", "1", "2", "3") for name in CODED})
    columns = builder.finish()
    place = (number // 2).astype(np.int32)
    # Counts of two bytes, and of four.
    for most_small in (n, 0):
        cube = PrefixCube(columns, place, build(columns, place, n, most_small))
        for drugs in ((), ("1",), ("1", "2")):
            cube.over(0, 300, drugs)
    for sigma in (2.0, 8.0):
        grid_density(np.full(2, 30.0), np.full(2, 30.0), np.ones(2), np.full(2, sigma), (60, 60))
