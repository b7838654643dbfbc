"""The MapLibre style of the ground: our own dict, no address outside this machine, no glyph server.

Colours stand in it as "@name"; `build` puts in those of a theme, and the browser does the same when the theme is switched
(assets/map.js), so that the map need not be made again.
"""

from typing import Any

from dashboard.maps.palette import THEMES

#: The window in which outlines are drawn; the map cannot be moved out of it.
WINDOW = {"west": 45.0, "south": 28.0, "east": 90.0, "north": 58.0}
#: Opens on the Tajik-Afghan line, from the Uzbek to the Chinese end.
CENTRE, ZOOM = {"lon": 71.2, "lat": 38.05}, 6.1
FONT = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif"]
#: Files of the ground and of things, by the name of their source.
SOURCES = ("land", "districts", "provinces", "line", "sections", "corridors", "posts", "places", "countries")
#: Sources whose things carry states in the browser, by the property that numbers them.
PROMOTED = {"corridors": "corridor_id", "sections": "section_id"}
#: Width in pixels of the band along the line that says how hot a section is: the line itself and its casing lie in its middle.
BAND = ["interpolate", ["linear"], ["zoom"], 4, 9, 7, 13, 10, 20]
#: Width of the hatch along either edge of that band.
HATCHED = ["interpolate", ["linear"], ["zoom"], 4, 4, 7, 6, 10, 9]
NOTHING: dict[str, Any] = {"type": "FeatureCollection", "features": []}


def build(theme: str, say_code: str, addresses: dict[str, str]) -> dict[str, Any]:
    """The style for one theme and language.

    addresses: name of a ground or things file -> its address on this server (GeoJSON, EPSG:4326).
    """
    return {
        "version": 8,
        "sources": {
            name: {"type": "geojson", "data": address} | ({"promoteId": PROMOTED[name]} if name in PROMOTED else {})
            for name, address in addresses.items()
        }
        | {
            "groups": {"type": "geojson", "data": NOTHING},
            "reach": {"type": "geojson", "data": NOTHING},
            "areas": {"type": "geojson", "data": NOTHING},
        },
        "layers": _coloured(layers(say_code, addresses), THEMES[theme]),
    }


def layers(code: str, addresses: dict[str, str]) -> list[dict[str, Any]]:
    """All layers from the bottom up, colours as "@name"."""
    name = ["coalesce", ["get", f"name_{code}"], ["get", "name_en"]]
    every = [
        {"id": "ground", "type": "background", "paint": {"background-color": "@water"}},
        {
            "id": "land",
            "type": "fill",
            "source": "land",
            "paint": {
                "fill-color": ["match", ["get", "iso3"], ["TJK", "AFG"], "@land", "@neighbour"],
                "fill-antialias": True,
            },
        },
        _line("districts", "districts", "@district", 0.7, minzoom=6.5, dash=[3, 3]),
        _line("provinces", "provinces", "@outline", 0.8, dash=[4, 2]),
        _line("outlines", "land", "@outline", 1.1),
        {
            "id": "areas",
            "type": "fill",
            "source": "areas",
            "paint": {
                "fill-color": ["coalesce", ["feature-state", "colour"], "rgba(0,0,0,0)"],
                "fill-opacity": 0.8,
            },
        },
        _line("corridors-case", "corridors", "@casing", 4.2, opacity=0.7),
        {
            **_line(
                "corridors",
                "corridors",
                "@corridor",
                ["interpolate", ["linear"], ["coalesce", ["feature-state", "load"], 0.15], 0, 1.2, 1, 4.5],
            ),
            "filter": ["==", ["get", "weak"], False],
        },
        {
            **_line("corridors-weak", "corridors", "@corridor", 1.4, dash=[2, 2], opacity=0.85),
            "filter": ["==", ["get", "weak"], True],
        },
        *_bands(),
        _line("border-case", "line", "@casing", 5.5),
        _line("border", "line", "@line", 2.5),
        # Nearly invisible and wide: a finger must be able to hit a section.
        _line("section-hit", "sections", "@accent", 16, opacity=0.01),
        {**_line("picked-section", "sections", "@accent", 6), "filter": ["==", ["get", "section_id"], ""]},
        {
            "id": "reach",
            "type": "fill",
            "source": "reach",
            "paint": {"fill-color": "@accent", "fill-opacity": 0.16, "fill-outline-color": "@accent"},
        },
        {
            "id": "seizures",
            "type": "circle",
            "source": "groups",
            "filter": ["==", ["get", "what"], "seizure"],
            "paint": {
                "circle-color": "@seizure",
                "circle-radius": ["coalesce", ["feature-state", "radius"], 0],
                # Unsure positions have soft edges: nobody should read a village into a district's report.
                "circle-blur": ["step", ["get", "uncertainty_m"], 0.1, 2500, 0.35, 10000, 0.7],
                "circle-opacity": ["step", ["get", "uncertainty_m"], 0.8, 2500, 0.7, 10000, 0.6],
                "circle-stroke-color": "@halo",
                "circle-stroke-width": ["step", ["get", "uncertainty_m"], 1, 2500, 0.5, 10000, 0],
                "circle-stroke-opacity": ["case", [">", ["coalesce", ["feature-state", "radius"], 0], 0], 1, 0],
            },
        },
        {
            "id": "incidents",
            "type": "symbol",
            "source": "groups",
            "filter": ["==", ["get", "what"], "incident"],
            "layout": {
                "visibility": "none",
                "icon-image": "incident",
                "icon-allow-overlap": True,
                "icon-ignore-placement": True,
                "icon-size": 0.5,
            },
            "paint": {"icon-opacity": ["case", [">", ["coalesce", ["feature-state", "radius"], 0], 0], 0.95, 0]},
        },
        {
            "id": "posts",
            "type": "symbol",
            "source": "posts",
            # Hidden until the browser has drawn the symbols (assets/icons.js): Plotly would ask a stranger for missing ones.
            "layout": {
                "visibility": "none",
                "icon-image": ["concat", "post-", ["get", "kind"], "-", ["get", "status"], ["case", ["get", "renovated"], "-ring", ""]],
                "icon-allow-overlap": True,
                "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.28, 7, 0.42, 10, 0.6],
                "symbol-sort-key": ["get", "order"],
            },
        },
        _label("post-names", "posts", name, 11, "@ink", minzoom=7.6, offset=[0, 1.0], anchor="top"),
        _label("section-names", "sections", name, 10.5, "@muted", minzoom=8.2, along=True),
        {
            **_label("place-names", "places", name, ["match", ["get", "rank"], 0, 14, 1, 12.5, 2, 11.5, 11], "@muted", rank=True),
            "filter": [
                "step",
                ["zoom"],
                ["<=", ["get", "rank"], 0],
                5,
                ["<=", ["get", "rank"], 1],
                7,
                ["<=", ["get", "rank"], 2],
                8.5,
                True,
            ],
        },
        _label("country-names", "countries", name, 13, "@muted", maxzoom=7, spaced=True),
    ]
    return [layer for layer in every if layer.get("source", "land") in {*addresses, "groups", "reach", "areas"}]


def coloured_properties(code: str) -> list[tuple[str, str, Any]]:
    """(layer, paint property, value with "@name" colours) of everything that a theme colours."""
    every = layers(code, dict.fromkeys(SOURCES, ""))
    return [(layer["id"], name, value) for layer in every for name, value in layer.get("paint", {}).items() if "@" in str(value)]


def _bands() -> list[dict[str, Any]]:
    """Sections that stand out, as a band along the line. The browser sets each section's colour; nothing is drawn before."""
    state = lambda name, other: ["coalesce", ["feature-state", name], other]  # noqa: E731
    common: dict[str, Any] = {"type": "line", "source": "sections", "layout": {"line-cap": "butt", "line-join": "round"}}
    return [
        {
            # Paper between the band and the cells under it, which may have the same colour.
            **common,
            "id": "section-case",
            "paint": {"line-color": "@casing", "line-width": 2.2, "line-gap-width": BAND, "line-opacity": state("strength", 0)},
        },
        {
            **common,
            "id": "section-band",
            "paint": {"line-color": state("colour", "#000000"), "line-width": BAND, "line-opacity": state("strength", 0)},
        },
        {
            # Not stable: a dotted edge on either side.
            **common,
            "id": "section-edge",
            "paint": {
                "line-color": state("colour", "#000000"),
                "line-width": 1.6,
                "line-gap-width": BAND,
                "line-dasharray": [1.2, 1.6],
                "line-opacity": state("doubt", 0),
            },
        },
        {
            # Silent: a hatch along both edges, so that what was hot before, section or cells under it, still shows its colour.
            # Hidden until the browser has drawn the hatch (assets/hot.js): Plotly would ask a stranger for a missing one.
            **common,
            "id": "section-silent",
            "layout": {**common["layout"], "visibility": "none"},
            "paint": {
                "line-pattern": "hatch",
                "line-width": HATCHED,
                "line-gap-width": BAND,
                "line-opacity": state("silent", 0),
            },
        },
    ]


def _line(id: str, source: str, colour: str, width: Any, *, dash: Any = None, opacity: float = 1.0, minzoom: float = 0) -> dict[str, Any]:
    paint: dict[str, Any] = {"line-color": colour, "line-width": width, "line-opacity": opacity}
    if dash:
        paint["line-dasharray"] = dash
    layout = {"line-cap": "butt" if dash else "round", "line-join": "round"}
    return {"id": id, "type": "line", "source": source, "minzoom": minzoom, "layout": layout, "paint": paint}


def _label(
    id: str, source: str, text: Any, size: Any, colour: str, *, minzoom: float = 0, maxzoom: float = 24,
    offset: Any = None, anchor: str = "center", along: bool = False, rank: bool = False, spaced: bool = False,
) -> dict[str, Any]:  # fmt: skip
    layout: dict[str, Any] = {"text-field": text, "text-font": FONT, "text-size": size, "text-anchor": anchor, "text-max-width": 9}
    if offset:
        layout["text-offset"] = offset
    if along:
        layout |= {"symbol-placement": "line-center", "text-offset": [0, 1.1]}
    if rank:
        layout |= {"symbol-sort-key": ["get", "rank"], "text-padding": 4}
    if spaced:
        layout |= {"text-transform": "uppercase", "text-letter-spacing": 0.25}
    paint = {"text-color": colour, "text-halo-color": "@halo", "text-halo-width": 1.4}
    return {"id": id, "type": "symbol", "source": source, "minzoom": minzoom, "maxzoom": maxzoom, "layout": layout, "paint": paint}


def _coloured(value: Any, colours: dict[str, str]) -> Any:
    """The same structure with every "@name" replaced by its colour."""
    if isinstance(value, str):
        return colours[value[1:]] if value.startswith("@") else value
    if isinstance(value, list):
        return [_coloured(item, colours) for item in value]
    if isinstance(value, dict):
        return {key: _coloured(item, colours) for key, item in value.items()}
    return value
