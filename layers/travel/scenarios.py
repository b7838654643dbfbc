"""Scenarios: from kilometres to hours. Season, flood, what is closed and how fast one drives are rows of a table, never code."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.errors import WrongTable
from geodata.places.files import records
from geodata.places.road_rules import WINTER_MONTHS
from layers.travel.network import Network

#: Every crossing of a border, as a scenario's list of what is closed may say.
BORDER = "border"
#: What a flood leaves of the speed on a road in the flood plain.
FLOOD_SPEED = 0.5


class Scenario(NamedTuple):
    """One row of road_scenarios.csv, or one of a planner's own."""

    scenario_id: str
    month: int = 7
    is_flood: bool = False
    speed_factor: float = 1.0
    limited_passes_open: bool = True
    unknown_crossings_open: bool = True
    wait_is_measured: bool = False
    closed: frozenset[str] = frozenset()


class Rules(NamedTuple):
    """What a scenario is applied to.

    speed: [road_class, terrain, speed_kmh, winter_speed_factor]. passes: [pass_id, from_month, to_month, winter_state]. wait_h: hours at a
    post, measured; a crossing none of whose posts was measured waits the middle of the others.
    """

    speed: pd.DataFrame
    passes: pd.DataFrame
    wait_h: Mapping[str, float]


def read_scenarios(table: pd.DataFrame) -> dict[str, Scenario]:
    """The scenarios of `geodata.places.road_rules.load_road_scenarios` by their id."""
    return {
        row.scenario_id: Scenario(
            row.scenario_id,
            int(row.month),
            row.flood == "yes",
            float(row.speed_factor),
            row.limited_passes == "open",
            row.unknown_crossings == "open",
            row.border_wait == "measured",
            frozenset(row.closed),
        )
        for row in records(table)
    }


def edge_hours(network: Network, scenario: Scenario, rules: Rules) -> NDArray[np.float64]:
    """Hours to pass each edge under a scenario, float (m,); inf where it cannot be passed.

    hours = length / (speed of class and terrain x winter factor in winter x 0.5 on flooded roads x the scenario's factor) + waiting.
    Closed: what the scenario names (edges, passes, posts and bridges that an edge needs, or "border"), passes in their months, flooded
    tracks, crossings that are closed, and those whose state is not known where the scenario says so. Raises WrongTable, naming the row:
    a class without a speed, or an id that nothing has.
    """
    edges = network.edges
    is_winter = scenario.month in WINTER_MONTHS
    speed = _speeds(edges, rules.speed, is_winter) * scenario.speed_factor
    flood = edges["flood"].to_numpy(object)
    if scenario.is_flood:
        speed = np.where(flood == "slow", speed * FLOOD_SPEED, speed)
    hours = edges["length_km"].to_numpy(float) / speed
    has_gate = edges["gates"].map(len).to_numpy() > 0
    if scenario.wait_is_measured:
        hours = hours + _waits(edges, rules.wait_h, has_gate)
    shut = _shut_passes(rules.passes, scenario)
    closed = edges["pass_id"].isin(shut).to_numpy() | (edges["gate_state"] == "closed").to_numpy()
    closed |= (edges["gate_state"] == "unknown").to_numpy() & (not scenario.unknown_crossings_open)
    closed |= (flood == "cut") & scenario.is_flood
    closed |= edges_of(network, scenario.closed, rules.passes)
    return np.where(closed, np.inf, hours)


def edges_of(network: Network, ids: frozenset[str], passes: pd.DataFrame | None = None) -> NDArray[np.bool_]:
    """Which edges need one of the ids: of an edge, a pass, a post or a bridge; bool (m,). "border": every edge with a gate.

    A post that no crossing needs, and any other place, stands for every edge that ends there. Raises WrongTable for an unknown id.
    """
    edges, found = network.edges, np.zeros(len(network.edges), bool)
    known_passes = set() if passes is None else set(passes["pass_id"])
    nodes = pd.Index(network.nodes["node_id"])
    for name in sorted(ids):
        if name == BORDER:
            found |= edges["gates"].map(len).to_numpy() > 0
            continue
        needs = (edges["edge_id"] == name).to_numpy() | (edges["pass_id"] == name).to_numpy()
        needs |= edges["gates"].map(lambda gates, name=name: name in gates).to_numpy(bool)
        if not needs.any() and name in nodes:
            at = nodes.get_loc(name)
            needs = (network.start == at) | (network.end == at)
        if not needs.any() and name not in known_passes:
            raise WrongTable(f"{name!r} cannot be closed: it is no edge, pass, post, bridge or place of the road graph.")
        found |= needs
    return found


def _speeds(edges: pd.DataFrame, speed: pd.DataFrame, is_winter: bool) -> NDArray[np.float64]:
    """km/h of each edge: its own where it has one, that of its class and terrain else; times the winter factor."""
    rules = speed.set_index(["road_class", "terrain"])[["speed_kmh", "winter_speed_factor"]]
    kinds = pd.MultiIndex.from_arrays([edges["road_class"], edges["terrain"]])
    rows = rules.reindex(kinds)
    own = edges["speed_kmh"].to_numpy(float)
    kmh = np.where(np.isnan(own), rows["speed_kmh"].to_numpy(float), own)
    for row in np.flatnonzero(np.isnan(kmh) | rows["winter_speed_factor"].isna().to_numpy()):
        name, kind = edges["edge_id"].iloc[row], " / ".join(map(str, kinds[int(row)]))
        raise WrongTable(f"Row {row + 1} of the table of roads ({name}) is of the kind {kind}, for which there is no speed.")
    return kmh * rows["winter_speed_factor"].to_numpy(float) if is_winter else kmh


def _waits(edges: pd.DataFrame, wait_h: Mapping[str, float], has_gate: NDArray[np.bool_]) -> NDArray[np.float64]:
    middle = float(np.median(list(wait_h.values()))) if wait_h else 0.0
    measured = [max((wait_h[gate] for gate in gates if gate in wait_h), default=middle) for gates in edges["gates"]]
    return np.where(has_gate, measured, 0.0)


def _shut_passes(passes: pd.DataFrame, scenario: Scenario) -> set[str]:
    """Passes that cannot be passed in the scenario's month; months may run over the turn of the year."""
    first, last = (pd.to_numeric(passes[name]).to_numpy(float, na_value=np.nan) for name in ("from_month", "to_month"))
    month = scenario.month
    holds = np.where(first <= last, (first <= month) & (month <= last), (month >= first) | (month <= last))
    state = passes["winter_state"].to_numpy(object)
    shut = holds & ((state == "closed") | ((state == "limited") & (not scenario.limited_passes_open)))
    return set(passes["pass_id"][shut])
