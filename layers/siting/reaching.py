"""Reaching everybody: the fewest sites so that every row has one in reach, the core of set cover and p-centre."""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.siting.errors import SitingError
from layers.siting.highs import Program, solve
from layers.siting.plan import Clock
from layers.siting.sets import dominated, implied


class Reach(NamedTuple):
    """sites: places of candidates, None where none were found. at_least: nobody can do with fewer. is_proven: sites are as few as can be
    (or, asked with at_most, are few enough; or there are none that few)."""

    sites: NDArray[np.int64] | None
    at_least: int
    is_proven: bool


def fewest(near: NDArray[np.bool_], locked: NDArray[np.int64], clock: Clock, at_most: int | None = None, is_relaxed: bool = False) -> Reach:
    """The fewest candidates, the locked among them, that reach every row; every row has a candidate.

    near: bool (rows, candidates). at_most: sites that are this few will do. is_relaxed: the linear relaxation decides where it can, and
    is_proven is False where it cannot.
    """
    chosen, rows, columns = _reduced(near, locked)
    if not len(rows):
        is_few = at_most is None or len(chosen) <= at_most
        return Reach(np.sort(chosen) if is_few else None, len(chosen), True)
    left = near[np.ix_(rows, columns)]
    greedy = _greedy(left)
    if at_most is not None and len(chosen) + len(greedy) <= at_most:
        return Reach(np.sort(np.concatenate([chosen, columns[greedy]])), len(chosen) + 1, True)
    limit = math.inf if at_most is None else at_most - len(chosen)
    if limit < 1:
        return Reach(None, len(chosen) + 1, True)
    program = _program(left, limit)
    relaxed = solve(program, clock, is_relaxed=True)
    if relaxed.is_impossible:
        return Reach(None, (at_most or 0) + 1, True)
    need = len(chosen) + (math.ceil(relaxed.bound - 1e-6) if math.isfinite(relaxed.bound) else 1)
    if need == len(chosen) + len(greedy):
        return Reach(np.sort(np.concatenate([chosen, columns[greedy]])), need, True)
    if is_relaxed:
        return Reach(None, need, False)
    start = np.zeros(len(columns))
    start[greedy] = 1
    answer = solve(program, clock, start if len(greedy) <= limit else None, target=None if at_most is None else limit)
    if answer.is_impossible:
        return Reach(None, (at_most or 0) + 1, True)
    need = max(need, len(chosen) + (math.ceil(answer.bound - 1e-6) if math.isfinite(answer.bound) else 0))
    if answer.values is None:
        sites = None if at_most is not None else np.concatenate([chosen, columns[greedy]])
        return Reach(sites, need, False)
    sites = np.sort(np.concatenate([chosen, columns[answer.values > 0.5]]))
    return Reach(sites, need, answer.is_proven or len(sites) == need)


def sites_that_reach_all(cost: NDArray[np.float64], p: int, locked: NDArray[np.int64], clock: Clock) -> NDArray[np.int64]:
    """p sites, the locked among them, from which every row can be reached at all. Raises SitingError where p are too few."""
    reach = fewest(np.isfinite(cost), locked, clock, at_most=p)
    if reach.sites is None:
        need = f"at least {reach.at_least} are needed" if reach.is_proven else "none were found in the time"
        raise SitingError(f"{p} sites cannot reach every demand row (some costs are inf): {need}.")
    others = np.setdiff1d(np.arange(cost.shape[1]), reach.sites)
    return np.concatenate([reach.sites, others[: p - len(reach.sites)]])


def _reduced(near: NDArray[np.bool_], locked: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(candidates that some best plan has, rows and candidates that are left to decide about).

    Again and again: candidates inside others go, rows implied by others go, the only candidate of a row is chosen.
    Source: Toregas, ReVelle 1973, doi:10.1016/0305-0548(73)90028-X (reductions of the set cover).
    """
    chosen = list(locked)
    rows = np.flatnonzero(~near[:, locked].any(axis=1))
    columns = np.setdiff1d(np.arange(near.shape[1]), locked)
    while len(rows):
        left = near[np.ix_(rows, columns)]
        before = left.shape
        keep = ~implied(left)
        rows, left = rows[keep], left[keep]
        keep = ~dominated(left)
        columns, left = columns[keep], left[:, keep]
        only = np.unique(left[left.sum(axis=1) == 1].argmax(axis=1)) if (left.sum(axis=1) == 1).any() else np.zeros(0, int)
        if len(only):
            chosen += list(columns[only])
            open_rows = ~left[:, only].any(axis=1)
            rows, columns = rows[open_rows], np.delete(columns, only)
        elif left.shape == before:
            break
    return np.array(chosen, np.int64), rows, columns


def _greedy(near: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Most uncovered rows first; then whoever is not needed goes."""
    open_rows, chosen = np.ones(len(near), bool), []
    while open_rows.any():
        best = int(near[open_rows].sum(axis=0).argmax())
        chosen.append(best)
        open_rows &= ~near[:, best]
    for site in list(chosen):
        others = [other for other in chosen if other != site]
        if others and near[:, others].any(axis=1).all():
            chosen = others
    return np.array(chosen, np.int64)


def _program(near: NDArray[np.bool_], limit: float) -> Program:
    rows = csr_array(np.vstack([near, np.ones((1, near.shape[1]), bool)]).astype(np.float64))
    n, m = near.shape
    return Program(
        gain=np.ones(m),
        low=np.zeros(m),
        high=np.ones(m),
        is_whole=np.ones(m, bool),
        rows=rows,
        row_low=np.concatenate([np.ones(n), [1.0]]),
        row_high=np.concatenate([np.full(n, np.inf), [limit]]),
        is_maximum=False,
    )
