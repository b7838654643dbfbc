"""Words as they came, duplicates, decisions of persons, and how every row was before it was changed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

TEXT, NUMBER, WHOLE, FLAG, SMALL = sa.Text, sa.Double, sa.Integer, sa.Boolean, sa.SmallInteger
NEW_EVENT = (
    "source_ref date_text amount_text agency_text concealment_text place_kind place_kind_text packaging source_reliability "
    "information_accuracy"
)
NEW_LOCATED = ((NUMBER, "locate_score"), (TEXT, "runner_up locate_status duplicate_of"))


def _columns(kind: type[sa.types.TypeEngine[Any]], names: str, *, empty: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=empty) for name in names.split()]


def _undone() -> list[sa.Column[Any]]:
    return _columns(TEXT, "undone_by undone_at", empty=True)


def _own_key(table: str, name: str) -> list[Any]:
    return [sa.Column(name, WHOLE(), autoincrement=True, nullable=False), sa.PrimaryKeyConstraint(name, name=f"pk_{table}")]


def _of_a_file(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["file_sha256", "feed"], ["files.sha256", "files.feed"], name=f"fk_{table}_files")


def upgrade() -> None:
    """Add columns to files, runs and events, and the tables that keep what persons decided and how it was before."""
    with op.batch_alter_table("files") as files:
        files.add_column(sa.Column("state", TEXT(), nullable=False, server_default="present"))
        files.add_column(sa.Column("replaced_by", TEXT(), nullable=True))
    with op.batch_alter_table("runs") as runs:
        for name in ("feed", "file_sha256"):
            runs.alter_column(name, existing_type=TEXT(), nullable=True)
        runs.add_column(sa.Column("kind", TEXT(), nullable=False, server_default="import"))
        runs.add_column(sa.Column("who", TEXT(), nullable=False, server_default=""))
        for name in ("added", "changed", "gone"):
            runs.add_column(sa.Column(name, WHOLE(), nullable=False, server_default="0"))
        runs.add_column(sa.Column("undoes", WHOLE(), nullable=True))
    with op.batch_alter_table("events") as events:
        for kind, names in ((TEXT, NEW_EVENT), *NEW_LOCATED, (TEXT, "own_event_id")):
            for column in _columns(kind, names, empty=True):
                events.add_column(column)
        events.add_column(sa.Column("from_run", WHOLE(), nullable=False, server_default="0"))
    nowhere = "precision_level IN ('country', 'none')"
    op.execute(f"UPDATE events SET locate_status = CASE WHEN {nowhere} THEN 'unlocated' ELSE 'located' END")
    _history()
    _decisions()
    _pairs()


def _history() -> None:
    op.create_table(
        "events_history",
        *_event_columns(),
        *_columns(TEXT, "own_event_id", empty=True),
        *_columns(WHOLE, "from_run to_run"),
        sa.PrimaryKeyConstraint("report_id", "from_run", name="pk_events_history"),
    )
    op.create_index("ix_events_history_to_run", "events_history", ["to_run"])
    op.create_table(
        "sightings",
        *_columns(TEXT, "report_id feed file_sha256"),
        *_columns(WHOLE, "row_number"),
        sa.PrimaryKeyConstraint("report_id", "feed", "file_sha256", name="pk_sightings"),
        _of_a_file("sightings"),
    )
    op.create_index("ix_sightings_file_sha256", "sightings", ["file_sha256"])
    op.create_table(
        "withdrawn",
        *_own_key("withdrawn", "withdrawn_id"),
        *_columns(TEXT, "event_id feed"),
        *_columns(TEXT, "happened_from happened_to", empty=True),
        *_columns(TEXT, "date_precision country_iso3"),
        *_columns(TEXT, "drug", empty=True),
        *_columns(NUMBER, "weight_kg", empty=True),
        *_columns(TEXT, "agency", empty=True),
        *_columns(FLAG, "in_region"),
        *_columns(TEXT, "district_id province_id", empty=True),
        *_columns(SMALL, "donor_level donor_weight public_level public_weight"),
    )


def _decisions() -> None:
    op.create_table(
        "review",
        *_columns(TEXT, "country_iso3 place_key place_text candidates"),
        sa.PrimaryKeyConstraint("country_iso3", "place_key", name="pk_review"),
    )
    op.create_table(
        "place_decisions",
        *_own_key("place_decisions", "decision_id"),
        *_columns(TEXT, "country_iso3 place_key place_text verdict answer who decided_at"),
        *_undone(),
        *_columns(WHOLE, "applied_run unapplied_run", empty=True),
    )
    op.create_index("ix_place_decisions_country_iso3_place_key", "place_decisions", ["country_iso3", "place_key"])
    op.create_table(
        "grades",
        *_own_key("grades", "grade_id"),
        *_columns(TEXT, "feed file_sha256 report_ids source_reliability information_accuracy", empty=True),
        *_columns(TEXT, "who graded_at"),
        *_undone(),
        *_columns(WHOLE, "applied_run unapplied_run", empty=True),
    )
    op.create_table(
        "gaps",
        *_own_key("gaps", "gap_id"),
        *_columns(TEXT, "feed country_iso3 month cause note who marked_at"),
        *_undone(),
    )


def _pairs() -> None:
    op.create_table(
        "pairs",
        *_columns(TEXT, "report_a report_b"),
        *_columns(NUMBER, "score"),
        *_columns(TEXT, "reasons verdict"),
        *_columns(FLAG, "same_file"),
        *_columns(TEXT, "status"),
        *_columns(TEXT, "decided_by decided_at", empty=True),
        sa.PrimaryKeyConstraint("report_a", "report_b", name="pk_pairs"),
    )
    for name in ("report_b", "status"):
        op.create_index(f"ix_pairs_{name}", "pairs", [name])
    op.create_table(
        "pair_steps",
        *_own_key("pair_steps", "step_id"),
        *_columns(TEXT, "report_a report_b before after who made_at"),
        *_columns(WHOLE, "run_id", empty=True),
        *_undone(),
    )


def _event_columns() -> list[sa.Column[Any]]:
    """Those of `events` at this revision, in the order of the model."""
    return [
        *_columns(TEXT, "report_id event_id feed file_sha256"),
        *_columns(WHOLE, "row_number repeat_number"),
        *_columns(TEXT, "kind"),
        *_columns(TEXT, "happened_from happened_to", empty=True),
        *_columns(TEXT, "date_precision"),
        *_columns(WHOLE, "hour", empty=True),
        *_columns(TEXT, "country_iso3"),
        *_columns(TEXT, "place_text drug drug_text", empty=True),
        *_columns(NUMBER, "quantity", empty=True),
        *_columns(TEXT, "unit", empty=True),
        *_columns(NUMBER, "weight_kg", empty=True),
        *_columns(TEXT, "weight_bound agency transport transport_text concealment installation routing", empty=True),
        *_columns(TEXT, "country_producing country_departure country_destination note source_url", empty=True),
        *_columns(TEXT, NEW_EVENT, empty=True),
        *_columns(FLAG, "in_region"),
        *_columns(NUMBER, "lon lat uncertainty_m", empty=True),
        *_columns(TEXT, "precision_level locate_rule"),
        *_columns(TEXT, "place_id district_id province_id section_id", empty=True),
        *_columns(NUMBER, "chainage_km", empty=True),
        *(column for kind, names in NEW_LOCATED for column in _columns(kind, names, empty=True)),
    ]
