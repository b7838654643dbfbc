"""Columns: what each column of a table probably holds, guessed from its header, its HXL tag and its content; each guess with its reason."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd
from rapidfuzz import fuzz, process

from etl.home_country import countries_of
from etl.layout import REPEATED_FIELDS, REPEATS, SHARED_FIELDS, Layout
from etl.reading import Table
from etl.reading.table import GROUP
from etl.values.amounts import read_amount
from etl.values.dates import read_date
from etl.values.numbers import RUSSIAN
from etl.values.texts import plain
from etl.vocabulary import masses, meanings_in, phrases, plain_phrase

_WORDS = Path(__file__).parent / "words"
#: So many different cells of a column tell what it holds.
_SAMPLE = 200
#: A guess below this is none: the column is shown as not read.
_SURE_ENOUGH = 0.4
#: A misspelt header is known again from here ("Колличество").
_ALIKE = 88.0
_UNIT_IN_HEADER = re.compile(r"[(\[,:/ ]\s*(?:в\s+|in\s+)?([a-zа-яӣқғҳҷӯё]{1,10}|کیلوگرام|گرام)\.?\s*[)\]]?\s*$")
_AGAIN = re.compile(r"(.*\S) \((\d)\)")
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_WORLD_REGIONS = frozenset({"africa", "americas", "asia", "europe", "oceania"})


class Guess(NamedTuple):
    """One column. header: as it came. field: "" where it is not read. reason: header|hxl|content|spelling|layout|none. score: 0..1."""

    header: str
    field: str
    reason: str
    score: float
    unit: str = ""


@cache
def header_words() -> Mapping[str, str]:
    """Header as people write it, as `plain_phrase` -> field."""
    return _two_columns("headers")


@cache
def _two_columns(name: str) -> Mapping[str, str]:
    with (_WORDS / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table: dict[str, str] = {}
    for row in rows:
        word = row["word"].casefold() if name == "hxl" else plain_phrase(row["word"]) or plain(row["word"])
        table.setdefault(word, row["field"])
    return MappingProxyType(table)


def guess_columns(table: Table, layout: Layout | None = None) -> list[Guess]:
    """What each column of ``table`` holds. A column that ``layout`` names is what it says there; of the others nothing is read then."""
    if layout is not None and layout.columns:
        return _as_laid_out(table, layout)
    candidates: list[tuple[float, int, str, str, str]] = []
    units: dict[int, str] = {}
    for at, (column, header) in enumerate(zip(table.columns, table.headers, strict=True)):
        sample = _sample(table.rows[column])
        tag = table.hxl[at] if at < len(table.hxl) else ""
        name, unit = _name_and_unit(header)
        units[at] = unit
        candidates += [(score, at, field, reason, unit) for field, score, reason in _candidates(header, name, unit, tag, sample)]
    taken: dict[int, tuple[str, str, float]] = {}
    fields: set[str] = set()
    for score, at, field, reason, _ in sorted(candidates, key=lambda one: (-one[0], one[1])):
        free = field not in fields or (field in SHARED_FIELDS and (field != "amount" or units[at]))
        if at not in taken and score >= _SURE_ENOUGH and free:
            taken[at] = (field, reason, score)
            fields.add(field)
    guesses = [Guess(header, *(taken.get(at) or ("", "none", 0.0)), units[at]) for at, header in enumerate(table.headers)]
    return _settled(_repeated(guesses))


def _repeated(guesses: list[Guess]) -> list[Guess]:
    """Columns of a second drug: "Наркотик (2)" and "Количество (2)", as a reader calls headers that stand there twice."""
    of = {plain(guess.header): guess.field for guess in guesses}
    told = []
    for guess in guesses:
        found = _AGAIN.fullmatch(plain(guess.header))
        first = of.get(found[1], "") if found else ""
        if found and not guess.field and first in REPEATED_FIELDS and found[2] in REPEATS:
            guess = guess._replace(field=f"{first}:{found[2]}", reason="header", score=0.9)
        told.append(guess)
    return told


def _as_laid_out(table: Table, layout: Layout) -> list[Guess]:
    fields = {plain(header): field for header, field in layout.columns.items()}
    units = {plain(header): unit for header, unit in layout.units.items()}
    found = []
    for header in table.headers:
        field = fields.get(plain(header), "")
        unit = units.get(plain(header), _name_and_unit(header)[1])
        found.append(Guess(header, field, "layout" if plain(header) in fields else "none", 1.0 if field else 0.0, unit))
    return found


def _settled(guesses: list[Guess]) -> list[Guess]:
    """A column of all drugs together is no amount beside columns of single ones; one of single drugs needs another, or no amount."""
    wide = [guess for guess in guesses if guess.field.startswith("amount:") and guess.field[7:] not in REPEATS]
    if not wide:
        return [guess._replace(field="amount") if guess.field == "total" else guess for guess in guesses]
    told = []
    for guess in guesses:
        is_sum = guess.field in ("total", "amount") or guess.field == "amount:unspecified"
        told.append(guess._replace(field="total", reason="header") if is_sum and len(wide) > (guess in wide) else guess)
    return told


def _sample(cells: "pd.Series[str]") -> list[str]:
    counts = cells.value_counts()
    return [str(cell).strip() for cell in counts.index[: _SAMPLE + 1] if str(cell).strip()][:_SAMPLE]


def _name_and_unit(header: str) -> tuple[str, str]:
    """A header without the unit that it names: "Вес, кг" -> ("вес", "кг"); "kg" alone is both."""
    text = plain(header).replace("_", " ")
    words = text.split()
    if text in masses() or (words and words[-1] in masses() and len(words[-1]) > 1):
        unit = text if text in masses() else words[-1]
        return plain_phrase(text if text in masses() else text.removesuffix(unit)), unit
    found = _UNIT_IN_HEADER.search(text)
    if found and (found[1] in masses() or found[1] in _other_units()):
        return plain_phrase(text[: found.start()]), found[1]
    inside = re.search(r"[(\[]\s*(?:в\s+|in\s+)?([^)\]\s]+)\s*[)\]]", text)
    if inside and (inside[1].strip(".") in masses() or inside[1].strip(".") in _other_units()):
        return plain_phrase(text.replace(inside[0], " ")), inside[1].strip(".")
    return plain_phrase(text), ""


@cache
def _other_units() -> frozenset[str]:
    with (_WORDS / "units.csv").open(encoding="utf-8", newline="") as stream:
        return frozenset(plain(row["word"]) for row in csv.DictReader(stream))


def _candidates(header: str, name: str, unit: str, tag: str, sample: Sequence[str]) -> list[tuple[str, float, str]]:
    """(field, score, reason), several where the header and the content say different things."""
    found: dict[str, tuple[float, str]] = {}

    def put(field: str, score: float, reason: str) -> None:
        if score > found.get(field, (0.0, ""))[0]:
            found[field] = (score, reason)

    if tag and (field := _of_tag(tag)):
        put(field, 1.0, "hxl")
    for field, score, reason in _of_header(header, name):
        put(field, score, reason)
    drugs = [drug for drug in meanings_in(name, phrases("drug")) if drug not in ("other",)]
    share = {field: test(sample) for field, test in _CONTENT.items()} if sample else {}
    is_amount = (_amounts(sample) >= 0.7 and _numbers(sample)) or (unit and _amounts(sample) in (0.0, 1.0) and not _numbers(sample))
    if len(drugs) == 1 and is_amount and "drug" not in found:
        put("total" if drugs[0] == "unspecified" else f"amount:{drugs[0]}", 0.97, "header")
    if found.get("amount", (0.0, ""))[0] and re.search(r"\b(всего|итого|total|ҳамагӣ|jami|жами)\b", name):
        put("total", found["amount"][0] + 0.01, "header")
    for field, (score, reason) in list(found.items()):
        checked = share.get(field)
        if checked is not None and reason != "hxl":
            found[field] = (score * (0.45 + 0.55 * checked), reason)
    if {plain(cell) for cell in sample} and {plain(cell) for cell in sample} <= _WORLD_REGIONS:
        return [("nothing", 1.0, "content")]
    if not any(score >= _SURE_ENOUGH for score, _ in found.values()):
        for field in ("date", "drug", "country", "amount", "source_url", "agency"):
            if (
                share.get(field, 0.0) >= 0.8
                and (field != "amount" or _with_mass(sample) >= 0.6)
                and (field != "date" or _is_no_number(sample))
            ):
                put(field, 0.6 * share[field], "content")
    if not found and (places := _share(sample, countries_of)) >= 0.6:
        put("province" if name == GROUP else "place", 0.5 + 0.1 * places, "content")
    return [(field, score, reason) for field, (score, reason) in found.items()]


def _of_tag(tag: str) -> str:
    """The field of an HXL tag, by the longest beginning of it that is known: #adm1+name is a province."""
    known = _two_columns("hxl")
    base, *attributes = tag.split("+")
    best = max((one for one in known if one.split("+")[0] == base and set(one.split("+")[1:]) <= set(attributes)), key=len, default="")
    return known.get(best, "")


def _of_header(header: str, name: str) -> list[tuple[str, float, str]]:
    words = header_words()
    exact = plain_phrase(plain(header).replace("_", " ")) or plain(header)
    if exact in words:
        return [(words[exact], 1.0, "header")]
    if name in words:
        return [(words[name], 0.95, "header")]
    bare = plain_phrase(_BRACKETS.sub(" ", plain(header).replace("_", " ")))
    if bare in words:
        return [(words[bare], 0.92, "header")]
    pieces = bare.replace("/", " ").split()
    found: list[tuple[str, float, str]] = []
    for width in range(min(5, len(pieces)), 0, -1):
        for start in range(len(pieces) - width + 1):
            phrase = " ".join(pieces[start : start + width])
            # A short word inside a longer header says little ("id" in "id card of the driver").
            if phrase in words and len(phrase) > 2:
                at_start = 0.05 if start == 0 else 0.0
                # "Место: район" is a district.
                score = 0.5 + 0.35 * width / len(pieces) + (0.1 if words[phrase] in ("province", "district") else at_start)
                found.append((words[phrase], score, "header"))
    if any(field == "person" for field, _, _ in found):
        return [("person", 0.9, "header")]
    if not found and len(bare) >= 5:
        best = process.extractOne(bare, list(words), scorer=fuzz.ratio, score_cutoff=_ALIKE)
        if best:
            found.append((words[best[0]], 0.85 * best[1] / 100.0, "spelling"))
    return found


def _share(sample: Sequence[str], is_one: Callable[[str], object]) -> float:
    return sum(bool(is_one(cell)) for cell in sample) / len(sample) if sample else 0.0


def _dates(sample: Sequence[str]) -> float:
    return _share(sample, lambda cell: read_date(cell, 1900, 2100).problem in ("", "no_year"))


def _amounts(sample: Sequence[str]) -> float:
    return _share(sample, lambda cell: read_amount(cell, RUSSIAN).problem in ("", "nothing", "not_positive", "ambiguous"))


def _numbers(sample: Sequence[str]) -> bool:
    return any(char.isdigit() for cell in sample for char in cell)


def _with_mass(sample: Sequence[str]) -> float:
    return _share(sample, lambda cell: any(amount.kg == amount.kg for amount in read_amount(cell, RUSSIAN).amounts))


def _is_no_number(sample: Sequence[str]) -> bool:
    """Bare numbers (40248, 2011) may be anything: without a word in the header they are no dates."""
    return _share(sample, lambda cell: not re.fullmatch(r"\d+(?:[.,]\d+)?", cell)) >= 0.8


def _known(what: str, country: str = "") -> Callable[[Sequence[str]], float]:
    return lambda sample: _share(
        sample, lambda cell: plain_phrase(cell) in phrases(what, country) or meanings_in(cell, phrases(what, country))
    )


def _within(limit: float) -> Callable[[Sequence[str]], float]:
    def test(cell: str) -> bool:
        try:
            return abs(float(cell.replace(",", "."))) <= limit
        except ValueError:
            return bool(re.search(r"\d\s*[°º]", cell))

    return lambda sample: _share(sample, test)


#: What can be told from the cells: field -> share of the cells that can be read as it.
_CONTENT: dict[str, Callable[[Sequence[str]], float]] = {
    "date": _dates,
    "amount": _amounts,
    "drug": _known("drug"),
    "country": lambda sample: _share(sample, lambda cell: plain_phrase(cell) in phrases("country")),
    "agency": _known("agency", "TJK"),
    "lon": _within(180.0),
    "lat": _within(90.0),
    "source_url": lambda sample: _share(sample, lambda cell: re.match(r"(?:https?://|www\.)\S+$", cell, re.I)),
}
