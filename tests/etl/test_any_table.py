"""Any table to its events: columns guessed, rows that add up, questions instead of guesses."""

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.columns import guess_columns
from etl.feeds.any_table import read_reports
from etl.layout import Layout
from etl.parse import REASONS, Context
from etl.read import read_as
from etl.reading import Table, read_any
from etl.reading.table import How, ragged_frame
from geodata.errors import BadFile
from geodata.model import EVENT, check

CONTEXT = Context("any_table", "0" * 64, 2027)


def table(header: str, *lines: str, apart: str = ";", titles: tuple[str, ...] = ()) -> Table:
    headers = tuple(header.split(apart))
    columns = tuple(name.casefold() for name in headers)
    cells = [line.split(apart) for line in lines]
    rows = pd.DataFrame({"row_number": range(2, len(lines) + 2)})
    for at, name in enumerate(columns):
        rows[name] = pd.Series([row[at] if at < len(row) else "" for row in cells], dtype="object")
    return Table(
        rows, ragged_frame([]), len(lines), (), columns, headers, ("",) * len(columns),
        tuple(enumerate(titles, start=1)), how=How("csv", "utf-8", apart),
    )  # fmt: skip


def read(header: str, *lines: str, layout: Layout | None = None, apart: str = ";", titles: tuple[str, ...] = ()):
    source = table(header, *lines, apart=apart, titles=titles)
    reading = read_reports(source, CONTEXT, layout)
    events, rejected = reading.parsed.events, reading.parsed.rejected
    check(events, EVENT)
    assert events["report_id"].is_unique
    assert events["row_number"].nunique() + len(rejected) == source.rows_in
    assert not set(events["row_number"]) & set(rejected["row_number"])
    assert set(rejected["reason"]) <= set(REASONS)
    return reading


def fields(header: str, *lines: str, apart: str = ";") -> list[str]:
    return [guess.field for guess in guess_columns(table(header, *lines, apart=apart))]


RU = "№ п/п;Дата изъятия;Район;Место изъятия;Вид наркотика;Количество;Ед. изм.;Орган;Способ сокрытия;Транспорт;Примечание"
RU_ROW = "1;11.03.2010;Шуроабадский район;с. Йол;Героин;12,5;кг;ГКНБ;тайник;автомашина;"


# Columns


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (RU, "source_ref date district place drug amount unit agency concealment transport note"),
        ("Сана;Ноҳия;Деҳа;Намуди маводи мухаддир;Миқдор;Воҳид;Мақомот;Эзоҳ", "date district place drug amount unit agency note"),
        ("Date;Location;Drug type;Seized amount;Unit;Agency;Remarks", "date place drug amount unit agency note"),
        ("تاریخ;ولایت;ولسوالی;نوع مواد;مقدار", "date province district drug amount"),
        ("COUNTRY;ADMINISTRATIVE_DIVISION;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;HIDING_PLACE;INSTALLATION;TRANSPORT;ROUTING",
         "country province place date drug amount unit concealment installation transport routing"),
        ("PRODUCING_COUNTRY;DEPARTURE_COUNTRY;DESTINATION_COUNTRY;PLACE", "country_producing country_departure country_destination place"),
        ("Дата;Ф.И.О. задержанного;Паспорт;Наркотик;Вес, гр", "date person person drug amount"),
        ("Дата изятия;Колличество;Наркотик", "date amount drug"),
        ("Год;Месяц;Область;Наркотик;Вес (кг)", "year month province drug amount"),
        ("Date;Lat;Lon;Drug;kg", "date lat lon drug amount"),
    ],
)  # fmt: skip
def test_headers_of_the_region_are_known(header, wanted):
    assert fields(header) == wanted.split()


def test_content_tells_what_a_header_does_not():
    rows = ["12.03.2010;героин;5 кг;Таджикистан", "13.04.2011;опий;7 кг 300 г;Афганистан", "14.04.2011;гашиш;более 3 кг;Афганистан"]
    assert fields("a;b;c;d", *rows) == ["date", "drug", "amount", "country"]


def test_a_header_that_its_content_contradicts_is_believed_less():
    assert fields("Дата;Сана", "утром;11.03.2010", "вечером;12.03.2010", "ночью;13.03.2010") == ["", "date"]


def test_hxl_tags_are_stronger_than_headers():
    source = table("a;b;c;d", "2020-01-05;Khatlon;heroin;5")._replace(hxl=("#date", "#adm1+name", "#item+drug", "#value+kg"))
    assert [guess.field for guess in guess_columns(source)] == ["date", "province", "drug", "amount"]
    assert {guess.reason for guess in guess_columns(source)} == {"hxl"}


def test_one_column_a_drug_and_their_sum():
    reading = read("Дата;Район;Героин, кг;Опий, кг;Всего наркотиков, кг", "11.03.2010;Панҷ;1,5;0;1,5", "12.03.2010;Фархор;1;2,25;3,25")
    events = reading.parsed.events
    assert events["drug"].tolist() == ["heroin", "heroin", "opium"]
    assert events["weight_kg"].sum() == 4.75, "the column of sums is not added"
    assert events["event_id"].nunique() == 2
    assert events["amount_text"].tolist() == ["1,5 кг", "1 кг", "2,25 кг"]


# Rows


def test_every_field_of_a_row_arrives():
    event = read(RU, RU_ROW).parsed.events.iloc[0]
    names = "happened_from place_text drug drug_text quantity unit weight_kg agency agency_text".split()
    assert event[names].tolist() == [
        "2010-03-11", "с. Йол, Шуроабадский район", "heroin", "Героин", 12.5, "кг", 12.5, "SCNS", "ГКНБ",
    ]  # fmt: skip
    assert event[["concealment", "concealment_text", "transport", "transport_text", "date_text", "amount_text", "source_ref"]].tolist() == [
        "cache", "тайник", "road", "автомашина", "11.03.2010", "12,5 кг", "1",
    ]  # fmt: skip


def test_all_fields_of_an_ids_record_survive():
    header = (
        "COUNTRY;PLACE;SEIZURE_DATE;DRUG_NAME;AMOUNT;DRUG_UNIT;PACKAGING;HIDING_PLACE;INSTALLATION;TRANSPORT;PRODUCING_COUNTRY;"
        "DEPARTURE_COUNTRY;DESTINATION_COUNTRY;ROUTING"
    )
    line = "Tajikistan;Khorog;2011-03-14;Heroin;490.0;Gram;5 bags;Baggage;Frontier;Private road;Afghanistan;Unknown;"
    line += "Multiple Countries;Border - inbound"
    event = read(header, line).parsed.events.iloc[0]
    told = event[["country_iso3", "packaging", "concealment", "installation", "place_kind", "transport", "routing"]].tolist()
    assert told == ["TJK", "5 bags", "baggage", "Frontier", "border_crossing", "road", "Border - inbound"]
    assert event[["country_producing", "country_destination"]].tolist() == ["AFG", "Multiple Countries"]
    assert pd.isna(event["country_departure"])
    assert event["weight_kg"] == 0.49


def test_several_drugs_in_a_cell_share_the_event_and_the_row():
    events = read("Дата;Район;Наркотик;Количество", "11.03.2010;Панҷ;героин, опий;5 кг, 12 кг 300 г").parsed.events
    assert events[["drug", "weight_kg"]].values.tolist() == [["heroin", 5.0], ["opium", 12.3]]
    assert events["event_id"].nunique() == events["row_number"].nunique() == 1
    assert events["report_id"].nunique() == 2


def test_bounds_are_said_by_the_amount_or_by_the_note():
    rows = [
        "11.03.2010;Панҷ;героин;более 20 кг;",
        "11.03.2010;Панҷ;героин;7 кг;изъято около 7 кг",
        "11.03.2010;Панҷ;героин;5 кг;",
        "11.03.2010;Панҷ;героин;до 5 кг;",
    ]
    events = read("Дата;Район;Наркотик;Количество;Примечание", *rows).parsed.events
    assert events["weight_bound"].fillna("-").tolist() == ["at_least", "about", "exact", "-"]
    assert events["weight_kg"].fillna(0).tolist() == [20, 7, 5, 0], "an upper bound is no weight"
    assert events["amount_text"].tolist()[3] == "до 5 кг"


def test_a_second_drug_in_columns_of_its_own():
    header = "Дата;Наркотик;Количество;Наркотик (2);Количество (2);Район"
    assert fields(header) == ["date", "drug", "amount", "drug:2", "amount:2", "district"]
    events = read(header, "11.03.2010;героин;1 кг;опий;2 кг;Панҷ", "12.03.2010;гашиш;3 кг;;;Панҷ").parsed.events
    assert events[["drug", "weight_kg"]].values.tolist() == [["heroin", 1.0], ["opium", 2.0], ["hashish", 3.0]]
    assert read(header, "11.03.2010;героин;1 кг;опий;-2 кг;Панҷ").parsed.rejected["reason"].tolist() == ["weight_not_positive"]


def test_ditto_marks_mean_the_cell_above():
    rows = ["11.03.2010;Панҷ;героин;1 кг", "-//-;--//--;то же;2 кг", "12.03.2010;там же;опий;3 кг"]
    events = read("Дата;Район;Наркотик;Количество", *rows).parsed.events
    assert events["happened_from"].tolist() == ["2010-03-11", "2010-03-11", "2010-03-12"]
    assert events["place_text"].tolist() == ["Панҷ"] * 3
    assert events["drug"].tolist() == ["heroin", "heroin", "opium"]


def test_a_sum_without_a_word_below_the_table_is_no_event():
    read_rows = read(RU, RU_ROW, "2;12.03.2011;;;Героин;1;кг;;;;", ";;;;;2;;;;;", "3;;;;;1;кг;;;;", ";;;;;13,5;;;;;", ";;;;;13;;;;;")
    assert list(read_rows.parsed.events["row_number"]) == [2, 3, 4, 5]
    assert [(row, reason) for row, reason in read_rows.parsed.rejected[["row_number", "reason"]].itertuples(index=False)] == [
        (6, "total_row"),
        (7, "total_row"),
    ]
    assert read("Количество;Дата", "5;", "6;").parsed.rejected.empty


def test_unknown_words_are_kept_and_reported():
    parsed = read("Дата;Место;Наркотик;Вес;Орган;Транспорт;Тайник", "11.03.2010;Хорог;синий дым;3 кг;Клуб;Ковёр-самолёт;Нигде").parsed
    event = parsed.events.iloc[0]
    assert event[["drug", "drug_text", "agency", "transport", "transport_text", "concealment"]].tolist() == [
        "other", "синий дым", "Клуб", "other", "Ковёр-самолёт", "Нигде",
    ]  # fmt: skip
    assert parsed.strange == {
        "drug": {"синий дым": 1},
        "agency": {"Клуб": 1},
        "transport": {"Ковёр-самолёт": 1},
        "concealment": {"Нигде": 1},
    }


def test_the_same_abbreviation_is_another_ministry_in_another_country():
    rows = [f"11.03.2010;{country};Граница;героин;1 кг;МВД" for country in ("Таджикистан", "Казахстан", "Кыргызстан", "Узбекистан")]
    assert read("Дата;Страна;Место;Наркотик;Вес;Орган", *rows).parsed.events["agency"].tolist() == ["MIA", "MIA KAZ", "MIA KR", "MIA UZB"]


def test_persons_are_struck_out_of_events_and_of_rejections():
    rows = [
        "11.03.2010;Хорог;героин;1 кг;Рахимов С. А.;гр. Рахимов С. А., паспорт А 1234567",
        "11.03.2010;Хорог;героин;-1 кг;Рахимов С. А.;тел. +992 93 555 12 34",
    ]
    parsed = read("Дата;Место;Наркотик;Вес;Ф.И.О.;Примечание", *rows).parsed
    kept = parsed.events.to_json(force_ascii=False) + parsed.rejected.to_json(force_ascii=False)
    assert "Рахимов" not in kept and "1234567" not in kept and "555 12 34" not in kept
    assert json.loads(parsed.rejected["content"][0])["ф.и.о."] == "[name]"


def test_coordinates_in_two_columns_or_one():
    for header, cells in (
        ("Lat;Lon", "37.57;69.55"), ("Lat;Lon", "37,57;69,55"), ("Координаты", "37.57 N, 69.55 E"), ("Координаты", "69.55 E 37.57 N"),
        ("GPS", "37°34'12\"N 69°33'00\"E"),
    ):  # fmt: skip
        event = read(f"Дата;Наркотик;{header}", f"11.03.2010;героин;{cells}").parsed.events.iloc[0]
        assert event[["given_lon", "given_lat"]].tolist() == [pytest.approx(69.55), pytest.approx(37.57)], cells
    assert read("Date;Drug;Lat;Lon", "11.03.2010;heroin;north;69", "11.03.2010;heroin;37.5;69").parsed.strange["coordinates"] == {
        "69 north": 1
    }


def test_grades_together_and_apart_and_from_the_layout():
    assert read("Date;Drug;Reliability", "11.03.2010;heroin;В2").parsed.events.iloc[0][
        ["source_reliability", "information_accuracy"]
    ].tolist() == ["B", "2"]
    layout = Layout("x", {"Date": "date", "Drug": "drug"}, source_reliability="C", information_accuracy="3", country_iso3="TJK")
    assert read("Date;Drug", "11.03.2010;heroin", layout=layout).parsed.events.iloc[0][
        ["source_reliability", "information_accuracy"]
    ].tolist() == ["C", "3"]


# Questions


def test_what_the_table_leaves_open_is_asked_and_the_answers_are_used():
    header, rows = "Date,Place,Drug,Quantity", ("03/04/2010,Khorog,heroin,1,250".replace("1,250", "7"), "05/06/2010,Khorog,opium,2")
    reading = read(header, *rows, apart=",")
    assert [question.id for question in reading.questions] == ["date_order:Date", "unit:Quantity"]
    assert reading.parsed.rejected["reason"].tolist() == ["date_ambiguous"] * 2
    assert reading.parsed.rejected["detail"][0].endswith("?")
    columns = {"Date": "date", "Place": "place", "Drug": "drug", "Quantity": "amount"}
    answers = {"date_order:Date": "month_first", "unit:Quantity": "kg"}
    answered = read(header, *rows, apart=",", layout=Layout("x", columns, answers)).parsed.events
    assert answered[["happened_from", "weight_kg"]].values.tolist() == [["2010-03-04", 7.0], ["2010-05-06", 2.0]]


def test_a_second_amount_without_a_drug_of_its_own_is_asked():
    header = "Date;Drug;Quantity;Quantity (2);Unit"
    reading = read(header, "11.03.2010;heroin;5;7;kg", "12.03.2010;opium;2;;kg", "13.03.2010;opium;2;heroin 3 kg;kg")
    assert reading.parsed.rejected[["row_number", "reason"]].values.tolist() == [[2, "amount_ambiguous"]]
    assert reading.parsed.rejected["detail"][0].startswith("Quantity (2) says 7 and no drug: is it")
    assert reading.parsed.events[["drug", "weight_kg"]].values.tolist() == [["opium", 2.0], ["opium", 2.0], ["heroin", 3.0]]


def test_a_comma_in_a_count_of_tablets_is_asked_with_its_rows():
    header, rows = "Date|Drug|Quantity|Unit", ("11.03.2010|ecstasy|1,000|tablets", "12.03.2010|heroin|12,5|kg", "13.03.2010|opium|1,000|kg")
    reading = read(header, *rows, apart="|")
    assert reading.parsed.rejected["reason"].tolist() == ["amount_ambiguous"]
    assert [(q.id, q.examples, q.rows) for q in reading.questions if q.kind == "comma"] == [("comma:Quantity", ("1,000",), 1)]
    assert reading.parsed.events["weight_kg"].tolist() == [12.5, 1.0]


def test_a_bare_number_without_a_unit_anywhere_has_no_kilograms():
    event = read("Дата;Место;Наркотик;Количество", "11.03.2010;Хорог;героин;12").parsed.events.iloc[0]
    assert event["quantity"] == 12 and pd.isna(event["weight_kg"]) and pd.isna(event["unit"])


def test_the_country_comes_from_the_title_the_places_the_agencies_or_is_asked():
    line = "11.03.2010;{};героин;1 кг;{}"
    header = "Дата;Место;Наркотик;Вес;Орган"
    assert read(header, line.format("Там", ""), titles=("Республика Казахстан, март",)).country == "KAZ"
    assert read(header, line.format("Шуроабадский район", "")).country == "TJK"
    assert read(header, line.format("Балх", ""), line.format("Кундуз", "")).country == "AFG"
    assert read(header, line.format("Там", "ГСКН КР")).country == "KGZ"
    silent = read(header, line.format("Там", ""))
    assert silent.country == "TJK" and [question.kind for question in silent.questions] == ["country"], "assumed, and said"
    assert read(header, line.format("Там", ""), layout=Layout("x", {"Дата": "date", "Вес": "amount"}, country_iso3="UZB")).country == "UZB"


def test_a_country_nobody_knows_is_a_rejection():
    assert read("Дата;Страна;Наркотик", "11.03.2010;Атлантида;героин", "11.03.2010;Tajikistan;opium").parsed.rejected[
        "reason"
    ].tolist() == ["country_unknown"]


def test_rows_that_a_bulletin_proposes_enter_only_when_confirmed():
    rows = ("yes;2019-10-22;TJK;heroin;10 kg", ";2019-10-23;TJK;opium;1 kg", "no;2019-10-23;TJK;opium;1 kg")
    parsed = read("confirmed;date;country;drug;amount", *rows).parsed
    assert (len(parsed.events), parsed.rejected["reason"].tolist()) == (1, ["not_confirmed"] * 2)


def test_a_table_of_something_else_is_refused_in_one_sentence():
    with pytest.raises(BadFile, match="No column of"):
        read_reports(table("foo;bar", "1;2"), CONTEXT, None)


def test_words_of_a_source_are_added_to_the_vocabulary():
    layout = Layout("x", {"Дата": "date", "Что": "drug"}, country_iso3="TJK", words={"drug": {"белый": "heroin"}})
    assert read("Дата;Что", "11.03.2010;Белый", layout=layout).parsed.events["drug"].tolist() == ["heroin"]


cell = st.sampled_from(
    [
        "",
        "11.03.2010",
        "03/04/2010",
        "героин",
        "опий, героин",
        "5 кг",
        "0",
        "-",
        "1,250",
        "Панҷ",
        "=1+1",
        "<b>",
        "кг",
        "TJK",
        "x" * 300,
        "٥",
    ]
)
anything = cell | st.text(max_size=15)


@settings(deadline=None, max_examples=120)
@given(
    st.lists(
        st.sampled_from([*RU.split(";"), "Страна", "Героин, кг", "Опий", "Lat", "Год", "Ф.И.О.", "подтверждено", "?"]),
        min_size=1,
        max_size=8,
        unique=True,
    ),
    st.lists(st.lists(anything, min_size=8, max_size=8), min_size=1, max_size=6),
)
def test_whatever_stands_in_the_cells_every_row_is_events_or_one_rejection(headers, rows):
    clean = [[c.replace("|", "").replace("\n", " ").replace("\r", " ") for c in row[: len(headers)]] for row in rows]
    try:
        read("|".join(headers), *("|".join(row) for row in clean), apart="|")
    except BadFile as refused:
        assert "\n" not in str(refused)


def test_rows_set_aside_by_the_reader_are_counted_too(tmp_path: Path):
    file = tmp_path / "a.csv"
    file.write_text(
        "Дата;Район;Наркотик;Вес, кг\n11.03.2010;Панҷ;героин;1\n32.03.2010;Панҷ;героин;2\nИтого;;;3\n", encoding="cp1251", errors="replace"
    )
    done = read_as(read_any(file, file.name), "0" * 64, Layout("any_table"), file.name, 2027)
    assert done.n_read + len(done.rejected) == done.table.rows_in == 3
    assert done.rejected["reason"].tolist() == ["date_unreadable", "total_row"]
