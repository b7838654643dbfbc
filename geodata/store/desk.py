"""What lies on the analyst's desk: questions that wait for a person, and what persons have decided."""

import json
from collections import Counter, defaultdict
from typing import Any, NamedTuple

import sqlalchemy as sa

from geodata.places.names import name_key
from geodata.redaction import require
from geodata.settings import Role
from geodata.store.engine import reading_from
from geodata.store.tables import EVENTS, GAPS, GRADES, PAIR_STEPS, PAIRS, PLACE_DECISIONS, REVIEW


class Question(NamedTuple):
    """Where is this? candidates: up to six complete answers, best first. n_rows: reports that ask. texts: their spellings."""

    country_iso3: str
    place_key: str
    place_text: str
    candidates: list[dict[str, Any]]
    n_rows: int
    texts: list[str]
    example: dict[str, Any]  # report_id, happened_from, place_text, feed of one report


class PlaceDecision(NamedTuple):
    """What a person said a place text means. is_applied: the rows of the store follow it (or no longer, when it was undone)."""

    decision_id: int
    country_iso3: str
    place_key: str
    place_text: str
    verdict: str
    answer: dict[str, Any]
    who: str
    decided_at: str
    undone_by: str | None
    undone_at: str | None
    is_applied: bool


class Pair(NamedTuple):
    """Two reports that may be of one fact. verdict: of the rules (sure, unsure, mirror). decided_by: "" is the rules."""

    report_a: str
    report_b: str
    score: float
    reasons: list[Any]
    verdict: str
    same_file: bool
    status: str
    decided_by: str | None
    decided_at: str | None


class PairStep(NamedTuple):
    """One change of a pair's status."""

    step_id: int
    report_a: str
    report_b: str
    before: str
    after: str
    who: str
    made_at: str
    undone_by: str | None
    undone_at: str | None


class Grade(NamedTuple):
    """A 4x4 grade of a file, or of some reports."""

    grade_id: int
    feed: str | None
    file_sha256: str | None
    report_ids: list[str] | None
    source_reliability: str | None
    information_accuracy: str | None
    who: str
    graded_at: str
    undone_by: str | None
    undone_at: str | None
    is_applied: bool


class Gap(NamedTuple):
    """A month that a source is known not to have reported."""

    gap_id: int
    feed: str
    country_iso3: str
    month: str
    cause: str
    note: str
    who: str
    marked_at: str


class Waiting(NamedTuple):
    """How much waits: questions about places and their rows, pairs; and decisions that the rows of the store do not follow yet."""

    places: int
    place_rows: int
    pairs: int
    to_apply: int


def places(engine: sa.Engine, *, role: Role, limit: int | None = None) -> list[Question]:
    """Questions about places that nobody has answered, those of most reports first. Raises NotAllowed, StoreProblem."""
    require(role, "decisions")
    with reading_from(engine) as connection:
        return _questions(connection)[:limit]


def place_decisions(engine: sa.Engine, *, role: Role) -> list[PlaceDecision]:
    """What was decided about places, the newest first, also what was undone. Raises NotAllowed, StoreProblem."""
    require(role, "decisions")
    names = [name for name in PlaceDecision._fields if name != "is_applied"]
    wanted = sa.select(*(PLACE_DECISIONS.c[name] for name in names), PLACE_DECISIONS.c.applied_run, PLACE_DECISIONS.c.unapplied_run)
    with reading_from(engine) as connection:
        rows = connection.execute(wanted.order_by(PLACE_DECISIONS.c.decision_id.desc())).all()
    return [PlaceDecision(**{**_plain(row, names), "answer": json.loads(row.answer)}, is_applied=_is_applied(row)) for row in rows]


def pairs(engine: sa.Engine, *, role: Role, status: str | None = "proposed", limit: int | None = None) -> list[Pair]:
    """Pairs of reports that are both in the store, the surest first; status None: whatever became of them. Raises NotAllowed."""
    require(role, "decisions")
    wanted = sa.select(*(PAIRS.c[name] for name in Pair._fields)).where(*_both_there())
    wanted = wanted.order_by(PAIRS.c.score.desc(), PAIRS.c.report_a, PAIRS.c.report_b).limit(limit)
    with reading_from(engine) as connection:
        rows = connection.execute(wanted if status is None else wanted.where(PAIRS.c.status == status)).all()
    return [Pair(**{**_plain(row, Pair._fields), "reasons": json.loads(row.reasons)}) for row in rows]


def pair_steps(engine: sa.Engine, *, role: Role) -> list[PairStep]:
    """What persons decided about pairs, the newest first. Raises NotAllowed, StoreProblem."""
    require(role, "decisions")
    wanted = sa.select(*(PAIR_STEPS.c[name] for name in PairStep._fields)).order_by(PAIR_STEPS.c.step_id.desc())
    with reading_from(engine) as connection:
        return [PairStep(*row) for row in connection.execute(wanted)]


def grades(engine: sa.Engine, *, role: Role) -> list[Grade]:
    """Grades given in bulk, the newest first, also those that were undone. Raises NotAllowed, StoreProblem."""
    require(role, "decisions")
    names = [name for name in Grade._fields if name != "is_applied"]
    wanted = sa.select(*(GRADES.c[name] for name in names), GRADES.c.applied_run, GRADES.c.unapplied_run)
    with reading_from(engine) as connection:
        rows = connection.execute(wanted.order_by(GRADES.c.grade_id.desc())).all()
    ids = [None if row.report_ids is None else json.loads(row.report_ids) for row in rows]
    return [Grade(**{**_plain(row, names), "report_ids": one}, is_applied=_is_applied(row)) for row, one in zip(rows, ids, strict=True)]


def gaps(engine: sa.Engine, *, role: Role) -> list[Gap]:
    """Months that a source is known not to have reported. Raises NotAllowed, StoreProblem."""
    require(role, "decisions")
    wanted = sa.select(*(GAPS.c[name] for name in Gap._fields)).where(GAPS.c.undone_at.is_(None))
    with reading_from(engine) as connection:
        return [Gap(*row) for row in connection.execute(wanted.order_by(GAPS.c.feed, GAPS.c.country_iso3, GAPS.c.month))]


def waiting(engine: sa.Engine, *, role: Role) -> Waiting:
    """How much lies on the desk. Raises NotAllowed, StoreProblem."""
    require(role, "decisions")
    with reading_from(engine) as connection:
        questions = _questions(connection)
        open_pairs = sa.select(sa.func.count()).select_from(PAIRS).where(PAIRS.c.status == "proposed", *_both_there())
        return Waiting(len(questions), sum(one.n_rows for one in questions), connection.scalar(open_pairs) or 0, to_apply(connection))


def to_apply(connection: sa.Connection) -> int:
    """Decisions that the rows of the store do not follow yet."""
    n = connection.scalar(sa.select(sa.func.count()).select_from(PAIR_STEPS).where(PAIR_STEPS.c.run_id.is_(None))) or 0
    for table in (PLACE_DECISIONS, GRADES):
        n += connection.scalar(sa.select(sa.func.count()).select_from(table).where(sa.or_(is_new(table), is_taken_back(table)))) or 0
    return int(n)


def is_new(table: sa.Table) -> sa.ColumnElement[bool]:
    """Decisions that stand and have not been applied."""
    return sa.and_(table.c.undone_at.is_(None), table.c.applied_run.is_(None))


def is_taken_back(table: sa.Table) -> sa.ColumnElement[bool]:
    """Decisions that were applied, were undone and still show."""
    return sa.and_(table.c.undone_at.is_not(None), table.c.applied_run.is_not(None), table.c.unapplied_run.is_(None))


def _questions(connection: sa.Connection) -> list[Question]:
    decided = connection.execute(
        sa.select(PLACE_DECISIONS.c.country_iso3, PLACE_DECISIONS.c.place_key).where(PLACE_DECISIONS.c.undone_at.is_(None))
    )
    answered = {tuple(row) for row in decided}
    names = (EVENTS.c.country_iso3, EVENTS.c.place_text)
    # A name that was found nowhere is a question too: a person may know where to drop a pin.
    unsure = sa.or_(EVENTS.c.locate_status == "review", EVENTS.c.locate_rule.startswith("name_unknown"))
    asking = sa.select(*names, sa.func.count(), sa.func.min(EVENTS.c.report_id)).where(unsure, EVENTS.c.in_region).group_by(*names)
    spelt: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    first: dict[tuple[str, str], str] = {}
    for country, text, n, report_id in connection.execute(asking):
        key = (country, name_key(text or ""))
        spelt[key][text or ""] += n
        first[key] = min(first.get(key, report_id), report_id)
    kept = {(row.country_iso3, row.place_key): row for row in connection.execute(sa.select(REVIEW))}
    found = sorted((key for key in spelt if key not in answered), key=lambda key: (-spelt[key].total(), key))
    examples = _examples(connection, [first[key] for key in found])
    return [
        Question(
            country_iso3=key[0],
            place_key=key[1],
            place_text=spelt[key].most_common(1)[0][0],
            candidates=json.loads(kept[key].candidates) if key in kept else [],
            n_rows=spelt[key].total(),
            texts=[text for text, _ in spelt[key].most_common()],
            example=examples[first[key]],
        )
        for key in found
    ]


def _examples(connection: sa.Connection, ids: list[str]) -> dict[str, dict[str, Any]]:
    from geodata.store.present import chunks

    names = ("report_id", "happened_from", "place_text", "feed")
    found = {}
    for portion in chunks(ids):
        for row in connection.execute(sa.select(*(EVENTS.c[name] for name in names)).where(EVENTS.c.report_id.in_(portion))):
            found[row.report_id] = _plain(row, names)
    return found


def _both_there() -> list[sa.ColumnElement[bool]]:
    return [sa.exists(sa.select(EVENTS.c.report_id).where(EVENTS.c.report_id == PAIRS.c[name])) for name in ("report_a", "report_b")]


def _is_applied(row: Any) -> bool:
    return row.applied_run is not None if row.undone_at is None else row.applied_run is None or row.unapplied_run is not None


def _plain(row: Any, names: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
