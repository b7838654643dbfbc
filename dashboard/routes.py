"""Addresses that are not pages: the ground, the data of the map, the downloads. Each passes the viewer to `queries`."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask import Flask, Response, abort, request

from dashboard.maps.gzipped import LARGE, gzipped
from dashboard.nearby import is_nearby
from dashboard.queries import Queries
from dashboard.user import User, current_user
from dashboard.view_state import ViewState
from geodata.errors import NotAllowed, PanjError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PLAIN = "text/plain; charset=utf-8"
#: What has its version in its address may be kept for a year.
KEEP = "private, max-age=31536000, immutable"


def register(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.errorhandler(PanjError)
    def _say(problem: PanjError) -> tuple[str, int, dict[str, str]]:
        return str(problem), 403 if isinstance(problem, NotAllowed) else 503, {"Content-Type": PLAIN}

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
        data = queries.view(*_asked())
        if len(data) >= LARGE and is_nearby():
            return Response(data, mimetype="application/octet-stream", headers={"Cache-Control": "no-store"})
        return _packed(gzipped(data), "application/octet-stream")

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
        from dashboard.answers import downloads
        from dashboard.exports import spreadsheet

        state, user = _asked()
        if kind not in ("csv", "xlsx"):
            abort(404)
        only = request.get_json(silent=True) if request.method == "POST" else None
        if request.method == "POST" and not (isinstance(only, list) and all(isinstance(row, str) for row in only)):
            return Response(user.say("export.bad_rows"), status=400, content_type=PLAIN)
        table, facts = queries.table(state, user, only), queries.file_facts(state, user)
        if kind == "csv":
            return _file(spreadsheet.to_csv(table, user.say, facts), "text/csv; charset=utf-8", "events", "csv", queries, user)
        names = downloads.names_of(queries.places, queries.settings.cache, user.say.code)
        return _file(spreadsheet.to_xlsx(table, user.say, facts, names), XLSX, "events", "xlsx", queries, user)


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


def _file(data: bytes, content_type: str, what: str, ending: str, queries: Queries, user: User) -> Response:
    """A download. Generated data says so in the very name of its file."""
    marks = ["panj", *(["GENERATED"] if queries.facts(user).is_generated else []), what, f"{datetime.now(UTC):%Y-%m-%d}"]
    name = "-".join(marks) + "." + ending
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, content_type=content_type, headers=headers)
