"""Cache files: made when absent or damaged, written aside and renamed, checked by a SHA-256 that lies beside them."""

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from geodata.errors import BadFile


def cached_file(folder: Path, name: str, make: Callable[[], bytes]) -> Path:
    """The path of ``folder``/``name``, holding what ``make`` returned, whoever made it first.

    A file whose bytes do not fit its `<name>.sha256` (half written, bit rot, edited) is made again. Two processes that
    make the same file at once write the same bytes, so either may win. Raises BadFile when the folder cannot be written.
    """
    path = folder / name
    if is_sound(path):
        return path
    return store_file(folder, name, make())


def store_file(folder: Path, name: str, content: bytes) -> Path:
    """Write a file and its digest, whatever was there before. Raises BadFile when the folder cannot be written."""
    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, content)
        _write(_digest_path(path), hashlib.sha256(content).hexdigest().encode())
    except OSError as problem:
        what = f"The file {path} could not be written ({problem.strerror})"
        raise BadFile(f"{what}: make room there, or point PANJ_DATA elsewhere.") from problem
    return path


def is_sound(path: Path) -> bool:
    """Is the file there, and are its bytes the ones that were written?"""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == _digest_path(path).read_text("ascii")
    except (OSError, UnicodeDecodeError):
        return False


def _digest_path(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _write(path: Path, content: bytes) -> None:
    """All of it or nothing: a reader never meets half a file."""
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
