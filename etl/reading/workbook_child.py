"""A program of its own: sheets of a workbook -> rows of text on stdout. Damaged workbooks may end it, never Panj.

Called as `python workbook_child.py FILE SHEET MEGABYTES`; SHEET "" means all of them, the fullest first. It imports nothing of Panj, so
that it starts at once. It writes marshalled values one after the other: a dict about the workbook; for each sheet a dict about it, lists of
rows, and None; None at the end.
"""

import datetime as dt
import marshal
import re
import sys
import zipfile
from typing import Any
from xml.etree import ElementTree

import python_calamine

_CHUNK = 4096
#: What a cell says whose formula nobody has worked out: no amount and no date, so that its row is rejected and not read as empty.
NO_VALUE = "#formula without a value"
_LARGEST_PART = 200 << 20
_FORMULA = re.compile(rb"<c\b([^>]*)>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_CELL = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


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
            _write(names[at], sheets[at], _without_value(path, names[at]), out)
        marshal.dump(None, out)


def _without_value(path: str, name: str) -> dict[int, list[int]]:
    """Formulas of an XLSX that no spreadsheet worked out: row -> columns, both from 0. None of what is damaged, huge or no XLSX."""
    found: dict[int, list[int]] = {}
    try:
        with zipfile.ZipFile(path) as book:
            sheets = {one.get("name"): one.get(_RELATION) for one in ElementTree.fromstring(_part(book, "xl/workbook.xml")).iter()}
            relations = ElementTree.fromstring(_part(book, "xl/_rels/workbook.xml.rels"))
            target = next(one.get("Target") or "" for one in relations if one.get("Id") == sheets[name])
            member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            cells = _part(book, member)
    except Exception:  # calamine is the judge of what is damaged
        return {}
    if b"<f" not in cells:
        return {}
    for attributes in _FORMULA.findall(cells):
        place = _CELL.search(attributes)
        if place and (b' t="' not in attributes or b' t="n"' in attributes):  # an empty text is a value
            column = 0
            for letter in place[1]:
                column = column * 26 + letter - 64
            found.setdefault(int(place[2]) - 1, []).append(column - 1)
    return found


def _part(book: zipfile.ZipFile, member: str) -> bytes:
    if book.getinfo(member).file_size > _LARGEST_PART:
        raise MemoryError
    return book.read(member)


def _write(name: str, sheet: Any, without_value: dict[int, list[int]], out: Any) -> None:
    left = (sheet.start or (0, 0))[1]
    merges = [(a, b - left, c, d - left) for (a, b), (c, d) in sheet.merged_cell_ranges or []][:100_000]
    marshal.dump({"sheet": name, "merges": merges}, out)
    rows = []
    for at, row in enumerate(sheet.iter_rows()):
        cells = [cell if isinstance(cell, str) else text_of(cell) for cell in row]
        for column in without_value.get(at, ()):
            if 0 <= column - left < len(cells) and not cells[column - left]:
                cells[column - left] = NO_VALUE
        rows.append(cells)
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
