"""Preview: what would become of a file, as plain values for a page: how it was read, its columns, first rows, questions, rejects."""

import json
import math
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from etl.layout import FIELDS, REPEATED_FIELDS, Layout, layout_of
from etl.parse import latest_year
from etl.people import NAME, strike_out
from etl.progress import Progress, no_progress
from etl.read import FileRead, cells_of, layout_named, read_as, with_guesses
from etl.reading import Table, read_any
from etl.rejected import without_persons
from geodata.model import DRUGS, EVENT, columns
from geodata.settings import Settings

_FIRST, _REJECTED, _SAMPLES = 20, 200, 3
#: Longer cells are cut on the page; the file keeps them whole.
_LONGEST = 300


def preview(
    path: Path,
    name: str,
    settings: Settings,
    layout: Mapping[str, Any] | str | None = None,
    sheet: str | None = None,
    progress: Progress = no_progress,
    today: date | None = None,
) -> dict[str, Any]:
    """What the file ``path``, called ``name``, would give, saving nothing. All values are plain: JSON holds them.

    layout: as the page has it after the user changed it, or the name of one, or None for a guess. sheet: of a workbook.
    Raises BadFile in one sentence.
    """
    chosen = layout_named(layout, settings) if isinstance(layout, str) or layout is None else layout_of(layout)
    sheet = sheet or chosen.sheet or None
    table = read_any(path, name, progress, sheet)
    done = read_as(table, "0" * 64, chosen, name, latest_year(today or date.today()))
    return told(done, sheet or "")


def told(done: FileRead, sheet: str = "") -> dict[str, Any]:
    """A file that was read, as plain values."""
    table, reading = done.table, done.reading
    events = reading.parsed.events
    used = with_guesses(done)._replace(sheet=sheet)
    return {
        "read": _how(table),
        "fields": ["", *FIELDS, *(f"amount:{drug}" for drug in DRUGS), *(f"{field}:2" for field in REPEATED_FIELDS)],
        "columns": [
            {
                "name": guess.header,
                "field": guess.field,
                "reason": guess.reason,
                "score": round(guess.score, 2),
                "unit": guess.unit,
                "samples": _samples(table.rows[column], is_person=guess.field == "person"),
            }
            for column, guess in zip(table.columns, reading.guesses, strict=True)
        ],
        "questions": [
            {
                "id": question.id,
                "kind": question.kind,
                "column": question.column,
                "text": question.text,
                "examples": list(question.examples),
                "choices": list(question.choices),
                "answer": question.answer or done.layout.answers.get(question.id, ""),
                "rows": question.rows,
            }
            for question in reading.questions
        ],
        "country": {"iso3": reading.country, "why": reading.why},
        "rows": _first_rows(done),
        "closing": {
            "rows_in": table.rows_in,
            "events": done.n_read,
            "event_rows": len(events),
            "rejected": len(done.rejected),
            "weight_kg": round(float(events["weight_kg"].sum()), 9),
            "no_mass": int((events["quantity"].notna() & events["weight_kg"].isna()).sum()),
            "at_least": int((events["weight_bound"] == "at_least").sum()),
        },
        "reasons": {str(reason): int(n) for reason, n in done.rejected["reason"].value_counts().items()},
        "rejected": [
            {
                "row_number": row["row_number"],
                "reason": row["reason"],
                "detail": _short(str(row["detail"] or "")),
                "content": {header: _short(cell) for header, cell in cells_of(str(row["content"]), table).items()},
            }
            for row in done.rejected.head(_REJECTED).to_dict("records")
        ],
        "strange": {
            what: dict(sorted(words.items(), key=lambda one: (-one[1], one[0]))[:20]) for what, words in reading.parsed.strange.items()
        },
        "layout": _layout(used, any(question.kind == "country" for question in reading.questions)),
    }


def _layout(used: Layout, is_assumed: bool) -> dict[str, Any]:
    # A country that is only assumed is no part of a layout until somebody says so.
    said = used._replace(country_iso3="") if is_assumed else used
    return {"answers": {}, "country_iso3": "", "units": {}, **said.as_dict()}


def _how(table: Table) -> dict[str, Any]:
    how = table.how
    return {
        "format": how.format if how else "",
        "encoding": how.encoding if how else "",
        "delimiter": how.delimiter if how else "",
        "header_line": how.header_line if how else 0,
        "member": how.member if how else "",
        "damaged": how.damaged if how else 0,
        "sheet": how.sheet if how else "",
        "sheets": [{"name": name, "rows": rows} for name, rows in zip(table.sheet_names, table.sheet_rows, strict=False)],
        "sheets_read": list(table.sheets_read),
        "title_rows": len(table.title_rows),
        "titles": [_short(text) for _, text in table.title_rows[:10]],
        "total_rows": len(table.total_rows),
        "rows_in": table.rows_in,
    }


def _samples(cells: "pd.Series[str]", *, is_person: bool) -> list[str]:
    said = [str(cell) for cell in cells.unique() if str(cell).strip()][:_SAMPLES]
    return [f"[{NAME}]" if is_person else _short(strike_out(cell).text) for cell in said]


def _first_rows(done: FileRead) -> list[dict[str, Any]]:
    """The first rows of the file, each raw beside its events or the reason of its rejection."""
    events = done.reading.parsed.events
    by_row = {number: rows for number, rows in events.head(10 * _FIRST).groupby("row_number", sort=False)} if len(events) else {}
    persons = frozenset(column for column, guess in zip(done.table.columns, done.reading.guesses, strict=True) if guess.field == "person")
    raw = done.table.rows.head(_FIRST)
    contents = [json.dumps({c: v for c, v in row.items() if c != "row_number"}, ensure_ascii=False) for row in raw.to_dict("records")]
    plain = without_persons(pd.DataFrame({"detail": "", "content": contents}), persons)
    why = {row["row_number"]: row for row in done.rejected[done.rejected["row_number"] <= raw["row_number"].max()].to_dict("records")}
    told = []
    for number, content in zip(raw["row_number"].tolist(), plain["content"], strict=True):
        rows = by_row.get(number)
        found = [] if rows is None else [_event(row) for row in rows.to_dict("records")]
        rejected = why.get(number)
        told.append(
            {
                "row_number": int(number),
                "raw": {header: _short(cell) for header, cell in cells_of(content, done.table).items()},
                "event": found[0] if found else None,
                "further": found[1:],
                "reason": str(rejected["reason"]) if rejected else "",
                "detail": _short(str(rejected["detail"] or "")) if rejected else "",
            }
        )
    return told


def _event(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {name: _value(row[name]) for name in columns(EVENT)}


def _value(value: Any) -> Any:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    return value.item() if hasattr(value, "item") else value


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
