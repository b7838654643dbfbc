"""If one thing closes: which ways between the ends of the corridors change, through which posts they go then, and who is next to what the
closed post stood near. One question of the region's own graph, for a page."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import WrongTable
from geodata.places.corridors import load_waypoints
from geodata.places.files import records
from geodata.places.posts import load_posts
from geodata.places.road_rules import load_passes
from layers.travel.closures import Closed, if_closed
from layers.travel.corridor_pairs import CorridorPairs, corridor_pairs
from layers.travel.isochrones import hours_to_nearest
from layers.travel.network import Network
from layers.travel.off_road import places
from layers.travel.region import region_hours, region_network, region_rules
from layers.travel.times import Way

#: Kinds of posts that stand beside a road and are no crossing of it: without them the road is as open as before.
BESIDE_THE_ROAD = ("outpost", "customs", "dry_port")
WAY_COLUMNS = (
    "corridor_id", "from_id", "to_id", "weight", "hours_before", "hours_after", "extra_hours", "km_before", "km_after", "is_cut_off",
    "is_changed", "nodes_before", "nodes_after", "names_before", "names_after", "gates_before", "gates_after", "takes",
)  # fmt: skip
POST_COLUMNS = ("id", "kind", "name_en", "name_ru", "name_tg", "lon", "lat", "load_before", "load_after", "change")
NEAREST_COLUMNS = (
    "post_id", "kind", "name_en", "name_ru", "name_tg", "lon", "lat", "n_before", "n_after", "takes", "hours_before", "hours_after",
)  # fmt: skip


class Closing(NamedTuple):
    """What it does when ``id`` closes under ``scenario``.

    kind: "way" where roads close, "post" where only nobody stands there any more. edges: roads that were open and are not. ways:
    `WAY_COLUMNS`, one row for each pair of a corridor's ends; hours, inf: cut off; extra_hours NaN: no way before either; nodes: ids of the
    places on the way in order, names: theirs in English; gates: posts, bridges and passes on it in order; takes: those that are on the new
    way and were not on the old one. posts: `POST_COLUMNS`, one row for each post, bridge and pass that a way uses before or after, most
    gained first; load: weight of the pairs through it. lost: weight of pairs that are cut off. beyond: corridors not on the graph. nearest:
    `NEAREST_COLUMNS`, only where records were given and a post closes: posts whose nearest records change, most gained first; n: records to
    which it is the nearest post by road and on foot, takes: how many of them come from the closed one, hours: mean of those that the closed
    one had, to it before and to the taker after; NaN where it takes none.
    """

    id: str
    scenario: str
    kind: str
    edges: tuple[str, ...]
    ways: pd.DataFrame
    posts: pd.DataFrame
    lost: float
    beyond: tuple[str, ...]
    nearest: pd.DataFrame


def if_it_closes(
    id: str, scenario: str = "summer", loads: Mapping[str, float] | None = None, recorded: pd.DataFrame | None = None
) -> Closing:
    """Close a post, bridge, pass, road or place of the region's graph, or every border ("border"), under a scenario of the table.

    loads: weight by corridor_id, such as the seizures recorded along it; 1 for each corridor if not given. All of a pair goes on its
    quickest way. recorded: [lon, lat, country_iso3, n], places with how many records each, EPSG:4326. Raises WrongTable in one sentence: an
    id or a scenario that is not there, a load that is none.
    """
    network, hours, posts = region_network(), region_hours(scenario), load_posts()
    of_post = posts.set_index("id")["kind"].to_dict()
    needed = {gate for gates in network.edges["gates"] for gate in gates}
    is_way = not (of_post.get(id) in BESIDE_THE_ROAD and id not in needed)
    if id in of_post and id not in needed and id not in set(network.nodes["node_id"]):
        raise WrongTable(f"{id!r} cannot be closed: it is a post of which nobody knows where it stands.")
    ends = corridor_pairs(network, load_waypoints(), loads)
    done = if_closed(network, hours, (id,) if is_way else (), ends.pairs, ends.weights, region_rules().passes)
    ways = _ways(network, ends, done)
    gates = _named(posts, done.load.rename(columns={"gate": "id"}))
    nearest = pd.DataFrame(columns=list(NEAREST_COLUMNS))
    if id in of_post and recorded is not None:
        after = np.where(network.edges["edge_id"].isin(done.closed), np.inf, hours)
        nearest = _nearest(network, hours, after, id, posts, recorded)
    return Closing(id, scenario, "way" if is_way else "post", done.closed, ways, gates, done.lost, ends.beyond, nearest)


def _ways(network: Network, ends: CorridorPairs, done: Closed) -> pd.DataFrame:
    names = network.nodes.set_index("node_id")["name_en"].to_dict()
    needs = {
        row.edge_id: (*row.gates, *((row.pass_id,) if isinstance(row.pass_id, str) else ()))
        for row in records(network.edges[["edge_id", "gates", "pass_id"]])
    }

    def told(way: Way) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
        gates = dict.fromkeys(gate for edge in way.edges for gate in needs[edge])
        return way.nodes, tuple(str(names[node]) for node in way.nodes), tuple(gates)

    rows = []
    for corridor, (old, new) in zip(ends.corridors, done.ways, strict=True):
        before, after = told(old), told(new)
        rows.append(
            (corridor, before[0], after[0], before[1], after[1], before[2], after[2], tuple(g for g in after[2] if g not in before[2]))
        )
    more = ("corridor_id", "nodes_before", "nodes_after", "names_before", "names_after", "gates_before", "gates_after", "takes")
    table = pd.concat([done.pairs, pd.DataFrame(rows, columns=list(more))], axis=1)
    return table[list(WAY_COLUMNS)]


def _named(posts: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """The load of each gate with its kind and names; a crossing that is no post of ours keeps its id."""
    columns = ["id", "kind", "name_en", "name_ru", "name_tg", "lon", "lat"]
    passes = load_passes().rename(columns={"pass_id": "id"}).assign(kind="pass")
    known = pd.concat([posts[columns], passes[columns]], ignore_index=True)
    found = table.merge(known, on="id", how="left")
    found["kind"] = found["kind"].fillna("crossing")
    found["name_en"] = found["name_en"].fillna(found["id"])
    return found[list(POST_COLUMNS)]


def _nearest(
    network: Network, hours: NDArray[np.float64], after: NDArray[np.float64], id: str, posts: pd.DataFrame, recorded: pd.DataFrame
) -> pd.DataFrame:
    """To whom the records go that the closed post was nearest to, by the roads that are open before and after."""
    stands = posts[(posts["status"] != "closed") & posts["lon"].notna() & (posts["kind"] != "bridge")].reset_index(drop=True)
    left = stands[stands["id"] != id].reset_index(drop=True)
    where = places(recorded["lon"], recorded["lat"], recorded["country_iso3"])
    n = recorded["n"].to_numpy(float)

    def asked(edge_hours: NDArray[np.float64], there: pd.DataFrame) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
        found = hours_to_nearest(network, edge_hours, places(there["lon"], there["lat"], there["country_iso3"]), where)
        return np.where(found.site >= 0, there["id"].to_numpy(object)[found.site], ""), found.hours

    (was, hours_was), (now, hours_now) = asked(hours, stands), asked(after, left)
    mine = was == id
    rows = []
    for post in records(stands):
        takes = mine & (now == post.id)
        change = n[was == post.id].sum(), n[now == post.id].sum()
        if change[0] == change[1]:
            continue
        weight = n[takes].sum()
        mean = [(n[takes] * part[takes]).sum() / weight if weight else np.nan for part in (hours_was, hours_now)]
        rows.append((post.id, post.kind, post.name_en, post.name_ru, post.name_tg, post.lon, post.lat, *change, weight, *mean))
    table = pd.DataFrame(rows, columns=list(NEAREST_COLUMNS))
    order = (table["n_after"] - table["n_before"]).sort_values(ascending=False, kind="stable").index
    return table.loc[order].reset_index(drop=True)
