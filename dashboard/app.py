"""The web application: Dash on Flask, and the Data page beside it, everything served from this machine."""

import json
import logging
from pathlib import Path
from urllib.parse import urlsplit

from dash import Dash, html, set_props
from flask import Flask, Response, has_request_context, redirect, request

from dashboard import opening, routes, routes_line
from dashboard.language import LANGUAGES, LanguagePrefix, best_language, language
from dashboard.maps import style
from dashboard.maps.palette import COLD, HOT, RAMP, SILENT, THEMES
from dashboard.pages import brief, bulletin, command, data_routes
from dashboard.queries import Queries
from dashboard.routes_alerts import register_alerts
from dashboard.routes_changes import register_changes
from dashboard.routes_compare import register_compare
from dashboard.routes_coverage import register_coverage
from dashboard.routes_hot import register_hot
from dashboard.routes_plan import register_plan
from dashboard.routes_plan_files import register_plan_files
from dashboard.routes_proof import register_proof
from dashboard.user import current_user
from geodata.errors import PanjError
from geodata.settings import LOOPBACK, Settings

ASSETS = Path(__file__).parent / "assets"
#: What the browser colours with.
PALETTE = {**THEMES, "ramp": RAMP, "hot": HOT, "cold": COLD, "silent": SILENT}

INDEX = """<!DOCTYPE html>
<html lang="{lang}" data-theme="light" data-role="{role}" data-plotly="{plotly}">
<head>
{metas}
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<meta name="referrer" content="same-origin">
<title>{title}</title>
<link rel="icon" href="/assets/favicon.svg">
<script>
  try {{
    document.documentElement.dataset.theme =
      localStorage.getItem("panj-theme") || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    document.documentElement.dataset.agThemeMode = document.documentElement.dataset.theme;
  }} catch (refused) {{}}
</script>
{preloads}
<script>{opening}</script>
{css}
</head>
<body data-sheet="" class="{role}">
<script type="application/json" id="map-facts">{facts}</script>
<script type="application/json" id="words">{words}</script>
{app_entry}
<noscript>{noscript}</noscript>
<footer>{config}{scripts}{renderer}</footer>
</body>
</html>"""


class PanjDash(Dash):
    """Dash whose page is written in the language of its address."""

    def interpolate_index(self, **parts: str) -> str:
        user = current_user()
        code = user.say.code
        config = json.loads(parts["config"].split(">", 1)[1].rsplit("<", 1)[0])
        # Callbacks and layout are asked for under the language's own path: a request then says its language itself.
        config["requests_pathname_prefix"] = f"/{code}/"
        return INDEX.format(
            lang=code,
            metas=parts.get("metas", ""),
            title=user.say("app.title"),
            css=parts.get("css", ""),
            plotly=opening.plotly_address(),
            preloads=opening.preloads(code),
            opening=opening.script(),
            role="insider" if user.is_insider else "outsider",
            facts=_script_safe(json.dumps({"palette": PALETTE, "coloured": style.coloured_properties(code)})),
            words=_script_safe(
                json.dumps({key: text for key, text in user.say.words.items() if key.startswith("js.")}, ensure_ascii=False)
            ),
            app_entry=f'<div id="react-entry-point"><div class="opening"><b>Panj</b><p>{user.say("app.opening")}</p></div></div>',
            noscript=user.say("app.noscript"),
            config=f'<script id="_dash-config" type="application/json">{_script_safe(json.dumps(config))}</script>',
            scripts=parts.get("scripts", ""),
            renderer=parts.get("renderer", ""),
        )


def create_app(settings: Settings, queries: Queries) -> PanjDash:
    """The application for one store. Importing this module changes nothing; everything is wired here."""
    server = Flask("dashboard")
    server.config["PANJ_ROLE"] = settings.role
    app = PanjDash(
        "dashboard",
        server=server,
        assets_folder=str(ASSETS),
        # The Data page loads its own script; Dash would put it into the command page too.
        assets_path_ignore=["^desk$|^brief$|^bulletin$|^compare$|^coverage$|^opening$|^plan$"],
        serve_locally=True,
        compress=True,
        title="Panj",
        update_title=None,
        # Dash would check the ids against a layout that is made outside of any request, for no viewer.
        suppress_callback_exceptions=True,
        health_endpoint="healthz",
        on_error=_tell,
    )
    _guard(server, settings)
    routes.register(server, queries)
    routes_line.register_line(server, queries)
    data_routes.register(server, settings, queries)
    brief.register(server, queries)
    bulletin.register(server, queries)
    register_plan(server, settings, queries)
    register_plan_files(server, queries)
    register_alerts(server, queries)
    register_changes(server, queries)
    register_proof(server, queries)
    register_compare(server, queries)
    register_coverage(server, queries)
    register_hot(server, queries)
    app.layout = lambda: _layout(queries)
    command.register(app, queries)
    # A request for "/" is sent on before Dash's own page answers it: the language stands in the address.
    server.before_request(_to_language)
    server.wsgi_app = LanguagePrefix(server.wsgi_app)  # type: ignore[method-assign]
    return app


def _tell(error: Exception) -> None:
    """A callback failed: one sentence on the page, the rest in the log. What stood there stays."""
    known = isinstance(error, PanjError)
    if not known:
        logging.getLogger("dashboard").error("a callback failed", exc_info=error)
    set_props("trouble", {"data": str(error) if known else current_user().say("js.problem")})


def _layout(queries: Queries) -> html.Div:
    """The page for this request. Dash also asks when the layout is set and before its first answer, and shows neither."""
    if not has_request_context() or request.path != "/_dash-layout":
        return html.Div()
    return command.layout(current_user(), queries, theme=request.cookies.get("panj_theme", "light"))


#: Pages beside the command page, with their own HTML.
OWN_PAGES = ("/data", "/brief", "/bulletin", "/compare", "/coverage", "/plan", "/plan/sheet")
#: What is answered at all; Dash would show the page at any other address too.
ADDRESSES = ("/_dash", "/_reload-hash", "/_favicon", "/assets/", "/data/", "/download/", "/healthz")


def _to_language() -> Response | None:
    if request.path == "/" and request.script_root.strip("/") not in LANGUAGES:
        code = best_language(request.headers.get("Accept-Language", ""))
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(f"/{code}/{query}")  # type: ignore[return-value]
    if request.path in OWN_PAGES and request.script_root.strip("/") not in LANGUAGES:
        code = best_language(request.headers.get("Accept-Language", ""))
        return redirect(f"/{code}{request.path}")  # type: ignore[return-value]
    if request.path not in ("/", *OWN_PAGES) and not request.path.startswith(ADDRESSES):
        sentence = current_user().say("problem.address", address=f"{request.script_root}{request.path}"[:120])
        return Response(sentence, 404, mimetype="text/plain")
    return None


def _guard(server: Flask, settings: Settings) -> None:
    """Answer only requests that name this machine, and let the page ask nobody else.

    Without the first, a page of a stranger's could read the reports through the viewer's own browser by giving its name
    the address 127.0.0.1 (DNS rebinding).
    """

    @server.before_request
    def _this_machine_only() -> tuple[str, int] | None:
        host = urlsplit(f"//{request.host}").hostname
        if host not in LOOPBACK:
            return language("en")("problem.host", host=str(host), wanted=f"{settings.host}:{settings.port}"), 421
        return None

    @server.after_request
    def _no_outside(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = (
            "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
            "img-src 'self' data: blob:; worker-src 'self' blob:; connect-src 'self' data: blob:; font-src 'self' data:; "
            "frame-ancestors 'none'"
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response


def _script_safe(text: str) -> str:
    """JSON inside a script element: a "</script>" in a text must not end it."""
    return text.replace("<", "\\u003c")
