"""A Chromium is found where it is, and fetched where it is not."""

import os
import sys
from pathlib import Path

import pytest

from tools import browser
from tools.browser import ensure_chromium, find_chromium
from tools.environment import ToolProblem

posix_only = pytest.mark.skipif(os.name == "nt", reason="stands a shell script in for a browser")


def stand_in(path: Path, exit_code: int = 0) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


@posix_only
def test_the_browser_that_is_named_is_taken_before_those_on_the_path(tmp_path):
    named, other = stand_in(tmp_path / "named"), stand_in(tmp_path / "bin" / "chromium")
    assert find_chromium({"CHROMIUM": str(named), "PATH": str(other.parent)}) == named


@posix_only
def test_a_named_browser_that_does_not_start_is_said_and_not_passed_over(tmp_path):
    stand_in(tmp_path / "bin" / "chromium")
    with pytest.raises(ToolProblem, match="CHROMIUM is"):
        find_chromium({"CHROMIUM": str(tmp_path / "gone"), "PATH": str(tmp_path / "bin")})


@posix_only
def test_a_browser_on_the_path_that_does_not_start_is_passed_over(tmp_path):
    stand_in(tmp_path / "chromium", exit_code=1)
    chrome = stand_in(tmp_path / "google-chrome")
    assert find_chromium({"PATH": str(tmp_path)}) == chrome


@pytest.fixture
def bare_machine(monkeypatch):
    """A machine without a browser; a note is kept of what was installed."""
    asked: list[str] = []
    monkeypatch.setattr(browser, "find_chromium", lambda: Path("debian") if "apt" in asked else None)
    monkeypatch.setattr(browser, "_playwrights", lambda python: Path("playwright") if "playwright" in asked else None)
    monkeypatch.setattr(browser, "_apt", lambda *packages: asked.append("apt"))
    monkeypatch.setattr(browser, "quietly", lambda command, tries: asked.append("playwright"))
    return asked


def test_as_root_on_debian_the_package_is_taken(bare_machine, monkeypatch):
    monkeypatch.setattr(browser, "_may_use_apt", lambda: True)
    assert ensure_chromium(Path(sys.executable)) == Path("debian")
    assert bare_machine == ["apt"]


def test_elsewhere_playwrights_own_is_taken(bare_machine, monkeypatch):
    monkeypatch.setattr(browser, "_may_use_apt", lambda: False)
    assert ensure_chromium(Path(sys.executable)) == Path("playwright")
    assert bare_machine == ["playwright"]


def test_where_nothing_works_the_reasons_are_said(monkeypatch):
    monkeypatch.setattr(browser, "find_chromium", lambda: None)
    monkeypatch.setattr(browser, "_playwrights", lambda python: None)
    monkeypatch.setattr(browser, "_may_use_apt", lambda: True)
    monkeypatch.setattr(browser, "_apt", lambda *packages: "no such package")
    monkeypatch.setattr(browser, "quietly", lambda command, tries: "no network")
    with pytest.raises(ToolProblem, match="no such package\nno network\nInstall Chromium"):
        ensure_chromium(Path(sys.executable))
