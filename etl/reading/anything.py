"""Any table: a file of whatever kind -> its rows as text, what stood around them, and how it was read. Text stays as it came."""

import csv
import io
import lzma
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from etl.progress import Progress, no_progress
from etl.reading.decoding import encoding_of_stream
from etl.reading.heading import LOOK_AT, Heading, filled, heading_of, is_numbering, unique
from etl.reading.json_rows import Objects, looks_like_json, objects_of
from etl.reading.lines import RowReader, Rows, cells_of
from etl.reading.merged import FillDown, Merge
from etl.reading.opening import Opened, broken, opened, refuse_bomb
from etl.reading.sheets import table_of_book
from etl.reading.sifting import Columns, sift
from etl.reading.table import GROUP, NUMBERING, How, Table, as_json, ragged_frame
from etl.reading.workbooks import Sheet, book_of
from geodata.errors import BadFile

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 1 << 18
_MOST_COLUMNS = 2000
#: JSON is held whole; larger ones are no monthly report.
_LARGEST_JSON_BYTES = 1 << 30
_BROKEN = (zlib.error, lzma.LZMAError, zipfile.BadZipFile, EOFError, OSError, NotImplementedError)


def read_any(path: Path, name: str, progress: Progress = no_progress, sheet: str | None = None, header_line: int | None = None) -> Table:
    """The table in the kept file ``path``, which the user knows as ``name``, whatever its format and encoding.

    sheet: of a workbook; None is the one with most rows and all others with the same header.
    header_line: where a person said the header is; None finds it.
    Raises BadFile in one sentence for what is no table.
    """
    with opened(path, name) as file:
        progress("read", 0, file.size)
        try:
            if file.kind != "text":
                with book_of(file, path, name, sheet) as book:
                    return table_of_book(book, file, name, lambda found: _of_sheet(found, name, header_line))
            return _of_text(file, name, progress, header_line)
        except UnicodeError as error:
            raise BadFile(f"{name} is no text in any encoding that is known here ({error.reason if hasattr(error, 'reason') else error}): "
                          "a table was wanted. Save it as CSV UTF-8.") from error  # fmt: skip
        except csv.Error as error:
            raise BadFile(
                f"{name} cannot be read as a table ({error}): rows of cells were wanted. "
                "Most often a quotation mark was opened and never closed: close it."
            ) from error
        except _BROKEN as error:
            raise broken(name, error if isinstance(error, Exception) else Exception()) from error


def _of_text(file: Opened, name: str, progress: Progress, header_line: int | None) -> Table:
    encoding = encoding_of_stream(file.stream)
    file.stream.seek(0)
    sample = file.stream.read(_SAMPLE_BYTES)
    if not encoding:
        raise BadFile(f"{name} is a binary file: a table (CSV, XLSX, XLS, ODS or JSON lines) was wanted. Save it as CSV UTF-8.")
    start = sample.decode(encoding, "replace")
    if looks_like_json(start) and (found := _of_json(sample, file, name, encoding)) is not None:
        return found
    file.stream.seek(0)
    stream = io.TextIOWrapper(file.stream, encoding=encoding, errors="replace", newline="")
    told = _Told(stream, name, file, progress)
    first_line, delimiter = _hint(start)
    if first_line == 2:
        next(iter(told), "")
    lines = start.splitlines()[:LOOK_AT]
    delimiter = delimiter or _delimiter(lines)
    if _is_prose(lines, delimiter):
        raise BadFile(
            f"{name} is prose, not a table: rows of cells were wanted. "
            "Paste it as a bulletin on the Data page, or write: python -m etl bulletin FILE --out PROPOSALS.csv."
        )
    table = _of_rows(RowReader(iter(told), delimiter, first_line), name, header_line)
    how = How("csv", encoding.removesuffix("-sig"), delimiter, _line_of_header(table), file.member, damaged=told.damaged)
    stream.detach()
    return table._replace(how=how)


class _Told:
    """The lines of a text; tells how far it is, and counts what had no meaning."""

    def __init__(self, stream: io.TextIOWrapper, name: str, file: Opened, progress: Progress) -> None:
        self._stream, self._name, self._file, self._progress = stream, name, file, progress
        self.damaged = 0

    def __iter__(self) -> Iterator[str]:
        for number, line in enumerate(self._stream, start=1):
            if "\0" in line:
                raise BadFile(f"{self._name} is a binary file (line {number} holds a zero byte): a table was wanted. Save it as CSV UTF-8.")
            if "\ufffd" in line:
                self.damaged += line.count("\ufffd")
            if number % (1 << 16) == 0:
                self._progress("read", self._file.stream.tell(), self._file.size)
                refuse_bomb(self._file.stream.tell(), 8 << 30, self._name)
            yield line


def _of_json(sample: bytes, file: Opened, name: str, encoding: str) -> Table | None:
    refuse_bomb(file.size, _LARGEST_JSON_BYTES, name)
    whole = sample + file.stream.read(_LARGEST_JSON_BYTES)
    refuse_bomb(len(whole), _LARGEST_JSON_BYTES, name)
    text = whole.decode(encoding, "replace")
    found = objects_of(text, name)
    if found is None:
        return None
    how = How("json", encoding.removesuffix("-sig"), "", 0, file.member, damaged=text.count("\ufffd"))
    return _of_objects(found, name)._replace(how=how)


def _of_objects(found: Objects, name: str) -> Table:
    _some(len(found.numbers), name)
    headers = unique(list(found.columns))
    columns = tuple(header.casefold() for header in headers)
    cells = {name: pd.Series(column, dtype="object") for name, column in zip(columns, found.columns.values(), strict=True)}
    rows = pd.DataFrame({"row_number": pd.Series(found.numbers, dtype="int64"), **cells})
    return Table(rows, ragged_frame(found.ragged), len(rows) + len(found.ragged), (), columns, tuple(headers), ("",) * len(columns))


def _of_sheet(sheet: Sheet, name: str, header_line: int | None) -> Table:
    def rows() -> Iterator[Rows]:
        at = 1
        for chunk in sheet.chunks:
            yield Rows(list(range(at, at + len(chunk))), chunk, [])
            at += len(chunk)

    return _of_rows(rows(), name, header_line, sheet.merges)


def _line_of_header(table: Table) -> int:
    return table.how.header_line if table.how else 0


def _of_rows(chunks: Iterable[Rows], name: str, header_line: int | None, merges: list[Merge] | None = None) -> Table:
    """Find the header in the first rows, then sift all of them. merges: of a workbook, whose rows are as wide as the widest."""
    head: list[Rows] = []
    rest = iter(chunks)
    while sum(len(rows.cells) for rows in head) < LOOK_AT + (header_line or 0) and (more := next(rest, None)) is not None:
        head.append(more)
    numbers = [number for rows in head for number in rows.numbers]
    cells = [row for rows in head for row in rows.cells]
    first = cells[: LOOK_AT + (header_line or 0)]
    wanted = next((at for at, number in enumerate(numbers[: len(first)]) if number >= header_line), None) if header_line else None
    heading = heading_of(first, merges, wanted)
    width, headers = _columns(heading, first, is_sheet=merges is not None)
    if width > _MOST_COLUMNS:
        raise BadFile(f"{name} has {width} columns: at most {_MOST_COLUMNS} were wanted. Check that it is a table of reports.")
    taken = Columns(width, keeps_empty=merges is None and width > 1)
    if isinstance(chunks, RowReader):
        chunks.width = width
    ragged = [row for rows in head for row in rows.ragged]
    body = heading.body
    if heading.header and body < len(cells) and is_numbering(cells[body]):
        ragged.append((numbers[body], NUMBERING, "", as_json(cells[body])))
        body += 1
    down = FillDown([merge for merge in merges or [] if merge[0] >= body])
    taken.take(down(Rows(numbers[body:], cells[body:], ragged)))
    for rows in rest:
        taken.take(down(rows))
    return _sifted(taken, heading, headers, numbers, cells, name)


def _sifted(taken: Columns, heading: Heading, headers: list[str], numbers: list[int], cells: list[list[str]], name: str) -> Table:
    columns = [header.casefold() for header in headers]
    sifted = sift(taken, columns, (heading.names + [""] * len(columns))[: len(columns)])
    rows = sifted.rows
    # A column without a name and without a filled cell is what a spreadsheet left behind.
    keep = [i for i, column in enumerate(columns) if (i < len(heading.names) and heading.names[i]) or (rows[column] != "").any()]
    tags = [heading.tags[i] if i < len(heading.tags) else "" for i in keep]
    dropped = [columns[i] for i in range(len(columns)) if i not in set(keep)]
    rows = rows.drop(columns=dropped) if dropped else rows
    headers, columns = [headers[i] for i in keep], [columns[i] for i in keep]
    if sifted.groups is not None:
        group = unique([*headers, GROUP])[-1]
        rows = rows.assign(**{group.casefold(): sifted.groups})
        headers, columns, tags = [*headers, group], [*columns, group.casefold()], [*tags, ""]
    ragged = sorted(sifted.ragged)
    _some(len(rows) + len(ragged), name)
    return Table(
        rows=rows,
        ragged=ragged_frame(ragged),
        rows_in=len(rows) + len(ragged),
        unused=(),
        columns=tuple(columns),
        headers=tuple(headers),
        hxl=tuple(tags),
        title_rows=tuple(
            (numbers[at], "  ".join(cell.strip() for cell in filled(cells[at]))) for at in heading.titles if filled(cells[at])
        ),
        total_rows=sifted.total_rows,
        how=How("csv", header_line=numbers[heading.header[0]] if heading.header else 0),
    )


def _some(rows: int, name: str) -> None:
    if not rows:
        raise BadFile(f"{name} has no rows: a header and at least one row were wanted. Ask whoever sent it to send it again.")


def _columns(heading: Heading, first: list[list[str]], *, is_sheet: bool) -> tuple[int, list[str]]:
    """How many columns the table has and what they are called.

    A text says it in its header: a row with more cells is one whose decimal comma cut an amount in two, perhaps. In a sheet, and where
    there is no header, most rows say it.
    """
    body = [len(row) for row in first[heading.body :] if filled(row)]
    named = max((i + 1 for i, word in enumerate(heading.names) if word), default=0)
    if heading.header and not is_sheet:
        usual = max(len(row) for row in first[heading.header[0] : heading.header[1] + 1])
    else:
        usual = Counter(body).most_common(1)[0][0] if body else named
    width = max(named, usual, len(heading.tags), 1)
    return width, unique((heading.names + [""] * width)[:width])


def _hint(start: str) -> tuple[int, str]:
    """Excel's own hint: a first line `sep=;`. Returns the line on which the table starts, and the delimiter or ""."""
    line = start.removeprefix("\ufeff").split("\n", 1)[0].strip().strip('"').lower()
    return (2, line[4]) if line.startswith("sep=") and len(line) == 5 and line[4] in _DELIMITERS else (1, "\t" if line == "sep=" else "")


def _is_prose(lines: list[str], delimiter: str) -> bool:
    """Whether the lines are sentences that no delimiter cuts into equally many cells."""
    held = [line for line in lines if line.strip()]
    sentences = [line for line in held if line.rstrip()[-1] in ".!?" and len(line.split()) > 7]
    widths = Counter(len(cells_of(line, delimiter)) for line in held)
    return len(sentences) * 5 > 2 * len(held) and max((times for width, times in widths.items() if width > 1), default=0) * 2 <= len(held)


def _delimiter(lines: list[str]) -> str:
    """The delimiter that cuts most lines into equally many cells, and more than one."""

    def fit(delimiter: str) -> tuple[float, int]:
        counts = Counter(len(cells_of(line, delimiter)) for line in lines if line.strip())
        counts.pop(1, None)
        if not counts:
            return (0.0, 0)
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]))
        return (times * (width - 1) ** 0.5, width)

    return max(_DELIMITERS, key=fit) if lines else ","
