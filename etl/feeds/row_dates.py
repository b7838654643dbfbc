"""Dates of the rows of a table of any layout: from one column or from a year, month and day; when it ended; at what hour."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from etl.asking import Question
from etl.feeds.cells import APART, Cells
from etl.layout import Layout
from etl.parse import Dates, coarsened
from etl.values.column_dates import FIRST_YEAR, DateColumn, read_date_column
from etl.values.dates import read_date
from etl.values.texts import plain

_HOUR = re.compile(r"(?<!\d)([01]?\d|2[0-3])(?:[:.\-чh ]\s*[0-5]\d|\s*(?:ч|час|часов|h|соат))")


class Dated(NamedTuple):
    """table: as `DateColumn`'s. text: as it came."""

    table: pd.DataFrame
    questions: list[Question]
    text: "pd.Series[str]"


def dates_of(cells: Cells, layout: Layout, latest: int) -> Dated:
    """Dates of n rows, from one column or from a year, month and day; a second column ends the span; the clock time gives the hour."""
    text = cells.text("date")
    header = cells.header("date")
    parts = [cells.text(field) for field in ("year", "month", "day")]
    composed = _composed(*parts)
    if not header:
        header, text = cells.header("year") or "date", composed
    else:
        year = parts[0]
        text = text.mask(text == "", composed)
        if (year != "").any():
            yearless = {word: read_date(str(word), FIRST_YEAR, latest).problem == "no_year" for word in text.unique()}
            text = text.mask((year != "") & text.map(yearless).astype("bool"), text + " " + year)
    read: DateColumn = read_date_column(text, header, latest, layout.answers)
    table = read.table
    until = cells.text("date_to")
    if (until != "").any():
        end = read_date_column(until, cells.header("date_to"), latest, layout.answers).table
        later = end["last"].notna() & table["first"].notna() & (end["last"] > table["last"].fillna(""))
        table = table.assign(last=table["last"].mask(later, end["last"]))
        table["precision"] = table["precision"].mask(later & (table["precision"] == "day"), _span_precision(table["first"], table["last"]))
    clock = cells.text("time")
    if (clock != "").any():
        hours = clock.map({word: _hour(str(word)) for word in clock.unique()}).astype("Int64")
        table = table.assign(hour=table["hour"].fillna(hours))
    return Dated(_claimed(table, cells.text("date_precision")), read.questions, text)


def _claimed(table: pd.DataFrame, claimed: "pd.Series[str]") -> pd.DataFrame:
    """A row may say that its date is known to the month only; a claim never makes a date finer."""
    if not (claimed != "").any():
        return table
    known = {"d": "day", "m": "month", "q": "quarter", "y": "year", "u": "unknown"}
    words = claimed.map({word: known.get(plain(str(word))[:1], "day") for word in claimed.unique()})
    nothing = pd.Series(False, index=table.index)
    ends, precision = coarsened(Dates(table["first"], table["last"], table["precision"], nothing, nothing), words)
    coarser = (precision != table["precision"]) & (claimed != "")
    return table.assign(
        first=table["first"].mask(coarser, ends["first"]), last=table["last"].mask(coarser, ends["last"]),
        precision=table["precision"].mask(coarser, precision),
    )  # fmt: skip


def _span_precision(first: "pd.Series[str]", last: "pd.Series[str]") -> "pd.Series[str]":
    same_month = first.str.slice(0, 7) == last.str.slice(0, 7)
    same_year = first.str.slice(0, 4) == last.str.slice(0, 4)
    return pd.Series(np.where(same_month, "month", np.where(same_year, "year", "unknown")), index=first.index, dtype="object")


def _composed(year: "pd.Series[str]", month: "pd.Series[str]", day: "pd.Series[str]") -> "pd.Series[str]":
    rows = year + APART + month + APART + day

    def one(row: str) -> str:
        y, m, d = row.split(APART)
        if m.isdigit() and (d.isdigit() or not d) and y.isdigit():
            return f"{y}-{int(m):02d}" + (f"-{int(d):02d}" if d else "")
        return " ".join(filter(None, (d, m, y)))

    return rows.map({row: one(str(row)) for row in rows.unique()}).astype("object")


def _hour(words: str) -> int | None:
    found = _HOUR.search(plain(words))
    if found:
        return int(found[1])
    return int(words) if words.isdigit() and int(words) < 24 else None
