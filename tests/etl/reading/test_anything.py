"""Tables as offices send them: titles, sums, joined headers, pages, tags, remarks; rows always add up and know their line."""

import json
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.reading import Table
from geodata.errors import BadFile

Read = Callable[..., Table]

MONTHLY = """Сводка об изъятиях;;;;
за март 2010 г.;;;;
;;;;
№;Дата;Место;;Количество, кг
;;район;село;
1;2;3;4;5
1;11.03.2010;Шуроабад;Сари Гор;12,5
2;12.03.2010;Фархор;;3
№;Дата;Место;;Количество, кг
3;13.03.2010;Куляб;;1
;ИТОГО;;;16,5
Начальник отдела;;;;
"""


def reasons(table: Table) -> list[tuple[int, str]]:
    return list(zip(table.ragged["row_number"].tolist(), table.ragged["reason"].tolist(), strict=True))


def test_a_monthly_form_with_everything_around_it(read: Read):
    table = read(MONTHLY)
    assert table.headers == ("№", "Дата", "Место район", "Место село", "Количество, кг")
    assert table.columns == tuple(header.casefold() for header in table.headers)
    assert table.title_rows == ((1, "Сводка об изъятиях"), (2, "за март 2010 г."))
    assert table.how is not None and (table.how.header_line, table.how.delimiter, table.how.format) == (4, ";", "csv")
    assert table.rows["row_number"].tolist() == [7, 8, 10]
    assert table.rows["место село"].tolist() == ["Сари Гор", "", ""]
    assert reasons(table) == [(6, "numbering_row"), (9, "repeated_header"), (11, "total_row"), (12, "note_row")]
    assert table.total_rows == (11,)
    assert table.rows_in == 7


@pytest.mark.parametrize(
    "word",
    ["ИТОГО", "Итого:", "Всего", "Всего по области", "Total", "GRAND TOTAL:", "Ҳамагӣ", "Ҷамъ", "Жами", "JAMI", "Барлығы", "Jemi", "مجموع"],
)
def test_sums_are_set_aside_in_every_language(read: Read, word: str):
    table = read(f"date,place,kg\n2011-01-02,Panj,1\n2011-01-03,Kulob,2\n{word},,3\n,{word},3\n")
    assert reasons(table) == [(4, "total_row"), (5, "total_row")]
    assert table.rows["kg"].tolist() == ["1", "2"]


@pytest.mark.parametrize("row", ["2011-01-04,Всего изъято 5 кг,5", "2011-01-04,Totalitas village,1", "2011-01-04,Итого-Кишлак,1"])
def test_an_event_whose_words_begin_like_a_sum_is_kept(read: Read, row: str):
    assert len(read(f"date,place,kg\n2011-01-02,Panj,1\n{row}\n").rows) == 2


def test_headings_inside_the_table_go_to_the_rows_below_them(read: Read):
    table = read("date,place,drug,kg\n2011-01-01,Kushk,opium,1\nKhatlon,,,\n2011-01-02,Panj,opium,1\nSughd,,,\n2011-01-03,Isfara,opium,1\n")
    assert table.rows["group"].tolist() == ["", "Khatlon", "Sughd"]
    assert reasons(table) == [(3, "group_row"), (5, "group_row")]


def test_hxl_tags_are_no_row_and_name_the_columns(read: Read):
    table = read("Date,Where,Kg\n#date,#loc +name,#indicator+kg\n2011-01-02,Panj,1\n")
    assert table.hxl == ("#date", "#loc+name", "#indicator+kg")
    assert table.rows_in == 1 and table.rows["row_number"].tolist() == [3]
    assert read("#date,#loc+name\n2011-01-02,Panj\n").hxl == ("#date", "#loc+name")


def test_a_file_without_a_header_loses_no_row(read: Read):
    table = read("2011-01-02,Panj,heroin,1\n2011-01-03,Kulob,opium,2\n")
    assert table.how is not None and table.how.header_line == 0
    assert table.headers == ("column 1", "column 2", "column 3", "column 4")
    assert table.rows_in == 2


def test_a_header_of_two_languages_is_one_header(read: Read):
    table = read("Date;Place;Drug;Weight\nСана;Ҷой;Мавод;Вазн\n02.01.2011;Panj;heroin;1\n03.01.2011;Kulob;opium;2\n")
    assert table.headers[0] == "Date Сана" and table.rows_in == 2


def test_a_row_that_looks_like_numbers_of_columns_is_never_lost(read: Read):
    table = read("a,b,c,d\n1,2,3,4\n5,6,7,8\n")
    assert table.rows_in == 2


def test_names_that_come_twice_and_columns_without_a_name_can_be_told_apart(read: Read):
    table = read("date,kg,kg,,row_number\n2011-01-02,1,2,x,9\n")
    assert table.columns == ("date", "kg", "kg (2)", "column 4", "row_number (2)")
    assert read("date,kg,,\n2011-01-02,1,,\n").columns == ("date", "kg"), "a column of nothing is no column"


def test_a_person_may_say_where_the_header_is(read: Read):
    table = read("one,two\nx,y\ndate,kg\n2011-01-02,1\n", header_line=3)
    assert table.headers == ("date", "kg") and table.rows_in == 1


def test_lines_about_the_table_are_not_its_header(read: Read):
    table = read("Report of:,DCA,,\nPeriod:,2019-03,,\n\nDate,Place,Drug,Kg\n2019-03-01,Khorog,heroin,1\n2019-03-02,Khorog,opium,1\n")
    assert table.headers == ("Date", "Place", "Drug", "Kg") and table.rows_in == 2
    assert table.title_rows == ((1, "Report of:  DCA"), (2, "Period:  2019-03"))


def test_years_may_be_names_of_columns(read: Read):
    assert read("Country,2012,2013,2014\nTJK,1,2,3\nAFG,3,4,5\n").headers == ("Country", "2012", "2013", "2014")


def test_a_decimal_comma_that_cuts_an_amount_in_two_is_no_smaller_amount(read: Read):
    table = read('date,place,kg\n2011-01-01,Panj,3,5\n2011-01-01,Panj,"3,5"\n')
    assert table.rows["kg"].tolist() == ["3,5"] and reasons(table) == [(2, "field_count")]


def test_signatures_below_a_short_table_are_remarks(read: Read):
    table = read("date,place,drug,kg\n2011-01-01,Panj,opium,3\n\nPreliminary data,,,\nHead of the department,,,\n")
    assert reasons(table) == [(4, "note_row"), (5, "note_row")]


def test_excel_says_its_own_delimiter(read: Read):
    table = read("sep=;\ndate;place\n2011-01-02;a, b, c\n")
    assert table.headers == ("date", "place") and table.rows["row_number"].tolist() == [3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_what_it_cuts(read: Read, delimiter: str):
    table = read(delimiter.join(["date", "place", "kg"]) + "\n" + delimiter.join(["2011-01-02", "Panj", "5"]) + "\n")
    assert table.how is not None and table.how.delimiter == delimiter


def test_prose_is_sent_to_where_prose_is_read(read: Read):
    with pytest.raises(BadFile, match="prose"):
        read("Tajikistan\nOn 5 March officers seized more than two kilograms of heroin in Panj, they said.\n" * 3)


def test_a_quotation_mark_left_open_costs_its_own_row(read: Read):
    lines = ["date,place,kg"] + [f"2011-01-02,Panj {number},1" for number in range(20_000)]
    lines[1500] = '2011-01-02,"Panj,1'
    table = read("\n".join(lines) + "\n")
    assert reasons(table) == [(1501, "quote_left_open")]
    assert table.rows_in == 20_000 and table.rows["row_number"].tolist() == [n for n in range(2, 20_002) if n != 1501]


def test_a_quotation_mark_left_open_near_the_end_costs_its_own_row(read: Read):
    table = read('date,place,kg\n2011-01-02,Panj,1\n2011-01-02,"Kulob,1\nx\n2011-01-03,Vose,2\n')
    assert reasons(table) == [(3, "quote_left_open"), (4, "field_count")]
    assert table.rows["place"].tolist() == ["Panj", "Vose"]


def test_lines_are_counted_right_after_a_cell_of_several_lines(read: Read):
    lines = ["date,place,kg"] + [f"2011-01-02,Panj {number},1" for number in range(20_000)]
    lines[700] = '2011-01-02,"Panj\n700 ""x""\n",1'
    table = read("\n".join(lines) + "\n")
    numbers = dict(zip(table.rows["place"], table.rows["row_number"], strict=True))
    assert table.rows_in == 20_000
    assert (numbers["Panj 698"], numbers['Panj\n700 "x"\n'], numbers["Panj 700"], numbers["Panj 19999"]) == (700, 701, 704, 20_003)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=30), st.booleans())
def test_every_row_of_a_written_table_is_a_row_or_has_a_reason(read: Read, rows: list[tuple[str, str, str]], is_long: bool):
    def line(row: tuple[str, ...]) -> str:
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in row)

    rows = rows * (60 if is_long else 1)  # the first some hundred lines are read in another way than the others
    table = read("date,place,weight\n" + "".join(line(("2011-01-02", *row[1:])) + "\n" for row in rows))
    assert table.rows_in == len(rows) == len(table.rows) + len(table.ragged)
    read_back = {(a, b) for a, b in table.rows[["place", "weight"]].itertuples(index=False)}
    set_aside = {tuple(json.loads(content))[1:] for content in table.ragged["content"]}
    assert {tuple(cell if cell.strip() else "" for cell in row[1:]) for row in rows} <= read_back | set_aside


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.sampled_from(["", "x", '"a, b"', '"two\nlines"', "12,5", " "]), min_size=1, max_size=5), max_size=40))
def test_long_files_are_read_as_short_ones(read: Read, rows: list[list[str]]):
    """The fast way through a long file gives what the careful way through a short one gives."""
    start = "date;place;kg\n" + "2011-01-02;Panj;1\n" * 60
    body = "".join(";".join(row) + "\n" for row in rows)
    short = read(start + body)
    long = read(start + "2011-01-02;Panj;1\n" * 600 + body)
    tail, whole = short.rows.iloc[60:, 1:], long.rows.iloc[660:, 1:]
    assert tail.values.tolist() == whole.values.tolist()
    assert (long.rows["row_number"].iloc[660:] - 600).tolist() == short.rows["row_number"].iloc[60:].tolist()
    assert long.ragged["content"].tolist() == short.ragged["content"].tolist()
