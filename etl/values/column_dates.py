"""Dates of a whole column: its own dates decide whether 11/03/2010 is in March; where they don't, each row carries the question."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import pandas as pd

from etl.asking import Question
from etl.values.date_order import ColumnOrder, order_of, resolved
from etl.values.dates import Order, Said, read_date

FIRST_YEAR = 1900
#: What is wrong with a date -> the reason of the rejection.
REASON_OF = {"unreadable": "date_unreadable", "range": "date_out_of_range", "ambiguous": "date_ambiguous", "no_year": "date_year_missing"}


class DateColumn(NamedTuple):
    """Of n texts: first, last (ISO, None where none), precision, hour (Int64), reason ("" where good) and detail; and open questions."""

    table: pd.DataFrame
    questions: list[Question]


def read_date_column(texts: "pd.Series[str]", header: str, latest: int, answers: Mapping[str, str]) -> DateColumn:
    """Read n texts of one column, "" where nothing is said. answers: `date_order:<header>` and `year`, where somebody answered."""
    year = int(answers.get(f"year:{header}") or answers.get("year") or 0)
    counts = texts.value_counts()
    said = {str(text): read_date(str(text), FIRST_YEAR, latest, year) for text in counts.index if text != ""}
    order = _order(said, answers.get(f"date_order:{header}") or answers.get("date_order") or "")
    answers_of: dict[str, tuple[str | None, str | None, str, int | None, str, str]] = {"": (None, None, "unknown", None, "", "")}
    for text, one in said.items():
        answers_of[text] = _row(text, resolved(one, order))
    rows = [answers_of[str(text)] for text in texts]
    table = pd.DataFrame(rows, columns=["first", "last", "precision", "hour", "reason", "detail"], index=texts.index)
    return DateColumn(table.astype({"hour": "Int64"}), _questions(said, order, header, counts, answers, latest))


def _order(said: Mapping[str, Said], answer: str) -> ColumnOrder:
    shown = order_of(said.values())
    if answer in ("day_first", "month_first"):
        order: Order = "day_first" if answer == "day_first" else "month_first"
        # Dots are day-first unless the dates themselves leave it open; the answer is for what is open.
        return shown._replace(slashed=shown.slashed or order, dotted=shown.dotted or order)
    return shown


def _row(text: str, said: Said) -> tuple[str | None, str | None, str, int | None, str, str]:
    if said.problem or said.day is None:
        reason = REASON_OF[said.problem or "unreadable"]
        detail = question_of(text, said) if reason in ("date_ambiguous", "date_year_missing") else text
        return None, None, "unknown", None, reason, detail
    return said.day.first, said.day.last, said.day.precision, said.day.hour if said.day.hour >= 0 else None, "", ""


def question_of(text: str, said: Said) -> str:
    """The question that one date leaves open, in words."""
    if said.day is None or said.other is None:
        return f"{text}: of which year?"
    one, two = (_in_words(day.first) for day in (said.day, said.other))
    return f"Is {text} {one} or {two}?"


def _in_words(iso: str) -> str:
    day = date.fromisoformat(iso)
    months = "January February March April May June July August September October November December".split()
    return f"{day.day} {months[day.month - 1]} {day.year}"


def _questions(
    said: Mapping[str, Said], order: ColumnOrder, header: str, counts: "pd.Series[int]", answers: Mapping[str, str], latest: int
) -> list[Question]:
    found = []
    open_ones = [text for text, one in said.items() if one.other is not None and not (order.dotted if one.is_dotted else order.slashed)]
    answered = answers.get(f"date_order:{header}") or answers.get("date_order") or ""
    if open_ones or answered:
        shown = open_ones or [text for text, one in said.items() if one.other is not None]
        rows = int(sum(int(counts[text]) for text in open_ones))
        example = question_of(shown[0], said[shown[0]]) if shown else ""
        text = f"Column {header!r} writes the day and the month both as numbers up to 12. {example}"
        found.append(Question("date_order", header, text, tuple(shown[:3]), ("day_first", "month_first"), answered, rows))
    yearless = [text for text, one in said.items() if one.problem == "no_year"]
    if yearless:
        rows = int(sum(int(counts[text]) for text in yearless))
        choices = tuple(str(year) for year in range(latest - 1, latest - 6, -1))
        text = f"Column {header!r} has dates without a year ({yearless[0]}). Of which year are they?"
        found.append(Question("year", header, text, tuple(yearless[:3]), choices, "", rows))
    return found
