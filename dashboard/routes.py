"""Addresses that are not pages: the ground, the data of the map, the downloads. Each passes the viewer to `queries`."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask import Flask, Response, abort, request

from dashboard.queries import Queries
from dashboard.user import User, current_user
from dashboard.view_state import ViewState
from geodata.errors import NotAllowed, PanjError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What has its version in its address may be kept for a year.
KEEP = "private, max-age=31536000, immutable"


def register(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.errorhandler(PanjError)
    def _say(problem: PanjError) -> tuple[str, int, dict[str, str]]:
        return str(problem), 403 if isinstance(problem, NotAllowed) else 503, {"Content-Type": "text/plain; charset=utf-8"}

    @server.get("/data/ground/<name>.json")
    def _ground(name: str) -> Response:
        path = queries.ground.get(name)
        return _packed(_compressed(path), "application/geo+json", KEEP) if path else abort(404)

    @server.get("/data/things/<name>.json")
    def _things(name: str) -> Response:
        if name not in ("posts", "corridors"):
            abort(404)
        data = orjson.dumps(queries.things(name))
        return _packed(gzip.compress(data, 6), "application/geo+json", KEEP)

    @server.get("/data/view")
    def _view() -> Response:
        return _packed(gzip.compress(queries.view(*_asked()), 5), "application/octet-stream")

    @server.get("/data/surface")
    def _surface() -> Response:
        return _packed(gzip.compress(queries.surface(*_asked()), 5), "application/octet-stream")

    @server.get("/download/map.html")
    def _map() -> Response:
        from dashboard.exports import offline_map

        state, user = _asked()
        return _file(
            offline_map.to_html(queries.offline_view(state, user), user.say), "text/html; charset=utf-8", "map", "html", queries, user
        )

    @server.route("/download/events.<kind>", methods=["GET", "POST"])
    def _events(kind: str) -> Response:
        from dashboard.exports import spreadsheet

        state, user = _asked()
        only = request.get_json(silent=True) if request.method == "POST" else None
        if only is not None and not (isinstance(only, list) and all(isinstance(row, str) for row in only)):
            abort(400)
        table, facts = queries.table(state, user, only), queries.file_facts(state, user)
        if kind == "csv":
            return _file(spreadsheet.to_csv(table, user.say, facts), "text/csv; charset=utf-8", "events", "csv", queries, user)
        if kind == "xlsx":
            return _file(spreadsheet.to_xlsx(table, user.say, facts), XLSX, "events", "xlsx", queries, user)
        abort(404)


def _asked() -> tuple[ViewState, User]:
    return ViewState.from_query(request.args.to_dict()), current_user()


def _packed(data: bytes, mimetype: str, keep: str = "no-store") -> Response:
    return Response(data, mimetype=mimetype, headers={"Content-Encoding": "gzip", "Cache-Control": keep})


_packed_files: dict[tuple[str, int], bytes] = {}


def _compressed(path: Path) -> bytes:
    key = (str(path), path.stat().st_mtime_ns)
    if key not in _packed_files:
        _packed_files[key] = gzip.compress(path.read_bytes(), 6)
    return _packed_files[key]


def _file(data: bytes, mimetype: str, what: str, ending: str, queries: Queries, user: User) -> Response:
    """A download. Generated data says so in the very name of its file."""
    marks = ["panj", *(["GENERATED"] if queries.facts(user).is_generated else []), what, f"{datetime.now(UTC):%Y-%m-%d}"]
    name = "-".join(marks) + "." + ending
    return Response(data, mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})
