"""Workbooks (XLSX, XLS, ODS) -> rows of text. They are opened by a program apart, with little memory and little time."""

import marshal
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

from etl.reading.merged import Merge
from etl.reading.opening import BROKEN_ZIP, LARGEST_WORKBOOK_BYTES, Opened, broken, refuse_bomb
from geodata.errors import BadFile

_CHILD = Path(__file__).with_name("workbook_child.py")
_MEGABYTES, _SECONDS = 3000, 600


class Sheet(NamedTuple):
    """One sheet. chunks: rows of text, from the first row of the sheet on."""

    name: str
    merges: list[Merge]
    chunks: Iterator[list[list[str]]]


class Book(NamedTuple):
    """A workbook. names, heights: of all its sheets. sheets: the filled ones, the fullest first, each to be read before the next."""

    names: tuple[str, ...]
    heights: tuple[int, ...]
    sheets: Iterator[Sheet]


@contextmanager
def book_of(file: Opened, path: Path, name: str, sheet: str | None) -> Iterator[Book]:
    """The sheets of a workbook, or the one that is asked for. Raises BadFile."""
    with tempfile.TemporaryDirectory() as folder:
        if file.member:
            path = Path(folder) / f"workbook.{file.kind}"
            _unpack(file, path, name)
        command = [sys.executable, "-I", str(_CHILD), str(path), sheet or "", str(_MEGABYTES)]
        with (
            tempfile.TemporaryFile() as said,
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, stdin=subprocess.DEVNULL) as child,
        ):
            stop = threading.Timer(_SECONDS, child.kill)
            stop.start()
            try:
                yield _book(child, said, name, sheet)
            finally:
                stop.cancel()
                child.kill()


def _book(child: subprocess.Popen[bytes], said: IO[bytes], name: str, wanted: str | None) -> Book:
    about = _next(child, said, name)
    names, heights = tuple(map(str, about["names"])), tuple(map(int, about["heights"]))
    if wanted and wanted not in names:
        raise BadFile(f"{name} has no sheet {wanted!r} (it has: {', '.join(names)[:200]}): one of these was wanted. Check its name.")
    if not any(height for sheet, height in zip(names, heights, strict=True) if wanted in (None, "", sheet)):
        raise BadFile(f"{name} is a workbook without a filled cell: a sheet with a header and rows was wanted. Check that it was saved.")
    return Book(names, heights, _sheets(child, said, name))


def _sheets(child: subprocess.Popen[bytes], said: IO[bytes], name: str) -> Iterator[Sheet]:
    while (about := _next(child, said, name)) is not None:
        yield Sheet(str(about["sheet"]), [tuple(merge) for merge in about["merges"]], _chunks(child, said, name))


def _chunks(child: subprocess.Popen[bytes], said: IO[bytes], name: str) -> Iterator[list[list[str]]]:
    while (rows := _next(child, said, name)) is not None:
        yield rows


def _next(child: subprocess.Popen[bytes], said: IO[bytes], name: str) -> Any:
    try:
        return marshal.load(child.stdout)  # type: ignore[arg-type]
    except (EOFError, ValueError, TypeError):
        code = child.wait()
        said.seek(0)
        words = said.read(4000).decode("utf-8", "replace")
        raise BadFile(f"{name} cannot be opened as a workbook ({_why(code, words)}): a sound XLSX, XLS or ODS was wanted. "
                      "Open it, save it anew, and send that; or save the sheet as CSV UTF-8.") from None  # fmt: skip


def _why(code: int, words: str) -> str:
    """What the program said in one line; its own stack traces are no help to anybody."""
    if "memory allocation" in words or "capacity overflow" in words or "fill the memory" in words:
        return "its cells would fill the memory: a cell far from the others, perhaps"
    lines = words.strip().splitlines()
    if len(lines) == 1 and "panicked" not in words:
        return lines[0].rstrip(".")
    return "it is damaged" if code >= 0 or words else "it takes too long"


def _unpack(file: Opened, path: Path, name: str) -> None:
    refuse_bomb(file.size, LARGEST_WORKBOOK_BYTES, name)
    try:
        with path.open("wb") as whole:
            shutil.copyfileobj(file.stream, whole)
    except BROKEN_ZIP as error:
        raise broken(name, error) from error
