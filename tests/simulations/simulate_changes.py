"""How often changes and silences are called where nothing changed, how often the nowcast holds the truth, and what real changes are found.

Months of one or four sources, Poisson or clumped (negative binomial, k per month), with months without reports; series whose level swings
slowly (log-normal, correlation 0.6 from month to month) break the assumption that months are independent and are shown as a limit.
"""

from collections.abc import Iterator

import numpy as np
from markdown_table import markdown
from numpy.typing import NDArray

from layers.changes import Window, compare
from layers.nowcast import lateness, nowcast
from layers.share_interval import share_interval
from layers.silence import SILENT, silence

NOMINAL = 0.05
#: words, months of history, months of the period, months between the periods, mean events a month, k, correlation, gaps, sources, a
#: promise?
SERIES = (
    ("Poisson, 1 a month", 72, 12, 12, 1.0, 0.0, 0.0, 0.0, 1, True),
    ("Poisson, 5 a month", 72, 12, 12, 5.0, 0.0, 0.0, 0.0, 1, True),
    ("Poisson, 5 a month, a quarter and the one before", 72, 3, 3, 5.0, 0.0, 0.0, 0.0, 1, True),
    ("the same, 30 % of months missing, four sources", 72, 3, 3, 5.0, 0.0, 0.0, 0.3, 4, True),
    ("clumped k 0.3, 5 a month", 72, 12, 12, 5.0, 0.3, 0.0, 0.0, 1, True),
    ("clumped k 0.3, 30 % of months missing", 72, 12, 12, 5.0, 0.3, 0.0, 0.3, 1, True),
    ("clumped k 0.3, quarter against the same season", 72, 3, 12, 5.0, 0.3, 0.0, 0.3, 1, True),
    ("clumped k 1, 20 a month, quarters", 72, 3, 3, 20.0, 1.0, 0.0, 0.0, 1, True),
    ("clumped k 0.3, only two years of history (limit)", 24, 12, 12, 5.0, 0.3, 0.0, 0.0, 1, False),
    ("slow swings, k 0.3 (limit)", 72, 12, 12, 5.0, 0.3, 0.6, 0.0, 1, False),
    ("slow swings, k 0.3, two years of history (limit)", 24, 12, 12, 5.0, 0.3, 0.6, 0.0, 1, False),
)


def tables(maps: int, seed: int) -> Iterator[str]:
    """Finished tables; one says BROKEN where a promise is."""
    yield _false_changes(maps, seed)
    yield _power(max(maps // 2, 1), seed)
    yield _false_silences(max(maps // 20, 1), seed)
    yield _nowcasts(max(maps // 10, 1), seed)


def _false_changes(maps: int, seed: int) -> str:
    rows = []
    for name, months, length, apart, mean, k, swing, gaps, sources, promised in SERIES:
        random = np.random.default_rng(seed)
        p = np.array([_p(random, months, length, apart, mean, k, swing, gaps, sources) for _ in range(maps)])
        p = p[np.isfinite(p)]
        cells = []
        for limit in (NOMINAL, 0.01):
            alarms = int((p <= limit).sum())
            low, high = share_interval(alarms, len(p))
            broken = " BROKEN" if promised and low > limit else ""
            cells.append(f"{100 * alarms / max(len(p), 1):.1f} % ({100 * low:.1f}–{100 * high:.1f}){broken}")
        rows.append([name, f"{length} against {length}, {apart} earlier", str(len(p)), *cells])
    head = ["series", "months", "pairs", "p ≤ 5 %", "p ≤ 1 %"]
    return markdown("Changes, nothing changed: share called a change (95 % interval)", head, rows)


def _p(
    random: np.random.Generator, months: int, length: int, apart: int, mean: float, k: float, swing: float, gaps: float, sources: int
) -> float:
    known = random.random((sources, months)) >= gaps
    counts = np.where(known, _series(random, (sources, months), mean / sources, k, swing), 0)
    now = Window(months - length, months - 1)
    p = compare(counts, known, now, now.before(apart)).p
    return np.nan if p is None else p


def _series(random: np.random.Generator, shape: tuple[int, int], mean: float, k: float, swing: float) -> NDArray[np.int64]:
    if swing:
        level = np.empty(shape)
        level[:, 0] = random.standard_normal(shape[0])
        for month in range(1, shape[1]):
            level[:, month] = swing * level[:, month - 1] + np.sqrt(1 - swing**2) * random.standard_normal(shape[0])
        spread = np.sqrt(np.log1p(k))
        return random.poisson(mean * np.exp(spread * level - spread**2 / 2))
    return random.negative_binomial(1 / k, 1 / (1 + k * mean), shape) if k else random.poisson(mean, shape)


def _power(maps: int, seed: int) -> str:
    rows = []
    for mean, times, k, length in (
        (1.0, 3.0, 0.0, 12), (5.0, 1.5, 0.0, 12), (5.0, 2.0, 0.0, 12), (5.0, 2.0, 0.3, 12), (20.0, 2.0, 0.3, 12), (5.0, 3.0, 0.0, 3),
    ):  # fmt: skip
        random, found = np.random.default_rng(seed), 0
        for _ in range(maps):
            counts = _series(random, (1, 72), mean, k, 0.0)
            counts[:, -length:] = _series(random, (1, length), mean * times, k, 0.0)
            now = Window(72 - length, 71)
            p = compare(counts, np.ones((1, 72), bool), now, now.before(length)).p
            found += p is not None and p <= NOMINAL
        rows.append([f"{mean:g} a month, then {mean * times:g}, k {k:g}", f"{length}", f"{100 * found / maps:.0f} %"])
    return markdown("Changes, a real one: share found at 5 %, six years of history", ["series", "months of the period", "found"], rows)


def _false_silences(maps: int, seed: int) -> str:
    rows, things = [], 40
    for name, months, mean, k, gaps in (
        ("Poisson, 0.3 a month", 60, 0.3, 0.0, 0.0), ("Poisson, 1 a month", 60, 1.0, 0.0, 0.0), ("Poisson, 4 a month", 60, 4.0, 0.0, 0.0),
        ("Poisson, 1 a month, 30 % of months missing", 60, 1.0, 0.0, 0.3), ("clumped k 0.5, 1 a month", 60, 1.0, 0.5, 0.0),
        ("clumped k 0.5, 4 a month, 30 % missing", 60, 4.0, 0.5, 0.3), ("clumped k 0.5, 1 a month, two years", 24, 1.0, 0.5, 0.0),
    ):  # fmt: skip
        random = np.random.default_rng(seed)
        starts = np.round(np.arange(months + 1) * 30.4375).astype(np.int64)
        p: list[float] = []
        wrong = 0
        for _ in range(maps):
            known = random.random((1, months)) >= gaps
            month, thing = [], []
            for number in range(things):
                n = np.where(known, _series(random, (1, months), mean, k, 0.0), 0)[0]
                month.append(np.repeat(np.arange(months), n))
                thing.append(np.full(n.sum(), number))
            at, of = np.concatenate(month), np.concatenate(thing)
            day = starts[at] + (random.random(len(at)) * np.diff(starts)[at]).astype(np.int64)
            found = silence(of, day, np.zeros(len(at), np.int64), things, known, starts, months - 3, months - 1)
            p += found.p[np.isfinite(found.p)].tolist()
            wrong += int((found.standing >= SILENT).any())
        quiet = int((np.array(p) <= NOMINAL).sum())
        low, high = share_interval(quiet, len(p))
        rows.append([name, str(len(p)), f"{100 * quiet / len(p):.1f} % ({100 * low:.1f}–{100 * high:.1f})", f"{100 * wrong / maps:.0f} %"])
    head = ["rhythm", "things", "p ≤ 5 %", "maps of 40 things with one called silent"]
    return markdown("Silences, nobody fell silent (95 % interval)", head, rows)


def _nowcasts(maps: int, seed: int) -> str:
    rows = []
    for name, mean, wait, cadence, k, swing in (
        ("25 days late on average, imported daily", 10, "exponential", 1, 0.0, 0.0), ("the same, imported monthly", 10, "exponential", 30,
        0.0, 0.0), ("60 days late, none at once, monthly, clumped k 0.3", 30, "hill", 30, 0.3, 0.0),
        ("25 days late, months late together (limit)", 30, "exponential", 1, 0.3, 0.4),
    ):  # fmt: skip
        random, inside, asked = np.random.default_rng(seed), 0, 0
        for _ in range(maps):
            level = random.gamma(1 / k, k, 24) if k else np.ones(24)
            truth = random.poisson(mean * level)
            month = np.repeat(np.arange(24), truth)
            day = month * 30 + random.integers(0, 30, len(month))
            mean_wait = 25 * np.exp(swing * random.standard_normal(24))[month]
            late = random.exponential(mean_wait) if wait == "exponential" else random.gamma(4, 15, len(month))
            imports = np.arange(725, -1, -cadence)[::-1]
            ready = day + late.astype(np.int64)
            came = imports[np.minimum(np.searchsorted(imports, ready), len(imports) - 1)]
            there = ready <= 725
            learnt = lateness(day[there], came[there], imports)
            if learnt is None:
                continue
            seen = np.bincount(month[there], minlength=24)
            for one in nowcast([(learnt, seen)], np.zeros(24, np.int64), np.arange(25) * 30):
                inside, asked = inside + (one.low <= truth[one.month] <= one.high), asked + 1
        low, high = share_interval(inside, asked)
        rows.append([name, str(asked), f"{100 * inside / asked:.0f} % ({100 * low:.0f}–{100 * high:.0f})"])
    return markdown("Nowcast: months whose true number lies in the 90 % interval (95 % interval)", ["lateness", "months", "inside"], rows)
