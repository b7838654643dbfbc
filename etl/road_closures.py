"""What a closure costs, in lines for a terminal: `python -m etl roads close ID`."""

import math
from collections.abc import Iterator, Sequence

from geodata.errors import WrongTable
from geodata.places.corridors import load_corridors, load_waypoints
from layers.travel.closures import Closed, if_closed
from layers.travel.corridor_pairs import corridor_pairs
from layers.travel.region import region_hours, region_network, region_rules


def read_weights(texts: Sequence[str]) -> dict[str, float] | None:
    """Weights as "c01=40", by corridor; None for none. Raises WrongTable, naming the one that is not written so."""
    weights = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            weights[name] = float(number)
        except ValueError as problem:
            raise WrongTable(f"The weight {text!r} cannot be read: a corridor and a number, as in c01=40, were wanted.") from problem
    return weights or None


def closure(what: Sequence[str], scenario: str, pairs: Sequence[tuple[str, str]], weights: dict[str, float] | None) -> Iterator[str]:
    """Lines that say what closes, what each way costs then, and which posts and passes gain or lose load.

    pairs: ids of places; none: the ends of the corridors, with the weights. Raises WrongTable, naming what is not known.
    """
    network = region_network()
    names = network.nodes.set_index("node_id")["name_en"].to_dict()
    corridors = corridor_pairs(network, load_waypoints(), weights)
    titles = load_corridors().set_index("corridor_id")["name_en"].to_dict()
    is_of_corridors = not pairs
    pairs, load = (corridors.pairs, list(corridors.weights)) if is_of_corridors else (pairs, [1.0] * len(pairs))
    labels = [f"{names.get(a, a)} - {names.get(b, b)}" for a, b in pairs]
    if is_of_corridors:
        # The quickest way between the ends need not be the corridor's own: without them a way over another bridge looks like a mistake.
        labels = [f"{name} {titles[name]} ({ends}, quickest way)" for name, ends in zip(corridors.corridors, labels, strict=True)]
    done = if_closed(network, region_hours(scenario), what, pairs, load, region_rules().passes)
    yield f"Closed in the scenario {scenario}: {', '.join(what)} (stretches of road that were open: {len(done.closed)})"
    yield from _ways(done, labels)
    moved = done.load[done.load["change"] != 0]
    for row in moved.itertuples():
        yield f"  load at {row.gate}: {row.load_before:g} -> {row.load_after:g} ({row.change:+g})"
    if done.lost:
        yield f"  load of pairs that are cut off: {done.lost:g}"
    if not pairs or not done.pairs["is_changed"].any():
        yield "  no way changes"


def _ways(done: Closed, labels: Sequence[str]) -> Iterator[str]:
    for label, row in zip(labels, done.pairs.itertuples(), strict=True):
        if row.is_cut_off:
            yield f"  {label}: {_hours(row.hours_before)} -> cut off"
        elif math.isnan(float(row.extra_hours)):  # type: ignore[arg-type]
            yield f"  {label}: no way before either"
        elif row.is_changed:
            yield f"  {label}: {_hours(row.hours_before)} -> {_hours(row.hours_after)} ({_hours(row.extra_hours)} more)"


def _hours(hours: object) -> str:
    return f"{float(str(hours)):.1f} h"
