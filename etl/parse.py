"""Parse: what every feed shares when it turns rows into events. Pure: no network, no database, no clock."""

import json
import math
import re
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.reading import Table
from etl.vocabulary import NOT_KNOWN, key
from geodata.model import EVENT, columns

#: Reasons for a rejection; the dashboard says them as "reason.<...>".
REASONS = (
    "row_empty", "field_count", "country_missing", "country_unknown", "date_unreadable", "date_out_of_range", "year_missing",
    "drug_missing", "weight_missing", "weight_unreadable", "weight_not_positive", "plants_no_weight",
    "quote_left_open", "date_ambiguous", "date_year_missing", "amount_ambiguous", "nothing_said", "total_row", "repeated_header",
    "group_row", "note_row", "numbering_row", "not_json", "not_confirmed",
)  # fmt: skip

FIRST_YEAR = 1900
#: A clock that stands still in the past (an old laptop's battery) must not turn reports into dates to come.
CLOCK_FLOOR_YEAR = 2026
#: A word of detail is for people; the row itself is kept whole beside it.
DETAIL_LENGTH = 120

_DTYPES = {"text": "str", "number": "float64", "integer": "Int64", "flag": "bool"}

#: What a report says about its position, beside the model's EVENT columns; `etl.locate` uses them up.
GIVEN = ("given_lon", "given_lat", "given_uncertainty_m")


class Context(NamedTuple):
    """What a feed must be told. feed: its name. sha256: of the file. latest_year: the last year a date may lie in."""

    feed: str
    sha256: str
    latest_year: int


class Parsed(NamedTuple):
    """events: EVENT + GIVEN columns. rejected: row_number, reason, detail, content. totals: NATIONAL_TOTAL, without the file's name.

    All rows of the table are in exactly one of the three. strange: what -> word -> rows: words not in the vocabulary, and units
    that are no mass; the rows were kept.
    """

    events: pd.DataFrame
    rejected: pd.DataFrame
    totals: pd.DataFrame | None
    strange: dict[str, dict[str, int]]


def latest_year(as_of: date) -> int:
    """The last year in which a report can be dated: next year, so that no clock a little slow rejects anything."""
    return max(as_of.year, CLOCK_FLOOR_YEAR) + 1


class Verdicts:
    """The first thing wrong with each of n rows. Rows without a verdict are good."""

    def __init__(self, rows: pd.DataFrame) -> None:
        self._rows = rows
        self._reason: NDArray[np.object_] = np.full(len(rows), "", dtype=object)
        self._detail: NDArray[np.object_] = np.full(len(rows), "", dtype=object)

    def reject(self, wrong: "pd.Series[bool] | NDArray[np.bool_]", reason: str, came: "pd.Series[str]") -> None:
        """Reject the rows that are ``wrong`` and were not rejected before, saying what came."""
        if reason not in REASONS:
            raise ValueError(f"{reason!r} is not among etl.parse.REASONS")
        first = np.asarray(wrong, dtype=bool) & (self._reason == "")
        self._reason[first] = reason
        self._detail[first] = [str(text)[:DETAIL_LENGTH] for text in came[first]]

    @property
    def good(self) -> NDArray[np.bool_]:
        return np.asarray(self._reason == "", dtype=bool)

    def rejected(self) -> pd.DataFrame:
        """row_number, reason, detail, content of the rejected rows."""
        bad = ~self.good
        content = [_as_json(row) for row in self._rows[bad].drop(columns="row_number").to_dict("records")]
        return pd.DataFrame(
            {"row_number": self._rows["row_number"][bad], "reason": self._reason[bad], "detail": self._detail[bad], "content": content}
        ).reset_index(drop=True)


def _as_json(row: dict[Hashable, object]) -> str:
    return json.dumps({str(name): cell for name, cell in row.items() if cell != ""}, ensure_ascii=False)


def text(table: Table, column: str) -> "pd.Series[str]":
    """One column, stripped; all "" where the file does not have it."""
    if column not in table.rows:
        return pd.Series("", index=table.rows.index, dtype="object")
    return _by_value(table.rows[column], str.strip)


def or_empty(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Texts with None where there is none, as the model wants it."""
    return texts.where(texts != "", None).astype("str")


def known(texts: "pd.Series[str]") -> "pd.Series[str]":
    """Texts with None where the source says that it does not know ("Unknown", "")."""
    return _by_value(texts, lambda word: None if key(word) in NOT_KNOWN else word).astype("str")


class Dates(NamedTuple):
    """Of n texts: ISO first and last day (None where unreadable), precision, and what is wrong with them."""

    first: "pd.Series[str]"
    last: "pd.Series[str]"
    precision: "pd.Series[str]"
    is_unreadable: "pd.Series[bool]"
    is_out_of_range: "pd.Series[bool]"


_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.0+)?)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


def read_dates(texts: "pd.Series[str]", latest: int) -> Dates:
    """Dates as 2016-02-29, 2016-02, 2016 or 29.02.2016; 11/03/2010 may be March or November and counts as unreadable."""
    answers = {str(word): _interval(str(word), latest) for word in texts.unique()}

    def part(i: int) -> "pd.Series[str]":
        return texts.map({word: answer[i] for word, answer in answers.items()})

    problem = part(3)
    return Dates(part(0).astype("str"), part(1).astype("str"), part(2).astype("str"), problem == "unreadable", problem == "range")


def _interval(word: str, latest: int) -> tuple[str | None, str | None, str | None, str]:
    dotted = _DOTTED.fullmatch(word)
    iso = _ISO.fullmatch(word)
    if dotted:
        day, month, year = (int(part) for part in dotted.groups())
    elif iso:
        year, month, day = (int(part) if part else 0 for part in iso.groups())
    else:
        return None, None, None, "unreadable"
    if not FIRST_YEAR <= year <= latest:
        return None, None, None, "range"
    try:
        first = date(year, month or 1, day or 1)
    except ValueError:
        return None, None, None, "unreadable"
    precision = "day" if day else "month" if month else "year"
    return first.isoformat(), last_day(first, precision).isoformat(), precision, ""


def last_day(first: date, precision: str) -> date:
    """The last day of the day, month, quarter or year that begins on ``first``."""
    if precision == "day":
        return first
    month = {"month": first.month, "quarter": first.month + 2, "year": 12}[precision]
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


_SHARP_TO_VAGUE = ("day", "month", "quarter", "year", "unknown")


def coarsened(dates: Dates, claimed: "pd.Series[str]") -> tuple[pd.DataFrame, "pd.Series[str]"]:
    """Widen dates to what their source claims to know (DATE_PRECISIONS); a claim never makes a date finer than it is.

    Returns the columns first and last (ISO days, None where unknown), and the precision that is left.
    """
    pairs = pd.DataFrame({"first": dates.first, "precision": dates.precision, "claimed": claimed})
    answers = {pair: _widened(*pair) for pair in pairs.drop_duplicates().itertuples(index=False, name=None)}
    wide = [answers[pair] for pair in pairs.itertuples(index=False, name=None)]
    table = pd.DataFrame(wide, columns=["first", "last", "precision"], index=claimed.index, dtype="str")
    return table[["first", "last"]], table["precision"]


def _widened(first: object, precision: object, claimed: str) -> tuple[str | None, str | None, str]:
    if not isinstance(first, str) or claimed == "unknown":
        return None, None, "unknown"
    wide = max(str(precision), claimed, key=_SHARP_TO_VAGUE.index)
    day = date.fromisoformat(first)
    month = {"day": day.month, "month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[wide]
    start = date(day.year, month, day.day if wide == "day" else 1)
    return start.isoformat(), last_day(start, wide).isoformat(), wide


_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[ \xa0\u202f\u2009][0-9]{3})*)(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]{1,3})?|[+-]?[.,][0-9]+")


def read_number(word: str) -> float:
    """A number with a decimal point or comma ("5,065" is five, as Russian writes it); NaN where it is none."""
    if not _NUMBER.fullmatch(word):
        return math.nan
    number = float(re.sub(r"[ \xa0\u202f\u2009]", "", word).replace(",", "."))
    return number if math.isfinite(number) else math.nan


def read_numbers(texts: "pd.Series[str]") -> "pd.Series[float]":
    """n texts as numbers, NaN where empty or unreadable."""
    return _by_value(texts, read_number).astype("float64")


def judge_amounts(verdicts: Verdicts, texts: "pd.Series[str]") -> "pd.Series[float]":
    """Read amounts, rejecting what nobody can read and what is not positive. No amount said is an event all the same."""
    numbers = read_numbers(texts)
    verdicts.reject((texts != "") & numbers.isna(), "weight_unreadable", texts)
    verdicts.reject(numbers <= 0, "weight_not_positive", texts)
    return numbers


def event_table(context: Context, rows: pd.DataFrame, given: dict[str, object]) -> pd.DataFrame:
    """EVENT + GIVEN columns over ``rows``: those in ``given``, the rest empty; feed, file and row number filled in."""
    filled: dict[str, object] = {name: None for name in (*columns(EVENT), *GIVEN)}
    filled |= {"feed": context.feed, "file_sha256": context.sha256, "row_number": rows["row_number"], **given}
    table = pd.DataFrame(filled, index=rows.index)
    types = {column.name: _DTYPES[column.kind] for column in EVENT} | dict.fromkeys(GIVEN, "float64")
    return table.astype(types)


def _by_value(texts: "pd.Series[str]", convert: Callable[[str], object]) -> "pd.Series[str]":
    """Convert each distinct text once: 300,000 rows hold a few thousand."""
    answers = {word: convert(str(word)) for word in texts.unique()}
    # Not Series.map: of no rows at all it makes numbers, and words are added to words.
    return pd.Series([answers[word] for word in texts], index=texts.index, dtype="object")
