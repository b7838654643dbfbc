"""`make bench`: measures what the project promises, on generated events. Arguments go on to the benchmarks."""

import os

from tools.browser import ensure_chromium
from tools.environment import BENCH, DEVELOPMENT, ROOT, RUNTIME, ensure, program, run


def main(argv: list[str]) -> int:
    """Run the benchmarks. Returns their exit code: not 0 when a limit is broken."""
    python = ensure(RUNTIME, DEVELOPMENT, BENCH)
    env = {**os.environ, "CHROMIUM": str(ensure_chromium(python)), "PYTHONPATH": str(ROOT)}
    return run([python, ROOT / "tests" / "benchmarks" / "run.py", *argv], environment=env)


if __name__ == "__main__":
    program(main)
