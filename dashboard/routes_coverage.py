"""The addresses of the coverage page: its frame, what it says, its downloads. For every role; each passes the viewer to `queries`."""

import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import orjson
from flask import Flask, Response, abort, request

from dashboard.exports.typeset import to_pdf
from dashboard.pages import coverage as page
from dashboard.queries import Queries, coverage, coverage_bulletin, coverage_effect, coverage_files, coverage_published
from dashboard.user import User, current_user
from geodata.errors import BadFile

HTML, JSON, PLAIN = "text/html; charset=utf-8", "application/json", "text/plain; charset=utf-8"
#: Kinds of files, and what a browser is told of each.
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "xml": "application/xml",
    "csv": "text/csv; charset=utf-8",
    "pdf": "application/pdf",
}


def register_coverage(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/coverage")
    def _coverage() -> Response:
        html = page.page(current_user(), queries, request.cookies.get("panj_theme", "light"))
        return Response(html, content_type=HTML, headers={"Cache-Control": "no-store"})

    questions: dict[str, Callable[[coverage.Asked, User], Any]] = {
        "overview": lambda asked, user: coverage.overview(queries, asked, user, date.today()),
        "gaps": lambda asked, user: coverage.gaps(queries, asked, user, date.today()),
        "reach": lambda asked, user: coverage.reach(queries, asked, user, date.today()),
        "effects": lambda asked, user: coverage_effect.judgeable(queries, asked, user, date.today()),
        "published": lambda asked, user: coverage_published.published(queries, asked, user),
        "areas": lambda asked, user: coverage.areas(queries),
    }

    @server.get("/data/coverage/<what>")
    def _told(what: str) -> Response:
        asked, user = _asked()
        if what == "effect":
            try:
                found = coverage_effect.judge(queries, asked, user, date.today(), request.args.get("thing", ""))
            except BadFile as problem:
                return Response(str(problem), 404, content_type=PLAIN)
            return _packed(found)
        return _packed(questions[what](asked, user)) if what in questions else abort(404)

    @server.get("/download/coverage.<kind>")
    def _download(kind: str) -> Response:
        if kind not in KINDS:
            abort(404)
        asked, user = _asked()
        if kind == "pdf":
            data = to_pdf("coverage", *coverage_bulletin.bulletin(queries, asked, user, date.today()))
        else:
            data = coverage_files.file(queries, asked, user, date.today(), kind, datetime.now(UTC))
        marks = ["panj", *(["GENERATED"] if queries.facts(user).is_generated else []), "coverage", str(asked.year)]
        headers = {"Content-Disposition": f'attachment; filename="{"-".join(marks)}.{kind}"', "Cache-Control": "no-store"}
        return Response(data, content_type=KINDS[kind], headers=headers)


def _asked() -> tuple[coverage.Asked, User]:
    return coverage.Asked.from_query(request.args.to_dict(), date.today()), current_user()


def _packed(told: Any) -> Response:
    data = gzip.compress(orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY), 5)
    return Response(data, mimetype=JSON, headers={"Content-Encoding": "gzip", "Cache-Control": "no-store"})
