"""Addresses of the border line: /data/profile and /data/rhythm. Only insiders are answered."""

import orjson
from flask import Flask, Response, request

from dashboard.queries import Queries, line
from dashboard.user import current_user
from dashboard.view_state import ViewState


def register_line(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/data/profile")
    def _profile() -> Response:
        return _json(line.profile(queries, _state(), current_user()))

    @server.get("/data/rhythm")
    def _rhythm() -> Response:
        return _json(line.rhythm(queries, _state(), current_user()))


def _state() -> ViewState:
    return ViewState.from_query(request.args.to_dict())


def _json(told: object) -> Response:
    return Response(orjson.dumps(told), mimetype="application/json", headers={"Cache-Control": "no-store"})
