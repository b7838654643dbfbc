"""A bulletin in prose becomes proposals: every sentence is one, or is left out for a reason; nothing is confirmed by itself."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.__main__ import main
from etl.bulletin import COLUMNS, propose, write_proposals
from etl.reading import read_any
from etl.values.amounts import read_amount
from etl.values.numbers import RUSSIAN as RUSSIAN_MARKS
from etl.values.numbers import Marks
from geodata.errors import BadFile

ENGLISH = """Weekly summary of mass media reports, 21-27.10.2019, No. 43

Tajikistan
On October 22, officers of the Drug Control Agency found 10 kg 250 g of heroin in Shamsiddin Shohin district. Two persons were held.
On 24 October 2019 border guards found 35 kg of hashish and 2 kg of opium near Panji Poyon.
https://example.org/one

Kazakhstan
On 23.10.2019, in Almaty region, police seized more than 120 kg of marijuana.
Since the beginning of the year 3 tonnes of hashish were seized.
"""
RUSSIAN = """Еженедельный обзор 28.10-03.11.2019 № 44

РЕСПУБЛИКА ТАДЖИКИСТАН
29 октября сотрудники АКН в районе Шамсиддин Шохин обнаружили 12 кг 350 г героина и 3,5 кг гашиша.
У гр. Рахимова Саида изъят паспорт А 1234567.
2 ноября на территории Пянджского района изъято наркотическое средство «марихуана» общим весом более 120 кг. Возбуждено дело.

Кыргызская Республика
30 октября в г. Ош изъято 1 200 таблеток экстази.
В Баткенской области 1 ноября у гр. Асанова Эсена найден гашиш весом 5,065 кг и опий весом 805 г.
"""


def told(text: str) -> list[tuple[str, ...]]:
    rows = propose(text).rows
    return list(rows[["country", "date", "place", "drug", "amount"]].itertuples(index=False, name=None))


def test_an_english_bulletin():
    assert told(ENGLISH) == [
        ("TJK", "2019-10-22", "Shamsiddin Shohin district", "heroin", "10 kg 250 g"),
        ("TJK", "2019-10-24", "Panji Poyon", "hashish", "35 kg"),
        ("TJK", "2019-10-24", "Panji Poyon", "opium", "2 kg"),
        ("KAZ", "2019-10-23", "Almaty region", "cannabis", "more than 120 kg"),
    ]
    proposals = propose(ENGLISH)
    assert proposals.rows["source_url"].tolist() == ["", "https://example.org/one", "https://example.org/one", ""]
    assert [why for _, _, why in proposals.left_out] == ["no_drug", "no_drug", "sum_of_a_period"]


@pytest.mark.parametrize(
    ("line", "country"),
    [
        ("TAJIKISTAN. On 12 March 2017 police seized 5 kg of heroin.", "TJK"),
        ("Republic of Kazakhstan: on 12 March 2017 police seized 5 kg of heroin.", "KAZ"),
        ("Таджикистан. 12 марта 2017 г. изъято 5 кг героина.", "TJK"),
        ("On 12 March 2017. Police seized 5 kg of heroin.", ""),
        ("Police. On 12 March 2017 they seized 5 kg of heroin for 2017 tablets.", ""),
    ],
)
def test_a_country_may_head_its_own_line(line, country):
    rows = propose(line).rows
    assert rows[["country", "date", "drug"]].values.tolist()[0] == [country, "2017-03-12", "heroin"]


@pytest.mark.parametrize(
    "line",
    [
        "For 2017 a total of 4 tons of hashish was seized.", "For March 2017 police seized 40 kg of heroin.",
        "За 2017 г. изъято 4 т гашиша.",
        "In March 2017, a total of 40 kg of heroin was seized.",
        "За март 2017 года изъято 40 кг героина.", "За март всего изъято 4 кг героина.",
        "For the year 2017 the police seized 4 tons of hashish.",
    ],
)  # fmt: skip
def test_a_sum_of_a_year_or_a_month_is_no_event(line):
    proposals = propose(f"Tajikistan\n{line}")
    assert proposals.rows.empty and [why for _, _, why in proposals.left_out] == ["sum_of_a_period"]


def test_a_russian_bulletin():
    assert told(RUSSIAN) == [
        ("TJK", "2019-10-29", "Шамсиддин Шохин", "heroin", "12 кг 350 г"),
        ("TJK", "2019-10-29", "Шамсиддин Шохин", "hashish", "3,5 кг"),
        ("TJK", "2019-11-02", "Пянджского района", "cannabis", "более 120 кг"),
        ("KGZ", "2019-10-30", "г. Ош", "ecstasy", "1 200 таблеток"),
        ("KGZ", "2019-11-01", "Баткенской области", "hashish", "5,065 кг"),
        ("KGZ", "2019-11-01", "Баткенской области", "opium", "805 г"),
    ]


def test_persons_do_not_reach_the_proposals():
    proposals = propose(RUSSIAN)
    words = " ".join(proposals.rows.to_numpy().ravel()) + " ".join(sentence for _, sentence, _ in proposals.left_out)
    assert not any(name in words for name in ("Рахимов", "Асанов", "1234567"))
    assert "[name]" in words and "[document]" in words


def test_every_sentence_proposes_or_is_left_out_for_a_reason():
    for text in (ENGLISH, RUSSIAN):
        proposals = propose(text)
        assert proposals.rows["event_ref"].nunique() + len(proposals.left_out) == proposals.sentences
        assert proposals.rows["confirmed"].eq("").all() and proposals.rows["note"].ne("").all()


def test_the_turn_of_the_year_falls_into_the_week():
    text = "Summary, December 30, 2019 - January 5, 2020\nUzbekistan\n"
    text += "On December 31 1.5 kg of heroin was found. On January 2 2 kg of opium was found.\n"
    assert [row[1] for row in told(text)] == ["2019-12-31", "2020-01-02"]


def test_the_same_sentence_is_the_same_event_in_every_bulletin():
    later = "Another title, 28.10-03.11.2019\n\n" + ENGLISH.split("\n", 2)[2]
    assert propose(ENGLISH).rows["event_ref"].tolist() == propose(later).rows["event_ref"].tolist()


def test_amounts_can_be_read_by_those_who_read_cells():
    for text in (ENGLISH, RUSSIAN):
        for amount in propose(text).rows["amount"]:
            assert not read_amount(amount, Marks() if text is ENGLISH else RUSSIAN_MARKS).problem, amount


@given(st.text() | st.lists(st.sampled_from(ENGLISH.split() + RUSSIAN.split() + ["\n", "."]), max_size=60).map(" ".join))
def test_any_text_gives_proposals_or_one_sentence(text: str):
    try:
        proposals = propose(text)
    except BadFile as refused:
        assert "want" in str(refused)
    else:
        assert list(proposals.rows.columns) == list(COLUMNS)
        assert proposals.rows["event_ref"].nunique() + len(proposals.left_out) <= proposals.sentences


def test_proposals_are_a_table_that_is_read_again(tmp_path):
    proposals = propose("Tajikistan\n=HYPERLINK(1): on 5 March 2019 2 kg of opium was found in Panj.\n")
    rows = pd.concat([proposals.rows, propose(ENGLISH).rows])
    write_proposals(proposals._replace(rows=rows), tmp_path / "proposals.csv")
    assert "\n=" not in (tmp_path / "proposals.csv").read_text("utf-8-sig") and ",=" not in (tmp_path / "proposals.csv").read_text(
        "utf-8-sig"
    )
    table = read_any(tmp_path / "proposals.csv", "proposals.csv")
    assert table.headers == COLUMNS and table.rows_in == len(rows)


@pytest.mark.parametrize("text", ["", " \n\t\n"])
def test_nothing_pasted_is_said(text: str):
    with pytest.raises(BadFile, match="text of a bulletin was wanted"):
        propose(text)


def test_a_sum_and_its_parts_are_not_both_proposed():
    text = "ТАДЖИКИСТАН\n16 сентября 2020 г. в местности «Сари Гор» обнаружены наркотики весом 56 кг 350 г, "
    text += "из них 45 кг гашиша, 11 кг 350 г опия.\n"
    assert [row[2:] for row in told(text)] == [("местности Сари Гор", "hashish", "45 кг"), ("местности Сари Гор", "opium", "11 кг 350 г")]


def test_a_country_written_in_full_heads_its_part_and_kilograms_are_no_country():
    text = "Republic of Azerbaijan\nOn October 23, 2019, 5 kg of heroin was found in Baku.\n"
    assert told(text)[0][0] == "AZE"
    assert told("On October 23, 2019, 5 kg of heroin was found in a house.\n")[0][0] == ""


def test_the_verb_writes_proposals_and_adds_up(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PANJ_DATA", str(tmp_path / "data"))
    (tmp_path / "week.txt").write_bytes(RUSSIAN.encode("cp1251"))
    assert main(["bulletin", str(tmp_path / "week.txt"), "--out", str(tmp_path / "proposals.csv")]) == 0
    said = capsys.readouterr().out
    assert "7 sentences = 4 that tell of seizures + 3 that do not" in said and "Nothing was saved" in said
    assert read_any(tmp_path / "proposals.csv", "proposals.csv").rows_in == 6
    assert not (tmp_path / "data").exists()
    (tmp_path / "book.txt").write_bytes(bytes(range(256)) * 10)
    assert main(["bulletin", str(tmp_path / "book.txt"), "--out", str(tmp_path / "none.csv")]) == 2
    assert "a text was wanted" in capsys.readouterr().err


@pytest.mark.parametrize("piece", ["А. ", "Рахимов ", "in Aaa ", "5 кг ", "On 5 March 5 kg of heroin. ", "«"])
def test_a_long_paragraph_is_one_answer(piece: str):
    proposals = propose("Tajikistan\n" + piece * 1000)
    assert proposals.rows["event_ref"].nunique() + len(proposals.left_out) <= proposals.sentences
    with pytest.raises(BadFile, match="one week at a time"):
        propose(piece * 1_000_001)
