"""The planning desk: candidates, a question, its proven answer, travel times, closures, on one map. `assets/plan` works it; no Dash."""

import json
from typing import Any

from markupsafe import Markup

from dashboard.components.header import MARK
from dashboard.language import LANGUAGES, NAMES, SHORT
from dashboard.maps import style
from dashboard.maps.palette import RAMP, THEMES
from dashboard.opening import plotly_address
from dashboard.pages.templates import PAGES, filled
from dashboard.queries import Queries
from dashboard.user import User

ASSETS = PAGES.parent / "assets"
SCRIPTS = (
    "opening/address.js", "core.js", "cells.js", "icons.js", "desk/elements.js",
    "plan/base.js", "plan/map.js", "plan/question.js", "plan/places.js", "plan/form.js", "plan/solve.js", "plan/charts.js",
    "plan/result.js", "plan/hours.js", "plan/closing.js", "plan/page.js",
)  # fmt: skip
STYLES = ("style.css", "style_phone.css", "plan/desk.css")
#: Words that the scripts say, by the first part of their key.
WORDS = ("js.", "page.", "plan.", "post_kind.", "country.", "post_status.")


def page(user: User, queries: Queries, theme: str) -> str:
    """The frame for one viewer, in their language. theme: light or dark, as the last visit left it."""
    say, code = user.say, user.say.code
    facts: dict[str, Any] = {
        "style": {name: style.build(name, code, queries.ground_addresses()) for name in THEMES},
        "centre": style.CENTRE,
        "window": style.WINDOW,
        "palette": {**THEMES, "ramp": RAMP},
        "coloured": style.coloured_properties(code),
    }
    version = int(max((ASSETS / name).stat().st_mtime for name in (*SCRIPTS, *STYLES)))
    return filled(
        "plan.html",
        say=say,
        code=code,
        theme=theme if theme in THEMES else "light",
        mark=Markup(MARK),
        is_generated=queries.about(user).is_generated,
        languages=[(other, NAMES[other], SHORT[other]) for other in LANGUAGES],
        words=_script_safe({key: text for key, text in say.words.items() if key.startswith(WORDS)}),
        facts=_script_safe(facts),
        plotly=plotly_address(),
        scripts=[f"/assets/{name}?{version}" for name in SCRIPTS],
        styles=[f"/assets/{name}?{version}" for name in STYLES],
    )


def _script_safe(value: object) -> Markup:
    """JSON inside a script element: a "</script>" in a text must not end it."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))
