"""What changed, who fell silent, what is still arriving: asked by their tabs and by the brief, worked out once for a version and a view."""

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from dashboard.answers import changes as changes_of
from dashboard.answers import nowcast as nowcast_of
from dashboard.answers import silent as silent_of
from dashboard.answers.kept import kept
from dashboard.answers.viewed import Viewed, viewed
from dashboard.answers.whole import Whole, of_columns, of_table, reports_of
from dashboard.queries import Queries
from dashboard.queries.statistics import asked, counted, insider, once_counted
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.store.arrivals import arrivals
from layers.selection import reporters_only, without_period
from layers.watch import Watch, build_watch

if TYPE_CHECKING:
    from dashboard.snapshot import Snapshot


def changes(queries: Queries, state: ViewState, user: User) -> dict[str, Any]:
    """This period against others, and what is new in it."""
    snapshot, say = insider(queries, user), user.say
    named = snapshot.reach(state).named

    def make() -> dict[str, Any]:
        return changes_of.answer(_viewed(snapshot, state), _viewed(snapshot, asked(state)), queries.places, say, state.drugs, named)

    return {**once_counted(snapshot, "changes", state, say.code, make), "whose": queries.sector_words(state, user)}


def silent(queries: Queries, state: ViewState, user: User) -> dict[str, Any]:
    """Sources, posts and sections that fell silent."""
    snapshot, say = insider(queries, user), user.say
    here = snapshot.reach(state)
    named = here.sections | here.posts if here.areas else None

    def make() -> dict[str, Any]:
        return silent_of.answer(_viewed(snapshot, state), _viewed(snapshot, asked(state)), queries.places, say, named)

    return {**once_counted(snapshot, "silent", state, say.code, make), "whose": queries.sector_words(state, user)}


def nowcast(queries: Queries, state: ViewState, user: User) -> dict[str, Any]:
    """Months whose reports are still arriving."""
    snapshot, say = insider(queries, user), user.say

    def make() -> dict[str, Any]:
        came = kept(snapshot).of("arrivals", None, lambda: nowcast_of.Came(*arrivals(queries.engine, role=user.role)))
        return nowcast_of.answer(_viewed(snapshot, state), came, say)

    return once_counted(snapshot, "nowcast", state, say.code, make)


def _viewed(snapshot: "Snapshot", state: ViewState) -> Viewed:
    """The events of a view, or of the viewer's sector, with their sources; kept, as three tabs and the brief ask for them."""
    state = counted(snapshot, state)

    def make() -> Viewed:
        whole = kept(snapshot).of("whole", None, lambda: _whole(snapshot))
        material = snapshot.material(state)
        asks = (state.countries, state.agencies, state.sector, date.today())
        watch = kept(snapshot).of("watch", asks, lambda: _watch(snapshot, state, material.months))
        return viewed(material, watch, whole, _rows(snapshot, state))

    return once_counted(snapshot, "viewed", state, "", make)


def _whole(snapshot: "Snapshot") -> Whole:
    columns = getattr(snapshot, "rows_of", None)
    return of_columns(columns) if columns is not None else of_table(snapshot.events, snapshot.places, snapshot.near_posts)


def _watch(snapshot: "Snapshot", state: ViewState, months: list[str]) -> Watch:
    """Of a sector, those are watched who ever recorded in it."""
    key, columns = snapshot._key(state), getattr(snapshot, "rows_of", None)
    if columns is None:
        reports, gaps = snapshot.told_by(key)
    else:
        reported, areas = columns.reported(reporters_only(without_period(snapshot.selection(state)))), snapshot.reach(state).areas
        if areas:
            reported = reported._replace(by_source=reported.by_source & columns.sources_in(areas)[:, None])
        reports = reports_of(columns, reported)
        sources = set(zip(reports["feed"], reports["country_iso3"], strict=True))
        gaps = [gap for gap in snapshot._gaps_of(key) if not areas or (gap["feed"], gap["country_iso3"]) in sources]
    return build_watch(reports, gaps, months, date.today().isoformat())


def _rows(snapshot: "Snapshot", state: ViewState) -> NDArray[np.int64]:
    """Rows of the version that pass every filter but the period."""
    columns = getattr(snapshot, "rows_of", None)
    if columns is not None:
        return np.asarray(columns.passing(without_period(snapshot.selection(state))), np.int64)
    return np.asarray(snapshot.events.index.get_indexer(snapshot._filtered(snapshot._key(state))[0].index), np.int64)
