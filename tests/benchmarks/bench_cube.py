"""Ten million events: building the prefix cube, a question of any days and drugs, any further filter, a million points as a density."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from many_events import DAYS, FIRST_DAY, PLACES, many_events
from measure import Figure, not_measured, side_by_side

from geodata.settings import Settings
from layers.columns.table import Columns
from layers.selection import Selection

EVENTS = 10_000_000
QUESTIONS = 200
Question = tuple[int, int, tuple[str, ...]]


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Of events of its own, more than any store would give."""
    yield from _density()
    yield from cube_figures(EVENTS)


def cube_figures(n: int) -> Iterator[Figure]:
    from layers.column_rows import ColumnRows
    from layers.prefix_cube import PrefixCube, build

    # Compiled before the clock.
    few = many_events(3_000, seed=2)
    PrefixCube(few, few["place"], build(few, few["place"], PLACES)).over(FIRST_DAY, FIRST_DAY + 99, ("heroin",))
    ColumnRows(few).by_place(Selection(first_month="2010-01", last_month="2011-01"), few["place"], PLACES)
    columns = many_events(n, seed=1)
    size = f"{n:,} events"
    gc.collect()
    started, worked = time.perf_counter(), time.process_time()
    sums = build(columns, columns["place"], PLACES)
    taken, worked = time.perf_counter() - started, time.process_time() - worked
    print(f"  the cube was built in {worked:.1f} s of processor time", flush=True)
    yield Figure(f"cube of {size} built", "s", taken, most=5)
    yield Figure(f"cube of {size}", "MB", sums.n_bytes / 1e6, most=1_000)
    cube = PrefixCube(columns, columns["place"], sums)
    try:
        peer = _Duck(columns)
    except ImportError as problem:
        yield not_measured("questions beside DuckDB", problem)
        return
    questions = list(_questions(QUESTIONS, seed=3))
    yield from _in_turn(
        f"any days and drugs, {size}, every place",
        [(lambda q=q: cube.over(*q), lambda q=q: peer.days_and_drugs(q)) for q in questions],
        1,
        30,
    )
    rows = ColumnRows(columns)
    filters = list(_filters(QUESTIONS // 4, seed=4))
    yield from _in_turn(
        f"any further filter, {size}, every place",
        [(lambda f=f: rows.by_place(f, columns["place"], PLACES), lambda f=f: peer.filtered(f)) for f in filters],
        50,
        None,
    )


def _in_turn(
    name: str, pairs: list[tuple[Callable[[], object], Callable[[], object]]], most_ms: float, times: float | None
) -> Iterator[Figure]:
    """Both ways asked in turn, question by question: the 95th percentile of each, and the share of the peer's median time."""
    taken: tuple[list[float], list[float]] = ([], [])
    worked: list[float] = []
    for pair in [pairs[0], pairs[1], *pairs]:
        for kept, ask in zip(taken, pair, strict=True):
            started, at = time.perf_counter(), time.thread_time()
            ask()
            kept.append(1000 * (time.perf_counter() - started))
            if kept is taken[0]:
                worked.append(1000 * (time.thread_time() - at))
    ours, peer = (kept[2:] for kept in taken)
    print(f"  {name}: {np.percentile(worked[2:], [50, 95]).round(3)} ms of processor time (median, p95)", flush=True)
    for word, q in (("median", 50), ("p95", 95)):
        most = most_ms if q == 95 else None
        yield Figure(f"{name}, {word}", "ms", float(np.percentile(ours, q)), float(np.percentile(peer, q)), "DuckDB in memory", most)
    if times:
        share = statistics.median(ours) / statistics.median(peer)
        yield Figure(f"{name}: share of DuckDB's median time", "", share, most=1 / times)


class _Duck:
    """The same rows in DuckDB, by day. It counts rows, not events, which is the lighter question."""

    def __init__(self, columns: Columns) -> None:
        import duckdb

        names = ("day", "day_to", "drug", "country_iso3", "transport", "agency", "place", "kg")
        rows = pd.DataFrame({name: columns[name] for name in names}, copy=False)
        self.columns, self.held = columns, duckdb.connect()
        self.held.register("rows", rows)
        self.held.execute("create table events as select * from rows")
        self.held.unregister("rows")

    def days_and_drugs(self, question: Question) -> object:
        first, last, drugs = question
        return self._ask(first, last, {"drug": drugs})

    def filtered(self, f: Selection) -> object:
        days = days_of(f)
        return self._ask(*days, {"drug": f.drugs, "country_iso3": f.countries, "transport": f.transports, "agency": f.agencies})

    def _ask(self, first: int, last: int, chosen: dict[str, tuple[str, ...]]) -> object:
        where = "".join(
            f" and {name} in ({','.join(map(str, self.columns.codes(name, values)))})" for name, values in chosen.items() if values
        )
        asked = f"select place, count(*), sum(kg) from events where day >= {first} and day_to <= {last}{where} group by place"
        return self.held.execute(asked).fetchnumpy()


def days_of(f: Selection) -> tuple[int, int]:
    """First and last day of its months, since 1970-01-01."""
    first, after = (int(np.datetime64(str(month), "M").astype(int)) + k for k, month in enumerate((f.first_month, f.last_month)))
    begin, end = np.array([first, after], "datetime64[M]").astype("datetime64[D]").astype(int).tolist()
    return begin, end - 1


def _questions(n: int, seed: int) -> Iterator[Question]:
    """Any days of the 20 years, one to eleven drugs; one in four asks for all of them."""
    from many_events import WORDS

    rng = np.random.default_rng(seed)
    for number in range(n):
        first = int(rng.integers(0, DAYS - 100))
        last = int(rng.integers(first + 1, DAYS))
        drugs = rng.choice(WORDS["drug"][1:], int(rng.integers(1, 12)), replace=False) if number % 4 else []
        yield FIRST_DAY + first, FIRST_DAY + last, tuple(map(str, drugs))


def _filters(n: int, seed: int) -> Iterator[Selection]:
    """Any months of the 20 years, with drugs, countries, transports and agencies in all mixtures."""
    from many_events import WORDS

    rng = np.random.default_rng(seed)

    def some(name: str, most: int, often: float) -> tuple[str, ...]:
        return tuple(map(str, rng.choice(WORDS[name][1:], int(rng.integers(1, most)), replace=False))) if rng.random() < often else ()

    for _ in range(n):
        first, last = np.sort(rng.integers(0, 240, 2))
        months = (f"{2005 + month // 12}-{month % 12 + 1:02d}" for month in (first, last))
        yield Selection(some("drug", 6, 0.5), (), some("country_iso3", 4, 0.6), some("agency", 5, 0.3), some("transport", 4, 0.6), *months)


def _density() -> Iterator[Figure]:
    """A million weighted points in a plane, around 300 towns, on 1000 x 1000 places, bandwidth 8 of their distances."""
    from layers.kernels import exact_density, grid_density

    rng = np.random.default_rng(1)
    n, side, sigma = 1_000_000, 1000, 8.0
    towns, of = rng.uniform(150, 850, (300, 2)), rng.integers(0, 300, n)
    x, y = np.clip(towns[of] + rng.normal(0, 1, (n, 2)) * rng.choice([5, 20, 60], n)[:, None], 60, 939).T
    weight, sigmas = rng.lognormal(0, 2, n), np.full(n, sigma)
    ours: Callable[[], Any] = lambda: grid_density(x, y, weight, sigmas, (side, side))  # noqa: E731
    density = ours()
    at = np.append(rng.choice(side * side, 40), density.argmax())
    exact = exact_density(x, y, weight, at % side, at // side, sigma)
    error = float(100 * np.abs(density.ravel()[at] - exact).max() / exact.max())
    yield Figure("density of 1,000,000 points on 1000 x 1000: error at 41 places, of the maximum", "%", error, most=0.5)
    try:
        from KDEpy import FFTKDE
    except ImportError as problem:
        yield not_measured("density beside KDEpy", problem)
        return
    places = np.stack(np.meshgrid(np.arange(side, dtype=float), np.arange(side, dtype=float), indexing="ij"), -1).reshape(-1, 2)
    points = np.column_stack([x, y])
    mine, peer = side_by_side(ours, lambda: FFTKDE(kernel="gaussian", bw=sigma).fit(points, weights=weight).evaluate(places))
    yield Figure("density of 1,000,000 points on 1000 x 1000", "ms", 1000 * mine, 1000 * peer, "KDEpy FFTKDE")
    yield Figure("density of 1,000,000 points on 1000 x 1000: share of KDEpy's time", "", mine / peer, most=0.1)
