"""The address of the back-test and the Knox table; asked only when their panel opens."""

import orjson
from flask import Flask, Response, request

from dashboard.queries import Queries
from dashboard.queries.proof import proof
from dashboard.user import current_user
from dashboard.view_state import ViewState


def register_proof(server: Flask, queries: Queries) -> None:
    """Wire the address into one server."""

    @server.get("/data/proof")
    def _proof() -> Response:
        told = proof(queries, ViewState.from_query(request.args.to_dict()), current_user())
        return Response(orjson.dumps(told), mimetype="application/json", headers={"Cache-Control": "no-store"})
