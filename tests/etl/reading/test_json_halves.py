"""JSON can write what no file can hold."""

from pathlib import Path

from etl.reading import read_any


def test_half_of_a_pair_becomes_the_sign_for_a_lost_letter(tmp_path: Path):
    file = tmp_path / "rows.jsonl"
    file.write_text('{"date": "2012-03-12", "place": "Kho\\ud800rog", "na\\udfffme": "1"}\n', encoding="ascii")
    table = read_any(file, file.name)
    assert table.rows["place"].tolist() == ["Kho\ufffdrog"] and "na\ufffdme" in table.rows
