"""What every browser test needs: stores, servers of their own, one Chromium, and a page that fails on any stranger's address."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store
from tests.browser.command_page import CommandPage
from tests.browser.serving import ROOT, Server, clean_environment

DEMO_EVENTS = 2000
#: Did the body of a test pass?
PASSED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note how the body of a test ended, for what is kept after it."""
    report = yield
    if report.when == "call":
        item.stash[PASSED] = report.passed
    return report


def etl(data: Path, *arguments: str) -> None:
    """`python -m etl` on one data folder."""
    environment = clean_environment(PANJ_DATA=str(data))
    done = subprocess.run([sys.executable, "-m", "etl", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr


def new_data(tmp_path_factory: pytest.TempPathFactory, name: str, places_cache: Path) -> Path:
    """A data folder with the places built and no store."""
    folder = tmp_path_factory.mktemp(name) / "data"
    shutil.copytree(places_cache, folder / "cache")
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> Path:
    """The data folder after `python -m etl run`: the reports that come with the project."""
    folder = new_data(tmp_path_factory, "real", places_cache)
    etl(folder, "run", "--quiet")
    return folder


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, places_cache: Path) -> Path:
    """The data folder after `python -m etl demo`."""
    folder = new_data(tmp_path_factory, "demo", places_cache)
    etl(folder, "demo", "--events", str(DEMO_EVENTS), "--seed", "1")
    return folder


@pytest.fixture
def fresh_data(tmp_path_factory: pytest.TempPathFactory, places_cache: Path, data: Path) -> Callable[[bool], Path]:
    """A data folder of the test's own, with a copy of the store or without one; the test may break it."""

    def make(with_store: bool) -> Path:
        folder = new_data(tmp_path_factory, "own", data)
        for item in (data / "cache").iterdir():
            if not (folder / "cache" / item.name).exists():
                shutil.copy(item, folder / "cache" / item.name)
        if with_store:
            etl(folder, "run", "--quiet")
        return folder

    return make


@pytest.fixture(scope="session")
def events(data: Path) -> pd.DataFrame:
    """The rows of the store, read past the dashboard: what the page's numbers are counted against."""
    engine = open_store(Settings.from_environment({"PANJ_DATA": str(data)}), create=False)
    try:
        return reading.events(engine, role="command")
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def start() -> Iterator[Callable[..., Server]]:
    """Start a dashboard on a free port; all that were started are ended with the session."""
    running: list[Server] = []

    def start(data: Path, **environment: str) -> Server:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        running.append(Server(data, port, environment))
        return running[-1].wait()

    yield start
    for server in running:
        server.end()


@pytest.fixture(scope="session")
def server(start: Callable[..., Server], data: Path) -> Server:
    """`python -m dashboard` on the real store, as the command."""
    return start(data)


@pytest.fixture(scope="session")
def demo_server(start: Callable[..., Server], demo_data: Path) -> Server:
    """`python -m dashboard` on generated events."""
    return start(demo_data)


@pytest.fixture
def open_page(chromium: Browser, server: Server) -> Iterator[Callable[..., CommandPage]]:
    """Open an address in a window of its own. At the end of the test every window that asked a stranger, or said an error, fails it."""
    pages: list[CommandPage] = []

    def open_page(
        path: str = "/en/",
        *,
        width: int = 1440,
        height: int = 900,
        on: Server = server,
        theme: str = "light",
        ready: bool = True,
        **options: object,
    ) -> CommandPage:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme=theme, locale="en-GB", accept_downloads=True, **options
        )
        context.set_default_timeout(60_000)
        page = CommandPage(context.new_page(), on)
        pages.append(page)
        return page.open(path, ready=ready)

    yield open_page
    for page in pages:
        page.page.context.close()
    for page in pages:
        page.blame()


@pytest.fixture(scope="session")
def one_window(chromium: Browser, server: Server) -> list[CommandPage]:
    """Keeps the window that `page` hands on from test to test."""
    return []


@pytest.fixture
def page(request: pytest.FixtureRequest, chromium: Browser, server: Server, one_window: list[CommandPage]) -> Iterator[CommandPage]:
    """The English page on a wide screen, without any filter. The window is kept from test to test: opening one costs seconds.

    A test that fails takes its window with it: in what state it is then, nobody knows.
    """
    if one_window:
        page = one_window.pop().visit()
    else:
        context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        context.set_default_timeout(60_000)
        page = CommandPage(context.new_page(), server).open("/en/")
    yield page
    if request.node.stash.get(PASSED, False) and not page.strangers + page.errors:
        one_window.append(page)
    else:
        page.page.context.close()
    page.blame()


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots go; git ignores it."""
    folder = Path(os.environ.get("PANJ_ARTEFACTS") or ROOT / "artefacts")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
