"""`make test`: installs what the tests need, a Chromium and fonts too, and runs everything. Arguments go on to pytest."""

import os

from tools.browser import ensure_chromium, ensure_fonts
from tools.environment import DEVELOPMENT, ROOT, RUNTIME, ensure, program, run

WORKERS = "2"


def main(argv: list[str]) -> int:
    """Run pytest over ``argv`` (default: all tests). Returns its exit code."""
    python = ensure(RUNTIME, DEVELOPMENT)
    ensure_fonts()
    env = {**os.environ, "CHROMIUM": str(ensure_chromium(python)), "PYTHONPATH": str(ROOT)}
    # One group of tests stays on one worker: two browsers at once on two cores make every time limit a gamble.
    return run([python, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", *argv], environment=env)


if __name__ == "__main__":
    program(main)
