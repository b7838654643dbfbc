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
#: A row of more lines than this is a quotation mark that nobody closed; with more of those than this, the file is no table.
_LONGEST_ROW, _MOST_OPEN = 1 << 9, 1 << 10


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


class _TooLong(Exception):
    """A row of more lines than any real one has."""


class _Ahead:
    """Lines that a reader takes one by one: those at hand, and as many more as the last row needs."""

    def __init__(self, chunk: list[str], lines: Iterable[str]) -> None:
        self._lines = chain(chunk, lines)
        self._at_hand = len(chunk)
        self._back: list[str] = []  # the next one last
        self.used = 0
        self.has_ended = False
        self.taken: list[str] = []  # of the row at hand

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= _LONGEST_ROW:
            raise _TooLong
        if self._back:
            line = self._back.pop()
        else:
            line = next(self._lines, "")
            if not line:
                self.has_ended = True
                raise StopIteration
        self.used += 1
        self.taken.append(line)
        return line

    def give_back_all_but_one(self) -> None:
        """The lines of the row at hand after its first are to be read again."""
        self._back.extend(reversed(self.taken[1:]))
        self.used -= len(self.taken) - 1

    def has_more_at_hand(self) -> bool:
        return bool(self._back) or self.used < self._at_hand


def _with_quotes(ahead: _Ahead, delimiter: str, first_line: int, width: int) -> Rows:
    found = Rows([], [], [])
    reader = csv.reader(ahead, delimiter=delimiter)
    at = first_line
    while ahead.has_more_at_hand():
        ahead.taken.clear()
        row: list[str] | None
        try:
            row = next(reader)
        except StopIteration:
            break
        except (_TooLong, csv.Error):
            row = None
        taken = ahead.taken
        lost = swallowed(taken, delimiter, width or len(cells_of(taken[0], delimiter))) if row and len(taken) > 1 else []
        if row is None or (not lost and len(taken) > 1 and ahead.has_ended):
            # Nobody closed the quotation mark: its own line is lost, and the lines after it are read as if it were not there.
            if len(taken) < 2 or len(found.ragged) >= _MOST_OPEN:
                raise csv.Error("a quotation mark was left open, or a cell is too long")
            found.ragged.append((at, QUOTE_LEFT_OPEN, "is closed nowhere near", as_json([ahead.taken[0].rstrip()])))
            ahead.give_back_all_but_one()
            ahead.has_ended = False
            reader = csv.reader(ahead, delimiter=delimiter)
            at += 1
        elif lost:
            found.ragged.append((at, QUOTE_LEFT_OPEN, f"would have swallowed {len(lost)} lines", as_json([taken[0].rstrip()])))
            found.numbers.extend(range(at + 1, at + len(taken)))
            found.cells.extend(lost)
            at += len(taken)
        else:
            found.numbers.append(at)
            found.cells.append(row)
            at += len(taken)
    return found
