"""Amounts: kilograms where that is true, the unit as it came where not, and never a guess."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.values.amounts import read_amount
from etl.values.column_amounts import AmountCell, column_marks, drugs_in, kg_in_one, read_row
from etl.values.numbers import RUSSIAN, Doubt, Marks, marks_of, number_of
from etl.vocabulary import phrases


def one(text: str, marks: Marks = RUSSIAN):
    read = read_amount(text, marks)
    assert len(read.amounts) == 1, read
    amount = read.amounts[0]
    return (None if math.isnan(amount.kg) else amount.kg, amount.bound)


@pytest.mark.parametrize(
    ("text", "kg"),
    [
        ("12 кг 350 гр", 12.35), ("12кг350гр.", 12.35), ("4 тонны 83 кг 274 г", 4083.274), ("54 килою 40 грамм", 54.04),
        ("5,065 кг", 5.065),
        ("1 234,5 кг", 1234.5), ("1\u202f234,5 кг", 1234.5), ("1\u00a0234,5 кг", 1234.5), ("152 Gram", 0.152), ("0.152 Kilogram", 0.152),
        ("152 г (0,152 кг)", 0.152), ("12 кг (двенадцать килограммов)", 12), ("полкило", 0.5), ("полтора кг", 1.5), ("два килограмма", 2),
        ("ду кило", 2),
        ("тридцать пять кг", 35),
        ("сто двадцать пять грамм", 0.125), ("20 пакетов по 500 г", 10), ("5 x 1 kg", 5), ("5 пакетов общим весом 12 кг", 12),
        ("200 таблеток (35 г)", 0.035),
        ("1.234,5 кг", 1234.5), ("1'234.5 kg", 1234.5), ("3 kg and 200 g", 3.2), ("3 кг ва 200 г", 3.2), ("۱۲ کیلو و ۳۵۰ گرام", 12.35),
        ("2 центнера", 200), ("героин: 5 кг", 5), ("5 kg (purity 60%)", 5), ("1 т 200 кг", 1200), ("12 кг 350 г 200 мг", 12.3502),
        ("0 кг 350 г", 0.35), ("5 кг + 300 г", 5.3), ("5-ти кг", 5),
    ],
)  # fmt: skip
def test_masses_are_kilograms(text, kg):
    assert one(text) == (pytest.approx(kg, rel=1e-12), "exact")


@pytest.mark.parametrize(
    ("text", "kg", "bound"),
    [
        ("более 20 кг", 20, "at_least"), ("не менее 3 кг", 3, "at_least"), ("зиёда аз 20 кг", 20, "at_least"),
        ("беш аз 3 кг", 3, "at_least"),
        ("more than 20 kg", 20, "at_least"), ("20 кг и более", 20, "at_least"), ("20+ kg", 20, "at_least"),
        ("بیش از ۲۰ کیلو", 20, "at_least"),
        ("10-12 кг", 10, "at_least"), ("от 10 до 12 кг", 10, "at_least"), ("аз 10 то 12 кг", 10, "at_least"),
        ("около 5,5 кг", 5.5, "about"),
        ("тақрибан 7 кг", 7, "about"), ("nearly 7 kg", 7, "about"), ("до 5 кг", None, "at_most"), ("не более 5 кг", None, "at_most"),
        ("аз 4 кг зиёд", 4, "at_least"), ("свыше 4-х кг", 4, "at_least"),
    ],
)  # fmt: skip
def test_bounds_are_kept(text, kg, bound):
    assert one(text) == (kg, bound)


@pytest.mark.parametrize(
    ("text", "quantity", "unit"),
    [
        ("500 таблеток", 500, "таблеток"), ("2 тыс. 500 таблеток", 2500, "таблеток"), ("2 литра", 2, "литра"),
        ("3 упаковки", 3, "упаковки"),
        ("120 кустов", 120, "кустов"), ("12 хлопушек", 12, "хлопушек"), ("10 сер", 10, "сер"), ("500 ҳаб", 500, "ҳаб"),
    ],
)  # fmt: skip
def test_what_is_no_mass_stays_in_its_unit(text, quantity, unit):
    amount = read_amount(text, RUSSIAN).amounts[0]
    assert (amount.quantity, amount.unit, math.isnan(amount.kg)) == (quantity, unit, True)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("много", "unreadable"), ("12 кг 5", "unreadable"), ("<b>2</b> кг", "unreadable"), ("-5 кг", "not_positive"), ("0", "not_positive"),
        ("нет данных", "nothing"), ("-", "nothing"), ("", "nothing"), ("1e999", "unreadable"), ("№ 5", "unreadable"),
        ("12-10 кг", "unreadable"), ("1,2E-03 кг", "unreadable"), ("0 кг 0 г", "not_positive"),
    ],
)  # fmt: skip
def test_what_is_no_amount_says_why(text, problem):
    assert read_amount(text, RUSSIAN).problem == problem


def test_several_drugs_in_one_cell_are_several_amounts():
    for text in ("героин 5 кг, опий 12 кг 300 г", "5 кг героина и 12 кг 300 г опия", "героин - 5 кг; опий - 12,3 кг"):
        assert [amount.kg for amount in read_amount(text, RUSSIAN).amounts] == [5, 12.3]
    opium, hashish = read_amount("опий 12 кг, 350 г гашиша", RUSSIAN).amounts
    assert (opium.kg, hashish.kg, hashish.drug) == (12, 0.35, "гашиша")


def test_a_total_is_not_added_to_its_parts():
    assert sum(a.kg for a in read_amount("30 кг, в том числе героин 10 кг, опий 20 кг", RUSSIAN).amounts) == 30
    assert sum(a.kg for a in read_amount("30 кг, из них героин 10 кг", RUSSIAN).amounts) == 30
    assert sum(a.kg for a in read_amount("героин 10 кг, опий 20 кг, всего 30 кг", RUSSIAN).amounts) == 30
    assert read_amount("5 кг, из них героин 10 кг", RUSSIAN).problem == "unreadable"


def test_a_comma_before_three_digits_is_read_as_its_column_shows():
    assert isinstance(number_of("1,250", Marks()), Doubt)
    assert number_of("1,250", marks_of(["1,250", "12,5"])) == 1.25
    assert number_of("1,250", marks_of(["1,250", "1,234.5"])) == 1250
    assert isinstance(number_of("1,250", marks_of(["1,250", "12,5", "1,234.5"])), Doubt)
    assert column_marks(["1,250"], "Вес, кг", {}, False).comma == "decimal", "Cyrillic writes a decimal comma"
    assert column_marks(["1,250"], "Weight", {}, True).comma == "decimal", "so do files cut by ';'"
    assert column_marks(["1,250"], "Weight", {"comma:Weight": "thousands"}, False).comma == "thousands"


def test_marks_that_contradict_each_other_leave_the_comma_open():
    marks = column_marks(["1,500,000 г", "4,350 кг"], "Вес", {}, True)
    assert read_amount("4,350 кг", marks).problem == "ambiguous"
    assert one("1,500,000 г", marks)[0] == 1500
    assert one("4,350 кг", column_marks(["1,500,000 г", "4,350 кг"], "Вес", {"comma:Вес": "decimal"}, True))[0] == 4.35


def test_a_thousand_tablets_are_not_one():
    marks = column_marks(["1,000 tablets", "12,5", "4,350 kg"], "Amount", {}, False)
    assert marks.comma == "decimal" and one("4,350 kg", marks)[0] == 4.35
    assert read_amount("1,000 tablets", marks).problem == read_amount("1,000 таблеток", RUSSIAN).problem == "ambiguous"
    assert read_amount("1,5 тыс. таблеток", RUSSIAN).amounts[0].quantity == 1500
    assert read_amount("1,250 тыс. таблеток", RUSSIAN).amounts[0].quantity == 1250
    assert read_amount("1,250 л", RUSSIAN).amounts[0].quantity == 1.25
    beside = read_row("ecstasy", [AmountCell("1,000", "tablets", marks, is_unit_said=True)], phrases("drug"))
    assert (beside.reason, beside.detail) == ("amount_ambiguous", "Is 1,000 1 or 1000?")
    told = column_marks(["1,000 tablets"], "Amount", {"comma:Amount": "thousands"}, False)
    assert read_amount("1,000 tablets", told).amounts[0].quantity == 1000


def row(drug: str, *cells: tuple[str, str], said: bool = False):
    return read_row(drug, [AmountCell(text, unit, RUSSIAN, is_unit_said=said) for text, unit in cells], phrases("drug"))


def test_the_unit_beside_a_bare_number_counts_and_must_not_contradict():
    assert row("героин", ("12,5", "кг"), said=True).items[0].weight_kg == 12.5
    assert row("героин", ("350", "в граммах")).items[0].weight_kg == 0.35
    assert math.isnan(row("героин", ("12", "")).items[0].weight_kg), "no unit, no guess"
    assert math.isnan(row("героин", ("12", "100 gram")).items[0].weight_kg)
    assert row("героин", ("12 кг", "гр"), said=True).reason == "amount_ambiguous"
    assert row("героин", ("12 кг", "гр")).items[0].weight_kg == 12, "a cell's own unit is stronger than its header's"


def test_kilograms_and_grams_in_two_columns_are_one_weight():
    assert row("героин", ("12", "кг"), ("350", "г")).items[0].weight_kg == 12.35
    assert row("героин", ("0,152", "кг"), ("152", "г")).items[0].weight_kg == 0.152, "the same in two units is not added"
    assert row("героин", ("1", "кг"), ("0", "г")).items[0].weight_kg == 1
    assert row("героин", ("12", "кг"), ("5", "шт")).items[0].packaging == "5 шт"
    assert row("героин", ("12", "кг"), ("7", "кг")).reason == "amount_ambiguous"


def test_drugs_and_amounts_are_paired_only_where_they_fit():
    assert [(i.drug, i.weight_kg) for i in row("героин, опий", ("5 кг, 12 кг", "")).items] == [("heroin", 5), ("opium", 12)]
    assert [(i.drug, i.weight_kg) for i in row("героин и опий", ("17 кг", "")).items] == [("unspecified", 17)]
    assert row("героин, опий, гашиш", ("5 кг; 12 кг 300 г", "")).reason == "amount_ambiguous"
    assert [i.drug for i in row("героин, опий").items] == ["heroin", "opium"]
    assert row("Героин 5 кг").items[0].weight_kg == 5
    assert [(i.drug, i.weight_kg) for i in row("героин 2 кг; опий 3 кг", ("", "")).items] == [("heroin", 2), ("opium", 3)]


def test_drug_words_in_any_form_and_company():
    words = phrases("drug")
    for text, drug in {
        "героин высшего качества": "heroin", "methamphetamine (ice)": "methamphetamine", "афюни хом": "opium",
        "гашиш (смола каннабиса)": "hashish",
        "کوکنار": "poppy_straw", "УКСУСНЫЙ АНГИДРИД": "precursor", "наркотики (опий)": "opium", "Чарс": "hashish",
    }.items():  # fmt: skip
        assert [found for found, _ in drugs_in(text, words)[0]] == [drug], text
    assert drugs_in("синий порошок", words) == ([("other", "синий порошок")], (("drug", "синий порошок"),))


@given(kg=st.integers(1, 999), g=st.integers(1, 999), t=st.integers(0, 99))
def test_compounds_add_up(kg, g, t):
    text = (f"{t} тонн " if t else "") + f"{kg} кг {g} гр"
    assert one(text)[0] == pytest.approx(t * 1000 + kg + g / 1000, abs=1e-9)


@given(st.floats(0.001, 1e6).map(lambda number: round(number, 3)), st.sampled_from([".", ","]), st.sampled_from(["кг", "kg", "кило"]))
def test_every_number_is_read_back(number, mark, unit):
    text = f"{number:.3f}".rstrip("0").rstrip(".").replace(".", mark)
    assert one(f"{text} {unit}")[0] == pytest.approx(number, rel=1e-9)


words = st.sampled_from(
    "12 кг г тонн 350 1,250 5.5 более около до - ( ) героин опий таблеток пакетов по и , ; всего х № % <b> 0 т ҳаб ۵ کیلو ½".split()
)


@given(st.text(max_size=60) | st.lists(words, max_size=12).map(" ".join))
def test_any_text_is_amounts_or_one_problem(text):
    for marks in (RUSSIAN, Marks()):
        read = read_amount(text, marks)
        assert bool(read.amounts) != bool(read.problem)
        for amount in read.amounts:
            assert amount.bound == "at_most" or (math.isfinite(amount.quantity) and amount.quantity > 0)
            assert math.isnan(amount.kg) or (math.isfinite(amount.kg) and amount.kg >= 0)


@given(st.text(max_size=40))
def test_a_unit_is_a_mass_or_none(text):
    factor = kg_in_one(text)
    assert math.isnan(factor) or factor > 0
