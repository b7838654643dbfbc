"""Sifting: rows of cells -> columns; sums, headers that come again, headings and remarks among the rows are set aside with a reason."""

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from etl.reading.table import FIELD_COUNT, GROUP_ROW, NOTE_ROW, REPEATED_HEADER, ROW_EMPTY, TOTAL_ROW, Ragged, as_json
from etl.reading.words import TOTAL_CELL, TOTAL_START, VALUE_CELL

_DATE_LIKE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}")
#: Sums stand in one of the first columns.
_LOOK_AT_COLUMNS = 6


class Columns:
    """Rows as columns of text. Cells repeat: one object each keeps a million rows small."""

    def __init__(self, width: int, *, keeps_empty: bool) -> None:
        self.width, self.keeps_empty = width, keeps_empty
        self.numbers: list[int] = []
        self.columns: list[list[str]] = [[] for _ in range(width)]
        self.ragged: list[Ragged] = []
        self._same: dict[str, str] = {}

    def take(self, numbers: list[int], rows: list[list[str]]) -> None:
        """Add some rows. One that is too long or too short is set aside; a blank line is no row."""
        if any(len(row) != self.width for row in rows):
            numbers, rows = self._fitting(numbers, rows)
        self.numbers.extend(numbers)
        one = self._same.setdefault
        for column, cells in zip(self.columns, zip(*rows, strict=True), strict=bool(rows)):
            column.extend([one(cell, cell) for cell in cells])

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
    rows = pd.DataFrame({"row_number": pd.Series(taken.numbers, dtype="int64")})
    for name, column in zip(names, taken.columns, strict=True):
        rows[name] = pd.Series(column, dtype="object")
    counts = _filled_counts(taken)
    # A delimiter a column and nothing else: a row that somebody emptied. In a workbook there is no such thing.
    aside: dict[int, str] = {int(at): ROW_EMPTY for at in np.flatnonzero(counts == 0)}
    row = _row_getter(taken)
    aside |= {at: TOTAL_ROW for at in _where(taken, _starts_as_total) if at not in aside and _is_total(row(at))}
    keys = [" ".join(name.split()).casefold() for name in header]
    aside |= {at: REPEATED_HEADER for at in _where(taken, lambda cell: " ".join(cell.split()).casefold() in set(keys))
              if at not in aside and _is_header(row(at), keys)}  # fmt: skip
    groups = _set_headings_aside(taken, counts, aside, row)
    reasons = sorted((at, reason) for at, reason in aside.items() if reason != ROW_EMPTY or taken.keeps_empty)
    ragged = [(taken.numbers[at], reason, "", as_json(row(at))) for at, reason in reasons]
    keep = np.ones(len(rows), dtype=bool)
    keep[list(aside)] = False
    return Sifted(
        rows=rows[keep].reset_index(drop=True) if aside else rows,
        ragged=taken.ragged + ragged,
        total_rows=tuple(taken.numbers[at] for at, reason in reasons if reason == TOTAL_ROW),
        groups=None if groups is None else groups[keep].reset_index(drop=True),
    )


def _filled_counts(taken: Columns) -> np.ndarray:
    counts = np.zeros(len(taken.numbers), dtype="int32")
    for column in taken.columns:
        blank = {cell for cell in set(column) if not cell.strip()}
        counts += np.fromiter((cell not in blank for cell in column), dtype=bool, count=len(column))
    return counts


def _row_getter(taken: Columns) -> Callable[[int], list[str]]:
    return lambda at: [column[at] for column in taken.columns]


def _where(taken: Columns, is_meant: Callable[[str], bool]) -> list[int]:
    """Rows with such a cell in one of the first columns; each distinct cell is asked about once."""
    found: set[int] = set()
    for column in taken.columns[:_LOOK_AT_COLUMNS]:
        meant = {cell for cell in set(column) if is_meant(cell)}
        if meant:
            found.update(at for at, cell in enumerate(column) if cell in meant)
    return sorted(found)


def _starts_as_total(cell: str) -> bool:
    return len(cell) < 200 and TOTAL_START.match(cell) is not None


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


def _set_headings_aside(taken: Columns, counts: np.ndarray, aside: dict[int, str], row: Callable[[int], list[str]]) -> pd.Series | None:
    """Rows of one word in a wide table: a heading when rows follow it, a remark after the last of them."""
    if taken.width < 3 or not len(counts) or np.median(counts) < 3:
        return None
    lone = [int(at) for at in np.flatnonzero(counts == 1) if int(at) not in aside]
    lone = [at for at in lone if not VALUE_CELL.match(next(cell for cell in row(at) if cell.strip()))]
    if not lone or len(lone) * 2 > len(counts):
        return None
    full = np.flatnonzero(counts > 1)
    last = int(full[-1]) if len(full) else -1
    headings: dict[int, str] = {}
    for at in lone:
        text = next(cell for cell in row(at) if cell.strip()).strip()
        aside[at] = NOTE_ROW if at > last else GROUP_ROW
        if at < last:
            headings[at] = text
    if not headings:
        return None
    groups = pd.Series("", index=range(len(counts)), dtype="object")
    groups[list(headings)] = list(headings.values())
    return groups.where(groups != "").ffill().fillna("")
