"""The roads and tracks of the region as a graph: `files/roads.csv`, between places of our tables and those of `files/road_nodes.csv`."""

from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.distances import metres_between
from geodata.places.districts import load_districts
from geodata.places.files import Field, Sheet, read_sheet, records
from geodata.places.further import load_points
from geodata.places.posts import load_posts
from geodata.places.road_rules import CLASSES, TERRAINS, load_passes, load_road_classes
from geodata.places.towns import load_places

BASES = ("published", "estimated")
FLOODS = ("cut", "slow")
#: Two ends nearer than this are told apart by nothing that we know of their positions; a bridge of the upper Panj is as long.
SHORTEST_KM = 0.3

NODE = (
    Field("node_id", "slug", False, unique=True),
    Field("name_en", "text", False),
    Field("name_ru", "text", False),
    Field("kind", "text", False, ("junction", "pass", "tunnel", "town", "village")),
    Field("country_iso3", "iso3", False),
    Field("lon", "lon", False),
    Field("lat", "lat", False),
    Field("uncertainty_m", "number", False, low=100, high=100_000),
    Field("source", "url", False),
)
ROAD = (
    Field("edge_id", "slug", False, unique=True),
    Field("ref"),
    Field("from_id", "slug", False),
    Field("to_id", "slug", False),
    Field("road_class", "text", False, CLASSES),
    Field("terrain", "text", False, TERRAINS),
    Field("length_km", "number", low=0.1, high=2_000),
    Field("length_basis", "text", False, BASES),
    Field("pass_id", "slug"),
    Field("gates", "list"),
    Field("flood", "text", True, FLOODS),
    Field("source", "url", False),
)
DISTANCE = (
    Field("distance_id", "slug", False, unique=True),
    Field("place_ids", "list", False),
    Field("length_km", "number", False, low=0.1, high=5_000),
    Field("use", "text", False, ("fit", "check")),
    Field("source", "url", False),
)


class Node(NamedTuple):
    """A place at which roads meet; EPSG:4326."""

    node_id: str
    name_en: str
    name_ru: str
    name_local: str
    country_iso3: str
    lon: float
    lat: float
    uncertainty_m: float


def load_road_nodes() -> pd.DataFrame:
    """The nodes of the graph, each once: [node_id, name_en, name_ru, name_local, country_iso3, lon, lat, uncertainty_m], EPSG:4326, metres.

    node_id is a place_id, a post's id, a point_id or a district_id (then the seat) of our tables, or a row of road_nodes.csv.
    """
    return _nodes().copy()


def load_roads() -> pd.DataFrame:
    """One row per stretch of road between two nodes, passable both ways.

    [edge_id, ref, from_id, to_id, road_class, terrain, straight_km, length_km, length_basis, stretch_id, pass_id, gates, gate_state,
    flood, source].
    length_km of a row with length_basis "published" is its source's; else "estimated": the straight line times the winding factor of
    its class and terrain, and where a longer stretch of which it is a part has a published length (`stretch_id`, see
    `load_road_distances`), scaled so that the parts add up to that. gates: ids of the posts and bridges without which it cannot be
    used. gate_state: "open", "closed" or "unknown", the worst of what is known of them; NaN without gates. flood: "cut" or "slow" in a
    flood of the river. Raises BadReference, naming the row.
    """
    return _roads().assign(gates=lambda table: table["gates"].map(list))


def load_road_distances() -> pd.DataFrame:
    """Road distances that a source gives, [distance_id, place_ids, length_km, use, source].

    place_ids: the places in order. use "fit": the edges between them share the length out; "check": kept apart, to judge the graph by.
    """
    return _distances().rows.assign(place_ids=lambda table: table["place_ids"].map(list))


@cache
def _known() -> dict[str, Node]:
    """Every place that may be a node."""
    known: dict[str, Node] = {}
    tables = (
        (load_districts(), "district_id", "name_local"),
        (load_points(), "point_id", "name_local"),
        (load_posts(), "id", "name_tg"),
        (load_places(), "place_id", "name_tg"),
        (read_sheet("road_nodes", NODE).rows.assign(name_local=""), "node_id", "name_local"),
    )
    for table, id_column, local in tables:
        placed = table[table["lon"].notna()]
        reach = placed["uncertainty_m"] if "uncertainty_m" in placed else np.minimum(placed["extent_m"], 10_000.0)
        columns = [placed[name].fillna("") for name in (id_column, "name_en", "name_ru", local, "country_iso3")]
        for *texts, lon, lat, metres in zip(*columns, placed["lon"], placed["lat"], reach, strict=True):
            known[texts[0]] = Node(texts[0], texts[1], texts[2] or texts[1], texts[3] or texts[2] or texts[1], texts[4], lon, lat, metres)
    return known


@cache
def _nodes() -> pd.DataFrame:
    roads, known = _sheet().rows, _known()
    used = dict.fromkeys([*roads["from_id"], *roads["to_id"]])
    return pd.DataFrame([known[node] for node in used])


@cache
def _sheet() -> Sheet:
    """roads.csv with every id looked up."""
    sheet, known = read_sheet("roads", ROAD), _known()
    passes = set(load_passes()["pass_id"])
    gates = set(load_posts()["id"]) | set(load_points()["point_id"])
    seen: dict[frozenset[str], str] = {}
    for row, road in enumerate(records(sheet.rows.fillna({"pass_id": "", "length_km": 0.0}))):
        for column, node in (("from_id", road.from_id), ("to_id", road.to_id)):
            if node not in known:
                raise sheet.refuse(row, column, "the id of a place, a post, a point or a district with a position, or of road_nodes.csv")
        ends = frozenset((road.from_id, road.to_id))
        if len(ends) == 1 or ends in seen:
            raise sheet.refuse(row, "to_id", f"another end than {road.from_id}" if len(ends) == 1 else f"a pair that {seen[ends]} has not")
        seen[ends] = road.edge_id
        if (road.length_km > 0) != (road.length_basis == "published"):
            raise sheet.refuse(row, "length_km", "a length where it is published, none where it is estimated")
        if road.pass_id and road.pass_id not in passes:
            raise sheet.refuse(row, "pass_id", "a pass of passes.csv")
        if not set(road.gates) <= gates:
            raise sheet.refuse(row, "gates", "ids of posts.csv or points.csv")
    return sheet


@cache
def _distances() -> Sheet:
    sheet, roads = read_sheet("road_distances", DISTANCE), _sheet().rows
    nodes = set(roads["from_id"]) | set(roads["to_id"])
    for row, distance in enumerate(records(sheet.rows)):
        if len(distance.place_ids) < 2 or not set(distance.place_ids) <= nodes:
            raise sheet.refuse(row, "place_ids", "two or more nodes of roads.csv")
    return sheet


@cache
def _roads() -> pd.DataFrame:
    sheet, known = _sheet(), _known()
    roads = sheet.rows
    start, end = ([known[node] for node in roads[column]] for column in ("from_id", "to_id"))
    straight = metres_between([n.lon for n in start], [n.lat for n in start], [n.lon for n in end], [n.lat for n in end]) / 1_000
    unsure = np.array([(a.uncertainty_m + b.uncertainty_m) / 1_000 for a, b in zip(start, end, strict=True)])
    for row in np.flatnonzero(roads["length_km"].to_numpy() < straight - unsure):
        raise sheet.refuse(int(row), "length_km", f"at least the {straight[row]:.1f} km of the straight line")
    winding = load_road_classes().set_index(["road_class", "terrain"])["winding_factor"]
    factor = winding.loc[list(zip(roads["road_class"], roads["terrain"], strict=True))].to_numpy()
    length = np.where(roads["length_km"].notna(), roads["length_km"], np.maximum(straight * factor, SHORTEST_KM))
    roads = roads.assign(straight_km=straight, length_km=length)
    roads["length_km"], roads["stretch_id"] = _shared_out(roads)
    state = load_posts().set_index("id")["status"].to_dict()
    roads["gate_state"] = pd.Series([_worst([state.get(gate, "unknown") for gate in gates]) for gates in roads["gates"]], dtype="str")
    order = (
        "edge_id ref from_id to_id road_class terrain straight_km length_km length_basis stretch_id pass_id gates gate_state flood source"
    )
    return roads[order.split()]


def _shared_out(roads: pd.DataFrame) -> tuple[np.ndarray, pd.Series]:
    """Lengths after each published stretch was shared out among its estimated parts, and the stretch to which each edge belongs."""
    sheet = _distances()
    at = {frozenset(ends): row for row, ends in enumerate(zip(roads["from_id"], roads["to_id"], strict=True))}
    length, stretch = roads["length_km"].to_numpy().copy(), np.full(len(roads), None, dtype=object)
    estimated = (roads["length_basis"] == "estimated").to_numpy()
    for row, distance in enumerate(records(sheet.rows)):
        if distance.use != "fit":
            continue
        parts = [at.get(frozenset(pair), -1) for pair in pairwise(distance.place_ids)]
        if -1 in parts or any(stretch[part] is not None for part in parts):
            raise sheet.refuse(row, "place_ids", "nodes that follow each other in roads.csv, on edges of no other stretch")
        free = [part for part in parts if estimated[part]]
        rest = distance.length_km - sum(length[part] for part in parts if not estimated[part])
        if not free or rest < 0.97 * sum(roads["straight_km"].iloc[part] for part in free):
            raise sheet.refuse(row, "length_km", "at least the straight lines between its places")
        length[free] *= rest / length[free].sum()
        stretch[parts] = distance.distance_id
    return length, pd.Series(stretch, dtype="str")


def _worst(states: list[str]) -> str | None:
    return next((state for state in ("closed", "unknown", "open") if state in states), None)
