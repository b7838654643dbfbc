"""Rows of a sheet, written straight as XML. openpyxl makes the frame (styles, heading, filter); its own rows take seven times as long."""

import io
import math
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

MOST_CHARACTERS = 32_767
#: What no XML 1.0 file may hold.
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
FIRST_SHEET = "xl/worksheets/sheet1.xml"
_END = b"</sheetData>"
_DAY_0 = date(1899, 12, 30)


def clean(text: str) -> str:
    """The text as a cell can hold it."""
    text = ILLEGAL.sub("", text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def with_rows(book: bytes, columns: Sequence[list[str]]) -> bytes:
    """The workbook with rows after those of its first sheet. columns: cells from `cells_of`, "" where nothing is, one list a column."""
    rows = (f"<row>{''.join(cells)}</row>" for cells in zip(*columns, strict=True))
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as new:
        for item in old.infolist():
            data = old.read(item)
            if item.filename == FIRST_SHEET:
                before, end, after = data.partition(_END)
                data = before + "".join(rows).encode() + end + after
            new.writestr(item, data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def cells_of(letters: str, values: Iterable[Any], style: Callable[[Any], int], first_row: int) -> list[str]:
    """One column of cells, "" for None. style: value -> number of its style; texts are asked for a formula start only."""
    known: dict[Any, str] = {}
    cells = []
    for row, value in enumerate(values, start=first_row):
        # A text of nothing but characters that no cell can hold is no text.
        if value is None or (isinstance(value, str) and not clean(value)):
            cells.append("")
            continue
        key = (type(value), value)
        if key not in known:
            known[key] = _rest(value, style(value))
        cells.append(f'<c r="{letters}{row}"{known[key]}')
    return cells


def _rest(value: Any, style: int) -> str:
    """A cell without its beginning and address."""
    of = f' s="{style}"' if style else ""
    if isinstance(value, bool):
        return f'{of} t="b"><v>{int(value)}</v></c>'
    if isinstance(value, date):
        return f"{of}><v>{(value - _DAY_0).days}</v></c>"
    if isinstance(value, int | float) and math.isfinite(value):
        return f"{of}><v>{value!r}</v></c>"
    return f'{of} t="inlineStr"><is><t xml:space="preserve">{escape(clean(str(value)))}</t></is></c>'
