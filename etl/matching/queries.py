"""Queries: a table of place words with their country -> where each is, in the same order. `python -m etl locate`."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from etl.matching.engine import Locator, Question
from etl.vocabulary import country_words, key
from geodata.errors import BadFile
from geodata.formulas import as_text
from geodata.model import precision_of

NEEDED = ("query", "country")
OPTIONAL = ("admin", "on_date")
ANSWER = ("status", "lon", "lat", "uncertainty_m", "precision", "place_id", "rule", "score")
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")


class Queries(NamedTuple):
    """columns: names as they came. rows: the cells of each row. questions: one a row."""

    columns: list[str]
    rows: list[list[str]]
    questions: list[Question]


def read_queries(path: Path) -> Queries:
    """The questions of a CSV file with the columns query, country and, where it has them, admin and on_date. Raises BadFile."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise BadFile(f"{path.name} is no UTF-8 text (byte {problem.start}): save it as CSV in UTF-8 and try again.") from problem
    try:
        lines = [line for line in csv.reader(io.StringIO(text.replace("\0", ""), newline=""))]
    except csv.Error as problem:
        raise BadFile(
            f"{path.name} could not be read as CSV ({problem}): commas and quotation marks as a spreadsheet saves them were wanted."
        ) from problem
    columns = [name.strip() for name in lines[0]] if lines else []
    at = {name.casefold(): number for number, name in reversed(list(enumerate(columns)))}
    if missing := [name for name in NEEDED if name not in at]:
        raise BadFile(
            f"{path.name} lacks the column {missing[0]!r} (it has {', '.join(columns) or 'none'}); "
            "wanted: query, country and optionally admin, on_date."
        )
    rows = [[*row[: len(columns)], *[""] * (len(columns) - len(row))] for row in lines[1:] if row]
    cells = [at.get(name, -1) for name in (*NEEDED, *OPTIONAL)]
    questions = [_question(*("" if cell < 0 else row[cell] for cell in cells)) for row in rows]
    return Queries(columns, rows, questions)


def _as_text(cell: str) -> str:
    """A spreadsheet would run a cell that begins like a formula; with an apostrophe it is text. A lone sign is no formula."""
    return as_text(cell) if len(cell) > 1 else cell


def _question(query: str, country: str, admin: str, on_date: str) -> Question:
    return Question(query.strip(), admin.strip(), _iso3(country.strip()), int(found[1]) if (found := _YEAR.search(on_date)) else None)


def _iso3(country: str) -> str:
    """A code as it came, or of a country's name."""
    return country_words().get(key(country), country.upper())


def answer_queries(queries: Queries, locator: Locator) -> pd.DataFrame:
    """The rows as they came, with ANSWER beside them."""
    answers = locator.answers(queries.questions)
    table: dict[str, Iterable[object]] = {}
    for number, column in enumerate(queries.columns):
        if column and column not in ANSWER and column not in table:
            table[column] = [_as_text(row[number]) for row in queries.rows]
    found: Mapping[str, list[object]] = {name: [] for name in ANSWER}
    for named in answers:
        place = named.place
        found["status"].append(named.status)
        found["lon"].append(None if place is None else round(place.lon, 6))
        found["lat"].append(None if place is None else round(place.lat, 6))
        found["uncertainty_m"].append(None if place is None else round(place.uncertainty_m))
        level = "country" if place is None and named.rule == "country_named" else "none" if place is None else place.level
        found["precision"].append(precision_of(level, None if place is None else place.uncertainty_m))
        found["place_id"].append(None if place is None else place.place_id)
        found["rule"].append(named.rule)
        found["score"].append(named.score)
    return pd.DataFrame({**table, **found})
