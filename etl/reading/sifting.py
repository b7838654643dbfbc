"""Sifting: rows of cells -> columns; sums, headers that come again, headings and remarks among the rows are set aside with a reason."""

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from etl.reading.lines import Rows
from etl.reading.table import FIELD_COUNT, GROUP_ROW, NOTE_ROW, REPEATED_HEADER, ROW_EMPTY, TOTAL_ROW, Ragged, as_json
from etl.reading.words import TOTAL_CELL, TOTAL_START, TOTAL_STARTS, VALUE_CELL

_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
#: The cells of the row at a place.
Row = Callable[[int], list[str]]
#: Sums stand in one of the first columns.
_LOOK_AT_COLUMNS = 6


class _Same(dict[str, str]):
    """Each text once: most cells repeat, and one object each keeps a million rows small. A cell of spaces is an empty cell."""

    def __missing__(self, cell: str) -> str:
        one = self[cell] = cell if cell.strip() else ""
        return one


class Columns:
    """Rows as columns of text: some of each column at a time."""

    def __init__(self, width: int, *, keeps_empty: bool) -> None:
        self.width, self.keeps_empty = width, keeps_empty
        self._numbers: list[list[int]] = []
        self._parts: list[list[np.ndarray]] = [[] for _ in range(width)]
        self.ragged: list[Ragged] = []
        self._same = _Same()

    def take(self, rows: Rows) -> None:
        """Add some rows. One that is too long or too short is set aside; a blank line is no row."""
        self.ragged.extend(rows.ragged)
        if rows.columns is not None:
            self._numbers.append(rows.numbers)
            for part, cells in zip(self._parts, rows.columns, strict=True):
                part.append(_without_blanks(cells))
            return
        numbers, cells_of_rows = rows.numbers, rows.cells
        if set(map(len, cells_of_rows)) != {self.width}:
            numbers, cells_of_rows = self._fitting(numbers, cells_of_rows)
        if numbers:
            self._numbers.append(numbers)
            one = self._same.__getitem__
            for part, column in zip(self._parts, zip(*cells_of_rows, strict=True), strict=True):
                part.append(np.array([*map(one, column), None], dtype=object)[:-1])

    def whole(self) -> tuple[np.ndarray, list[np.ndarray]]:
        """The line of each row, and all of each column."""
        numbers = np.array([number for some in self._numbers for number in some], dtype="int64")
        return numbers, [np.concatenate(part) if part else np.array([], dtype=object) for part in self._parts]

    def _fitting(self, numbers: list[int], rows: list[list[str]]) -> tuple[list[int], list[list[str]]]:
        fit: list[tuple[int, list[str]]] = []
        for number, row in zip(numbers, rows, strict=True):
            if len(row) > self.width and not any(cell.strip() for cell in row[self.width :]):
                row = row[: self.width]  # spreadsheets leave delimiters behind
            if len(row) == self.width:
                fit.append((number, row))
            elif row and (len(row) > 1 or row[0].strip()):
                self.ragged.append((number, FIELD_COUNT, _count(row, self.width), as_json(row)))
        return [number for number, _ in fit], [row for _, row in fit]


def _without_blanks(cells: np.ndarray) -> np.ndarray:
    """Cells of spaces as empty ones."""
    for blank in [cell for cell in set(cells) if cell and not cell.strip()]:
        cells = np.where(cells == blank, "", cells)
    return cells


def _count(row: list[str], wanted: int) -> str:
    detail = f"{len(row)} fields, {wanted} wanted"
    if lines := sum(cell.count("\n") for cell in row):
        detail += f" (over {lines + 1} lines: is a quotation mark left open?)"
    return detail


class Sifted(NamedTuple):
    """rows: row_number and the columns. groups: the last heading above each row, None where the table has no headings."""

    rows: pd.DataFrame
    ragged: list[Ragged]
    total_rows: tuple[int, ...]
    groups: pd.Series | None


def sift(taken: Columns, names: list[str], header: list[str]) -> Sifted:
    """Set aside what is no row of the table. header: the names as they came, to find it again inside."""
    numbers, columns = taken.whole()
    counts = np.sum([column != "" for column in columns], axis=0, dtype="int64") if len(numbers) else np.zeros(0, dtype="int64")
    row: Row = lambda at: [column[at] for column in columns]  # noqa: E731
    # A delimiter a column and nothing else: a row that somebody emptied. In a workbook there is no such thing.
    aside: dict[int, str] = {int(at): ROW_EMPTY for at in np.flatnonzero(counts == 0)}
    keys = [" ".join(name.split()).casefold() for name in header]
    for at in _odd_rows(columns, set(keys) - {""}):
        if at not in aside and (reason := TOTAL_ROW if _is_total(row(at)) else REPEATED_HEADER if _is_header(row(at), keys) else ""):
            aside[at] = reason
    groups = _set_headings_aside(counts, aside, row)
    reasons = sorted((at, reason) for at, reason in aside.items() if reason != ROW_EMPTY or taken.keeps_empty)
    keep = np.ones(len(numbers), dtype=bool)
    keep[list(aside)] = False
    kept = {name: pd.Series(column[keep] if aside else column, dtype="object") for name, column in zip(names, columns, strict=True)}
    rows = pd.DataFrame({"row_number": numbers[keep], **kept})
    return Sifted(
        rows=rows,
        ragged=taken.ragged + [(int(numbers[at]), reason, "", as_json(row(at))) for at, reason in reasons],
        total_rows=tuple(int(numbers[at]) for at, reason in reasons if reason == TOTAL_ROW),
        groups=None if groups is None else groups[keep].reset_index(drop=True),
    )


def _odd_rows(columns: list[np.ndarray], header: set[str]) -> list[int]:
    """Rows that may be a sum or the header again, by one of their first cells; each distinct cell is looked at once."""
    found: set[int] = set()
    starts = TOTAL_STARTS | {name[:2] for name in header}
    for column in columns[:_LOOK_AT_COLUMNS]:
        # Two letters decide first: a column of a million numbers must not cost a million searches.
        likely = [cell for cell in set(column) if cell[:2].casefold() in starts or not cell[:1].isalnum()]
        odd = {cell for cell in likely if len(cell) < 200 and (TOTAL_START.match(cell) or " ".join(cell.split()).casefold() in header)}
        if odd:
            found.update(at for at, cell in enumerate(column) if cell in odd)
    return sorted(found)


def _is_total(row: list[str]) -> bool:
    """A word for a sum is the first thing that the row says, and it tells no event: `Всего изъято 5 кг` with a date beside it does."""
    cells = [cell for cell in row if cell.strip()]
    words = [cell for cell in cells if not VALUE_CELL.match(cell)]
    if not words or not TOTAL_START.match(words[0]):
        return False
    others = [cell for cell in cells if cell is not words[0]]
    if TOTAL_CELL.fullmatch(words[0].strip()):
        return not any(_DATE_LIKE.search(cell) for cell in others) or len(words) == 1
    return len(row) > 1 and all(VALUE_CELL.match(cell) and not _DATE_LIKE.search(cell) for cell in others)


def _is_header(row: list[str], header: list[str]) -> bool:
    cells = [" ".join(cell.split()).casefold() for cell in row]
    same = sum(cell == name for cell, name in zip(cells, header, strict=True) if cell)
    return same >= 1 and same * 3 >= 2 * sum(bool(cell) for cell in cells) and same * 2 >= sum(bool(name) for name in header)


def _set_headings_aside(counts: np.ndarray, aside: dict[int, str], row: Row) -> pd.Series | None:
    """Rows of one word in a wide table: a heading when rows follow it, a remark after the last of them."""
    if not (counts > 1).any() or np.median(counts[counts > 1]) < 3:
        return None
    last = int(np.flatnonzero(counts > 1)[-1])
    lone = [int(at) for at in np.flatnonzero(counts == 1) if int(at) not in aside]
    lone = [at for at in lone if not VALUE_CELL.match(next(cell for cell in row(at) if cell))]
    headings: dict[int, str] = {}
    for at in lone:
        if at > last:
            aside[at] = NOTE_ROW
        elif len(lone) * 2 <= len(counts):
            aside[at] = GROUP_ROW
            headings[at] = next(cell for cell in row(at) if cell).strip()
    if not headings:
        return None
    return pd.Series(headings, dtype="object").reindex(range(len(counts))).ffill().fillna("")
