"""Rejected rows as they are kept and shown: every cell as it came, but without persons."""

import json

import pandas as pd

from etl.people import NAME, strike_out


def without_persons(rejected: pd.DataFrame, person_columns: frozenset[str] = frozenset()) -> pd.DataFrame:
    """Strike persons out of ``detail`` and of every cell in ``content`` (JSON: a list of cells, or cells by column name).

    person_columns: columns that hold persons only, by the names in ``content``; nothing of them is kept.
    """
    if rejected.empty:
        return rejected
    details = {text: strike_out(str(text)).text for text in rejected["detail"].dropna().unique()}
    contents = [_struck(str(content), person_columns) for content in rejected["content"]]
    return rejected.assign(detail=rejected["detail"].map(lambda text: details.get(text, text)), content=contents)


def _struck(content: str, person_columns: frozenset[str]) -> str:
    held = json.loads(content)
    if isinstance(held, dict):
        told: object = {name: f"[{NAME}]" if name in person_columns and cell else _cell(cell) for name, cell in held.items()}
    else:
        told = [_cell(cell) for cell in held]
    return content if told == held else json.dumps(told, ensure_ascii=False)


def _cell(cell: object) -> object:
    return strike_out(cell).text if isinstance(cell, str) else cell
