"""Where sites should stand, beside spopt with CBC and beside HiGHS on the full model, in one run; and the p-median at 900 x 900.

Every objective is compared with the peer's before a time is believed.
"""

import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measure import Figure, not_measured
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, eye_array, hstack, kron, vstack

from geodata.settings import Settings

#: A peer is ended after so many seconds; building its model is not counted in them. Then its time is what it took at least.
PEER_S = 60
TIMES_COVER, TIMES_MEDIAN, TIMES_HIGHS = 30, 10, 3
MEDIAN_900_S = 60

Table = NDArray[np.float64]


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """The peers come with requirements-bench.txt; without them their rows say so and the others are measured."""
    from layers.siting.compiling import warm_up

    warm_up()
    yield from _large_medians()
    yield _hard_cover()
    yield _median_beside_highs()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import spopt  # noqa: F401
    except ImportError as problem:
        yield not_measured("maximal cover and p-median beside spopt", problem)
        return
    yield _cover_beside_spopt()
    yield _median_beside_spopt()


def places(rows: int, candidates: int, seed: int) -> tuple[Table, Table]:
    """(km (rows, candidates), weights): a third of the demand anywhere in 500 x 500 km, the rest around twelve towns."""
    draw = np.random.default_rng(seed)
    towns = draw.uniform(0, 500, (12, 2))
    demand = towns[draw.integers(0, 12, rows)] + draw.normal(0, 30, (rows, 2))
    demand[::3] = draw.uniform(0, 500, demand[::3].shape)
    sites = draw.uniform(0, 500, (candidates, 2))
    return np.hypot(*(demand[:, None] - sites).transpose(2, 0, 1)), np.round(draw.lognormal(0, 1.5, rows), 3)


def _cover_beside_spopt() -> Figure:
    from spopt.locate import MCLP

    from layers.siting import max_coverage

    cost, weights = places(5_000, 1_000, 1)
    ours, plan = _timed(lambda: max_coverage(cost, weights, 10, 40.0))
    theirs, objective = _spopt(lambda: MCLP.from_cost_matrix(cost, weights, 40.0, 10))
    _same(plan.objective, objective, theirs, is_maximum=True)
    _proven(plan)
    return Figure("maximal cover, 5,000 x 1,000, p = 10, proven", "s", ours, theirs, "spopt and CBC", theirs / TIMES_COVER)


def _median_beside_spopt() -> Figure:
    from spopt.locate import PMedian

    from layers.siting import p_median

    cost, weights = places(1_000, 200, 1)
    ours, plan = _timed(lambda: p_median(cost, weights, 20))
    theirs, objective = _spopt(lambda: PMedian.from_cost_matrix(cost, weights, 20))
    _same(plan.objective, objective, theirs, is_maximum=False)
    _proven(plan)
    return Figure("p-median, 1,000 x 200, p = 20, proven", "s", ours, theirs, f"spopt and CBC, at most {PEER_S} s", theirs / TIMES_MEDIAN)


def _median_beside_highs() -> Figure:
    from layers.siting import p_median

    cost, weights = places(1_000, 200, 1)
    ours, plan = _timed(lambda: p_median(cost, weights, 20))
    theirs, objective = _timed(lambda: _full_highs(cost * weights[:, None], 20))
    _same(plan.objective, objective, theirs, is_maximum=False)
    _proven(plan)
    return Figure(
        "p-median, 1,000 x 200, p = 20, beside HiGHS", "s", ours, theirs, f"the full model, at most {PEER_S} s", theirs / TIMES_HIGHS
    )


def _hard_cover() -> Figure:
    """A cover whose linear relaxation is 0.4 % off: no limit is promised, so that nobody takes the figure below for every cover's."""
    from layers.siting import max_coverage

    cost, weights = places(5_000, 1_000, 1)
    taken, plan = _timed(lambda: max_coverage(cost, weights, 20, 40.0))
    return Figure(f"maximal cover, 5,000 x 1,000, p = 20, a hard one, {_said(plan)}", "s", taken)


def _said(plan: Any) -> str:
    return "proven" if plan.status == "optimal" else f"gap {plan.gap:.2%}"


def _large_medians() -> Iterator[Figure]:
    from layers.siting import p_median

    cost, weights = places(900, 900, 2)
    for p in (5, 20, 90):
        taken, plan = _timed(lambda p=p: p_median(cost, weights, p, time_limit_s=MEDIAN_900_S))
        yield Figure(f"p-median, 900 x 900, p = {p}, {_said(plan)}", "s", taken, most=MEDIAN_900_S if plan.gap <= 0.005 else 0)


def _full_highs(cost: Table, p: int) -> float:
    """The objective of min sum c x with one x for each pair, x <= y, as it stands in a textbook."""
    from layers.siting.highs import Program, solve
    from layers.siting.plan import Clock

    n, m = cost.shape
    served = hstack([csr_array((n, m)), kron(eye_array(n), np.ones((1, m)))])
    linked = hstack([vstack([eye_array(m)] * n), diags_array(np.full(n * m, -1.0))])
    number = csr_array(np.concatenate([np.ones(m), np.zeros(n * m)])[None])
    program = Program(
        gain=np.concatenate([np.zeros(m), cost.ravel()]),
        low=np.zeros(m + n * m),
        high=np.ones(m + n * m),
        is_whole=np.arange(m + n * m) < m,
        rows=csr_array(vstack([served, linked, number], format="csr")),
        row_low=np.concatenate([np.ones(n), np.zeros(n * m), [p]]),
        row_high=np.concatenate([np.ones(n), np.full(n * m, np.inf), [p]]),
        is_maximum=False,
    )
    answer = solve(program, Clock(PEER_S))
    return np.inf if answer.values is None else float(program.gain @ answer.values)


def _spopt(build: Any) -> tuple[float, float]:
    """Seconds and objective, the model's building included: nobody gets an answer without it."""
    import pulp

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        taken, model = _timed(lambda: build().solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=PEER_S), results=False))
    return taken, float(pulp.value(model.problem.objective))


def _timed(work: Any) -> tuple[float, Any]:
    started = time.perf_counter()
    done = work()
    return time.perf_counter() - started, done


def _same(ours: float, theirs: float, seconds: float, is_maximum: bool) -> None:
    """Equal; or, where the peer's time was cut, not worse."""
    worse = (theirs - ours if is_maximum else ours - theirs) / abs(ours)
    if worse > 1e-6 or (seconds < PEER_S and worse < -1e-6):
        raise RuntimeError(f"ours says {ours}, the peer {theirs}")


def _proven(plan: Any) -> None:
    if plan.status != "optimal":
        raise RuntimeError(f"not proven: gap {plan.gap:.3%}")
