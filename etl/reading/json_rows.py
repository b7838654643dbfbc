"""JSON lines, a JSON list of objects, or a GeoJSON collection -> rows of text under the names that the objects use."""

import json
import re
from collections.abc import Iterator
from typing import Any

from etl.reading.table import NOT_JSON, Ragged, as_json
from geodata.errors import BadFile

#: Objects deeper than this, or with more names than this in all, are no table.
_DEEPEST, _MOST_COLUMNS = 6, 500
#: Keys under which files keep their list of objects.
_LISTS = ("features", "data", "results", "records", "rows", "items", "value", "events")
#: Halves of a pair that JSON can write and no file can hold.
_LONE = re.compile("[\ud800-\udfff]")


class Objects:
    """Rows found so far: their lines, their cells by column, and lines that are none."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.numbers: list[int] = []
        self.columns: dict[str, list[str]] = {}
        self.ragged: list[Ragged] = []

    def add(self, line: int, found: object) -> None:
        """Take one object; what is none is set aside."""
        cells = dict(_flat(found)) if isinstance(found, dict) else {}
        if not cells:
            self.ragged.append((line, NOT_JSON, "an object with names and values was wanted", as_json([_short(found)])))
            return
        for name in [name for name in cells if name not in self.columns]:
            if len(self.columns) == _MOST_COLUMNS:
                raise BadFile(f"{self.name} has more than {_MOST_COLUMNS} names in its objects: a table was wanted. Send the events only.")
            self.columns[name] = [""] * len(self.numbers)
        self.numbers.append(line)
        for name, column in self.columns.items():
            column.append(cells.get(name, ""))


def looks_like_json(start: str) -> bool:
    """A text that begins as JSON does; `[x],[y]` as a CSV header would too, and is tried as JSON first."""
    return start.lstrip("\ufeff \t\r\n")[:1] in ("{", "[")


def objects_of(text: str, name: str) -> Objects | None:
    """The rows of a JSON text, line by line or as a whole; None when it is no JSON at all. Raises BadFile."""
    found = Objects(name)
    lines = [(number, line) for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), start=1) if line.strip()]
    first = _loaded(lines[0][1]) if lines else None
    if isinstance(first, dict) and (len(lines) > 1 or not _listed(first)):
        for number, line in lines:
            row = _loaded(line)
            if row is None:
                found.ragged.append((number, NOT_JSON, "", as_json([line.strip()[:1000]])))
            else:
                found.add(number, row)
        return found
    whole = _loaded(text.removeprefix("\ufeff"))
    if isinstance(whole, dict):
        whole = _listed(whole) or [whole]
    if not isinstance(whole, list):
        return None
    for number, row in enumerate(whole, start=1):
        found.add(number, row)
    return found


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)  # numbers stay as they were written
    except (ValueError, RecursionError):
        return None


def _listed(whole: dict[str, Any]) -> list[Any]:
    lists = [whole[key] for key in _LISTS if isinstance(whole.get(key), list)]
    return [row for row in lists[0]] if lists and any(isinstance(row, dict) for row in lists[0]) else []


def _flat(found: dict[str, Any], start: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        name = _LONE.sub("\ufffd", f"{start}{key}")
        if isinstance(value, dict) and value and depth < _DEEPEST:
            # GeoJSON: properties are the columns; a point is two of them.
            if value.get("type") == "Point" and isinstance(at := value.get("coordinates"), list) and len(at) >= 2:
                yield from (("lon", _text(at[0])), ("lat", _text(at[1])))
            else:
                yield from _flat(value, "" if key == "properties" and not start else f"{name}.", depth + 1)
        else:
            yield name, _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _LONE.sub("\ufffd", value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str | None) for item in value):
        return "; ".join(item for item in value if item)
    return json.dumps(value, ensure_ascii=False)


def _short(found: object) -> str:
    return json.dumps(found, ensure_ascii=False)[:1000]
