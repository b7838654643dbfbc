"""Collect: a file's bytes, kept for ever under their SHA-256 before anything is read from them."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from etl.progress import Progress, no_progress
from geodata.errors import BadFile, StoreProblem

_CHUNK = 1 << 20
_UNFINISHED = ".incoming-"


class Collected(NamedTuple):
    """A file whose bytes are kept. path: the kept copy. name: as the user called it. size in bytes. is_new: not kept before."""

    sha256: str
    path: Path
    name: str
    size: int
    is_new: bool


def collect(file: Path, raw: Path, progress: Progress = no_progress) -> Collected:
    """Keep the bytes of ``file`` in the folder ``raw`` (written, synced, renamed; never half there) and name their SHA-256.

    Raises BadFile for what cannot be read, StoreProblem where the disk does not take the copy.
    """
    with _opened(file) as source, _writing_to(raw):
        raw.mkdir(parents=True, exist_ok=True)
        _sweep(raw)
        return _kept(source, file.name, os.fstat(source.fileno()).st_size, raw, progress)


def _kept(source: IO[bytes], name: str, expected: int, raw: Path, progress: Progress) -> Collected:
    digest, size = hashlib.sha256(), 0
    handle, unfinished = tempfile.mkstemp(prefix=_UNFINISHED, dir=raw)
    try:
        with os.fdopen(handle, "wb") as copy:
            _hold(copy)
            while chunk := _read(source, name):
                digest.update(chunk)
                copy.write(chunk)
                size += len(chunk)
                progress("collect", size, expected)
            copy.flush()
            os.fsync(copy.fileno())
        if size == 0:
            raise BadFile(f"{name} is empty: a table with a header and rows was wanted. Ask whoever sent it to send it again.")
        kept = raw / digest.hexdigest()
        is_new = not kept.exists()
        os.replace(unfinished, kept)
        _sync_folder(raw)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(unfinished)
    return Collected(digest.hexdigest(), kept, name, size, is_new)


def _opened(file: Path) -> IO[bytes]:
    wanted = "a CSV file, plain or zipped, was wanted"
    try:
        if not file.exists():
            raise BadFile(f"There is no file {file}: {wanted}. Check the path.")
        if not file.is_file():
            kind = "a folder" if file.is_dir() else "no regular file"
            raise BadFile(f"{file} is {kind}: {wanted}. Name the file itself.")
        return file.open("rb")
    except PermissionError as error:
        raise BadFile(f"{file} may not be read by this user: {wanted}. Change its permissions.") from error
    except OSError as error:
        raise BadFile(f"{file} cannot be opened ({error.strerror or error}): {wanted}. Copy it to this machine first.") from error
    except ValueError as error:  # a NUL inside the path
        raise BadFile(f"{str(file)!r} is no path: {wanted}. Check the path.") from error


def _read(source: IO[bytes], name: str) -> bytes:
    try:
        return source.read(_CHUNK)
    except OSError as error:
        raise BadFile(f"{name} cannot be read to its end ({error.strerror or error}). Copy it to this machine first.") from error


@contextlib.contextmanager
def _writing_to(raw: Path) -> Iterator[None]:
    """Turn what the disk refuses into one clear sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreProblem(f"The disk that holds {raw} is full: nothing was changed. Make room and run the command again.") from error
        raise StoreProblem(
            f"The file cannot be kept in {raw} ({error.strerror or error}): nothing was changed. "
            "Make the folder writable, or set PANJ_DATA to one that is."
        ) from error


def _hold(copy: IO[bytes]) -> None:
    """Lock the unfinished copy, so that another run can tell it from one whose writer died. Windows locks open files itself."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(copy.fileno(), fcntl.LOCK_EX)


def _sweep(raw: Path) -> None:
    """Remove unfinished copies whose writer was killed; those being written are locked and stay."""
    for unfinished in raw.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if not _is_held(unfinished):
                unfinished.unlink()


def _is_held(unfinished: Path) -> bool:
    try:
        import fcntl
    except ImportError:
        return False  # Windows refuses to unlink an open file, which is answer enough
    with unfinished.open("rb") as copy:
        try:
            fcntl.flock(copy.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
    return False


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where the system lets a folder be opened (not on Windows)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
