import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from dashboard.exports import sheet_xml, spreadsheet
from dashboard.exports.spreadsheet import FileFacts, rule_text, to_csv, to_xlsx
from dashboard.language import LANGUAGES, language
from geodata.errors import PanjError

SAY = language("en")
FACTS = FileFacts(
    "Recorded seizures", "May 2018", "heroin", 2, "Recorded seizures reflect enforcement.", date(2026, 11, 21), False, ("press",)
)


@pytest.fixture
def table(make_event: Callable, make_events: Callable) -> pd.DataFrame:
    return make_events(
        make_event(1), make_event(2, date_precision="month", happened_from="2018-07-01", happened_to="2018-07-31", drug="opium")
    )


def read(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def cells(data: bytes, sheet: int = 0) -> list[list[Any]]:
    return [list(row) for row in load_workbook(io.BytesIO(data)).worksheets[sheet].iter_rows(values_only=True)]


def test_csv_reads_back_with_its_own_field_names(table: pd.DataFrame):
    back = read(to_csv(table, SAY, FACTS))
    assert back.columns.tolist()[:-1] == table.columns.tolist()
    assert back["weight_kg"].tolist() == ["12.5", "12.5"]
    assert back["happened_from"].tolist() == ["2018-07-25", "2018-07-01"]


def test_csv_opens_in_excel_with_cyrillic_letters(make_event: Callable, make_events: Callable):
    data = to_csv(make_events(make_event(1, place_text="Ҳамадонӣ")), SAY, FACTS)
    assert data.startswith(b"\xef\xbb\xbf") and "Ҳамадонӣ".encode() in data


@pytest.mark.parametrize("code", LANGUAGES)
def test_csv_carries_attribution_and_disclaimer_even_without_rows(table: pd.DataFrame, code: str):
    for rows in (table, table.iloc[:0]):
        last = read(to_csv(rows, language(code), FACTS)).columns[-1]
        assert "© OpenStreetMap contributors" in last and "GeoNames" in last and language(code)("export.disclaimer") in last


def test_generated_rows_say_so_in_both_files(table: pd.DataFrame):
    generated = replace(FACTS, is_generated=True)
    back = read(to_csv(table, SAY, generated))
    assert SAY("export.generated") in back.columns[-1] and set(back.iloc[:, -1]) == {"generated"}
    assert cells(to_xlsx(table, SAY, generated), 1)[0][0] == SAY("export.generated")
    assert set(read(to_csv(table, SAY, FACTS)).iloc[:, -1]) == {""}
    assert SAY("export.generated") not in str(cells(to_xlsx(table, SAY, FACTS), 1))


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=40), st.sampled_from("=+-@\t"))
def test_no_text_is_a_formula_in_csv(text, start):
    back = read(to_csv(pd.DataFrame({"note": [start + text]}), SAY, FACTS))
    assert back["note"][0].startswith("'" + start)


def test_no_text_is_a_formula_in_xlsx(make_event: Callable, make_events: Callable):
    data = to_xlsx(
        make_events(make_event(1, place_text='=HYPERLINK("http://x","y")', note="+1", agency="@a", concealment="-2")), SAY, FACTS
    )
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d", "b"}
    quoted = [cell for row in sheet.iter_rows() for cell in row if cell.quotePrefix]
    assert sorted(str(cell.value) for cell in quoted) == ["+1", "-2", '=HYPERLINK("http://x","y")', "@a"]


def test_a_negative_number_stays_a_number():
    assert read(to_csv(pd.DataFrame({"lon": [-1.5]}), SAY, FACTS))["lon"][0] == "-1.5"


def test_only_a_day_that_is_known_is_a_date_in_xlsx(table: pd.DataFrame):
    heading, day, month = cells(to_xlsx(table, SAY, FACTS))
    begins, ends = heading.index(SAY("column.happened_from")), heading.index(SAY("column.happened_to"))
    assert day[begins] == datetime(2018, 7, 25)
    assert month[begins] == "2018-07" and month[ends] is None


@pytest.mark.parametrize("code", LANGUAGES)
def test_xlsx_speaks_the_viewers_language_and_says_what_it_holds(table: pd.DataFrame, code: str):
    say = language(code)
    data = to_xlsx(table, say, FACTS)
    heading, first, _ = cells(data)
    assert first[heading.index(say("column.drug"))] == say("drug.heroin")
    about = str(cells(data, 1))
    for text in (
        FACTS.title,
        FACTS.period,
        FACTS.filters,
        FACTS.caveat,
        "© OpenStreetMap contributors",
        "GeoNames",
        say("export.disclaimer"),
    ):
        assert text in about
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet.freeze_panes == "A2" and sheet.title == say("export.sheet.rows")


def test_characters_that_no_workbook_takes_are_left_out(make_event: Callable, make_events: Callable):
    data = to_xlsx(make_events(make_event(1, note="a\x00b\x1fc" + "x" * 40_000)), SAY, FACTS)
    heading, row = cells(data)
    note = row[heading.index(SAY("column.note"))]
    assert note.startswith("abcx") and len(note) == sheet_xml.MOST_CHARACTERS


def test_a_column_without_any_value_is_left_out_of_the_workbook(table: pd.DataFrame):
    heading = cells(to_xlsx(table, SAY, FACTS))[0]
    assert SAY("column.weight_kg") in heading
    assert SAY("column.routing") not in heading and SAY("column.file_sha256") not in heading


def test_a_table_without_rows_is_still_a_workbook(table: pd.DataFrame):
    assert len(cells(to_xlsx(table.iloc[:0], SAY, FACTS))) == 1


def test_more_rows_than_a_sheet_holds_are_refused_in_one_sentence(table: pd.DataFrame, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 1)
    with pytest.raises(PanjError, match="choose a shorter period"):
        to_xlsx(table, SAY, FACTS)


def test_a_person_reads_names_and_words_and_no_codes(make_event: Callable, make_events: Callable):
    say, rule = language("ru"), "exact_name_district; coordinates_swapped"
    row = make_event(1, district_id="tj-khatlon-hamadoni", place_id="sec-1", province_id="no-name", locate_rule=rule)
    names = {"tj-khatlon-hamadoni": "Хамадони", "sec-1": "Чубек"}
    heading, first = cells(to_xlsx(make_events(row), say, FACTS, names))
    seen = dict(zip(heading, first, strict=True))
    assert [seen[say(f"column.{name}")] for name in ("place_id", "district_id")] == ["Чубек", "Хамадони"]
    assert "no-name" in first and seen[say("column.feed")] == say("feed.press_reports")
    assert seen[say("column.locate_rule")] == "по названию (район); координаты не взяты: перепутаны местами"


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_rule_that_places_an_event_has_words(code: str):
    from etl.locate import NOTES, RULES

    rules = {rule.replace("*", level) for rule in (*RULES, *NOTES) for level in ("post", "section", "district", "province", "place")}
    assert {rule for rule in rules if "_" in rule_text(rule, language(code))} == set()
    assert rule_text("a_rule_of_tomorrow", language(code)) == "a_rule_of_tomorrow"


def test_a_sum_with_a_lower_bound_in_it_says_so(make_event: Callable, make_events: Callable):
    label = SAY("export.about.weight")
    exact = make_events(make_event(1), make_event(2, drug="alcohol", weight_kg=900.0, weight_bound="at_least"))
    assert dict(row[:2] for row in cells(to_xlsx(exact, SAY, FACTS), 1))[label] == "12.5 kg"
    bounded = make_events(make_event(1), make_event(2, weight_bound="at_least"))
    assert dict(row[:2] for row in cells(to_xlsx(bounded, SAY, FACTS), 1))[label].startswith("≥ 25 kg")


@given(st.lists(st.none() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)))
def test_what_is_written_reads_back(values):
    table = pd.DataFrame({"note": pd.Series([*values, "end"], dtype=object)})
    back = [row[0] for row in cells(to_xlsx(table, SAY, FACTS))[1:]]
    # XML has one kind of line end, and an empty cell no text.
    wanted = [
        sheet_xml.clean(value).replace("\r\n", "\n").replace("\r", "\n") or None if isinstance(value, str) else value for value in values
    ]
    assert back == [*wanted, "end"]
