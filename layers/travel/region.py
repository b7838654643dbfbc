"""The region's own road graph with its rules and scenarios, read from the project's tables."""

from functools import cache

from geodata.places.figures import load_crossing_times
from geodata.places.road_rules import load_passes, load_road_classes, load_road_scenarios
from geodata.places.roads import load_road_nodes, load_roads
from layers.travel.network import Network, build_network
from layers.travel.scenarios import Rules, Scenario, read_scenarios


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
