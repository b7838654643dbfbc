"""What changed, who fell silent, what is still arriving: asked by their tabs and by the brief, worked out once for a version and a view."""

from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.answers import changes as changes_of
from dashboard.answers import nowcast as nowcast_of
from dashboard.answers import silent as silent_of
from dashboard.answers.kept import kept
from dashboard.answers.viewed import Viewed, viewed
from dashboard.queries import Queries
from dashboard.queries.statistics import asked, insider, once
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.store.arrivals import arrivals

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
        came = kept(snapshot).of("arrivals", None, lambda: arrivals(queries.engine, role=user.role))
        return nowcast_of.answer(_viewed(snapshot, state), came, say)

    return once(snapshot, "nowcast", state, say.code, make)


def _viewed(snapshot: "Snapshot", state: ViewState) -> Viewed:
    return once(snapshot, "viewed", state, "", lambda: _rows(snapshot, asked(state)))


def _rows(snapshot: "Snapshot", state: ViewState) -> Viewed:
    """The one place where the comparisons read rows."""
    key = snapshot._key(state)
    selected, reports = snapshot._filtered(key)
    return viewed(
        snapshot.material(state), selected, reports, snapshot._gaps_of(key), snapshot.places.posts, snapshot.near_posts,
        date.today().isoformat(),
    )  # fmt: skip
