"""The virtual environment in .venv: made once, and brought up to date only when a list of requirements changed."""

import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
BENCH = "requirements-bench.txt"  # the peers that are measured beside us
INSTALL_TRIES = 3


class ToolProblem(Exception):
    """A step that cannot be done; its text is shown as it is, exit code 2."""


def say(text: str) -> None:
    """One line for the person at the terminal, at once."""
    print(text, flush=True)


def python_in(venv: Path) -> Path:
    """Where the Python of a virtual environment lies."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure(*lists: str, root: Path = ROOT) -> Path:
    """Make ``root``/.venv where it is missing and install ``lists`` where they changed since. Returns its Python.

    What was installed is remembered by the SHA-256 of each list, inside .venv: remove the folder and all of it is forgotten.
    Raises ToolProblem when the environment cannot be made or filled.
    """
    venv = root / ".venv"
    python = python_in(venv)
    if not _works(python):
        _make(venv)
    stamps = {name: venv / f"installed-{name}.sha256" for name in lists}
    sums = {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in lists}
    if any(not stamp.is_file() or stamp.read_text("ascii") != sums[name] for name, stamp in stamps.items()):
        say(f"Installing {' and '.join(lists)} into .venv (some minutes the first time, then only when they change) ...")
        _install(python, [root / name for name in lists])
        for name, stamp in stamps.items():
            stamp.write_text(sums[name], "ascii")
    return python


def run(command: Sequence[str | Path], environment: Mapping[str, str] | None = None) -> int:
    """Run a command in the project's folder, its output going where ours goes. Returns its exit code."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=None if environment is None else dict(environment)).returncode


def quietly(command: Sequence[str | Path], tries: int = 1, environment: Mapping[str, str] | None = None) -> str | None:
    """Run a command without its noise, again when it fails. Returns None when it worked, else the end of what it said."""
    said = ""
    for attempt in range(tries):
        if attempt:
            time.sleep(3 * attempt)
        done = subprocess.run(
            [str(part) for part in command], cwd=ROOT, env=dict(environment or os.environ), text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        if done.returncode == 0:
            return None
        said = "\n".join(done.stdout.strip().splitlines()[-12:])
    return said or "(it said nothing)"


def program(main: Callable[[list[str]], int]) -> None:
    """Run a step as a program: its exit code is the process's, a ToolProblem is one sentence and 2, Ctrl+C is no traceback."""
    try:
        raise SystemExit(main(sys.argv[1:]))
    except ToolProblem as problem:
        sys.stderr.write(f"{problem}\n")
        raise SystemExit(2) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None


def _works(python: Path) -> bool:
    """Is there an environment with pip and a Python new enough? It may be half made, or its Python may have been removed."""
    if not python.exists():
        return False
    question = "import sys, pip; raise SystemExit(sys.version_info < (3, 11))"
    return subprocess.run([str(python), "-c", question], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def _make(venv: Path) -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise ToolProblem(
            f"The Python at {sys.executable} came without its modules venv and ensurepip, which make the folder .venv. "
            "Install them (Debian and Ubuntu: apt-get install python3-venv) or name another Python: make run PYTHON=python3.12"
        )
    say(f"Making .venv with Python {sys.version_info[0]}.{sys.version_info[1]} ...")
    said = quietly([sys.executable, "-m", "venv", "--clear", venv])
    if said is not None:
        raise ToolProblem(
            f"The folder .venv could not be made with {sys.executable}. It said:\n{said}\nIs the disk full, or the folder read-only?"
        )


def _install(python: Path, lists: Sequence[Path]) -> None:
    wanted = [part for file in lists for part in ("-r", file)]
    said = quietly([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *wanted], tries=INSTALL_TRIES)
    if said is not None:
        raise ToolProblem(
            f"pip could not install {' and '.join(file.name for file in lists)} ({INSTALL_TRIES} tries). It said:\n{said}\n"
            "The packages come from the network (or the index that pip is configured with) this once: check the connection and start again."
        )
