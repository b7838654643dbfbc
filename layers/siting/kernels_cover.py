"""Compiled loops of the cover models: which sets lie inside others, and the most demand that exchanging sites covers."""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def inside_another(bits: NDArray[np.uint64], size: NDArray[np.int64], order: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which sets are subsets of another one that stays; of equal sets the first in ``order`` stays.

    bits: uint64 (k, words), the sets. size: (k,) how many members. order: (k,) the sets by size, the largest first.
    """
    k, words = bits.shape
    gone = np.zeros(k, np.bool_)
    for a in range(1, k):
        small = order[a]
        for b in range(a):
            large = order[b]
            if gone[large]:
                continue
            within = True
            for w in range(words):
                if bits[small, w] & ~bits[large, w]:
                    within = False
                    break
            if within:
                gone[small] = True
                break
    return gone


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
def cover_greedy(first: NDArray[np.int64], row: NDArray[np.int64], weight: NDArray[np.float64], p: int) -> NDArray[np.int64]:
    """p candidates, each time the one that adds most demand. Candidate j covers the rows row[first[j]:first[j + 1]]."""
    m = len(first) - 1
    left, gain, sites = weight.copy(), np.zeros(m), np.zeros(p, np.int64)
    for k in range(p):
        for j in range(m):
            if gain[j] >= 0.0:
                gain[j] = 0.0
                for c in range(first[j], first[j + 1]):
                    gain[j] += left[row[c]]
        best = np.argmax(gain)
        sites[k] = best
        gain[best] = -1.0
        for c in range(first[best], first[best + 1]):
            left[row[c]] = 0.0
    return sites


@njit(cache=True, nogil=True)
def cover_exchange(
    first: NDArray[np.int64],
    row: NDArray[np.int64],
    weight: NDArray[np.float64],
    sites: NDArray[np.int64],
    allowed: NDArray[np.int64],
    least: float,
) -> float:
    """Swap one site for one of the allowed candidates as long as that covers more, the best swap first; changes sites.

    Returns the demand covered. least: what a swap must bring. Source: Teitz, Bart 1968, doi:10.1287/opre.16.5.955.
    """
    n, p = len(weight), len(sites)
    times, who = np.zeros(n, np.int64), np.zeros(n, np.int64)  # who: the sum of the sites' places; of one site, its place
    is_site = np.zeros(len(first) - 1, np.bool_)
    for k in range(p):
        is_site[sites[k]] = True
        for c in range(first[sites[k]], first[sites[k] + 1]):
            times[row[c]] += 1
            who[row[c]] += k
    loss, shared = np.zeros(p), np.zeros(p)
    while True:
        loss[:] = 0.0
        for i in range(n):
            if times[i] == 1:
                loss[who[i]] += weight[i]
        best, best_in, best_out = least, -1, -1
        for a in range(len(allowed)):
            j = allowed[a]
            if is_site[j]:
                continue
            gain = 0.0
            shared[:] = 0.0
            for c in range(first[j], first[j + 1]):
                i = row[c]
                if times[i] == 0:
                    gain += weight[i]
                elif times[i] == 1:
                    shared[who[i]] += weight[i]
            for k in range(p):
                if gain - loss[k] + shared[k] > best:
                    best, best_in, best_out = gain - loss[k] + shared[k], j, k
        if best_in < 0:
            break
        out = sites[best_out]
        for c in range(first[out], first[out + 1]):
            times[row[c]] -= 1
            who[row[c]] -= best_out
        for c in range(first[best_in], first[best_in + 1]):
            times[row[c]] += 1
            who[row[c]] += best_out
        is_site[out], is_site[best_in] = False, True
        sites[best_out] = best_in
    total = 0.0
    for i in range(n):
        if times[i] > 0:
            total += weight[i]
    return total


@njit(cache=True, nogil=True)
def cover_wander(
    first: NDArray[np.int64],
    row: NDArray[np.int64],
    weight: NDArray[np.float64],
    sites: NDArray[np.int64],
    allowed: NDArray[np.int64],
    rounds: int,
    least: float,
    state: NDArray[np.uint64],
) -> float:
    """Shake the best plan and exchange again, ``rounds`` times; sites is the best that was met. Returns the demand covered.

    Source: variable neighbourhood search, Hansen, Mladenovic 1997, doi:10.1016/S0966-8349(98)00030-8.
    """
    p = len(sites)
    best = cover_exchange(first, row, weight, sites, allowed, least)
    taken = np.zeros(len(first) - 1, np.bool_)
    strength, deepest = 1, max(1, min(12, p // 2 + 1))
    for _ in range(rounds):
        trial = sites.copy()
        taken[:] = False
        for k in range(p):
            taken[trial[k]] = True
        left = 0
        for a in range(len(allowed)):
            if not taken[allowed[a]]:
                left += 1
        for _ in range(min(strength, left)):
            come = allowed[_draw(state, len(allowed))]
            while taken[come]:
                come = allowed[_draw(state, len(allowed))]
            taken[come] = True  # who leaves stays marked, so that it does not come back at once
            trial[_draw(state, p)] = come
        covered = cover_exchange(first, row, weight, trial, allowed, least)
        if covered > best + least:
            best, strength = covered, 1
            sites[:] = trial
        else:
            strength = strength + 1 if strength < deepest else 1
    return best
