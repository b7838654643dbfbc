"""The Data page's questions to the store, answered as plain values for JSON; and what persons decide there."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import sqlalchemy as sa

from dashboard.queries.names import NameSearch
from dashboard.user import User
from geodata import jobs
from geodata.errors import PanjError
from geodata.settings import Settings
from geodata.store import deciding, reading
from geodata.store import desk as waiting_room

#: What a page holds at once; what is beyond comes when these are done.
MOST_PLACES, MOST_PAIRS, MOST_REJECTED, MOST_JOBS = 300, 200, 2000, 12
#: What tells a person which event a row is.
ROW = (
    "report_id", "event_id", "feed", "row_number", "happened_from", "happened_to", "date_precision", "date_text", "country_iso3",
    "place_text", "drug", "drug_text", "quantity", "unit", "amount_text", "weight_kg", "weight_bound", "agency", "agency_text", "transport",
    "concealment", "note", "source_ref", "source_url", "lon", "lat", "uncertainty_m", "precision_level", "duplicate_of",
)  # fmt: skip


class Desk:
    """One store, seen by the person who feeds it."""

    def __init__(self, settings: Settings, engine: sa.Engine) -> None:
        self._settings = settings
        self._engine = engine
        self._names = NameSearch(settings.cache)
        self._area_names: dict[str, dict[Any, str]] = {}

    # ---- what there is to do --------------------------------------------------------------------------------------------

    def state(self, user: User, _: Mapping[str, str]) -> dict[str, Any]:
        """Counts for the tabs, the newest jobs, the sources that are known."""
        waiting = waiting_room.waiting(self._engine, role=user.role)
        every = jobs.jobs(self._settings)
        shown = [job for job in every if job.kind != "decisions"][: -MOST_JOBS - 1 : -1]
        folder = self._settings.data / "feeds"
        own = sorted(path.stem for path in folder.glob("*.toml")) if folder.is_dir() else []
        feeds = reading.facts(self._engine, role=user.role).feeds
        return {
            "counts": {"places": waiting.places, "pairs": waiting.pairs},
            "rows": waiting.place_rows,
            "to_apply": waiting.to_apply,
            "jobs": [self._job(job) for job in shown],
            "layouts": own,
            "sources": list(dict.fromkeys([*own, *feeds])),
        }

    def _job(self, job: jobs.Job) -> dict[str, Any]:
        state = jobs.read_state(job)
        arguments = {name: job.arguments[name] for name in ("name", "size") if name in job.arguments}
        return {
            "id": job.id, "kind": job.kind, "who": job.who, "asked_at": job.asked_at, "arguments": arguments, "status": state.status,
            "step": state.step,
        }  # fmt: skip

    # ---- places ---------------------------------------------------------------------------------------------------------

    def places(self, user: User, _: Mapping[str, str]) -> dict[str, Any]:
        """Open questions about places, most rows first, each with all that its decision needs; and the newest decisions."""
        found = waiting_room.places(self._engine, role=user.role, limit=MOST_PLACES)
        decided = waiting_room.place_decisions(self._engine, role=user.role)[:50]
        return {
            "questions": [self._named_candidates(_plain(question._asdict()), user) for question in found],
            "total": waiting_room.waiting(self._engine, role=user.role).places,
            "decisions": [_plain(decision._asdict()) for decision in decided],
        }

    def _named_candidates(self, question: dict[str, Any], user: User) -> dict[str, Any]:
        """The question with the names of its candidates' districts and provinces, and its example row as a whole."""
        names = self._areas(user.say.code)
        for one in question["candidates"]:
            one["district"], one["province"] = names.get(one.get("district_id"), ""), names.get(one.get("province_id"), "")
        return question

    def _areas(self, code: str) -> dict[Any, str]:
        if code not in self._area_names:
            from dashboard.answers.places import Places

            self._area_names[code] = dict(Places(self._settings.cache).names(code))
        return self._area_names[code]

    def names(self, user: User, asked: Mapping[str, str]) -> dict[str, Any]:
        """Places of the gazetteer whose names hold what was typed."""
        found = self._names.find(asked.get("q", "")[:80], asked.get("country", ""))
        return {"found": self._named_candidates({"candidates": found}, user)["candidates"]}

    def decide_place(self, user: User, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Answer one question, for all rows that ask it. Raises PanjError with one sentence."""
        verdict, answer = _text(sent, "verdict"), sent.get("answer")
        id = deciding.decide_place(
            self._engine,
            role=user.role,
            who=_named(user, who),
            country_iso3=_text(sent, "country_iso3"),
            place_key=_text(sent, "place_key"),
            place_text=_text(sent, "place_text"),
            verdict=verdict,  # type: ignore[arg-type]
            answer=None if verdict == "not_a_place" or not isinstance(answer, dict) else answer,
            now=datetime.now(UTC),
        )
        return {"decision": id}

    # ---- pairs ----------------------------------------------------------------------------------------------------------

    def pairs(self, user: User, asked: Mapping[str, str]) -> dict[str, Any]:
        """Pairs of reports that may tell of one fact, the likeliest first, with both rows."""
        status = asked.get("status", "proposed")
        found = waiting_room.pairs(
            self._engine, role=user.role, status=status if status in ("proposed", "merged", "apart") else "proposed", limit=MOST_PAIRS
        )
        wanted = sorted({report for pair in found for report in (pair.report_a, pair.report_b)})
        rows = self._rows(user, wanted)
        steps = waiting_room.pair_steps(self._engine, role=user.role)[:50]
        return {
            "pairs": [
                _plain(pair._asdict()) | {"a": rows[pair.report_a], "b": rows[pair.report_b]}
                for pair in found
                if pair.report_a in rows and pair.report_b in rows
            ],
            "total": waiting_room.waiting(self._engine, role=user.role).pairs,
            "steps": [_plain(step._asdict()) for step in steps],
        }

    def _rows(self, user: User, reports: Sequence[str]) -> dict[str, Any]:
        if not reports:
            return {}
        table = reading.events(self._engine, role=user.role, in_region=None, only=ROW, reports=reports, duplicates=True)
        return {row["report_id"]: _plain(row) for row in table.to_dict("records")}

    def decide_pair(self, user: User, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """One fact, or two. Raises PanjError with one sentence."""
        step = deciding.decide_pair(
            self._engine,
            role=user.role,
            who=_named(user, who),
            report_a=_text(sent, "report_a"),
            report_b=_text(sent, "report_b"),
            status=_text(sent, "status"),  # type: ignore[arg-type]
            now=datetime.now(UTC),
        )
        return {"decision": step}

    # ---- taking back ----------------------------------------------------------------------------------------------------

    def undo_decision(self, user: User, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Take one decision back: of a place, a pair, a grade or a gap."""
        kind, id, now = _text(sent, "kind"), sent.get("decision"), datetime.now(UTC)
        if not isinstance(id, int):
            raise PanjError(user.say("data.bad_request"))
        if kind == "place":
            deciding.undo_place(self._engine, role=user.role, who=_named(user, who), decision_id=id, now=now)
        elif kind == "pair":
            deciding.undo_pair(self._engine, role=user.role, who=_named(user, who), step_id=id, now=now)
        elif kind == "grade":
            deciding.undo_grade(self._engine, role=user.role, who=_named(user, who), grade_id=id, now=now)
        elif kind == "gap":
            deciding.undo_gap(self._engine, role=user.role, who=_named(user, who), gap_id=id, now=now)
        else:
            raise PanjError(user.say("data.bad_request"))
        return {}

    # ---- files, runs, rejected rows ---------------------------------------------------------------------------------------

    def runs(self, user: User, asked: Mapping[str, str]) -> dict[str, Any]:
        """Files and runs, the newest first; with `as_of`, the figures as they were after the last run finished by then."""
        files = reading.files(self._engine, role=user.role).to_dict("records")
        runs = reading.runs(self._engine, role=user.role).to_dict("records")
        grades = [_plain(grade._asdict()) for grade in waiting_room.grades(self._engine, role=user.role)][:50]
        answer: dict[str, Any] = {"files": _plain(files), "runs": _plain(runs[::-1]), "grades": grades}
        if asked.get("as_of"):
            answer["as_of"] = self._as_of(user, asked["as_of"])
        return answer

    def _as_of(self, user: User, day: str) -> dict[str, Any]:
        try:
            moment = datetime.fromisoformat(day).replace(hour=23, minute=59, second=59, tzinfo=UTC)
        except ValueError as error:
            raise PanjError(user.say("data.bad_date", came=day[:40])) from error
        then = reading.events(self._engine, role=user.role, only=("event_id", "drug", "weight_kg"), as_of=moment)
        now = reading.events(self._engine, role=user.role, only=("event_id", "drug", "weight_kg"))
        return {"day": day, "then": _counted(then), "now": _counted(now)}

    def rejected(self, user: User, asked: Mapping[str, str]) -> dict[str, Any]:
        """Rejected rows of one file, each with its reason and itself; and how many there are of each reason."""
        table = self._rejected(user, asked)
        reasons = {str(reason): int(n) for reason, n in table["reason"].value_counts().items()}
        return {"rows": _plain(table.head(MOST_REJECTED).to_dict("records")), "reasons": reasons}

    def rejected_file(self, user: User, asked: Mapping[str, str]) -> bytes:
        """The same rows as CSV, with the columns that the sender's file had; a formula is text."""
        from dashboard.answers.rejected import to_csv

        return to_csv(self._rejected(user, asked), user.say)

    def _rejected(self, user: User, asked: Mapping[str, str]) -> pd.DataFrame:
        return reading.rejected(self._engine, role=user.role, feed=asked.get("feed") or None, file_sha256=asked.get("sha") or None)

    # ---- completeness and grades --------------------------------------------------------------------------------------------

    def grid(self, user: User, _: Mapping[str, str]) -> dict[str, Any]:
        """Source by month: reported, late, silent, or a gap that a person stated."""
        from dashboard.answers.completeness import grid

        columns = ("event_id", "feed", "country_iso3", "happened_from", "happened_to", "date_precision")
        rows = reading.events(self._engine, role=user.role, only=columns, duplicates=True)
        gaps = [gap._asdict() for gap in waiting_room.gaps(self._engine, role=user.role)]
        return grid(rows, gaps, datetime.now(UTC).date(), user.say)

    def mark_gap(self, user: User, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """State why a source is silent in some months."""
        months = sent.get("months")
        ids = deciding.mark_gap(
            self._engine,
            role=user.role,
            who=_named(user, who),
            feed=_text(sent, "feed"),
            country_iso3=_text(sent, "country_iso3"),
            months=[str(month) for month in months] if isinstance(months, list) else [],
            cause=_text(sent, "cause"),
            note=str(sent.get("note") or "")[:500],
            now=datetime.now(UTC),
        )
        return {"decisions": list(ids)}

    def grade(self, user: User, who: str, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Reliability of the source and accuracy of the information, for a file or for some reports."""
        reports, sha = sent.get("reports"), sent.get("sha")
        id = deciding.give_grade(
            self._engine,
            role=user.role,
            who=_named(user, who),
            reliability=sent.get("reliability") or None,
            accuracy=sent.get("accuracy") or None,
            file=(_text(sent, "feed"), str(sha)) if sha else None,
            reports=[str(report) for report in reports] if isinstance(reports, list) else None,
            now=datetime.now(UTC),
        )
        return {"decision": id}


def _named(user: User, who: str) -> str:
    if not who:
        raise PanjError(user.say("data.who_wanted"))
    return who


def _text(sent: Mapping[str, Any], name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _counted(rows: pd.DataFrame) -> dict[str, Any]:
    return {"events": int(rows["event_id"].nunique()), "rows": len(rows), "weight_kg": float(rows["weight_kg"].sum())}


def _plain(value: Any) -> Any:
    """The same without anything that JSON does not know; nothing is None."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value
