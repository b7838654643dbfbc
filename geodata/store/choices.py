"""Which values the filters of a page can take: counted by the database, so that a page need not wait for the events."""

import sqlalchemy as sa

from geodata.redaction import require
from geodata.settings import Role
from geodata.store import tables
from geodata.store.engine import reading_from

FILTERED = ("drug", "kind", "country_iso3", "transport", "agency", "source_reliability", "information_accuracy")


def choices(engine: sa.Engine, *, role: Role) -> dict[str, list[str]]:
    """Column -> the values that events in the region have in it, the most frequent first. Raises NotAllowed, StoreProblem."""
    require(role, "events")
    with reading_from(engine) as connection:
        return {name: _values(connection, name) for name in FILTERED}


def _values(connection: sa.Connection, name: str) -> list[str]:
    column = tables.EVENTS.c[name]
    wanted = (
        sa.select(column).where(tables.EVENTS.c.in_region, tables.EVENTS.c.duplicate_of.is_(None), column.is_not(None)).group_by(column)
    )
    return list(connection.scalars(wanted.order_by(sa.func.count().desc(), column)))
