"""The addresses of the compare page: its frame, and what the two maps say."""

import orjson
from flask import Flask, Response, request

from dashboard.compared import Compared
from dashboard.pages import compare as page
from dashboard.queries import Queries
from dashboard.queries.compare import compare
from dashboard.user import current_user

PLAIN = "text/plain; charset=utf-8"


def register_compare(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/compare")
    def _compare() -> Response:
        user = current_user()
        if not user.is_insider:
            return Response(user.say("problem.statistics_insiders"), 403, content_type=PLAIN)
        html = page.page(user, queries, request.cookies.get("panj_theme", "light"))
        return Response(html, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})

    @server.get("/data/compare")
    def _compared() -> Response:
        told = compare(queries, Compared.from_query(request.args.to_dict()), current_user())
        return Response(orjson.dumps(told), mimetype="application/json", headers={"Cache-Control": "no-store"})
