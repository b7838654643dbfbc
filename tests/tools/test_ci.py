"""The check of a commit fails when anything in it failed, and its last line is pytest's closing line."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = pytest.mark.skipif(os.name == "nt", reason="the check of a commit runs on Linux")


def run_ci(tmp_path: Path, check: int, test: int) -> tuple[int, str]:
    """Run .ci/run with a make that ends as told. Returns the exit code and the last line."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    make = tmp_path / "bin" / "make"
    make.parent.mkdir()
    closing = f"{'=' * 10} {'1 failed, ' if test else ''}12 passed in 3.21s {'=' * 10}"
    make.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *check*) exit {check};; esac\n'
        f'echo "{closing}"\n'
        f'[ {test} = 0 ] || echo "make: *** [Makefile:26: test] Error 1" >&2\n'
        f"exit {test}\n"
    )
    make.chmod(0o755)
    env = {**os.environ, "PATH": f"{make.parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", ".ci/run"], cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout.strip().splitlines()[-1]


def test_it_can_be_started_and_calls_what_a_newcomer_calls():
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_it_passes_when_tests_and_checks_pass(tmp_path):
    assert run_ci(tmp_path, check=0, test=0) == (0, "========== 12 passed in 3.21s ==========")


def test_it_fails_when_a_test_fails(tmp_path):
    assert run_ci(tmp_path, check=0, test=2) == (1, "========== 1 failed, 12 passed in 3.21s ==========")


def test_it_fails_when_only_a_check_fails(tmp_path):
    assert run_ci(tmp_path, check=1, test=0) == (1, "========== 12 passed in 3.21s ==========")
