"""The command page: where was it recorded, what changed, how sure are we. The map is the page; panels float on it."""

import json

from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html

from dashboard.components import card, events_table, figures, legend, map_bar, profile, tabs
from dashboard.components.filters import filters
from dashboard.components.header import brief_link, header, save_map_button, share_button
from dashboard.maps import figure
from dashboard.queries import Queries, hot
from dashboard.user import User, current_user
from dashboard.view_state import MANY, ViewState, readable_picked
from layers.key_figures import KeyFigures

FILTERS = ("f-drugs", "f-kinds", "f-countries", "f-agencies", "f-transports", "f-reliabilities", "f-accuracies")
SETTINGS = ("f-measure", "f-heatmap", "f-bandwidth", "f-layers")


def layout(user: User, queries: Queries, theme: str) -> html.Div:
    """Everything that stands still; callbacks fill it, and change texts, rows and figures only (Dash issue 3846)."""
    say, about, options = user.say, queries.about(user), queries.options(user)
    return html.Div(
        [
            _skips(user),
            dcc.Location(id="place", refresh=False),
            dcc.Store(id="period", data=""),
            dcc.Store(id="picked", data=""),
            dcc.Store(id="sector-chosen", data=""),
            dcc.Store(id="view"),
            dcc.Store(id="view-after"),
            dcc.Store(id="fly"),
            dcc.Store(id="trouble"),
            dcc.Store(id="tab"),
            header(user, is_generated=about.is_generated),
            html.Div(say("generated.banner"), className="generated", role="note") if about.is_generated else None,
            html.Main(
                [
                    figure.map_graph(user, theme, queries.ground_addresses()),
                    html.Div(id="tip", className="tip", hidden=True),
                    map_bar.map_bar(user, queries.sectors(user)) if user.is_insider else None,
                    html.Div(id="map-note", className="map-note", hidden=True),
                    filters(user, options),
                    _figures_panel(user),
                    html.Section(legend.frame(user), id="legend", className="legend", **{"aria-label": say("legend.title")}),
                    html.Section(id="card", className="card", hidden=True, **{"aria-live": "polite"}),
                    _empty(user, about),
                ],
                className="stage",
            ),
            events_table.drawer(user),
            profile.panel(user),
            _brush(user),
            _phone_bar(user),
            html.Footer(
                [html.Span(say("attribution.short")), html.Span(say("disclaimer.boundaries")), html.Span(say("caveat.seizures"))],
                className="small-print",
            ),
            html.Div(
                [
                    html.P(),
                    html.Button(say("button.again"), id="problem-again"),
                    html.Button(say("button.close"), id="problem-close", className="quiet"),
                ],
                id="problem", className="problem", role="alert", hidden=True,
            ),
        ],
        id="page",
        className="page",
        **{"data-options": json.dumps({key: [option["value"] for option in options[name]] for key, name in MANY.items()})},
    )  # fmt: skip


def register(app: Dash, queries: Queries) -> None:
    """Wire the page into one application."""
    app.clientside_callback(
        ClientsideFunction("panj", "restore"),
        *[Output(name, "value") for name in (*FILTERS, *SETTINGS)],
        Output("period", "data"),
        Output("picked", "data"),
        Output("sector-chosen", "data"),
        Input("place", "search"),
    )
    app.clientside_callback(
        ClientsideFunction("panj", "compose"),
        Output("view", "data"),
        *[Input(name, "value") for name in (*FILTERS, *SETTINGS)],
        Input("period", "data"),
        Input("picked", "data"),
        Input("sector-chosen", "data"),
        prevent_initial_call=True,
    )
    # What the first view can do without is asked for when that is on the screen; later views are passed on at once.
    app.clientside_callback(
        ClientsideFunction("panj", "after"), Output("view-after", "data"), Input("view", "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("panj", "flyTo"), Output("fly", "data", allow_duplicate=True), Input("fly", "data"), prevent_initial_call=True
    )
    app.clientside_callback(
        ClientsideFunction("panj_panel", "follow"), Output("tab", "data"), Input("view", "data"), prevent_initial_call=True
    )
    profile.wire(app)
    app.clientside_callback(
        "(text) => { if (text) panj.showProblem(text); return ''; }",
        Output("trouble", "data", allow_duplicate=True),
        Input("trouble", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        "() => [[], [], [], [], [], [], [], '']",
        *[Output(name, "value", allow_duplicate=True) for name in FILTERS],
        Output("picked", "data", allow_duplicate=True),
        Input("clear", "n_clicks"),
        prevent_initial_call=True,
    )

    # Which view an answer is of is written on it: what is older than the chosen one is drawn pale (assets/answered.js).
    @app.callback(
        Output("figures-body", "children"),
        Output("ranking-body", "children"),
        Output("legend-facts", "children"),
        Output("legend-facts", "data-of"),
        Input("view", "data"),
        prevent_initial_call=True,
    )
    def _figures(query: str):
        user, state = current_user(), ViewState.from_query(query or "")
        told = queries.figures(state, user)
        silent = isinstance(told, KeyFigures) and not told.has_reports
        apart = figures.Unassigned(*queries.unassigned(state, user))
        lines = figures.body(told, queries.lacking(state, user), queries.facts(user).n_outside or 0, user, apart)
        ranking = figures.ranking(queries.ranking(state, user), state, user, silent=silent)
        return lines, ranking, legend.facts(told, state, user, queries.sector_words(state, user)), query or ""

    @app.callback(
        Output("events", "rowData"),
        Output("events-title", "children"),
        Output("events-note", "children"),
        Input("view-after", "data"),
        prevent_initial_call=True,
    )
    def _rows(query: str):
        user, state = current_user(), ViewState.from_query(query or "")
        return events_table.content(queries.rows(state, user), user)

    @app.callback(
        Output("card", "children"), Output("card", "hidden"), Output("card", "data-of"), Input("view", "data"), prevent_initial_call=True
    )
    def _card(query: str):
        user, state = current_user(), ViewState.from_query(query or "")
        thing = hot.on_card(queries.thing(state.picked, state, user), queries, state, user)
        return card.content(thing, user), thing is None, query or ""

    # Only a new choice moves the map; a new period under the same choice does not.
    @app.callback(Output("fly", "data"), Input("picked", "data"), State("view", "data"), prevent_initial_call=True)
    def _fly(picked: str, query: str | None):
        thing = queries.thing(readable_picked(picked or ""), ViewState.from_query(query or ""), current_user())
        return thing.target if thing else None


def _skips(user: User) -> html.Nav:
    """Ways past the filters for the keyboard, seen only while one has the focus (assets/skip.js)."""
    links = [html.A(user.say(f"skip.{target}"), href=f"#{target}", **{"data-skips": target}) for target in ("figures", "map")]
    return html.Nav(links, className="skips", **{"aria-label": user.say("skip.title")})


def _figures_panel(user: User) -> html.Aside:
    say = user.say
    close = html.Button("×", className="icon only-phone", **{"data-opens": "figures", "aria-label": say("button.close")})
    now = html.Div(
        [
            html.Div(
                [
                    _figure("live-n", say("figures.events" if user.is_insider else "figures.events_published")),
                    _figure("live-kg", say("figures.kg" if user.is_insider else "figures.kg_published")),
                ],
                className="figures-live",
            ),
            # Written where the numbers are (assets/core.js), so that they never stand under another's name.
            html.P(id="live-whose", className="whose") if user.is_insider else None,
            html.Div(figures.skeleton(), id="figures-body"),
            html.H3(say("ranking.title" if user.is_insider else "ranking.areas")),
            html.Div(figures.skeleton(), id="ranking-body", className="ranking"),
            html.Div(
                [brief_link(user, "quiet"), share_button(user, "quiet"), save_map_button(user, "quiet")],
                className="only-phone phone-actions",
            ),
        ],
        id="now",
    )
    head = html.Div([html.H2(say("panel.figures")) if not user.is_insider else None, close], className="panel-head")
    inside = [tabs.bar(user), tabs.sheet(user)] if user.is_insider else [None, None]
    return html.Aside(
        [head, inside[0], html.Div([now, inside[1]], className="panel-body")],
        id="figures",
        className="panel right tabbed" if user.is_insider else "panel right",
        **{"aria-label": say("panel.figures")},
    )


def _figure(id: str, words: str) -> html.Button:
    """A large number; it opens the events behind it."""
    return html.Button([html.B("–", id=id), html.Span(words)], className="figure", **{"data-picks": "", "data-opens": "events"})


def _brush(user: User) -> html.Section:
    say = user.say
    return html.Section(
        [
            html.Button(
                "▶", id="play", className="icon play", title=say("js.play"), **{"aria-label": say("js.play"), "aria-pressed": "false"}
            ),
            html.Div(id="brush", className="brush"),
            html.Button(say("button.events"), className="quiet only-wide", **{"data-opens": "events", "aria-expanded": "false"}),
        ],
        className="brush-bar",
        **{"aria-label": say("js.brush")},
    )


def _phone_bar(user: User) -> html.Nav:
    say = user.say
    # What changed and who fell silent are one tap away; the other tabs stand in the sheet that these open (assets/panel.js).
    first = [_sheet_button(say(f"tab.{tab}"), **{"data-at": tab}) for tab in ("changes", "silent")]
    now = _sheet_button(say("tab.now"), **{"data-at": "now", "data-opens": "figures"})
    figures_first = [now, *first] if user.is_insider else [_sheet_button(say("sheet.figures"), **{"data-opens": "figures"})]
    others = ("legend", *(("profile",) if user.is_insider else ()), "events")
    return html.Nav(
        [
            _sheet_button(say("sheet.filters"), **{"data-opens": "filters"}),
            *figures_first,
            *(_sheet_button(say(f"sheet.{name}"), **{"data-opens": name}) for name in others),
        ],
        className="phone-bar only-phone",
        **{"aria-label": say("panel.sheets")},
    )


def _sheet_button(words: str, **opens: str) -> html.Button:
    return html.Button(words, **{"aria-expanded": "false", **opens})


def _empty(user: User, about) -> html.Div | None:
    """What to do when the store holds nothing yet."""
    if about.has_events:
        return None
    say = user.say
    own = html.P(html.A(say("empty.data"), href=f"/{say.code}/data")) if user.is_insider else None
    return html.Div([html.H2(say("empty.title")), html.P(say("empty.text")), html.Code("python -m etl run"), own], className="empty")
