"""Early warning: scans, the alerts that they found, and what persons said of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TEXT, NUMBER, WHOLE, FLAG = sa.Text, sa.Double, sa.Integer, sa.Boolean


def _columns(kind: type[sa.types.TypeEngine[Any]], names: str, *, empty: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind(), nullable=empty) for name in names.split()]


def _own_key(table: str, name: str) -> list[Any]:
    return [sa.Column(name, WHOLE(), autoincrement=True, nullable=False), sa.PrimaryKeyConstraint(name, name=f"pk_{table}")]


def upgrade() -> None:
    """Three tables, empty: the next `python -m etl alerts` fills them."""
    op.create_table(
        "scans",
        *_own_key("scans", "scan_id"),
        *_columns(TEXT, "first_day last_day"),
        *_columns(WHOLE, "n_cases n_left_out n_simulations interval_days threshold_days"),
        *_columns(TEXT, "digest made_at"),
        *_columns(WHOLE, "superseded_by", empty=True),
    )
    op.create_index("ix_scans_last_day", "scans", ["last_day"])
    op.create_table(
        "alerts",
        *_own_key("alerts", "alert_id"),
        *_columns(WHOLE, "scan_id first_alert"),
        *_columns(TEXT, "kind place first_day last_day"),
        *_columns(WHOLE, "observed n_events"),
        *_columns(NUMBER, "expected statistic p recurrence_days"),
        *_columns(FLAG, "at_least"),
        *_columns(TEXT, "event_ids"),
        *_columns(FLAG, "is_gone"),
    )
    for name in ("scan_id", "first_alert"):
        op.create_index(f"ix_alerts_{name}", "alerts", [name])
    op.create_table(
        "alert_verdicts",
        *_own_key("alert_verdicts", "verdict_id"),
        *_columns(WHOLE, "alert_id"),
        *_columns(TEXT, "verdict note who decided_at"),
        *_columns(TEXT, "undone_by undone_at", empty=True),
    )
    op.create_index("ix_alert_verdicts_alert_id", "alert_verdicts", ["alert_id"])
