"""The reader of our own tables: what it takes, and where it points when a cell is wrong."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata.errors import BadReference, WrongSetting
from geodata.places import files
from geodata.places.files import Field, read_sheet, read_table
from geodata.settings import KNOWN_COUNTRIES, Settings

SPEC = (
    Field("id", "slug", False, unique=True),
    Field("name", "text", False),
    Field("kind", "text", True, ("bcp", "bridge")),
    Field("lon", "lon"),
    Field("size", "number", low=0, high=100),
    Field("year", "integer"),
    Field("since", "date"),
    Field("others", "list"),
    Field("country", "iso3"),
)
HEADER = ",".join(field.name for field in SPEC)
GOOD = "a-1,Khorog,bcp,71.5,3,2018,2018-08,x;y,TJK"


def read(folder: Path, *lines: str) -> pd.DataFrame:
    name = f"t{len(list(folder.iterdir()))}"
    (folder / f"{name}.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return read_table(name, SPEC, folder)


def test_a_good_row_is_read_with_the_types_of_its_fields(tmp_path: Path) -> None:
    row = read(tmp_path, GOOD).iloc[0]
    assert row.to_dict() == {
        "id": "a-1", "name": "Khorog", "kind": "bcp", "lon": 71.5, "size": 3.0, "year": 2018, "since": "2018-08",
        "others": ["x", "y"], "country": "TJK",
    }  # fmt: skip


def test_an_empty_cell_is_missing_and_an_empty_list_is_empty(tmp_path: Path) -> None:
    row = read(tmp_path, "a,Khorog,,,,,,,").iloc[0]
    assert row[["kind", "lon", "size", "since", "country"]].isna().all()
    assert row["others"] == []


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("id", "Khorog"), ("id", ""), ("id", "a--b"), ("name", ""), ("kind", "ferry"), ("lon", "181"), ("lon", "71,5"), ("lon", "nan"),
        ("lon", "1e1"), ("lon", "٧١"), ("size", "-1"), ("size", "inf"), ("size", "1_0"), ("year", "2018.5"), ("since", "2018-13"),
        ("since", "2018-02-30"), ("since", "15.08.2018"), ("others", "x;;y"), ("country", "TJ"), ("country", "tjk"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_refused_with_its_file_line_and_column(tmp_path: Path, column: str, cell: str) -> None:
    bad = dict(zip(HEADER.split(","), GOOD.split(","), strict=True)) | {"id": "b", column: cell}
    quoted = ",".join(f'"{value}"' for value in bad.values())
    with pytest.raises(BadReference) as refused:
        read(tmp_path, GOOD, quoted)
    assert (refused.value.file, refused.value.line, refused.value.column) == ("t0.csv", 3, column)
    assert f"line 3, column {column}" in str(refused.value)


def test_the_line_is_counted_in_the_file_although_a_cell_above_spans_two_lines(tmp_path: Path) -> None:
    with pytest.raises(BadReference) as refused:
        read(tmp_path, 'a,"Kho\nrog",,,,,,,', "b,Tem,ferry,,,,,,")
    assert refused.value.line == 4


def test_a_value_that_must_be_unique_is_refused_the_second_time(tmp_path: Path) -> None:
    with pytest.raises(BadReference, match=r"line 4, column id: came 'a-1'.*line 2 has it too"):
        read(tmp_path, GOOD, "b,Tem,,,,,,,", GOOD)


@pytest.mark.parametrize("line", ["a,Khorog", GOOD + ",extra", 'a,"Khorog,,,,,,,'])
def test_a_row_with_cells_missing_or_too_many_or_an_open_quote_is_refused(tmp_path: Path, line: str) -> None:
    with pytest.raises(BadReference) as refused:
        read(tmp_path, line)
    assert refused.value.line == 2


def test_another_header_is_refused_naming_the_missing_column(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(HEADER.replace("year", "Year") + "\n", encoding="utf-8")
    with pytest.raises(BadReference) as refused:
        read_table("t", SPEC, tmp_path)
    assert (refused.value.line, refused.value.column) == (1, "year")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00binary", b""])
def test_a_binary_or_empty_file_is_one_clear_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.csv").write_bytes(content)
    with pytest.raises(BadReference):
        read_table("t", SPEC, tmp_path)


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadReference):
        read_table("nothing", SPEC, tmp_path)


def test_a_caller_cannot_change_what_the_next_one_reads(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f"{HEADER}\n{GOOD}\n", encoding="utf-8")
    first = read_table("t", SPEC, tmp_path)
    first["others"].iloc[0].append("z")
    first.loc[0, "name"] = "changed"
    assert read_table("t", SPEC, tmp_path).loc[0, ["name", "others"]].tolist() == ["Khorog", ["x", "y"]]


def test_a_check_across_tables_names_the_real_line(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text(f'{HEADER}\na,"Kho\nrog",,,,,,,\nb,Tem,,,,,,,\n', encoding="utf-8")
    assert read_sheet("t", SPEC, tmp_path).refuse(1, "name", "another").line == 4


texts = st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(' ",\n;'), min_size=1).map(str.strip).filter(bool)


@given(rows=st.lists(st.tuples(texts, st.floats(-180, 180), st.lists(texts.filter(lambda t: ";" not in t), max_size=3)), max_size=8))
def test_what_was_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float, list[str]]]) -> None:
    folder = tmp_path_factory.mktemp("tables")
    spec = (Field("name", "text", False), Field("lon", "lon", False), Field("others", "list"))
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([("name", "lon", "others"), *((name, f"{lon:.6f}", ";".join(others)) for name, lon, others in rows)])
    table = read_table("t", spec, folder)
    assert table["name"].tolist() == [name for name, _, _ in rows]
    assert table["lon"].tolist() == [float(f"{lon:.6f}") for _, lon, _ in rows]
    assert table["others"].tolist() == [others for _, _, others in rows]


def test_a_region_may_hold_the_countries_of_our_table_and_no_others() -> None:
    assert set(pd.read_csv(files.FOLDER / "countries.csv")["iso3"]) == KNOWN_COUNTRIES
    with pytest.raises(WrongSetting, match="'ZZZ'"):
        Settings.from_environment({"PANJ_REGION": "TJK,ZZZ"})
