"""Lines of a text with delimiters -> rows of cells with the line each starts on. A quotation mark left open costs its own row only."""

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
import pandas as pd

from etl.reading.table import QUOTE_LEFT_OPEN, Ragged, as_json

_FIRST_LINES, _LINES = 1 << 9, 1 << 13
#: A row of more lines than this is a quotation mark that nobody closed.
_LONGEST_ROW = 1 << 12


class Rows(NamedTuple):
    """Some rows one after the other: the line of each, and what a quotation mark would have swallowed.

    Their cells come row by row, or, where all rows are as wide as the table, column by column.
    """

    numbers: list[int]
    cells: list[list[str]]
    ragged: list[Ragged]
    columns: list[np.ndarray] | None = None


class RowReader:
    """The rows of ``lines``, some thousands at a time. width: cells of a sound row, set once it is known. Raises csv.Error."""

    def __init__(self, lines: Iterator[str], delimiter: str, first_line: int = 1) -> None:
        self._lines, self._delimiter, self._at = lines, delimiter, first_line
        self.width = 0

    def __iter__(self) -> Iterator[Rows]:
        while chunk := list(islice(self._lines, _LINES if self.width else _FIRST_LINES)):
            numbers = list(range(self._at, self._at + len(chunk)))
            if self.width > 1 and (columns := self._as_columns(chunk)) is not None:
                yield Rows(numbers, [], [], columns)
            elif rows := _one_row_a_line(chunk, self._delimiter):
                yield Rows(numbers, rows, [])
            else:
                ahead = _Ahead(chunk, self._lines)
                yield _with_quotes(ahead, self._delimiter, self._at, self.width)
                self._at += ahead.used
                continue
            self._at += len(chunk)

    def _as_columns(self, chunk: list[str]) -> list[np.ndarray] | None:
        """All cells by column, five times as fast as row by row; None where a row is not as wide as the table."""
        text = "".join(chunk)
        if '"' in text:
            rows = _one_row_a_line(chunk, self._delimiter)
            if not rows or set(map(len, rows)) != {self.width}:
                return None
        elif {line.count(self._delimiter) for line in chunk} != {self.width - 1}:
            return None
        frame = pd.read_csv(
            io.StringIO(text, newline=""), sep=self._delimiter, header=None, names=list(range(self.width)), index_col=False,
            dtype=object, na_filter=False, skip_blank_lines=False, engine="c", low_memory=False,
        )  # fmt: skip
        return [frame[column].to_numpy() for column in frame] if len(frame) == len(chunk) else None


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of one line by itself."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def swallowed(taken: list[str], delimiter: str, wanted: int) -> list[list[str]]:
    """The rows that a quotation mark left open took into its cell; none where the cell just has several lines.

    Each line after the first is then a sound row by itself. The last line of a real cell never is: it closes the quotation in the
    middle of a cell. One column cannot tell.
    """
    rows = [cells_of(line, delimiter) for line in taken[1:]]
    sound = all(not cells or (len(cells) == wanted and not any('"' in cell for cell in cells)) for cells in rows)
    return rows if wanted > 1 and sound and any(rows) else []


def _one_row_a_line(chunk: list[str], delimiter: str) -> list[list[str]]:
    """The rows of lines of which none goes on in the next; [] where one does."""
    try:
        rows = list(csv.reader(chain(chunk, ("x",)), delimiter=delimiter))
    except csv.Error:
        return []
    # The added line is a row of its own only when the last row was closed; every row takes a line at least.
    return rows[:-1] if len(rows) == len(chunk) + 1 else []


class _Ahead:
    """Lines that a reader takes one by one: those at hand, and as many more as the last row needs."""

    def __init__(self, chunk: list[str], lines: Iterable[str]) -> None:
        self._chunk, self._lines, self.used = chunk, lines, 0
        self.taken: list[str] = []  # of the row at hand

    def __iter__(self) -> Iterator[str]:
        for line in chain(self._chunk, self._lines):
            self.used += 1
            self.taken.append(line)
            yield line

    def has_more_at_hand(self) -> bool:
        return self.used < len(self._chunk)


def _with_quotes(ahead: _Ahead, delimiter: str, first_line: int, width: int) -> Rows:
    found = Rows([], [], [])
    reader = csv.reader(ahead, delimiter=delimiter)
    at = first_line
    while ahead.has_more_at_hand():
        ahead.taken.clear()
        row = next(reader, None)
        if row is None:
            break
        taken = ahead.taken
        if len(taken) > _LONGEST_ROW:
            raise csv.Error(f"one row of {len(taken)} lines")
        lost = swallowed(taken, delimiter, width or len(cells_of(taken[0], delimiter))) if len(taken) > 1 else []
        if lost:
            found.ragged.append((at, QUOTE_LEFT_OPEN, f"would have swallowed {len(lost)} lines", as_json([taken[0].rstrip()])))
            found.numbers.extend(range(at + 1, at + len(taken)))
            found.cells.extend(lost)
        else:
            found.numbers.append(at)
            found.cells.append(row)
        at += len(taken)
    return found
