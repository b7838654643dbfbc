import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.reading import read_table
from geodata.errors import BadFile


def read(folder: Path, content: str | bytes, *required: str, name: str = "reports.csv"):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(file, name, required or ("a", "b"), ())


def test_every_row_knows_the_line_it_starts_on(tmp_path: Path):
    table = read(tmp_path, 'a,b\n1,2\n\n"two\nlines",3\n4,5\n')
    assert table.rows["row_number"].tolist() == [2, 4, 6]
    assert table.rows["a"].tolist() == ["1", "two\nlines", "4"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_found_in_the_header(tmp_path: Path, delimiter: str):
    table = read(tmp_path, f"\ufeffA{delimiter} b \r\n1{delimiter}2\r\n")
    assert table.rows[["a", "b"]].to_dict("list") == {"a": ["1"], "b": ["2"]}


def test_columns_that_nobody_reads_are_named(tmp_path: Path):
    assert read(tmp_path, "a,b,c\n1,2,3\n").unused == ("c",)


def test_rows_that_do_not_fit_the_header_are_rejected_and_counted(tmp_path: Path):
    table = read(tmp_path, "a,b\n1\n1,2,3\n,\n1,2,,\n")
    assert table.rows_in == 4
    assert table.ragged[["row_number", "reason"]].values.tolist() == [[2, "field_count"], [3, "field_count"], [4, "row_empty"]]
    assert table.ragged["content"].iloc[1] == '["1", "2", "3"]'
    assert len(table.rows) == 1, "delimiters that a spreadsheet left behind are no fields"


@pytest.mark.parametrize("end", ["7;8;9\n", '7;"8";9\n', "7;8;9"])
def test_an_unclosed_quotation_mark_costs_its_own_row_and_no_other(tmp_path: Path, end: str):
    table = read(tmp_path, 'a;b;c\n1;2;3\n4;"5;6\n\n10;11;12\n' + end, "a", "b", "c")
    assert table.rows_in == 4
    assert table.rows[["row_number", "a", "c"]].values.tolist() == [[2, "1", "3"], [5, "10", "12"], [6, "7", "9"]]
    assert table.ragged[["row_number", "reason", "content"]].values.tolist() == [[3, "quote_left_open", '["4;\\"5;6"]']]
    assert "3 lines" in table.ragged["detail"].iloc[0]


def test_a_row_that_does_not_fit_and_has_several_lines_says_how_many(tmp_path: Path):
    table = read(tmp_path, 'a;b;c\n4;"5;6\nx\n7;"8\n', "a", "b", "c")
    assert "over 3 lines" in table.ragged["detail"].iloc[0]


def test_a_zip_with_one_table_is_read(tmp_path: Path):
    with zipfile.ZipFile(tmp_path / "reports.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("__MACOSX/._reports.csv", "x")
        archive.writestr("readme.pdf", "x")
        archive.writestr("folder/reports.csv", "a,b\n1,2\n")
    assert read_table(tmp_path / "reports.zip", "reports.zip", ("a", "b"), ()).rows_in == 1


def zipped(folder: Path, **members: str) -> bytes:
    with zipfile.ZipFile(folder / "made.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return (folder / "made.zip").read_bytes()


def unusable(folder: Path) -> dict[str, tuple[bytes, str]]:
    """Bytes that are no table, and what is said of them."""
    good = zipped(folder, reports_csv="a,b\n" + "1,2\n" * 5_000)
    at = good.index(b"reports.csv") + 40
    return {
        "missing column": (b"a,c\n1,2\n", "lacks the column b"),
        "blank lines only": (b"\n\n\n", "lacks the column a"),
        "header only": (b"a,b\n", "has a header and no rows"),
        "binary": (bytes(range(256)) * 20, "no UTF-8 text|binary file|lacks the column"),
        "zero bytes": (b"a,b\n1,\0\n", "binary file"),
        "another encoding": ("a,b\nКуляб,2\n".encode("cp1251"), "no UTF-8 text"),
        "UTF-16": ("a,b\n1,2\n".encode("utf-16"), "no UTF-8 text"),
        "quotation mark left open": (b'a,b\n1,"' + b"x,\n" * 60_000, "quotation mark"),
        "one name twice": (b"a,b,a\n1,2,3\n", "cannot be told apart"),
        "a column without a name": (b"a,,b\n1,2,3\n", "cannot be told apart"),
        "zip cut short": (good[: len(good) // 2], "zip"),
        "zip with damaged data": (good[:at] + b"\xff" * 8 + good[at + 8 :], "broken"),
        "zip without a table": (zipped(folder, notes_pdf="x"), "zip without a table"),
        "empty zip": (zipped(folder), "zip without a table"),
        "zip with two tables": (zipped(folder, one_csv="a,b\n1,2\n", two_csv="a,b\n1,2\n"), "zip with 2 tables"),
        "Excel workbook": (zipped(folder, xl__workbook_xml="<x/>"), "Excel workbook"),
        "zip in name only": (b"PK\x03\x04 not really", "zip"),
    }


CASES = (
    "missing column", "blank lines only", "header only", "binary", "zero bytes", "another encoding", "UTF-16", "quotation mark left open",
    "one name twice", "a column without a name", "zip cut short", "zip with damaged data", "zip without a table", "empty zip",
    "zip with two tables", "Excel workbook", "zip in name only",
)  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_an_unusable_file_is_one_sentence_that_says_what_came_and_what_was_wanted(tmp_path: Path, case: str):
    content, says = unusable(tmp_path)[case]
    with pytest.raises(BadFile, match=says) as refused:
        read(tmp_path, content)
    assert "want" in str(refused.value) or "needs" in str(refused.value)


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(deadline=None)  # the machine may be busy
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=20))
def test_whatever_stands_in_cells_is_read_as_it_was_written(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]):
    file = tmp_path_factory.mktemp("cells") / "reports.csv"
    frame = pd.DataFrame(rows, columns=["a", "b"], dtype="object")
    with file.open("w", encoding="utf-8", newline="") as stream:
        frame.to_csv(stream, index=False, quoting=1)
    table = read_table(file, file.name, ("a", "b"), ())
    assert table.rows_in == len(rows) == len(table.rows) + len(table.ragged)
    assert table.rows[["a", "b"]].values.tolist() == [list(row) for row in rows if any(cell.strip() for cell in row)]


@settings(deadline=None)  # the machine may be busy
@given(st.binary(max_size=300))
def test_any_bytes_give_a_table_or_one_sentence(tmp_path_factory: pytest.TempPathFactory, content: bytes):
    file = tmp_path_factory.mktemp("bytes") / "reports.csv"
    file.write_bytes(b"a,b\n" + content)
    try:
        table = read_table(file, file.name, ("a", "b"), ())
    except BadFile as refused:
        assert len(str(refused)) > 40
    else:
        assert table.rows_in == len(table.rows) + len(table.ragged)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_zip_with_any_bytes_changed_gives_a_table_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
):
    folder = tmp_path_factory.mktemp("zip")
    content = bytearray(zipped(folder, reports_csv="a,b\n1,2\n"))
    for at, byte in changes:
        content[at % len(content)] = byte
    (folder / "changed.zip").write_bytes(content)
    try:
        read_table(folder / "changed.zip", "changed.zip", ("a", "b"), ())
    except BadFile as refused:
        assert len(str(refused)) > 40
