"""The card of what was picked: a post with its names in three scripts, a section, a corridor, a cell, a place."""

from dataclasses import dataclass, field
from typing import Any

from dash import html

from dashboard.user import User


@dataclass(frozen=True)
class Thing:
    """What a card shows. facts: (label, text) in order; links: (label, address); closes: its id where it may be closed; target: where
    the map goes."""

    kind: str
    title: str
    names: tuple[str, ...] = ()
    icon: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    note: str = ""
    closes: str = ""
    target: dict[str, float] | None = field(default=None)


def content(thing: Thing | None, user: User) -> list[Any]:
    """The card's inside; empty when nothing is picked."""
    if thing is None:
        return []
    say = user.say
    kind = [html.Span(**{"data-icon": thing.icon}), thing.kind] if thing.icon else [thing.kind]
    facts = [part for label, text in thing.facts for part in (html.Dt(label), html.Dd(text))]
    links = [html.A(label, href=address, target="_blank", rel="noopener noreferrer") for label, address in thing.links]
    close = html.Button("×", className="icon", title=say("button.close"), **{"data-picks": "", "aria-label": say("button.close")})
    return [
        html.Div([html.H2(thing.title), close], className="card-head"),
        html.P(" · ".join(thing.names), className="names") if thing.names else None,
        html.Div(kind, className="kind") if thing.kind != thing.title else None,
        html.P(say("card.silent_too"), className="silent-too", hidden=True) if user.is_insider else None,
        html.Dl(facts) if facts else None,
        html.P(thing.note, className="muted") if thing.note else None,
        html.P([part for link in links for part in (link, " ")]) if links else None,
        html.P(html.A(say("js.plan_if_closes"), href=f"/{say.code}/plan?tab=closing&closed={thing.closes}", className="if-closes"))
        if thing.closes and user.is_insider
        else None,
        html.Button(say("button.show_events"), className="quiet", **{"data-opens": "events"}) if user.is_insider else None,
        # Asked from the server when it is opened (assets/rhythm.js).
        html.Details([html.Summary(say("rhythm.title")), html.Div(className="rhythm-body")], className="rhythm")
        if user.is_insider
        else None,
    ]
