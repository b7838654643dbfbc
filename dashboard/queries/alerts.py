"""Alerts: what the scans of the store found, and what persons said of them. Only insiders may ask, whatever is asked."""

from datetime import UTC, datetime
from typing import Any

from dashboard.answers.alerts import Known, answer
from dashboard.queries import Queries
from dashboard.user import User
from geodata.errors import NotAllowed, PanjError
from geodata.store import alerting, deciding

#: Characters of a note that are kept.
NOTE_LENGTH = 500


def alerts(queries: Queries, user: User) -> dict[str, Any]:
    """The panel of alerts. They are about all events, whatever the page's filters. Raises NotAllowed."""
    _insider(user)
    engine, role = queries.engine, user.role
    known = Known(
        alerting.scans(engine, role=role),
        alerting.alerts(engine, role=role),
        alerting.verdicts(engine, role=role),
        alerting.last_known_day(engine, datetime.now(UTC).date()),
    )
    return answer(known, queries.places.names_everywhere(user.say.code), user.say)


def judge(queries: Queries, user: User, who: str, alert_id: int, verdict: str | None, note: str) -> dict[str, Any]:
    """Keep a verdict, or take the one that stands back (None). Returns the panel as it is then. Raises PanjError with one sentence."""
    _insider(user)
    if not who:
        raise PanjError(user.say("data.who_wanted"))
    now = datetime.now(UTC)
    if verdict is None:
        deciding.undo_verdict(queries.engine, role=user.role, who=who, alert_id=alert_id, now=now)
    else:
        deciding.give_verdict(
            queries.engine, role=user.role, who=who, alert_id=alert_id, verdict=verdict, note=" ".join(note.split())[:NOTE_LENGTH], now=now
        )
    return alerts(queries, user)


def _insider(user: User) -> None:
    if not user.is_insider:
        raise NotAllowed(user.say("problem.statistics_insiders"))
