"""The map on paper: one SVG, drawn on the server, sharp at any size, for the brief. Always in light colours, readable in grey print."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from dashboard.maps.apart import apart
from dashboard.maps.palette import LIGHT

#: West, south, east, north in degrees.
Window = tuple[float, float, float, float]
#: Lines are drawn with points at least this far apart, in units of the drawing (0.1 mm on the brief's page).
TOLERANCE = 1.0
#: Metres of one degree of latitude.
DEGREE_M = 111_320.0
LABEL_SIZES = {0: 32, 1: 28, 2: 24}
#: Villages stand on the map of the screen; paper has room for towns and seats of districts.
LEAST_RANK = 2
#: Widest letters of the alphabets that we write, as a share of the size of the type.
LETTER = 0.62
#: Between the middles of two numbers, at least.
NUMBER_GAP = 50
#: A label of a town is left out when it would come nearer than this to another one.
LABEL_GAP = 4


@dataclass(frozen=True)
class Look:
    """How an area or a line is drawn: an SVG fill or stroke, its strength, and whether its edge is dotted (unstable).

    dots: radius in units of the dots that fill an area instead of a full colour; a line is then two thin ones with paper between them.
    Cold is drawn so: hot and cold of one strength are equally dark, and grey paper must tell them apart.
    """

    colour: str
    opacity: float = 1.0
    dotted: bool = False
    dots: float = 0.0


@dataclass(frozen=True)
class Picture:
    """What is drawn. cells: closed lon/lat rings with their look. bands: lines along the border with theirs, drawn in this order.
    links: thin lines from one place to another. posts: lon, lat, whether open. numbers: lon, lat and a mark that the text beside the map
    speaks of."""

    cells: Sequence[tuple[Sequence[Sequence[float]], Look]] = ()
    bands: Sequence[tuple[Sequence[Sequence[float]], Look]] = ()
    links: Sequence[tuple[Sequence[Sequence[float]], Look]] = ()
    posts: Sequence[tuple[float, float, bool]] = ()
    numbers: Sequence[tuple[float, float, str]] = ()


class Frame:
    """Degrees to the units of the drawing: Web Mercator, the window as large as the paper allows and in its middle."""

    def __init__(self, window: Window, width: int, height: int) -> None:
        west, south, east, north = window
        self.width, self.height = width, height
        x, y = _mercator(np.array([west, east]), np.array([south, north]))
        self.scale = min(width / (x[1] - x[0]), height / (y[1] - y[0]))
        self._left = (x[0] + x[1]) / 2 - width / 2 / self.scale
        self._top = (y[0] + y[1]) / 2 + height / 2 / self.scale
        self.middle = (south + north) / 2

    def __call__(self, lon: Any, lat: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        x, y = _mercator(np.asarray(lon, float), np.asarray(lat, float))
        return (x - self._left) * self.scale, (self._top - y) * self.scale

    @property
    def window(self) -> Window:
        """All that the paper shows, in degrees, a little more on every side."""
        lon = np.degrees([self._left - 20 / self.scale, self._left + (self.width + 20) / self.scale])
        y = np.array([self._top - (self.height + 20) / self.scale, self._top + 20 / self.scale])
        lat = np.degrees(np.arctan(np.sinh(y)))
        return float(lon[0]), float(lat[0]), float(lon[1]), float(lat[1])

    def length(self, km: float) -> float:
        """Units of a distance in the middle of the window."""
        return float(np.radians(km * 1000 / DEGREE_M) / np.cos(np.radians(self.middle)) * self.scale)


def _mercator(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.radians(lon), np.arctanh(np.sin(np.radians(lat)))


def draw(
    ground: Mapping[str, Mapping[str, Any]], picture: Picture, window: Window, code: str, unit_km: str, width: int, height: int
) -> str:
    """One `<svg>` element, ``width`` x ``height`` units.

    ground: GeoJSON of `geodata.places.ground` ("land", "provinces", "line", "places", "countries"), EPSG:4326. code: language of
    the names. unit_km: the word for kilometres.
    """
    frame = Frame(window, width, height)
    seen = frame.window
    parts = [f'<rect width="{width}" height="{height}" fill="{LIGHT["water"]}"/>']
    for feature in ground["land"]["features"]:
        own = feature["properties"].get("iso3") in ("TJK", "AFG")
        parts += _areas(shape(feature["geometry"]), frame, seen, LIGHT["land"] if own else LIGHT["neighbour"])
    parts += [_line(shape(f["geometry"]), frame, seen, LIGHT["outline"], 1.5, "8 5") for f in ground["provinces"]["features"]]
    parts += [_cell(ring, look, frame, seen) for ring, look in picture.cells]
    line = shape(ground["line"]["features"][0]["geometry"])
    parts += [_line(line, frame, seen, "#ffffff", 15), _line(line, frame, seen, LIGHT["line"], 6)]
    parts += [_band(points, look, frame, seen) for points, look in picture.bands]
    parts += [_line(shapely.linestrings(link), frame, seen, look.colour, 2, opacity=look.opacity) for link, look in picture.links]
    parts += [_post(lon, lat, is_open, frame) for lon, lat, is_open in picture.posts]
    taken: list[tuple[float, float, float, float]] = []
    parts += _numbers(picture.numbers, frame, taken)
    parts += _names(ground["places"]["features"], code, frame, taken)
    parts += _countries(ground["countries"]["features"], code, frame, taken)
    parts.append(_scale_bar(frame, unit_km))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" class="printed-map" role="img">{_PATTERNS}'
        + _dots({look for _, look in picture.cells if look.dots})
        + "".join(parts)
        + "</svg>"
    )


#: Silence and gaps: hatched, never blue.
HATCH = "url(#silent)"
_PATTERNS = (
    '<defs><pattern id="silent" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="9" height="9" fill="#efecf3"/><rect width="3" height="9" fill="#8d82a3"/></pattern></defs>'
)


#: Width of one dot with the paper around it.
DOT = 15


def _dots(looks: Iterable[Look]) -> str:
    """The patterns of dotted areas, one for each colour and size."""
    patterns = {_dotted(look): look for look in looks}
    return "".join(
        f'<defs><pattern id="{id}" width="{DOT}" height="{DOT}" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">'
        f'<rect width="{DOT}" height="{DOT}" fill="{look.colour}" fill-opacity="0.13"/>'
        f'<circle cx="{DOT / 2}" cy="{DOT / 2}" r="{look.dots}" fill="{look.colour}"/></pattern></defs>'
        for id, look in sorted(patterns.items())
    )


def _dotted(look: Look) -> str:
    return f"dots-{look.colour.strip('#')}-{look.dots:g}"


def _areas(area: BaseGeometry, frame: Frame, seen: Window, fill: str) -> list[str]:
    clipped = shapely.clip_by_rect(area, *seen)
    paths = [_path(ring, frame, closed=True) for polygon in _parts(clipped, "Polygon") for ring in (polygon.exterior, *polygon.interiors)]
    d = "".join(path for path in paths if path)
    return [f'<path d="{d}" fill="{fill}" fill-rule="evenodd" stroke="{LIGHT["outline"]}" stroke-width="2"/>'] if d else []


def _parts(geometry: BaseGeometry, kind: str) -> Iterable[Any]:
    return (part for part in shapely.get_parts(geometry) if part.geom_type in (kind, "LinearRing"))


def _path(line: BaseGeometry, frame: Frame, *, closed: bool = False) -> str:
    """SVG path of a line, thinned to what the paper can show."""
    points = shapely.get_coordinates(line)
    if len(points) < 2:
        return ""
    x, y = frame(points[:, 0], points[:, 1])
    thin = shapely.get_coordinates(shapely.simplify(shapely.linestrings(np.column_stack([x, y])), TOLERANCE, preserve_topology=False))
    if len(thin) < (3 if closed else 2):
        return ""
    return "M" + "L".join(f"{px:.0f},{py:.0f}" for px, py in thin) + ("Z" if closed else "")


def _line(line: BaseGeometry, frame: Frame, seen: Window, colour: str, wide: float, dash: str = "", opacity: float = 1.0) -> str:
    d = "".join(_path(part, frame) for part in _parts(shapely.clip_by_rect(line, *seen), "LineString"))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    join = 'stroke-linejoin="round" stroke-linecap="butt"'
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{wide}" stroke-opacity="{opacity}" {join}{dashed}/>' if d else ""


def _cell(ring: Sequence[Sequence[float]], look: Look, frame: Frame, seen: Window) -> str:
    lon, lat = np.array(ring, float).T
    if lon.max() < seen[0] or lon.min() > seen[2] or lat.max() < seen[1] or lat.min() > seen[3]:
        return ""
    x, y = frame(lon, lat)
    points = " ".join(f"{px:.0f},{py:.0f}" for px, py in zip(x, y, strict=True))
    edge = f' stroke="{look.colour}" stroke-width="3" stroke-dasharray="3 5" stroke-opacity="1"' if look.dotted else ""
    fill = f"url(#{_dotted(look)})" if look.dots else look.colour
    return f'<polygon points="{points}" fill="{fill}" fill-opacity="{look.opacity}"{edge}/>'


def _band(points: Sequence[Sequence[float]], look: Look, frame: Frame, seen: Window) -> str:
    line = shapely.linestrings(points)
    if look.colour == HATCH:
        return _line(line, frame, seen, "#efecf3", 20) + _line(line, frame, seen, "#8d82a3", 20, "4 6")
    outer = _line(line, frame, seen, look.colour, 20, "6 7" if look.dotted else "", look.opacity)
    return outer + _line(line, frame, seen, "#ffffff", 11) + _line(line, frame, seen, LIGHT["line"], 3) if look.dots else outer


def _post(lon: float, lat: float, is_open: bool, frame: Frame) -> str:
    x, y = (float(v) for v in frame(lon, lat))
    if not (0 < x < frame.width and 0 < y < frame.height):
        return ""
    fill = LIGHT["post"] if is_open else LIGHT["post_fill"]
    return f'<circle cx="{x:.0f}" cy="{y:.0f}" r="7" fill="{fill}" stroke="{LIGHT["post"]}" stroke-width="2.5"/>'


def _numbers(numbers: Sequence[tuple[float, float, str]], frame: Frame, taken: list[tuple[float, float, float, float]]) -> list[str]:
    """Each on its place; those that would lie on each other stand apart, with a line to a dot where they belong."""
    parts = []
    at: list[tuple[float, float, str]] = []
    for lon, lat, mark in numbers:
        x, y = (float(v) for v in frame(lon, lat))
        if 25 < x < frame.width - 25 and 25 < y < frame.height - 25:
            at.append((x, y, mark))
    for (px, py, mark), (x, y) in zip(at, apart([one[:2] for one in at], NUMBER_GAP).tolist(), strict=True):
        taken.append((x - 24, y - 24, x + 24, y + 24))
        leader = ""
        if abs(x - px) + abs(y - py) > 1:
            leader = (
                f'<path d="M{px:.0f},{py:.0f}L{x:.0f},{y:.0f}" stroke="#1d2429" stroke-width="4"/>'
                f'<circle cx="{px:.0f}" cy="{py:.0f}" r="6" fill="#1d2429" stroke="#fff" stroke-width="2"/>'
            )
        # The mark goes when its line beside the map is folded away for want of room (assets/brief/brief.js).
        parts.append(
            f'<g data-mark="{escape(mark)}">{leader}'
            f'<circle cx="{x:.0f}" cy="{y:.0f}" r="22" fill="#1d2429" stroke="#fff" stroke-width="3"/>'
            f'<text x="{x:.0f}" y="{y + 9:.0f}" text-anchor="middle" font-size="27" font-weight="700" fill="#fff">{escape(mark)}</text></g>'
        )
    return parts


def _text(x: float, y: float, words: str, size: float, colour: str, anchor: str = "start", more: str = "") -> str:
    look = f'font-size="{size:g}" fill="{colour}" stroke="#fff" stroke-width="5" paint-order="stroke" text-anchor="{anchor}"'
    return f'<text x="{x:.0f}" y="{y:.0f}" {look}{more}>{escape(words)}</text>'


def _names(features: Sequence[Mapping[str, Any]], code: str, frame: Frame, taken: list[tuple[float, float, float, float]]) -> list[str]:
    """Towns, the most important first; one that would touch another label is left out."""
    parts: list[str] = []
    ordered = sorted(
        (f for f in features if f["properties"].get("rank", 9) <= LEAST_RANK),
        key=lambda f: (f["properties"].get("rank", 9), -(f["properties"].get("population") or 0)),
    )
    for feature in ordered:
        told = feature["properties"]
        words = told.get(f"name_{code}") or told.get("name_en") or ""
        x, y = (float(v) for v in frame(*feature["geometry"]["coordinates"][:2]))
        size = LABEL_SIZES[told["rank"]]
        wide = LETTER * size * len(words)
        for left, anchor in ((x + 10, "start"), (x - 10 - wide, "end")):
            box = (left - LABEL_GAP, y - size * 0.7, left + wide + LABEL_GAP, y + size * 0.5)
            inside = box[0] > 4 and box[2] < frame.width - 4 and box[1] > 4 and box[3] < frame.height - 60
            if words and inside and not any(_touch(box, other) for other in taken):
                taken.append(box)
                parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="4" fill="{LIGHT["muted"]}"/>')
                parts.append(_text(x + (10 if anchor == "start" else -10), y + size * 0.35, words, size, LIGHT["ink"], anchor))
                break
    return parts


def _countries(features: Sequence[Mapping[str, Any]], code: str, frame: Frame, taken: list[tuple[float, float, float, float]]) -> list[str]:
    parts = []
    for feature in features:
        told = feature["properties"]
        words = (told.get(f"name_{code}") or told.get("name_en") or "").upper()
        x, y = (float(v) for v in frame(*feature["geometry"]["coordinates"][:2]))
        wide = 20.0 * len(words)
        box = (x - wide / 2, y - 20, x + wide / 2, y + 14)
        if box[0] > 0 and box[2] < frame.width and 20 < y < frame.height - 60 and not any(_touch(box, other) for other in taken):
            taken.append(box)
            parts.append(_text(x, y + 8, words, 24, LIGHT["muted"], "middle", ' letter-spacing="6"'))
    return parts


def _touch(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _scale_bar(frame: Frame, unit_km: str) -> str:
    """The longest of 1, 2, 5, 10 … km that is no longer than a fifth of the paper."""
    km = max((c * 10**p for p in range(4) for c in (1, 2, 5) if frame.length(c * 10**p) <= frame.width / 5), default=1)
    long, y = frame.length(km), frame.height - 24
    bar = f'<path d="M24,{y - 10}V{y}H{24 + long:.0f}V{y - 10}" fill="none" stroke="{LIGHT["ink"]}" stroke-width="3"/>'
    return bar + _text(24 + long / 2, y - 8, f"{km:g} {unit_km}", 21, LIGHT["ink"], "middle")
