"""Millions: how soon a store of millions answers a filter at the server, and how soon a browser without a graphics card repaints.

The store is made beforehand, since that takes a quarter of an hour and 7 GB: PANJ_DATA=some/folder python -m etl demo --events 10000000.
PANJ_MILLIONS names that folder.
"""

import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
from bench_page import WITHOUT_GPU, _dashboard
from measure import Figure, not_measured

from geodata.settings import Settings

#: One filter of each sort, and combinations; each is asked once, so that nothing is answered from memory.
ASKED: tuple[dict[str, Any], ...] = (
    {"drugs": ("heroin",)}, {"drugs": ("opium", "hashish")}, {"kinds": ("seizure",)}, {"kinds": ("armed_clash",)},
    {"countries": ("TJK",)}, {"countries": ("AFG", "UZB")}, {"agencies": ("DCA",)}, {"transports": ("road",)},
    {"transports": ("foot", "river")}, {"reliabilities": ("A",)}, {"accuracies": ("1",)},
    {"first": "2011-01", "last": "2025-12"}, {"first": "2019-03", "last": "2019-05"},
    {"drugs": ("heroin",), "countries": ("TJK",), "first": "2015-01", "last": "2020-12"},
    {"drugs": ("methamphetamine",), "agencies": ("MIA",), "transports": ("road",)},
)  # fmt: skip
MOVES = 20


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Figures of the store that PANJ_MILLIONS names."""
    folder = os.environ.get("PANJ_MILLIONS")
    if not folder:
        yield not_measured("answers over millions of events", "PANJ_MILLIONS names no store: see tests/benchmarks/bench_millions.py")
        return
    large = replace(Settings.from_environment({"PANJ_DATA": folder}), role="command")
    yield from _answers(large)
    with _dashboard(large) as (address, _, _):
        yield from _repaint(address)


def _answers(settings: Settings) -> Iterator[Figure]:
    from dashboard.language import language
    from dashboard.maps.gzipped import gzipped
    from dashboard.queries import Queries
    from dashboard.user import User
    from dashboard.view_state import ViewState
    from geodata.store.engine import open_store

    queries, user = Queries(settings, open_store(settings, create=False)), User("command", language("en"))
    started = time.perf_counter()
    queries.warm_up(user)
    yield Figure("events in the store of millions", "", float(queries.facts(user).n_events or 0))
    yield Figure("opening it, first answer", "s", time.perf_counter() - started)
    questions = {
        "view": lambda state: queries.view(state, user),
        "figures": lambda state: queries.figures(state, user),
        "ranking": lambda state: queries.ranking(state, user),
        "table of events": lambda state: queries.rows(state, user),
    }
    taken: dict[str, list[float]] = {name: [] for name in questions}
    packing: list[float] = []
    largest = 0
    for asked in ASKED:
        for name, ask in questions.items():
            started = time.perf_counter()
            answer = ask(ViewState(**asked))
            taken[name].append(1000 * (time.perf_counter() - started))
            if isinstance(answer, bytes):
                started = time.perf_counter()
                largest = max(largest, len(gzipped(answer)))
                packing.append(1000 * (time.perf_counter() - started))
    for name, times in taken.items():
        yield Figure(f"{name}, any filter, median", "ms", statistics.median(times))
        yield Figure(f"{name}, any filter, slowest of {len(ASKED)}", "ms", max(times), most=200)
    # A browser on this machine gets it as it is (dashboard.nearby).
    yield Figure("packing a view for another machine, median", "ms", statistics.median(packing))
    yield Figure("largest view, as it travels to another machine", "MB", largest / 1e6)
    yield Figure("memory of the answering process", "MB", _memory_mb())


def _memory_mb() -> float:
    """What the process holds for itself; pages of the mapped file are the system's and are given back when others want them."""
    fields = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    return int(fields["RssAnon"].split()[0]) / 1024


def _repaint(address: str) -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM") or "/usr/bin/chromium", args=WITHOUT_GPU)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.goto(address + "?h=cells")
            page.locator("body[data-page=ready]").wait_for(state="attached", timeout=120_000)
            page.wait_for_load_state("networkidle")
            # From the call until two frames later: the first is drawn with the new numbers, the second says that it is through.
            times = page.evaluate(
                """async (moves) => {
                  const frame = () => new Promise((done) => requestAnimationFrame(done));
                  const last = panj.view.steps.length - 1, taken = [];
                  for (let k = 0; k < moves; k++) {
                    await frame();
                    const started = performance.now();
                    panj.paint(Math.max(0, last - 12 - 7 * k), last - 7 * k);
                    await frame();
                    await frame();
                    taken.push(performance.now() - started);
                  }
                  return taken;
                }""",
                MOVES,
            )
            yield Figure("repaint of a period, no graphics card, median", "ms", statistics.median(times))
            yield Figure(f"the slowest of {MOVES}", "ms", max(times), most=500)
        finally:
            browser.close()
