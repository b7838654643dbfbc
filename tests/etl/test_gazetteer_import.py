"""`python -m etl gazetteer import`: what it prints adds up, and what it refuses is one sentence."""

import re
from pathlib import Path

import pytest

from etl.__main__ import main
from geodata.places.gazetteer import load_gazetteer

TABLE = """name,lat,lon,iso3,province,district,type,alt_names
Chorbogh-e Nav,37.60,69.60,TJK,Khatlon,Hamadoni,village,Чорбоги-Нав;Chorbog'i Nav
Dushanbe,38.536,68.779,TJK,Dushanbe,,town,Душанбе шаҳр
Atlantis,0,0,TJK,,,village,
"""


@pytest.fixture
def data(tmp_path: Path, places_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "cache").symlink_to(places_cache, target_is_directory=True)
    monkeypatch.setenv("PANJ_DATA", str(folder))
    return folder


def test_it_prints_what_came_in_what_was_known_and_what_was_left_out(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.csv").write_text(TABLE, encoding="utf-8")
    assert main(["gazetteer", "import", str(tmp_path / "mine.csv")]) == 0
    printed = capsys.readouterr().out
    counts = [int(n) for n in re.findall(r"(?:new places|too|left out) (\d+)", printed)]
    assert "mine.csv: 3 rows" in printed and sum(counts) == 3 and "no position 1" in printed
    names = load_gazetteer(data / "cache", data / "gazetteer").set_index("name")
    assert names.loc["Чорбоги-Нав", "place_id"] == "mine-0" and names.loc["Душанбе шаҳр", "place_id"] == "tj-town-dushanbe"


def test_a_flat_table_with_parents_by_name_finds_our_province(data: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text(TABLE.replace("Khatlon,Hamadoni", "Khatlon Region,Hamadoni district"), encoding="utf-8")
    assert main(["gazetteer", "import", str(tmp_path / "mine.csv")]) == 0
    village = load_gazetteer(data / "cache", data / "gazetteer").set_index("name").loc["Чорбоги-Нав"]
    assert (village["district_id"], village["province_id"]) == ("tj-khatlon-hamadoni", "tj-khatlon")


def test_what_is_no_table_of_names_is_one_sentence_and_nothing_is_kept(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "poem.csv").write_text("roses are red\n", encoding="utf-8")
    assert main(["gazetteer", "import", str(tmp_path / "poem.csv")]) == 2
    said = capsys.readouterr().err.strip()
    assert "poem.csv" in said and "\n" not in said and not (data / "gazetteer").exists()
