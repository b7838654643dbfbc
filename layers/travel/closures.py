"""If X closes: the new quickest ways, the hours they cost, and which crossings take the load."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from geodata.errors import WrongTable
from layers.travel.network import Network
from layers.travel.scenarios import edges_of
from layers.travel.times import Way, quickest_way

PAIR_COLUMNS = (
    "from_id", "to_id", "weight", "hours_before", "hours_after", "extra_hours", "km_before", "km_after", "is_cut_off", "is_changed",
)  # fmt: skip
LOAD_COLUMNS = ("gate", "load_before", "load_after", "change")


class Closed(NamedTuple):
    """What a closure does.

    pairs: `PAIR_COLUMNS`, one row per pair; extra_hours inf where it is cut off, NaN where there was no way before either. load:
    `LOAD_COLUMNS`, one row per post, bridge or pass that a way uses before or after, most gained first. ways: before and after, by pair.
    closed: the edges that were open and are not. lost: the weight of pairs that are cut off.
    """

    pairs: pd.DataFrame
    load: pd.DataFrame
    ways: tuple[tuple[Way, Way], ...]
    closed: tuple[str, ...]
    lost: float


def if_closed(
    network: Network,
    hours: ArrayLike,
    what: Iterable[str],
    pairs: Sequence[tuple[str, str]],
    weights: ArrayLike | None = None,
    passes: pd.DataFrame | None = None,
) -> Closed:
    """Close posts, bridges, passes, edges or places, and compare the quickest ways of each pair before and after.

    hours: of each edge under a scenario. pairs: ids of nodes. weights: how much goes from one to the other, such as a corridor's load or
    lorries a day, n numbers of any unit, 1 each by default: all of a pair is put on its quickest way. Raises WrongTable: an id that
    nothing has, a place that is no node, a negative weight, naming the row.
    """
    before = np.asarray(hours, float)
    load = _weights(weights, len(pairs))
    shut = edges_of(network, frozenset(what), passes)
    after = np.where(shut, np.inf, before)
    ways = tuple((quickest_way(network, before, a, b), quickest_way(network, after, a, b)) for a, b in pairs)
    rows = [_pair(pair, weight, old, new) for pair, weight, (old, new) in zip(pairs, load, ways, strict=True)]
    table = pd.DataFrame(rows, columns=list(PAIR_COLUMNS))
    closed = network.edges["edge_id"][shut & np.isfinite(before)]
    return Closed(table, _load(network, ways, load), ways, tuple(closed), float(load[table["is_cut_off"].to_numpy(bool)].sum()))


def _weights(weights: ArrayLike | None, n: int) -> NDArray[np.float64]:
    load = np.ones(n) if weights is None else np.asarray(weights, float)
    if load.shape != (n,):
        raise WrongTable(f"{n} pairs came with {load.size} weights: one weight for each pair was wanted.")
    for row in map(int, np.flatnonzero(~(np.isfinite(load) & (load >= 0)))):
        raise WrongTable(f"Pair {row + 1} of {n} has the weight {load[row]}: a number from zero up was wanted.")
    return load


def _pair(pair: tuple[str, str], weight: float, old: Way, new: Way) -> tuple[object, ...]:
    was, stays = np.isfinite(old.hours), np.isfinite(new.hours)
    extra = (new.hours - old.hours) if was else np.nan
    return (*pair, weight, old.hours, new.hours, extra, old.length_km, new.length_km, bool(was and not stays), old.edges != new.edges)


def _load(network: Network, ways: Sequence[tuple[Way, Way]], weights: NDArray[np.float64]) -> pd.DataFrame:
    """The weight that goes through each gate before and after; a gate counts once for a way, however many edges need it."""
    edges = network.edges.set_index("edge_id")
    needs = {
        edge: (*gates, *((name,) if isinstance(name, str) else ()))
        for edge, gates, name in zip(edges.index, edges["gates"], edges["pass_id"], strict=True)
    }
    sums: dict[str, list[float]] = {}
    for two, weight in zip(ways, weights, strict=True):
        for side, way in enumerate(two):
            for gate in {gate for edge in way.edges for gate in needs[edge]}:
                sums.setdefault(gate, [0.0, 0.0])[side] += weight
    rows = [(gate, was, now, now - was) for gate, (was, now) in sums.items()]
    table = pd.DataFrame(rows, columns=list(LOAD_COLUMNS))
    return table.sort_values(["change", "gate"], ascending=[False, True], ignore_index=True)
