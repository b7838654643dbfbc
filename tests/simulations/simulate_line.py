"""How often the 95 % interval of a section of the border holds its true rate: of sections unlike their neighbours, and of all.

40 sections, 39 of 30 km and one of 210 km. Three of them, far from each other, have so many times the rate of the others; the others are
alike, or themselves as unlike as a gamma distribution of shape 2.
"""

from collections.abc import Iterator

import numpy as np
from markdown_table import markdown
from numpy.typing import NDArray

from layers.line_rates import LineRates, line_rates
from layers.share_interval import share_interval

#: Promised of sections that stand apart, whatever their true rate is, and of all sections on average.
APART, ALL = 0.90, 0.93
TIMES = (0.1, 1.0, 3.0, 5.0, 10.0, 20.0)
EVENTS = (0.5, 2.0, 5.0, 20.0, 50.0)
LENGTHS = np.append(np.full(39, 30.0), 210.0)
PLACES, USUAL = np.array([7, 19, 31]), 30.0


def tables(maps: int, seed: int) -> Iterator[str]:
    """Finished tables; one says BROKEN where a promise is."""
    lines = max(maps // 20, 1)
    yield _coverage("events expected on each of the others", lines, seed, own=False, unlike=False)
    yield _coverage("the same, the others unlike (gamma, shape 2)", lines, seed, own=False, unlike=True)
    yield _coverage("events expected on the section apart", lines, seed, own=True, unlike=False)


def _coverage(what: str, lines: int, seed: int, own: bool, unlike: bool) -> str:
    rows = []
    for events in EVENTS:
        cells, inside, sections, length = [], 0, 0, 0.0
        for times in TIMES:
            random, held = np.random.default_rng(seed), 0
            for _ in range(lines):
                usual = events / USUAL / (times if own else 1.0)
                true = usual * (random.gamma(2.0, 0.5, len(LENGTHS)) if unlike else np.ones(len(LENGTHS)))
                true[PLACES] = usual * times
                rates = drawn(random, true)
                within = (rates.low <= true) & (true <= rates.high)
                held, inside, sections = held + int(within[PLACES].sum()), inside + int(within.sum()), sections + len(true)
                length += float((rates.high - rates.low).sum() / (rates.rate_high - rates.rate_low).sum())
            trials = lines * len(PLACES)
            cells.append(f"{100 * held / trials:.0f} %" + (" BROKEN" if share_interval(held, trials)[1] < APART else ""))
        cells.append(f"{100 * inside / sections:.1f} %" + (" BROKEN" if share_interval(inside, sections)[1] < ALL else ""))
        rows.append([f"{events:g}", *cells, f"{length / (lines * len(TIMES)):.2f}"])
    head = [what, *(f"{times:g} ×" for times in TIMES), "all sections", "length ÷ length as counted"]
    return markdown(
        "Along the line: 95 % intervals that hold the true rate, of sections with so many times the rate of the others", head, rows
    )


def drawn(random: np.random.Generator, true: NDArray[np.float64]) -> LineRates:
    """The rates of one line drawn at random; never of one without any event, where there is nothing to estimate."""
    while not (counts := random.poisson(true * LENGTHS)).any():
        pass
    end = np.cumsum(LENGTHS)
    return line_rates(counts, end - LENGTHS, end, 1.0)
