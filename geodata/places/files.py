"""The one reader of the project's own tables, `geodata/places/files/*.csv`: every cell is checked against its field."""

import csv
import math
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from geodata.errors import BadReference

FOLDER = Path(__file__).parent / "files"

FieldKind = Literal["text", "number", "integer", "list", "slug", "iso3", "iso3s", "date", "url", "lon", "lat"]


class Field(NamedTuple):
    """One column of a table: what its cells hold and which values are refused.

    kind: "list" cells are joined with ";"; "date" is 2018, 2018-08 or 2018-08-15; "url" is an address or the name of a
    printed source; "lon" and "lat" are EPSG:4326 degrees. low, high: inclusive bounds of a number.
    """

    name: str
    kind: FieldKind = "text"
    may_be_empty: bool = True
    allowed: tuple[str, ...] = ()
    unique: bool = False
    low: float = -math.inf
    high: float = math.inf


_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ISO3 = re.compile(r"[A-Z]{3}")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_NUMERIC = ("number", "integer", "lon", "lat")
_BOUNDS = {"lon": (-180.0, 180.0), "lat": (-90.0, 90.0)}


class Sheet(NamedTuple):
    """A table with what is needed to say where in its file a row stands."""

    file: str
    rows: pd.DataFrame  # index 0..n-1
    lines: tuple[int, ...]

    def refuse(self, row: int, column: str, wanted: str) -> BadReference:
        """The error for a cell that is well written and still cannot be right, such as an id that nothing else knows."""
        came = self.rows[column].iloc[row]
        return BadReference(self.file, self.lines[row], column, came.item() if isinstance(came, np.generic) else came, wanted)


def read_table(name: str, spec: tuple[Field, ...], folder: Path = FOLDER) -> pd.DataFrame:
    """The table ``name``.csv of ``folder`` with the columns of ``spec``, in their order; n rows as in the file.

    Text columns hold str or NaN, "number", "lon" and "lat" float64, "integer" Int64, "list" and "iso3s" lists of str (maybe empty).
    Raises BadReference, naming the file, the line on which the row starts and the column.
    """
    return read_sheet(name, spec, folder).rows


def read_sheet(name: str, spec: tuple[Field, ...], folder: Path = FOLDER) -> Sheet:
    """As `read_table`, with the line of each row for checks that look across tables."""
    path = folder / f"{name}.csv"
    sheet = _read(path, spec, path.stat().st_mtime_ns if path.exists() else 0)
    lists = [field.name for field in spec if field.kind in ("list", "iso3s")]
    return sheet._replace(rows=sheet.rows.assign(**{name: sheet.rows[name].map(list) for name in lists}))


def records(table: pd.DataFrame) -> Iterator[Any]:
    """The rows as named tuples whose cells have the types that their fields say, which a type checker cannot know."""
    return iter(table.itertuples(index=False))


@cache
def _read(path: Path, spec: tuple[Field, ...], changed: int) -> Sheet:
    """The checked table; lists as tuples, so that no caller can change what the next one gets. changed: a file that did is read again."""
    rows = list(_rows(path, spec))
    seen: dict[tuple[str, str], int] = {}
    table: dict[str, list[object]] = {field.name: [] for field in spec}
    for line, cells in rows:
        for field, text in zip(spec, cells, strict=True):
            if field.unique and text:
                first = seen.setdefault((field.name, text), line)
                if first != line:
                    raise BadReference(path.name, line, field.name, text, f"a value that no other row has (line {first} has it too)")
            table[field.name].append(_value(path.name, line, field, text))
    frame = pd.DataFrame({field.name: pd.Series(table[field.name], dtype=_dtype(field)) for field in spec})
    return Sheet(path.name, frame, tuple(line for line, _ in rows))


def _dtype(field: Field) -> str:
    if field.kind == "integer":
        return "Int64"
    return "float64" if field.kind in _NUMERIC else "object" if field.kind in ("list", "iso3s") else "str"


def _rows(path: Path, spec: tuple[Field, ...]) -> Iterator[tuple[int, list[str]]]:
    """Line on which each row starts (header = 1) and its cells, stripped. A cell may span lines, so lines are counted by the reader."""
    names = [field.name for field in spec]
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadReference(path.name, 1, names[0], str(problem), "a readable UTF-8 file") from problem
    reader = csv.reader(text.splitlines(keepends=True), strict=True)
    line = 1
    try:
        header = next(reader, [])
        if header != names:
            column = next((n for n in names if n not in header), next((h for h in header if h not in names), names[0]))
            raise BadReference(path.name, 1, column, ",".join(header), f"the header {','.join(names)}")
        line = reader.line_num + 1
        for cells in reader:
            if len(cells) != len(names):
                column = names[min(len(cells), len(names) - 1)]
                raise BadReference(path.name, line, column, ",".join(cells), f"{len(names)} cells, this row has {len(cells)}")
            yield line, [cell.strip() for cell in cells]
            line = reader.line_num + 1
    except csv.Error as problem:
        raise BadReference(path.name, line, names[0], str(problem), "a row with paired quotes") from problem


def _value(file: str, line: int, field: Field, text: str) -> object:
    """One cell as its value. Raises BadReference."""

    def refuse(wanted: str) -> BadReference:
        return BadReference(file, line, field.name, text, wanted)

    if not text:
        if not field.may_be_empty:
            raise refuse("a value")
        return () if field.kind in ("list", "iso3s") else None
    if field.kind in ("list", "iso3s"):
        parts = tuple(part.strip() for part in text.split(";"))
        if not all(parts):
            raise refuse('values joined with ";", none of them empty')
        if field.kind == "iso3s" and not all(map(_ISO3.fullmatch, parts)):
            raise refuse('three-letter country codes joined with ";"')
        if field.allowed and not set(parts) <= set(field.allowed):
            raise refuse(f"of {', '.join(field.allowed)}")
        return parts
    if field.allowed and text not in field.allowed:
        raise refuse(f"one of {', '.join(field.allowed)}")
    if field.kind in _NUMERIC:
        return _number(text, field, refuse)
    if field.kind == "slug" and not _SLUG.fullmatch(text):
        raise refuse("small ASCII letters, digits and single hyphens, as in tj-khatlon")
    if field.kind == "iso3" and not _ISO3.fullmatch(text):
        raise refuse("a three-letter country code, as in TJK")
    if field.kind == "date" and not _is_date(text):
        raise refuse("a date as 2018, 2018-08 or 2018-08-15")
    return text


def _number(text: str, field: Field, refuse: Callable[[str], BadReference]) -> float | int:
    whole = field.kind == "integer"
    # ASCII only: \d would take digits of every script, and float() "nan", "1e9" and "1_000".
    if not re.fullmatch(r"-?[0-9]+" if whole else r"-?[0-9]+(\.[0-9]+)?", text):
        raise refuse("a whole number" if whole else "a number with a decimal point")
    number = int(text) if whole else float(text)
    low, high = _BOUNDS.get(field.kind, (-math.inf, math.inf))
    low, high = max(low, field.low), min(high, field.high)
    if not low <= number <= high:
        raise refuse(f"a number from {low:g} to {high:g}")
    return number


def _is_date(text: str) -> bool:
    found = _DATE.fullmatch(text)
    if not found:
        return False
    year, month, day = (int(part) if part else 1 for part in found.groups())
    try:
        pd.Timestamp(year=year, month=month, day=day)
    except ValueError:
        return False
    return True
