"""Plans as sheets of paper: one that was made, with its map, or two side by side. Own HTML, no Dash; it prints."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from dashboard.answers import plan_sheet
from dashboard.language import LANGUAGES, NAMES
from dashboard.maps import printed
from dashboard.maps.palette import RAMP
from dashboard.pages.templates import PAGES, filled
from dashboard.queries import Queries, plans
from dashboard.user import User
from layers.cells import rings

LOOKS = PAGES.parent / "assets" / "plan"
GROUND = ("land", "provinces", "line", "places", "countries")
#: West, south, east, north: Tajikistan with its borders.
WINDOW = (67.2, 36.5, 75.3, 41.1)
WIDTH, HEIGHT = 1880, 1300


def page(queries: Queries, user: User, name: str, beside: str) -> str:
    """name: of the plan, none: the newest. beside: of a second one. Raises NotAllowed, BadFile."""
    say, known = user.say, plans.names(queries, user)
    name = name or (known[0] if known else "")
    told = {one: plans.plan(queries, user, one) for one in dict.fromkeys((name, beside)) if one}
    ground = queries.ground_shapes(GROUND)
    sheets = [
        {**plan_sheet.sheet(plan, one, say), "map": Markup(drawn_map(plan, points, ground, user))} for one, (plan, points) in told.items()
    ]
    two = [(one, plan) for one, (plan, _) in told.items()]
    query = f"?{urlencode({key: value for key, value in (('name', name), ('beside', beside)) if value})}" if name else ""
    return filled(
        "plan_sheet.html", say=say, code=say.code, known=known, name=name, beside=beside, sheets=sheets, query=query,
        differs=plan_sheet.against(two[0], two[1], say) if len(two) == 2 else [],
        languages=[(other, NAMES[other]) for other in LANGUAGES],
        version=int(max(path.stat().st_mtime for path in LOOKS.iterdir())),
    )  # fmt: skip


def drawn_map(plan: Mapping[str, Any], points: Mapping[str, Any], ground: Mapping[str, Any], user: User) -> str:
    """Demand by cell, offices that stand as dots, new ones by their number."""
    demand = [one["properties"] for one in points["features"]]
    cells = sorted(
        (one["points"], one["id"]) for one in demand if one.get("kind") == "cell" and one["role"] == "demand" and one["points"] > 0
    )
    colours = RAMP["light"]
    shaded = [
        (ring, printed.Look(colours[rank * len(colours) // len(cells)], 0.85))
        for rank, ring in enumerate(rings(int(id, 16) for _, id in cells))
    ]
    sites = plan["sites"]
    picture = printed.Picture(
        cells=shaded,
        posts=[(sites[id]["lon"], sites[id]["lat"], True) for id in plan["existing"]],
        numbers=[(sites[id]["lon"], sites[id]["lat"], str(number)) for number, id in enumerate(plan["recorded"]["new"], 1)],
    )
    return printed.draw(ground, picture, WINDOW, user.say.code, user.say("js.profile_km_unit"), WIDTH, HEIGHT)
