"""Download this view: one HTML file, made with Folium, that opens without a network and asks for nothing.

Folium links its programs and styles to other hosts. None of these links is written: the page has a template of its own that holds
Leaflet itself, and a content security policy that forbids every request. Texts from reports never pass a template or innerHTML:
Folium renders the output of its elements as templates once more, so the data lie in a JSON block outside of them.
"""

from pathlib import Path
from typing import Any

import folium
from branca.element import Figure, MacroElement
from folium.map import Layer
from folium.template import Template
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from dashboard.exports import vendored
from dashboard.exports.offline_data import (
    R_MAX,
    R_MIN,
    SHAPES,
    as_json,
    cells_of,
    corridors_of,
    events_of,
    ground_of,
    posts_of,
    surface_of,
)
from dashboard.exports.offline_legend import legend_of
from dashboard.exports.view import LAYERS, OfflineView
from dashboard.language import Language
from dashboard.maps.palette import DARK, LIGHT, RAMP

PAGE = Path(__file__).parent / "page"
#: The Tajik-Afghan border with a margin, for a view that says nothing of its own: west, south, east, north in degrees.
BORDER_REGION = (66.9, 36.3, 75.6, 40.2)


class _Page(Figure):
    """Folium's root, rendered by a page of our own instead of Folium's with its links."""

    def __init__(self, parts: dict[str, Any]) -> None:
        super().__init__()
        self._id, self.parts = "panj", parts

    def render(self, **kwargs: Any) -> str:
        for child in list(self._children.values()):
            child.render(**kwargs)
        pages = Environment(loader=FileSystemLoader(PAGE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
        script = self.script.render(**kwargs)
        # Only some of Folium's own elements call jQuery; a weak line should not carry it for nothing.
        jquery = vendored.jquery_js() if "$(" in script or "$." in script else ""
        drawn = {"map": Markup(self.html.render(**kwargs)), "script": Markup(script), "jquery_js": Markup(jquery)}
        return pages.get_template("offline.html").render(page={**self.parts, **drawn})


class _Drawn(Layer):
    """A layer that page/offline.js draws from the data block; Folium's layer control switches it."""

    _template = Template("{% macro script(this, kwargs) %}var {{ this.get_name() }} = panj.{{ this.kind }}();{% endmacro %}")

    def __init__(self, kind: str, name: str, show: bool) -> None:
        super().__init__(overlay=True, show=show)
        self._name, self._id, self.kind = "Layer", kind, kind
        # Leaflet sets names of layers as markup, and Folium reads braces as a template.
        self.layer_name = str(escape(name)).replace("{", "&#123;")


class _Step(MacroElement):
    """One call of page/offline.js at its place in the drawing order."""

    _template = Template("{% macro script(this, kwargs) %}panj.{{ this.call }}({{ this._parent.get_name() }});{% endmacro %}")

    def __init__(self, call: str) -> None:
        super().__init__()
        self._name, self._id, self.call = "Step", call, call


def to_html(view: OfflineView, say: Language) -> bytes:
    """The view as one HTML file, UTF-8. The same view gives the same bytes. Needs no network, neither here nor where it is opened."""
    held = [name for name in LAYERS if _holds(view, name)]
    page = _Page(_parts(view, say))
    drawn = folium.Map(
        location=[38.3, 71.0], tiles=None, zoom_start=7, zoom_control=False, attribution_control=False,
        minZoom=5, maxZoom=14, zoomSnap=0.25,
    )  # fmt: skip
    drawn._id = "panj"
    page.add_child(drawn)
    drawn.add_child(_Step("attach"))
    for name in held:
        drawn.add_child(_Drawn(name, say("heatmap.title" if name in ("cells", "surface") else f"layer.{name}"), name in view.shown))
    if held:
        switches = folium.LayerControl(collapsed=False, autoZIndex=False)
        switches._id = "panj"
        drawn.add_child(switches)
    drawn.add_child(_Step("finish"))
    return page.render().encode("utf-8")


def _colours() -> str:
    """The colours of the command page as variables, one meaning one colour everywhere; the viewer's system chooses the theme."""
    light, dark = ({f"ramp-{step}": colour for step, colour in enumerate(RAMP[theme])} for theme in ("light", "dark"))

    def block(colours: dict[str, str]) -> str:
        return ":root{" + "".join(f"--{name.replace('_', '-')}:{colour};" for name, colour in colours.items()) + "}"

    return block(LIGHT | light) + "@media (prefers-color-scheme: dark){" + block(DARK | dark) + "}\n"


def _holds(view: OfflineView, name: str) -> bool:
    if name == "sections":
        return bool(view.ground.get("sections", {}).get("features"))
    if name == "cells":
        return view.cells is not None and bool((view.cells.values > 0).any())
    if name == "surface":
        return view.surface is not None and bool(view.surface.shade.any())
    table = getattr(view, name)
    return table is not None and len(table) > 0


def _parts(view: OfflineView, say: Language) -> dict[str, Any]:
    return {
        "language": view.language,
        "title": view.title,
        "period": view.period,
        "filters": view.filters,
        "n": " · ".join(part for part in (say("export.map.n", n=view.n), view.weight) if part),
        "caveat": view.caveat,
        "notes": view.notes,
        "generated": say("export.generated") if view.is_generated else "",
        "legend": legend_of(view, say),
        "words": {name: say(f"export.map.{name}") for name in ("layers", "legend", "caveat", "noscript", "not_all")},
        "attribution": [
            "© OpenStreetMap contributors",
            "GeoNames",
            *view.sources,
            say("export.made_on", date=say.day(view.made_on.isoformat())),
        ],
        "disclaimer": say("export.disclaimer"),
        "leaflet_css": Markup(vendored.leaflet_css()),
        "leaflet_js": Markup(vendored.leaflet_js()),
        "css": Markup(_colours() + (PAGE / "offline.css").read_text(encoding="utf-8")),
        "js": Markup((PAGE / "offline.js").read_text(encoding="utf-8")),
        "data": Markup(as_json(_data(view, say))),
    }


def _data(view: OfflineView, say: Language) -> dict[str, Any]:
    words = {
        name: say(f"export.map.{name}")
        for name in ("source", "known", "place_unknown", "incident", "in_cell", "zoom_in", "zoom_out", "close")
    }
    data: dict[str, Any] = {
        "lang": view.language,
        "bounds": view.bounds or BORDER_REGION,
        "events": say.words["export.map.n"],
        "words": words | {unit: say(f"export.unit.{unit}") for unit in ("kg", "km", "m")},
        "shapes": SHAPES,
        "radius": [R_MIN, R_MAX],
        "ground": ground_of(view.ground),
    }
    if view.corridors is not None:
        data["corridors"] = corridors_of(view.corridors, say)
    if view.posts is not None:
        data["posts"] = posts_of(view.posts, say)
    if view.seizures is not None:
        data["seizures"] = events_of(view.seizures, say)
    if view.incidents is not None:
        data["incidents"] = events_of(view.incidents, say)
    if view.cells is not None:
        data["cells"] = cells_of(view.cells)
    if view.surface is not None and _holds(view, "surface"):
        data["surface"] = surface_of(view.surface)
    return data
