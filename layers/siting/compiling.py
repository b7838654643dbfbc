"""Compiling: the kernels of siting made ready, so that no plan's time is the compiler's."""

from functools import cache

import numpy as np


@cache
def warm_up() -> None:
    """Run every kernel on next to nothing; the compiler keeps what it made for the next start."""
    from layers.siting import branching, covering, kernels_cover
    from layers.siting.plan import Clock
    from layers.siting.sets import Merged

    draw = np.random.default_rng(1)
    cost = draw.integers(1, 50, (30, 16)).astype(np.float64)
    branching.search(branching.tables_of_costs(cost, np.ones(30)), 4, np.zeros(0, np.int64), None, Clock(np.inf))
    covering.best_cover(Merged(cost < 9, np.ones(30)), 4, Clock(np.inf))
    order = np.arange(2)
    kernels_cover.inside_another(np.zeros((2, 1), np.uint64), np.zeros(2, np.int64), order)
