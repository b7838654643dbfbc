"""`make test`: installs what the tests need, a Chromium and fonts too, and runs everything. Arguments go on to pytest."""

import os

from tools.browser import ensure_chromium, ensure_fonts
from tools.environment import DEVELOPMENT, ROOT, RUNTIME, ensure, program, run

WORKERS = "2"
#: A suite that grows says where.
SLOWEST = ("--durations=25", "--durations-min=5")


def main(argv: list[str]) -> int:
    """Run pytest over ``argv`` (default: all tests). Returns its exit code."""
    python = ensure(RUNTIME, DEVELOPMENT)
    ensure_fonts()
    env = {**os.environ, "CHROMIUM": str(ensure_chromium(python)), "PYTHONPATH": str(ROOT)}
    # How tests are shared among the workers is tests/conftest.py's: those with a browser stay on one.
    return run([python, "-m", "pytest", "-n", WORKERS, *SLOWEST, *argv], environment=env)


if __name__ == "__main__":
    program(main)
