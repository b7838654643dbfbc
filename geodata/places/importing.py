"""Real outlines of provinces and districts, brought by the user: `python -m etl boundaries import FILE`."""

import gzip
import io
import json
import warnings
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import shapely

from geodata.distances import WGS84
from geodata.errors import BadFile
from geodata.places.cached import is_sound, store_file
from geodata.places.cells import Area, as_area
from geodata.places.districts import load_districts, load_provinces
from geodata.places.files import records
from geodata.places.names import name_key

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Level = Literal["province", "district"]
LEVELS: tuple[Level, ...] = ("province", "district")
#: A seat may lie this far outside its outline: our seats are rounded and some are estimates.
SEAT_REACH_M = 30_000.0
#: And its area may differ from a circle of our extent by this factor: tells a city from the province of the same name.
SIZE_RATIO = 15.0
WANTED = "GeoJSON (.geojson, .json, also .gz), GeoPackage (.gpkg) or a shapefile in a .zip"
_SUFFIX_WORDS = ("province", "district", "region", "oblast", "velayat", "wuleswali", "область", "район", "вилояти", "ноҳияи")


@dataclass(frozen=True)
class BoundaryImport:
    """What an import did: names of the file by what became of them."""

    level: Level
    country_iso3: tuple[str, ...]
    name_column: str
    matched: tuple[tuple[str, str], ...]  # name in the file, our province_id or district_id
    unmatched: tuple[str, ...]  # no place of ours has that name there; left out
    repaired: tuple[str, ...]  # the outline crossed itself and was mended
    stored_in: tuple[Path, ...]  # a file per country


def import_boundaries(file: Path, data: Path) -> BoundaryImport:
    """Read real outlines and keep those that are ours in ``data``/boundaries, from where `areas` takes them.

    file: polygons in any declared coordinate system, with a column of names. A feature is one of our provinces or
    districts when the names agree (`name_key`, any of our spellings) and our seat lies in it or within `SEAT_REACH_M`.
    The level with more matches is taken. Raises BadFile: not readable, no CRS, no areas, nothing matched.
    """
    features = _read(file)
    best: tuple[int, Level, str, dict[int, str]] | None = None
    for level in LEVELS:
        for column in _name_columns(features):
            found = _match(features, column, level)
            if found and (best is None or len(found) > best[0]):
                best = (len(found), level, column, found)
    if best is None:
        columns = ", ".join(map(str, _name_columns(features))) or "no text column"
        raise BadFile(
            f"{file.name}: none of its {len(features)} areas has the name and the place of a province or district known here (looked in "
            f"{columns}). Outlines in Tajikistan or a neighbour with a column of English, Russian or local names were wanted."
        )
    _, level, column, found = best
    mended = [str(features[column].iloc[i]).strip() for i in found if not features.geometry.iloc[i].is_valid]
    areas: dict[str, Area] = {}
    for row, place in found.items():
        areas[place] = _merge(areas.get(place), features.geometry.iloc[row])
    names = features[column].astype(str).str.strip()
    ours = _ours(level)
    paths = _store(areas, ours, level, data / "boundaries")
    return BoundaryImport(
        level,
        tuple(sorted(set(ours.loc[ours["id"].isin(areas), "country_iso3"]))),
        column,
        tuple((str(names.iloc[row]), place) for row, place in found.items()),
        tuple(names.iloc[[row for row in range(len(features)) if row not in found]]),
        tuple(mended),
        paths,
    )


def imported_areas(folder: Path, level: str) -> dict[str, Area]:
    """What was imported: areas by province_id or district_id, EPSG:4326; empty when nothing was. Raises BadFile for a damaged file."""
    found: dict[str, Area] = {}
    for path in sorted(folder.glob(f"{level}-*.geojson")):
        if not is_sound(path):
            raise BadFile(f"{path} is damaged: import the boundaries again (python -m etl boundaries import FILE), or delete it.")
        for feature in json.loads(path.read_bytes())["features"]:
            found[feature["properties"]["id"]] = as_area(shapely.from_geojson(json.dumps(feature["geometry"])))
    return found


def _read(file: Path) -> "GeoDataFrame":
    """The areas of the file in EPSG:4326, features without one left out. Raises BadFile."""
    import geopandas  # slow to import: only an import needs it
    import pyogrio

    source: Any = file
    if not file.is_file():
        raise BadFile(f"{file} was not found; {WANTED} was wanted. Check the path.")
    try:
        if file.suffix == ".gz":
            source = io.BytesIO(gzip.decompress(file.read_bytes()))
        with warnings.catch_warnings():  # what GDAL guesses of a file that is no map is not for the user
            warnings.simplefilter("ignore", RuntimeWarning)
            features = geopandas.read_file(source, engine="pyogrio")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, EOFError, ValueError, zlib.error) as problem:
        raise BadFile(f"{file.name} could not be read as a map of areas ({problem}); {WANTED} was wanted.") from problem
    if not isinstance(features, geopandas.GeoDataFrame):
        raise BadFile(f"{file.name} holds a table without geometry; {WANTED} with areas was wanted.")
    if features.crs is None:
        raise BadFile(f"{file.name} does not say its coordinate system: export it again as GeoJSON in EPSG:4326 (WGS 84).")
    features = features[features.geometry.notna()].to_crs("EPSG:4326")
    features = features[features.geometry.geom_type.isin(["Polygon", "MultiPolygon"])].reset_index(drop=True)
    if features.empty:
        raise BadFile(f"{file.name} holds no areas (polygons); outlines of provinces or districts were wanted.")
    west, south, east, north = features.total_bounds
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise BadFile(f"{file.name} has positions such as {east:g}, {north:g}; degrees were wanted: export it again in EPSG:4326.")
    return features


def _name_columns(features: "GeoDataFrame") -> list[str]:
    return [str(c) for c in features.columns if c != features.geometry.name and features[c].map(lambda v: isinstance(v, str)).any()]


def _ours(level: str) -> pd.DataFrame:
    """[id, country_iso3, lon, lat, extent_m, keys]: our places of one level with the keys of all their names."""
    table = load_provinces() if level == "province" else load_districts()
    columns = ["name_en", "name_ru", "name_tg", "name_local"]
    keys = [
        {key for name in (*names, *alt) for key in _keys(name)}
        for names, alt in zip(table[columns].itertuples(index=False), table["alt_names"], strict=True)
    ]
    kept = table.rename(columns={f"{level}_id": "id"})[["id", "country_iso3", "lon", "lat", "extent_m"]]
    return kept.assign(keys=pd.Series(keys, dtype="object"))


def _keys(name: str) -> set[str]:
    """The key of a name as it is, without what stands in brackets, and without words such as "province"."""
    whole, bare = name_key(name), name_key(name.split("(")[0])
    return {key for key in (whole, bare, *(" ".join(w for w in k.split() if w not in _SUFFIX_WORDS) for k in (whole, bare))) if key}


def _match(features: "GeoDataFrame", column: str, level: str) -> dict[int, str]:
    """Row of the file -> our id, for the features whose name and place agree with one of ours."""
    by_key: dict[str, list[Any]] = {}
    for place in records(_ours(level)):
        for key in place.keys:
            by_key.setdefault(key, []).append(place)
    found: dict[int, str] = {}
    for row, (name, area) in enumerate(zip(features[column], features.geometry, strict=True)):
        candidates = {place.id: place for key in (_keys(name) if isinstance(name, str) else ()) for place in by_key.get(key, ())}
        fits = sorted((fit, place_id) for place_id, place in candidates.items() if (fit := _fit(area, place)) is not None)
        if fits:
            found[row] = fits[0][1]
    return found


def _fit(area: Any, place: Any) -> tuple[float, float] | None:
    """How badly an outline fits a place of ours (metres to its seat, then how far the sizes are apart); None: it cannot be it."""
    size = abs(WGS84.geometry_area_perimeter(shapely.make_valid(area))[0]) / (np.pi * place.extent_m**2)
    off = shapely.get_coordinates(shapely.shortest_line(area, shapely.Point(place.lon, place.lat)))
    metres = float(WGS84.inv(*off[0], *off[1])[2])
    if metres > SEAT_REACH_M or not 1 / SIZE_RATIO < size < SIZE_RATIO:
        return None
    return metres, float(abs(np.log(size)))


def _merge(before: Area | None, area: Any) -> Area:
    sound = shapely.make_valid(area)
    return as_area(sound if before is None else shapely.union_all([before, sound]))


def _store(areas: dict[str, Area], ours: pd.DataFrame, level: str, folder: Path) -> tuple[Path, ...]:
    """One file per country; an earlier import of the same level and country is replaced."""
    countries = ours.set_index("id")["country_iso3"]
    paths = []
    for iso3 in sorted({str(countries[place]) for place in areas}):
        features = [
            {"type": "Feature", "properties": {"id": place}, "geometry": json.loads(shapely.to_geojson(area))}
            for place, area in sorted(areas.items())
            if countries[place] == iso3
        ]
        content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
        paths.append(store_file(folder, f"{level}-{iso3}.geojson", content))
    return tuple(paths)
