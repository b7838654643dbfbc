"""The ground of every map: land, border line, sections, approximate areas, labels, as GeoJSON that a browser can draw at once.

A web process only needs `ground_files`: once the files are made, it hands out their bytes and imports nothing heavy.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from geodata.places.cached import cached_file, is_sound
from geodata.places.files import FOLDER, Field, read_table, records

if TYPE_CHECKING:
    from geodata.places.cells import Area

FeatureCollection = dict[str, Any]
NAMES = ("land", "line", "sections", "districts", "provinces", "places", "countries")
#: Raised when the way the ground is made changes.
RECIPE = 2
#: How far a drawn border may lie from the exact one, in degrees (0.0002 is 22 m: less than a pixel at zoom 12).
LINE_TOLERANCE_DEG = 0.0002
TOLERANCES_DEG = {"TJK": 0.001, "AFG": 0.0025, "UZB": 0.003, "KGZ": 0.003, "TKM": 0.006, "KAZ": 0.008}
FAR_TOLERANCE_DEG = 0.015
IMPORTED_TOLERANCE_DEG = 0.002

COUNTRY = (
    Field("iso3", "iso3", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("name_tg", "text", False),
    Field("label_lon", "lon", False),
    Field("label_lat", "lat", False),
    Field("source", "url", False),
)
WATER = (
    Field("water_id", "slug", False),
    Field("name_en", "text", False),
    Field("seq", "integer", False, low=1),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("source", "url", False),
)


def ground(cache: Path) -> dict[str, FeatureCollection]:
    """All of the ground, EPSG:4326, five decimals at most; every feature has `name_en`, `name_ru`, `name_tg` where it has a name.

    "land": countries with `iso3`; "line": the Tajik-Afghan line; "sections": with `section_id`; "districts" and
    "provinces": the lines between them, a feature a country and `basis` ("approximate": to be drawn dashed); "places":
    points with `kind`, `population` and `rank` (0 a capital, labelled first, to 4 a village); "countries": points for
    their names. The areas themselves are `geodata.places.areas`.
    Land, line and sections share their vertices. Source: OpenStreetMap (ODbL), GeoNames (CC BY 4.0), own tables.
    """
    return {name: json.loads(path.read_bytes()) for name, path in ground_files(cache).items()}


def ground_files(cache: Path) -> dict[str, Path]:
    """The ground as files, missing or damaged ones made first (a minute on a fresh machine). Raises BadFile."""
    version = _version(cache)
    paths = {name: cache / f"ground-{name}-{version}.json" for name in NAMES}
    if all(is_sound(path) for path in paths.values()):
        return paths
    made = _make(cache)
    return {name: cached_file(cache, path.name, _later(made[name])) for name, path in paths.items()}


def _later(make: Callable[[], Iterable[dict[str, Any]]]) -> Callable[[], bytes]:
    return lambda: json.dumps({"type": "FeatureCollection", "features": list(make())}, ensure_ascii=False, separators=(",", ":")).encode()


def _version(cache: Path) -> str:
    """From our tables, the source of outlines, and what was imported: a change gives other file names."""
    from geodata.places.boundaries import made_from

    digest = sha256()
    for file in sorted(FOLDER.glob("*.csv")):
        digest.update(file.read_bytes())
    for file in sorted((cache.parent / "boundaries").glob("*.sha256")):
        digest.update(file.name.encode() + file.read_bytes())
    return f"{digest.hexdigest()[:12]}-{made_from()}-r{RECIPE}"


def _make(cache: Path) -> dict[str, Callable[[], Iterable[dict[str, Any]]]]:
    """How each file is made; what two of them need is made once."""
    from functools import cache as once

    from geodata.places.sections import load_sections

    sections = load_sections(cache)
    stretches = _drawn_sections(sections.geometry)
    land = once(lambda: _land(stretches, cache))
    return {
        "land": lambda: _countries(land()),
        "line": lambda: [_line(stretches)],
        "sections": lambda: [_feature(s, {"section_id": row.section_id, "district_id": row.district_id, **_names(row)})
                             for s, row in zip(stretches, records(sections), strict=True)],
        "districts": lambda: _inner_lines("district", land(), cache),
        "provinces": lambda: _inner_lines("province", land(), cache),
        "places": _places,
        "countries": _labels,
    }  # fmt: skip


def _names(row: Any) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("name_en", "name_ru", "name_tg")}


def _feature(geometry: Any, properties: Mapping[str, Any]) -> dict[str, Any]:
    import shapely

    return {"type": "Feature", "properties": dict(properties), "geometry": json.loads(shapely.to_geojson(geometry))}


def _drawn_sections(exact: Iterable[Any]) -> list[Any]:
    """Each section simplified on its own, so that the line, both countries and the sections meet in the same points."""
    import shapely

    from geodata.places.arcs import round_line

    return [line for line in (round_line(shapely.simplify(piece, LINE_TOLERANCE_DEG)) for piece in exact) if line is not None]


def _line(stretches: list[Any]) -> dict[str, Any]:
    import shapely

    names = {"name_en": "Tajik-Afghan border", "name_ru": "Таджикско-афганская граница", "name_tg": "Сарҳади Тоҷикистону Афғонистон"}
    return _feature(shapely.line_merge(shapely.MultiLineString(stretches)), names)


def _land(stretches: list[Any], cache: Path) -> "dict[str, Area]":
    """Every country of the window, simplified together; the sea is taken out of those that reach into it."""
    import shapely

    from geodata.places.arcs import simplify_together
    from geodata.places.boundaries import DRAWN_ZONES, WINDOW, ZONES, country_outline, derive_exactly
    from geodata.places.cells import as_area

    window = shapely.box(*WINDOW)
    waters = [shapely.Polygon(shore[["lon", "lat"]].to_numpy()) for _, shore in read_table("water", WATER).groupby("water_id", sort=False)]
    sea = shapely.union_all(waters)
    exact = {}
    for iso3 in (*ZONES, *DRAWN_ZONES):
        # A neighbour's own cached outline is simplified already and would no longer meet ours.
        outline = country_outline(iso3, cache) if iso3 in ZONES else shapely.intersection(derive_exactly(iso3), window)
        exact[iso3] = as_area(shapely.difference(outline, sea) if outline.intersects(sea) else outline)
    return simplify_together(exact, _tolerance, stretches)


def _tolerance(beside: frozenset[str]) -> float:
    """The sharper of the two countries decides about their common border."""
    return min((TOLERANCES_DEG.get(iso3, FAR_TOLERANCE_DEG) for iso3 in beside), default=FAR_TOLERANCE_DEG)


def _countries(land: "Mapping[str, Area]") -> Iterable[dict[str, Any]]:
    for row in records(read_table("countries", COUNTRY)):
        if row.iso3 in land:
            yield _feature(land[row.iso3], {"iso3": row.iso3, **_names(row)})


def _labels() -> Iterable[dict[str, Any]]:
    import shapely

    for row in records(read_table("countries", COUNTRY)):
        yield _feature(shapely.Point(row.label_lon, row.label_lat), {"iso3": row.iso3, **_names(row)})


def _inner_lines(level: str, land: "Mapping[str, Area]", cache: Path) -> Iterable[dict[str, Any]]:
    """Lines between areas, each once (an edge drawn from both sides would close the gaps of its dashes).

    Cells end exactly at the drawn outlines and give way to imported areas, whose own outlines are simplified.
    """
    import shapely

    from geodata.places.arcs import DECIMALS
    from geodata.places.areas import make_edges
    from geodata.places.boundaries import ZONES
    from geodata.places.cells import lines_of
    from geodata.places.importing import imported_areas

    grid = 10.0**-DECIMALS
    real = list(imported_areas(cache.parent / "boundaries", level).values())
    taken = shapely.union_all(real)
    outlines = {iso3: land[iso3] for iso3 in ZONES}
    by_country: dict[str, list[Any]] = {iso3: [] for iso3 in outlines}
    for iso3, line in make_edges(level, outlines, cache):
        by_country[iso3].append(shapely.difference(line, taken))
    for iso3, lines in by_country.items():
        drawn = shapely.set_precision(lines_of(shapely.union_all(lines)), grid)
        yield from _lines(drawn, {"iso3": iso3, "basis": "approximate"})
    borders = shapely.line_merge(lines_of(shapely.union_all([area.boundary for area in real])))
    yield from _lines(shapely.set_precision(shapely.simplify(borders, IMPORTED_TOLERANCE_DEG), grid), {"basis": "imported"})


def _lines(geometry: Any, properties: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    if not geometry.is_empty:
        yield _feature(geometry, properties)


def _places() -> Iterable[dict[str, Any]]:
    import shapely

    from geodata.places.towns import load_places

    for row in records(load_places().sort_values(["rank", "place_id"])):
        population = None if pd.isna(row.population) else int(row.population)
        known = {"place_id": row.place_id, "kind": row.kind, "rank": int(row.rank) - 1, "population": population}
        yield _feature(shapely.Point(row.lon, row.lat), {**known, **_names(row)})
