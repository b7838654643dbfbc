"""Persons are struck out of free text; places, amounts, days and numbers of cases stay."""

import csv
import gzip
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.people import strike_out, strike_out_all
from geodata.places.files import FOLDER

PERSONS = [
    ("У гр. Рахимова Саидмурода, 1975 г.р., изъято 1 кг", "У гр. [name], [birth], изъято 1 кг"),
    ("задержан гражданин Таджикистана Рахимов С.А., у которого", "задержан гражданин Таджикистана [name], у которого"),
    ("у гражданки РТ Саидовой Мехрангез Ахмадовны 1990 года рождения", "у гражданки РТ [name] [birth]"),
    ("Рахимов Саидмурод Каримович задержан в Бохтаре", "[name] задержан в Бохтаре"),
    ("при обыске у Абдулло Рахимова", "при обыске у [name]"),
    ("Citizen John Smith was held", "Citizen [name] was held"),
    ("citizen of Afghanistan Ahmad Wali was held", "citizen of Afghanistan [name] was held"),
    ("driver Rahimov A. fled", "driver [name] fled"),
    ("гр.Рахимов С. задержан", "гр.[name] задержан"),
    ("Шаҳрванд Раҳимзода Саидмурод, соли таваллуди 1980", "Шаҳрванд [name], [birth]"),
    ("сокини ноҳияи Восе Раҳимзода Саидмурод", "сокини ноҳияи Восе [name]"),
    ("به نام احمد ولد محمود", "به نام [name]"),
    ("паспорт А 1234567", "паспорт [document]"),
    ("passport No. AB1234567 was forged", "passport No. [document] was forged"),
    ("шиноснома А №1234567", "шиноснома [document]"),
    ("ИНН 123456789", "ИНН [document]"),
    ("а/м Опель 1234 АВ 01", "а/м Опель [plate]"),
    ("plate 01KG123ABC", "plate [plate]"),
    ("КамАЗ, госномер А 123 ВС 77", "КамАЗ, госномер [plate]"),
    ("Lada 01 A 123 BC", "Lada [plate]"),
    ("Toyota KBL 12345", "Toyota [plate]"),
    ("тел. +992 93 555 12 34", "тел. [phone]"),
    ("тел: 935551234, звонил", "тел: [phone], звонил"),
    ("call 93-555-12-34", "call [phone]"),
    ("прож. в Хороге, т. 918-55-66-77", "прож. в Хороге, т. [phone]"),
    ("т. 918556677", "т. [phone]"),
    ("Detained NAZAROV FIRUZ; a car", "[name]; a car"),
    ("محمد نعیم ولد عبدالله دستگیر شد", "[name] دستگیر شد"),
    ("write to someone@example.org", "write to [contact]"),
]
#: What looks like a person and is none.
NO_PERSONS = [
    "граждане Афганистана задержаны", "гражданин Афганистана задержан в Хороге", "citizens of Afghanistan", "3 Afghan citizens",
    "Ш. Шоҳин", "н. Ш.Шоҳин", "в районе Дж. Расулова", "Файзали Саидов район", "Jabbor Rasulov district", "Mir Said Ali Hamadoni",
    "пос. Калинина", "ул. Рахимова д. 5", "Н. Новгород", "Semey, East Kazakhstan", "Tajik-Afghan border, Panji Poyon",
    "Shamsiddin Shohin district", "officers of the Drug Control Agency", "Московский пограничный отряд", "«Нижний Пяндж»",
    "4 тонны 83 кг 274 г", "12 350 USD", "2 500 000 сомони", "1 234 567 890", "254,789 plants", "R001-2018", "11/03-2010",
    "ФАЙЗАЛИ САИДОВ РАЙОН", "5 т. 300 кг",
    "2018-04-16 10:00", "2012 MAR 12", "1397/11/22", "150 KG 20 packs", "ст. 200 УК РТ", "дело № 12345", "0.152 Kilogram, South Kazakhstan",
    "Южно-115ская область", "за 9 месяцев 2019 года", "N 37.5123 E 69.1234", "NamedTuple",
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), PERSONS)
def test_persons_are_struck_out_and_what_stands_around_them_stays(text: str, wanted: str):
    assert strike_out(text).text == wanted


@pytest.mark.parametrize("text", NO_PERSONS)
def test_places_amounts_and_days_stay(text: str):
    assert strike_out(text) == (text, ())
    assert strike_out(text, is_place=True) == (text, ())


def test_everything_at_once():
    struck = strike_out(
        "У гр. Рахимова Саидмурода, 1975 г.р., паспорт А 1234567, а/м Опель 1234 АВ 01, тел. +992 93 555 12 34, изъято 1 кг"
    )
    assert struck.text == "У гр. [name], [birth], паспорт [document], а/м Опель [plate], тел. [phone], изъято 1 кг"
    assert set(struck.kinds) == {"name", "birth", "document", "plate", "phone"}


@given(st.text())
def test_any_text_can_be_struck_out_and_once_is_enough(text: str):
    struck = strike_out(text)
    assert isinstance(struck.text, str) and (struck.text == text) == (not struck.kinds)
    assert strike_out(struck.text, is_place=True).text == struck.text or "[" in struck.text


@given(st.sampled_from(PERSONS), st.sampled_from(NO_PERSONS), st.sampled_from([". ", "; ", "\n"]))
def test_a_person_beside_anything_is_struck_out(person: tuple[str, str], other: str, between: str):
    assert strike_out(f"{other}{between}{person[0]}").kinds
    assert not set(strike_out(person[0]).text.split()) & {"Рахимова", "Рахимов", "Smith", "1234567", "Саидмурода"}


def test_no_name_of_a_place_is_touched_where_a_place_is_told(shared: Path):
    names: set[str] = set()
    for table in FOLDER.glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as stream:
            names.update(
                part
                for row in csv.DictReader(stream)
                for key, cell in row.items()
                if cell and "name" in str(key)
                for part in cell.split(";")
            )
    with gzip.open(shared / "data" / "gazetteer_wof_centralasia.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        names.update(row["name"] for row in csv.DictReader(stream))
    assert len(names) > 40_000
    assert [name for name in names if strike_out(name, is_place=True).kinds] == []
    touched = [name for name in names if strike_out(name).kinds]
    assert len(touched) < len(names) / 500, "a surname in a note is a person; few places look like one"


def test_a_column_is_struck_out_by_its_distinct_texts():
    texts = pd.Series(["гр. Рахимова Саида", None, "Хорог", "гр. Рахимова Саида"], dtype="str")
    clean, counts = strike_out_all(texts)
    assert clean.tolist()[::2] == ["гр. [name]", "Хорог"] and clean.isna().tolist() == [False, True, False, False]
    assert counts == {"name": 2}
    assert strike_out_all(texts[2:3])[1] == {}


@pytest.mark.parametrize("piece", ["А. ", "А", "Рахимов ", "1", "гр. Абв ", "a@a.", "паспорт серии ", "Абв, "])
def test_a_text_of_any_length_is_read_in_pieces_and_nothing_of_it_is_lost(piece: str):
    text = piece * 1000 + ". Citizen John Smith was held"
    struck = strike_out(text)
    assert struck.text.endswith("Citizen [name] was held")
    assert strike_out("x " * 5000).text == "x " * 5000
