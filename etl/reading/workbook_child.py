"""A program of its own: sheets of a workbook -> rows of text on stdout. Damaged workbooks may end it, never Panj.

Called as `python workbook_child.py FILE SHEET MEGABYTES`; SHEET "" means all of them, the fullest first. It imports nothing of Panj, so
that it starts at once. It writes marshalled values one after the other: a dict about the workbook; for each sheet a dict about it, lists of
rows, and None; None at the end.
"""

import datetime as dt
import marshal
import sys
from typing import Any

import python_calamine

_CHUNK = 4096


def text_of(cell: Any) -> str:
    """A cell as text: dates as ISO, whole numbers without a point, what binary fractions add left out."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, dt.datetime):
        if cell.time() == dt.time():
            return cell.date().isoformat()
        return cell.replace(microsecond=0).isoformat(sep=" ").removesuffix(":00")
    if isinstance(cell, dt.time):
        return cell.replace(microsecond=0).isoformat().removesuffix(":00")
    return str(cell)  # int, date, timedelta


def main(path: str, wanted: str, megabytes: int) -> None:
    """Write the sheets to stdout."""
    _limit(megabytes)
    out = sys.stdout.buffer
    with python_calamine.CalamineWorkbook.from_path(path) as book:
        names = list(book.sheet_names)
        sheets = [_sheet(book, name) for name in names]
        heights = [0 if sheet is None or sheet.end is None else sheet.end[0] + 1 for sheet in sheets]
        marshal.dump({"names": names, "heights": heights}, out)
        fullest = sorted(range(len(names)), key=lambda at: -heights[at])[:1]
        order = [at for at in dict.fromkeys([*fullest, *range(len(names))]) if heights[at] and wanted in ("", names[at])]
        for at in order:
            _write(names[at], sheets[at], out)
        marshal.dump(None, out)


def _write(name: str, sheet: Any, out: Any) -> None:
    left = (sheet.start or (0, 0))[1]
    merges = [(a, b - left, c, d - left) for (a, b), (c, d) in sheet.merged_cell_ranges or []][:100_000]
    marshal.dump({"sheet": name, "merges": merges}, out)
    rows = []
    for row in sheet.iter_rows():
        rows.append([cell if isinstance(cell, str) else text_of(cell) for cell in row])
        if len(rows) == _CHUNK:
            marshal.dump(rows, out)
            rows = []
    marshal.dump(rows, out)
    marshal.dump(None, out)


def _sheet(book: Any, name: str) -> Any:
    try:
        return book.get_sheet_by_name(name)
    except python_calamine.CalamineError:
        return None  # a sheet of charts, or a damaged one; the others may do


def _limit(megabytes: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
    except python_calamine.PasswordError:
        sys.exit("it is locked with a password")
    except MemoryError:
        sys.exit("its cells would fill the memory")
    except Exception as error:
        sys.exit(" ".join(str(error).split())[:200])
