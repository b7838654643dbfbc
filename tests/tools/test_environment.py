"""The environment is made once, and filled only when a list of requirements changed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment
from tools.environment import ROOT, ToolProblem, ensure, quietly


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder with two lists, an environment that works, and pip replaced by a note of what it was asked for."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "a.txt").write_text("one==1\n")
    (tmp_path / "b.txt").write_text("two==2\n")
    asked: list[list[str]] = []
    monkeypatch.setattr(environment, "_works", lambda python: True)
    monkeypatch.setattr(environment, "quietly", lambda command, tries=1: asked.append([Path(part).name for part in command]))
    return tmp_path, asked


def test_a_second_start_installs_nothing(checkout):
    root, asked = checkout
    ensure("a.txt", root=root)
    ensure("a.txt", root=root)
    assert len(asked) == 1 and asked[0][-2:] == ["-r", "a.txt"]


def test_a_changed_list_is_installed_again(checkout):
    root, asked = checkout
    ensure("a.txt", root=root)
    (root / "a.txt").write_text("one==2\n")
    ensure("a.txt", root=root)
    assert len(asked) == 2


def test_the_page_needs_no_installation_after_the_tests_had_theirs(checkout):
    root, asked = checkout
    ensure("a.txt", "b.txt", root=root)
    ensure("a.txt", root=root)
    assert len(asked) == 1


def test_an_installation_that_failed_is_said_and_tried_again_at_the_next_start(checkout, monkeypatch):
    root, asked = checkout
    with monkeypatch.context() as broken:
        broken.setattr(environment, "quietly", lambda command, tries=1: "No route to host")
        with pytest.raises(ToolProblem, match=r"a\.txt(?s:.*)No route to host(?s:.*)check the connection"):
            ensure("a.txt", root=root)
    ensure("a.txt", root=root)
    assert len(asked) == 1


def test_an_environment_that_does_not_start_is_made_again(checkout, monkeypatch):
    root, asked = checkout
    monkeypatch.setattr(environment, "_works", lambda python: False)
    ensure("a.txt", root=root)
    assert asked[0][1:4] == ["-m", "venv", "--clear"]


def test_a_python_without_venv_is_one_sentence_with_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolProblem, match="apt-get install python3-venv"):
        ensure(root=tmp_path)


def test_an_older_python_gets_a_sentence_and_no_syntax_error():
    pretend = "import sys; sys.version_info = (3, 9, 2, 'final', 0); import tools.run"
    done = subprocess.run([sys.executable, "-c", pretend], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("Panj needs Python 3.11 or newer, this is Python 3.9")
    ast.parse((ROOT / "tools" / "__init__.py").read_text("utf-8"), feature_version=(3, 4))


def test_a_quiet_command_that_fails_says_its_last_words():
    assert quietly([sys.executable, "-c", "pass"]) is None
    assert quietly([sys.executable, "-c", "print('why'); raise SystemExit(3)"]) == "why"
