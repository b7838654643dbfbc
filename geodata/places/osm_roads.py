"""Roads out of an OpenStreetMap extract (.osm.pbf): the ways that a vehicle can use, as arrays of points."""

from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from geodata.errors import BadFile
from geodata.places.road_rules import CLASSES

WANTED = "an OpenStreetMap extract (.osm.pbf, as country extracts come, also .osm, .osm.gz or .osm.bz2)"
#: Told of every so many ways.
STEP = 20_000

_OF_HIGHWAY = {
    "motorway": "highway", "motorway_link": "highway", "trunk": "highway", "trunk_link": "highway",
    "primary": "main", "primary_link": "main", "secondary": "main", "secondary_link": "main",
    "tertiary": "gravel", "tertiary_link": "gravel", "unclassified": "gravel", "residential": "gravel",
    "living_street": "gravel", "road": "gravel",
    "service": "access", "track": "track",
}  # fmt: skip
_PAVED = frozenset(("asphalt", "paved", "concrete", "concrete:plates", "concrete:lanes", "chipseal", "paving_stones"))
_UNPAVED = frozenset(("unpaved", "gravel", "fine_gravel", "compacted", "dirt", "earth", "ground", "sand", "mud", "pebblestone", "rock"))
_NO = frozenset(("no", "private"))

Progress = Callable[[str, int, int], None]


class Ways(NamedTuple):
    """n ways of k points: point i of way w is at first[w] <= i < first[w + 1]. EPSG:4326.

    kind: number of the class in `geodata.places.road_rules.CLASSES`. lon, lat are NaN where the extract lacks the node.
    n_read: ways with a road's or a ferry's tag. left_out: those not taken, by reason.
    """

    way_id: NDArray[np.int64]
    kind: NDArray[np.int8]
    first: NDArray[np.int64]
    node_id: NDArray[np.int64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    n_read: int
    left_out: Mapping[str, int]


def read_ways(file: Path, progress: Progress) -> Ways:
    """The ways of an extract on which a vehicle or a ferry goes. Raises BadFile: not found, no such file, broken, without roads."""
    if not file.is_file():
        raise BadFile(f"{file} was not found; {WANTED} was wanted. Check the path.")
    try:
        import osmium
        from osmium.filter import EntityFilter, KeyFilter
    except ImportError as problem:
        raise BadFile(
            "The package osmium is not installed: run `pip install -r requirements.txt`, then import the file again."
        ) from problem
    way_ids, kinds, first, nodes = array("q"), array("b"), array("q", [0]), array("q")
    lons, lats = array("d"), array("d")
    left_out: Counter[str] = Counter()
    n_read = 0
    try:
        bits = osmium.osm.NODE | osmium.osm.WAY
        processor = osmium.FileProcessor(file, bits).with_locations()
        for way in processor.with_filter(EntityFilter(osmium.osm.WAY)).with_filter(KeyFilter("highway", "route")):
            tags = dict(way.tags)
            kind, why_not = class_of(tags)
            if kind is None and "highway" not in tags and tags.get("route") != "ferry":
                continue  # a route that is no ferry is no road at all
            n_read += 1
            if n_read % STEP == 0:
                progress("reading ways", n_read, 0)
            if kind is None:
                left_out[why_not] += 1
                continue
            way_ids.append(way.id)
            kinds.append(CLASSES.index(kind))
            for node in cast(Any, way).nodes:  # the filter lets nothing but ways through, which the types do not say
                there = node.location
                nodes.append(node.ref)
                lons.append(there.lon if there.valid() else np.nan)
                lats.append(there.lat if there.valid() else np.nan)
            first.append(len(nodes))
    except (RuntimeError, ValueError, osmium.InvalidLocationError) as problem:
        raise BadFile(f"{file.name} could not be read ({problem}); {WANTED} was wanted. Get the file again.") from problem
    progress("reading ways", n_read, n_read)
    if not way_ids:
        raise BadFile(f"{file.name} holds no road that a vehicle can use ({n_read} ways looked at); {WANTED} with roads was wanted.")
    return Ways(
        np.array(way_ids, np.int64), np.array(kinds, np.int8), np.array(first, np.int64), np.array(nodes, np.int64),
        np.array(lons), np.array(lats), n_read, dict(sorted(left_out.items())),
    )  # fmt: skip


def joined(parts: Sequence[Ways]) -> Ways:
    """The ways of several extracts, each once: neighbours both hold what crosses their border. The copy with more of its points is kept."""
    if len(parts) == 1:
        return parts[0]
    way_id, kind = (np.concatenate([getattr(part, name) for part in parts]) for name in ("way_id", "kind"))
    node_id, lon, lat = (np.concatenate([getattr(part, name) for part in parts]) for name in ("node_id", "lon", "lat"))
    size = np.concatenate([np.diff(part.first) for part in parts])
    first = np.concatenate([[0], np.cumsum(size)])
    n_known = np.add.reduceat(np.append(np.isfinite(lon), False), first[:-1]) * (size > 0)
    order = np.lexsort((np.arange(len(way_id)), -n_known, way_id))
    is_first = np.ones(len(order), bool)
    is_first[1:] = way_id[order][1:] != way_id[order][:-1]
    kept = np.sort(order[is_first])
    points = np.repeat(first[kept] - np.concatenate([[0], np.cumsum(size[kept])[:-1]]), size[kept]) + np.arange(size[kept].sum())
    left_out: Counter[str] = Counter()
    for part in parts:
        left_out.update(part.left_out)
    repeated = len(way_id) - len(kept)
    if repeated:
        left_out["in_two_extracts"] = repeated
    return Ways(
        way_id[kept], kind[kept], np.concatenate([[0], np.cumsum(size[kept])]), node_id[points], lon[points], lat[points],
        sum(part.n_read for part in parts), dict(sorted(left_out.items())),
    )  # fmt: skip


def class_of(tags: Mapping[str, str]) -> tuple[str | None, str]:
    """Our class of a way with these tags, and else the reason why it is none.

    The surface decides where it is given: a paved tertiary road is "main", an unpaved primary one "gravel". Ways that private or no
    traffic may use, paths and what is not built yet are left out.
    """
    if tags.get("route") == "ferry":
        return "ferry", ""
    kind = _OF_HIGHWAY.get(tags.get("highway", ""))
    if kind is None:
        return None, "not_for_vehicles"
    if tags.get("motor_vehicle", tags.get("vehicle", tags.get("access", ""))) in _NO:
        return None, "no_access"
    if tags.get("area") == "yes":
        return None, "an_area"
    surface = tags.get("surface", "")
    if kind == "gravel" and surface in _PAVED:
        return "main", ""
    if kind in ("highway", "main") and surface in _UNPAVED:
        return "gravel", ""
    return kind, ""
