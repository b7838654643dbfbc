"""Cells: the columns of a table of any layout, by field: dates, amounts, places, positions, and words as codes."""

import math
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from etl.asking import Question
from etl.columns import Guess
from etl.home_country import Home, home_of
from etl.layout import Layout, vocabulary
from etl.parse import or_empty
from etl.people import strike_out_all
from etl.reading import Table
from etl.values.column_amounts import AmountCell, Items, column_marks, kg_in_one, read_row
from etl.values.column_dates import FIRST_YEAR, DateColumn, read_date_column
from etl.values.dates import read_date
from etl.values.numbers import RUSSIAN, Marks, number_of
from etl.values.texts import plain
from etl.vocabulary import NOT_KNOWN, key, meanings_in, plain_phrase
from geodata.settings import DEFAULT_REGION

_APART = "\x1f"
_HOUR = re.compile(r"(?<!\d)([01]?\d|2[0-3])(?:[:.\-чh ]\s*[0-5]\d|\s*(?:ч|час|часов|h|соат))")
_PAIR = re.compile(r"(-?\d{1,3}(?:[.,]\d+)?)[°\s]*([nsewсюзв]?)[\s,;/]+(-?\d{1,3}(?:[.,]\d+)?)[°\s]*([nsewсюзв]?)")
_ANGLE = re.compile(r"(\d{1,3})\s*°\s*(\d{1,2})\s*['′]\s*(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|″|'')?)?\s*([nsewсюзв]?)")
_AGENCIES_APART = re.compile(r"\s*(?:[,;/+&\n]|\s(?:и|ва|and|совместно с|якҷоя бо|with)\s)\s*")


class Coded(NamedTuple):
    """n words as codes. code: None where empty or not known; words: as they came, None where nothing is known; strange: word -> rows."""

    code: "pd.Series[str]"
    words: "pd.Series[str]"
    strange: dict[str, int]

    def kept(self) -> "pd.Series[str]":
        """The code where the words are known, else the words as they came."""
        return self.code.where(self.code.notna(), self.words)


class Amounts(NamedTuple):
    """items: `Item`s a row. table: reason, detail, is_empty. text: as it came, with the unit beside it."""

    items: "pd.Series[object]"
    table: pd.DataFrame
    text: "pd.Series[str]"
    questions: list[Question]
    strange: dict[str, dict[str, int]]


class Dated(NamedTuple):
    """table: as `DateColumn`'s. text: as it came."""

    table: pd.DataFrame
    questions: list[Question]
    text: "pd.Series[str]"


class Cells:
    """The cells of a table, by what its columns hold."""

    def __init__(self, table: Table, guesses: list[Guess]) -> None:
        self.table = table
        self.guesses = guesses
        self.index = table.rows.index
        self._columns: dict[str, list[tuple[str, Guess]]] = {}
        for column, guess in zip(table.columns, guesses, strict=True):
            self._columns.setdefault(guess.field, []).append((column, guess))

    def of(self, field: str) -> list[tuple["pd.Series[str]", Guess]]:
        """The columns of a field: their stripped cells, and what they are."""
        return [(_stripped(self.table.rows[column]), guess) for column, guess in self._columns.get(field, [])]

    def starting(self, start: str) -> list[tuple["pd.Series[str]", Guess]]:
        """The columns of all fields that begin so."""
        return [one for field in self._columns if field.startswith(start) for one in self.of(field)]

    def text(self, field: str) -> "pd.Series[str]":
        """The one column of a field, "" where the table has none."""
        found = self.of(field)
        return found[0][0] if found else pd.Series("", index=self.index, dtype="object")

    def header(self, field: str) -> str:
        """The header of a field's column as it came, "" without one."""
        found = self._columns.get(field)
        return found[0][1].header if found else ""

    def joined(self, field: str, mark: str) -> "pd.Series[str]":
        """All columns of a field, those that say something, one after the other."""
        told = pd.Series("", index=self.index, dtype="object")
        for cells, _ in self.of(field):
            told = told.mask((told != "") & (cells != ""), told + mark + cells).mask(told == "", cells)
        return told

    def free(self, texts: "pd.Series[str]") -> "pd.Series[str]":
        """Free words as the model keeps them: without persons, None where nothing is said."""
        return or_empty(strike_out_all(texts.fillna("").astype("object"))[0].fillna(""))

    def agencies(self, texts: "pd.Series[str]", country: "pd.Series[str]", layout: Layout) -> Coded:
        """Agencies as their short English forms, several with "; "; the country decides which ministry "МВД" is."""
        pairs = texts + _APART + country.fillna("")
        tables = {str(iso3): vocabulary(layout, "agency", str(iso3)) for iso3 in country.fillna("").unique()}

        def code(pair: str) -> str | None:
            words, _, iso3 = pair.rpartition(_APART)
            table = tables[iso3]
            if plain_phrase(words) in table:
                return table[plain_phrase(words)]
            parts = [table.get(plain_phrase(part)) for part in _AGENCIES_APART.split(words) if part.strip()]
            if parts and None not in parts:
                return "; ".join(dict.fromkeys(part for part in parts if part))
            # Apart by ";" they are several for certain: each known one is its code, the others stay as they came.
            several = [part.strip() for part in words.split(";") if part.strip()]
            if len(several) < 2 or not any(plain_phrase(part) in table for part in several):
                return None
            return "; ".join(dict.fromkeys(table.get(plain_phrase(part), part) for part in several))

        return _coded(pairs, code, lambda pair: pair.rpartition(_APART)[0])


def _stripped(cells: "pd.Series[str]") -> "pd.Series[str]":
    answers = {cell: str(cell).strip() for cell in cells.unique()}
    if all(cell == told for cell, told in answers.items()):
        return cells
    return cells.map(answers).astype("object")


def codes_of(texts: "pd.Series[str]", words: Mapping[str, str], otherwise: str | None = None) -> Coded:
    """n texts as codes of ``words`` (phrases, plain); a strange word is ``otherwise`` and counted."""

    def code(text: str) -> str | None:
        return next(iter(meanings_in(text, words)), None)

    return _coded(texts, code, lambda text: text, otherwise)


def _coded(texts: "pd.Series[str]", code: Callable[[str], str | None], words: Callable[[str], str], otherwise: str | None = None) -> Coded:
    strange: dict[str, int] = {}
    codes: dict[str, str | None] = {}
    kept: dict[str, str | None] = {}
    for text, n in texts.value_counts().items():
        said = words(str(text))
        is_silent = key(said) in NOT_KNOWN
        codes[str(text)] = None if is_silent else code(str(text))
        kept[str(text)] = None if is_silent else said
        if not is_silent and codes[str(text)] is None:
            codes[str(text)] = otherwise
            strange[said] = strange.get(said, 0) + int(n)
    return Coded(texts.map(codes).astype("str"), texts.map(kept).astype("str"), strange)


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
    from etl.parse import Dates, coarsened

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
    rows = year + _APART + month + _APART + day

    def one(row: str) -> str:
        y, m, d = row.split(_APART)
        if m.isdigit() and (d.isdigit() or not d) and y.isdigit():
            return f"{y}-{int(m):02d}" + (f"-{int(d):02d}" if d else "")
        return " ".join(filter(None, (d, m, y)))

    return rows.map({row: one(str(row)) for row in rows.unique()}).astype("object")


def _hour(words: str) -> int | None:
    found = _HOUR.search(plain(words))
    if found:
        return int(found[1])
    return int(words) if words.isdigit() and int(words) < 24 else None


def amounts_of(cells: Cells, layout: Layout) -> Amounts:
    """The drugs and amounts of n rows."""
    drug = cells.text("drug")
    units = cells.text("unit")
    columns = cells.of("amount") + cells.starting("amount:")
    semicolons = cells.table.how is not None and cells.table.how.delimiter == ";"
    shape: list[tuple[str, Marks, str, str]] = []  # drug, marks, unit of the header, header
    for values, guess in columns:
        marks = column_marks([str(v) for v in values.unique()], guess.header, layout.answers, semicolons)
        unit = layout.units.get(guess.header) or layout.answers.get(f"unit:{guess.header}") or guess.unit
        shape.append((guess.field.partition(":")[2], marks, "" if unit == "none" else unit, guess.header))
    rows = drug + _APART + units
    for values, _ in columns:
        rows = rows + _APART + values
    vocabulary_of_drugs = vocabulary(layout, "drug")
    counts = rows.value_counts()
    answers: dict[str, Items] = {}
    texts: dict[str, str] = {}
    for row in counts.index:
        said, unit, *amounts = str(row).split(_APART)
        told = [
            AmountCell(text, unit or of_header, marks, of, header, bool(unit))
            for text, (of, marks, of_header, header) in zip(amounts, shape, strict=True)
        ]
        answers[str(row)] = read_row(said, told, vocabulary_of_drugs)
        texts[str(row)] = _as_it_came(told, said if not columns else "")
    strange: dict[str, dict[str, int]] = {}
    for row, n in counts.items():
        found = answers[str(row)]
        for what, word in found.strange:
            strange.setdefault(what, {})[word] = strange.setdefault(what, {}).get(word, 0) + int(n)
        for item in found.items if not found.reason else ():
            if item.quantity == item.quantity and math.isnan(item.weight_kg):
                strange.setdefault("unit", {})[item.unit or "(no unit)"] = strange.setdefault("unit", {}).get(
                    item.unit or "(no unit)", 0
                ) + int(n)
            elif item.unit and math.isnan(item.quantity):
                strange.setdefault("upper_bound", {})[texts[str(row)]] = int(n)
    empty = {row: all(plain(text) in NOT_KNOWN for text in str(row).split(_APART)[2:]) for row in answers}
    table = pd.DataFrame(
        {
            "reason": rows.map({row: found.reason for row, found in answers.items()}).astype("object"),
            "detail": rows.map({row: found.detail for row, found in answers.items()}).astype("object"),
            "is_empty": rows.map(empty).astype("bool"),
        },
        index=cells.index,
    )
    # A list and a loop: Series.map would take the tuples apart.
    items = pd.Series(index=cells.index, dtype="object")
    if len(items):
        items[:] = pd.Series([answers[str(row)].items for row in rows], index=cells.index, dtype="object")
    questions = _amount_questions(cells, columns, shape, units)
    return Amounts(items, table, rows.map(texts).astype("object"), questions, strange)


def _as_it_came(cells: list[AmountCell], otherwise: str) -> str:
    told = [f"{cell.text} {cell.unit}".strip() if cell.is_unit_said and cell.text else cell.text for cell in cells if cell.text]
    return "; ".join(told) or otherwise


def _amount_questions(
    cells: Cells, columns: list[tuple["pd.Series[str]", Guess]], shape: list[tuple[str, Marks, str, str]], units: "pd.Series[str]"
) -> list[Question]:
    found = []
    for (values, guess), (_, marks, unit, header) in zip(columns, shape, strict=True):
        counts = values.value_counts()
        open_ones = [str(v) for v in counts.index if _is_open(str(v), marks)]
        if open_ones:
            rows = int(sum(int(counts[v]) for v in open_ones))
            text = f"Column {header!r}: in {open_ones[0]}, does the comma stand before decimals or after thousands?"
            found.append(Question("comma", header, text, tuple(open_ones[:3]), ("decimal", "thousands"), "", rows))
        bare = [str(v) for v in counts.index if v and re.fullmatch(r"[\d\s.,']+", str(v))]
        silent = values.isin(bare) & (units == "")
        if not unit and silent.any() and guess.field != "amount:precursor":
            text = f"Column {header!r} says no unit for {bare[0]}. Which is it? Without an answer these amounts have no kilograms."
            found.append(Question("unit", header, text, tuple(bare[:3]), ("kg", "g", "none"), "", int(silent.sum())))
    return found


def _is_open(text: str, marks: Marks) -> bool:
    from etl.values.amounts import read_amount

    return "," in text and read_amount(text, marks).doubt is not None


def place_of(cells: Cells) -> "pd.Series[str]":
    """The words of the place as they came, the narrower first; what says the same twice is said once."""
    told = pd.Series("", index=cells.index, dtype="object")
    for field in ("place", "district", "province"):
        for values, _ in cells.of(field):
            values = values.where(~values.map({v: key(str(v)) in NOT_KNOWN for v in values.unique()}).astype(bool), "")
            pairs = told + _APART + values
            told = pairs.map({pair: _both(*str(pair).split(_APART, 1)) for pair in pairs.unique()}).astype("object")
    return strike_out_all(told, is_place=True)[0].fillna("").astype("object")


def _both(narrow: str, wide: str) -> str:
    if not narrow or not wide:
        return narrow or wide
    parts = [plain_phrase(part) for part in narrow.split(",")]
    return narrow if plain_phrase(wide) in [*parts, plain_phrase(narrow)] else f"{narrow}, {wide}"


def home_of_table(cells: Cells, layout: Layout, name: str, place: "pd.Series[str]") -> Home:
    """Whose reports these are, for rows that do not say it: the layout's word, or what the table shows."""
    said = layout.country_iso3 or layout.answers.get("country", "").upper()
    if said:
        return Home(said, "the layout says it")
    if (cells.text("country") != "").any():
        return Home("", "")
    titles = [text for _, text in cells.table.title_rows]
    agencies = [str(v) for v in cells.text("agency").unique()[:100]]
    words = [*cells.table.headers, *(str(v) for v in cells.text("drug").unique()[:50]), *map(str, place.unique()[:50])]
    found = home_of(titles, name, place, agencies, words)
    if found.country_iso3 or found.of_row is not None:
        return found
    return Home(DEFAULT_REGION[0], "nothing in the table says it; the home country of this monitor is assumed", is_assumed=True)


def positions_of(cells: Cells, strange: dict[str, dict[str, int]]) -> dict[str, "pd.Series[float]"]:
    """given_lon, given_lat in degrees, NaN where none; what is said and is no number is reported, the words place the row instead."""
    lon, lat = (_degrees(cells.text(axis)) for axis in ("lon", "lat"))
    both = cells.text("coordinates")
    if (both != "").any():
        pairs = {text: _pair(str(text)) for text in both.unique()}
        lon = lon.fillna(both.map({text: pair[0] for text, pair in pairs.items()}).astype("float64"))
        lat = lat.fillna(both.map({text: pair[1] for text, pair in pairs.items()}).astype("float64"))
    said = (cells.text("lon") + cells.text("lat") + both) != ""
    bad = said & (lon.isna() | lat.isna())
    if bad.any():
        words = (cells.text("lon") + " " + cells.text("lat") + " " + both)[bad].str.strip().value_counts()
        strange["coordinates"] = {str(word): int(n) for word, n in words.items()}
    radius = cells.text("uncertainty")
    metres = radius.map({word: _metres(str(word)) for word in radius.unique()}).astype("float64")
    return {"given_lon": lon.mask(bad), "given_lat": lat.mask(bad), "given_uncertainty_m": metres}


def _degrees(texts: "pd.Series[str]") -> "pd.Series[float]":
    return texts.map({text: _angle(plain(str(text))) for text in texts.unique()}).astype("float64")


def _angle(text: str) -> float | None:
    if found := _ANGLE.fullmatch(text):
        degrees = int(found[1]) + int(found[2]) / 60 + float((found[3] or "0").replace(",", ".")) / 3600
        return -degrees if found[4] in ("s", "w", "ю", "з") else degrees
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text.strip("°nesw свюз"))
    number = number_of(digits, RUSSIAN) if re.fullmatch(r"\d{1,3}(?:[.,]\d+)?", digits) else math.nan
    return sign * number if isinstance(number, float) and math.isfinite(number) else None


def _pair(text: str) -> tuple[float | None, float | None]:
    """(lon, lat) of "37.57 N, 69.55 E" or "37.57, 69.55": latitude first unless the letters say otherwise."""
    words = plain(text)
    angles = [found[0] for found in _ANGLE.finditer(words)]
    if len(angles) == 2:
        one, two = (_angle(angle.strip()) for angle in angles)
        return (one, two) if angles[0].strip()[-1:] in ("e", "w", "в", "з") else (two, one)
    found = _PAIR.fullmatch(words.replace(", ", " ") if words.count(",") == 3 else words)
    if not found:
        return None, None
    one, two = (float(found[i].replace(",", ".")) for i in (1, 3))
    return (one, two) if found[2] in ("e", "w", "в", "з") and found[2] else (two, one)


def _metres(text: str) -> float | None:
    found = re.fullmatch(r"[~≈]?\s*(\d+(?:[.,]\d+)?)\s*(km|км|m|м)?", plain(text))
    return float(found[1].replace(",", ".")) * (1000.0 if found[2] in ("km", "км") else 1.0) if found else None


def reliability_of(texts: "pd.Series[str]", allowed: str, otherwise: str, at: int) -> "pd.Series[str]":
    """Grades of n texts: "B2" is reliability B (``at`` 0) and accuracy 2 (``at`` 1); Cyrillic letters that look the same count."""

    def grade(text: str) -> str | None:
        found = re.fullmatch(r"([ABCXАВСХ])?[\s/-]*([1-4])?", text.strip().upper())
        mark = (found[at + 1] or "").translate(str.maketrans("АВСХ", "ABCX")) if found else ""
        return mark if mark and mark in allowed else otherwise or None

    return texts.map({text: grade(str(text)) for text in texts.unique()}).astype("str")


def has_unit(unit: str) -> bool:
    """Is ``unit`` a mass?"""
    return not math.isnan(kg_in_one(unit))
