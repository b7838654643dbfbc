"""A real road graph, brought by the user: `python -m etl roads import FILE.osm.pbf`. Kept in the data folder, under the ODbL."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.distances import metres_between
from geodata.errors import BadFile
from geodata.places.boundaries import ZONES, countries_at
from geodata.places.cached import is_sound, store_file
from geodata.places.osm_roads import Progress, Ways, joined, read_ways
from geodata.places.road_rules import CLASSES

FOLDER, NAME = "roads", "roads-osm.npz"
LICENCE = "ODbL 1.0"
ATTRIBUTION = "© OpenStreetMap contributors"
#: Raised when the way a graph is made changes.
RECIPE = 3
#: Countries in which a node may lie; the number of one is its place here, 0: in none of them.
COUNTRIES = ("", *ZONES, "CHN", "PAK", "IRN")
#: Two nodes at one place are still two: a centimetre keeps them joined.
SHORTEST_KM = 1e-5
_ARRAYS = ("osm_id", "lon", "lat", "country", "start", "end", "length_km", "kind", "way_id")


class RoadImport(NamedTuple):
    """What an import did. about: as `imported_about` gives it. stored_in: the file. is_same: it held the very same graph before."""

    about: Mapping[str, Any]
    stored_in: Path
    is_same: bool


class _Graph(NamedTuple):
    osm_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    country: NDArray[np.int8]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    length_km: NDArray[np.float64]
    kind: NDArray[np.int8]
    way_id: NDArray[np.int64]


def import_roads(files: Sequence[Path], data: Path, progress: Progress = lambda step, done, total: None) -> RoadImport:
    """Make a graph of OpenStreetMap extracts, such as two neighbours', and keep it in ``data``/roads; an earlier one is replaced.

    Nodes are where ways end or meet; an edge is the way between two of them, its length in kilometres along its points on the ellipsoid.
    One-way streets count both ways. A node's country is that of the outlines in ``data``/cache. Raises BadFile: not found, broken, empty.
    """
    ways = joined([read_ways(file, progress) for file in files])
    progress("joining ways", 0, 2)
    graph, n_cut = _graph(ways, data / "cache")
    if not len(graph.start):
        raise BadFile(f"{_names(files)} holds ways and not the nodes of any: an extract with both, cut out as a whole, was wanted.")
    progress("joining ways", 1, 2)
    about = _about(files, ways, graph, n_cut)
    content = _packed(graph, about)
    path = data / FOLDER / NAME
    same = is_sound(path) and path.read_bytes() == content
    if not same:
        store_file(data / FOLDER, NAME, content)
    progress("joining ways", 2, 2)
    return RoadImport(about, path, same)


def imported_about(data: Path) -> dict[str, Any] | None:
    """What is known of the imported graph: file, sha256, licence, attribution, counts; None: none was imported. Raises BadFile."""
    opened = _opened(data)
    return None if opened is None else dict(opened[1])


def imported_roads(data: Path) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """The imported graph as tables of nodes and edges like those of `geodata.places.roads`; None: none was imported.

    nodes: [node_id, country_iso3, lon, lat], node_id "n" and OpenStreetMap's number, country_iso3 empty beyond the region. edges: [edge_id,
    from_id, to_id, road_class, length_km, way_id]; no terrain, no passes, no gates: `layers.travel.osm` adds what is known of them. Raises
    BadFile for a damaged file.
    """
    opened = _opened(data)
    if opened is None:
        return None
    graph, _ = opened
    names = np.char.add("n", graph.osm_id.astype("U20")).astype(object)
    country = np.array(COUNTRIES, object)[graph.country]
    nodes = pd.DataFrame({"node_id": names, "country_iso3": country, "lon": graph.lon, "lat": graph.lat})
    edges = pd.DataFrame(
        {
            "edge_id": [f"w{way}-{row}" for row, way in enumerate(graph.way_id.tolist())],
            "from_id": names[graph.start],
            "to_id": names[graph.end],
            "road_class": np.array(CLASSES, object)[graph.kind],
            "length_km": graph.length_km,
            "way_id": graph.way_id,
        }
    )
    return nodes, edges


def _graph(ways: Ways, cache: Path) -> tuple[_Graph, int]:
    """Nodes where ways end or meet, edges between them; and how many ways the extract had cut."""
    way = np.repeat(np.arange(len(ways.kind)), np.diff(ways.first))
    known = np.isfinite(ways.lon)
    n_cut = len(np.unique(way[~known]))
    way, lon, lat = way[known], ways.lon[known], ways.lat[known]
    _, place, times = np.unique(ways.node_id[known], return_inverse=True, return_counts=True)
    # A piece ends where its way does, and where the extract left points out between two others.
    position = np.flatnonzero(known)
    breaks = np.ones(len(way) + 1, bool)
    breaks[1:-1] = (way[1:] != way[:-1]) | (position[1:] != position[:-1] + 1)
    is_node = (times[place] > 1) | breaks[:-1] | breaks[1:]
    step = np.where(breaks[1:-1], 0.0, metres_between(lon[:-1], lat[:-1], lon[1:], lat[1:])) if len(lon) > 1 else np.empty(0)
    along = np.concatenate([[0.0], np.cumsum(step)]) / 1_000
    at = np.flatnonzero(is_node)
    # From one node to the next, unless a break lies between them (then the next starts a piece).
    first, last = at[:-1], at[1:]
    joined = ~breaks[last]
    first, last = first[joined], last[joined]
    length = np.maximum(along[last] - along[first], SHORTEST_KM)
    kept = place[first] != place[last]
    first, last, length = first[kept], last[kept], length[kept]
    used, ends = np.unique(np.concatenate([place[first], place[last]]), return_inverse=True)
    where = np.empty(len(times), np.int64)
    where[place[::-1]] = np.arange(len(place))[::-1]
    rows = where[used]
    start, end = np.split(ends.astype(np.int32), 2)
    lon, lat = lon[rows], lat[rows]
    country = pd.Categorical(countries_at(lon, lat, COUNTRIES[1:], cache), COUNTRIES).codes.astype(np.int8)
    return _Graph(ways.node_id[known][rows], lon, lat, country, start, end, length, ways.kind[way[first]], ways.way_id[way[first]]), n_cut


def _about(files: Sequence[Path], ways: Ways, graph: _Graph, n_cut: int) -> dict[str, Any]:
    n = len(graph.lon)
    _, part = connected_components(coo_array((np.ones(len(graph.start), np.int8), (graph.start, graph.end)), shape=(n, n)), directed=False)
    km = {name: round(float(graph.length_km[graph.kind == number].sum()), 1) for number, name in enumerate(CLASSES)}
    return {
        "file": _names(files),
        "sha256": {file.name: _digest(file) for file in files},
        "licence": LICENCE,
        "attribution": ATTRIBUTION,
        "recipe": RECIPE,
        "n_ways_read": ways.n_read,
        "n_ways_taken": len(ways.kind),
        "left_out": dict(ways.left_out),
        "n_ways_cut": n_cut,
        "n_nodes": n,
        "n_edges": len(graph.start),
        "km": {name: length for name, length in km.items() if length},
        "share_connected": round(float(np.bincount(part).max() / n), 4),
        "n_over_borders": int((graph.country[graph.start] != graph.country[graph.end]).sum()),
        "bounds": [round(float(v), 5) for v in (graph.lon.min(), graph.lat.min(), graph.lon.max(), graph.lat.max())],
    }


def _names(files: Sequence[Path]) -> str:
    return ", ".join(file.name for file in files)


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _packed(graph: _Graph, about: Mapping[str, Any]) -> bytes:
    """The same graph gives the same bytes: entries of the archive carry no date."""
    packed = io.BytesIO()
    text = np.frombuffer(json.dumps(about, ensure_ascii=False, sort_keys=True).encode(), np.uint8)
    np.savez_compressed(packed, about=text, **graph._asdict())
    return packed.getvalue()


def _opened(data: Path) -> tuple[_Graph, dict[str, Any]] | None:
    path = data / FOLDER / NAME
    if not path.exists():
        return None
    again = "import the roads again (python -m etl roads import FILE), or delete it."
    if not is_sound(path):
        raise BadFile(f"{path} is damaged: {again}")
    try:
        with np.load(path, allow_pickle=False) as stored:
            about = json.loads(stored["about"].tobytes())
            if about["recipe"] != RECIPE:
                raise BadFile(f"{path} was made by another version of Panj: {again}")
            return _Graph(**{name: stored[name] for name in _ARRAYS}), about
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as problem:
        raise BadFile(f"{path} is damaged ({problem}): {again}") from problem
