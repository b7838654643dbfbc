"""Emerging hot spots: Gi* through space and time, and what each place's history of hot and cold steps is called."""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geodata.errors import WrongTable
from layers.hotspots import FLAT, Floats, Tail, binomial_tail
from layers.neighbourhoods import with_itself
from layers.plain_numbers import plain, unit_free
from layers.trends import mann_kendall

KINDS = ("new", "consecutive", "intensifying", "persistent", "diminishing", "sporadic", "oscillating", "historical")
#: Every class that `classify` can give, in the order in which pages number them.
CLASSES = ("none", *(f"{kind}_hot" for kind in KINDS), *(f"{kind}_cold" for kind in KINDS))
#: |z| from which a step is hot or cold where nothing better is known: 5 %, two-sided.
CRITICAL_Z = 1.959963984540054
#: Below this many steps the trend test finds little.
FEW_STEPS = 10
Window = Literal["cube", "steps"]


def space_time_gi_star(values: ArrayLike, neighbours: object, back: int = 1, window: Window = "cube") -> Floats:
    """Gi* of n places in t steps, as z, float (n, t).

    values: (n, t), NaN where not known. neighbours: (n, n) scipy sparse, binary, the diagonal set. A bin's neighbourhood is the places
    around it in its own step and the ``back`` steps before it (fewer at the start). It is compared with all bins of the cube
    (window "cube", Esri's default), or with all bins of the same steps (window "steps": growth of the whole is then no hotspot, and
    with back 0 it is `hotspots.gi_star` step by step). Formula and edge cases: `hotspots.gi_star`. NaN where the value is not known.
    Source: Esri, How Create Space Time Cube and Emerging Hot Spot Analysis work; Ord & Getis 1995.
    """
    x, weights = _cube(values, neighbours)
    if back < 0 or window not in ("cube", "steps"):
        raise WrongTable(f"back={back}, window={window!r} came: back from 0 on, and window cube or steps was wanted.")
    known = np.isfinite(x)
    if not known.any():
        return np.full(x.shape, np.nan)
    x = unit_free(np.where(known, x, 0.0))
    level = x[known].mean()
    x = np.where(known, x - level, 0.0)  # near 0, so that squares lose nothing
    scale = np.abs(level) + np.abs(x).max()
    sums = _with_past(weights @ x, back)
    total, squares = _weights_inside(weights, known, back)
    n, mean, spread = _window(x, known, back, window)
    # A spread that is only the noise of adding up is a flat window.
    spread = np.where(spread > FLAT * scale, spread, 0.0)
    room = n * squares - total**2
    below = spread * np.sqrt(np.where(room > FLAT * n * squares, room, 0.0) / np.maximum(n - 1, 1))
    z = np.divide(sums - mean * total, below, out=np.zeros(x.shape), where=below > 0)
    return np.where(known, z, np.nan)


def space_time_tail(counts: ArrayLike, neighbours: object, exposure: ArrayLike | None = None, back: int = 1) -> Tail:
    """`hotspots.count_tail` of each bin: so many events around a place in a step and the ``back`` before it, given all of those steps.

    counts: (n, t), NaN where not known (a step without reports: NaN for all). exposure: (n,), 1 each if not given.
    Conditional on the steps' own totals: a month in which everybody reports more makes nothing hot. (n, t) each, NaN where not known.
    """
    x, weights = _cube(counts, neighbours)
    watched = np.ones(len(x)) if exposure is None else plain(exposure, "one exposure for each place")
    if watched.shape != (len(x),) or (watched < 0).any() or (x < 0).any():
        raise WrongTable("Counts from 0 on, and one exposure from 0 on for each place, were wanted.")
    watched = unit_free(np.where(np.isfinite(watched), watched, 0.0))
    known = np.isfinite(x) & (watched > 0)[:, None]
    x = np.where(known, x, 0.0)
    inside = csr_array((np.ones_like(weights.data), weights.indices, weights.indptr), shape=weights.shape)
    under = known * watched[:, None]
    k, total = _with_past(inside @ x, back), _with_past(x.sum(axis=0, keepdims=True), back)
    below = np.broadcast_to(_with_past(under.sum(axis=0, keepdims=True), back), x.shape)
    share = np.divide(_with_past(inside @ under, back), below, out=np.ones(x.shape), where=below > 0)
    tail = binomial_tail(np.minimum(k, total), np.broadcast_to(total, x.shape), np.minimum(share, 1.0))
    return Tail(*(np.where(known, part, np.nan) for part in tail))


def classify(z: ArrayLike, state: ArrayLike | None = None, alpha: float = 0.05) -> NDArray[np.str_]:
    """What each place's history is called: n of `CLASSES`.

    z: (n, t), Gi* of each place and step; NaN steps are not known and left out. state: (n, t), 1 hot, -1 cold, 0 neither (what a test of
    counts found); from |z| >= 1.96 if not given. alpha: of the two-sided Mann-Kendall trend of z.
    For hot; cold is its mirror. "Hot for 90 %": hot in at least 90 % of the known steps. The first that fits:
      new           hot in the last step and never before
      consecutive   one unbroken run of at least two hot steps up to the last, never hot before that run, and not hot for 90 %
      intensifying  hot for 90 %, the last among them, and z rises (Mann-Kendall)
      diminishing   hot for 90 %, the last among them, and z falls
      persistent    hot for 90 %, the last among them, and z neither rises nor falls
      sporadic      hot in the last step, on and off before, not for 90 %, and never cold
      oscillating   hot in the last step, cold in some step before, not hot for 90 %
      historical    not hot in the last step, hot for 90 %
      none          anything else
    Below ten steps the trend test has little power: intensifying and diminishing are then mostly called persistent.
    A single known step that is hot is new. Source: Esri, How Emerging Hot Spot Analysis works (ArcGIS Pro).
    """
    scores = plain(z, "(places, steps)")
    if scores.ndim != 2:
        raise WrongTable(f"z came in the shape {scores.shape}: (places, steps) was wanted.")
    if state is None:
        marks = (scores >= CRITICAL_Z).astype(np.int8) - (scores <= -CRITICAL_Z).astype(np.int8)
    else:
        marks = np.sign(np.nan_to_num(plain(state, "1, -1 or 0 for each place and step"))).astype(np.int8)
        if marks.shape != scores.shape:
            raise WrongTable(f"States came in the shape {marks.shape} for z in {scores.shape}: the same was wanted.")
    known = ~np.isnan(scores)
    marks = np.where(known, marks, 0)
    found = np.full(len(scores), "none", dtype="<U17")
    touched = (marks != 0).any(axis=1)
    if not touched.any():
        return found
    trend = np.zeros(len(scores), np.int8)
    tested = mann_kendall(scores[touched])
    trend[touched] = np.where(tested.p < alpha, np.sign(tested.s), 0)
    for side, name in ((-1, "cold"), (1, "hot")):
        for kind, fits in _rules(marks * side, known, trend * side):
            found[fits] = f"{kind}_{name}"
    return found


def _rules(marks: NDArray[np.int8], known: NDArray[np.bool_], trend: NDArray[np.int8]) -> list[tuple[str, NDArray[np.bool_]]]:
    """Each kind with the places it fits, each place at most once. marks: 1 on this side, -1 on the other."""
    hot, cold = marks > 0, marks < 0
    n_known, n_hot = known.sum(axis=1), hot.sum(axis=1)
    # The unbroken run at the end: hot steps after the last known step that was not.
    broken = (known & ~hot)[:, ::-1]
    until = np.where(broken.any(axis=1), broken.argmax(axis=1), marks.shape[1])
    run = (hot[:, ::-1] & (np.arange(marks.shape[1]) < until[:, None])).sum(axis=1)
    last = run > 0
    most = (10 * n_hot >= 9 * n_known) & (n_hot > 0)
    new = last & (n_hot == 1)
    consecutive = (run >= 2) & (run == n_hot) & ~most
    always, rest = last & most & ~new, last & ~most & ~new & ~consecutive
    ever_cold = cold.any(axis=1)
    return [
        ("new", new),
        ("consecutive", consecutive),
        ("intensifying", always & (trend > 0)),
        ("diminishing", always & (trend < 0)),
        ("persistent", always & (trend == 0)),
        ("sporadic", rest & ~ever_cold),
        ("oscillating", rest & ever_cold),
        ("historical", ~last & most),
    ]


def _cube(values: ArrayLike, neighbours: object) -> tuple[Floats, csr_array]:
    x = plain(values, "(places, steps)")
    if x.ndim != 2:
        raise WrongTable(f"Values came in the shape {x.shape}: (places, steps) was wanted.")
    return x, with_itself(neighbours, len(x))


def _with_past(steps: Floats, back: int) -> Floats:
    """Each column with the ``back`` columns before it added."""
    found = np.array(steps, float)
    for lag in range(1, min(back, steps.shape[1] - 1) + 1):
        found[:, lag:] += steps[:, : steps.shape[1] - lag]
    return found


def _weights_inside(weights: csr_array, known: NDArray[np.bool_], back: int) -> tuple[Floats, Floats]:
    """Sum of the weights, and of their squares, of the known bins in each bin's neighbourhood, broadcastable to (n, t)."""
    if known.all():
        # Every step looks alike but for how many come before it.
        depth = np.minimum(np.arange(known.shape[1]), back) + 1.0
        return weights.sum(axis=1)[:, None] * depth, weights.multiply(weights).sum(axis=1)[:, None] * depth
    there = known.astype(float)
    return _with_past(weights @ there, back), _with_past(csr_array(weights.multiply(weights)) @ there, back)


def _window(x: Floats, known: NDArray[np.bool_], back: int, window: Window) -> tuple[Floats, Floats, Floats]:
    """Number, mean and standard deviation of the bins that a bin is compared with, (1, t) each; x is 0 where not known."""
    n, total = known.sum(axis=0, keepdims=True).astype(float), x.sum(axis=0, keepdims=True)
    squares = (x**2).sum(axis=0, keepdims=True)
    if window == "cube":
        n, total, squares = (np.full(part.shape, part.sum()) for part in (n, total, squares))
    else:
        n, total, squares = (_with_past(part, back) for part in (n, total, squares))
    n = np.maximum(n, 1.0)
    mean = total / n
    return n, mean, np.sqrt(np.maximum(squares / n - mean**2, 0.0))
