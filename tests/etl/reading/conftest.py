"""Files of every format, made here: no test needs a spreadsheet program."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from etl.reading import Table, read_any

Cell = str | float | bool | object


def as_xlsx(rows: list[list[Cell]], merges: tuple[str, ...] = (), sheets: dict[str, list[list[Cell]]] | None = None) -> bytes:
    """A workbook of one sheet "Reports", and more if asked for."""
    book = openpyxl.Workbook()
    book.active.title = "Reports"
    for name, content in {"Reports": rows, **(sheets or {})}.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in content:
            sheet.append([None if cell == "" else cell for cell in row])
    for merge in merges:
        book["Reports"].merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_ods(rows: list[list[str | float]], repeated: str = "") -> bytes:
    """An OpenDocument sheet. repeated: attributes of a cell and a row repeated, as LibreOffice ends every sheet with them."""

    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return (
                f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
                if value
                else "<table:table-cell/>"
            )
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>{value}</text:p></table:table-cell>'

    body = "".join(f"<table:table-row>{''.join(map(cell, row))}</table:table-row>" for row in rows)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'office:version="1.3"><office:body><office:spreadsheet><table:table table:name="Reports">'
        f"{body}{repeated}</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<x/>")
    return stream.getvalue()


def as_xls(rows: list[list[str | float]]) -> bytes:
    """An Excel 97 workbook: records in a stream "Workbook" of a compound file, each written by hand."""

    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    def text(at: int, column: int, words: str) -> bytes:
        return record(0x0204, struct.pack("<HHHHB", at, column, 0, len(words), 1) + words.encode("utf-16-le"))

    cells = b"".join(
        text(at, column, cell) if isinstance(cell, str) else record(0x0203, struct.pack("<HHHd", at, column, 0, cell))
        for at, row in enumerate(rows)
        for column, cell in enumerate(row)
        if cell != ""
    )
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 0x06))
    end = record(0x000A, b"")
    name = "Reports".encode("utf-16-le")
    length = len(start) + 4 + 8 + len(name) + len(end)
    listed = record(0x0085, struct.pack("<IBBBB", length, 0, 0, 7, 1) + name)
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 0x06)) + cells + end
    return _compound(start + listed + end + sheet)


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    fat = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    assert len(fat) <= 128, "one sector of the table of sectors is enough for tests"
    fat += [0xFFFFFFFF] * (128 - len(fat))

    def entry(name: str, kind: int, child: int, first: int, size: int) -> bytes:
        words = (name + "\0").encode("utf-16-le") if name else b""
        return words.ljust(64, b"\0") + struct.pack("<HBBIII", len(words), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36) + \
            struct.pack("<IQ", first, size)  # fmt: skip

    folder = (
        entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(stream)) + 2 * entry("", 0, 0xFFFFFFFF, 0, 0)
    )
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0) + b"\xff" * 432
    return header + struct.pack("<128I", *fat) + folder + stream


def zipped(**members: bytes) -> bytes:
    """A zip; `_` in a name stands for the point before its ending."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return stream.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Table]:
    """Read content as the file of a user."""

    def of(content: str | bytes, name: str = "reports.csv", **how: object) -> Table:
        file = tmp_path / "kept"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_any(file, name, **how)

    return of


@pytest.fixture
def make() -> dict[str, Callable[..., bytes]]:
    """Writers of formats."""
    return {"xlsx": as_xlsx, "ods": as_ods, "xls": as_xls, "zip": zipped}
