"""The tabs of the right panel: key figures, what changed, who fell silent, alerts, and how good all of it has been."""

from typing import Any

from dash import html

from dashboard.user import User

#: Each but the first is asked from the server (/data/<name>) when it is opened, and drawn by assets/panel.js.
TABS = ("now", "changes", "silent", "alerts", "proof")


def bar(user: User) -> html.Div:
    """The row of tabs; arrow keys move along it."""
    return html.Div([_tab(name, user) for name in TABS], className="tabs", role="tablist", **{"aria-label": user.say("panel.figures")})


def sheet(user: User) -> html.Div:
    """Where the answer of the open tab is drawn."""
    return html.Div(id="sheet", className="sheet", role="tabpanel", hidden=True, **{"aria-live": "polite", "aria-labelledby": "tab-now"})


def _tab(name: str, user: User) -> Any:
    chosen = name == TABS[0]
    return html.Button(
        user.say(f"tab.{name}"),
        id=f"tab-{name}",
        role="tab",
        tabIndex="0" if chosen else "-1",
        title=user.say(f"tab.{name}_help"),
        **{"data-tab": name, "aria-selected": "true" if chosen else "false", "aria-controls": "now" if chosen else "sheet"},
    )
