"""The maximal cover's answer: a bound and a few branches of our own first, then HiGHS on what these leave open."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack, vstack

from layers.siting.branching import Search, search, tables_of_cover
from layers.siting.highs import Program, solve
from layers.siting.plan import Clock
from layers.siting.sets import Merged, dominated, merged

#: A question that so many branches do not decide is one for a solver with cuts.
BRANCHES = 150


def best_cover(rows: Merged, p: int, clock: Clock) -> tuple[NDArray[np.int64], float, bool]:
    """(places of p candidates, no plan covers more than this, is it proven); there are more than p candidates, and p is at least 1."""
    everything = float(rows.weight.sum())
    found = search(tables_of_cover(rows.near, rows.weight), p, np.zeros(0, np.int64), None, clock, BRANCHES)
    if found.is_proven or clock.is_over:
        return found.sites, everything - found.bound, found.is_proven
    sites, bound, is_proven = _by_highs(rows, p, found, clock)
    return sites, min(bound, everything - found.bound), is_proven


def _by_highs(rows: Merged, p: int, found: Search, clock: Clock) -> tuple[NDArray[np.int64], float, bool]:
    """What a plan better than ``found`` may look like, as an integer program. Where there is none, found is the best."""
    served: NDArray[np.bool_] = np.asarray(rows.near[:, found.opened].any(axis=1))
    free = np.setdiff1d(found.kept, found.opened)
    left = merged(rows.near[:, free] & ~served[:, None], rows.weight)
    keep = ~dominated(left.near)
    more = p - len(found.opened)
    if keep.sum() < more:
        keep[:] = True
    free, left = free[keep], left._replace(near=left.near[:, keep])
    before = float(rows.weight[served].sum())
    covered = float(rows.weight[rows.near[:, found.sites].any(axis=1)].sum())
    answer = solve(_program(left, more, covered - before), clock)
    if answer.values is None:
        return found.sites, covered if answer.is_impossible else before + answer.bound, answer.is_impossible
    return np.concatenate([found.opened, free[answer.values[: len(free)] > 0.5]]), before + answer.bound, answer.is_proven


def _program(rows: Merged, p: int, at_least: float) -> Program:
    # A row with one candidate needs no variable of its own: its weight is that candidate's.
    alone = rows.near.sum(axis=1) == 1
    n, m = int((~alone).sum()), rows.near.shape[1]
    own = np.bincount(rows.near[alone].argmax(axis=1), rows.weight[alone], minlength=m) if alone.any() else np.zeros(m)
    gain = np.concatenate([own, rows.weight[~alone]])
    links = hstack([csr_array(rows.near[~alone].astype(np.float64)), diags_array(np.full(n, -1.0))])
    is_site = np.arange(m + n) < m
    return Program(
        gain=gain,
        low=np.zeros(m + n),
        high=np.ones(m + n),
        is_whole=is_site,
        rows=csr_array(vstack([links, csr_array(np.stack([is_site.astype(np.float64), gain]))], format="csr")),
        row_low=np.concatenate([np.zeros(n), [p, at_least - 1e-9 * abs(at_least)]]),
        row_high=np.concatenate([np.full(n, np.inf), [p, np.inf]]),
    )
