"""Kept bytes -> an open stream and what kind of file it is: text, workbook, plain or in a zip. Traps are refused in one sentence."""

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple, cast

from geodata.errors import BadFile

#: A zip that unpacks to more than this is no report but a trap.
LARGEST_TABLE_BYTES = 8 << 30
LARGEST_WORKBOOK_BYTES = 3 << 30
TEXTS = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".geojson")
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods")

#: What zipfile raises on damaged bytes; RuntimeError is its word for a password, LookupError comes of a member without a name.
BROKEN_ZIP = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError, RuntimeError, LookupError,
)  # fmt: skip

#: First bytes of what is often sent and is no table.
_NO_TABLES = (
    (b"%PDF", "a PDF"), (b"{\\rtf", "a text document (RTF)"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"), (b"Rar!", "a RAR archive"), (b"7z\xbc\xaf", "a 7z archive"), (b"SQLite format 3", "a database"),
    (b"<html", "a web page"), (b"<!doc", "a web page"), (b"<?xml", "an XML document"),
)  # fmt: skip


class Opened(NamedTuple):
    """A file ready to be read. kind: text, xlsx, xls or ods. size in bytes, unpacked. member: its name in a zip, or ""."""

    kind: str
    stream: IO[bytes]
    size: int
    member: str


@contextmanager
def opened(path: Path, name: str) -> Iterator[Opened]:
    """Open the kept file ``path``, which the user knows as ``name``. Raises BadFile in one sentence."""
    with ExitStack() as stack:
        file = stack.enter_context(path.open("rb"))
        start = file.read(64)
        file.seek(0)
        if start.startswith(b"\x1f\x8b"):
            yield Opened("text", cast(IO[bytes], stack.enter_context(gzip.GzipFile(fileobj=file))), 0, PurePosixPath(name).stem)
            return
        if not start.startswith(b"PK"):
            yield Opened(_kind(start, name), file, path.stat().st_size, "")
            return
        try:
            archive = stack.enter_context(zipfile.ZipFile(file))
            kind = _workbook_kind(archive)
            if kind:
                refuse_bomb(sum(member.file_size for member in archive.infolist()), LARGEST_WORKBOOK_BYTES, name)
            else:
                member = _one_table(archive, name)
                unpacked = stack.enter_context(archive.open(member))
                start = stack.enter_context(archive.open(member)).read(64)
        except BROKEN_ZIP as error:
            raise broken(name, error) from error
        if kind:
            file.seek(0)
            yield Opened(kind, file, path.stat().st_size, "")
            return
        inside = f"{name}/{member.filename}"
        kind = (
            PurePosixPath(member.filename).suffix.lower()[1:].replace("xlsm", "xlsx") if start.startswith(b"PK") else _kind(start, inside)
        )
        if kind not in ("text", "xlsx", "xls", "ods"):
            raise BadFile(f"{inside} is a zip in a zip: a table was wanted. Unpack it first.")
        yield Opened(kind, unpacked, member.file_size, member.filename)


def broken(name: str, error: Exception) -> BadFile:
    """What is said of a damaged zip."""
    why = " ".join(str(error).split())[:80]  # zipfile quotes whole damaged headers
    return BadFile(f"{name} is a broken or locked zip ({why}): one table in a zip was wanted. Fetch it again, or unpack it first.")


def refuse_bomb(size: int, largest: int, name: str) -> None:
    """Raises BadFile for what would fill memory or disk."""
    if size > largest:
        raise BadFile(f"{name} would unpack to {size} bytes: at most {largest} were wanted. Split the table.")


def _kind(start: bytes, name: str) -> str:
    if start.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "xls"
    plain = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for first, what in _NO_TABLES:
        if plain.startswith(first.lower()):
            raise BadFile(f"{name} is {what}: a table (CSV, XLSX, XLS, ODS or JSON lines) was wanted. Save the table itself and send that.")
    return "text"


def _workbook_kind(archive: zipfile.ZipFile) -> str:
    names = set(archive.namelist())
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return "xlsx"
    return "ods" if "content.xml" in names and "mimetype" in names else ""


def _one_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    tables = [m for m in members if PurePosixPath(m.filename).suffix.lower() in TEXTS + WORKBOOKS]
    held = ", ".join(m.filename for m in members[:3]) + (", ..." if len(members) > 3 else "") if members else "nothing"
    if not tables:
        raise BadFile(f"{name} is a zip without a table (it holds {held}): one table inside was wanted. Pack the table itself.")
    if len(tables) > 1:
        raise BadFile(f"{name} is a zip with {len(tables)} tables (it holds {held}): one was wanted. Give them one at a time.")
    refuse_bomb(tables[0].file_size, LARGEST_TABLE_BYTES, name)
    return tables[0]
