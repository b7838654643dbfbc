"""The region's own road graph with its rules and scenarios, read from the project's tables."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from geodata.errors import WrongTable
from geodata.places.figures import load_crossing_times
from geodata.places.road_rules import load_passes, load_road_classes, load_road_scenarios
from geodata.places.roads import load_road_nodes, load_roads
from layers.travel.network import Network, build_network
from layers.travel.scenarios import Rules, Scenario, edge_hours, read_scenarios


@cache
def region_network() -> Network:
    """The graph of `geodata.places.roads`."""
    return build_network(load_road_nodes(), load_roads())


@cache
def region_rules() -> Rules:
    """Speeds, passes, and the hours that were measured at posts: the mean of both directions in the last year of each."""
    times = load_crossing_times()
    last = times[times["year"] == times.groupby(["post_id", "direction"])["year"].transform("max")]
    waits = last.groupby("post_id")["hours"].mean()
    return Rules(load_road_classes(), load_passes(), {str(post): float(hours) for post, hours in waits.items()})


@cache
def region_scenarios() -> dict[str, Scenario]:
    """The scenarios of road_scenarios.csv by their id."""
    return read_scenarios(load_road_scenarios())


def region_hours(scenario: str) -> NDArray[np.float64]:
    """Hours of each edge of the region's graph under a scenario of the table, by its id. Raises WrongTable for one that is not there."""
    known = region_scenarios()
    if scenario not in known:
        raise WrongTable(f"There is no road scenario {scenario!r}: one of {', '.join(known)} was wanted (road_scenarios.csv).")
    return edge_hours(region_network(), known[scenario], region_rules())
