"""Alerts: what the scans of the store found, and what persons said of them. Only insiders may ask, whatever is asked."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from dashboard.answers import downloads
from dashboard.answers import rows as rows_of
from dashboard.answers.alerts import Known, answer, events_title
from dashboard.components.events_table import Rows
from dashboard.exports.spreadsheet import FileFacts
from dashboard.queries import Queries
from dashboard.queries.statistics import insider
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.errors import NotAllowed, PanjError
from geodata.store import alerting, deciding, reading
from layers.happenings import count_events
from layers.selection import areas_of

#: Characters of a note that are kept.
NOTE_LENGTH = 500
#: No sector, no filter: all alerts.
ALL = ViewState()


def alerts(queries: Queries, user: User, state: ViewState = ALL) -> dict[str, Any]:
    """The panel of alerts. They are about all events, whatever the page's filters; listed are those that touch the viewer's sector.
    Raises NotAllowed."""
    _insider(user)
    engine, role = queries.engine, user.role
    known = Known(
        alerting.scans(engine, role=role),
        alerting.alerts(engine, role=role),
        alerting.verdicts(engine, role=role),
        alerting.last_known_day(engine, datetime.now(UTC).date()),
    )
    areas = queries.places.areas
    asked_of = {row.place["area_id"] for row in known.alerts if row.place["area_id"]}
    points = {id: areas[id].representative_point() for id in asked_of if id in areas}
    middles = {id: (round(point.x, 4), round(point.y, 4)) for id, point in points.items()}
    told = answer(known, queries.places.names_everywhere(user.say.code), user.say, middles, _touching(queries, known, user, state))
    return {**told, "whose": queries.sector_words(state, user)}


def _touching(queries: Queries, known: Known, user: User, state: ViewState) -> set[int] | None:
    """Numbers of the alerts with an event in the viewer's sector, or on its stretch of the line; None where none was picked."""
    if not state.sector:  # what happened is not read where nothing is asked of it
        return None
    here = insider(queries, user).reach(state)
    if not here.areas:
        return None
    ids = sorted({id for row in known.alerts for id in row.event_ids})
    only = ("event_id", "province_id", "country_iso3")
    events = reading.events(queries.engine, role=user.role, in_region=None, of_events=ids, only=only)
    own = set(events.loc[areas_of(events).isin(here.areas).to_numpy(), "event_id"])
    return {row.first_alert for row in known.alerts if own & set(row.event_ids) or here.sections & set(row.place["section_ids"] or ())}


def events_of(queries: Queries, picked: str, user: User) -> tuple[pd.DataFrame, str]:
    """The rows of an alert's own events, newest first, whatever the page's filters; and what they are called. None of an alert that the
    store does not have. picked: "alert:17". Raises NotAllowed."""
    _insider(user)
    engine, role, number = queries.engine, user.role, int(picked.partition(":")[2])
    row = next((row for row in alerting.alerts(engine, role=role) if row.alert_id == number), None)
    found = reading.events(engine, role=role, in_region=None, of_events=row.event_ids if row else [])
    found = rows_of.newest_first(found)
    if row is None:
        return found, ""
    return found, events_title(row, found["event_id"].nunique(), queries.places.names_everywhere(user.say.code), user.say)


def rows(queries: Queries, picked: str, user: User) -> Rows:
    """The same as the grid shows them."""
    found, title = events_of(queries, picked, user)
    newest, names = found.head(rows_of.MOST_ROWS), queries.places.names(user.say.code)
    return rows_of.in_grid(newest, len(found), count_events(found), title, user.say, names)


def table(queries: Queries, picked: str, user: User, only: list[str] | None) -> pd.DataFrame:
    """The same for a download; only these reports, in their order, when given."""
    found, _ = events_of(queries, picked, user)
    return found if only is None else rows_of.only_these(found, only)


def file_facts(queries: Queries, picked: str, user: User) -> FileFacts:
    """What a saved file says of them."""
    found, title = events_of(queries, picked, user)
    feeds = tuple(sorted(found["feed"].unique()))
    facts = downloads.file_facts(ViewState(), None, count_events(found), feeds, queries.about(user).is_generated, user.say)
    return replace(facts, filters=title)


def judge(queries: Queries, user: User, who: str, alert_id: int, verdict: str | None, note: str, state: ViewState = ALL) -> dict[str, Any]:
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
    return alerts(queries, user, state)


def _insider(user: User) -> None:
    if not user.is_insider:
        raise NotAllowed(user.say("problem.statistics_insiders"))
