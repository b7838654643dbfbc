"""Cells: the columns of a table of any layout, by field: dates, amounts, places, positions, and words as codes."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

import pandas as pd

from etl.columns import Guess
from etl.home_country import Home, home_of
from etl.layout import Layout, vocabulary
from etl.parse import or_empty
from etl.people import strike_out_all
from etl.reading import Table
from etl.values.texts import plain
from etl.vocabulary import NOT_KNOWN, key, meanings_in, plain_phrase
from geodata.settings import DEFAULT_REGION

APART = "\x1f"
_DITTO = re.compile(
    r"[-\"'“”„«»_ ]*//[-\"'“”„«»_ ]*|[\"“”„″〃]+|-[\"“”„]-"
    r"|то же(?: самое)?|там же|тот же|ҳамон(?: ҷо| ҷой)?|ditto|same(?: place| as above)?|idem"
)
_AGENCIES_APART = re.compile(r"\s*(?:[,;/+&\n]|\s(?:и|ва|and|совместно с|якҷоя бо|with)\s)\s*")


class Coded(NamedTuple):
    """n words as codes. code: None where empty or not known; words: as they came, None where nothing is known; strange: word -> rows."""

    code: "pd.Series[str]"
    words: "pd.Series[str]"
    strange: dict[str, int]

    def kept(self) -> "pd.Series[str]":
        """The code where the words are known, else the words as they came."""
        return self.code.where(self.code.notna(), self.words)


class Cells:
    """The cells of a table, by what its columns hold."""

    def __init__(self, table: Table, guesses: list[Guess]) -> None:
        self.table = table
        self.guesses = guesses
        self.index = table.rows.index
        self._columns: dict[str, list[tuple[str, Guess]]] = {}
        self._read: dict[str, list[tuple[pd.Series[str], Guess]]] = {}
        for column, guess in zip(table.columns, guesses, strict=True):
            self._columns.setdefault(guess.field, []).append((column, guess))

    def of(self, field: str) -> list[tuple["pd.Series[str]", Guess]]:
        """The columns of a field: their stripped cells, and what they are."""
        if field not in self._read:
            self._read[field] = [(_dittoed(_stripped(self.table.rows[column])), guess) for column, guess in self._columns.get(field, [])]
        return self._read[field]

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
        words = texts.fillna("").astype("object")
        words = words.mask(words.map({word: len(word) < 20 and key(str(word)) in NOT_KNOWN for word in words.unique()}).astype("bool"), "")
        return or_empty(strike_out_all(words)[0].fillna(""))

    def agencies(self, texts: "pd.Series[str]", country: "pd.Series[str]", layout: Layout) -> Coded:
        """Agencies as their short English forms, several with "; "; the country decides which ministry "МВД" is."""
        pairs = texts + APART + country.fillna("")
        tables = {str(iso3): vocabulary(layout, "agency", str(iso3)) for iso3 in country.fillna("").unique()}

        def code(pair: str) -> str | None:
            words, _, iso3 = pair.rpartition(APART)
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

        return _coded(pairs, code, lambda pair: pair.rpartition(APART)[0])


def _stripped(cells: "pd.Series[str]") -> "pd.Series[str]":
    answers = {cell: str(cell).replace(APART, " ").strip() for cell in cells.unique()}
    if all(cell == told for cell, told in answers.items()):
        return cells
    return cells.map(answers).astype("object")


def _dittoed(cells: "pd.Series[str]") -> "pd.Series[str]":
    """The cell above where a cell says "the same" (-//-): a way of writing, no guess."""
    marks = [cell for cell in cells.unique() if 0 < len(cell) < 20 and _DITTO.fullmatch(plain(str(cell)))]
    return cells.mask(cells.isin(marks)).ffill().fillna("").astype("object") if marks else cells


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


def place_of(cells: Cells) -> "pd.Series[str]":
    """The words of the place as they came, the narrower first; what says the same twice is said once."""
    told = pd.Series("", index=cells.index, dtype="object")
    for field in ("place", "district", "province"):
        for values, _ in cells.of(field):
            values = values.where(~values.map({v: key(str(v)) in NOT_KNOWN for v in values.unique()}).astype(bool), "")
            pairs = told + APART + values
            told = pairs.map({pair: _both(*str(pair).split(APART, 1)) for pair in pairs.unique()}).astype("object")
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


def reliability_of(texts: "pd.Series[str]", allowed: str, otherwise: str, at: int) -> "pd.Series[str]":
    """Grades of n texts: "B2" is reliability B (``at`` 0) and accuracy 2 (``at`` 1); Cyrillic letters that look the same count."""

    def grade(text: str) -> str | None:
        found = re.fullmatch(r"([ABCXАВСХ])?[\s/-]*([1-4])?", text.strip().upper())
        mark = (found[at + 1] or "").translate(str.maketrans("АВСХ", "ABCX")) if found else ""
        return mark if mark and mark in allowed else otherwise or None

    return texts.map({text: grade(str(text)) for text in texts.unique()}).astype("str")
