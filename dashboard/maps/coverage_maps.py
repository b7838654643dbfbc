"""The two maps of a coverage bulletin: supported works and offices, and where need and support differ."""

from collections.abc import Mapping, Sequence
from typing import Any

from shapely.geometry import shape

from dashboard.maps import printed

GROUND = ("land", "provinces", "line", "places", "countries")
#: West, south, east, north: Tajikistan with its borders.
WINDOW = (67.2, 36.5, 75.3, 41.1)
WIDTH, HEIGHT = 1880, 1300
#: Need beyond support, support beyond need; what is in step and what is not known stay grey.
GAP, OVERLAP = "#b2182b", "#0f766e"


def maps(
    things: Sequence[Mapping[str, Any]], gaps: Mapping[str, Any], sections: Mapping[str, Any], areas: Mapping[str, Any],
    ground: Mapping[str, Any], code: str, unit_km: str,
) -> dict[str, str]:  # fmt: skip
    """SVG by name: things, gaps. things, gaps: of the page. sections: coordinates by id. areas: GeoJSON of districts."""
    posts = [(one["lon"], one["lat"], bool(one["stands"])) for one in things if one["lon"] is not None]
    kinds = {row["id"]: row["kind"] for row in gaps["rows"] if row["kind"] in ("gap", "overlap")}
    colours = {"gap": GAP, "overlap": OVERLAP}
    if gaps["unit"] == "section":
        told = printed.Picture(bands=[(sections[id], printed.Look(colours[kind])) for id, kind in kinds.items() if id in sections])
    else:
        rings = []
        for feature in areas["features"]:
            if kind := kinds.get(feature["properties"]["district_id"]):
                rings += [(list(ring.coords), printed.Look(colours[kind], 0.6)) for ring in _outer(shape(feature["geometry"]))]
        told = printed.Picture(cells=rings)
    pictures = {"things": printed.Picture(posts=posts), "gaps": told}
    return {name: printed.draw(ground, picture, WINDOW, code, unit_km, WIDTH, HEIGHT) for name, picture in pictures.items()}


def _outer(area: Any) -> list[Any]:
    return [part.exterior for part in getattr(area, "geoms", [area])]
