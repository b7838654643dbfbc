"""Merged cells of a workbook: what stands in the first row of a merge holds for the rows below it, unless it is an amount."""

import re

from etl.reading.lines import Rows

#: A merged range: first row, first column, last row, last column, from 0.
Merge = tuple[int, int, int, int]

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?: .*)?|\d{1,2}[./]\d{1,2}[./]\d{2,4}")


class FillDown:
    """Fills rows as they come, in their order. One weight over three rows is the weight of all three, and stays where it stands."""

    def __init__(self, merges: list[Merge]) -> None:
        self._starts: dict[int, list[Merge]] = {}
        for merge in merges:
            if merge[2] > merge[0]:
                self._starts.setdefault(merge[0], []).append(merge)
        self._open: list[tuple[int, int, str]] = []  # last row, column, what stands in it

    def __call__(self, rows: Rows) -> Rows:
        """The same rows with the merged cells filled."""
        if not self._starts:
            return rows
        for number, row in zip(rows.numbers, rows.cells, strict=True):
            at = number - 1
            self._open = [merge for merge in self._open if merge[0] >= at]
            for _, column, value in self._open:
                if column < len(row) and not row[column]:
                    row[column] = value
            for _, left, bottom, _ in self._starts.get(at, ()):
                value = row[left] if 0 <= left < len(row) else ""
                if value and (_DAY.fullmatch(value.strip()) or not value.strip()[:1].isdigit()):
                    self._open.append((bottom, left, value))
        return rows
