"""How often an effect of an office is seen where there is none, and where there is one: a line of 30 sections, two years before and after.

The sections are as unlike as a gamma distribution of shape 1; events come one by one or five at a time; the rate of each may swing from
year to year by a lognormal factor of sigma 0.5.
"""

from collections.abc import Iterator

import numpy as np
from markdown_table import markdown

from layers.changes import Window
from layers.effect import ALPHA, effect
from layers.share_interval import share_interval

SECTIONS, MONTHS, OPENED = 30, 48, 24
AROUND = np.arange(SECTIONS) == 10
BESIDE = np.isin(np.arange(SECTIONS), [9, 11])
LEVELS = ((1, 0.0), (5, 0.0), (1, 0.5), (5, 0.5))
FACTORS = (0.5, 1.5, 2.0, 3.0)


def tables(maps: int, seed: int) -> Iterator[str]:
    """Finished tables; one says BROKEN where a promise is."""
    rows = []
    for rate in (0.3, 1.0, 5.0):
        for clump, swing in LEVELS:
            judged, seen, covered, early, ranked = _share(maps, seed, rate, clump, swing, 1.0)
            if not judged:
                continue
            low, high = share_interval(seen, judged)
            said = f"{100 * seen / judged:.1f} % ({100 * low:.1f}–{100 * high:.1f})" + (" BROKEN" if low > ALPHA else "")
            rows.append([f"{rate:g}", str(clump), f"{swing:g}", f"{100 * judged / maps:.0f} %", said,
                         *(f"{100 * n / judged:.1f} %" for n in (covered, early, ranked))])  # fmt: skip
    head = [
        "events a month",
        "at a time",
        "swing",
        "judged",
        "an effect seen (95 % interval)",
        "interval holds 1",
        "differed before",
        "rank p < 5 %",
    ]
    yield markdown("Effect of an office, where there is none", head, rows)
    rows = []
    for rate in (1.0, 5.0):
        shares = [_share(max(maps // 2, 1), seed, rate, 1, 0.0, factor) for factor in FACTORS]
        rows.append([f"{rate:g}", *(f"{100 * seen / judged:.0f} %" for judged, seen, *_ in shares)])
    yield markdown("Share of true effects seen", ["events a month", *(f"{factor:g} ×" for factor in FACTORS)], rows)


def _share(maps: int, seed: int, rate: float, clump: int, swing: float, factor: float) -> tuple[int, int, int, int, int]:
    """Lines judged, effects seen, intervals that hold the true factor, different already before, rank p below 5 %."""
    random, counted = np.random.default_rng(seed), np.zeros(5, int)
    for _ in range(maps):
        mean = np.outer(random.gamma(1.0, 1.0, SECTIONS) * rate, np.ones(MONTHS))
        mean *= np.exp(np.repeat(random.normal(0, swing, (SECTIONS, MONTHS // 12)), 12, axis=1))
        mean[AROUND, OPENED:] *= factor
        counts = random.poisson(mean / clump) * clump
        found = effect(counts, np.ones(MONTHS, bool), AROUND, BESIDE, ~(AROUND | BESIDE), Window(0, OPENED - 1), Window(OPENED, MONTHS - 1))
        if found.around.is_judged:
            held = found.around.low <= factor <= found.around.high
            counted += [1, found.around.p < ALPHA, held, found.verdict == "differed_before", found.rank_p < ALPHA]
    judged, seen, covered, early, ranked = counted.tolist()
    return judged, seen, covered, early, ranked
