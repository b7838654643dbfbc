"""Read: kept bytes, plain or zipped -> the rows of one table, each with the line it starts on. Text stays as it came."""

import csv
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

import pandas as pd

from etl.progress import Progress, no_progress
from etl.reading.lines import cells_of, swallowed
from etl.reading.opening import BROKEN_ZIP
from etl.reading.table import FIELD_COUNT, QUOTE_LEFT_OPEN, ROW_EMPTY, Table, as_json, ragged_frame
from geodata.errors import BadFile

#: A zip that unpacks to more than this is no report but a trap.
LARGEST_TABLE_BYTES = 8 << 30
_TABLE_ENDINGS = (".csv", ".tsv", ".txt")
_DELIMITERS = (",", ";", "\t")
_REPORT_EVERY = 1 << 16


def read_table(path: Path, name: str, required: tuple[str, ...], optional: tuple[str, ...], progress: Progress = no_progress) -> Table:
    """The table in the kept file ``path``, which the user knows as ``name``. Raises BadFile in one sentence."""
    with _text_of(path, name) as (stream, size, position):
        lines = _clean_lines(stream, name, size, position, progress)
        return _rows(lines, name, required, optional)


@contextmanager
def _text_of(path: Path, name: str) -> Iterator[tuple[IO[str], int, Callable[[], int]]]:
    """Open the text: (stream, size in bytes, how many bytes were read so far)."""
    with ExitStack() as opened:
        file = opened.enter_context(path.open("rb"))
        start = file.read(4)
        file.seek(0)
        if not start.startswith(b"PK"):
            yield _decoded(file), path.stat().st_size, file.tell
            return
        try:
            archive = opened.enter_context(zipfile.ZipFile(file))
            member = _one_table(archive, name)
            unpacked = opened.enter_context(archive.open(member))
        except BROKEN_ZIP as error:
            raise _broken(name, error) from error
        yield _decoded(unpacked), member.file_size, unpacked.tell


def _broken(name: str, error: Exception) -> BadFile:
    return BadFile(f"{name} is a broken or locked zip ({error}): one CSV table in a zip was wanted. Fetch it again, or unpack it first.")


def _one_table(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    tables = [m for m in members if PurePosixPath(m.filename).suffix.lower() in _TABLE_ENDINGS]
    held = ", ".join(m.filename for m in members[:3]) + (", ..." if len(members) > 3 else "") if members else "nothing"
    if any(m.filename == "xl/workbook.xml" for m in members):
        raise BadFile(f"{name} is an Excel workbook: a CSV table, plain or zipped, was wanted. Save the sheet as CSV UTF-8 and send that.")
    if not tables:
        raise BadFile(f"{name} is a zip without a table (it holds {held}): one .csv file inside was wanted. Pack the table itself.")
    if len(tables) > 1:
        raise BadFile(f"{name} is a zip with {len(tables)} tables (it holds {held}): one was wanted. Give them one at a time.")
    if tables[0].file_size > LARGEST_TABLE_BYTES:
        raise BadFile(f"{name} would unpack to {tables[0].file_size} bytes: at most {LARGEST_TABLE_BYTES} were wanted. Split the table.")
    return tables[0]


def _decoded(file: IO[bytes]) -> IO[str]:
    return io.TextIOWrapper(file, encoding="utf-8-sig", newline="")  # the csv reader needs the line ends as they came


def _clean_lines(stream: IO[str], name: str, size: int, position: Callable[[], int], progress: Progress) -> Iterator[str]:
    """The lines of a text, or BadFile where they are no UTF-8 text at all."""
    try:
        for number, line in enumerate(stream, start=1):
            if "\0" in line:
                raise BadFile(f"{name} is a binary file (line {number} holds a zero byte): a CSV table was wanted. Save it as CSV UTF-8.")
            if number % _REPORT_EVERY == 0:
                progress("read", position(), size)
            yield line
    except UnicodeDecodeError as error:
        raise BadFile(
            f"{name} is no UTF-8 text (byte 0x{error.object[error.start]:02x} has no meaning there): a CSV table in UTF-8 was wanted. "
            "Save it as CSV UTF-8."
        ) from error
    except (zlib.error, lzma.LZMAError, zipfile.BadZipFile, EOFError, OSError) as error:
        raise _broken(name, error) from error


def _rows(lines: Iterator[str], name: str, required: tuple[str, ...], optional: tuple[str, ...]) -> Table:
    header_line = next(lines, "")
    delimiter, header = _header(header_line, name, required)
    taken: list[str] = []  # the lines of the row at hand
    reader = csv.reader(_noted(lines, taken), delimiter=delimiter)
    same: dict[str, str] = {}  # most cells repeat: one object each keeps 300,000 rows small
    numbers: list[int] = []
    columns: list[list[str]] = [[] for _ in header]
    ragged: list[tuple[int, str, str, str]] = []
    before = 1
    try:
        for row in reader:
            number, before = before + 1, reader.line_num + 1
            lost = swallowed(taken, delimiter, len(header)) if len(taken) > 1 else []
            if lost:
                ragged.append((number, QUOTE_LEFT_OPEN, f"would have swallowed {len(lost)} lines", as_json([taken[0].rstrip()])))
            taken.clear()
            for at, cells in enumerate(lost, start=number + 1) if lost else ((number, row),):
                if not cells:
                    continue  # a blank line is no row
                if len(cells) > len(header) and not any(cells[len(header) :]):
                    del cells[len(header) :]  # spreadsheets leave delimiters behind
                if len(cells) != len(header) or not any(cell.strip() for cell in cells):
                    ragged.append(_ragged(at, cells, header))
                    continue
                numbers.append(at)
                for column, cell in zip(columns, cells, strict=True):
                    column.append(same.setdefault(cell, cell))
    except csv.Error as error:
        raise BadFile(
            f"{name} cannot be read as a table after line {before} ({error}): rows of cells were wanted. "
            "Most often a quotation mark was opened there and never closed: close it."
        ) from error
    if not numbers and not ragged:
        raise BadFile(f"{name} has a header and no rows: at least one row was wanted. Ask whoever sent it to send it again.")
    cells_by_name = {column: pd.Series(cells, dtype="object") for column, cells in zip(header, columns, strict=True)}
    rows = pd.DataFrame({"row_number": pd.Series(numbers, dtype="int64"), **cells_by_name})
    known = {*required, *optional}
    return Table(
        rows=rows,
        ragged=ragged_frame(ragged),
        rows_in=len(numbers) + len(ragged),
        unused=tuple(column for column in header if column not in known),
    )


def _noted(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _header(line: str, name: str, required: tuple[str, ...]) -> tuple[str, list[str]]:
    """The delimiter that finds most of the columns the feed needs, and the header's names in small letters."""
    headers = {d: [cell.strip().casefold() for cell in cells_of(line, d)] for d in _DELIMITERS}
    delimiter = max(_DELIMITERS, key=lambda d: len(set(required) & set(headers[d])))
    header = headers[delimiter]
    missing = [column for column in required if column not in header]
    came = ", ".join(column for column in header if column)[:120] or "nothing"
    if missing:
        raise BadFile(
            f"{name} lacks the column {missing[0]} (its first line holds: {came}): the columns {', '.join(required)} were wanted. "
            "Check that it is the right feed and that the first line is the header."
        )
    while header and not header[-1]:
        header.pop()
    twice = [column for i, column in enumerate(header) if column in header[:i] or column == "row_number" or not column]
    if twice:
        raise BadFile(f"{name} has a column that cannot be told apart ({twice[0]!r}): each needs its own name. Rename it.")
    return delimiter, header


def _ragged(number: int, cells: list[str], header: Iterable[str]) -> tuple[int, str, str, str]:
    wanted = len(list(header))
    empty = not any(cell.strip() for cell in cells)
    reason = ROW_EMPTY if empty else FIELD_COUNT
    detail = "" if empty else f"{len(cells)} fields, {wanted} wanted"
    if lines := sum(cell.count("\n") for cell in cells):
        detail += f" (over {lines + 1} lines: is a quotation mark left open?)"
    return number, reason, detail, as_json(cells)
