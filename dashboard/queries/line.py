"""Questions about the border line: its profile, and when things happen at what is picked."""

from typing import TYPE_CHECKING, Any

from dashboard.answers import profile as profile_of
from dashboard.queries.hot import hot
from dashboard.queries.statistics import asked, insider, once

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User
    from dashboard.view_state import ViewState


def profile(queries: "Queries", state: "ViewState", user: "User") -> dict[str, Any]:
    """Rates of all sections in the chosen period, and everything that the chart says of them."""
    snapshot = insider(queries, user)

    def make() -> dict[str, Any]:
        # The bars have the colours of the map: what stands out is worked out once for both.
        kinds = hot(queries, state, user).found.sections.kind
        return profile_of.answer(snapshot.material(asked(state)), snapshot.places, user.say, kinds)

    return once(snapshot, "profile", state, user.say.code, make)
