"""The map itself: Plotly's MapLibre with our own style; never redrawn by the server after the first paint."""

import plotly.graph_objects as go
from dash import dcc, html

from dashboard.maps import style
from dashboard.user import User

#: Plotly's own bar and its "share" button call out or look foreign; ours stand in the header.
CONFIG = {
    "displayModeBar": False,
    "scrollZoom": True,
    "showSendToCloud": False,
    "displaylogo": False,
    "doubleClick": False,
    "responsive": True,
}


def map_graph(user: User, theme: str, addresses: dict[str, str]) -> html.Div:
    """The graph that fills the screen."""
    # One invisible point: Plotly makes a map only where some trace asks for one.
    nothing = go.Scattermap(
        lon=[style.CENTRE["lon"]], lat=[style.CENTRE["lat"]], mode="markers", marker={"size": 1, "opacity": 0}, hoverinfo="skip"
    )
    figure = go.Figure(nothing)
    figure.update_layout(
        map={
            "style": style.build(theme if theme in ("light", "dark") else "light", user.say.code, addresses),
            "center": style.CENTRE,
            "zoom": style.ZOOM,
            "bounds": style.WINDOW,
        },
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        showlegend=False,
        uirevision="kept",
        paper_bgcolor="rgba(0,0,0,0)",
        autosize=True,
    )
    graph = dcc.Graph(id="map", figure=figure, config=CONFIG, responsive=True, className="map")
    return html.Div(graph, className="map-frame", role="application", **{"aria-label": user.say("map.label")})
