"""Questions about the border line: its profile, and when things happen at what is picked."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.answers import profile as profile_of
from dashboard.answers import rhythm as rhythm_of
from dashboard.queries.hot import hot
from dashboard.queries.statistics import asked, insider, once, once_counted

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
        named = snapshot.reach(state).named
        words = queries.sector_words(state, user)
        return profile_of.answer(snapshot.material(asked(state)), snapshot.places, user.say, kinds, named, words)

    return once_counted(snapshot, "profile", state, user.say.code, make)


def rhythm(queries: "Queries", state: "ViewState", user: "User") -> dict[str, Any]:
    """Hours and seasons of what is picked in the view."""
    snapshot = insider(queries, user)
    picked = state.picked
    if picked.partition(":")[0] not in ("section", "post", "corridor", "cell", "place"):
        return {"title": "", "n": 0, "hidden": user.say("rhythm.nothing_picked"), "hours": None, "months": None, "caveats": []}

    def make() -> dict[str, Any]:
        # When things happen over the whole view depends on the filters alone: kept apart, it serves every picked thing.
        filters = replace(asked(state), first="", last="", measure="n")
        everywhere = once(snapshot, "times", filters, "", lambda: snapshot.times_of("", state))
        kind, _, id = picked.partition(":")
        title = snapshot.places.title(kind, id, user.say)
        return rhythm_of.answer(snapshot.material(asked(state)), snapshot.times_of(picked, state), everywhere, title, user.say)

    return once(snapshot, f"rhythm {picked}", state, user.say.code, make)
