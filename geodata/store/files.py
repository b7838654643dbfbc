"""Files in the store: which are there, and what changes when one is taken out or comes back. Rows are changed by `changing`."""

import sqlalchemy as sa

from geodata.model import NATIONAL_TOTAL, REJECTED, columns
from geodata.store.rows import content_sum, insert, rows_of, table_of
from geodata.store.tables import FILES, NATIONAL_TOTALS, SIGHTINGS
from geodata.store.tables import REJECTED as REJECTED_ROWS

#: Which file a total came in first depends on the order of the files.
TOTAL_CONTENT = tuple(column for column in NATIONAL_TOTAL if column.name != "file_sha256")


def state_of(connection: sa.Connection, feed: str, sha256: str) -> str | None:
    """present, replaced or undone; None: never saved."""
    wanted = sa.select(FILES.c.state).where(FILES.c.sha256 == sha256, FILES.c.feed == feed)
    found: str | None = connection.scalar(wanted)
    return found


def turn(connection: sa.Connection, feed: str, sha256: str, state: str, replaced_by: str | None = None) -> int:
    """Give a file another state. Returns what this does to the content: its rejections and totals count while it is present."""
    before = _content(connection, feed, sha256)
    this = sa.and_(FILES.c.sha256 == sha256, FILES.c.feed == feed)
    connection.execute(sa.update(FILES).where(this).values(state=state, replaced_by=replaced_by))
    return _content(connection, feed, sha256) - before


def is_there(table: sa.Table) -> sa.ColumnElement[bool]:
    """Whether the file that a row of ``table`` came with is present."""
    there = sa.select(FILES.c.sha256).where(FILES.c.sha256 == table.c.file_sha256, FILES.c.feed == table.c.feed, FILES.c.state == "present")
    return sa.exists(there)


def total_is_there() -> sa.ColumnElement[bool]:
    """Whether any file that holds a national total is present."""
    again = sa.select(SIGHTINGS.c.report_id).where(SIGHTINGS.c.report_id == NATIONAL_TOTALS.c.total_id, is_there(SIGHTINGS))
    return sa.or_(is_there(NATIONAL_TOTALS), sa.exists(again))


def totals_content(connection: sa.Connection) -> int:
    """The content sum of the totals that are there."""
    wanted = sa.select(*(NATIONAL_TOTALS.c[name] for name in columns(TOTAL_CONTENT))).where(total_is_there())
    return content_sum(rows_of(table_of(connection.execute(wanted), TOTAL_CONTENT), TOTAL_CONTENT), "national_totals")


def see_again(connection: sa.Connection, feed: str, sha256: str, rows: dict[str, int]) -> None:
    """Remember that this file holds reports (or totals) that the store has: id -> line of the file."""
    known = sa.select(SIGHTINGS.c.report_id).where(SIGHTINGS.c.feed == feed, SIGHTINGS.c.file_sha256 == sha256)
    there = set(connection.scalars(known))
    insert(connection, SIGHTINGS, [(name, feed, sha256, line) for name, line in sorted(rows.items()) if name not in there])


def _content(connection: sa.Connection, feed: str, sha256: str) -> int:
    wanted = sa.select(*(REJECTED_ROWS.c[name] for name in columns(REJECTED))).where(
        REJECTED_ROWS.c.feed == feed, REJECTED_ROWS.c.file_sha256 == sha256, is_there(REJECTED_ROWS)
    )
    return content_sum(rows_of(table_of(connection.execute(wanted), REJECTED), REJECTED), "rejected") + totals_content(connection)
