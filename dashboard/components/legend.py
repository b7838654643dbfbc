"""The legend: what, n, period, cell or bandwidth, symbols, caveat. Amounts are filled in by the browser (assets/legend.js)."""

from typing import Any

from dash import html

from dashboard.components.figures import Outside
from dashboard.user import User
from dashboard.view_state import ViewState
from layers.key_figures import KeyFigures

KINDS = ("bcp", "outpost", "blo", "bridge", "dry_port")


def frame(user: User) -> list[Any]:
    """The legend with everything that does not depend on the view."""
    say = user.say
    symbols = [html.Span([html.Span(**{"data-icon": f"post-{kind}-open"}), say(f"post_kind.{kind}")]) for kind in KINDS]
    states = [
        html.Span([html.Span(**{"data-icon": "post-bcp-open"}), say("post_status.open")]),
        html.Span([html.Span(**{"data-icon": "post-bcp-closed"}), say("post_status.closed")]),
        html.Span([html.Span(**{"data-icon": "post-bcp-unknown"}), say("post_status.unknown")]),
        html.Span([html.Span(**{"data-icon": "post-bcp-open-ring"}), say("legend.ring")]),
    ]
    lines = [
        html.Span([html.Span(className="swatch"), say("legend.corridor")]),
        html.Span([html.Span(className="swatch dashed"), say("legend.corridor_dashed")]),
        html.Span([html.Span(className="swatch hatch"), say("legend.gap")]),
    ]
    events = [
        html.Span([html.Span(className="swatch dot"), say("legend.seizure")]),
        html.Span([html.Span(className="swatch dot soft"), say("legend.seizure_soft")]),
        html.Span([html.Span(**{"data-icon": "incident"}), say("legend.incident")]),
    ]
    return [
        html.Button("×", className="icon only-phone", **{"data-opens": "legend", "aria-label": say("button.close")}),
        html.Div(id="legend-heat"),
        html.Div(id="legend-facts", **{"aria-live": "polite"}),
        html.Details(
            [
                html.Summary(say("legend.symbols")),
                html.Div(symbols, className="symbols"),
                html.Div(states, className="symbols"),
                html.Div([*(events if user.is_insider else []), *lines], className="symbols"),
            ]
        ),
    ]


def facts(told: KeyFigures | Outside, state: ViewState, user: User, whose: str = "") -> list[Any]:
    """n, period and caveat of what is shown. whose: the sector that n is of, in words."""
    say = user.say
    if isinstance(told, Outside):
        return [html.P(say("legend.caveat_outside"), className="muted")]
    period = say.period(told.period.first, told.period.last) if told.period else say("legend.no_period")
    what = say("legend.n_period", n=told.n_events, period=period) if told.has_reports else say("legend.silent", period=period)
    return [
        html.P(what),
        html.P(f"{whose}. {say('sector.map_around')}", className="muted") if whose else None,
        html.P(say("caveat.seizures"), className="muted"),
    ]
