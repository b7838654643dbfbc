"""Effect: did what is recorded around an office change more, from before it opened to after, than along the rest of the line?

Difference in differences of counts. With T0, T1 recorded around the office before and after, C0, C1 on the comparison stretches:
ratio = (T1 / T0) / (C1 / C0), each count with a half added (Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x). The variance of its
logarithm is phi (1/T0 + 1/T1 + 1/C0 + 1/C1); phi is how unlike the changes of the comparison stretches are among themselves, Pearson's
statistic over its degrees of freedom, never below 1 (McCullagh & Nelder 1989, 4.5), and the interval is Student's with these degrees, since
it is the stretches that were compared, not the events; where stretches change each by a share of its own beyond chance, the variance
between them counts instead if it is larger (Donald & Lang 2007, doi:10.1162/rest.89.2.221). Beside it the same ratio for each
comparison stretch as if the office stood there (Abadie, Diamond & Hainmueller 2010, doi:10.1198/jasa.2009.ap08746): p = share of stretches,
the office's own among them, whose ratio is at least as far from 1. Recorded seizures follow enforcement: more of them after an office
opened may be the office's work and no more traffic.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import t as student

from layers.changes import Window

#: Fewer events than this, around the office or on all comparison stretches, are not judged; nor are fewer stretches than FEWEST.
LEAST_EVENTS, FEWEST = 10, 5
ALPHA, POWER = 0.05, 0.8
Verdict = Literal["more", "fewer", "none_seen", "differed_before", "too_few"]


class Ratio(NamedTuple):
    """One difference in differences. before, after: events of those judged; other_before, other_after: of the comparison stretches.

    ratio, low, high: with its two-sided 95 % interval; p: two-sided, Student; NaN where there are too few events. phi: see the module.
    seen_from: the change, as a factor above 1, that would have been found in four cases of five.
    """

    before: int
    after: int
    other_before: int
    other_after: int
    ratio: float
    low: float
    high: float
    p: float
    phi: float
    seen_from: float

    @property
    def is_judged(self) -> bool:
        return bool(np.isfinite(self.p))


@dataclass(frozen=True)
class Effect:
    """around: the office's own stretches; beside: their neighbours against the same comparison, the test of displacement; early: around,
    with an opening pretended half way through the time before, the placebo test. pretended: ratio of each comparison stretch as if the
    office stood there, float (c,), NaN with too few events; rank_p: see the module, NaN without any. months: known months before, after.
    """

    around: Ratio
    beside: Ratio
    early: Ratio
    pretended: NDArray[np.float64]
    rank_p: float
    months: tuple[int, int]

    @property
    def verdict(self) -> Verdict:
        """What may be said. differed_before: what the office did cannot be told from what went on already."""
        if not self.around.is_judged:
            return "too_few"
        if self.early.is_judged and self.early.p < ALPHA:
            return "differed_before"
        if self.around.p >= ALPHA:
            return "none_seen"
        return "more" if self.around.ratio > 1 else "fewer"

    @property
    def moved(self) -> bool:
        """Fewer around the office and more beside it: it may have moved there."""
        return self.verdict == "fewer" and self.beside.is_judged and self.beside.p < ALPHA and self.beside.ratio > 1


def effect(
    counts: ArrayLike,
    known: ArrayLike,
    around: ArrayLike,
    beside: ArrayLike,
    compared: ArrayLike,
    before: Window,
    after: Window,
) -> Effect:
    """counts: events, whole numbers (stretches, months). known: did anybody report, bool (months,); other months count for nobody.

    around, beside, compared: which stretches are the office's own, their neighbours, the comparison, bool (stretches,), none in two of
    them. before, after: months, not overlapping; those of building work may lie between them. Raises ValueError for stretches in two parts.
    """
    n, heard = np.asarray(counts), np.asarray(known, bool)
    parts = [np.asarray(part, bool) for part in (around, beside, compared)]
    if np.sum(parts, axis=0).max(initial=0) > 1:
        raise ValueError("A stretch came in two parts: it is around the office, beside it, or compared with.")
    if before.last >= after.first:
        raise ValueError(f"The time before ends in month {before.last}, not before the time after, which begins in {after.first}.")
    both = _sums(n, heard, before), _sums(n, heard, after)
    middle = (before.first + before.last + 1) // 2
    early = _sums(n, heard, Window(before.first, middle - 1)), _sums(n, heard, Window(middle, before.last))
    own, near, other = parts
    found = _ratio(*both, own, other)
    pretended = np.full(int(other.sum()), np.nan)
    for k, stretch in enumerate(np.flatnonzero(other).tolist()):
        alone = np.arange(len(other)) == stretch
        pretended[k] = _ratio(*both, alone, other & ~alone, least=1).ratio
    far = np.abs(np.log(pretended[np.isfinite(pretended)]))
    rank_p = (1 + int((far >= abs(np.log(found.ratio))).sum())) / (1 + len(far)) if found.is_judged and len(far) else float("nan")
    return Effect(
        found, _ratio(*both, near, other), _ratio(*early, own, other), pretended, rank_p, (_known(heard, before), _known(heard, after))
    )


def _ratio(
    before: NDArray[np.int64], after: NDArray[np.int64], own: NDArray[np.bool_], other: NDArray[np.bool_], least: int = LEAST_EVENTS
) -> Ratio:
    t0, t1, c0, c1 = (int(part[which].sum()) for which in (own, other) for part in (before, after))
    counted = (before + after)[other]
    told = counted > 0
    nan = float("nan")
    if t0 + t1 < least or c0 + c1 < LEAST_EVENTS or told.sum() < FEWEST:
        return Ratio(t0, t1, c0, c1, nan, nan, nan, nan, nan, nan)
    degrees = int(told.sum()) - 1
    share = c1 / (c0 + c1)
    # Where all comparison stretches changed from something to nothing, or back, their changes are all alike.
    spread = ((after[other] - counted * share)[told] ** 2 / counted[told]).sum() / (share * (1 - share)) if 0 < share < 1 else 0.0
    phi = max(1.0, float(spread) / degrees)
    halves = np.array([t0, t1, c0, c1]) + 0.5
    log = float(np.log(halves[1] / halves[0]) - np.log(halves[3] / halves[2]))
    # A busy stretch swings by its share, not by its chance: then their spread does not get less with more events.
    error = float(
        np.sqrt(max(phi * (1 / halves).sum(), (1 / halves).sum() + (1 + 1 / (degrees + 1)) * _between(before[other], after[other])))
    )
    wide = float(student.ppf(1 - ALPHA / 2, degrees)) * error
    seen_from = float(np.exp(wide + float(student.ppf(POWER, degrees)) * error))
    p = float(2 * student.sf(abs(log) / error, degrees))
    return Ratio(t0, t1, c0, c1, float(np.exp(log)), float(np.exp(log - wide)), float(np.exp(log + wide)), p, phi, seen_from)


def _between(before: NDArray[np.int64], after: NDArray[np.int64]) -> float:
    """Variance of the logarithm of the changes among stretches, beyond chance: DerSimonian & Laird 1986,
    doi:10.1016/0197-2456(86)90046-2."""
    told = before + after > 0
    b, a = before[told] + 0.5, after[told] + 0.5
    change, weight = np.log(a / b), 1 / (1 / a + 1 / b)
    q = (weight * (change - (weight * change).sum() / weight.sum()) ** 2).sum()
    return max(0.0, float((q - (len(change) - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())))


def _sums(counts: NDArray[np.int64], known: NDArray[np.bool_], window: Window) -> NDArray[np.int64]:
    inside = slice(max(window.first, 0), max(window.last + 1, 0))
    return np.asarray(counts[:, inside][:, known[inside]].sum(axis=1), np.int64)


def _known(known: NDArray[np.bool_], window: Window) -> int:
    return int(known[max(window.first, 0) : max(window.last + 1, 0)].sum())
