"""Chance by simulation: what neighbourhoods sum up to when amounts fall anywhere. For kilograms, which follow no known law."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from geodata.errors import WrongTable
from layers.hotspots import Floats, Tail
from layers.neighbourhoods import with_itself
from layers.plain_numbers import plain, unit_free
from layers.sum_law import SumLaw, sum_law

#: Simulated sums wanted for each size of neighbourhood, and the fewest and most maps that are drawn for them.
WANTED_SUMS, FEWEST_MAPS, MOST_MAPS = 150_000, 199, 1999
#: Draws of a simulation in all: it must end within a second.
MOST_DRAWS = 8_000_000
#: Pieces beyond the largest that many fall as one smooth amount (normal, same mean and variance): they are many and small.
SINGLE_PIECES = 50_000
#: Where fewer simulated sums than this reach a value, its p comes from the law of the sum.
SEEN = 10
Tailed = Callable[[Floats, SumLaw, Floats], Floats]


@dataclass(frozen=True)
class Chance:
    """What chance brought. sums: ascending, for each kind of neighbourhood. kind: which of them each of n cells has, -1: not known.
    laws: for each kind the law of its sum. times: by how much the truth may be larger than that law says."""

    sums: list[Floats]
    kind: NDArray[np.int64]
    laws: list[SumLaw]
    times: float = 1.0

    def tail(self, around: Floats) -> Tail:
        """One-sided p of each of n neighbourhood sums; see `permutation_tail`."""
        upper, lower = np.full(len(self.kind), np.nan), np.full(len(self.kind), np.nan)
        for number, (sums, law) in enumerate(zip(self.sums, self.laws, strict=True)):
            mine = self.kind == number
            upper[mine], lower[mine] = self._upper(sums, law, around[mine]), _lower(sums, law, around[mine])
        return Tail(upper, lower)

    def limits(self, p: float) -> tuple[Floats, Floats]:
        """Per cell the sum from which the two-sided p is at most ``p``, and the sum up to which it is; inf and -inf where none is."""
        high, low = np.full(len(self.kind), np.inf), np.full(len(self.kind), -np.inf)
        for number, (sums, law) in enumerate(zip(self.sums, self.laws, strict=True)):
            mine, most = self.kind == number, float(sums[-1])
            high[mine] = _crossing(self._upper, sums, law, p / 2, 0.0, 1000 * most, np.inf)
            low[mine] = _crossing(_lower, sums, law, p / 2, most, 0.0, -np.inf)
        return high, low

    def _upper(self, sums: Floats, law: SumLaw, around: Floats) -> Floats:
        """P(sum >= around): by counting; far out by the law of the sum."""
        n = len(sums)
        # Adding up in another order may leave the last place different.
        reached = n - np.searchsorted(sums, around * (1 - 1e-9), side="left")
        p = np.asarray((1.0 + reached) / (1.0 + n), np.float64)
        far = reached < SEEN
        # Continuous with counting at its edge; where there is only a bound, counting is the other one.
        p[far] = np.minimum(self.times * law.at_least(around[far]), (1.0 + SEEN) / (1.0 + n) if law.is_known else p[far])
        return p


def permutation_tail(
    values: ArrayLike, neighbours: object, seed: int, pieces: ArrayLike | None = None, exposure: ArrayLike | None = None
) -> Tail:
    """How easily chance alone would bring so much, or so little, into each neighbourhood: one-sided p, (n,) each; NaN where not known.

    values: (n,), not negative, NaN where not known. neighbours: (n, n), binary. seed: same seed, same answer.
    Were there no hotspot, any cell would be as good as any other. Without ``pieces`` whole cells change places: the values are
    permuted. With ``pieces`` (the kilograms of single events, any number) each of them falls into a cell by itself, by its exposure
    ((n,), 1 each if not given): several seizures in one cell then count as more than one large one, and an event spread over cells
    is on the safe side. p is (1 + simulated sums at least as large) / (1 + simulated sums); where fewer than ten reach the value, the law
    of the sum is worked out (`sum_law.sum_law`), which errs upwards and by little. Nothing is fitted: a fit to small change says nothing
    about the gap above it. Whole cells are drawn without putting back; that makes m of n cells at most twice as likely to reach a
    value as cells that come by themselves with probability m / n (the number of those is m or more in half of all cases): p is twice
    theirs. A neighbourhood with more than a third of the map is counted only (or by Chernoff's bound). lower is counted only.
    Source: Davison & Hinkley 1997, Bootstrap Methods and their Application, eq. 4.11 (counting); `sum_law.sum_law`.
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
    amounts = None if pieces is None else plain(pieces, "the amount of each piece")
    if amounts is not None:
        amounts = np.sort(amounts[np.isfinite(amounts) & (amounts > 0)])[::-1]
        if x[known].sum() > amounts.sum() * (1 + 1e-6):
            raise WrongTable(f"Pieces of {amounts.sum():g} in all came for {x[known].sum():g} on the map: every piece of it was wanted.")
    if exposure is not None:
        if amounts is None:
            raise WrongTable("An exposure came without pieces: whole cells change places only where all are alike.")
        watched = plain(exposure, "one exposure for each cell")
        known &= np.isfinite(watched) & (watched > 0)
        watched = unit_free(np.where(known, watched, 0.0))
        kind[known] = np.arange(known.sum())
        maps = _many(len(amounts), 1, MOST_DRAWS)
        falls = watched[known] / watched[known].sum()
        drawn = np.array(list(_fallen(amounts, falls, maps, random))).reshape(maps, -1)
        inside = csr_array(inside[known][:, known])
        return Chance(list(np.sort(inside @ drawn.T, axis=1)), kind, [sum_law(amounts, float(share)) for share in inside @ falls])
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
    laws = [sum_law(x[known & (x > 0)] if amounts is None else amounts, float(size) / n) for size in sizes]
    return Chance([np.sort(np.concatenate(sums)) for sums in found], kind, laws, times=2.0 if amounts is None else 1.0)


def checked(values: ArrayLike, neighbours: object) -> tuple[Floats, csr_array]:
    """Values and binary neighbours, each cell its own. Raises WrongTable when they cannot be used."""
    x = plain(values, "one amount for each cell")
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


def _crossing(tail: Tailed, sums: Floats, law: SumLaw, p: float, no: float, yes: float, nowhere: float) -> float:
    """From which sum on, going from ``no`` to ``yes``, the tail is at most ``p``; ``nowhere`` if it is not even at the end."""
    if tail(sums, law, np.array([no]))[0] <= p:
        return no
    if not tail(sums, law, np.array([yes]))[0] <= p:
        return nowhere
    for _ in range(5):  # 400 places each: far below any kilogram
        tried = np.linspace(no, yes, 400)
        first = int(np.argmax(tail(sums, law, tried) <= p))
        no, yes = float(tried[first - 1]), float(tried[first])
    return yes


def _lower(sums: Floats, law: SumLaw, around: Floats) -> Floats:
    """P(sum <= around), by counting."""
    return np.asarray((1.0 + np.searchsorted(sums, around * (1 + 1e-9), side="right")) / (1.0 + len(sums)), np.float64)
