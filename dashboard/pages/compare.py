"""The compare page: two linked maps side by side, one scale. Its own HTML and scripts, no Dash; `assets/compare` draws and works it."""

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
    "opening/address.js", "core.js", "cells.js",
    "compare/maps.js", "compare/controls.js", "compare/lists.js", "compare/mirror.js", "compare/page.js",
)  # fmt: skip
STYLES = ("style.css", "style_phone.css", "compare/compare.css")
#: So many drugs stand as pills, the most frequent first; all of them stand in the list behind.
PILLS = 4


def page(user: User, queries: Queries, theme: str) -> str:
    """The frame for one viewer, in their language. theme: light or dark, as the last visit left it."""
    say, code = user.say, user.say.code
    drugs = [(one["value"], one["label"]) for one in queries.options(user)["drugs"]]
    facts: dict[str, Any] = {
        "style": {name: style.build(name, code, queries.ground_addresses()) for name in THEMES},
        "centre": style.CENTRE,
        "zoom": style.ZOOM,
        "window": style.WINDOW,
        "palette": {**THEMES, "ramp": RAMP},
        "coloured": style.coloured_properties(code),
        "drugs": drugs,
        "options": {key: {one["value"]: one["label"] for one in queries.options(user)[name]} for key, name in _FILTERS.items()},
        "sectors": {sector.id: {"name": sector.name, "box": sector.box or None} for sector in queries.sectors(user)},
        "all_drugs": say("compare.all_drugs"),
    }
    version = int(max((ASSETS / name).stat().st_mtime for name in (*SCRIPTS, *STYLES)))
    return filled(
        "compare.html",
        say=say,
        code=code,
        theme=theme if theme in THEMES else "light",
        mark=Markup(MARK),
        is_generated=queries.about(user).is_generated,
        languages=[(other, NAMES[other], SHORT[other]) for other in LANGUAGES],
        pills=drugs[:PILLS],
        drugs=drugs,
        words=_script_safe({key: text for key, text in say.words.items() if key.startswith("js.")}),
        facts=_script_safe(facts),
        plotly=plotly_address(),
        scripts=[f"/assets/{name}?{version}" for name in SCRIPTS],
        styles=[f"/assets/{name}?{version}" for name in STYLES],
    )


#: Filters that the command page hands on and this page only shows, by their key in the address.
_FILTERS = {
    "k": "kinds", "c": "countries", "a": "agencies", "t": "transports", "r": "reliabilities", "i": "accuracies",
}  # fmt: skip


def _script_safe(value: object) -> Markup:
    """JSON inside a script element: a "</script>" in a text must not end it."""
    return Markup(json.dumps(value, ensure_ascii=False).replace("<", "\\u003c"))
