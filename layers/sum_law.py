"""The law of a sum of pieces each of which is there or not: how easily chance alone would bring so much together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
#: Steps of the lattice on which sums are added up.
STEPS = 1 << 15
#: Above this share the series of the law converges slowly, and so few neighbourhoods fit on a map that counting is enough.
LARGEST_SHARE = 1 / 3
#: The lattice ends where a sum so large has no chance worth a word: exp(-34) = 2e-15.
NO_CHANCE = 34.0
#: What the lattice may lose by rounding numbers (65,000 times 1e-16, and more with millions of pieces) and by rounding pieces (exp(-30)).
SLACK = 1e-10
#: Of Bernstein's t at exp(-30) for errors of half a step: t^2 = 60 (variance + t / 6), so t = 5 + sqrt(25 + 60 variance).
BERNSTEIN = 5.0


@dataclass(frozen=True)
class SumLaw:
    """Of the sum X of pieces, in the unit ``unit``, the largest piece. s, k: numbers s and K(s) of Chernoff's bound,
    P(X >= x) <= exp(K(s) - s x); empty where no piece is. tail: P(X >= step j) on a lattice, for each j; empty where the lattice was
    not made. allowed: by how much X may lie above its place on the lattice."""

    unit: float
    s: Floats
    k: Floats
    step: float
    allowed: float
    tail: Floats

    @property
    def is_known(self) -> bool:
        """Is there more than Chernoff's bound?"""
        return len(self.tail) > 0

    def at_least(self, x: Floats) -> Floats:
        """P(X >= x), float (n,): never below the truth, above it by little; 1 where nothing is known."""
        p = self.bound(x)
        if not self.is_known:
            return p
        place = np.clip(np.ceil((x / self.unit - self.allowed) / self.step), 0, len(self.tail)).astype(int)
        return np.asarray(np.minimum(p, np.append(self.tail, 0.0)[place] + SLACK))

    def bound(self, x: Floats) -> Floats:
        """Chernoff's bound, float (n,). Never quite 0: nothing is impossible."""
        if not len(self.s):
            return np.ones(len(x))
        return np.asarray(np.exp(np.clip((self.k[:, None] - self.s[:, None] * (x / self.unit)).min(axis=0), -690.0, 0.0)), np.float64)


def sum_law(amounts: Floats, share: float) -> SumLaw:
    """The law of X = sum of a_i B_i, the B_i independent, 1 with probability q = ``share``, else 0. amounts: (n,), above 0.

    The pieces are rounded to steps k_i of a lattice, and the law of their sum there is worked out whole from its transform,
        log E z^X = n log(1 - q) - sum_m (-r)^m / m H(z^m),   r = q / (1 - q),   H(z) = sum_i z^(k_i),
    all H(z^m) being values of one fast Fourier transform. Rounding shifts the mean by a known amount, which is taken back; beyond it the
    sum of the rounding errors is above t with a chance of exp(-30) at most (Bernstein), and x is lowered by that t. No simulation, no fit:
    few large pieces above much small change are as exact as anything else.
    Sources: Hong 2013, doi:10.1016/j.csda.2012.10.006 (transform); Bernstein 1924, as Boucheron, Lugosi & Massart 2013, eq. 2.10;
    Chernoff 1952, doi:10.1214/aoms/1177729330.
    """
    nothing = np.zeros(0)
    if not len(amounts) or not share > 0:
        return SumLaw(1.0, nothing, nothing, 1.0, 0.0, nothing)
    unit = float(amounts.max())
    amounts = amounts / unit
    s, k = _chernoff(amounts, share)
    end = min(float(((k + NO_CHANCE) / s).min()), float(amounts.sum()))
    step = end * 1.02 / STEPS
    if share > LARGEST_SHARE or amounts.max() >= step * (STEPS - 1):
        return SumLaw(unit, s, k, 1.0, 0.0, nothing)
    place = amounts / step
    whole = np.rint(place)
    off = whole - place
    shift, spread = share * float(off.sum()), share * float((off**2).sum())
    allowed = min(BERNSTEIN + np.sqrt(BERNSTEIN**2 + 60 * spread) - shift, float(np.maximum(-off, 0).sum()) + 1e-6)
    return SumLaw(unit, s, k, step, allowed * step, _tail(np.bincount(whole.astype(int), minlength=STEPS), share))


def _tail(many: NDArray[np.int64], share: float) -> Floats:
    """P(sum >= j steps) of pieces of which many[k] have k steps."""
    n, ratio = int(many.sum()), share / (1 - share)
    waves = np.fft.fft(many)
    at = np.arange(STEPS // 2 + 1)
    terms = max(int(np.ceil(np.log(1e-14 / n) / np.log(ratio))), 2)
    log_transform = np.full(len(at), n * np.log1p(-share), np.complex128)
    for m in range(1, terms + 1):
        log_transform -= (-ratio) ** m / m * waves[(m * at) % STEPS]
    chance = np.maximum(np.fft.irfft(np.exp(log_transform), STEPS), 0.0)
    return np.asarray(np.minimum(np.cumsum(chance[::-1])[::-1], 1.0))


def _chernoff(amounts: Floats, share: float) -> tuple[Floats, Floats]:
    """Numbers s, and K(s) = sum over the pieces a of log(1 - q + q exp(s a)), the largest piece 1.

    Pieces are rounded up by at most 2 %: still a bound.
    """
    step = np.log(1.02)
    size, many = np.unique(np.ceil(np.log(np.maximum(amounts, np.finfo(float).tiny)) / step), return_counts=True)
    size = np.exp(step * size)
    s = np.geomspace(1e-5, 500, 200)
    # log(1 - q + q e^u), without overflow.
    each = np.logaddexp(np.log1p(-min(share, 1 - 1e-16)), np.log(share) + s[:, None] * size)
    return s, each @ many
