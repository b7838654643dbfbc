"""`make requirements`: requirements*.in -> requirements*.txt, each package pinned, no index or host of this machine in them."""

import os

from tools.environment import DEVELOPMENT, RUNTIME, ensure, program, run

#: In this order: the later ones keep to the first.
LISTS = ("requirements", "requirements-dev", "requirements-postgres", "requirements-bench")
OPTIONS = (
    "--quiet", "--strip-extras", "--allow-unsafe", "--annotation-style=line",
    "--no-emit-index-url", "--no-emit-trusted-host", "--no-emit-find-links", "--no-emit-options",
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Compile all lists; ``--upgrade`` and other options of pip-compile go on to it. Returns 0, or its exit code."""
    python = ensure(RUNTIME, DEVELOPMENT)
    env = {**os.environ, "CUSTOM_COMPILE_COMMAND": "make requirements"}
    for name in LISTS:
        code = run([python, "-m", "piptools", "compile", *OPTIONS, *argv, "--output-file", f"{name}.txt", f"{name}.in"], environment=env)
        if code != 0:
            return code
    return 0


if __name__ == "__main__":
    program(main)
