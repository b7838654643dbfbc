"""Downloads of a kept plan: the dossier, tables, map layers, the question, the whole record. Insiders only."""

from collections.abc import Callable
from urllib.parse import quote

from flask import Flask, Response, abort, request

from dashboard.answers.plan_dossier import dossier
from dashboard.maps.plan_map import GROUND, drawn_map, shades
from dashboard.queries import Queries, plans
from dashboard.routes import XLSX
from dashboard.user import User, current_user
from geodata.plans import ANSWER, FOLDER, MAP

TYPES = {
    "pdf": "application/pdf", "xlsx": XLSX, "gpkg": "application/geopackage+sqlite3", "geojson": "application/geo+json",
    "toml": "application/toml; charset=utf-8", "json": "application/json",
}  # fmt: skip


def register_plan_files(server: Flask, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/download/plan.<ending>")
    def _plan_file(ending: str) -> Response:
        user, name = current_user(), request.args.get("name", "")
        plans.require_planner(user)
        if ending not in TYPES:
            abort(404)
        told, _ = plans.plan(queries, user, name)
        marks = ["panj", *(["GENERATED"] if told["is_demonstration"] else []), name]
        file = f"{'-'.join(marks)}{ANSWER if ending == 'json' else f'.{ending}'}"
        # An old browser takes the plain name; every other one the name as it is, in any alphabet.
        plain = file.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_")
        headers = {"Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file)}", "Cache-Control": "no-store"}
        return Response(_content(queries, user, name, ending), content_type=TYPES[ending], headers=headers)


def _content(queries: Queries, user: User, name: str, ending: str) -> bytes:
    told, points = plans.plan(queries, user, name)
    folder = queries.settings.data / FOLDER
    as_it_is: dict[str, Callable[[], bytes]] = {
        "json": lambda: (folder / f"{name}{ANSWER}").read_bytes(),
        "geojson": lambda: (folder / f"{name}{MAP}").read_bytes(),
        "pdf": lambda: dossier_pdf(queries, user, name),
    }
    if ending in as_it_is:
        return as_it_is[ending]()
    from dashboard.exports import plan_files

    if ending == "gpkg":
        return plan_files.to_gpkg(told, points)
    return plan_files.to_toml(told, name) if ending == "toml" else plan_files.to_xlsx(told, name, user.say)


def dossier_pdf(queries: Queries, user: User, name: str) -> bytes:
    """The dossier in the viewer's language, maps included."""
    from dashboard.exports.typeset import to_pdf

    told, points = plans.plan(queries, user, name)
    ground, say = queries.ground_shapes(GROUND), user.say
    shown = ("recorded", *(("corrected",) if told["flips"] else ()))
    return to_pdf(
        "dossier",
        dossier(told, name, say, queries.places.names(say.code), {which: shades(points, which) for which in shown}),
        {which: drawn_map(told, points, ground, say.code, say("js.profile_km_unit"), which) for which in shown},
    )
