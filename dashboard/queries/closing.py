"""If something closes: the new ways between the ends of the corridors as lines, the hours they cost, and which posts take the load."""

import math
import threading
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.answers.kept import kept
from dashboard.answers.plan_question import kind_words
from dashboard.queries import Queries, plans
from dashboard.user import User
from geodata.places.files import records
from geodata.places.road_rules import load_passes
from layers.travel.closing import BESIDE_THE_ROAD, Closing, if_it_closes
from layers.travel.region import region_hours, region_network

#: Decimals of positions that count as one place: a hundredth of a degree is about a kilometre.
PLACE_DECIMALS = 2


def closable(queries: Queries, user: User) -> list[dict[str, Any]]:
    """What may be closed: crossings, bridges, passes and posts that the road graph knows or that stand beside it."""
    plans.require_planner(user)
    make_ready(queries, user)
    network, posts, code = region_network(), queries.places.posts, user.say.code
    known = {gate for gates in network.edges["gates"] for gate in gates} | set(network.nodes["node_id"])
    posts = posts[posts["lon"].notna() & (posts["id"].isin(known) | posts["kind"].isin(BESIDE_THE_ROAD))]
    used = load_passes()
    used = used[used["pass_id"].isin(network.edges["pass_id"].dropna())].rename(columns={"pass_id": "id"}).assign(kind="pass")
    both = pd.concat([posts, used], ignore_index=True)
    return [
        {"id": row["id"], "kind": row["kind"], "name": row[f"name_{code}"] or row["name_en"], "lon": row["lon"], "lat": row["lat"]}
        for row in both[["id", "kind", "name_en", "name_ru", "name_tg", "lon", "lat"]].to_dict("records")
    ]


def closing(queries: Queries, user: User, id: str, scenario: str) -> dict[str, Any]:
    """What it does when ``id`` closes. Raises NotAllowed, WrongTable: an id or a scenario that is not there."""
    plans.require_planner(user)
    found = if_it_closes(id, scenario, recorded=_recorded(queries, user))
    names = kept(queries.places).of("names on ways", user.say.code, lambda: _names(queries, user.say.code))
    nodes = region_network().nodes.set_index("node_id")[["lon", "lat"]].round(4)
    at = dict(zip(nodes.index, nodes.to_numpy().tolist(), strict=True))
    return {
        "id": found.id,
        "name": names.get(found.id, found.id),
        "kind": found.kind,
        "edges": len(found.edges),
        "lost": found.lost,
        "ways": [_way(row, names, at) for row in records(found.ways) if row.is_changed or row.is_cut_off],
        "unchanged": int((~found.ways["is_changed"].astype(bool)).sum()),
        "posts": [
            _post(row, user) | {"before": row.load_before, "after": row.load_after} for row in records(found.posts) if row.change
        ],
        "nearest": _nearest(found, user),
    }  # fmt: skip


def _way(row: Any, names: dict[str, str], at: dict[str, list[float]]) -> dict[str, Any]:
    return {
        "corridor": names.get(row.corridor_id, row.corridor_id),
        "from": names.get(row.from_id, row.from_id),
        "to": names.get(row.to_id, row.to_id),
        "before": _hours(row.hours_before),
        "after": _hours(row.hours_after),
        "extra": _hours(row.extra_hours),
        "is_cut_off": bool(row.is_cut_off),
        "takes": [names.get(one, one) for one in row.takes],
        "line_before": [at[node] for node in row.nodes_before],
        "line_after": [at[node] for node in row.nodes_after],
    }


def _nearest(found: Closing, user: User) -> list[dict[str, Any]]:
    return [
        {
            **_post(row, user, row.post_id),
            "before": row.n_before,
            "after": row.n_after,
            "takes": row.takes,
            "hours_before": _hours(row.hours_before),
            "hours_after": _hours(row.hours_after),
        }
        for row in records(found.nearest)
        if row.post_id != found.id
    ]


def _post(row: Any, user: User, id: str = "") -> dict[str, Any]:
    name = getattr(row, f"name_{user.say.code}")
    kind = user.say(f"plan.kind_of_{row.kind}") if user.say.has(f"plan.kind_of_{row.kind}") else kind_words(row.kind, user.say)
    lon, lat = (None if math.isnan(value) else value for value in (row.lon, row.lat))
    return {"id": id or row.id, "name": name if isinstance(name, str) else row.name_en, "kind": kind, "lon": lon, "lat": lat}


def _hours(value: float) -> float | None:
    return round(float(value), 2) if math.isfinite(value) else None


def _names(queries: Queries, code: str) -> dict[str, str]:
    """Of every place that a way may name, in a language; the road graph's own where nobody else has one."""
    nodes, passes = region_network().nodes, load_passes()
    own = nodes["name_en" if code == "en" else "name_ru"].fillna(nodes["name_en"])
    named = dict(zip(nodes["node_id"], own, strict=True)) | dict(zip(passes["pass_id"], passes[f"name_{code}"], strict=True))
    towns = {id: name for id in nodes["node_id"] if (name := queries.places.town_name(id, code))}
    return named | towns | {id: name for id, name in queries.places.names_everywhere(code).items() if name}


def _recorded(queries: Queries, user: User) -> pd.DataFrame | None:
    """Where events were recorded and how many, places a kilometre wide; none without a position."""
    facts = queries.facts(user)
    if not facts.n_events:
        return None

    def make() -> pd.DataFrame:
        lon, lat, country = _positions(queries, user)
        has = np.isfinite(lon) & np.isfinite(lat) & (country != "")
        at = pd.DataFrame({"lon": lon[has], "lat": lat[has]}).round(PLACE_DECIMALS).assign(country_iso3=country[has])
        return at.value_counts(sort=False).rename("n").reset_index()

    return kept(queries.places).of("recorded places", (user.role, facts.data_version), make)


def _positions(queries: Queries, user: User) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.object_]]:
    """Longitude, latitude and country of every row, NaN and "" where nobody knows."""
    from dashboard.columnar.snapshot import ColumnarSnapshot
    from dashboard.snapshot import Snapshot

    held = queries.snapshot(user)
    if isinstance(held, ColumnarSnapshot):
        columns = held.rows_of.columns
        words = np.array([word or "" for word in columns.words["country_iso3"]], object)
        return np.asarray(columns["lon"], float), np.asarray(columns["lat"], float), words[columns["country_iso3"]]
    table = held.events if isinstance(held, Snapshot) else pd.DataFrame(columns=["lon", "lat", "country_iso3"])
    country = table["country_iso3"].fillna("").to_numpy(object)
    return table["lon"].to_numpy(float), table["lat"].to_numpy(float), country


def make_ready(queries: Queries, user: User) -> None:
    """Begin, beside the answer, what the first closure would wait for."""

    def make() -> None:
        _recorded(queries, user)
        kept(queries.places).of("names on ways", user.say.code, lambda: _names(queries, user.say.code))
        region_hours("summer")

    threading.Thread(target=make, daemon=True).start()
