"""The tables of the store, built from `geodata.model`. Changing one asks for a migration (a test compares the two)."""

from typing import Any

import sqlalchemy as sa

from geodata import model
from geodata.redaction import RELEASE_COLUMNS, RELEASE_INPUT

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


def _columns(shape: tuple[model.Column, ...], key: tuple[str, ...] = ()) -> list[sa.Column[Any]]:
    """Fresh columns for one table; ``key`` names its primary key."""
    return [sa.Column(column.name, _TYPES[column.kind](), primary_key=column.name in key, nullable=column.may_be_empty) for column in shape]


def _of_a_file() -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["file_sha256", "feed"], ["files.sha256", "files.feed"])


def _text(*names: str, key: bool = False, empty: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Text, primary_key=key, nullable=empty and not key) for name in names]


def _whole(*names: str, key: bool = False, empty: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, primary_key=key, nullable=empty and not key) for name in names]


#: A file's rows are in the store (present), gave way to those of a corrected file (replaced), or were taken out again (undone).
FILE_STATES = ("present", "replaced", "undone")
#: What a run did. `decisions`: answers of persons about places; `pairs`: reports of one fact joined or parted; `grades`: 4x4.
RUN_KINDS = ("import", "replace", "decisions", "pairs", "grades", "undo")

#: One row for each file and the feed that read it.
FILES = sa.Table(
    "files",
    METADATA,
    *_text("sha256", "feed", key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),  # bytes
    sa.Column("rows_in", sa.Integer, nullable=False),
    sa.Column("generated", sa.Boolean, nullable=False),
    sa.Column("state", sa.Text, nullable=False, server_default="present"),
    *_text("replaced_by", empty=True),  # SHA-256 of the corrected file, of the same feed
)

#: One row for each change of the events. Imports: rows_in = events + outside_region + merged + rejected; others have 0 there.
RUNS = sa.Table(
    "runs",
    METADATA,
    sa.Column("run_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("feed", sa.Text),  # feed and file: of an import
    sa.Column("file_sha256", sa.Text),
    sa.Column("status", sa.Text, nullable=False),  # done | undone
    sa.Column("started_at", sa.Text, nullable=False),  # ISO 8601, UTC
    sa.Column("finished_at", sa.Text, nullable=False),  # never before that of the run before
    *_whole("rows_in", "events", "outside_region", "merged", "rejected", "repeats"),
    sa.Column("kind", sa.Text, nullable=False, server_default="import"),
    sa.Column("who", sa.Text, nullable=False, server_default=""),  # initials, empty: nobody was asked
    # Rows of `events` that this run added, changed, took out.
    *(sa.Column(name, sa.Integer, nullable=False, server_default="0") for name in ("added", "changed", "gone")),
    sa.Column("undoes", sa.Integer),  # the run that this one took back
    _of_a_file(),
)

#: RELEASE_COLUMNS: what outsiders have been shown of the row so far.
EVENTS = sa.Table(
    "events",
    METADATA,
    *_columns(model.LOCATED_EVENT, key=("report_id",)),
    *(sa.Column(name, sa.SmallInteger, nullable=False) for name in RELEASE_COLUMNS),
    sa.Column("own_event_id", sa.Text),  # the event_id before reports of one fact were joined, where that changed it
    sa.Column("from_run", sa.Integer, nullable=False, server_default="0"),  # the run since which the row is as it is
    _of_a_file(),
    sa.Index(None, "event_id"),
    sa.Index(None, "happened_from"),
    sa.Index(None, "in_region"),
)

#: Rows of `events` as they were from the run from_run until before the run to_run.
HISTORY = sa.Table(
    "events_history",
    METADATA,
    *_columns(model.LOCATED_EVENT, key=("report_id",)),
    sa.Column("own_event_id", sa.Text),
    sa.Column("from_run", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("to_run", sa.Integer, nullable=False),
    sa.Index(None, "to_run"),
)

#: A report, or a national total, that a further file holds too: it stays in the store when one of its files is taken out.
SIGHTINGS = sa.Table(
    "sightings",
    METADATA,
    *_text("report_id", "feed", "file_sha256", key=True),
    *_whole("row_number"),
    _of_a_file(),
    sa.Index(None, "file_sha256"),
)

#: Rows that outsiders were shown and that were taken out or changed since. Their numbers change only when as many go together as must
#: come together (`geodata.store.withdrawing`).
WITHDRAWN = sa.Table(
    "withdrawn",
    METADATA,
    sa.Column("withdrawn_id", sa.Integer, primary_key=True, autoincrement=True),
    *_columns(tuple(column for column in model.LOCATED_EVENT if column.name in RELEASE_INPUT)),
    *(sa.Column(name, sa.SmallInteger, nullable=False) for name in RELEASE_COLUMNS),
)

#: Questions about places that the locator left to a person; candidates: JSON, up to six complete answers.
REVIEW = sa.Table(
    "review",
    METADATA,
    *_text("country_iso3", "place_key", key=True),
    *_text("place_text", "candidates"),
)

PLACE_DECISIONS = sa.Table(
    "place_decisions",
    METADATA,
    sa.Column("decision_id", sa.Integer, primary_key=True, autoincrement=True),
    *_text("country_iso3", "place_key", "place_text"),
    *_text("verdict"),  # place | pin | not_a_place
    *_text("answer"),  # JSON: the position and what it stands for, complete
    *_text("who", "decided_at"),
    *_text("undone_by", "undone_at", empty=True),
    *_whole("applied_run", "unapplied_run", empty=True),
    sa.Index(None, "country_iso3", "place_key"),
)

#: Pairs of reports that may be of one fact; report_a < report_b.
PAIRS = sa.Table(
    "pairs",
    METADATA,
    *_text("report_a", "report_b", key=True),
    sa.Column("score", sa.Double, nullable=False),
    *_text("reasons"),  # JSON: codes with values
    *_text("verdict"),  # sure | unsure | mirror: of the rules
    sa.Column("same_file", sa.Boolean, nullable=False),
    *_text("status"),  # proposed | merged | apart
    *_text("decided_by", "decided_at", empty=True),  # decided_by "" is the rules
    sa.Index(None, "report_b"),
    sa.Index(None, "status"),
)

#: Every change of a pair's status, so that it can be taken back.
PAIR_STEPS = sa.Table(
    "pair_steps",
    METADATA,
    sa.Column("step_id", sa.Integer, primary_key=True, autoincrement=True),
    *_text("report_a", "report_b", "before", "after", "who", "made_at"),
    sa.Column("run_id", sa.Integer),  # in which it took effect
    *_text("undone_by", "undone_at", empty=True),
)

#: Grades given in bulk: to a whole file, or to the reports named (JSON list).
GRADES = sa.Table(
    "grades",
    METADATA,
    sa.Column("grade_id", sa.Integer, primary_key=True, autoincrement=True),
    *_text("feed", "file_sha256", "report_ids", empty=True),
    *_text("source_reliability", "information_accuracy", empty=True),
    *_text("who", "graded_at"),
    *_text("undone_by", "undone_at", empty=True),
    *_whole("applied_run", "unapplied_run", empty=True),
)

#: Months that a source is known not to have reported, with the cause that a person gave.
GAPS = sa.Table(
    "gaps",
    METADATA,
    sa.Column("gap_id", sa.Integer, primary_key=True, autoincrement=True),
    *_text("feed", "country_iso3", "month", "cause", "note", "who", "marked_at"),  # month: 2018-03
    *_text("undone_by", "undone_at", empty=True),
)

#: Looks back for an early warning (`layers.scan`), each up to another last day; a later look at the same week supersedes one.
SCANS = sa.Table(
    "scans",
    METADATA,
    sa.Column("scan_id", sa.Integer, primary_key=True, autoincrement=True),
    *_text("first_day", "last_day"),
    *_whole("n_cases", "n_left_out", "n_simulations", "interval_days", "threshold_days"),
    *_text("digest"),  # of cases, zones and rule: the same digest is the same scan
    *_text("made_at"),
    sa.Column("superseded_by", sa.Integer),
    sa.Index(None, "last_day"),
)

#: Cylinders that a scan found. The same one in a later scan is a further row with the same `first_alert`, which verdicts are about.
ALERTS = sa.Table(
    "alerts",
    METADATA,
    sa.Column("alert_id", sa.Integer, primary_key=True, autoincrement=True),
    *_whole("scan_id", "first_alert"),
    *_text("kind", "place", "first_day", "last_day"),  # place: JSON, by kind
    *_whole("observed", "n_events"),
    *(sa.Column(name, sa.Double, nullable=False) for name in ("expected", "statistic", "p", "recurrence_days")),
    sa.Column("at_least", sa.Boolean, nullable=False),
    *_text("event_ids"),  # JSON
    sa.Column("is_gone", sa.Boolean, nullable=False),  # most of its events left the store since
    sa.Index(None, "scan_id"),
    sa.Index(None, "first_alert"),
)

#: What persons said of an alert afterwards: true, false or late.
ALERT_VERDICTS = sa.Table(
    "alert_verdicts",
    METADATA,
    sa.Column("verdict_id", sa.Integer, primary_key=True, autoincrement=True),
    *_whole("alert_id"),
    *_text("verdict", "note", "who", "decided_at"),
    *_text("undone_by", "undone_at", empty=True),
    sa.Index(None, "alert_id"),
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
    *_text("audience", "country_iso3", key=True),
    *_whole("year", key=True),
    *_text("drug", key=True),
)

#: Files of activities (IATI, 3W). n_in = loaded + replaced + same + older + rejected.
ACTIVITY_FILES = sa.Table(
    "activity_files",
    METADATA,
    *_text("sha256", key=True),
    *_text("feed", "name", "who", "loaded_at"),
    *_whole("size", "n_in", "n_loaded", "n_replaced", "n_same", "n_older", "n_rejected"),
)

#: What programmes publish of themselves: one row an activity, the newest that came. Lists and texts are JSON.
ACTIVITIES = sa.Table(
    "activities",
    METADATA,
    *_text("identifier", key=True),
    sa.Column("is_local", sa.Boolean, nullable=False),  # the publisher gave no identifier
    *_text("publisher_ref", "publisher_name", "publisher_type", "version", "title", "titles", "descriptions", "status", "scope"),
    *_text("currency", "language", "updated", "dates", "countries", "regions", "flags", "digest", "feed", "file_sha256"),
    *_text("starts", "ends", empty=True),  # best known day: the actual one, else the planned one
    *_whole("line"),
    sa.Index(None, "file_sha256"),
)


def _part(name: str, *columns: sa.Column[Any]) -> sa.Table:
    """Rows that belong to an activity, numbered within it."""
    return sa.Table(name, METADATA, *_text("identifier", key=True), sa.Column("number", sa.Integer, primary_key=True), *columns)


def _numbers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double) for name in names]


ACTIVITY_ORGANISATIONS = _part("activity_organisations", *_text("role", "ref", "name", "type", "activity_id"))
ACTIVITY_SECTORS = _part("activity_sectors", *_text("vocabulary", "code", "name"), *_numbers("percentage"))
#: details: JSON of what is kept to be given out again. near_seat: the seat of a province within a kilometre, "" none.
ACTIVITY_PLACES = _part(
    "activity_places",
    *_text("name", "reach", "exactness", "location_class", "designation", "kind", "near_seat", "details"),
    *_numbers("lon", "lat"),
)
#: kind: transaction, budget or planned; provider and receiver: JSON.
ACTIVITY_MONEY = _part(
    "activity_money",
    *_text("kind", "type", "date", "date_to", "currency", "value_date", "provider", "receiver", "note", "status"),
    *_numbers("amount"),
)
ACTIVITY_REJECTED = sa.Table(
    "activity_rejected",
    METADATA,
    *_text("file_sha256", key=True),
    *_whole("number", key=True),
    *_whole("line"),
    *_text("reason", "detail", "content"),
)

META = sa.Table("meta", METADATA, *_text("key", key=True), sa.Column("value", sa.Text, nullable=False))
