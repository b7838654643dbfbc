"""Hotspots by simulation: the share of maps without any hotspot on which one is found, and how often a planted one is found."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.special import ndtr
from scipy.stats import beta

from layers.emerging import space_time_gi_star, space_time_tail
from layers.hotspots import count_tail, discoveries, gi_star
from layers.neighbourhoods import of_line
from layers.permutations import Chance, chance, permutation_tail

SIDE, ALPHA = 70, 0.05
RATES = (0.05, 0.2, 1.0, 5.0)
TIMES = (2.0, 3.0, 5.0, 10.0)
#: Kilograms of one seizure: lognormal, median 1 kg, one in a hundred above 33 kg.
KG_SIGMA = 1.5
Floats = NDArray[np.float64]
Found = Callable[[np.random.Generator], bool]


def hexagons(side: int) -> csr_array:
    """side x side hexagons, each with itself and up to six neighbours."""
    at = np.arange(side * side).reshape(side, side)
    pairs = [(at.ravel(), at.ravel())]
    for down, right in ((0, 1), (1, 0), (1, -1)):
        here = at[: side - down, max(-right, 0) : side - max(right, 0)]
        there = at[down:, max(right, 0) : side + min(right, 0)]
        pairs += [(here.ravel(), there.ravel()), (there.ravel(), here.ravel())]
    row, column = (np.concatenate(part) for part in zip(*pairs, strict=True))
    return csr_array(coo_array((np.ones(len(row)), (row, column)), shape=(side * side,) * 2))


def interval(hits: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Clopper & Pearson 1934, doi:10.1093/biomet/26.4.404)."""
    low = 0.0 if hits == 0 else float(beta.ppf(0.025, hits, n - hits + 1))
    high = 1.0 if hits == n else float(beta.ppf(0.975, hits + 1, n - hits))
    return low, high


def share(found: Found, maps: int, seed: int, promise: float | None = None) -> str:
    """Share of maps with a discovery, its interval; BROKEN when even the lower end lies above what is promised."""
    hits = sum(found(np.random.default_rng([seed, number])) for number in range(maps))
    low, high = interval(hits, maps)
    verdict = " BROKEN" if promise is not None and low > promise else ""
    return f"{100 * hits / maps:.1f} % ({100 * low:.1f}-{100 * high:.1f}){verdict}"


def tables(maps: int, seed: int) -> Iterator[str]:
    near = hexagons(SIDE)
    yield _null(near, maps, seed)
    yield _null_towering(maps, seed)
    yield _null_elsewhere(maps, seed)
    yield _power(near, max(maps // 5, 20), seed)


def by_normal(counts: Floats, near: csr_array) -> NDArray[np.bool_]:
    return discoveries(2 * ndtr(-np.abs(gi_star(counts, near))), ALPHA)


def by_counts(counts: Floats, near: csr_array) -> NDArray[np.bool_]:
    return discoveries(count_tail(counts, near).both, ALPHA)


def by_kilograms(pieces: Floats, cell: NDArray[np.int64], near: csr_array) -> NDArray[np.bool_]:
    kg = np.bincount(cell, weights=pieces, minlength=near.shape[0])
    return discoveries(permutation_tail(kg, near, seed=4, pieces=pieces).both, ALPHA)


def _null(near: csr_array, maps: int, seed: int) -> str:
    n = near.shape[0]
    lines = [
        f"False discoveries on {maps} maps without a hotspot: {n:,} cells, 7-cell neighbourhoods, two-sided, Benjamini-Hochberg 5 %. "
        "Share of maps with at least one (95 % interval); promised: 5 %.",
        "",
        "| events a cell | Gi* with normal p (not used) | counts: conditional tail | the same, each event spread over 7 cells "
        "| kilograms: simulation, and the law of the sum far out |",
        "| --- | --- | --- | --- | --- |",
    ]
    rows = csr_array(near.multiply(1 / near.sum(axis=1)[:, None]))
    for rate in RATES:

        def normal(random: np.random.Generator, rate: float = rate) -> bool:
            return bool(by_normal(random.poisson(rate, n).astype(float), near).any())

        def counts(random: np.random.Generator, rate: float = rate) -> bool:
            return bool(by_counts(random.poisson(rate, n).astype(float), near).any())

        def spread(random: np.random.Generator, rate: float = rate) -> bool:
            return bool(by_counts(rows.T @ random.poisson(rate, n).astype(float), near).any())

        def kilograms(random: np.random.Generator, rate: float = rate) -> bool:
            many = random.poisson(rate * n)
            return bool(by_kilograms(random.lognormal(0, KG_SIGMA, many), random.integers(0, n, many), near).any())

        cells = [share(normal, maps, seed), *(share(each, maps, seed, ALPHA) for each in (counts, spread, kilograms))]
        lines.append(f"| {rate:g} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _null_towering(maps: int, seed: int) -> str:
    """Kilograms of which few pieces of like size tower over all others: two of them in one neighbourhood are chance."""
    small = np.random.default_rng(seed).lognormal(0, KG_SIGMA, 500)
    settings = {
        "8 x 1,000 kg": (70, np.full(8, 1000.0)),
        "8 x 1,000 kg + 500 x 1 kg": (70, np.concatenate([np.full(8, 1000.0), np.ones(500)])),
        "8 x 1,000 kg + 500 lognormal": (70, np.concatenate([np.full(8, 1000.0), small])),
        "8 of 600 to 1,400 kg + 500 lognormal": (70, np.concatenate([np.linspace(600, 1400, 8), small])),
        "4 x 1,000 kg + 300 x 1 kg": (30, np.concatenate([np.full(4, 1000.0), np.ones(300)])),
        "12 x 1,000 kg + 300 x 1 kg": (100, np.concatenate([np.full(12, 1000.0), np.ones(300)])),
    }
    lines = [
        f"Kilograms where few seizures tower over the rest, {maps} maps without a hotspot.",
        "",
        "| pieces | cells | maps |",
        "| --- | --- | --- |",
    ]
    for name, (side, pieces) in settings.items():
        n, near = side**2, hexagons(side)
        whole = np.zeros(n)
        whole[0] = pieces.sum()
        law = chance(whole, near, 4, pieces)  # the same for all maps of these pieces

        def found(random: np.random.Generator, n: int = n, near: csr_array = near, pieces: Floats = pieces, law: Chance = law) -> bool:
            kg = np.bincount(random.integers(0, n, len(pieces)), weights=pieces, minlength=n)
            return bool(discoveries(law.tail(near @ kg).both, ALPHA).any())

        lines.append(f"| {name} | {n:,} | {share(found, maps, seed, ALPHA)} |")
    return "\n".join(lines)


def _null_elsewhere(maps: int, seed: int) -> str:
    """Border sections, and bins of a cube."""
    km = np.random.default_rng(seed).uniform(14, 60, 40)
    line, few = of_line(40), hexagons(20)
    lines = [
        f"The same on {maps} border lines (40 sections of 14 to 60 km) and on {maps} cubes (400 cells, 12 months, "
        "the month with the one before it).",
        "",
        "| events a section, or a cell and month | sections: conditional tail by km | sections: kilograms by km "
        "| cube: Gi* with normal p (not used) | cube: conditional tail |",
        "| --- | --- | --- | --- | --- |",
    ]
    for rate in RATES:

        def sections(random: np.random.Generator, rate: float = rate) -> bool:
            counts = random.poisson(rate * km / km.mean()).astype(float)
            return bool(discoveries(count_tail(counts, line, km).both, ALPHA).any())

        def kilograms(random: np.random.Generator, rate: float = rate) -> bool:
            pieces = random.lognormal(0, KG_SIGMA, random.poisson(rate * 40))
            kg = np.bincount(random.choice(40, len(pieces), p=km / km.sum()), weights=pieces, minlength=40)
            return bool(discoveries(permutation_tail(kg, line, 4, pieces, km).both, ALPHA).any())

        def cube_normal(random: np.random.Generator, rate: float = rate) -> bool:
            z = space_time_gi_star(random.poisson(rate, (400, 12)).astype(float), few)
            return bool(discoveries(2 * ndtr(-np.abs(z)), ALPHA).any())

        def cube(random: np.random.Generator, rate: float = rate) -> bool:
            return bool(discoveries(space_time_tail(random.poisson(rate, (400, 12)).astype(float), few).both, ALPHA).any())

        cells = [
            share(sections, maps, seed, ALPHA),
            share(kilograms, maps, seed, ALPHA),
            share(cube_normal, maps, seed),
            share(cube, maps, seed, ALPHA),
        ]
        lines.append(f"| {rate:g} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _power(near: csr_array, maps: int, seed: int) -> str:
    n, middle = near.shape[0], (SIDE // 2) * SIDE + SIDE // 2
    hot = near.toarray()[middle] > 0
    lines = [
        f"Power: share of {maps} maps on which the middle of a planted hotspot of 7 cells, so many times as busy as the others, is found.",
        "",
        "| events a cell | measure | " + " | ".join(f"{times:g} times" for times in TIMES) + " |",
        "| --- | --- |" + " --- |" * len(TIMES),
    ]
    for rate in RATES:
        for measure in ("events", "kilograms"):
            cells = []
            for times in TIMES:
                each = np.where(hot, rate * times, rate)

                def found(random: np.random.Generator, each: Floats = each, measure: str = measure) -> bool:
                    counts = random.poisson(each)
                    if measure == "events":
                        return bool(by_counts(counts.astype(float), near)[middle])
                    cell = np.repeat(np.arange(n), counts)
                    return bool(by_kilograms(random.lognormal(0, KG_SIGMA, len(cell)), cell, near)[middle])

                cells.append(share(found, maps if measure == "events" else max(maps // 4, 20), seed).partition(" (")[0])
            lines.append(f"| {rate:g} | {measure} | {' | '.join(cells)} |")
    return "\n".join(lines)
