"""Hot cells: which cells and which border sections of a view hold more, or less, than chance would bring them."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from layers.hotspots import FLAT, Floats, Tail, count_tail, gi_star, lower_tail, q_values, upper_tail
from layers.material import Material
from layers.neighbourhoods import of_cells, of_line
from layers.permutations import Chance, chance, checked

#: Shares of false ones among what is called hot or cold, weakest strength first (Benjamini-Hochberg): 90, 95 and 99 %.
ALPHAS = (0.10, 0.05, 0.01)
#: Kinds: 0 none, 1..3 hot by strength, 4..6 cold by strength, 7 silent.
NOTHING, HOT, COLD, SILENT = 0, 1, 4, 7
#: Below this many events in the period a map of hot cells says little; below the other, a neighbourhood is single cases.
FEW_EVENTS, SINGLE_CASES = 30, 5
#: Seed of the simulation behind kilograms.
SEED = 4
#: A neighbourhood that had so many reports before that nothing now has a smaller chance than this went silent: that is not cold.
SILENT_CHANCE = 0.05
#: A neighbourhood in which fewer events than this were recorded in all months was never a place of records: few there is not cold.
EVER = 1.0
Method = Literal["count_tail", "permutation"]


@dataclass(frozen=True)
class Found:
    """n cells or sections. All of the period, of the view's events.

    kind: uint8, see `HOT`, `COLD`, `SILENT`. z: Gi*, for drawing. p: two-sided, conditional on the total, before the correction for many
    tests; q: after it. n: events, kg: kilograms on the thing itself. around: the neighbourhood's sum, itself included, of the measure;
    around_n: of events. expected: what `around` would be without any hotspot. single: hot by fewer than 5 events, bool.
    high, low: the sums of the neighbourhood from which, and up to which, it would be hot or cold (strength 90 %) on this map;
    inf and -inf where none would be.
    """

    kind: NDArray[np.uint8]
    z: Floats
    p: Floats
    q: Floats
    n: Floats
    kg: Floats
    around: Floats
    around_n: Floats
    expected: Floats
    single: NDArray[np.bool_]
    high: Floats
    low: Floats

    @property
    def is_hot(self) -> NDArray[np.bool_]:
        return (self.kind >= HOT) & (self.kind < COLD)

    @property
    def is_cold(self) -> NDArray[np.bool_]:
        return (self.kind >= COLD) & (self.kind < SILENT)


@dataclass(frozen=True)
class Hot:
    """The hot map of a view. n_events, kg: on the known cells in the period. reported: was there any report at all in the period."""

    cells: Found
    sections: Found
    n_events: float
    kg: float
    measure: Literal["count", "weight"]
    method: Method
    is_small: bool
    n_tested: int
    reported: bool


def find(material: Material, neighbours: csr_array | None = None, seed: int = SEED, exposure: Floats | None = None) -> Hot:
    """Hot and cold cells and sections of the chosen months.

    neighbours: of the study area's cells, `of_cells(material.cells)` if not given. Counts are judged by the conditional binomial tail
    (`hotspots.count_tail`), kilograms by simulation (`permutations.permutation_tail`, every event's kilograms a piece; seed fixed),
    sections by both with their length in km as exposure. Two-sided, Benjamini-Hochberg over all cells, and over all sections.
    A cell that would be cold, but whose neighbourhood had reports before and none now, is silent; one in whose neighbourhood less than
    one event was recorded in all months together (`ever_recorded`) is of no kind.
    exposure: of each cell, the share of the chosen months in which whoever records there reported anything, 0..1; 1 each if not given.
    Counts are expected in proportion to it. Where it is 0 nothing is known: the cell is in no neighbourhood, of no kind, its z and p NaN.
    """
    near = of_cells(material.cells) if neighbours is None else neighbours
    period = slice(material.first, max(material.last, material.first - 1) + 1)
    n, kg = (_over_months(part, period) for part in (material.cell_n, material.cell_kg))
    reported = bool(material.reported[period].any())
    known = np.ones(len(n), np.bool_) if exposure is None else np.asarray(exposure > 0, np.bool_)
    pieces = _pieces(material, known) if material.measure == "weight" else None
    # Kilograms fall one by one: simulated on cells that differ in exposure, each would need maps of its own.
    under = exposure[known] if exposure is not None and pieces is None else None
    cells = _spread_out(_judge(n[known], kg[known], csr_array(near[known][:, known]), pieces, under, seed, reported), known)
    silent = cells.is_cold & _went_silent(material, near, period)
    never = cells.is_cold & ~ever_recorded(material, near, known)
    return Hot(
        cells=_with_kind(cells, np.where(never, NOTHING, np.where(silent, SILENT, cells.kind)).astype(np.uint8)),
        sections=sections(material, seed),
        n_events=float(n[known].sum()),
        kg=float(kg[known].sum()),
        measure=material.measure,
        method="permutation" if material.measure == "weight" else "count_tail",
        is_small=float(n[known].sum()) < FEW_EVENTS,
        n_tested=int(known.sum()),
        reported=reported,
    )


def sections(material: Material, seed: int = SEED) -> Found:
    """Hot and cold sections alone: a section with the one before and after it, by km of border. z is Gi* of events (or kg) per km.

    A section is named, so what is said of it must hold of itself: hot only where its own rate is above the line's as well, cold only
    where it is below. Else a section with one report between two busy ones would carry their colour.
    """
    period = slice(material.first, max(material.last, material.first - 1) + 1)
    n, kg = material.section_n[period].sum(axis=0).astype(float), material.section_kg[period].sum(axis=0)
    here = _in_period(material) & (material.happenings.section >= 0)
    pieces = material.happenings.kg[here] if material.measure == "weight" else None
    reported = bool(material.reported[period].any())
    found = _judge(n, kg, of_line(len(n)), pieces, material.section_km, seed, reported)
    own = n if pieces is None else kg
    usual = own.sum() * material.section_km / max(material.section_km.sum(), np.finfo(float).tiny)
    agrees = np.where(found.is_hot, own > usual, own < usual)
    kind = np.where(agrees, found.kind, NOTHING).astype(np.uint8)
    return _with_kind(found, kind)


def _judge(n: Floats, kg: Floats, near: csr_array, pieces: Floats | None, exposure: Floats | None, seed: int, reported: bool) -> Found:
    """pieces: kilograms of single events; None: judge the counts."""
    values = n if pieces is None else kg
    size = len(values)
    under = np.ones(size) if exposure is None else exposure
    around, share = near @ values, near @ under / max(under.sum(), np.finfo(float).tiny)
    law = None
    if not reported or not values.sum() > 0:
        tail = Tail(np.ones(size), np.ones(size))
    elif pieces is None:
        tail = count_tail(n, near, exposure)
    else:
        law = chance(*checked(values, near), seed, pieces, exposure)
        tail = law.tail(around)
    p = tail.both
    q = q_values(p)
    strength = (q <= np.array(ALPHAS)[:, None] * (1 + FLAT)).sum(axis=0)
    upward = tail.upper <= tail.lower
    kind = np.where(strength > 0, strength + np.where(upward, HOT - 1, COLD - 1), NOTHING).astype(np.uint8)
    found = strength > 0
    # A hair above the largest p found, so that the cell that has it lies within its own limit.
    limit = float(p[found].max()) * (1 + 1e-5) if found.any() else 0.0
    high, low = _limits(values.sum(), share, limit, law)
    around_n = near @ n
    density = np.divide(values, under, out=np.full(size, np.nan), where=under > 0)
    z = gi_star(density, near)
    single = (kind >= HOT) & (kind < COLD) & (around_n < SINGLE_CASES)
    return Found(kind, np.nan_to_num(z), p, q, n, kg, around, around_n, values.sum() * share, single, high, low)


def _limits(total: float, share: Floats, p: float, law: Chance | None) -> tuple[Floats, Floats]:
    """Sums from which, and up to which, the two-sided p of a neighbourhood is at most ``p``; see `Found`."""
    if p <= 0:
        return np.full(len(share), np.inf), np.full(len(share), -np.inf)
    if law is not None:
        return law.limits(p)
    distinct, which = np.unique(share, return_inverse=True)
    high, low = _bisect(distinct, total, p, upper=True), _bisect(distinct, total, p, upper=False)
    return high[which], low[which]


def _bisect(share: Floats, total: float, p: float, upper: bool) -> Floats:
    """The real-valued sum at which the one-sided tail is ``p`` / 2; both tails are monotone in it. Forty-five halvings."""
    one_sided = upper_tail if upper else lower_tail
    inside, outside = np.full(len(share), total if upper else 0.0), total * share
    reaches = 2 * one_sided(inside, total, share) <= p
    for _ in range(45):
        middle = (inside + outside) / 2
        small = 2 * one_sided(middle, total, share) <= p
        inside, outside = np.where(small, middle, inside), np.where(small, outside, middle)
    return np.where(reaches, inside, np.inf if upper else -np.inf)


def ever_recorded(material: Material, near: csr_array, known: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Cells in whose neighbourhood at least one event of the view was recorded in any month, before, in or after the period, (c,).

    near: (c, c), binary, itself included. known: cells that are compared at all, bool (c,); what lies on others does not count.
    The study area has cells that only the wide circles of vaguely placed events touch: nothing recorded there is nothing known.
    """
    return np.asarray(near @ (_over_months(material.cell_n, slice(None)) * known) >= EVER * (1 - 1e-6), np.bool_)


def _over_months(amounts: csr_array, period: slice) -> Floats:
    """Sum of each column of (months, cells) over some months, float (cells,)."""
    return np.asarray(csr_array(amounts[period]).sum(axis=0), float).ravel()


def _pieces(material: Material, known: NDArray[np.bool_]) -> Floats:
    """Kilograms of each event of the period that lie on known cells: of one that is spread over others too, its share on these."""
    here = _in_period(material) & (material.happenings.footprint >= 0)
    inside = np.asarray(material.shapes @ known.astype(float))
    return np.asarray(material.happenings.kg[here] * inside[material.happenings.footprint[here]])


def _in_period(material: Material) -> NDArray[np.bool_]:
    month = material.happenings.month
    return (month >= max(material.first, 0)) & (month <= material.last)


def _went_silent(material: Material, near: csr_array, period: slice) -> NDArray[np.bool_]:
    """Neighbourhoods without any report in the period whose own rhythm before makes that a surprise: exp(-rate x months) below 5 %."""
    before = slice(0, material.first)
    months_before, months_now = int(material.reported[before].sum()), int(material.reported[period].sum())
    if months_before == 0 or months_now == 0:
        return np.zeros(len(material.cells), bool)
    had = near @ _over_months(material.cell_n, before)
    has = near @ _over_months(material.cell_n, period)
    return np.asarray((has <= 1e-9) & (np.exp(-had / months_before * months_now) < SILENT_CHANCE), np.bool_)


def _spread_out(found: Found, known: NDArray[np.bool_]) -> Found:
    """What was found on the known cells, laid on all."""
    if known.all():
        return found
    unknown = {"z": np.nan, "p": np.nan, "q": np.nan, "high": np.inf, "low": -np.inf}
    laid: dict[str, NDArray[Any]] = {}
    for name, values in vars(found).items():
        laid[name] = np.full(len(known), unknown.get(name, 0), values.dtype)
        laid[name][known] = values
    return Found(**laid)


def _with_kind(found: Found, kind: NDArray[np.uint8]) -> Found:
    return Found(**{**vars(found), "kind": kind, "single": found.single & (kind >= HOT) & (kind < COLD)})
