"""A kept plan on paper: demand by cell, who serves it, offices that stand as dots, new ones by their number."""

from collections.abc import Mapping, Sequence
from math import ceil, log2
from typing import Any

from dashboard.maps import printed
from dashboard.maps.palette import LIGHT, RAMP
from layers.cells import rings

#: What of the ground `printed.draw` needs.
GROUND = ("land", "provinces", "line", "places", "countries")
#: West, south, east, north: Tajikistan with its borders.
WINDOW = (67.2, 36.5, 75.3, 41.1)
WIDTH, HEIGHT = 1880, 1300


def drawn_map(
    plan: Mapping[str, Any], points: Mapping[str, Any], ground: Mapping[str, Any], code: str, unit_km: str, which: str = "recorded"
) -> str:
    """One SVG. plan, points: of `layers.planning.saved`. which: recorded, or corrected for presence. Each shade is twice the one before."""
    amount, served = ("points_corrected", "served_by_corrected") if which == "corrected" else ("points", "served_by")
    demand = [one for one in points["features"] if one["properties"]["role"] == "demand"]
    about = [one["properties"] for one in demand]
    cells = _cells(about, amount)
    most, colours = (cells[-1][0] if cells else 1.0), RAMP["light"]
    steps = [max(0, len(colours) - 1 + ceil(log2(value / most) - 1e-9)) for value, _ in cells]
    drawn = zip(rings(int(id, 16) for _, id in cells), steps, strict=True)
    sites, new = plan["sites"], plan[which]["new"]
    links = []
    for one, told in zip(demand, about, strict=True):
        if (by := told.get(served)) in sites:
            colour = LIGHT["accent"] if by in new else LIGHT["corridor"]
            links.append(([one["geometry"]["coordinates"], [sites[by]["lon"], sites[by]["lat"]]], printed.Look(colour, 0.75)))
    picture = printed.Picture(
        cells=[(ring, printed.Look(colours[step], 0.85)) for ring, step in drawn],
        links=links,
        posts=[(sites[id]["lon"], sites[id]["lat"], True) for id in plan["existing"]],
        numbers=[(sites[id]["lon"], sites[id]["lat"], str(number)) for number, id in enumerate(new, 1)],
    )
    return printed.draw(ground, picture, WINDOW, code, unit_km, WIDTH, HEIGHT)


def shades(points: Mapping[str, Any], which: str = "recorded") -> list[tuple[str, float]]:
    """The key of the map: each colour and the most points of a cell that has it, the lightest first; [] without demand on cells."""
    demand = [one["properties"] for one in points["features"] if one["properties"]["role"] == "demand"]
    cells, colours = _cells(demand, "points_corrected" if which == "corrected" else "points"), RAMP["light"]
    return [(colour, cells[-1][0] / 2 ** (len(colours) - 1 - step)) for step, colour in enumerate(colours)] if cells else []


def _cells(about: Sequence[Mapping[str, Any]], amount: str) -> list[tuple[float, str]]:
    """Points and id of every cell that has any, the fewest first."""
    cells = [(one.get(amount, one["points"]) or 0.0, one["id"]) for one in about if one["kind"] == "cell"]
    return sorted((value, id) for value, id in cells if value > 0)
