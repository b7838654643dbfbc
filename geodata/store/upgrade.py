"""Bring the tables of a store to the newest shape. Alembic is loaded only here: the page never needs it."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from geodata import model


def configuration() -> Config:
    """Alembic's settings, made in memory: no alembic.ini, no dependence on the working directory."""
    config = Config()
    # ConfigParser reads % as the start of a substitution.
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


def upgrade(connection: sa.Connection) -> None:
    """Run every migration that this store lacks, inside the caller's transaction."""
    config = configuration()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def recount(connection: sa.Connection) -> None:
    """Sum up the content anew: rows that have more columns than before are other rows."""
    from geodata.store import changing, files
    from geodata.store.releasing import set_meta
    from geodata.store.rows import content_sum, rows_of, table_of
    from geodata.store.tables import REJECTED

    rejected = table_of(connection.execute(sa.select(*(REJECTED.c[column.name] for column in model.REJECTED))), model.REJECTED)
    content = changing.content_of_all(connection) + files.totals_content(connection)
    content += content_sum(rows_of(rejected, model.REJECTED), "rejected")
    set_meta(connection, "content", f"{content % 2**256:x}")


def revisions() -> tuple[str, ...]:
    """The revisions in the folder, oldest first."""
    script = ScriptDirectory.from_config(configuration())
    return tuple(reversed([revision.revision for revision in script.walk_revisions()]))
