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
from dashboard.queries.statistics import asked, insider, once
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
    return once(snapshot, "changes", state, say.code, lambda: changes_of.answer(_viewed(snapshot, state), queries.places, say, state.drugs))


def silent(queries: Queries, state: ViewState, user: User) -> dict[str, Any]:
    """Sources, posts and sections that fell silent."""
    snapshot, say = insider(queries, user), user.say
    return once(snapshot, "silent", state, say.code, lambda: silent_of.answer(_viewed(snapshot, state), queries.places, say))


def nowcast(queries: Queries, state: ViewState, user: User) -> dict[str, Any]:
    """Months whose reports are still arriving."""
    snapshot, say = insider(queries, user), user.say

    def make() -> dict[str, Any]:
        came = kept(snapshot).of("arrivals", None, lambda: nowcast_of.Came(*arrivals(queries.engine, role=user.role)))
        return nowcast_of.answer(_viewed(snapshot, state), came, say)

    return once(snapshot, "nowcast", state, say.code, make)


def _viewed(snapshot: "Snapshot", state: ViewState) -> Viewed:
    """The events of a view with their sources; kept, as three tabs and the brief ask for them."""

    def make() -> Viewed:
        whole = kept(snapshot).of("whole", None, lambda: _whole(snapshot))
        material = snapshot.material(asked(state))
        asks = (state.countries, state.agencies, date.today())
        watch = kept(snapshot).of("watch", asks, lambda: _watch(snapshot, state, material.months))
        return viewed(material, watch, whole, _rows(snapshot, state))

    return once(snapshot, "viewed", state, "", make)


def _whole(snapshot: "Snapshot") -> Whole:
    columns = getattr(snapshot, "rows_of", None)
    return of_columns(columns) if columns is not None else of_table(snapshot.events, snapshot.places, snapshot.near_posts)


def _watch(snapshot: "Snapshot", state: ViewState, months: list[str]) -> Watch:
    key, columns = snapshot._key(state), getattr(snapshot, "rows_of", None)
    if columns is None:
        reports = snapshot._filtered(key)[1]
    else:
        reports = reports_of(columns, columns.reported(reporters_only(without_period(snapshot.selection(state)))))
    return build_watch(reports, snapshot._gaps_of(key), months, date.today().isoformat())


def _rows(snapshot: "Snapshot", state: ViewState) -> NDArray[np.int64]:
    """Rows of the version that pass every filter but the period."""
    columns = getattr(snapshot, "rows_of", None)
    if columns is not None:
        return np.asarray(columns.passing(without_period(snapshot.selection(state))), np.int64)
    return np.asarray(snapshot.events.index.get_indexer(snapshot._filtered(snapshot._key(state))[0].index), np.int64)
