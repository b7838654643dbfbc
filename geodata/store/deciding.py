"""Decisions of persons: about places, pairs, grades, gaps and alerts. Each is written at once, with who and when, and can be undone.

The rows of the store follow later, in one run for many decisions (`etl.review`): a decision takes no longer than a key press.
"""

import datetime as dt
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import sqlalchemy as sa

from geodata.errors import WrongTable
from geodata.model import INFORMATION_ACCURACIES, PRECISION_LEVELS, SOURCE_RELIABILITIES
from geodata.redaction import require
from geodata.settings import Role
from geodata.store.engine import writing_to
from geodata.store.runs import utc
from geodata.store.tables import ALERT_VERDICTS, ALERTS, FILES, GAPS, GRADES, PAIR_STEPS, PAIRS, PLACE_DECISIONS

PlaceVerdict = Literal["place", "pin", "not_a_place"]
PairStatus = Literal["merged", "apart", "proposed"]
PLACE_VERDICTS: tuple[PlaceVerdict, ...] = ("place", "pin", "not_a_place")
PAIR_STATUSES: tuple[PairStatus, ...] = ("merged", "apart", "proposed")
#: Why a source is known not to have reported.
CAUSES = ("no_report_sent", "lost_in_transfer", "no_access", "not_operating", "other")
#: What an alert turned out to be: there was something; there was nothing; there was, but it was known before the alert came.
VERDICTS = ("true", "false", "late")
WHO_LENGTH = 20
_MONTH = re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])")


def decide_place(
    engine: sa.Engine,
    *,
    role: Role,
    who: str,
    country_iso3: str,
    place_key: str,
    place_text: str,
    verdict: PlaceVerdict,
    answer: Mapping[str, Any] | None = None,
    now: dt.datetime | None = None,
) -> int:
    """Say what a place text means for all rows that hold it, now and to come. Returns the decision's number.

    answer: lon, lat (EPSG:4326), uncertainty_m and precision_level, and what else is known of the place; None: it is no place.
    A later decision about the same text takes the place of an earlier one. Raises NotAllowed, WrongTable, StoreProblem.
    """
    _one_of("verdict", verdict, PLACE_VERDICTS)
    row = {"country_iso3": country_iso3, "place_key": place_key, "place_text": place_text, "verdict": verdict}
    row |= {"answer": json.dumps({} if verdict == "not_a_place" else _position(answer), ensure_ascii=False)}
    signed = _signed(role, who, now)
    with writing_to(engine) as connection:
        same = (PLACE_DECISIONS.c.country_iso3 == country_iso3, PLACE_DECISIONS.c.place_key == place_key)
        _take_back(connection, PLACE_DECISIONS, signed, *same)
        return _added(connection, PLACE_DECISIONS, row | {"who": signed["by"], "decided_at": signed["at"]})


def undo_place(engine: sa.Engine, *, role: Role, who: str, decision_id: int, now: dt.datetime | None = None) -> None:
    """Take a decision about a place back. Raises NotAllowed, WrongTable (no such decision that stands), StoreProblem."""
    _undo(engine, PLACE_DECISIONS, "decision_id", decision_id, _signed(role, who, now))


def decide_pair(
    engine: sa.Engine, *, role: Role, who: str, report_a: str, report_b: str, status: PairStatus, now: dt.datetime | None = None
) -> int:
    """Say that two reports are of one fact (merged) or not (apart), or leave it open again. Returns the step's number.

    Raises NotAllowed, WrongTable (no such pair), StoreProblem.
    """
    _one_of("status", status, PAIR_STATUSES)
    signed = _signed(role, who, now)
    with writing_to(engine) as connection:
        return _step(connection, tuple(sorted((report_a, report_b))), status, signed)


def undo_pair(engine: sa.Engine, *, role: Role, who: str, step_id: int, now: dt.datetime | None = None) -> None:
    """Give a pair the status that it had before a step. Raises NotAllowed, WrongTable (not the pair's last step), StoreProblem."""
    signed = _signed(role, who, now)
    with writing_to(engine) as connection:
        step = connection.execute(sa.select(PAIR_STEPS).where(PAIR_STEPS.c.step_id == step_id, PAIR_STEPS.c.undone_at.is_(None))).first()
        if step is None:
            raise WrongTable(f"The step {step_id} about a pair is not there or was undone already: read the list again.")
        pair = (step.report_a, step.report_b)
        now_is = connection.scalar(sa.select(PAIRS.c.status).where(PAIRS.c.report_a == pair[0], PAIRS.c.report_b == pair[1]))
        if now_is != step.after:
            raise WrongTable(f"The pair of the step {step_id} was decided again since: undo the later step first.")
        back = _step(connection, pair, step.before, signed)
        undone = {"undone_by": signed["by"], "undone_at": signed["at"]}
        connection.execute(sa.update(PAIR_STEPS).where(PAIR_STEPS.c.step_id.in_((step_id, back))).values(**undone))


def give_grade(
    engine: sa.Engine,
    *,
    role: Role,
    who: str,
    reliability: str | None,
    accuracy: str | None,
    file: tuple[str, str] | None = None,
    reports: Sequence[str] | None = None,
    now: dt.datetime | None = None,
) -> int:
    """Grade a whole file (feed, SHA-256) or some reports 4x4; None leaves that half as it is. Returns the grade's number.

    Raises NotAllowed, WrongTable, StoreProblem.
    """
    if reliability is None and accuracy is None:
        raise WrongTable("A grade without reliability and accuracy came: choose one of A, B, C, X, or one of 1, 2, 3, 4.")
    if (file is None) == (reports is None):
        raise WrongTable("A grade is for one file or for some reports: one of the two was wanted.")
    _one_of("reliability", reliability, (None, *SOURCE_RELIABILITIES))
    _one_of("accuracy", accuracy, (None, *INFORMATION_ACCURACIES))
    signed = _signed(role, who, now)
    feed, sha256 = file or (None, None)
    row = {"feed": feed, "file_sha256": sha256, "source_reliability": reliability, "information_accuracy": accuracy}
    row["report_ids"] = None if reports is None else json.dumps(sorted(set(reports)))
    with writing_to(engine) as connection:
        if (
            file is not None
            and not connection.execute(sa.select(FILES.c.name).where(FILES.c.feed == feed, FILES.c.sha256 == sha256)).first()
        ):
            raise WrongTable(f"The store has no file {sha256} of {feed}: read the list again.")
        return _added(connection, GRADES, row | {"who": signed["by"], "graded_at": signed["at"]})


def undo_grade(engine: sa.Engine, *, role: Role, who: str, grade_id: int, now: dt.datetime | None = None) -> None:
    """Take a grade back. Raises NotAllowed, WrongTable (no such grade that stands), StoreProblem."""
    _undo(engine, GRADES, "grade_id", grade_id, _signed(role, who, now))


def mark_gap(
    engine: sa.Engine,
    *,
    role: Role,
    who: str,
    feed: str,
    country_iso3: str,
    months: Sequence[str],
    cause: str,
    note: str = "",
    now: dt.datetime | None = None,
) -> list[int]:
    """Say that a source did not report in some months (2018-03), and why. Returns their numbers; a month marked before is marked anew."""
    _one_of("cause", cause, CAUSES)
    wrong = [month for month in months if not _MONTH.fullmatch(month)]
    if wrong or not months:
        raise WrongTable(f"The month {wrong[0] if wrong else ''!r} came, one as in 2018-03 was wanted.")
    signed = _signed(role, who, now)
    row = {"feed": feed, "country_iso3": country_iso3, "cause": cause, "note": note, "who": signed["by"], "marked_at": signed["at"]}
    with writing_to(engine) as connection:
        ids = []
        for month in sorted(set(months)):
            same = (GAPS.c.feed == feed, GAPS.c.country_iso3 == country_iso3, GAPS.c.month == month)
            _take_back(connection, GAPS, signed, *same)
            ids.append(_added(connection, GAPS, row | {"month": month}))
        return ids


def undo_gap(engine: sa.Engine, *, role: Role, who: str, gap_id: int, now: dt.datetime | None = None) -> None:
    """Take the mark of a month back. Raises NotAllowed, WrongTable (no such mark that stands), StoreProblem."""
    _undo(engine, GAPS, "gap_id", gap_id, _signed(role, who, now))


def give_verdict(
    engine: sa.Engine, *, role: Role, who: str, alert_id: int, verdict: str, note: str = "", now: dt.datetime | None = None
) -> int:
    """Say what an alert turned out to be (VERDICTS); a later verdict takes the place of an earlier one. Returns the verdict's number.

    alert_id: of the alert in any of its scans. Raises NotAllowed, WrongTable (no such alert, no such verdict), StoreProblem.
    """
    _one_of("verdict", verdict, VERDICTS)
    signed = _signed(role, who, now)
    with writing_to(engine) as connection:
        first = _first_alert(connection, alert_id)
        _take_back(connection, ALERT_VERDICTS, signed, ALERT_VERDICTS.c.alert_id == first)
        row = {"alert_id": first, "verdict": verdict, "note": note, "who": signed["by"], "decided_at": signed["at"]}
        return _added(connection, ALERT_VERDICTS, row)


def undo_verdict(engine: sa.Engine, *, role: Role, who: str, alert_id: int, now: dt.datetime | None = None) -> None:
    """Take the verdict on an alert back; it is open again. Raises NotAllowed, WrongTable (no alert, no verdict), StoreProblem."""
    signed = _signed(role, who, now)
    with writing_to(engine) as connection:
        first = _first_alert(connection, alert_id)
        if not _take_back(connection, ALERT_VERDICTS, signed, ALERT_VERDICTS.c.alert_id == first):
            raise WrongTable(f"The alert {alert_id} has no verdict, or it was taken back already: read the list again.")


def _first_alert(connection: sa.Connection, alert_id: int) -> int:
    first = connection.scalar(sa.select(ALERTS.c.first_alert).where(ALERTS.c.alert_id == alert_id))
    if first is None:
        raise WrongTable(f"The store has no alert {alert_id}: read the list again.")
    return int(first)


def _signed(role: Role, who: str, now: dt.datetime | None) -> dict[str, str]:
    """Who and when, checked."""
    require(role, "decisions")
    by = " ".join(who.split())
    if not by or len(by) > WHO_LENGTH:
        raise WrongTable(f"{by!r} came as the one who decides, initials of 1 to {WHO_LENGTH} characters were wanted.")
    return {"by": by, "at": utc(now or dt.datetime.now(dt.UTC))}


def _one_of(what: str, came: object, wanted: Sequence[object]) -> None:
    if came not in wanted:
        raise WrongTable(f"The {what} {came!r} came, one of {', '.join(map(str, wanted))} was wanted.")


def _position(answer: Mapping[str, Any] | None) -> dict[str, Any]:
    """A copy of the answer with a position that can be true."""
    answer = dict(answer or {})
    _one_of("precision_level", answer.get("precision_level"), [level for level in PRECISION_LEVELS if level not in ("country", "none")])
    for name, low, high in (("lon", -180.0, 180.0), ("lat", -90.0, 90.0), ("uncertainty_m", 1.0, 2_000_000.0)):
        try:
            number = float(answer.get(name, math.nan))
        except (TypeError, ValueError):
            number = math.nan
        if not low <= number <= high:
            raise WrongTable(f"The place has {answer.get(name)!r} as its {name}, a number from {low:g} to {high:g} was wanted.")
        answer[name] = number
    return answer


def _added(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> int:
    key = connection.execute(sa.insert(table), dict(row)).inserted_primary_key
    if key is None:
        raise WrongTable("The store gave the decision no number; nothing was saved.")
    return int(key[0])


def _take_back(connection: sa.Connection, table: sa.Table, signed: Mapping[str, str], *which: sa.ColumnElement[bool]) -> int:
    values = {"undone_by": signed["by"], "undone_at": signed["at"]}
    return int(connection.execute(sa.update(table).where(*which, table.c.undone_at.is_(None)).values(**values)).rowcount)


def _undo(engine: sa.Engine, table: sa.Table, key: str, number: int, signed: Mapping[str, str]) -> None:
    with writing_to(engine) as connection:
        if not _take_back(connection, table, signed, table.c[key] == number):
            raise WrongTable(f"The decision {number} is not there or was undone already: read the list again.")


def _step(connection: sa.Connection, pair: Sequence[str], status: str, signed: Mapping[str, str]) -> int:
    this = sa.and_(PAIRS.c.report_a == pair[0], PAIRS.c.report_b == pair[1])
    before = connection.scalar(sa.select(PAIRS.c.status).where(this))
    if before is None:
        raise WrongTable(f"The store has no pair of {pair[0]} and {pair[1]}: read the list again.")
    by = {"decided_by": None, "decided_at": None} if status == "proposed" else {"decided_by": signed["by"], "decided_at": signed["at"]}
    connection.execute(sa.update(PAIRS).where(this).values(status=status, **by))
    step = {"report_a": pair[0], "report_b": pair[1], "before": before, "after": status, "who": signed["by"], "made_at": signed["at"]}
    return _added(connection, PAIR_STEPS, step)
