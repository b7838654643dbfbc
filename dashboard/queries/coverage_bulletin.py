"""The coverage bulletin's question: what the page shows to the same viewer, with its two maps."""

from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.answers.coverage_bulletin import bulletin as sheet
from dashboard.answers.coverage_files import Facts
from dashboard.maps.coverage_maps import GROUND, maps
from dashboard.queries.coverage import Asked, areas, gaps, overview, reach

if TYPE_CHECKING:
    from dashboard.queries import Queries
    from dashboard.user import User


def bulletin(queries: "Queries", asked: Asked, user: "User", today: date) -> tuple[dict[str, Any], dict[str, str]]:
    """Ready texts and the maps (SVG by name), for every role: each is told what its page tells it."""
    told, needed = overview(queries, asked, user, today), gaps(queries, asked, user, today)
    facts = Facts(asked, told["as_of"], today, queries.facts(user).is_generated)
    lines = {row["section_id"]: list(row["geometry"].coords) for row in queries.places.sections.to_dict("records")}
    drawn = maps(
        told["things"], needed, lines, areas(queries), queries.ground_shapes(GROUND), user.say.code, user.say("js.profile_km_unit")
    )
    return sheet(told, needed, reach(queries, asked, user, today), facts, user.say), drawn
