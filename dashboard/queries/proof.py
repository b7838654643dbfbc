"""How good the hotspots of a view have been."""

from typing import TYPE_CHECKING, Any

from dashboard.answers import proof as proof_of
from dashboard.answers.kept import kept
from dashboard.queries.statistics import asked, insider, once
from layers.neighbourhoods import of_cells

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User
    from dashboard.view_state import ViewState


def proof(queries: "Queries", state: "ViewState", user: "User") -> dict[str, Any]:
    """The back-test of the hotspots up to the end of the chosen period, and the Knox table."""
    snapshot = insider(queries, user)

    def numbers() -> proof_of.Numbers:
        material = snapshot.material(asked(state))
        # The study area is the same for all views of a version.
        neighbours = kept(snapshot).of("neighbours", (), lambda: of_cells(material.cells))
        return proof_of.numbers(material, neighbours)

    def make() -> dict[str, Any]:
        return proof_of.answer(snapshot.material(asked(state)), once(snapshot, "proof numbers", state, "", numbers), user.say)

    # A back-test needs the surroundings: it is of the whole, and that is said to who picked a sector.
    whose = user.say("sector.proof_whole") if queries.sector_words(state, user) else ""
    return {**once(snapshot, "proof", state, user.say.code, make), "whose": whose}
