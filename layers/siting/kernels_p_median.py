"""Compiled loops of the p-median: the best plan that exchanging sites finds, and the bound that multipliers prove.

Distances are already multiplied by weight where it says ``cost``; ``transposed`` is the same table with candidates as rows.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

#: splitmix64: Steele, Lea, Flood 2014, doi:10.1145/2660193.2660195.
_STEP, _MIX_1, _MIX_2 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


@njit(cache=True, nogil=True)
def _draw(state: NDArray[np.uint64], below: int) -> int:
    """A whole number 0..below-1; moves the state on."""
    state[0] += _STEP
    mixed = state[0]
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    mixed = mixed ^ (mixed >> np.uint64(31))
    return int(np.float64(mixed >> np.uint64(11)) * _TO_UNIT * below)


@njit(cache=True, nogil=True)
def _nearest_two(
    transposed: NDArray[np.float64],
    sites: NDArray[np.int64],
    i: int,
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    at: NDArray[np.int64],
    other: NDArray[np.int64],
) -> None:
    """Cost and place (in sites) of the nearest and the second nearest site of row i."""
    a, b, at_a, at_b = np.inf, np.inf, -1, -1
    for k in range(len(sites)):
        v = transposed[sites[k], i]
        if v < a:
            b, at_b = a, at_a
            a, at_a = v, k
        elif v < b:
            b, at_b = v, k
    first[i], second[i], at[i], other[i] = a, b, at_a, at_b


@njit(cache=True, nogil=True)
def exchange(
    transposed: NDArray[np.float64],
    sites: NDArray[np.int64],
    locked: int,
    allowed: NDArray[np.int64],
    least: float,
) -> float:
    """Swap one site for one candidate as long as that lowers the total cost, the best swap first; changes sites. Returns the cost.

    transposed: float (m, n), finite. sites: int64 (p,), the first ``locked`` stay. allowed: the candidates that may come in.
    least: what a swap must bring, more than the rounding of sums.
    Source: Teitz, Bart 1968, doi:10.1287/opre.16.5.955; evaluated as Whitaker 1983 does: one pass over the rows for each candidate.
    """
    n, p = transposed.shape[1], len(sites)
    first, second = np.empty(n), np.empty(n)
    at, other = np.empty(n, np.int64), np.empty(n, np.int64)
    is_site = np.zeros(transposed.shape[0], np.bool_)
    for k in range(p):
        is_site[sites[k]] = True
    total = 0.0
    for i in range(n):
        _nearest_two(transposed, sites, i, first, second, at, other)
        total += first[i]
    if locked == p:
        return total
    loss = np.empty(p)
    alone = np.empty(p)
    while True:
        alone[:] = 0.0  # what leaving costs where nothing comes in; a newcomer can only make it less
        for i in range(n):
            alone[at[i]] += second[i] - first[i]
        best, best_in, best_out = -least, -1, -1
        for c in range(len(allowed)):
            j = allowed[c]
            if is_site[j]:
                continue
            loss[:] = alone
            gain = 0.0
            row = transposed[j]
            for i in range(n):
                v = row[i]
                if v < second[i]:
                    if v < first[i]:
                        gain += first[i] - v
                        loss[at[i]] -= second[i] - first[i]
                    else:
                        loss[at[i]] -= second[i] - v
            for k in range(locked, p):
                if loss[k] - gain < best:
                    best, best_in, best_out = loss[k] - gain, j, k
        if best_in < 0:
            break
        is_site[sites[best_out]] = False
        is_site[best_in] = True
        sites[best_out] = best_in
        row = transposed[best_in]
        for i in range(n):
            if at[i] == best_out or other[i] == best_out:
                _nearest_two(transposed, sites, i, first, second, at, other)
            elif row[i] < first[i]:
                second[i], other[i] = first[i], at[i]
                first[i], at[i] = row[i], best_out
            elif row[i] < second[i]:
                second[i], other[i] = row[i], best_out
    total = 0.0
    for i in range(n):
        total += first[i]
    return total


@njit(cache=True, nogil=True)
def greedy(transposed: NDArray[np.float64], sites: NDArray[np.int64], locked: int, allowed: NDArray[np.int64]) -> None:
    """Fill sites from place ``locked`` on, each time with the candidate that lowers the total cost most."""
    n = transposed.shape[1]
    now = np.full(n, np.inf)
    taken = np.zeros(transposed.shape[0], np.bool_)
    for k in range(locked):
        taken[sites[k]] = True
        now = np.minimum(now, transposed[sites[k]])
    for k in range(locked, len(sites)):
        best, best_at = np.inf, -1
        for c in range(len(allowed)):
            j = allowed[c]
            if taken[j]:
                continue
            total = 0.0
            row = transposed[j]
            for i in range(n):
                total += min(row[i], now[i])
            if total < best:
                best, best_at = total, j
        sites[k] = best_at
        taken[best_at] = True
        now = np.minimum(now, transposed[best_at])


@njit(cache=True, nogil=True)
def wander(
    transposed: NDArray[np.float64],
    sites: NDArray[np.int64],
    locked: int,
    allowed: NDArray[np.int64],
    rounds: int,
    least: float,
    state: NDArray[np.uint64],
) -> float:
    """Shake the best plan and exchange again, ``rounds`` times; sites is the best that was met. Returns its cost.

    Source: variable neighbourhood search, Hansen, Mladenovic 1997, doi:10.1016/S0966-8349(98)00030-8.
    """
    p = len(sites)
    best = exchange(transposed, sites, locked, allowed, least)
    free = p - locked
    if free == 0 or len(allowed) <= free:
        return best
    taken = np.zeros(transposed.shape[0], np.bool_)
    deepest = min(free, max(2, min(12, free // 3 + 1)))
    strength = 1
    for _ in range(rounds):
        trial = sites.copy()
        taken[:] = False
        for k in range(p):
            taken[trial[k]] = True
        left = len(allowed)
        for c in range(len(allowed)):
            if taken[allowed[c]]:
                left -= 1
        for _ in range(min(strength, left)):
            out = locked + _draw(state, free)
            come = allowed[_draw(state, len(allowed))]
            while taken[come]:
                come = allowed[_draw(state, len(allowed))]
            taken[come] = True  # who leaves stays marked, so that it does not come back at once
            trial[out] = come
        cost = exchange(transposed, trial, locked, allowed, least)
        if cost < best - least:
            best = cost
            sites[:] = trial
            strength = 1
        else:
            strength = strength + 1 if strength < deepest else 1
    return best


@njit(cache=True, nogil=True)
def evaluate(
    order: NDArray[np.int32],
    sorted_cost: NDArray[np.float64],
    ceiling: NDArray[np.float64],
    multiplier: NDArray[np.float64],
    locked: NDArray[np.int64],
    free: NDArray[np.int64],
    take: int,
    reduced: NDArray[np.float64],
    is_open: NDArray[np.bool_],
    slack: NDArray[np.float64],
) -> float:
    """The bound that the multipliers prove; writes reduced (m,), is_open (m,) and slack (n,) = 1 - sites that serve the row.

    order, sorted_cost: (n, k), each row's candidates by cost, inf where it has no more. ceiling: (n,), what it costs to leave the row alone
    (inf: it must be served); no multiplier is above it. locked: always open; of ``free`` the best ``take`` are opened.
    L(u) = sum u_i + sum over open j of rho_j,  rho_j = sum_i min(0, c_ij - u_i).  Source: Cornuejols, Fisher, Nemhauser 1977,
    doi:10.1287/mnsc.23.8.789.
    """
    n = len(multiplier)
    reduced[:] = 0.0
    bound = 0.0
    for i in range(n):
        u = multiplier[i]
        bound += u
        k = 0
        while k < sorted_cost.shape[1] and sorted_cost[i, k] < u:
            reduced[order[i, k]] += sorted_cost[i, k] - u
            k += 1
    is_open[:] = False
    for c in range(len(locked)):
        is_open[locked[c]] = True
        bound += reduced[locked[c]]
    ranked = np.argsort(reduced[free])
    for c in range(take):
        is_open[free[ranked[c]]] = True
        bound += reduced[free[ranked[c]]]
    for i in range(n):
        u = multiplier[i]
        served = 0
        k = 0
        while k < sorted_cost.shape[1] and sorted_cost[i, k] < u:
            if is_open[order[i, k]]:
                served += 1
            k += 1
        slack[i] = 0.0 if served == 0 and u >= ceiling[i] else 1.0 - served
    return bound


@njit(cache=True, nogil=True)
def ascend(
    order: NDArray[np.int32],
    sorted_cost: NDArray[np.float64],
    scale: NDArray[np.float64],
    ceiling: NDArray[np.float64],
    multiplier: NDArray[np.float64],
    locked: NDArray[np.int64],
    free: NDArray[np.int64],
    take: int,
    opened: NDArray[np.bool_],
    often: NDArray[np.float64],
    upper: float,
    enough: float,
    steps: int,
    patience: int,
    step: float,
) -> tuple[float, float]:
    """Climb the Lagrangian bound; multiplier (n,) becomes the best that was met. Returns the bound and the step length to go on with.

    scale: (n,) positive, how far each row's multiplier moves in one step (its weight: without it a row of a large weight never gets there).
    opened: bool (m,), becomes what the best multipliers open. often: (m,), the fading share of steps in which a candidate was open.
    upper: cost of the best known plan; stops when the bound reaches ``enough``. Directions are deflected by the last one.
    Source: Held, Wolfe, Crowder 1974, doi:10.1007/BF01580223; Camerini, Fratta, Maffioli 1975, doi:10.1007/BFb0120697.
    """
    n, m = sorted_cost.shape[0], len(often)
    reduced, is_open, slack = np.zeros(m), np.zeros(m, np.bool_), np.zeros(n)
    now, direction, least = multiplier.copy(), np.zeros(n), np.zeros(n)
    for i in range(n):
        least[i] = min(sorted_cost[i, 0], ceiling[i])
    best, stalled = -1e300, 0
    for _ in range(steps):
        bound = evaluate(order, sorted_cost, ceiling, now, locked, free, take, reduced, is_open, slack)
        for j in range(m):
            often[j] += 0.1 * ((1.0 if is_open[j] else 0.0) - often[j])
        if bound > best + 1e-9 * abs(best):
            if bound > best + 1e-5 * (upper - best):
                stalled = 0
            else:
                stalled += 1
            best = bound
            multiplier[:] = now
            opened[:] = is_open
            if best >= enough:
                break
        else:
            stalled += 1
        if stalled > patience:
            step *= 0.5
            stalled = 0
            now[:] = multiplier
            direction[:] = 0.0
            if step < 1e-5:
                break
            bound = evaluate(order, sorted_cost, ceiling, now, locked, free, take, reduced, is_open, slack)
        length, along = 0.0, 0.0
        for i in range(n):
            length += scale[i] * slack[i] * slack[i]
            along += scale[i] * slack[i] * direction[i]
        if length == 0.0:
            break
        keep = 0.7 if along >= 0.0 else 0.3
        length = 0.0
        for i in range(n):
            direction[i] = slack[i] + keep * direction[i]
            length += scale[i] * direction[i] * direction[i]
        if length == 0.0:
            break
        far = step * max(upper - bound, 1e-7 * abs(upper)) / length
        for i in range(n):
            now[i] = min(max(now[i] + far * scale[i] * direction[i], least[i]), ceiling[i])
    return best, step


@njit(cache=True, nogil=True)
def narrow(
    order: NDArray[np.int32], sorted_cost: NDArray[np.float64], place: NDArray[np.int32], left: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """The rows of order and sorted_cost with only the ``left`` candidates whose new place is not -1; place: int32 (m,)."""
    n, width = sorted_cost.shape
    longest = max(1, min(left, width))
    new_order, new_cost = np.zeros((n, longest), np.int32), np.full((n, longest), np.inf)
    for i in range(n):
        k = 0
        for c in range(width):
            if sorted_cost[i, c] == np.inf:
                break
            to = place[order[i, c]]
            if to >= 0:
                new_order[i, k] = to
                new_cost[i, k] = sorted_cost[i, c]
                k += 1
    return new_order, new_cost
