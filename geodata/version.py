"""Which Panj this is."""

import tomllib
from functools import cache
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent / "pyproject.toml"


@cache
def panj_version() -> str:
    """The version that pyproject.toml states."""
    return str(tomllib.loads(PROJECT.read_text("utf-8"))["project"]["version"])
