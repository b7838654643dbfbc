"""The bar that floats on the map: whose sector it shows, and what colours it."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from dash import dcc, html

from dashboard.user import User
from dashboard.view_state import HEATMAPS

if TYPE_CHECKING:
    from dashboard.answers.sectors import Sector


def map_bar(user: User, sectors: "Sequence[Sector]") -> html.Div:
    """Both choices stand in the address; the sector is kept by the browser too (assets/sector.js)."""
    say = user.say
    groups = {
        "": [sector for sector in sectors if "-" not in sector.id],
        "country.TJK": [sector for sector in sectors if sector.id.startswith("tj-")],
        "country.AFG": [sector for sector in sectors if sector.id.startswith("af-")],
    }
    options = [html.Option(sector.name, value=sector.id) for sector in groups.pop("")]
    options += [
        html.Optgroup([html.Option(sector.name, value=sector.id) for sector in some], label=say(key)) for key, some in groups.items()
    ]
    choice = html.Select(options, id="sector", title=say("sector.help"), **{"aria-label": say("sector.title")})
    kinds = [{"value": kind, "label": html.Span(say(f"heatmap.{kind}"), title=say(f"heatmap.{kind}_help"))} for kind in HEATMAPS]
    radio = dcc.RadioItems(id="f-heatmap", options=kinds, value=HEATMAPS[0], className="segments", inline=True)
    return html.Div(
        [
            html.Label([html.Span(say("sector.title"), className="only-wide"), choice], className="sector"),
            html.Div(radio, role="group", className="shades", **{"aria-label": say("heatmap.question")}),
        ],
        id="map-bar",
        className="map-bar",
        **{"data-sectors": json.dumps({sector.id: sector.box for sector in sectors})},
    )
