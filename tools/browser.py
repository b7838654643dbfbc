"""What the browser tests need: a Chromium, and fonts with Russian and Tajik letters."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.environment import ToolProblem, quietly, say

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC = "/Applications/{0}.app/Contents/MacOS/{0}"
WINDOWS = "Google/Chrome/Application/chrome.exe"


def find_chromium(environment: Mapping[str, str] | None = None) -> Path | None:
    """The Chromium that is there: CHROMIUM, else the first that starts among those on PATH and in the usual places.

    Raises ToolProblem when CHROMIUM names something that does not start: silently taking another one would hide the mistake.
    """
    env = os.environ if environment is None else environment
    if env.get("CHROMIUM"):
        named = Path(env["CHROMIUM"])
        if not _starts(named):
            raise ToolProblem(
                f"CHROMIUM is {str(named)!r}, a Chromium or Chrome that starts was wanted. Correct it, or unset it to have one looked for."
            )
        return named
    found = [shutil.which(name, path=env.get("PATH")) for name in NAMES]
    places = [Path(path) for path in found if path]
    if sys.platform == "darwin":
        places += [Path(MAC.format(name)) for name in ("Chromium", "Google Chrome")]
    if sys.platform == "win32":
        places += [Path(env[folder]) / WINDOWS for folder in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if folder in env]
    return next((place for place in places if _starts(place)), None)


def ensure_chromium(python: Path) -> Path:
    """Find a Chromium or get one: Debian's package where we are root, else Playwright's own. Raises ToolProblem when nothing works."""
    found = find_chromium() or _playwrights(python)
    if found:
        return found
    tried = []
    if _may_use_apt():
        say("No Chromium here: installing Debian's package ...")
        tried.append(_apt("chromium"))
        found = find_chromium()
        if found:
            return found
    say("No Chromium here: downloading Playwright's own ...")
    tried.append(quietly([python, "-m", "playwright", "install", *(["--with-deps"] if _may_use_apt() else []), "chromium"], tries=2))
    found = _playwrights(python)
    if found:
        return found
    said = "\n".join(text for text in tried if text)
    raise ToolProblem(
        f"The browser tests need a Chromium and none could be installed:\n{said}\n"
        "Install Chromium or Chrome, or name one: CHROMIUM=/path/to/chromium"
    )


def ensure_fonts() -> None:
    """See to fonts that carry Russian and Tajik letters; without them the tests run, and the screenshots show boxes."""
    if not sys.platform.startswith("linux") or _has_fonts():
        return
    if _may_use_apt():
        say("No font with Russian and Tajik letters here: installing DejaVu ...")
        _apt("fontconfig", "fonts-dejavu-core")
    if not _has_fonts():
        say(
            "No font with Russian and Tajik letters was found: screenshots will show boxes. "
            "Debian and Ubuntu: apt-get install fontconfig fonts-dejavu-core"
        )


def _has_fonts() -> bool:
    if not shutil.which("fc-list"):
        return False
    return all(subprocess.run(["fc-list", f":lang={language}"], capture_output=True).stdout.strip() for language in ("ru", "tg"))


def _starts(browser: Path) -> bool:
    if not browser.is_file():
        return False
    if sys.platform == "win32":  # there `--version` opens a window
        return True
    try:
        return subprocess.run([str(browser), "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _playwrights(python: Path) -> Path | None:
    question = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([str(python), "-c", question], capture_output=True, text=True)
    path = Path(answer.stdout.strip())
    return path if answer.returncode == 0 and _starts(path) else None


def _may_use_apt() -> bool:
    return sys.platform.startswith("linux") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt(*packages: str) -> str | None:
    """Install packages of Debian or Ubuntu, the list of packages brought up to date first. Returns None, or why it failed."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    said = quietly(["apt-get", "update", "-qq"], tries=3, environment=env)
    return quietly(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], tries=3, environment=env) or said
