"""Questions of the statistics. They are made from single events, so only insiders may ask; everybody else gets a sentence."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.answers.kept import kept
from dashboard.queries import Queries
from dashboard.user import User
from dashboard.view_state import ViewState
from geodata.errors import NotAllowed

if TYPE_CHECKING:
    from dashboard.snapshot import Snapshot


def insider(queries: Queries, user: User) -> "Snapshot":
    """The newest version as this viewer may see it; a sentence for outsiders, who are told nothing of single places."""
    if not user.is_insider:
        raise NotAllowed(user.say("problem.statistics_insiders"))
    return queries.snapshot(user)  # type: ignore[return-value]


def asked(state: ViewState) -> ViewState:
    """What a statistic depends on: filters, period and measure, and not what is shown or picked."""
    shown = ViewState()
    return replace(state, heatmap=shown.heatmap, bandwidth_km=shown.bandwidth_km, layers=shown.layers, picked="", sector="")


def counted(snapshot: "Snapshot", state: ViewState) -> ViewState:
    """As `asked`, with the viewer's sector where numbers are told for one."""
    return replace(asked(state), sector=state.sector if snapshot.reach(state).areas else "")


def once_counted(snapshot: "Snapshot", name: str, state: ViewState, code: str, make: Callable[[], Any]) -> Any:
    """As `once`, for answers that tell the numbers of the viewer's sector."""
    return kept(snapshot).of(name, (counted(snapshot, state), code), make)


def once(snapshot: "Snapshot", name: str, state: ViewState, code: str, make: Callable[[], Any]) -> Any:
    """The answer `name` to a view in a language, worked out once per version of the store."""
    return kept(snapshot).of(name, (asked(state), code), make)
