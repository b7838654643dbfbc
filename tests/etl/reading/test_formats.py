"""One table, the same whatever format, encoding and wrapping it came in."""

import datetime as dt
import gzip
import io
from collections.abc import Callable

import openpyxl
import pytest

from etl.feeds.any_table import read_reports
from etl.parse import Context
from etl.reading import Table
from etl.reading.decoding import encoding_of
from etl.reading.table import NO_VALUE
from etl.reading.workbook_child import NO_VALUE as WRITTEN
from geodata.errors import BadFile

Read = Callable[..., Table]
Make = dict[str, Callable[..., bytes]]
ROWS = [["Дата", "Место", "кг"], ["11.03.2010", "Шуроабад", 12.5], ["12.03.2010", "Хорог", 3.0]]
WANTED = [["11.03.2010", "Шуроабад", "12.5"], ["12.03.2010", "Хорог", "3"]]
TEXT = "Дата;Место;кг\n11.03.2010;Шуроабад;12.5\n12.03.2010;Хорог;3\n"


def cells(table: Table) -> list[list[str]]:
    return table.rows[list(table.columns)].values.tolist()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1251", "koi8_r", "cp866"])
def test_every_encoding_of_the_region(read: Read, encoding: str):
    table = read(TEXT.encode(encoding))
    assert cells(table) == WANTED
    assert table.how is not None and table.how.damaged == 0


def test_tajik_letters_of_eight_bits(read: Read):
    text = "Сана;Ҷой;Эзоҳ\n11.03.2010;Ҳамадонӣ;ҳашиш аз дарёи Панҷ ёфт шуд, қуттии ғафс\n12.03.2010;Қурғонтеппа;чорводор\n"
    assert read(text.encode("koi8_t")).rows["ҷой"].tolist() == ["Ҳамадонӣ", "Қурғонтеппа"]


WORDS = "Шуроабад Пянджский район;тайник;Главное управление по контролю;сапёрная лопата;река Пяндж;ГЕРОИН;Кулябская область"


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r", "cp866"])
@pytest.mark.parametrize("letters", [str, str.upper, str.lower])
def test_cyrillic_is_told_apart_by_its_words_not_by_its_capitals(encoding: str, letters: Callable[[str], str]):
    for word in WORDS.split(";"):
        if len(word) > 5:
            assert encoding_of(letters(f"date;place\n2011;{word}\n").encode(encoding), is_whole=True) == encoding, word


def test_a_name_in_cyrillic_far_below_is_read_too(read: Read):
    table = read(b"date,place,kg\n" + b"2011-01-02,Panj,1\n" * 30_000 + "2011-01-02,Шуроабад,1\n".encode("cp1251"))
    assert table.rows["place"].iloc[-1] == "Шуроабад"


def test_one_damaged_cell_does_not_change_the_letters_of_all(read: Read):
    table = read(("date,place\n" + "2011-01-02,Шуроабад\n" * 9).encode() + b"2011-01-02,\xd0\xff\n")
    assert table.rows["place"].iloc[0] == "Шуроабад"
    assert table.how is not None and table.how.damaged > 0


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("is_zipped", [False, True])
def test_every_workbook_zipped_or_not(read: Read, make: Make, kind: str, is_zipped: bool):
    content = make[kind]([["Сводка за март"], [], *ROWS, ["Итого", "", 15.5]])
    if is_zipped:
        content = make["zip"](**{f"reports_{kind}": content, "readme_pdf": b"%PDF"})
    table = read(content, "reports.zip" if is_zipped else f"reports.{kind}")
    assert cells(table) == WANTED
    assert table.rows["row_number"].tolist() == [4, 5]
    assert table.title_rows == ((1, "Сводка за март"),) and table.total_rows == (6,)
    assert table.how is not None and (table.how.format, table.how.sheet) == (kind, "Reports")


def test_cells_of_a_workbook_are_the_text_that_a_person_reads(read: Read, make: Make):
    row = [dt.date(2010, 3, 11), dt.datetime(2010, 3, 11, 14, 30), 12.0, 0.1 + 0.2, True, "=1+1", "<b>x</b>"]
    table = read(make["xlsx"]([["day", "time", "whole", "part", "truth", "formula", "html"], row]))
    # A formula that no program has reckoned yet has no value; its text is never run, and its cell is not read as an empty one.
    assert cells(table) == [["2010-03-11", "2010-03-11 14:30", "12", "0.3", "true", NO_VALUE, "<b>x</b>"]]


def test_formulas_without_a_value_are_found_in_the_sheet_that_holds_them(read: Read, make: Make):
    assert WRITTEN == NO_VALUE
    header = ["Дата", "Наркотик", "Вес"]
    rows = [["Сводка"], [], header, ["11.03.2010", "опий", 5], ["12.03.2010", "опий", "=C4*2"], ["13.03.2010", "опий", ""]]
    moved = [["", *row] for row in [[""], *rows]]
    table = read(make["xlsx"]([["x"]], sheets={"Март & 1": moved}))
    assert [row[-1] for row in cells(table)] == ["5", NO_VALUE, ""]
    reading = read_reports(table, Context("any_table", "0" * 64, 2027), None)
    assert reading.parsed.rejected[["reason", "detail"]].values.tolist() == [["weight_unreadable", NO_VALUE]]


def test_joined_cells_of_the_header_and_of_the_body(read: Read, make: Make):
    rows = [
        ["Дата", "Место", "", "Изъято", ""],
        ["", "район", "село", "кг", "г"],
        [dt.date(2010, 3, 11), "Шуроабад", "Сари Гор", 5.0, ""],
        ["", "", "Даштак", 7.0, 250.0],
    ]
    table = read(make["xlsx"](rows, ("A1:A2", "B1:C1", "D1:E1", "A3:A4", "B3:B4", "D3:D4")))
    assert table.headers == ("Дата", "Место район", "Место село", "Изъято кг", "Изъято г")
    assert table.rows["дата"].tolist() == ["2010-03-11", "2010-03-11"]
    assert table.rows["место район"].tolist() == ["Шуроабад", "Шуроабад"]
    assert table.rows["изъято кг"].tolist() == ["5", ""], "one weight over two rows must not count twice"


def test_sheets_of_one_header_are_one_table_and_others_are_named(read: Read, make: Make):
    april = [["За апрель"], [], ROWS[0], ["01.04.2010", "Ишкашим", 1.0], ["Итого", "", 1.0]]
    book = make["xlsx"]([["note"], ["x"]], sheets={"March": [*ROWS, ROWS[1], ROWS[2]], "April": april, "Empty": [], "Title": [["May"]]})
    table = read(book)
    assert table.how is not None and table.how.sheet == "March" and table.sheets_read == ("March", "April")
    assert table.sheet_names == ("Reports", "March", "April", "Empty", "Title") and table.sheet_rows == (2, 5, 5, 0, 1)
    assert cells(table) == [[*row, "March"] for row in WANTED * 2] + [["01.04.2010", "Ишкашим", "1", "April"]]
    assert table.rows["row_number"].tolist() == [4, 5, 6, 7, 11], "as if one sheet stood below the other"
    assert table.total_rows == (12,) and table.title_rows == ((8, "За апрель"),)
    assert table.rows_in == 6 == len(table.rows) + len(table.ragged)


def test_one_sheet_may_be_asked_for(read: Read, make: Make):
    book = make["xlsx"](ROWS, sheets={"March": ROWS, "April": ROWS[:2]})
    table = read(book, sheet="April")
    assert (table.sheets_read, table.columns, table.rows["row_number"].tolist()) == (("April",), ("дата", "место", "кг"), [2])
    with pytest.raises(BadFile, match="no sheet 'May'"):
        read(book, sheet="May")


def test_a_cell_far_away_is_refused_in_a_sentence_and_not_by_a_full_memory(read: Read, make: Make):
    rows: list[list[object]] = [["date", "place"], ["2011-01-02", "Panj"]]
    book = openpyxl.load_workbook(io.BytesIO(make["xlsx"](rows)))
    book.active["XFD1048576"] = 1
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(BadFile, match="fill the memory"):
        read(stream.getvalue(), "far.xlsx")
    repeated = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384" {}/></table:table-row>'
    )
    assert read(make["ods"](ROWS, repeated.format(""))).rows_in == 2
    with pytest.raises(BadFile, match="cannot be opened"):
        read(make["ods"](ROWS, repeated.format('office:value-type="float" office:value="1"')))


def test_json_lines_lists_and_geojson_are_tables(read: Read):
    lines = '{"date": "2011-01-02", "kg": 1.50, "at": {"place": "Panj"}}\n\n'
    lines += '{"date": "2011-01-03", "drugs": ["opium", "heroin"]}\nnot json\n[1]\n'
    table = read(lines, "reports.jsonl")
    assert table.columns == ("date", "kg", "at.place", "drugs")
    assert cells(table) == [["2011-01-02", "1.50", "Panj", ""], ["2011-01-03", "", "", "opium; heroin"]]
    assert table.rows["row_number"].tolist() == [1, 3]
    assert table.ragged[["row_number", "reason"]].values.tolist() == [[4, "not_json"], [5, "not_json"]]
    assert cells(read('[{"a": 1, "b": true}, {"a": null}]')) == [["1", "true"], ["", ""]]
    point = '{"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Point", "coordinates": [69.1, 37.5]}, '
    shown = read(point + '"properties": {"drug": "opium"}}]}')
    assert shown.rows[["lon", "lat", "drug"]].values.tolist() == [["69.1", "37.5", "opium"]]


def test_a_csv_in_gzip_and_in_a_zip(read: Read, make: Make):
    assert cells(read(gzip.compress(TEXT.encode("cp1251")), "reports.csv.gz")) == WANTED
    table = read(make["zip"](reports_csv=TEXT.encode("utf-16")), "reports.zip")
    assert cells(table) == WANTED and table.how is not None and table.how.member == "reports.csv"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no rows"), (b"\n\n \n", "no rows"), (b"date,place\n", "no rows"), (b"%PDF-1.7 ...", "a PDF"), (b"{\\rtf1", "RTF"),
        (b"<html><table><tr><td>x", "a web page"), (b"\x89PNG\r\n", "a picture"),
        (b"\x00\x01\x02\x03" * 50, "binary"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "cannot be opened"), (b"PK\x03\x04 not really", "zip"),
        (b"\x1f\x8b\x08xx", "zip"),
        (b"[" * 100_000, "no rows|JSON|table"), (b'a,b\n1,"' + b"x," * 90_000, "quotation mark"),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_one_sentence(read: Read, content: bytes, says: str):
    with pytest.raises(BadFile, match=says) as refused:
        read(content, "reports")
    assert "want" in str(refused.value) and "\n" not in str(refused.value)


def test_bombs_are_refused(read: Read, make: Make, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("etl.reading.opening.LARGEST_TABLE_BYTES", 1000)
    monkeypatch.setattr("etl.reading.opening.LARGEST_WORKBOOK_BYTES", 1000)
    for content in (make["zip"](reports_csv=b"a,b\n" + b"1,2\n" * 1000), make["xlsx"](ROWS)):
        with pytest.raises(BadFile, match="would unpack to"):
            read(content, "reports.zip")
