"""The rows behind a view as CSV (for programs) and XLSX (for people); both say where they come from.

CSV: UTF-8 with a byte order mark, without which Excel garbles Cyrillic; comma; field names of `geodata.model`; codes, ISO dates, decimal
points. A comment line before or after the rows would break every parser, so the attribution and the disclaimer are the *name* of the last
column: it is there in an empty table too, survives sorting and filtering, and costs nothing per row. Its cells say "generated" in
demonstration data and are empty otherwise.
XLSX: the viewer's language for headings and coded values, real dates only where the day is known, and a second sheet that says what the
rows are: filters, period, n, caveat, attribution, disclaimer.
Text that a spreadsheet would take for a formula is disarmed in both: an apostrophe before it in CSV, a quoted text cell in XLSX.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.language import Language
from geodata.errors import PanjError

ATTRIBUTION = "© OpenStreetMap contributors (ODbL) · GeoNames (CC BY 4.0)"
#: Characters with which a spreadsheet begins a formula, and the invisible ones that it skips before looking.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST_ROWS = 1_048_575
MOST_CHARACTERS = 32_767
#: Columns whose codes are words of the translations, "<prefix>.<code>".
CODED = {
    "kind": "kind", "drug": "drug", "country_iso3": "country", "transport": "transport", "precision_level": "precision",
    "date_precision": "date_precision", "weight_bound": "bound",
}  # fmt: skip
#: Columns that only a program reads; the CSV file has them.
FOR_PROGRAMS = ("file_sha256", "in_region")
FORMATS = {
    "weight_kg": "#,##0.###",
    "quantity": "#,##0.###",
    "uncertainty_m": "#,##0",
    "lon": "0.0000",
    "lat": "0.0000",
    "chainage_km": "0.0",
}
WIDTHS = {"place_text": 34, "note": 40, "source_url": 40, "agency": 26, "report_id": 34, "event_id": 34, "drug": 20, "kind": 20}


@dataclass(frozen=True)
class FileFacts:
    """What a file says of its rows, in the viewer's language. n: events, not rows."""

    title: str
    period: str
    filters: str
    n: int
    caveat: str
    made_on: date
    is_generated: bool
    sources: tuple[str, ...] = ()


def to_csv(table: pd.DataFrame, say: Language, facts: FileFacts) -> bytes:
    """n rows and a heading as CSV. table: plain columns (text, numbers, flags); its own order is kept."""
    notice = f"{ATTRIBUTION} · {say('export.disclaimer')} · {facts.caveat}"
    if facts.is_generated:
        notice = f"{say('export.generated')} · {notice}"
    safe = table.assign(**{name: _disarmed(table[name]) for name in table.columns if not pd.api.types.is_numeric_dtype(table[name])})
    safe[notice] = "generated" if facts.is_generated else ""
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def _disarmed(values: pd.Series) -> pd.Series:
    return values.map(lambda value: f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value)


def to_xlsx(table: pd.DataFrame, say: Language, facts: FileFacts) -> bytes:
    """A workbook of two sheets: the rows, and what they are. Columns without any value are left out.

    Raises PanjError when there are more rows than a sheet can hold.
    """
    from openpyxl import Workbook

    if len(table) > MOST_ROWS:
        raise PanjError(f"The view has {len(table):,} rows and a sheet holds {MOST_ROWS:,}: choose a shorter period, or take the CSV file.")
    book = Workbook(write_only=True)
    read = [name for name in table.columns if name not in FOR_PROGRAMS and (table.empty or table[name].notna().any())]
    _write_rows(book, table[read], say)
    _write_about(book, say, facts, len(table))
    book.properties.title, book.properties.creator = facts.title, "Panj"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _write_rows(book: Any, table: pd.DataFrame, say: Language) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(say("export.sheet.rows"))
    sheet.freeze_panes = "A2"
    names = [str(name) for name in table.columns]
    for number, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 16)
    if names:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{len(table) + 1}"
    heading = Alignment(vertical="center", wrap_text=True)
    labels = [say(f"column.{name}") if say.has(f"column.{name}") else name for name in names]
    sheet.append([_cell(sheet, label, font=Font(bold=True), alignment=heading) for label in labels])
    for row in _rows(table, say):
        sheet.append([_styled(sheet, name, value) for name, value in zip(names, row, strict=True)])


def _rows(table: pd.DataFrame, say: Language) -> Iterator[list[Any]]:
    columns = [_column(table, str(name), say) for name in table.columns]
    return (list(row) for row in zip(*columns, strict=True))


def _column(table: pd.DataFrame, name: str, say: Language) -> list[Any]:
    """The values of one column as a person reads them; None where there is nothing."""
    values = [None if _is_empty(value) else value for value in table[name].tolist()]
    if name in ("happened_from", "happened_to") and "date_precision" in table:
        return [_date(*pair, first=name == "happened_from", say=say) for pair in zip(values, table["date_precision"], strict=True)]
    if name in CODED:
        words = {code: say(key) if say.has(key := f"{CODED[name]}.{code}") else code for code in set(values) - {None}}
        return [words.get(value) for value in values]
    return values


def _is_empty(value: Any) -> bool:
    return value is None or (not isinstance(value, list | tuple) and bool(pd.isna(value))) or value == ""


def _date(day: str | None, precision: str, *, first: bool, say: Language) -> date | str | None:
    """A real date only where the day is known: a month-only event must not become the first of its month."""
    if day is None:
        return say("export.undated") if first else None
    if precision == "day":
        return date.fromisoformat(day)
    if not first:
        return None
    return {"month": day[:7], "quarter": f"{day[:4]} Q{(int(day[5:7]) + 2) // 3}"}.get(precision, day[:4])


def _styled(sheet: Any, name: str, value: Any) -> Any:
    """Plain values where that is enough: a hundred thousand rows of styled cells take minutes."""
    if isinstance(value, date):
        return _cell(sheet, value, number_format="yyyy-mm-dd")
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return _cell(sheet, value, number_format=FORMATS[name]) if name in FORMATS else value
    text = _clean("; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
    return _cell(sheet, text) if text.startswith(FORMULA_STARTS) or name == "source_url" else text


def _clean(text: str) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _cell(sheet: Any, value: Any, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, _clean(value) if isinstance(value, str) else value)
    for name, wanted in style.items():
        setattr(cell, name, wanted)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl makes a formula of whatever begins with "="
        if value.startswith(FORMULA_STARTS):
            cell.quotePrefix = True
    return cell


def _write_about(book: Any, say: Language, facts: FileFacts, n_rows: int) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet = book.create_sheet(say("export.sheet.about"))
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 110
    if facts.is_generated:
        red = PatternFill("solid", start_color="B3122A")
        sheet.append([_cell(sheet, say("export.generated"), font=Font(bold=True, color="FFFFFF"), fill=red)])
    lines = [
        ("title", facts.title),
        ("period", facts.period),
        ("filters", facts.filters),
        ("events", facts.n),
        ("rows", n_rows),
        ("caveat", facts.caveat),
        ("sources", "; ".join(facts.sources)),
        ("attribution", ATTRIBUTION),
        ("disclaimer", say("export.disclaimer")),
        ("made_on", facts.made_on),
    ]
    for name, value in lines:
        style = {"number_format": "yyyy-mm-dd"} if isinstance(value, date) else {}
        label = _cell(sheet, say(f"export.about.{name}"), font=Font(bold=True), alignment=Alignment(vertical="top"))
        sheet.append([label, _cell(sheet, value, alignment=Alignment(wrap_text=True, vertical="top", horizontal="left"), **style)])
