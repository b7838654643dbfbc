"""The addresses of the changes, the silences and the nowcast; asked only when their panel opens."""

from collections.abc import Callable
from typing import Any

import orjson
from flask import Flask, Response, request

from dashboard.queries import Queries
from dashboard.queries.changes import changes, nowcast, silent
from dashboard.user import User, current_user
from dashboard.view_state import ViewState


def register_changes(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    def told(question: Callable[[Queries, ViewState, User], dict[str, Any]]) -> Response:
        answer = question(queries, ViewState.from_query(request.args.to_dict()), current_user())
        return Response(orjson.dumps(answer), mimetype="application/json", headers={"Cache-Control": "no-store"})

    @server.get("/data/changes")
    def _changes() -> Response:
        return told(changes)

    @server.get("/data/silent")
    def _silent() -> Response:
        return told(silent)

    @server.get("/data/nowcast")
    def _nowcast() -> Response:
        return told(nowcast)
