"""Rejected rows as a file: reason and row number first, then the cells as they came. A formula in a cell is text."""

import csv
import io
import json

import pandas as pd

from dashboard.language import Language
from geodata.formulas import as_text


def to_csv(table: pd.DataFrame, say: Language) -> bytes:
    """REJECTED rows (n) as UTF-8 CSV with n + 1 lines; columns are those that the rows have, in order of first appearance."""
    contents = [_cells(text) for text in table["content"]]
    names = list(dict.fromkeys(name for cells in contents for name in cells))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_text(name) for name in (say("column.row_number"), say("data.reason"), say("data.detail"), *names)])
    for row, cells in zip(table.to_dict("records"), contents, strict=True):
        reason = f"reason.{row['reason']}"
        words = say(reason) if say.has(reason) else row["reason"]
        detail = "" if pd.isna(row["detail"]) else row["detail"]
        writer.writerow([row["row_number"], _text(words), _text(detail), *(_text(cells.get(name, "")) for name in names)])
    # The mark at the start makes Excel read it as UTF-8.
    return out.getvalue().encode("utf-8-sig")


def _cells(text: object) -> dict[str, str]:
    try:
        found = json.loads(str(text))
    except ValueError:
        return {"": str(text)}
    if isinstance(found, list):
        found = {str(number): cell for number, cell in enumerate(found, start=1)}
    return {str(name): "" if cell is None else str(cell) for name, cell in found.items()} if isinstance(found, dict) else {"": str(text)}


def _text(value: object) -> str:
    return as_text(str(value))
