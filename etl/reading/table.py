"""What comes out of reading: the rows of one table, those that could not be taken, and how the file was read."""

import json
from typing import NamedTuple

import pandas as pd

#: Reasons of rows that a reader sets aside.
QUOTE_LEFT_OPEN = "quote_left_open"  # its quotation mark would have swallowed the rows after it; those are read as rows of their own
FIELD_COUNT = "field_count"
ROW_EMPTY = "row_empty"
TOTAL_ROW = "total_row"  # a sum of other rows
REPEATED_HEADER = "repeated_header"  # the header once more, at the start of a page
NUMBERING = "numbering_row"  # 1 2 3 4 below the header, as forms have it
GROUP_ROW = "group_row"  # a heading over the rows below it; they keep its words in the column GROUP
NOTE_ROW = "note_row"  # a remark below the table
NOT_JSON = "not_json"

#: The column that holds the last heading above a row, where the table has such headings.
GROUP = "group"
#: The column that holds the name of its sheet, where several sheets were read.
SHEET = "sheet"

#: What a cell of a workbook says whose formula nobody has worked out (the program that opens workbooks writes it).
NO_VALUE = "#formula without a value"

#: One row that could not be taken: row_number, reason, detail, content (its cells as JSON).
Ragged = tuple[int, str, str, str]


class How(NamedTuple):
    """How a file was read.

    format: csv, json, xlsx, xls, ods. encoding: of text ("" for a workbook). delimiter: "," ";" tab "|" or "". header_line: the line on
    which the header starts, 0 where the file has none. member: the file inside the zip, or "". sheet: the first one read, or "".
    damaged: bytes or cells without a meaning, each shown as U+FFFD.
    """

    format: str
    encoding: str = ""
    delimiter: str = ""
    header_line: int = 1
    member: str = ""
    sheet: str = ""
    damaged: int = 0


class Table(NamedTuple):
    """The rows of a file.

    rows: `row_number` (line of the file on which the row starts; of a workbook, its row; header = 1) and one text column a header name, in
    small letters, "" where empty. ragged: rows that could not be taken: row_number, reason, detail, content (the row as JSON).
    rows_in: both together. unused: columns that the feed does not know (they still count for a report's identity).

    Only from `read_any`: columns: the names of the text columns; headers: the same as they came; hxl: the HXL tag of each column or "";
    title_rows: (line, text) of what stands above the header; total_rows: lines of the sums set aside; sheet_names: of the workbook;
    sheet_rows: how many rows each sheet has; sheets_read: those that were read: where several have the same header, all of them, each row
    saying its own in the column SHEET, and row_number going on from sheet to sheet; how: the way it was read.
    """

    rows: pd.DataFrame
    ragged: pd.DataFrame
    rows_in: int
    unused: tuple[str, ...]
    columns: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    hxl: tuple[str, ...] = ()
    title_rows: tuple[tuple[int, str], ...] = ()
    total_rows: tuple[int, ...] = ()
    sheet_names: tuple[str, ...] = ()
    sheet_rows: tuple[int, ...] = ()
    sheets_read: tuple[str, ...] = ()
    how: How | None = None


def ragged_frame(rows: list[Ragged]) -> pd.DataFrame:
    """Rows that could not be taken, as a table."""
    return pd.DataFrame(rows, columns=["row_number", "reason", "detail", "content"]).astype({"row_number": "int64"})


def as_json(cells: list[str]) -> str:
    """The cells of a row that is set aside, as they came."""
    return json.dumps(cells, ensure_ascii=False)
