"""The model refuses a table that does not fit and names the column."""

import pandas as pd
import pytest

from geodata import model
from geodata.errors import WrongTable
from geodata.model import Column, check, columns, empty

SHAPES = {
    name: getattr(model, name) for name in ("EVENT", "LOCATED_EVENT", "NATIONAL_TOTAL", "REJECTED", "AGGREGATE")
}  # every table that is kept
SMALL = (Column("name", "text", False, ("a", "b")), Column("weight_kg", "number"), Column("n", "integer"), Column("is_open", "flag", False))


def small(**other: object) -> pd.DataFrame:
    return pd.DataFrame({"name": ["a", "b"], "weight_kg": [1.5, None], "n": [1, None], "is_open": [True, False], **other})


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_an_empty_table_fits_its_own_model(shape):
    table = empty(shape)
    check(table, shape)
    assert table.columns.tolist() == columns(shape)
    assert len(table) == 0


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_no_column_is_named_twice_and_every_lack_is_named(shape):
    names = columns(shape)
    assert len(set(names)) == len(names)
    for name in names:
        with pytest.raises(WrongTable, match=repr(name)):
            check(empty(shape).drop(columns=name), shape)


def test_a_table_that_fits_is_taken_with_columns_of_its_own():
    check(small(extra=1), SMALL)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": ["a", "c"]}, "'name' holds 'c', one of a, b was wanted"),
        ({"name": ["a", None]}, "'name' is empty in 1 rows"),
        ({"weight_kg": ["12,5", "3"]}, "'weight_kg' holds .*, numbers were wanted"),
        ({"n": ["one", "two"]}, "'n' holds .*, numbers were wanted"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_its_column(wrong, words):
    with pytest.raises(WrongTable, match=words):
        check(small(**wrong), SMALL)


def test_a_number_column_without_any_value_fits_whatever_its_type():
    check(small(weight_kg=[None, None]), SMALL)


def test_a_located_event_is_an_event_and_more():
    assert columns(model.LOCATED_EVENT)[: len(model.EVENT)] == columns(model.EVENT)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_there_is_no_column_for_persons(shape):
    """Names, plates, phones and documents have no place in any table."""
    forbidden = {"person", "suspect", "plate", "phone", "passport", "document", "surname", "birth", "nationality"}
    assert not [name for name in columns(shape) if forbidden & set(name.split("_"))]


def test_what_is_no_part_of_a_drug_total_is_a_drug_of_the_vocabulary():
    assert set(model.NOT_IN_DRUG_TOTALS) < set(model.DRUGS)
