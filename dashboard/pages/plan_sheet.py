"""Plans as sheets of paper: one that was made, with its map, or two side by side. Own HTML, no Dash; it prints."""

from urllib.parse import urlencode

from markupsafe import Markup

from dashboard.answers import plan_compare, plan_sheet
from dashboard.language import LANGUAGES, NAMES
from dashboard.maps.plan_map import GROUND, drawn_map
from dashboard.pages.templates import PAGES, filled
from dashboard.queries import Queries, plans
from dashboard.user import User

LOOKS = PAGES.parent / "assets" / "plan"


def page(queries: Queries, user: User, name: str, beside: str) -> str:
    """name: of the plan, none: the newest. beside: of a second one. Raises NotAllowed, BadFile."""
    say, known = user.say, plans.names(queries, user)
    name = name or (known[0] if known else "")
    told = {one: plans.plan(queries, user, one) for one in dict.fromkeys((name, beside)) if one}
    ground = queries.ground_shapes(GROUND)
    sheets = [
        {**plan_sheet.sheet(plan, one, say), "map": Markup(drawn_map(plan, points, ground, say.code, say("js.profile_km_unit")))}
        for one, (plan, points) in told.items()
    ]
    two = list(told.items())
    query = f"?{urlencode({key: value for key, value in (('name', name), ('beside', beside)) if value})}" if name else ""
    return filled(
        "plan_sheet.html", say=say, code=say.code, known=known, name=name, beside=beside, sheets=sheets, query=query,
        differs=plan_compare.beside(two[0], two[1], say) if len(two) == 2 else None,
        languages=[(other, NAMES[other]) for other in LANGUAGES],
        version=int(max(path.stat().st_mtime for path in LOOKS.iterdir())),
    )  # fmt: skip
