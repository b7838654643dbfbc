"""Amounts of whole rows: drug, amount and unit stand in one cell, in three, or in one column a drug; a row may name several."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from etl.values.amount_words import is_counted, tokens_of
from etl.values.amounts import Amount, Read, read_amount
from etl.values.numbers import NUMBER, RUSSIAN, Marks, marks_of
from etl.values.texts import has_cyrillic, is_right_to_left, plain
from etl.vocabulary import meanings_in, plain_phrase

_APART = re.compile(r"\s*(?:[,;+&/\n]|\s(?:и|ва|and|و|va)\s)\s*")
_INSIDE = re.compile(r"[(\[][^)\]]*[)\]]")


class Item(NamedTuple):
    """One event row of a report. drug: of the model, None where the row says none; weight_bound: None without a weight."""

    drug: str | None
    drug_text: str
    quantity: float
    unit: str
    weight_kg: float
    weight_bound: str | None
    packaging: str = ""
    amount_text: str = ""  # as it came, where a row has one column a drug


class Items(NamedTuple):
    """What the drug and amount cells of a row say; or the reason and detail of its rejection. strange: (what, word) not known to us."""

    items: tuple[Item, ...] = ()
    reason: str = ""
    detail: str = ""
    strange: tuple[tuple[str, str], ...] = ()


class AmountCell(NamedTuple):
    """One cell with an amount. unit: of a bare number, from the header or the unit column. drug: of a column of its own, else ""."""

    text: str
    unit: str
    marks: Marks
    drug: str = ""
    header: str = ""
    is_unit_said: bool = False  # in a column of units: it must not contradict the cell


def column_marks(texts: Iterable[str], header: str, answer: Mapping[str, str], has_semicolons: bool) -> Marks:
    """What comma and dot mean in a column of amounts. Where it does not say, the writers' language does: Cyrillic and Arabic letters,
    and files cut by ";", come from where the comma is the decimal one. Else the comma stays open, and where the column contradicts itself.
    """
    said = list(texts)
    local = has_semicolons or any(has_cyrillic(text) or is_right_to_left(text) for text in [header, *said])
    told = [plain(text) for text in said]
    marks = marks_of(told, RUSSIAN if local else None)
    numbers = (number for text in told for number in NUMBER.findall(text))
    if local and marks.comma == "thousands" and not any("," in number and "." in number for number in numbers):
        marks = marks._replace(comma="")  # 1,500,000 г beside 4,350 кг: the language says the one, the cell the other
    comma = answer.get(f"comma:{header}") or answer.get("comma")
    dot = answer.get(f"dot:{header}") or answer.get("dot")
    if comma in ("decimal", "thousands"):
        marks = marks._replace(comma="decimal" if comma == "decimal" else "thousands", is_told=True)
    if dot in ("decimal", "thousands"):
        marks = marks._replace(dot="decimal" if dot == "decimal" else "thousands")
    return marks


@lru_cache(maxsize=4096)
def kg_in_one(unit: str) -> float:
    """Kilograms in one ``unit`` as it came ("кг.", "в граммах", "Kilogram"); NaN where it is no mass, or says more than a unit."""
    tokens = [token for token in tokens_of(plain(unit).strip(" ."))]
    masses = [token.value for token in tokens if token.kind == "mass"]
    others = {token.kind for token in tokens} - {"mass", "open", "close", "word", "break", "and"}
    return masses[0] if len(set(masses)) == 1 and not others else math.nan


def read_row(drug_text: str, cells: Sequence[AmountCell], drugs: Mapping[str, str]) -> Items:
    """What one row says. drug_text: of the drug column, "" without. cells: of its amount columns. drugs: the vocabulary."""
    wide = [cell for cell in cells if cell.drug]
    if wide:
        return _wide(wide, drug_text)
    reads = [read_cell(cell) for cell in cells]
    if not any(read.amounts or read.problem != "nothing" for read in reads) and any(char.isdigit() for char in drug_text):
        own = read_amount(drug_text, RUSSIAN)
        if any(not math.isnan(amount.kg) or amount.unit for amount in own.amounts) and all(a.drug for a in own.amounts):
            reads, cells = [own], ()
    if len(reads) > 1 and any(read.amounts for read in reads):  # a zero beside an amount says nothing: 1 kg 0 g
        reads = [Read(problem="nothing") if _is_zero(read, cell.text) else read for read, cell in zip(reads, cells, strict=True)]
    texts = [cell.text for cell in cells] if len(cells) == len(reads) else [drug_text] * len(reads)
    for read, text in zip(reads, texts, strict=True):
        if problem := _problem(read, text):
            return problem
    one = _added_up(reads)
    if isinstance(one, Items):
        return one
    return _paired(drug_text, list(one), drugs)


def read_cell(cell: AmountCell) -> Read:
    """What one cell says, with the unit beside it."""
    is_bare = not any(char.isalpha() for char in cell.text)
    return _with_unit(read_amount(cell.text, cell.marks.of_counts() if is_bare and is_counted(cell.unit) else cell.marks), cell)


def _with_unit(read: Read, cell: AmountCell) -> Read:
    """Bare numbers in the unit beside them. A unit column that says another mass than the cell leaves the amount open."""
    if not cell.unit:
        return read
    factor = kg_in_one(cell.unit)
    told = []
    for amount in read.amounts:
        if not amount.unit:
            kg = round(amount.quantity * factor, 12)
            told.append(amount._replace(unit=cell.unit.strip(), kg=kg))
            continue
        mine = kg_in_one(amount.unit)
        if cell.is_unit_said and not math.isnan(factor) and not math.isnan(mine) and mine != factor:
            return Read(problem="ambiguous")
        told.append(amount)
    return read._replace(amounts=tuple(told))


def _is_zero(read: Read, text: str) -> bool:
    return read.problem == "not_positive" and not text.strip().startswith("-")


def _problem(read: Read, text: str) -> Items | None:
    if read.problem in ("", "nothing"):
        return None
    if read.problem == "ambiguous":
        if read.doubt is not None:
            small, large = f"{read.doubt.small:.12g}", f"{read.doubt.large:.12g}"
            return Items(reason="amount_ambiguous", detail=f"Is {text} {small} or {large}?")
        return Items(reason="amount_ambiguous", detail=f"{text}: the cell and the column of units name different units. Which is right?")
    return Items(reason="weight_not_positive" if read.problem == "not_positive" else "weight_unreadable", detail=text)


def _added_up(reads: Sequence[Read]) -> tuple[Amount, ...] | Items:
    """Amounts of several columns: kilograms and grams that make one weight, or the same weight in two units, or counts beside a weight."""
    full = [read.amounts for read in reads if read.amounts]
    if len(full) <= 1:
        return full[0] if full else ()
    if any(len(amounts) > 1 for amounts in full):
        return Items(reason="amount_ambiguous", detail="Several columns name several amounts each: which belongs to which?")
    masses = [amounts[0] for amounts in full if not math.isnan(amounts[0].kg)]
    others = [amounts[0] for amounts in full if math.isnan(amounts[0].kg)]
    if not masses:
        return tuple(others)
    first = masses[0]
    for more in masses[1:]:
        if math.isclose(first.kg, more.kg, rel_tol=1e-6):
            continue  # the same weight again, in another unit
        ratio = kg_in_one(first.unit) / kg_in_one(more.unit)
        if not (ratio > 1 and more.quantity < ratio and first.quantity == int(first.quantity)):
            return Items(reason="amount_ambiguous", detail=f"Is it {first.quantity:g} {first.unit} or {more.quantity:g} {more.unit}?")
        quantity = round(first.quantity + more.quantity / ratio, 12)
        first = first._replace(kg=round(first.kg + more.kg, 9), quantity=quantity)
    packaging = "; ".join([*filter(None, [first.packaging]), *(f"{other.quantity:g} {other.unit}".strip() for other in others)])
    return (first._replace(packaging=packaging),)


def _paired(drug_text: str, amounts: list[Amount], drugs: Mapping[str, str]) -> Items:
    """Amounts with the drug that each is of."""
    named, strange = drugs_in(drug_text, drugs)
    if not amounts:
        # Nothing is said of the amount: an event all the same, one row a drug.
        rows = named or [("unspecified", "")]
        return Items(tuple(Item(drug, text, math.nan, "", math.nan, None) for drug, text in rows), strange=strange)
    if any(amount.drug for amount in amounts):
        items = []
        for amount in amounts:
            inside, more = drugs_in(amount.drug, drugs) if amount.drug else (named[:1], ())
            drug, text = inside[0] if len(inside) == 1 else ("unspecified", amount.drug or drug_text)
            items.append(_item(amount, drug, text))
            strange += more
        return Items(tuple(items), strange=strange)
    if len(named) > 1 and len(named) == len(amounts):
        return Items(tuple(_item(amount, *drug) for amount, drug in zip(amounts, named, strict=True)), strange=strange)
    if len(named) > 1 and len(amounts) > 1:
        detail = f"{drug_text}: {len(named)} drugs and {len(amounts)} amounts. Which amount is of which drug?"
        return Items(reason="amount_ambiguous", detail=detail, strange=strange)
    drug, text = named[0] if len(named) == 1 else ("unspecified", drug_text)
    return Items(tuple(_item(amount, drug, text) for amount in amounts), strange=strange)


def _item(amount: Amount, drug: str, text: str) -> Item:
    bound = None if math.isnan(amount.kg) else str(amount.bound)
    return Item(drug, text, amount.quantity, amount.unit, amount.kg, bound, amount.packaging)


def drugs_in(text: str, drugs: Mapping[str, str]) -> tuple[list[tuple[str, str]], tuple[tuple[str, str], ...]]:
    """The drugs that a cell names, each with its own words, and what is not known: "героин, опий" -> heroin, opium."""
    if not text.strip():
        return [], ()
    whole = plain_phrase(text)
    if whole in drugs:
        return [(drugs[whole], text)], ()
    found = meanings_in(text, drugs)
    specific = [drug for drug in found if drug not in ("unspecified", "other")] or found
    if len(specific) <= 1:
        return [(specific[0] if specific else "other", text)], () if specific else (("drug", text),)
    parts = [part for part in _APART.split(_INSIDE.sub(" ", text)) if part.strip()]
    told = [(meanings, part.strip()) for part in parts if (meanings := meanings_in(part, drugs))]
    if len(parts) == len(told) and len(told) > 1 and all(len(meanings) == 1 for meanings, _ in told):
        return [(meanings[0], part) for meanings, part in told], ()
    outside = meanings_in(_INSIDE.sub(" ", text), drugs)
    if len(outside) == 1:
        return [(outside[0], text)], ()
    return [("unspecified", text)], ()


def _wide(cells: Sequence[AmountCell], drug_text: str) -> Items:
    """One column a drug: a zero or a dash there means none of it."""
    items: list[Item] = []
    for cell in cells:
        read = read_cell(cell)
        if read.problem == "nothing" or (read.problem == "not_positive" and not cell.text.strip().startswith("-")):
            continue
        if problem := _problem(read, cell.text):
            return problem
        came = f"{cell.text} {cell.unit}" if read.amounts and not any(char.isalpha() for char in cell.text) else cell.text
        items += [_item(amount, cell.drug, cell.header or cell.drug)._replace(amount_text=came.strip()) for amount in read.amounts]
    if not items:
        return Items(reason="weight_missing", detail=drug_text)
    return Items(tuple(items))
