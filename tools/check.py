"""`make check`: style, types and who imports whom. Every check runs, even after one failed; a warning is an error."""

from pathlib import Path

from tools.environment import DEVELOPMENT, RUNTIME, ensure, program, run, say


def checks(python: Path) -> dict[str, list[str | Path]]:
    """What is run, by name."""
    linter = "from importlinter.cli import lint_imports_command as check; check()"
    return {
        "style (ruff check)": [python, "-m", "ruff", "check", "--quiet", "."],
        "form (ruff format)": [python, "-m", "ruff", "format", "--quiet", "--diff", "."],
        "types (mypy)": [python, "-m", "mypy", "--no-error-summary"],
        "imports (import-linter)": [python, "-c", linter, "--no-logo"],
    }


def main(argv: list[str]) -> int:
    """Run all checks. Returns 0 when all hold, else 1."""
    if argv:
        say(f"python -m tools.check takes no arguments, came {' '.join(argv)}.")
        return 2
    failed = [name for name, command in checks(ensure(RUNTIME, DEVELOPMENT)).items() if run(command) != 0]
    say(f"make check: failed: {', '.join(failed)}" if failed else "make check: style, form, types and imports hold.")
    return 1 if failed else 0


if __name__ == "__main__":
    program(main)
