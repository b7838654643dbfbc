"""Chance by simulation: what neighbourhoods sum up to when amounts fall anywhere. For kilograms, which follow no known law."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geodata.errors import WrongTable
from layers.hotspots import Floats, Tail
from layers.neighbourhoods import with_itself

#: Simulated sums wanted for each size of neighbourhood, and the fewest and most maps that are drawn for them.
WANTED_SUMS, FEWEST_MAPS, MOST_MAPS = 150_000, 199, 1999
#: Draws of a simulation in all: it must end within a second.
MOST_DRAWS = 8_000_000
#: Pieces beyond the largest that many fall as one smooth amount (normal, same mean and variance): they are many and small.
SINGLE_PIECES = 50_000
#: The tail is fitted to the largest sums, that many of them, and used where fewer than `SEEN` sums reach the value.
TAIL, SEEN = 250, 10
#: With fewer excesses than this nothing is fitted.
LEAST_TAIL = 40
#: A fitted p is never below this share of the smallest one that counting could give.
FURTHEST = 0.01
Tailed = Callable[[Floats, tuple[Floats, Floats], Floats], Floats]


@dataclass(frozen=True)
class Chance:
    """What chance brought. sums: ascending, for each kind of neighbourhood. kind: which of them each of n cells has, -1: not known.
    bounds: for each kind the numbers s and K(s) of `_bound`; empty where whole cells change places."""

    sums: list[Floats]
    kind: NDArray[np.int64]
    bounds: list[tuple[Floats, Floats]]

    def tail(self, around: Floats) -> Tail:
        """One-sided p of each of n neighbourhood sums; see `permutation_tail`."""
        upper, lower = np.full(len(self.kind), np.nan), np.full(len(self.kind), np.nan)
        for number, (sums, bound) in enumerate(zip(self.sums, self.bounds, strict=True)):
            mine = self.kind == number
            upper[mine], lower[mine] = _upper(sums, bound, around[mine]), _lower(sums, bound, around[mine])
        return Tail(upper, lower)

    def limits(self, p: float) -> tuple[Floats, Floats]:
        """Per cell the sum from which the two-sided p is at most ``p``, and the sum up to which it is; inf and -inf where none is."""
        high, low = np.full(len(self.kind), np.inf), np.full(len(self.kind), -np.inf)
        for number, (sums, bound) in enumerate(zip(self.sums, self.bounds, strict=True)):
            mine, most = self.kind == number, float(sums[-1])
            high[mine] = _crossing(_upper, sums, bound, p / 2, 0.0, 1000 * most, np.inf)
            low[mine] = _crossing(_lower, sums, bound, p / 2, most, 0.0, -np.inf)
        return high, low


def permutation_tail(
    values: ArrayLike, neighbours: object, seed: int, pieces: ArrayLike | None = None, exposure: ArrayLike | None = None
) -> Tail:
    """How easily chance alone would bring so much, or so little, into each neighbourhood: one-sided p, (n,) each; NaN where not known.

    values: (n,), not negative, NaN where not known. neighbours: (n, n), binary. seed: same seed, same answer.
    Were there no hotspot, any cell would be as good as any other. Without ``pieces`` whole cells change places: the values are
    permuted. With ``pieces`` (the kilograms of single events, any number) each of them falls into a cell by itself, by its exposure
    ((n,), 1 each if not given): several seizures in one cell then count as more than one large one, and an event spread over cells
    is on the safe side. p is (1 + simulated sums at least as large) / (1 + simulated sums); where fewer than ten reach the value, a
    generalised Pareto tail is fitted to the largest 250, never thinner than exponential, and never below a hundredth of the smallest
    p that counting can give. Pieces that fall by themselves have besides a bound that no chance exceeds (Chernoff), which is smaller
    far out: then that is p. lower is counted only.
    Source: Knijnenburg et al. 2009, doi:10.1093/bioinformatics/btp211 (tail fit); Zhang & Stephens 2009, doi:10.1198/tech.2009.08017;
    Chernoff 1952, doi:10.1214/aoms/1177729330.
    """
    x, inside = checked(values, neighbours)
    around = np.full(len(x), np.nan)
    known = np.isfinite(x)
    around[known] = inside[known][:, known] @ x[known]
    return chance(x, inside, seed, pieces, exposure).tail(around)


def chance(x: Floats, inside: csr_array, seed: int, pieces: ArrayLike | None = None, exposure: ArrayLike | None = None) -> Chance:
    """The simulated sums behind `permutation_tail`; x and inside as `checked` gives them."""
    known, random = np.isfinite(x), np.random.default_rng(seed)
    kind = np.full(len(x), -1, np.int64)
    amounts = None if pieces is None else np.asarray(pieces, float)
    if amounts is not None:
        amounts = np.sort(amounts[np.isfinite(amounts) & (amounts > 0)])[::-1]
        if x[known].sum() > amounts.sum() * (1 + 1e-6):
            raise WrongTable(f"Pieces of {amounts.sum():g} in all came for {x[known].sum():g} on the map: every piece of it was wanted.")
    if exposure is not None:
        if amounts is None:
            raise WrongTable("An exposure came without pieces: whole cells change places only where all are alike.")
        watched = np.asarray(exposure, float)
        known &= np.isfinite(watched) & (watched > 0)
        kind[known] = np.arange(known.sum())
        maps = _many(len(amounts), 1, MOST_DRAWS)
        falls = watched[known] / watched[known].sum()
        drawn = np.array(list(_fallen(amounts, falls, maps, random))).reshape(maps, -1)
        inside = csr_array(inside[known][:, known])
        return Chance(list(np.sort(inside @ drawn.T, axis=1)), kind, [_bound(amounts, share) for share in inside @ falls])
    sizes, kind[known] = np.unique(inside[known][:, known].sum(axis=1).astype(int), return_inverse=True)
    n = int(known.sum())
    if n == 0:
        return Chance([], kind, [])
    maps = _many(n if amounts is None else len(amounts), n // int(sizes[-1]), MOST_DRAWS)
    drawn_maps = (
        (random.permutation(x[known]) for _ in range(maps)) if amounts is None else _fallen(amounts, np.full(n, 1 / n), maps, random)
    )
    found: list[list[Floats]] = [[] for _ in sizes]
    for drawn in drawn_maps:
        for sums, size in zip(found, sizes, strict=True):
            # Cells are alike here, so any group of that many is a neighbourhood; groups that share no cell are less alike.
            sums.append(drawn[: n // size * size].reshape(-1, size).sum(axis=1))
    bounds = [(np.zeros(0), np.zeros(0)) if amounts is None else _bound(amounts, float(size) / n) for size in sizes]
    return Chance([np.sort(np.concatenate(sums)) for sums in found], kind, bounds)


def checked(values: ArrayLike, neighbours: object) -> tuple[Floats, csr_array]:
    """Values and binary neighbours, each cell its own. Raises WrongTable when they cannot be used."""
    x = np.asarray(values, float)
    if x.ndim != 1 or (x < 0).any():
        raise WrongTable(f"Values in the shape {x.shape}, or some below 0, came: one amount from 0 on for each cell was wanted.")
    inside = with_itself(neighbours, len(x))
    return np.where(np.isfinite(x), x, np.nan), csr_array((np.ones_like(inside.data), inside.indices, inside.indptr), shape=inside.shape)


def _many(draws_each: int, groups: int, most_draws: int) -> int:
    """Maps to draw: enough sums, but no more draws than there is time for."""
    affordable = max(most_draws // max(min(draws_each, SINGLE_PIECES), 1), FEWEST_MAPS)
    return int(np.clip(-(-WANTED_SUMS // max(groups, 1)), FEWEST_MAPS, min(MOST_MAPS, affordable)))


def _fallen(amounts: Floats, share: Floats, maps: int, random: np.random.Generator) -> Iterator[Floats]:
    """Maps on which each amount has fallen into one cell, by the cells' shares. amounts: descending."""
    single, small = amounts[:SINGLE_PIECES], amounts[SINGLE_PIECES:]
    equal = len(share) > 0 and bool((share == share[0]).all())
    upto = np.cumsum(share)
    for _ in range(maps):
        if equal:
            cell = random.integers(0, len(share), len(single))
        else:
            cell = np.minimum(np.searchsorted(upto, random.random(len(single)), side="right"), len(share) - 1)
        drawn = np.bincount(cell, weights=single, minlength=len(share)).astype(float)
        if len(small):
            spread = np.sqrt((small**2).sum() * share * (1 - share))
            drawn += np.maximum(random.normal(small.sum() * share, spread), 0.0)
        yield drawn


def _bound(amounts: Floats, share: float) -> tuple[Floats, Floats]:
    """Numbers s, and K(s) = sum over the pieces a of log(1 - q + q exp(s a)), each piece falling in with probability q = ``share``.

    For any s, P(sum >= x) <= exp(K(s) - s x). Pieces are rounded up by at most 2 %, which keeps the bound one.
    """
    if not len(amounts):
        return np.zeros(0), np.zeros(0)
    step = np.log(1.02)
    size, many = np.unique(np.ceil(np.log(amounts / amounts.max()) / step), return_counts=True)
    size = np.exp(step * size) * amounts.max()
    s = np.geomspace(1e-5, 500, 200) / size.max()
    # log(1 - q + q e^u), without overflow.
    each = np.logaddexp(np.log1p(-min(share, 1 - 1e-16)), np.log(share) + s[:, None] * size)
    return s, each @ many


def _crossing(tail: Tailed, sums: Floats, bound: tuple[Floats, Floats], p: float, no: float, yes: float, nowhere: float) -> float:
    """From which sum on, going from ``no`` to ``yes``, the tail is at most ``p``; ``nowhere`` if it is not even at the end."""
    if tail(sums, bound, np.array([no]))[0] <= p:
        return no
    if not tail(sums, bound, np.array([yes]))[0] <= p:
        return nowhere
    for _ in range(5):  # 400 places each: far below any kilogram
        tried = np.linspace(no, yes, 400)
        first = int(np.argmax(tail(sums, bound, tried) <= p))
        no, yes = float(tried[first - 1]), float(tried[first])
    return yes


def _upper(sums: Floats, bound: tuple[Floats, Floats], around: Floats) -> Floats:
    """P(sum >= around): by counting; far out by the fitted tail, or by the bound where that is smaller."""
    n = len(sums)
    # Adding up in another order may leave the last place different.
    reached = n - np.searchsorted(sums, around * (1 - 1e-9), side="left")
    p = np.asarray((1.0 + reached) / (1.0 + n), np.float64)
    far = reached < SEEN
    if far.any():
        p[far] = np.minimum(_fitted(sums, around[far], p[far]), _bounded(bound, around[far]))
    return p


def _lower(sums: Floats, bound: tuple[Floats, Floats], around: Floats) -> Floats:
    """P(sum <= around), by counting."""
    return np.asarray((1.0 + np.searchsorted(sums, around * (1 + 1e-9), side="right")) / (1.0 + len(sums)), np.float64)


def _bounded(bound: tuple[Floats, Floats], around: Floats) -> Floats:
    s, k = bound
    if not len(s):
        return np.ones(len(around))
    # Never quite 0: nothing is impossible.
    return np.asarray(np.exp(np.clip((k[:, None] - s[:, None] * around).min(axis=0), -690.0, 0.0)), np.float64)


def _fitted(sums: Floats, around: Floats, counted: Floats) -> Floats:
    """P(sum >= around) by a generalised Pareto tail on the largest sums; ``counted`` where too few differ for one."""
    n = len(sums)
    top = min(TAIL, n // 10)
    if top < LEAST_TAIL:
        return counted
    limit = sums[n - top - 1]
    above = sums[n - top :] - limit
    above = above[above > 1e-9 * limit]  # sums that equal the limit belong below it
    if len(above) < LEAST_TAIL or above[-1] <= above[0] * (1 + 1e-9):
        return counted
    shape, scale = _pareto(above)
    over = np.maximum(around - limit, 0.0) / scale
    fitted = len(above) / n * (np.exp(-over) if shape < 1e-6 else (1 + shape * over) ** (-1 / shape))
    # Continuous with counting at its edge.
    return np.asarray(np.clip(fitted, FURTHEST / (1.0 + n), (1.0 + SEEN) / (1.0 + n)), np.float64)


def _pareto(above: Floats) -> tuple[float, float]:
    """Shape (from 0 on) and scale of the generalised Pareto law of m positive excesses, ascending. Source: Zhang & Stephens 2009."""
    m = len(above)
    tried = 30 + int(np.sqrt(m))
    quartile = above[int(m / 4 + 0.5) - 1]
    b = 1 / above[-1] + (1 - np.sqrt(tried / (np.arange(1, tried + 1) - 0.5))) / (3 * quartile)
    k = np.log1p(-b[:, None] * above).mean(axis=1)
    likely = m * (np.log(-b / k) - k - 1)
    weight = np.exp(likely - likely.max())
    best = float((b * weight).sum() / weight.sum())
    shape = float(np.log1p(-best * above).mean())
    return (shape, -shape / best) if shape > 0 else (0.0, float(above.mean()))
