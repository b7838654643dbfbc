"""The frame of the profile along the border line; assets/profile.js asks /data/profile and draws it."""

from dash import ClientsideFunction, Dash, Input, Output, html

from dashboard.user import User


def panel(user: User) -> html.Section | None:
    """Head (fold, what is pointed at, key, how it is made) and the place of the chart. Rates come of single events: insiders only."""
    if not user.is_insider:
        return None
    say = user.say
    head = html.Div(
        [
            html.Button(
                [html.Span(className="profile-arrow", **{"aria-hidden": "true"}), say("profile.title")],
                id="profile-fold",
                className="profile-fold",
                title=say("profile.fold"),
                **{"aria-expanded": "true", "aria-controls": "profile-body"},
            ),
            html.P([html.B(id="profile-name"), html.Span(id="profile-said")], className="profile-said", **{"aria-live": "polite"}),
            html.Div(
                [
                    html.Span([html.I(className="key-span"), say("profile.interval")]),
                    html.Span([html.I(className="key-ring"), say("profile.counted")], className="of-counts"),
                    html.Span([html.I(className="key-curve"), say("profile.smooth")], className="of-counts"),
                ],
                className="profile-key",
                **{"aria-hidden": "true"},
            ),
            html.Button(
                "?",
                id="profile-how",
                className="icon profile-how",
                title=say("profile.how"),
                **{"aria-label": say("profile.how"), "aria-expanded": "false", "aria-controls": "profile-note"},
            ),
        ],
        className="profile-head",
    )
    return html.Section(
        [
            head,
            html.Div(html.Div(id="profile-chart"), id="profile-body"),
            html.Div(id="profile-note", className="profile-note", hidden=True),
        ],
        id="profile",
        className="profile is-folded",
        **{"aria-label": say("profile.title")},
    )


def wire(app: Dash) -> None:
    """The chart follows the view."""
    app.clientside_callback(
        ClientsideFunction("panj_profile", "follow"), Output("profile", "lang"), Input("view", "data"), prevent_initial_call=True
    )
