"""Addresses of the alerts: /data/alerts, and the verdict on one of them. Only insiders are answered, only our own page may judge."""

from typing import Any
from urllib.parse import unquote

import orjson
from flask import Flask, Response, abort, request

from dashboard.queries import Queries
from dashboard.queries import alerts as asked
from dashboard.same_origin import require_own_page
from dashboard.user import current_user
from dashboard.view_state import ViewState

MOST_BYTES = 16_384


def register_alerts(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/data/alerts")
    def _alerts() -> Response:
        return _json(asked.alerts(queries, current_user(), _state()))

    @server.post("/data/alerts/<int:alert_id>/verdict")
    def _verdict(alert_id: int) -> Response:
        user = current_user()
        require_own_page(user)
        if (request.content_length or 0) > MOST_BYTES:
            abort(413)
        sent = request.get_json(silent=True)
        if not isinstance(sent, dict) or not isinstance(sent.get("verdict", ""), str | None):
            abort(400)
        # Initials as the viewer typed them, as on the Data page.
        who = unquote(request.headers.get("X-Panj-Who", ""))[:12].strip()
        verdict: str | None = sent.get("verdict", "")
        return _json(asked.judge(queries, user, who, alert_id, verdict, str(sent.get("note") or ""), _state()))


def _state() -> ViewState:
    return ViewState.from_query(request.args.to_dict())


def _json(told: Any) -> Response:
    return Response(orjson.dumps(told), mimetype="application/json", headers={"Cache-Control": "no-store"})
