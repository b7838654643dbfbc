"""The first tables. Written out, not taken from `tables`: a migration must not change when the model does."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TEXT, NUMBER, WHOLE, FLAG, SMALL = sa.Text, sa.Double, sa.Integer, sa.Boolean, sa.SmallInteger


def _columns(kind: type[sa.types.TypeEngine[Any]], names: str, *, empty: bool) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=empty) for name in names.split()]


def _of_a_file(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["file_sha256", "feed"], ["files.sha256", "files.feed"], name=f"fk_{table}_files")


def upgrade() -> None:
    """Files, runs, events, rejections, national totals, the suppressed table, and what is known about the store itself."""
    op.create_table(
        "files",
        *_columns(TEXT, "sha256 feed name", empty=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        *_columns(WHOLE, "rows_in", empty=False),
        *_columns(FLAG, "generated", empty=False),
        sa.PrimaryKeyConstraint("sha256", "feed", name="pk_files"),
    )
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Integer, autoincrement=True, nullable=False),
        *_columns(TEXT, "feed file_sha256 status started_at finished_at", empty=False),
        *_columns(WHOLE, "rows_in events outside_region merged rejected repeats", empty=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_runs"),
        _of_a_file("runs"),
    )
    op.create_table(
        "events",
        *_columns(TEXT, "report_id event_id feed file_sha256", empty=False),
        *_columns(WHOLE, "row_number repeat_number", empty=False),
        *_columns(TEXT, "kind", empty=False),
        *_columns(TEXT, "happened_from happened_to", empty=True),
        *_columns(TEXT, "date_precision", empty=False),
        *_columns(WHOLE, "hour", empty=True),
        *_columns(TEXT, "country_iso3", empty=False),
        *_columns(TEXT, "place_text drug drug_text", empty=True),
        *_columns(NUMBER, "quantity", empty=True),
        *_columns(TEXT, "unit", empty=True),
        *_columns(NUMBER, "weight_kg", empty=True),
        *_columns(TEXT, "weight_bound agency transport transport_text concealment installation routing", empty=True),
        *_columns(TEXT, "country_producing country_departure country_destination note source_url", empty=True),
        *_columns(FLAG, "in_region", empty=False),
        *_columns(NUMBER, "lon lat uncertainty_m", empty=True),
        *_columns(TEXT, "precision_level locate_rule", empty=False),
        *_columns(TEXT, "place_id district_id province_id section_id", empty=True),
        *_columns(NUMBER, "chainage_km", empty=True),
        *_columns(SMALL, "donor_level donor_weight public_level public_weight", empty=False),
        sa.PrimaryKeyConstraint("report_id", name="pk_events"),
        _of_a_file("events"),
    )
    for name in ("event_id", "happened_from", "in_region"):
        op.create_index(f"ix_events_{name}", "events", [name])
    op.create_table(
        "rejected",
        *_columns(TEXT, "feed file_sha256", empty=False),
        *_columns(WHOLE, "row_number", empty=False),
        *_columns(TEXT, "reason", empty=False),
        *_columns(TEXT, "detail", empty=True),
        *_columns(TEXT, "content", empty=False),
        sa.PrimaryKeyConstraint("feed", "file_sha256", "row_number", name="pk_rejected"),
        _of_a_file("rejected"),
    )
    op.create_table(
        "national_totals",
        *_columns(TEXT, "total_id country_iso3", empty=False),
        *_columns(WHOLE, "year", empty=False),
        *_columns(TEXT, "drug", empty=False),
        *_columns(NUMBER, "weight_kg", empty=False),
        *_columns(TEXT, "basis period note source_url", empty=True),
        *_columns(TEXT, "feed file_sha256", empty=False),
        sa.PrimaryKeyConstraint("total_id", name="pk_national_totals"),
        _of_a_file("national_totals"),
    )
    op.create_table(
        "aggregates",
        *_columns(TEXT, "audience country_iso3", empty=False),
        *_columns(TEXT, "district_id province_id", empty=True),
        *_columns(TEXT, "quarter drug", empty=False),
        *_columns(WHOLE, "n", empty=True),
        *_columns(NUMBER, "weight_kg", empty=True),
        *_columns(FLAG, "suppressed", empty=False),
    )
    op.create_index("ix_aggregates_audience", "aggregates", ["audience"])
    op.create_table(
        "held_totals",
        *_columns(TEXT, "audience country_iso3", empty=False),
        *_columns(WHOLE, "year", empty=False),
        *_columns(TEXT, "drug", empty=False),
        sa.PrimaryKeyConstraint("audience", "country_iso3", "year", "drug", name="pk_held_totals"),
    )
    meta = op.create_table("meta", *_columns(TEXT, "key value", empty=False), sa.PrimaryKeyConstraint("key", name="pk_meta"))
    # Writers take turns by locking the first of these rows, so that they must always be there.
    op.bulk_insert(meta, [{"key": "generated", "value": "false"}, {"key": "content", "value": "0"}])
