"""Reading: kept bytes -> the rows of one table, as text, each with the line it starts on."""

from etl.reading.anything import read_any
from etl.reading.named import read_table
from etl.reading.table import QUOTE_LEFT_OPEN, How, Table

__all__ = ["QUOTE_LEFT_OPEN", "How", "Table", "read_any", "read_table"]
