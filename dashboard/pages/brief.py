"""The brief's page: what `answers.brief` says, as one sheet of paper with a print button. Its own HTML, no Dash."""

from typing import Any

from flask import Flask, Response, request
from markupsafe import Markup

from dashboard.language import LANGUAGES, NAMES
from dashboard.pages.templates import PAGES, filled
from dashboard.queries import Queries
from dashboard.queries.brief import brief
from dashboard.user import User, current_user
from dashboard.view_state import ViewState

LOOKS = PAGES.parent / "assets" / "brief"
TEXT = "text/plain; charset=utf-8"


def register(server: Flask, queries: Queries) -> None:
    """Wire the address into one server."""

    @server.get("/brief")
    def _brief() -> Response:
        user = current_user()
        if not user.is_insider:
            return Response(user.say("problem.statistics_insiders"), 403, content_type=TEXT)
        state = ViewState.from_query(request.args)
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        page = render(brief(queries, state, user), user, query)
        return Response(page, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})


def render(told: dict[str, Any], user: User, query: str) -> str:
    """The page for one viewer. query: of the view that the brief was asked for, with its question mark."""
    # Only the drawing is markup, and it escapes its own texts.
    shown = {**told, "map": Markup(told["map"])}
    version = int(max(path.stat().st_mtime for path in LOOKS.iterdir()))
    languages = [(code, NAMES[code]) for code in LANGUAGES]
    return filled("brief.html", brief=shown, say=user.say, code=user.say.code, query=query, languages=languages, version=version)
