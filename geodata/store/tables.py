"""The tables of the store, built from `geodata.model`. Changing one asks for a migration (a test compares the two)."""

from typing import Any

import sqlalchemy as sa

from geodata import model

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
METADATA = sa.MetaData(naming_convention=NAMING)

_TYPES: dict[model.Kind, type[sa.types.TypeEngine[Any]]] = {
    "text": sa.Text,
    "number": sa.Double,
    "integer": sa.Integer,
    "flag": sa.Boolean,
}
#: What outsiders have been shown so far, kept with each row (`geodata.redaction.RELEASE_COLUMNS`).
_RELEASES = ("donor_level", "donor_weight", "public_level", "public_weight")


def _columns(shape: tuple[model.Column, ...], key: tuple[str, ...] = ()) -> list[sa.Column[Any]]:
    """Fresh columns for one table; ``key`` names its primary key."""
    return [sa.Column(column.name, _TYPES[column.kind](), primary_key=column.name in key, nullable=column.may_be_empty) for column in shape]


def _of_a_file() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["file_sha256", "feed"], ["files.sha256", "files.feed"])


#: One row for each file and the feed that read it.
FILES = sa.Table(
    "files",
    METADATA,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("feed", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),  # bytes
    sa.Column("rows_in", sa.Integer, nullable=False),
    sa.Column("generated", sa.Boolean, nullable=False),
)

#: One row for each import that was finished; rows_in = events + outside_region + merged + rejected.
RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("file_sha256", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),  # done
    sa.Column("started_at", sa.Text, nullable=False),  # ISO 8601, UTC
    sa.Column("finished_at", sa.Text, nullable=False),
    sa.Column("rows_in", sa.Integer, nullable=False),
    sa.Column("events", sa.Integer, nullable=False),
    sa.Column("outside_region", sa.Integer, nullable=False),
    sa.Column("merged", sa.Integer, nullable=False),
    sa.Column("rejected", sa.Integer, nullable=False),
    sa.Column("repeats", sa.Integer, nullable=False),
    _of_a_file(),
)

EVENTS = sa.Table(
    "events",
    METADATA,
    *_columns(model.LOCATED_EVENT, key=("report_id",)),
    *(sa.Column(name, sa.SmallInteger, nullable=False) for name in _RELEASES),
    _of_a_file(),
    sa.Index(None, "event_id"),
    sa.Index(None, "happened_from"),
    sa.Index(None, "in_region"),
)

REJECTED = sa.Table("rejected", METADATA, *_columns(model.REJECTED, key=("feed", "file_sha256", "row_number")), _of_a_file())

#: `total_id` is a hash of the content, so that the same total from a second file is one row.
NATIONAL_TOTALS = sa.Table(
    "national_totals",
    METADATA,
    sa.Column("total_id", sa.Text, primary_key=True),
    *_columns(model.NATIONAL_TOTAL),
    _of_a_file(),
)

AGGREGATES = sa.Table("aggregates", METADATA, *_columns(model.AGGREGATE), sa.Index(None, "audience"))

#: National totals that an audience must not see: less the visible cells, they would show a few events.
HELD_TOTALS = sa.Table(
    "held_totals",
    METADATA,
    sa.Column("audience", sa.Text, primary_key=True),
    sa.Column("country_iso3", sa.Text, primary_key=True),
    sa.Column("year", sa.Integer, primary_key=True),
    sa.Column("drug", sa.Text, primary_key=True),
)

META = sa.Table(
    "meta",
    METADATA,
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)
