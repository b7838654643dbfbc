"""Two kept plans in numbers: what is in both, what each covers of its own demand and of the other's, and what was asked otherwise."""

from collections.abc import Mapping
from typing import Any, NamedTuple

#: A plan that was kept, and its map.
Kept = tuple[Mapping[str, Any], Mapping[str, Any]]


class Covered(NamedTuple):
    """Points that one plan's offices cover, and what share of the demand that is. unknown: points at places that are no demand of that
    plan, of which it does not say whether they are covered."""

    points: float
    share: float
    unknown: float


class Comparison(NamedTuple):
    """Of two plans for recorded demand. both, only: ids of new offices. own: what each covers of its own demand; crossed: the first one's
    offices in the demand of the second, and the second one's in the demand of the first. adds: share of its own demand that the second
    covers more than the first. objective, cost: of both, cost None without a budget. question: field, the first one's value, the second
    one's."""

    both: tuple[str, ...]
    only: tuple[tuple[str, ...], tuple[str, ...]]
    own: tuple[Covered, Covered]
    crossed: tuple[Covered, Covered]
    adds: float
    objective: tuple[float | None, float | None]
    cost: tuple[float | None, float | None]
    question: tuple[tuple[str, Any, Any], ...]


def compare(one: Kept, other: Kept) -> Comparison:
    """one, other: the record of `layers.planning.saved.as_record` and the GeoJSON beside it, as they were kept.

    A place of the second one's demand counts as covered by the first where the first says that it serves that place: at its own hours,
    scenario and capacity.
    """
    (a, map_a), (b, map_b) = one, other
    new_a, new_b = a["recorded"]["new"], b["recorded"]["new"]
    own = (
        Covered(a["recorded"]["covered"], a["recorded"]["share_covered"], 0.0),
        Covered(b["recorded"]["covered"], b["recorded"]["share_covered"], 0.0),
    )
    fields = dict.fromkeys((*a["question"], *b["question"]))
    return Comparison(
        both=tuple(id for id in new_a if id in new_b),
        only=(tuple(id for id in new_a if id not in new_b), tuple(id for id in new_b if id not in new_a)),
        own=own,
        crossed=(_covered(map_a, map_b), _covered(map_b, map_a)),
        adds=own[1].share - own[0].share,
        objective=(a["recorded"]["objective"], b["recorded"]["objective"]),
        cost=(a["recorded"].get("cost"), b["recorded"].get("cost")),
        question=tuple(
            (name, a["question"].get(name), b["question"].get(name))
            for name in fields
            if name != "name" and a["question"].get(name) != b["question"].get(name)
        ),
    )


def _covered(plan: Mapping[str, Any], demand: Mapping[str, Any]) -> Covered:
    served = {place["id"]: place["served_by"] for place in _places(plan)}
    total = covered = unknown = 0.0
    for place in _places(demand):
        total += place["points"]
        if place["id"] not in served:
            unknown += place["points"]
        elif served[place["id"]] is not None:
            covered += place["points"]
    return Covered(covered, covered / total if total else 0.0, unknown)


def _places(drawn: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one["properties"] for one in drawn["features"] if one["properties"]["role"] == "demand"]
