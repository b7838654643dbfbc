"""The bulletin's page: a period and a state of the store are chosen, its tables are read on the screen, and it goes out as a PDF."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, request
from markupsafe import Markup

from dashboard.exports.typeset import to_pdf
from dashboard.language import LANGUAGES, NAMES
from dashboard.pages.templates import PAGES, filled
from dashboard.queries import Queries
from dashboard.queries import bulletin as asking
from dashboard.user import current_user
from geodata.errors import BadFile

LOOKS = PAGES.parent / "assets" / "bulletin"
HTML = "text/html; charset=utf-8"


def register(server: Flask, queries: Queries) -> None:
    """Wire the two addresses into one server."""

    @server.get("/bulletin")
    def _bulletin() -> Response:
        user = current_user()
        first, last, run = _asked(queries)
        told: dict[str, Any] | None = None
        problem = ""
        drawn: dict[str, str] = {}
        known = asking.runs(queries, user)
        if known and first:
            try:
                told, drawn = asking.bulletin(queries, user, first, last, run)
            except BadFile as error:
                problem = str(error)
        query = urlencode({"from": first, "to": last, **({"run": run} if run else {})})
        html = filled(
            "bulletin.html", say=user.say, code=user.say.code, told=told, problem=problem, first=first, last=last, run=run, runs=known,
            maps={name: Markup(svg) for name, svg in drawn.items()}, query=query, spans=_spans(queries),
            languages=[(code, NAMES[code]) for code in LANGUAGES],
            version=int(max(path.stat().st_mtime for path in LOOKS.iterdir())),
        )  # fmt: skip
        return Response(html, 400 if problem else 200, content_type=HTML, headers={"Cache-Control": "no-store"})

    @server.get("/download/bulletin.pdf")
    def _bulletin_pdf() -> Response:
        user = current_user()
        first, last, run = _asked(queries)
        told, drawn = asking.bulletin(queries, user, first, last, run)
        name = f"panj-bulletin-{first}-{last}-{user.say.code}.pdf"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(to_pdf("bulletin", told, drawn), mimetype="application/pdf", headers=headers)


def _asked(queries: Queries) -> tuple[str, str, str]:
    """First and last day, and the run; the last week with anything recorded where nothing is asked."""
    first, last = request.args.get("from", ""), request.args.get("to", "")
    if not first and not last:
        first, last = next(iter(_spans(queries).values()), ("", ""))
    return first, last, request.args.get("run", "")


def _spans(queries: Queries) -> dict[str, tuple[str, str]]:
    """Week (Monday to Sunday), month, quarter and year that end the record, by the key of their word."""
    known = asking.last_day(queries, current_user())
    if not known:
        return {}
    end = date.fromisoformat(known)
    monday = end - timedelta(days=end.weekday())
    quarter = date(end.year, (end.month - 1) // 3 * 3 + 1, 1)
    spans = {
        "week": (monday, monday + timedelta(days=6)),
        "month": (end.replace(day=1), _month_end(end)),
        "quarter": (quarter, _month_end(quarter + timedelta(days=70))),
        "year": (date(end.year, 1, 1), date(end.year, 12, 31)),
    }
    return {key: (first.isoformat(), last.isoformat()) for key, (first, last) in spans.items()}


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
