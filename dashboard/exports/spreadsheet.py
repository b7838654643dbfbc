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
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from dashboard.exports.sheet_xml import cells_of, clean, with_rows
from dashboard.language import Language
from geodata.errors import PanjError
from geodata.formulas import FORMULA_STARTS, as_text
from layers.happenings import drug_kg

ATTRIBUTION = "© OpenStreetMap contributors (ODbL) · GeoNames (CC BY 4.0)"
MOST_ROWS = 1_048_575
#: Columns whose codes are words of the translations, "<prefix>.<code>".
CODED = {
    "kind": "kind", "drug": "drug", "country_iso3": "country", "transport": "transport", "precision_level": "precision",
    "date_precision": "date_precision", "weight_bound": "bound", "feed": "feed", "country_producing": "country",
    "country_departure": "country", "country_destination": "country", "concealment": "concealment", "place_kind": "place_kind",
}  # fmt: skip
#: Columns whose ids have names.
NAMED = ("place_id", "district_id", "province_id", "section_id")
#: Columns that only a program reads; the CSV file has them.
FOR_PROGRAMS = ("file_sha256", "in_region")
#: Rules of `locate_rule` that end in a level, as in exact_name_district.
RULES_WITH_LEVEL = ("exact_name_", "exact_part_", "sound_name_", "sound_part_", "like_name_", "like_part_", "ambiguous_name_")
FORMATS = {
    "weight_kg": "#,##0.###",
    "quantity": "#,##0.###",
    "uncertainty_m": "#,##0",
    "lon": "0.0000",
    "lat": "0.0000",
    "chainage_km": "0.0",
}
WIDTHS = {
    "place_text": 34, "note": 40, "source_url": 40, "agency": 26, "report_id": 34, "event_id": 34, "drug": 20, "kind": 20, "feed": 24,
    "locate_rule": 34, "place_id": 24, "district_id": 24, "province_id": 24, "section_id": 24,
}  # fmt: skip


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
    return values.map(lambda value: as_text(value) if isinstance(value, str) else value)


def to_xlsx(table: pd.DataFrame, say: Language, facts: FileFacts, names: Mapping[str, str] | None = None) -> bytes:
    """A workbook of two sheets: the rows, and what they are. Columns without any value are left out.

    names: id of a place, district, province or section -> its name in the viewer's language; an id without a name stays.
    Raises PanjError when there are more rows than a sheet can hold.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    if len(table) > MOST_ROWS:
        raise PanjError(say("export.too_many_rows", n=len(table), most=MOST_ROWS))
    book = Workbook(write_only=True)
    read = [str(name) for name in table.columns if name not in FOR_PROGRAMS and (table.empty or table[name].notna().any())]
    sheet = _frame(book, read, len(table), say)
    styles = _Styles(sheet)
    columns = [
        cells_of(get_column_letter(number), _column(table, name, say, names or {}), styles.of(name), 2)
        for number, name in enumerate(read, start=1)
    ]
    _write_about(book, say, facts, table)
    book.properties.title, book.properties.creator = facts.title, "Panj"
    buffer = io.BytesIO()
    book.save(buffer)
    return with_rows(buffer.getvalue(), columns)


def _frame(book: Any, names: list[str], n_rows: int, say: Language) -> Any:
    """The first sheet with its heading and no rows."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(say("export.sheet.rows"))
    sheet.freeze_panes = "A2"
    for number, name in enumerate(names, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTHS.get(name, 16)
    if names:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{n_rows + 1}"
    heading = Alignment(vertical="center", wrap_text=True)
    labels = [say(f"column.{name}") if say.has(f"column.{name}") else name for name in names]
    sheet.append([_cell(sheet, label, font=Font(bold=True), alignment=heading) for label in labels])
    return sheet


class _Styles:
    """Numbers of the few styles that rows need, as the workbook counts them."""

    def __init__(self, sheet: Any) -> None:
        self._sheet = sheet
        self._date = _cell(sheet, date(2000, 1, 1), number_format="yyyy-mm-dd").style_id
        self._quoted = _cell(sheet, "=").style_id

    def of(self, name: str) -> Any:
        """Value of this column -> number of its style."""
        number = _cell(self._sheet, 1.0, number_format=FORMATS[name]).style_id if name in FORMATS else 0

        def style(value: Any) -> int:
            if isinstance(value, date):
                return int(self._date)
            if isinstance(value, str):
                return int(self._quoted) if value.startswith(FORMULA_STARTS) else 0
            return 0 if isinstance(value, bool) else int(number)

        return style


def _column(table: pd.DataFrame, name: str, say: Language, names: Mapping[str, str]) -> list[Any]:
    """The values of one column as a person reads them; None where there is nothing."""
    values = [None if _is_empty(value) else value for value in table[name].tolist()]
    if name in ("happened_from", "happened_to") and "date_precision" in table:
        return [_date(*pair, first=name == "happened_from", say=say) for pair in zip(values, table["date_precision"], strict=True)]
    if name in CODED:
        words = {code: say(key) if say.has(key := f"{CODED[name]}.{code}") else code for code in set(values) - {None}}
        return [words.get(value) for value in values]
    if name in NAMED:
        return [None if value is None else names.get(value, value) for value in values]
    if name == "locate_rule":
        words = {rule: rule_text(str(rule), say) for rule in set(values) if rule is not None}
        return [words.get(value) for value in values]
    return ["; ".join(map(str, value)) if isinstance(value, list | tuple) else value for value in values]


def rule_text(rule: str, say: Language) -> str:
    """How a place was found, in words. Parts that have no words stay as they are."""
    return "; ".join(_rule_part(part, say) for part in rule.split("; "))


def _rule_part(part: str, say: Language) -> str:
    for start in RULES_WITH_LEVEL:
        if part.startswith(start) and say.has(level := f"precision.{part.removeprefix(start)}"):
            return say(f"export.rule.{start}level", level=say(level))
    return say(f"export.rule.{part}") if say.has(f"export.rule.{part}") else part


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


def _cell(sheet: Any, value: Any, **style: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, clean(value) if isinstance(value, str) else value)
    for name, wanted in style.items():
        setattr(cell, name, wanted)
    if isinstance(value, str):
        cell.data_type = "s"  # openpyxl makes a formula of whatever begins with "="
        if value.startswith(FORMULA_STARTS):
            cell.quotePrefix = True
    return cell


def _write_about(book: Any, say: Language, facts: FileFacts, table: pd.DataFrame) -> None:
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
        ("rows", len(table)),
        *([("weight", weight)] if (weight := weight_text(table, say)) else []),
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


def weight_text(table: pd.DataFrame, say: Language) -> str:
    """The drugs of the rows in kg, "≥" where a weight in the sum is a lower bound; nothing for a table that has no such weights."""
    if not {"drug", "weight_kg", "weight_bound"} <= set(table.columns):
        return ""
    kg = drug_kg(table)
    if not kg.sum() > 0:
        return ""
    text = f"{say.number(round(float(kg.sum()), 3))} {say('export.unit.kg')}"
    is_at_least = bool(((table["weight_bound"] == "at_least").to_numpy() & (kg > 0)).any())
    return f"≥ {text}. {say('figures.at_least')}." if is_at_least else text
