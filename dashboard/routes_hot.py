"""Addresses of what stands out: the study area, hot and cold, how sure, and how it went over time."""

import gzip

from flask import Flask, Response, request

from dashboard.queries import Queries
from dashboard.queries import hot as questions
from dashboard.user import User, current_user
from dashboard.view_state import ViewState

BYTES = "application/octet-stream"


def register_hot(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/data/study")
    def _study() -> Response:
        version, data = questions.study(queries, current_user())
        # Large, and the same until something is imported: the browser keeps it and asks whether it still holds.
        answer = Response(headers={"Cache-Control": "private, no-cache", "Vary": "Cookie"}, mimetype=BYTES)
        answer.set_etag(version)
        if answer.make_conditional(request).status_code != 304:
            answer.set_data(gzip.compress(data, 6))
            answer.headers["Content-Encoding"] = "gzip"
        return answer

    @server.get("/data/hot")
    def _hot() -> Response:
        return _packed(questions.hot(queries, *_asked()).packed())

    @server.get("/data/sure")
    def _sure() -> Response:
        return _packed(questions.sure(queries, *_asked()))

    @server.get("/data/emerging")
    def _emerging() -> Response:
        return _packed(questions.emerging(queries, *_asked()).packed())


def _asked() -> tuple[ViewState, User]:
    return ViewState.from_query(request.args.to_dict()), current_user()


def _packed(data: bytes) -> Response:
    return Response(gzip.compress(data, 5), mimetype=BYTES, headers={"Content-Encoding": "gzip", "Cache-Control": "no-store"})
