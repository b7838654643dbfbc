"""A plan in lines for a terminal."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from geodata.places.files import records
from geodata.plans import ANSWER, MAP

if TYPE_CHECKING:
    from layers.planning.answer import Answer


def said(found: "Answer") -> list[str]:
    """What the plan is, what it rests on and how firmly."""
    return [*_asked(found), *_plans(found), *_further(found), *_firm(found)]


def _asked(found: "Answer") -> Iterator[str]:
    from layers.planning.formula import formula, words

    question = found.question
    what = "pairs of offices" if question.two_sided else "new offices"
    wanted = "fewest" if question.model == "set_coverage" else question.new or "as many as are paid for:"
    limits = [f"{name} {value:g}" for name, value in (("capacity", question.capacity), ("budget", question.budget)) if value]
    yield ", ".join([f"{question.name}: {question.model}, {wanted} {what}", f"{question.hours:g} h", question.scenario, *limits])
    entries = formula(question.weights, found.demand_places)
    told = words(entries).removeprefix("w(i) = ")
    yield f"  demand of a place i = {told}; {len(found.demand):,} places, {found.demand_places.n_events:,} events"
    for one in entries:
        if one["amount"] == 0:
            yield f"  there are no {one['kind']} in these countries and this choice of reports: their {one['points']:g} points are left out"
    yield f"  the {found.sites.n_existing} offices that stand cover {_share(found, found.before)}"


def _plans(found: "Answer") -> Iterator[str]:
    for name, plan, weights in (
        ("as recorded", found.recorded, found.demand),
        ("corrected by presence", found.presence, found.corrected),
    ):
        yield f"  {name}: {_named(found, found.new_sites(plan))}"
        for pair in plan.pairs:
            one = found.model.pairs[pair]
            yield f"    a pair at {one.crossing}: {_named(found, one.rows)}"
        covered = weights[found.served_by(plan) >= 0].sum()
        yield f"    covers {covered:,.1f} points ({covered / weights.sum():.1%}); {plan.status}, gap {plan.gap:.2%}"
        if found.model.price is not None:
            yield f"    costs {found.model.price[found.new_sites(plan)].sum():,.6g} of {found.question.budget:,.6g}"
    if found.flips:
        yield "  THE CHOICE FLIPS: demand corrected by presence asks for other sites than demand as recorded."


def _further(found: "Answer") -> Iterator[str]:
    for row in records(found.curve):
        yield f"  {row.new} more: {_share(found, row.covered)}, gap {row.gap:.2%}"
    for one in found.nearly[1:]:
        yield f"  {one.loss:.2%} less: {_named(found, one.gained)} instead of {_named(found, one.lost)}"
    for lost in found.regrets:
        if lost.share > 0:
            yield f"  under {lost.scenario}: loses {lost.share:.1%} against the best plan for it"


def _firm(found: "Answer") -> Iterator[str]:
    if found.draws is not None:
        chosen = found.draws.chosen
        order = [row for row in np.argsort(-chosen, kind="stable").tolist() if row >= found.sites.n_existing and chosen[row] > 0]
        often = ", ".join(f"{found.sites.table['name_en'].iloc[row]} {chosen[row]:.0%}" for row in order[: found.question.new + 3])
        yield f"  chosen in {found.draws.n} draws: {often}"
        yield f"  this very plan is the best in {found.draws.is_best:.0%} of them"
        alone = ", ".join(f"{one.what} {one.is_best:.0%} (loses {one.regret:.1%})" for one in found.draws.alone)
        yield f"  where one thing alone varies it is the best in: {alone}"
    if len(found.out_of_reach):
        beyond = _share(found, found.demand[found.out_of_reach].sum())
        yield f"  out of reach by any road or on foot: {len(found.out_of_reach):,} places, {beyond}"


def _named(found: "Answer", sites: Iterable[int]) -> str:
    return ", ".join(str(found.sites.table["name_en"].iloc[site]) for site in sites) or "none"


def _share(found: "Answer", points: float) -> str:
    total = found.demand.sum()
    return f"{points:,.1f} of {total:,.1f} points ({points / total:.1%})"


def beside(one: Path, other: Path) -> Iterator[str]:
    """What the change from one kept plan to another costs. one, other: their files, each with its map beside it."""
    from layers.planning.compare import compare

    a, b = ((json.loads(file.read_bytes()), json.loads(_map_of(file).read_bytes())) for file in (one, other))
    found = compare(a, b)
    names = {id: site["name_en"] for record, _ in (a, b) for id, site in record["sites"].items()}
    titles = [record["question"]["name"] for record, _ in (a, b)]

    def listed(ids: Iterable[str]) -> str:
        return ", ".join(names[id] for id in ids) or "none"

    yield f"{titles[1]} beside {titles[0]}:"
    for field, before, after in found.question:
        yield f"  asked otherwise: {field} {before} -> {after}"
    yield f"  in both: {listed(found.both)}; only in {titles[0]}: {listed(found.only[0])}; only in {titles[1]}: {listed(found.only[1])}"
    yield f"  covers {found.own[0].share:.1%} -> {found.own[1].share:.1%} of its own demand ({100 * found.adds:+.1f} points of a hundred)"
    for k in (0, 1):
        asked = (a, b)[k][0]["question"]
        how = f"at their own {asked['hours']:g} h, {asked['scenario']}"
        yield f"  the offices of {titles[k]} cover {found.crossed[k].share:.1%} of the demand of {titles[1 - k]}, {how}"
    if found.cost[0] is not None and found.cost[1] is not None:
        yield f"  costs {found.cost[0]:,.6g} -> {found.cost[1]:,.6g}"


def _map_of(plan: Path) -> Path:
    return plan.with_name(plan.name.removesuffix(ANSWER) + MAP)
