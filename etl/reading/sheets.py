"""Sheets of one workbook that have the same header -> one table: a year comes as twelve sheets, and none may be lost."""

from collections.abc import Callable

import pandas as pd

from etl.reading.heading import unique
from etl.reading.opening import Opened
from etl.reading.table import SHEET, How, Table
from etl.reading.workbooks import Book, Sheet
from geodata.errors import BadFile


def table_of_book(book: Book, file: Opened, name: str, read: Callable[[Sheet], Table]) -> Table:
    """The fullest sheet, and with it every other one of the same columns. Raises BadFile."""
    tables: list[tuple[str, Table]] = []
    for sheet in book.sheets:
        try:
            table = read(sheet)
        except BadFile:
            if not tables:
                raise
            _read_to_its_end(sheet)  # a sheet of a title and nothing else
            continue
        if not tables or table.columns == tables[0][1].columns:
            tables.append((sheet.name, table))
    header_line = tables[0][1].how.header_line if tables[0][1].how else 0
    how = How(file.kind, header_line=header_line, member=file.member, sheet=tables[0][0])
    whole = tables[0][1] if len(tables) == 1 else _joined(book, tables)
    read_in_order = tuple(sheet for sheet in book.names if sheet in dict(tables))
    return whole._replace(how=how, sheet_names=book.names, sheet_rows=book.heights, sheets_read=read_in_order)


def _joined(book: Book, tables: list[tuple[str, Table]]) -> Table:
    """All rows in the order of the workbook; their numbers go on from sheet to sheet, as if one stood below the other."""
    by_name = dict(tables)
    before = {sheet: sum(book.heights[:at]) for at, sheet in enumerate(book.names)}
    order = [sheet for sheet in book.names if sheet in by_name]
    first = tables[0][1]
    header = unique([*first.headers, SHEET])[-1]
    rows = [_moved(by_name[sheet].rows, before[sheet]).assign(**{header.casefold(): sheet}) for sheet in order]
    ragged = [_moved(by_name[sheet].ragged, before[sheet]) for sheet in order]
    whole = pd.concat(rows, ignore_index=True)
    return first._replace(
        rows=whole.astype({header.casefold(): "object"}),
        ragged=pd.concat([some for some in ragged if len(some)] or ragged[:1], ignore_index=True),
        rows_in=sum(table.rows_in for _, table in tables),
        columns=(*first.columns, header.casefold()),
        headers=(*first.headers, header),
        hxl=(*first.hxl, ""),
        title_rows=tuple((line + before[sheet], text) for sheet in order for line, text in by_name[sheet].title_rows),
        total_rows=tuple(line + before[sheet] for sheet in order for line in by_name[sheet].total_rows),
    )


def _moved(rows: pd.DataFrame, by: int) -> pd.DataFrame:
    return rows.assign(row_number=rows["row_number"] + by)


def _read_to_its_end(sheet: Sheet) -> None:
    for _ in sheet.chunks:
        pass
