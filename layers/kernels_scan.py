"""Compiled loops of the space-time scan: the strongest cylinder of the data, and of the data with its dates dealt out anew."""

import math

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
def ratio(observed: float, expected: float, total: float) -> float:
    """log((c/mu)^c ((C-c)/(C-mu))^(C-c)), 0 where no more than expected came. Kulldorff et al. 2005, doi:10.1371/journal.pmed.0020059."""
    if observed <= expected or expected <= 0.0:
        return 0.0
    inside = observed * math.log(observed / expected)
    return inside if observed >= total else inside + (total - observed) * math.log((total - observed) / (total - expected))


@njit(cache=True, nogil=True)
def chain_best(
    chain_from: NDArray[np.int64],
    chain_unit: NDArray[np.int32],
    expected: NDArray[np.float64],
    counts: NDArray[np.int32],
    total: float,
    least: int,
    best: NDArray[np.float64],
    at: NDArray[np.int64],
    window: NDArray[np.int32],
) -> float:
    """The strongest cylinder of every chain, written into best, at (position in chain_unit) and window, each (k,). Returns the largest.

    chain_from: int64 (k + 1,). counts: int32 (u, w), cases of each unit by the window in which they are counted first. expected: float
    (len(chain_unit), w), of each prefix and window. least: cylinders of fewer cases do not count.
    """
    n_windows = counts.shape[1]
    run = np.zeros(n_windows, np.int64)
    largest = 0.0
    for chain in range(len(chain_from) - 1):
        run[:] = 0
        best[chain], at[chain], window[chain] = 0.0, -1, -1
        for place in range(chain_from[chain], chain_from[chain + 1]):
            unit = chain_unit[place]
            more = 0
            for w in range(n_windows):
                more += counts[unit, w]
                run[w] += counts[unit, w]
            # A prefix that ends with a unit without recent cases is never stronger than the shorter one.
            if more == 0:
                continue
            inside = 0
            for w in range(n_windows):
                inside += run[w]
                if inside >= least and inside > expected[place, w]:
                    value = ratio(inside, expected[place, w], total)
                    if value > best[chain]:
                        best[chain], at[chain], window[chain] = value, place, w
        largest = max(largest, best[chain])
    return largest


@njit(cache=True, nogil=True)
def largest_by_chance(
    case_from: NDArray[np.int64],
    case_unit: NDArray[np.int32],
    stratum_from: NDArray[np.int64],
    stratum_case: NDArray[np.int64],
    recent_from: NDArray[np.int64],
    recent_window: NDArray[np.int32],
    chain_from: NDArray[np.int64],
    chain_unit: NDArray[np.int32],
    expected: NDArray[np.float64],
    n_units: int,
    least: int,
    n_simulations: int,
    seed: int,
) -> NDArray[np.float64]:
    """The largest statistic of each simulation, float (n_simulations,): dates dealt out anew among the cases of each stratum.

    case_from, case_unit: the units of each case. stratum_case: the cases, stratum by stratum. recent_window: windows of the recent cases
    of each stratum; only these need to be dealt out, because only cylinders that end at the last day count.
    """
    n_windows = expected.shape[1]
    total = float(len(case_from) - 1)
    order = stratum_case.copy()
    counts = np.zeros((n_units, n_windows), np.int32)
    n_chains = len(chain_from) - 1
    best, at, window = np.zeros(n_chains), np.zeros(n_chains, np.int64), np.zeros(n_chains, np.int32)
    state = np.full(1, seed, np.uint64)
    answer = np.zeros(n_simulations)
    for simulation in range(n_simulations):
        counts[:] = 0
        for stratum in range(len(stratum_from) - 1):
            first, last = stratum_from[stratum], stratum_from[stratum + 1]
            for turn in range(recent_from[stratum + 1] - recent_from[stratum]):
                here = first + turn
                there = here + _draw(state, last - here)
                order[here], order[there] = order[there], order[here]
                w = recent_window[recent_from[stratum] + turn]
                case = order[here]
                for place in range(case_from[case], case_from[case + 1]):
                    counts[case_unit[place], w] += 1
        answer[simulation] = chain_best(chain_from, chain_unit, expected, counts, total, least, best, at, window)
    return answer
