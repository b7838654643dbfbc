"""Activities of programmes: files, activities, and who, where, what for and how much of each."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TEXT, NUMBER, WHOLE, FLAG = sa.Text, sa.Double, sa.Integer, sa.Boolean


def _columns(kind: type[sa.types.TypeEngine[Any]], names: str, *, empty: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=empty) for name in names.split()]


def _part(table: str, texts: str, numbers: str) -> None:
    key = [*_columns(TEXT, "identifier"), *_columns(WHOLE, "number"), sa.PrimaryKeyConstraint("identifier", "number", name=f"pk_{table}")]
    op.create_table(table, *key, *_columns(TEXT, texts), *_columns(NUMBER, numbers, empty=True))


def upgrade() -> None:
    """Seven tables, empty: `python -m etl run --feed iati FILE` fills them."""
    op.create_table(
        "activity_files",
        *_columns(TEXT, "sha256"),
        sa.PrimaryKeyConstraint("sha256", name="pk_activity_files"),
        *_columns(TEXT, "feed name who loaded_at"),
        *_columns(WHOLE, "size n_in n_loaded n_replaced n_same n_older n_rejected"),
    )
    op.create_table(
        "activities",
        *_columns(TEXT, "identifier"),
        sa.PrimaryKeyConstraint("identifier", name="pk_activities"),
        *_columns(FLAG, "is_local"),
        *_columns(TEXT, "publisher_ref publisher_name publisher_type version title titles descriptions status scope"),
        *_columns(TEXT, "currency language updated dates countries regions flags digest feed file_sha256"),
        *_columns(TEXT, "starts ends", empty=True),
        *_columns(WHOLE, "line"),
    )
    op.create_index("ix_activities_file_sha256", "activities", ["file_sha256"])
    _part("activity_organisations", "role ref name type activity_id", "")
    _part("activity_sectors", "vocabulary code name", "percentage")
    _part("activity_places", "name reach exactness location_class designation kind near_seat details", "lon lat")
    _part("activity_money", "kind type date date_to currency value_date provider receiver note status", "amount")
    op.create_table(
        "activity_rejected",
        *_columns(TEXT, "file_sha256"),
        *_columns(WHOLE, "number"),
        sa.PrimaryKeyConstraint("file_sha256", "number", name="pk_activity_rejected"),
        *_columns(WHOLE, "line"),
        *_columns(TEXT, "reason detail content"),
    )
