"""The page: how soon it answers, how soon the map is there, what travels, what a step of the time brush costs."""

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from measure import Figure, not_measured

from geodata.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
CELLS, MONTHS = 20_000, 180
#: Without a graphics card the browser draws in software; these switches say so instead of leaving it to chance.
WITHOUT_GPU = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"]
STARTS = 5
MOVES = 60


def figures(settings: Settings, events: pd.DataFrame, shared: Path | None) -> Iterator[Figure]:
    """Starts the dashboard as a user does, on the demonstration store."""
    taken, worked = [], []
    for _ in range(STARTS):
        with _dashboard(settings) as (_, seconds, processor):
            taken.append(seconds)
            worked.append(processor)
    yield Figure("start to first page answered", "s", statistics.median(taken), most=1.5)
    if None not in worked:
        yield Figure("processor time in that", "s", statistics.median(worked))
    with _dashboard(settings) as (address, _, _):
        yield from _in_browser(address, events)


@contextlib.contextmanager
def _dashboard(settings: Settings) -> Iterator[tuple[str, float, float | None]]:
    """A dashboard of its own on a free port: its address, the seconds to its first page, and how many of them it was at work."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {**os.environ, "PANJ_DATA": str(settings.data), "PANJ_PORT": str(port), "PANJ_ROLE": "command", "PYTHONPATH": str(ROOT)}
    env.pop("DATABASE_URL", None)
    started = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "dashboard"], cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as child:
        try:
            address = f"http://127.0.0.1:{port}/en/"
            while not _answers(address):
                if child.poll() is not None:
                    said = child.stdout.read().decode(errors="replace").strip() if child.stdout else ""
                    raise RuntimeError(f"the dashboard did not start: {said[-300:]}")
                if time.perf_counter() - started > 60:
                    raise RuntimeError("the dashboard did not answer within a minute")
                time.sleep(0.01)
            yield address, time.perf_counter() - started, _processor_s(child.pid)
        finally:
            child.terminate()
            child.wait(20)


def _processor_s(pid: int) -> float | None:
    """Processor time of a process so far, which a busy machine does not stretch; None where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, AttributeError):
        return None


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=60) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError as error:
        raise RuntimeError(f"{address} answered {error.code}") from error
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _in_browser(address: str, events: pd.DataFrame) -> Iterator[Figure]:
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=WITHOUT_GPU)
        try:
            yield from _first_map(browser, address)
            yield from _brush(browser, address, events)
        finally:
            browser.close()


def _first_map(browser: Any, address: str) -> Iterator[Figure]:
    """An empty browser each time; the median of three. Dash also asks for its layout: that is page, what lies under /data/ is data."""
    drawn, filled, before_data = [], [], 0
    for _ in range(3):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        page, answered = context.new_page(), []
        page.on("requestfinished", lambda request, answered=answered: answered.append(request))
        started = time.perf_counter()
        page.goto(address)
        page.locator("body[data-map=ready]").wait_for(state="attached", timeout=60_000)
        drawn.append(time.perf_counter() - started)
        page.locator("body[data-page=ready]").wait_for(state="attached", timeout=60_000)
        filled.append(time.perf_counter() - started)
        page.wait_for_load_state("networkidle")
        sizes = {request.url: request.sizes()["responseBodySize"] for request in answered if request.url.startswith("http")}
        before_data = sum(size for url, size in sizes.items() if "/data/" not in url and "_dash-update" not in url)
        context.close()
    yield Figure("first map painted, no graphics card", "s", statistics.median(drawn), most=5)
    yield Figure("the same with the last 12 months on it", "s", statistics.median(filled))
    yield Figure("page before data, as it travels", "MB", before_data / 1e6, most=3)


def _brush(browser: Any, address: str, events: pd.DataFrame) -> Iterator[Figure]:
    """A real drag of the window over 20,000 cells; script only: painting in software is not what is promised."""
    name = f"brush step, {CELLS:,} cells, script"
    page = browser.new_page(viewport={"width": 1280, "height": 800})
    body = _many_cells(events)
    page.route("**/data/view*", lambda route: route.fulfill(body=body, content_type="application/octet-stream"))
    page.goto(address)
    page.locator("body[data-page=ready]").wait_for(state="attached", timeout=60_000)
    page.wait_for_load_state("networkidle")
    cells = page.evaluate("() => window.panj && panj.view && panj.view.n_cells")
    box = page.locator("#brush .window").bounding_box()
    if cells != CELLS or not box:
        yield not_measured(name, f"the page showed {cells} cells and {'a' if box else 'no'} window of the brush")
        return
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    steps = []
    for k in range(MOVES):
        page.mouse.move(x - 6 * (k + 1), y)
        # Two frames later the step was computed and handed to the graphics card.
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        steps.append(page.evaluate("() => panj.lastBrushMs == null ? null : panj.lastBrushMs + ((panj.map.cells() || {}).scriptMs || 0)"))
    if None in steps:
        yield not_measured(name, "the page does not say how long a step took (panj.lastBrushMs)")
        return
    while_moving = [url for url in asked if url.startswith("http")]
    page.mouse.up()
    page.close()
    yield Figure(name, "ms", float(statistics.median(steps)), most=50)
    yield Figure(f"the slowest of these {MOVES}", "ms", float(max(steps)))
    yield Figure("requests to the server while the brush moves", "", float(len(while_moving)), most=0)


def _many_cells(events: pd.DataFrame) -> bytes:
    """The answer of /data/view with 20,000 cells, about a quarter of them not empty in a month, packed as the server packs it."""
    import shapely

    from dashboard.answers.view import Counted, insider_view
    from dashboard.language import language
    from layers.base import Period
    from layers.cells import RESOLUTION, covering, rings
    from layers.heatmap import Cube
    from layers.months import month_number, month_range
    from layers.timeline import Timeline

    rng = np.random.default_rng(1)
    cells = np.sort(covering(shapely.box(50, 28, 90, 52), RESOLUTION))[:CELLS]
    if len(cells) < CELLS:
        raise RuntimeError(f"only {len(cells)} cells cover the region")
    first = month_number("2011-01")
    months = month_range(first, first + MONTHS - 1)
    count = rng.poisson(rng.lognormal(-1.5, 1.0, CELLS), (MONTHS, CELLS))
    month, cell = np.nonzero(count)
    n = count[month, cell].astype(np.float32)
    cube = Cube(
        resolution=RESOLUTION,
        cells=cells,
        rings=rings(cells),
        months=months,
        month_index=month.astype(np.uint16),
        cell_index=cell.astype(np.uint32),
        count=n,
        weight_kg=n * 3,
        n_events=count.sum(axis=1).astype(np.int64),
        total_kg=3.0 * count.sum(axis=1),
        reports_by_month=np.ones(MONTHS, bool),
        left_out={},
        n=int(count.sum()),
    )
    nothing = np.zeros(MONTHS, np.int64)
    told = Counted(Timeline(months, cube.n_events, cube.total_kg, cube.reports_by_month, nothing, nothing), events)
    return insider_view(cube, events, told, Period(months[-12], months[-1]), language("en"))
