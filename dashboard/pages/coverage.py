"""The donors' page: what was paid for, where, what it covers, what is missing, on one map. `assets/coverage` works it; no Dash."""

import json
from datetime import date
from typing import Any

from markupsafe import Markup

from dashboard.components.header import MARK
from dashboard.language import LANGUAGES, NAMES, SHORT
from dashboard.maps import style
from dashboard.maps.palette import RAMP, THEMES
from dashboard.opening import plotly_address
from dashboard.pages.templates import PAGES, filled
from dashboard.queries import Queries
from dashboard.queries.coverage import FIRST_YEAR
from dashboard.user import User
from geodata.places.road_rules import load_road_scenarios

ASSETS = PAGES.parent / "assets"
SCRIPTS = (
    "opening/address.js", "core.js", "icons.js", "desk/elements.js",
    "coverage/base.js", "coverage/map.js", "coverage/tables.js", "coverage/paid.js", "coverage/claims.js", "coverage/numbers.js",
    "coverage/others.js", "coverage/page.js",
)  # fmt: skip
STYLES = ("style.css", "style_phone.css", "coverage/coverage.css")
#: What lies in a tab each, in this order; the first is open.
TABS = ("paid", "claims", "gaps", "overlaps", "reach", "effect", "money", "equipment", "training", "time", "members")


def page(user: User, queries: Queries, theme: str) -> str:
    """The frame for one viewer, in their language. theme: light or dark, as the last visit left it."""
    say, code = user.say, user.say.code
    facts: dict[str, Any] = {
        "style": {name: style.build(name, code, queries.ground_addresses()) for name in THEMES},
        "centre": style.CENTRE,
        "window": style.WINDOW,
        "palette": {**THEMES, "ramp": RAMP},
        "coloured": style.coloured_properties(code),
        "scenarios": [[row["scenario_id"], row[f"name_{code}"]] for row in load_road_scenarios().to_dict("records")],
        "insider": user.is_insider,
    }
    version = int(max((ASSETS / name).stat().st_mtime for name in (*SCRIPTS, *STYLES)))
    return filled(
        "coverage.html",
        say=say,
        code=code,
        theme=theme if theme in THEMES else "light",
        mark=Markup(MARK),
        is_insider=user.is_insider,
        is_generated=queries.about(user).is_generated,
        languages=[(other, NAMES[other], SHORT[other]) for other in LANGUAGES],
        words=_script_safe({key: text for key, text in say.words.items() if key.startswith(("js.", "coverage."))}),
        facts=_script_safe(facts),
        tabs=TABS,
        years=(FIRST_YEAR, date.today().year),
        plotly=plotly_address(),
        scripts=[f"/assets/{name}?{version}" for name in SCRIPTS],
        styles=[f"/assets/{name}?{version}" for name in STYLES],
    )


def _script_safe(value: object) -> Markup:
    """JSON inside a script element: a "</script>" in a text must not end it."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))
