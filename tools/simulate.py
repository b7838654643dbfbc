"""`make simulate`: maps without any hotspot and maps with planted ones; prints how often each test is wrong, and how often it finds."""

import os

from tools.environment import DEVELOPMENT, ROOT, RUNTIME, ensure, program, run


def main(argv: list[str]) -> int:
    """Run the simulations; arguments go on to them (--maps, --only). Returns their exit code: not 0 when a promise is broken."""
    python = ensure(RUNTIME, DEVELOPMENT)
    return run([python, ROOT / "tests" / "simulations" / "run.py", *argv], environment={**os.environ, "PYTHONPATH": str(ROOT)})


if __name__ == "__main__":
    program(main)
