"""Pairs: places of two countries that face each other at a crossing, so that offices there may be chosen and paid for together."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.planning.question import PlanningError, Question
from layers.planning.sites import Sites, places_of
from layers.travel.network import Network
from layers.travel.off_road import places, point_hours


class Pair(NamedTuple):
    """rows: of the two sites, ascending. crossing: id of a post or bridge, or of the edge. basis: "counterpart" where the table of posts
    names the two as each other's, else "crossing". hours: of each from the crossing without leaving its country; inf where that is not
    known."""

    rows: tuple[int, int]
    crossing: str
    basis: str
    hours: tuple[float, float]


def pairs_of(
    question: Question, sites: Sites, network: Network, edge_hours: NDArray[np.float64], facing: Iterable[tuple[str, str]]
) -> list[Pair]:
    """All pairs of which one half at least is a candidate, by rows; each pair once, at the crossing that is nearest to both.

    Two places face each other where the same crossing, one that is not closed in the scenario, lies at most `Question.pair_hours` from each
    on its own side; or where ``facing``, pairs of ids of posts, says so. Raises PlanningError where there is none, or where a locked site
    faces nobody.
    """
    table = sites.table
    may = np.isin(table["country_iso3"].to_numpy(object), question.spans)
    may[list(sites.excluded)] = False
    best: dict[tuple[int, int], Pair] = {}
    ends, names = _crossings(network, edge_hours)
    # With every border shut, and nobody walking over one, who reaches a side of a crossing stands on it.
    inside = np.where(_over_a_border(network), np.inf, edge_hours)
    nodes = network.nodes.iloc[ends.ravel()]
    at_node = places(nodes["lon"], nodes["lat"], nodes["country_iso3"])
    hours = point_hours(network, inside, places_of(table), at_node).reshape(len(table), -1, 2)
    near = (hours <= question.pair_hours) & may[:, None, None]
    for crossing, name in enumerate(names):
        for a in np.flatnonzero(near[:, crossing, 0]).tolist():
            for b in np.flatnonzero(near[:, crossing, 1]).tolist():
                one = (a, float(hours[a, crossing, 0])), (b, float(hours[b, crossing, 1]))
                _keep(best, _pair(*one, name, "crossing"), sites.n_existing)
    row = {id: at for at, id in enumerate(table["id"])}
    for first, second in facing:
        if first in row and second in row and may[row[first]] and may[row[second]]:
            known = best.pop(_ordered(row[first], row[second]), None)
            pair = known or _pair((row[first], np.inf), (row[second], np.inf), first, "counterpart")
            _keep(best, pair._replace(basis="counterpart"), sites.n_existing)
    if not best:
        raise PlanningError(
            f"two_sided finds no pair: no two candidates of {', '.join(question.spans)} lie within {question.pair_hours:g} h (pair_hours) "
            "of the same open crossing."
        )
    paired = {at for pair in best for at in pair}
    for at in sites.locked(question).tolist():
        if at >= sites.n_existing and at not in paired:
            raise PlanningError(f"locked names {table['id'].iloc[at]!r}, which faces nobody across a border within pair_hours.")
    return [best[rows] for rows in sorted(best)]


def without_bystanders(question: Question, sites: Sites, pairs: Sequence[Pair]) -> tuple[Sites, list[Pair]]:
    """The sites without those of the other side that face nobody, and the pairs by their new rows."""
    table = sites.table
    keep = table["country_iso3"].isin(question.countries).to_numpy() | (np.arange(len(table)) < sites.n_existing)
    keep[[*sites.excluded, *(row for pair in pairs for row in pair.rows)]] = True
    row = np.cumsum(keep) - 1
    left = sites._replace(
        table=table[keep].reset_index(drop=True), excluded={int(row[at]): reason for at, reason in sites.excluded.items()}
    )
    return left, [pair._replace(rows=(int(row[pair.rows[0]]), int(row[pair.rows[1]]))) for pair in pairs]


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)


def _pair(one: tuple[int, float], other: tuple[int, float], crossing: str, basis: str) -> Pair:
    (a, hours_a), (b, hours_b) = sorted((one, other))
    return Pair((a, b), crossing, basis, (hours_a, hours_b))


def _keep(best: dict[tuple[int, int], Pair], pair: Pair, n_existing: int) -> None:
    if pair.rows[1] < n_existing:  # both stand
        return
    known = best.get(pair.rows)
    if known is None or max(pair.hours) < max(known.hours):
        best[pair.rows] = pair


def _over_a_border(network: Network) -> NDArray[np.bool_]:
    country = network.nodes["country_iso3"].to_numpy(object)
    return np.asarray(country[network.start] != country[network.end], np.bool_)


def _crossings(network: Network, edge_hours: NDArray[np.float64]) -> tuple[NDArray[np.int64], list[str]]:
    """Nodes on both sides of each edge over a border that is open, int (k, 2), and what it is called."""
    edges = np.flatnonzero(_over_a_border(network) & np.isfinite(edge_hours))
    names = [
        gates[0] if len(gates) else id
        for gates, id in zip(network.edges["gates"].iloc[edges], network.edges["edge_id"].iloc[edges], strict=True)
    ]
    return np.column_stack([network.start[edges], network.end[edges]]), [str(name) for name in names]
