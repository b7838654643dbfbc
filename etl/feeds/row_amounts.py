"""Drugs and amounts of the rows of a table of any layout: one column, several, or one a drug."""

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from etl.asking import Question
from etl.columns import Guess
from etl.feeds.cells import APART, Cells
from etl.halves import in_two
from etl.layout import REPEATS, Layout, vocabulary
from etl.values.column_amounts import AmountCell, Items, column_marks, read_cell, read_row
from etl.values.numbers import Marks
from etl.values.texts import plain
from etl.vocabulary import NOT_KNOWN


class Amounts(NamedTuple):
    """items: `Item`s a row. table: reason, detail, is_empty. text: as it came, with the unit beside it."""

    items: "pd.Series[Any]"
    table: pd.DataFrame
    text: "pd.Series[str]"
    questions: list[Question]
    strange: dict[str, dict[str, int]]


Shape = tuple[str, Marks, str, str]  # of a column of amounts: its drug, marks, unit of the header, header


def amounts_of(cells: Cells, layout: Layout) -> Amounts:
    """The drugs and amounts of n rows."""
    drug = cells.text("drug")
    units = cells.text("unit")
    columns = cells.of("amount") + [one for one in cells.starting("amount:") if one[1].field[7:] not in REPEATS]
    first = len(columns)
    further = [again for again in REPEATS if cells.header(f"amount:{again}") or cells.header(f"drug:{again}")]
    for again in further:  # a second drug, in columns of its own
        columns += cells.of(f"amount:{again}") or [(pd.Series("", index=cells.index, dtype="object"), Guess("", "", "none", 0.0))]
    semicolons = cells.table.how is not None and cells.table.how.delimiter == ";"
    shape: list[Shape] = []
    for values, guess in columns:
        marks = column_marks([str(v) for v in values.unique()], guess.header, layout.answers, semicolons)
        unit = layout.units.get(guess.header) or layout.answers.get(f"unit:{guess.header}") or guess.unit
        wide = guess.field.partition(":")[2]
        shape.append(("" if wide in REPEATS else wide, marks, "" if unit == "none" else unit, guess.header))
    rows = drug + APART + units
    for values in [*(values for values, _ in columns), *(cells.text(f"{what}:{again}") for again in further for what in ("drug", "unit"))]:
        rows = rows + APART + values
    vocabulary_of_drugs = vocabulary(layout, "drug")
    counts = rows.value_counts()
    distinct = [str(row) for row in counts.index]
    read = in_two(_read_rows, distinct, shape, first, not columns, dict(vocabulary_of_drugs))
    answers: dict[str, Items] = {row: found for row, (found, _) in zip(distinct, read, strict=True)}
    texts: dict[str, str] = {row: came for row, (_, came) in zip(distinct, read, strict=True)}
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
    empty = {row: all(plain(text) in NOT_KNOWN for text in str(row).split(APART)[2 : 2 + len(columns)]) for row in answers}
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


def _read_rows(rows: list[str], shape: list[Shape], first: int, is_in_drug: bool, words: dict[str, str]) -> list[tuple[Items, str]]:
    """What each row says (its cells joined by APART: drug, unit, amounts, further drugs and units), and its amount as it came."""
    read = []
    for row in rows:
        said, unit, *rest = row.split(APART)
        amounts, others = rest[: len(shape)], rest[len(shape) :]
        of_units = [unit] * first + others[1::2]
        told = [
            AmountCell(text, beside or of_header, marks, of, header, bool(beside))
            for text, beside, (of, marks, of_header, header) in zip(amounts, of_units, shape, strict=True)
        ]
        found = read_row(said, told[:first], words)
        for cell, another in zip(told[first:], others[0::2], strict=True):
            if cell.text or another:
                found = _both(found, _of_its_own_drug(cell, another, words))
        read.append((found, _as_it_came(told, said if is_in_drug else "")))
    return read


def _both(one: Items, more: Items) -> Items:
    if one.reason or more.reason:
        return one if one.reason else more
    return Items(one.items + more.items, strange=one.strange + more.strange)


def _of_its_own_drug(cell: AmountCell, drug_text: str, drugs: Mapping[str, str]) -> Items:
    """What a further column of amounts says with its drug; without a drug nobody knows what it is of."""
    found = read_row(drug_text, [cell], drugs)
    if drug_text or found.reason or not any(item.drug == "unspecified" and item.quantity == item.quantity for item in found.items):
        return found
    detail = f"{cell.header or 'A second amount'} says {cell.text} and no drug: is it a second drug, or the same one in another unit?"
    return Items(reason="amount_ambiguous", detail=detail)


def _as_it_came(cells: list[AmountCell], otherwise: str) -> str:
    told = [f"{cell.text} {cell.unit}".strip() if cell.is_unit_said and cell.text else cell.text for cell in cells if cell.text]
    return "; ".join(told) or otherwise


def _amount_questions(
    cells: Cells, columns: list[tuple["pd.Series[str]", Guess]], shape: list[tuple[str, Marks, str, str]], units: "pd.Series[str]"
) -> list[Question]:
    found = []
    for (values, guess), (_, marks, unit, header) in zip(columns, shape, strict=True):
        counts = values.value_counts()
        pairs = (values + APART + units).value_counts()
        is_open = {str(pair): _is_open(AmountCell(*_cell_and_unit(str(pair), unit), marks)) for pair in pairs.index}
        open_ones = list(dict.fromkeys(pair.partition(APART)[0] for pair, is_one in is_open.items() if is_one))
        if open_ones:
            rows = sum(int(n) for pair, n in pairs.items() if is_open[str(pair)])
            text = f"Column {header!r}: in {open_ones[0]}, does the comma stand before decimals or after thousands?"
            found.append(Question("comma", header, text, tuple(open_ones[:3]), ("decimal", "thousands"), "", rows))
        bare = [str(v) for v in counts.index if v and re.fullmatch(r"[\d\s.,']+", str(v))]
        silent = values.isin(bare) & (units == "")
        if not unit and silent.any() and guess.field != "amount:precursor":
            text = f"Column {header!r} says no unit for {bare[0]}. Which is it? Without an answer these amounts have no kilograms."
            found.append(Question("unit", header, text, tuple(bare[:3]), ("kg", "g", "none"), "", int(silent.sum())))
    return found


def _cell_and_unit(pair: str, of_header: str) -> tuple[str, str]:
    text, _, beside = pair.partition(APART)
    return text, beside or of_header


def _is_open(cell: AmountCell) -> bool:
    return "," in cell.text and read_cell(cell).doubt is not None
