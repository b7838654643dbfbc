import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.__main__ import main
from etl.matching.engine import Locator
from etl.matching.queries import ANSWER, answer_queries, read_queries
from geodata.errors import BadFile
from geodata.places.gazetteer import load_gazetteer

FLAT = "name,country,lat,lon,kind\nQqzzpur,TJ,37.31,69.21,village\n"


@pytest.fixture(scope="session")
def locator(places_cache) -> Locator:
    return Locator.of(load_gazetteer(places_cache, places_cache / "none"))


def written(tmp_path: Path, *rows: tuple[str, ...], head=("query", "country", "admin", "on_date")) -> Path:
    path = tmp_path / "queries.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_command_answers_every_row_in_its_order(tmp_path, places_cache, monkeypatch, capsys):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cache").symlink_to(places_cache, target_is_directory=True)
    monkeypatch.setenv("PANJ_DATA", str(tmp_path / "data"))
    rows = [
        ("Panj district", "TJK", "", ""),
        ("", "TJK", "Khatlon", ""),
        ("", "TJK", "", ""),
        ("Panj district", "TJK", "", "2015-03-01"),
        ("с. Навобод", "TJK", "", ""),
        ("=1+1", "TJK", "", ""),
    ]
    out = tmp_path / "answers.csv"
    assert main(["locate", str(written(tmp_path, *rows)), "--out", str(out)]) == 0
    answers = read(out)
    assert [tuple(answer[name] for name in ("query", "country", "admin", "on_date")) for answer in answers[:5]] == rows[:5]
    assert answers[5]["query"] == "'=1+1"
    assert list(answers[0]) == ["query", "country", "admin", "on_date", *ANSWER]
    assert [answer["status"] for answer in answers] == ["located", "located", "unlocated", "located", "review", "unlocated"]
    assert (answers[0]["place_id"], answers[0]["precision"]) == ("tj-khatlon-panj", "district")
    assert answers[1]["place_id"] == "tj-khatlon"
    assert (answers[2]["lon"], answers[2]["precision"]) == ("", "none")
    assert answers[4]["lon"] != "", "a review gives the position of the best candidate"
    assert "6 questions, located 3, review 1, unlocated 2" in capsys.readouterr().out


def test_names_of_a_file_are_known_for_this_run(tmp_path, places_cache, monkeypatch, capsys):
    cache = tmp_path / "data" / "cache"
    cache.mkdir(parents=True)
    for file in places_cache.iterdir():
        (cache / file.name).symlink_to(file)
    monkeypatch.setenv("PANJ_DATA", str(tmp_path / "data"))
    (tmp_path / "names.csv").write_text(FLAT, encoding="utf-8")
    asked, out = written(tmp_path, ("Qqzzpur village", "TJK", "", "")), tmp_path / "answers.csv"
    assert main(["locate", str(asked), "--out", str(out)]) == 0
    assert read(out)[0]["status"] == "unlocated"
    assert main(["locate", str(asked), "--out", str(out), "--gazetteer", str(tmp_path / "names.csv")]) == 0
    found = read(out)[0]
    assert (found["status"], float(found["lon"]), float(found["lat"])) == ("located", 69.21, 37.31)
    assert main(["locate", str(asked), "--out", str(out), "--gazetteer", str(tmp_path / "nothing.csv")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_further_columns_stay_and_the_two_needed_ones_may_stand_anywhere(tmp_path, locator):
    path = written(tmp_path, ("7", "Tajikistan", "Панҷ"), head=("n", "Country", "QUERY"))
    table = answer_queries(read_queries(path), locator)
    assert table.columns.tolist() == ["n", "Country", "QUERY", *ANSWER]
    assert table["place_id"].tolist() == ["tj-khatlon-panj"]


@pytest.mark.parametrize("content", [b"", b"query\nPanj\n", b"\xff\xfe\x00", "запрос;страна\n".encode("cp1251"), b"a,b\n1,2\n"])
def test_a_file_that_cannot_be_asked_from_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "queries.csv"
    path.write_bytes(content)
    with pytest.raises(BadFile) as refused:
        read_queries(path)
    assert "\n" not in str(refused.value)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_any_bytes_are_answered_or_refused(tmp_path, locator, content):
    path = tmp_path / "queries.csv"
    path.write_bytes(b"query,country,admin,on_date\n" + content)
    try:
        queries = read_queries(path)
    except BadFile:
        return
    table = answer_queries(queries, locator)
    assert len(table) == len(queries.rows)
    assert len(list(csv.DictReader(io.StringIO(table.to_csv(index=False))))) == len(queries.rows)
