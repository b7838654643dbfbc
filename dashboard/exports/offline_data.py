"""The tables of a view as small JSON values for the program in `page/offline.js`. Degrees in, degrees out; EPSG:4326."""

import json
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from dashboard.answers.as_said import agency_words, unit_words
from dashboard.exports.surface_image import OPACITY, data_uri
from dashboard.exports.view import FeatureCollection, HeatCells, HeatSurface
from dashboard.language import NO_BREAK, Language
from dashboard.maps.palette import RAMP
from layers import steps
from layers.happenings import drug_kg
from layers.seizures import SOFT_ABOVE_M

#: Drawn lines may leave the true one by this much, in degrees (about 100 m): a screen shows no more, and the file stays small.
DRAWN_WITHIN_DEG = 0.001
#: Levels whose report names an area: it is spread over the heatmap, and never a dot on the area's centre.
AREA_LEVELS = ("district", "province", "country", "none")
BOUNDS = {"exact": 0, "at_least": 1, "about": 2}
#: Radius of the smallest and the largest symbol of a seizure, in pixels.
R_MIN, R_MAX = 3.5, 22.0
#: Shapes of the posts by kind, in a box of 18 by 18; anything else is drawn as an outpost.
SHAPES = {
    "bcp": '<circle cx="9" cy="9" r="5"/>',
    "outpost": '<rect x="4.5" y="4.5" width="9" height="9"/>',
    "blo": '<path d="M9 2.5 15.5 9 9 15.5 2.5 9Z"/>',
    "bridge": '<rect x="2.5" y="6.6" width="13" height="4.8"/>',
    "customs": '<path d="M9 3 15 14H3Z"/>',
    "dry_port": '<path d="M5.8 3.5h6.4L15.4 9l-3.2 5.5H5.8L2.6 9Z"/>',
}
STATUSES = ("open", "closed", "unknown")


class Pool:
    """Texts that many rows share, each written once; 0 is the empty text."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self._numbers: dict[str, int] = {"": 0}

    def number(self, text: object) -> int:
        """The number of this text. Missing values are the empty text."""
        known = "" if is_missing(text) else str(text)
        if known not in self._numbers:
            self._numbers[known] = len(self.texts)
            self.texts.append(known)
        return self._numbers[known]


def is_missing(value: Any) -> bool:
    """None, NaN, NA and "" are no value."""
    return value is None or value == "" or (not isinstance(value, str | list | tuple) and bool(pd.isna(value)))


def as_json(value: object) -> str:
    """JSON that can stand inside a <script> element: no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def ground_of(ground: Mapping[str, FeatureCollection]) -> dict[str, FeatureCollection]:
    """The ground with simplified outlines and rounded positions; each land carries `label`, the [lat, lon] of its name."""
    return {name: {"type": "FeatureCollection", "features": _features(name, collection)} for name, collection in ground.items()}


def _features(name: str, collection: FeatureCollection) -> list[dict[str, Any]]:
    features = []
    for feature in collection["features"]:
        geometry = shapely.geometry.shape(feature["geometry"])
        known = feature.get("properties") or {}
        properties = {key: known[key] for key in ("iso3", "name", "rank") if not is_missing(known.get(key))}
        if name == "land" and "name" in properties:
            # At 0.2 degrees in from the edge a name lies inside even a crooked country.
            inner = geometry.buffer(-0.2)
            at = (geometry if inner.is_empty else max(shapely.get_parts(inner), key=lambda part: part.area)).representative_point()
            properties["label"] = [round(at.y, 3), round(at.x, 3)]
        drawn = geometry if geometry.geom_type == "Point" else geometry.simplify(DRAWN_WITHIN_DEG)
        if not drawn.is_empty:
            features.append({"type": "Feature", "properties": properties, "geometry": _rounded(shapely.geometry.mapping(drawn))})
    return features


def _rounded(geometry: Mapping[str, Any]) -> dict[str, Any]:
    def walk(value: Any) -> Any:
        return round(float(value), 4) if isinstance(value, int | float) else [walk(part) for part in value]

    return {"type": geometry["type"], "coordinates": walk(geometry["coordinates"])}


def name_of(row: Mapping[Any, Any], say: Language) -> str:
    """The name in the viewer's language, or in English where there is none."""
    named = (row.get("name"), row.get(f"name_{say.code}"), row.get("name_en"), row.get("id"))
    return next((_text(name) for name in named if not is_missing(name)), "")


def corridors_of(corridors: pd.DataFrame, say: Language) -> list[dict[str, Any]]:
    """One line per corridor: wide where many recorded seizures lie along it, dashed where no text names it."""
    counts = corridors["n"] if "n" in corridors else pd.Series(np.nan, corridors.index)
    loads = pd.to_numeric(counts, errors="coerce").to_numpy(float)
    most = np.nanmax(loads, initial=1.0)
    drawn = []
    for row, load in zip(corridors.to_dict("records"), loads, strict=True):
        lines = [["", say("legend.corridor_dashed" if row["is_dashed"] else "legend.corridor_supported")]]
        if load == load:
            lines.append([say("export.map.load"), say("export.map.n", n=int(load))])
        drawn.append(
            {
                "name": name_of(row, say),
                "at": [[round(lat, 4), round(lon, 4)] for lon, lat, *_ in row["geometry"].coords],
                "width": 1.6 if not load > 0 else round(1.6 + 3.4 * math.sqrt(load / most), 1),
                "weak": bool(row["is_dashed"]),
                "lines": lines,
            }
        )
    return drawn


def posts_of(posts: pd.DataFrame, say: Language) -> list[dict[str, Any]]:
    """One symbol and one card per post that has a position."""
    placed = posts[posts["lon"].notna() & posts["lat"].notna()]
    return [_post(row, say) for row in placed.to_dict("records")]


def _post(row: Mapping[Any, Any], say: Language) -> dict[str, Any]:
    kind, status = _text(row.get("kind")), _text(row.get("status"))
    name = name_of(row, say)
    others = [_text(row.get(f"name_{script}")) for script in ("en", "ru", "tg", "local")]
    works = [_text(row.get(column)) for column in ("funded_by", "programme")]
    lines = [
        ["", " · ".join(dict.fromkeys(other for other in others if other and other != name))],
        [say("export.map.kind"), say(f"post_kind.{kind}")],
        [say("export.map.status"), say(f"post_status.{status}")],
        [say("export.map.counterpart"), _text(row.get("counterpart"))],
        [say("export.map.works"), "; ".join(work for work in works if work)],
    ]
    if not is_missing(row.get("n")):
        lines.append([say("export.map.recorded"), _recorded(row, say)])
    if not is_missing(row.get("uncertainty_m")):
        lines.append([say("export.map.known_to"), f"± {say.number(float(row['uncertainty_m']) / 1000)} {say('export.unit.km')}"])
    return {
        "name": name,
        "kind": kind if kind in SHAPES else "outpost",
        "status": status if status in STATUSES else "unknown",
        "ring": is_renovated(row),
        "lon": round(float(row["lon"]), 4),
        "lat": round(float(row["lat"]), 4),
        "lines": [line for line in lines if line[1]],
        "url": _text(row.get("source_url")),
    }


def _recorded(row: Mapping[Any, Any], say: Language) -> str:
    n, kg = say("export.map.n", n=int(row["n"])), row.get("weight_kg")
    if kg is None or is_missing(kg) or not kg > 0:
        return n
    return f"{n} · {kg_text(float(kg), bool(row.get('is_at_least')), say)}"


def kg_text(kg: float, is_at_least: bool, say: Language) -> str:
    """12.5 kg, or ≥ 12.5 kg where a weight in the sum is a lower bound."""
    return f"{'≥' + NO_BREAK if is_at_least else ''}{say.number(round(kg, 3))}{NO_BREAK}{say('export.unit.kg')}"


def is_renovated(row: Mapping[Any, Any]) -> bool:
    """Was the post built or renovated by a programme that we know of?"""
    return not is_missing(row.get("programme"))


def events_of(events: pd.DataFrame, say: Language) -> dict[str, Any]:
    """One symbol per position, with every report behind it; the order of `places` is heavy first, so that small ones lie on top.

    Alcohol and precursors are listed but not weighed: they are no part of a sum of drugs.
    """
    pool, placed = Pool(), _placed(events).sort_values(["happened_from", "report_id"], na_position="last", ascending=[False, True])
    grouped: dict[tuple[float, float], list[Mapping[Any, Any]]] = {}
    for row in placed.to_dict("records"):
        grouped.setdefault((row["lat"], row["lon"]), []).append(row)
    places = []
    for (lat, lon), rows in grouped.items():
        within_m = max((float(row["uncertainty_m"]) for row in rows if not is_missing(row["uncertainty_m"])), default=0.0)
        kg = round(sum(row["drug_kg"] for row in rows), 4)
        known = pool.number(say(f"precision.{rows[0]['precision_level']}"))
        name = pool.number(next((row["place_text"] for row in rows if not is_missing(row["place_text"])), ""))
        listed = [_listed(row, pool, say) for row in rows]
        n = len({row["event_id"] for row in rows})
        least = int(any(row["weight_bound"] == "at_least" and row["drug_kg"] > 0 for row in rows))
        places.append([lat, lon, round(within_m), kg, n, int(within_m > SOFT_ABOVE_M), known, listed, name, least])
    places.sort(key=lambda place: (-place[3], place[1], place[0]))
    return {"pool": pool.texts, "places": places, "kg_at_full": nice_above(places[0][3]) if places else 1}


def heaviest_kg(events: pd.DataFrame) -> float:
    """The weight at the position with the most, in kg; 0 without any."""
    placed = _placed(events)
    return round(float(placed.groupby(["lon", "lat"])["drug_kg"].sum().max()), 4) if len(placed) else 0.0


def _placed(events: pd.DataFrame) -> pd.DataFrame:
    """Rows with a place, its point rounded to 0.0001 degrees, and what each adds to a drug total."""
    placed = events[_has_symbol(events)]
    return placed.assign(lon=placed["lon"].round(4), lat=placed["lat"].round(4), drug_kg=drug_kg(placed))


def _listed(row: Mapping[Any, Any], pool: Pool, say: Language) -> list[Any]:
    kg = row.get("weight_kg")
    weighed = kg is not None and kg == kg
    amount = ""
    if not weighed and not is_missing(row.get("quantity")):
        amount = f"{say.number(float(row['quantity']))} {unit_words(row.get('unit'), say)}".strip()
    drug = row.get("drug")
    return [
        pool.number(date_text(row, say)),
        pool.number(say(f"kind.{row['kind']}") if is_missing(drug) else say(f"drug.{drug}")),
        round(float(kg), 4) if weighed else None,  # type: ignore[arg-type]
        BOUNDS.get(_text(row.get("weight_bound")), 0),
        pool.number(amount),
        pool.number(agency_words(row.get("agency"), say) or None),
        pool.number(row.get("source_url")),
    ]


def date_text(row: Mapping[Any, Any], say: Language) -> str:
    """The date as closely as it is known and no closer: 25 Jul 2018, Jul 2018, Q3 2018, 2018, a span of these, or "undated"."""
    first, last, precision = _text(row.get("happened_from")), _text(row.get("happened_to")), _text(row.get("date_precision"))
    if not first or precision == "unknown":
        return say("export.undated")
    begin, end = (_sharp_date(day, precision, say) for day in (first, last or first))
    return begin if begin == end else f"{begin} – {end}"


def _sharp_date(day: str, precision: str, say: Language) -> str:
    if precision == "day":
        return say.day(day)
    if precision == "month":
        return say.month(day[:7])
    return say.month(f"{day[:4]}Q{(int(day[5:7]) + 2) // 3}") if precision == "quarter" else day[:4]


def cells_of(cells: HeatCells) -> dict[str, Any]:
    """Cells of the seven classes of `layers.steps`: rings as whole steps of 0.0001 degrees, class 0..6, value.

    As on the page, the lowest class reaches down to half its limit; what is less is not drawn.
    """
    values, lower = np.nan_to_num(np.asarray(cells.values, float)), lower_limits(cells.values)
    classes = steps.step_of(values, [lower[0] / 2, *lower[1:]] if lower else [])
    some = np.flatnonzero(classes > 0)
    rings = []
    for index in some:
        ring = np.round(np.asarray(cells.rings[index], float)[:, :2] * 1e4).astype(int)
        rings.append(np.vstack([ring[:1], np.diff(ring, axis=0)]).ravel().tolist())
    shown = [float(f"{value:.3g}") for value in values[some]]
    return {"rings": rings, "classes": (classes[some] - 1).tolist(), "values": shown, "unit": cells.unit, "least": cells.is_at_least}


def surface_of(surface: HeatSurface) -> dict[str, Any]:
    """The picture for either theme, and where its corners lie."""
    west, south, east, north = surface.bounds
    pictures = {theme: data_uri(surface.shade, ramp) for theme, ramp in RAMP.items()}
    return {**pictures, "bounds": [[south, west], [north, east]], "opacity": OPACITY}


def lower_limits(values: NDArray[np.float64]) -> list[float]:
    """Lower limits of the seven classes, as on the page; none when there is nothing above 0."""
    return steps.limits(float(np.nanmax(values, initial=0.0)))


def nice_above(value: float) -> float:
    """The next 1, 2 or 5 times a power of ten; 1 for nothing."""
    if not value > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * (1 - 1e-9))


def without_symbol(events: pd.DataFrame) -> tuple[int, int]:
    """Distinct events of a table that have no symbol: those without any place, and those known only to an area."""
    rest = events[~_has_symbol(events)]
    unplaced = rest["lon"].isna() | rest["lat"].isna() | rest["precision_level"].isin(("country", "none"))
    return int(rest.loc[unplaced, "event_id"].nunique()), int(rest.loc[~unplaced, "event_id"].nunique())


def with_symbol(events: pd.DataFrame) -> int:
    """Distinct events of a table that have a symbol."""
    return int(events.loc[_has_symbol(events), "event_id"].nunique())


def _has_symbol(events: pd.DataFrame) -> "pd.Series[bool]":
    return events["lon"].notna() & events["lat"].notna() & ~events["precision_level"].isin(AREA_LEVELS)


def _text(value: object) -> str:
    return "" if is_missing(value) else str(value).strip()
