"""`python -m etl read` and the preview: files in, two CSV files out, nothing guessed, nothing lost."""

import csv
import json
import re
import zipfile
from pathlib import Path

import pytest

from etl.__main__ import main
from etl.asking import Question
from etl.preview import preview
from etl.read import asked
from geodata.errors import BadFile
from geodata.formulas import as_text
from geodata.model import EVENT, columns
from geodata.settings import Settings

UGLY = """Агентство по контролю за наркотиками при Президенте РТ;;;;;
Сведения за март 2019 года;;;;;
;;;;;
№ п/п;Дата;Место изъятия;Вид наркотика;Количество;Примечание
1;11.03.2019;Шуроабадский район;Героин;12 кг 350 гр;=cmd|'/c calc'!A0
2;12.03.2019;Пянджский р-н;гашиш;4 тонны 83 кг 274 г;<script>alert(1)</script>
3;март 2019;ГБАО;марихуана;1 234,5 кг;
4;2019;Курган-Тюбе;метамфетамин;500 таблеток;
5;31.04.2019;Душанбе;героин;1 кг;
6;15.03.2019;Хорог;героин, опий;более 20 кг, 5 кг;@x
;;;ИТОГО;5000;
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch, capsys):
    monkeypatch.setenv("PANJ_DATA", str(tmp_path / "data"))

    def run(content: bytes, name: str = "report.csv", *options: str):
        file, out, rejected = tmp_path / name, tmp_path / "out.csv", tmp_path / "rejected.csv"
        file.write_bytes(content)
        code = main(["read", str(file), "--out", str(out), "--rejected", str(rejected), *options])
        told = capsys.readouterr()
        return code, told.out, told.err, _rows(out), _rows(rejected)

    return run


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251", "koi8-r"])
@pytest.mark.parametrize("zipped", [False, True])
def test_the_ugly_file_is_read_in_every_coat(run, encoding, zipped, tmp_path):
    content = UGLY.replace("№", "N").encode(encoding)
    if zipped:
        packed = tmp_path / "p.zip"
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("folder/report.csv", content)
        content = packed.read_bytes()
    code, told, _, events, rejected = run(content)
    assert code == 0
    assert "rows in 7 = events 5 + rejected 2" in told
    assert re.search(r"^total 5355\.124 kg$", told, re.M)
    assert [row["weight_kg"] for row in events] == ["12.35", "4083.274", "1234.5", "", "20", "5"]
    assert [row["date_precision"] for row in events] == ["day", "day", "month", "year", "day", "day"]
    assert [(row["row_number"], row["reason"]) for row in rejected] == [("9", "date_unreadable"), ("11", "total_row")]


def test_a_formula_and_html_are_text_in_both_files(run):
    _, _, _, events, rejected = run((UGLY + "7;16.03.2019;=1+1;героин;-1 кг;+1\n").encode())
    notes = [row["note"] for row in events]
    assert notes[0] == "'=cmd|'/c calc'!A0" and notes[1] == "<script>alert(1)</script>" and notes[4] == "'@x"
    assert rejected[-1]["Место изъятия"] == "'=1+1" and rejected[-1]["Примечание"] == "'+1" and rejected[-1]["Количество"] == "'-1 кг"
    assert all(not cell.startswith(("=", "+", "@", "-")) for row in events for cell in row.values())
    assert as_text("\t=1") == "'\t=1"


def test_the_output_has_every_column_of_an_event(run):
    _, _, _, events, _ = run(UGLY.encode())
    assert list(events[0]) == [*columns(EVENT), "given_lon", "given_lat", "given_uncertainty_m"]


def test_away_from_a_terminal_the_question_is_the_reason(run):
    code, told, _, events, rejected = run(b"date,place,drug,weight (kg)\n03/04/2011,Khorog,heroin,1.5\n05/02/2011,Ishkashim,opium,2\n")
    assert code == 0 and not events and "rows in 2 = events 0 + rejected 2" in told
    assert [row["reason"] for row in rejected] == [
        "date_ambiguous: Is 03/04/2011 3 April 2011 or 4 March 2011?",
        "date_ambiguous: Is 05/02/2011 5 February 2011 or 2 May 2011?",
    ]


def test_a_layout_is_saved_and_used_again(run, tmp_path):
    content = "Дата;Наркотик;Вес, кг;Место\n11.03.2019;героин;1,5;Хорог\n".encode("cp1251")
    assert run(content, "a.csv", "--save-layout", "my_agency", "--country", "TJK")[0] == 0
    assert (tmp_path / "data" / "feeds" / "my_agency.toml").exists()
    code, _, _, events, _ = run(content, "b.csv", "--layout", "my_agency")
    assert code == 0 and events[0]["feed"] == "my_agency" and events[0]["weight_kg"] == "1.5"
    code, _, error, _, _ = run(content, "b.csv", "--layout", "nobody")
    assert code == 2 and "my_agency" in error and error.count("\n") == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"PK\x03\x04broken", b"foo,bar\n1,2\n", b"\xff\xfe", b"{", b"a" * 100_000])
def test_what_is_no_report_is_one_sentence(run, content):
    code, out, error, _, _ = run(content)
    assert code == 2 and not out and error.count("\n") == 1 and "Traceback" not in error


def test_the_file_itself_is_never_written_over(tmp_path, monkeypatch, capsys):
    file = tmp_path / "a.csv"
    file.write_text("Дата;Наркотик\n11.03.2019;героин\n", encoding="utf-8")
    before = file.read_bytes()
    assert main(["read", str(file), "--out", str(file), "--rejected", str(tmp_path / "r.csv")]) == 2
    assert file.read_bytes() == before
    assert main(["read", str(tmp_path / "none.csv"), "--out", "x", "--rejected", "y"]) == 2


def test_answers_outside_the_choices_leave_a_question_open():
    question = Question("date_order", "Дата", "?", (), ("day_first", "month_first"))
    assert asked([question], lambda _: "perhaps") == {}
    assert asked([question], lambda _: " day_first ") == {"date_order:Дата": "day_first"}


# Preview


def previewed(tmp_path: Path, content: bytes, layout=None):
    file = tmp_path / "kept"
    file.write_bytes(content)
    told = preview(file, "report.csv", Settings.from_environment({"PANJ_DATA": str(tmp_path)}), layout)
    json.dumps(told, allow_nan=False)
    return told


def test_the_preview_shows_what_would_become_of_the_file(tmp_path):
    told = previewed(tmp_path, UGLY.encode("cp1251"))
    assert told["read"]["encoding"] == "cp1251" and told["read"]["title_rows"] >= 2
    assert {c["name"]: c["field"] for c in told["columns"]}["Количество"] == "amount"
    assert all(c["reason"] and 0 <= c["score"] <= 1 for c in told["columns"])
    closing = told["closing"]
    assert closing["rows_in"] == closing["events"] + closing["rejected"] == 7
    assert told["reasons"] == {"date_unreadable": 1, "total_row": 1} or told["reasons"] == {"total_row": 1, "date_unreadable": 1}
    assert told["rows"][0]["raw"]["Количество"] == "12 кг 350 гр" and told["rows"][0]["event"]["weight_kg"] == 12.35
    assert told["rows"][5]["further"][0]["drug"] == "opium"
    assert told["rows"][4]["event"] is None and told["rows"][4]["reason"] == "date_unreadable"
    assert told["rejected"][0]["content"]["Место изъятия"] == "Душанбе"


def test_the_layout_of_a_preview_can_be_changed_and_given_back(tmp_path):
    content = b"date,place,drug,weight (kg)\n03/04/2011,Khorog,heroin,1.5\n"
    told = previewed(tmp_path, content)
    assert [q["id"] for q in told["questions"]] == ["date_order:date"]
    layout = told["layout"] | {"answers": {"date_order:date": "month_first"}, "name": "mine"}
    again = previewed(tmp_path, content, layout)
    assert again["closing"]["events"] == 1 and again["rows"][0]["event"]["happened_from"] == "2011-03-04"
    assert again["questions"][0]["answer"] == "month_first"
    with pytest.raises(BadFile):
        previewed(tmp_path, content, told["layout"] | {"columns": {"date": "nonsense"}})
