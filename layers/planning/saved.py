"""A plan as it is kept: the same question, data and seed give the same bytes."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.planning.answer import Answer
from layers.planning.draws import Draws
from layers.planning.formula import formula, words
from layers.planning.models import UNITS
from layers.planning.pairs import Pair
from layers.siting import Plan

#: 2: pairs, money, capacity, scenarios and what draws vary; the first had none of them.
FORMAT = 2
#: What is told of each site.
SITE = ("kind", "name_en", "name_ru", "name_tg", "country_iso3", "lon", "lat", "status")
QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def as_record(answer: Answer, made_from: Mapping[str, str], *, is_generated: bool = False) -> dict[str, Any]:
    """Everything of an answer in plain values. made_from: versions of the store, of the code and of the roads. is_generated: is it of
    demonstration data?"""
    table, found, question = answer.sites.table, answer, answer.question
    price = answer.model.price
    total = float(found.demand.sum())
    of_demand = formula(question.weights, found.demand_places)

    def ids(rows: Any) -> list[str]:
        return [str(table["id"].iloc[int(row)]) for row in rows]

    def places(rows: NDArray[np.int64]) -> list[str]:
        return [str(found.demand_places.table["id"].iloc[row]) for row in rows.tolist()]

    return {
        "format": FORMAT,
        "is_demonstration": is_generated,
        "made_from": dict(sorted(made_from.items())),
        "question": question.as_record(),
        "demand": {
            "places": len(found.demand),
            "points": _number(total),
            "events": found.demand_places.n_events,
            "events_without_place": found.demand_places.left_out,
            "out_of_reach": places(found.out_of_reach),
            "points_out_of_reach": _number(found.demand[found.out_of_reach].sum()),
            "beyond_hours": places(found.beyond_hours),
            "points_beyond_hours": _number(found.demand[found.beyond_hours].sum()),
            "formula": [{**one, "amount": _number(one["amount"])} for one in of_demand],
            "words": words(of_demand),
        },
        "sites": {
            site["id"]: {name: _plain(site[name]) for name in SITE} | {"cost": None if price is None else _number(price[row])}
            for row, site in enumerate(table.to_dict("records"))
        },
        "existing": ids(range(found.sites.n_existing)),
        "covered_by_existing": _number(found.before),
        "excluded": {table["id"].iloc[row]: reason for row, reason in sorted(found.sites.excluded.items())},
        "recorded": _plan(found, found.recorded, found.demand),
        "corrected": _plan(found, found.presence, found.corrected),
        "flips": found.flips,
        "two_sided": _two_sided(found),
        "nearly": [
            {
                "loss": _number(one.loss),
                "gained": ids(one.gained),
                "lost": ids(one.lost),
                "new": ids(found.new_sites(one.plan)),
                "pairs": [ids(found.model.pairs[pair].rows) for pair in one.plan.pairs],
                "objective": _number(one.plan.objective),
                "covered": _number(_covered(found, one.plan, found.demand)),
                "share_covered": _number(_covered(found, one.plan, found.demand) / total),
            }
            for one in found.nearly[1:]
        ],
        "curve": _curve(found, total),
        "chosen_in_draws": {} if found.draws is None else _shares(found, found.draws.chosen),
        "draws": None if found.draws is None else _draws(found, found.draws),
        "scenarios": [
            {
                "scenario": one.scenario,
                "covered": _number(one.covered),
                "share_covered": _number(one.covered / total),
                "best": _number(one.best),
                "best_new": ids(site for site in one.best_sites if site >= found.sites.n_existing),
                "objective": _number(one.value),
                "best_objective": _number(one.best_value),
                "regret": _number(one.regret),
                "share": _number(one.share),
                "is_own": one.scenario == question.scenario,
            }
            for one in found.regrets
        ],
    }


def as_bytes(record: dict[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys."""
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def as_geojson(answer: Answer, *, is_generated: bool = False) -> dict[str, Any]:
    """Sites and demand as points, EPSG:4326 (RFC 7946): who serves a place and how far it is, by both plans and before them."""
    features, table = [], answer.sites.table
    for row, site in enumerate(table.to_dict("records")):
        in_corrected = row in answer.presence.sites
        role = "existing" if row < answer.sites.n_existing else "new" if row in answer.recorded.sites else None
        role = role or ("new_corrected" if in_corrected else None)
        if role:
            about = {"id": site["id"], "name": site["name_en"], "kind": site["kind"], "role": role, "in_corrected": in_corrected}
            features.append(_point(site["lon"], site["lat"], about))
    served, corrected = answer.served_by(answer.recorded), answer.served_by(answer.presence)
    before, after, other = (
        answer.hours_of(sites) for sites in (range(answer.sites.n_existing), answer.recorded.sites, answer.presence.sites)
    )

    def by(row: int) -> Any:
        return table["id"].iloc[row] if row >= 0 else None

    for row, place in enumerate(answer.demand_places.table.to_dict("records")):
        about = {
            "id": place["id"], "role": "demand", "kind": place["kind"], "points": _number(answer.demand[row]), "served_by": by(served[row]),
            "hours": _number(after[row]), "hours_before": _number(before[row]), "points_corrected": _number(answer.corrected[row]),
            "served_by_corrected": by(corrected[row]), "hours_corrected": _number(other[row]),
        }  # fmt: skip
        features.append(_point(place["lon"], place["lat"], about))
    return {"type": "FeatureCollection", "is_demonstration": is_generated, "features": features}


def _plan(answer: Answer, plan: Plan, weights: NDArray[np.float64]) -> dict[str, Any]:
    table, by, question = answer.sites.table, answer.served_by(plan), answer.question
    load = np.bincount(by[by >= 0], weights[by >= 0], len(table))
    hours = answer.hours_of(plan.sites)
    reached = np.isfinite(hours) & (weights > 0)
    times = (answer.hours[:, list(plan.sites)] <= question.hours).sum(axis=1)
    price = answer.model.price
    return {
        "new": table["id"].iloc[answer.new_sites(plan)].tolist(),
        "pairs": [[str(table["id"].iloc[row]) for row in answer.model.pairs[pair].rows] for pair in plan.pairs],
        "objective": _number(plan.objective),
        "objective_unit": UNITS.get(question.model, "points"),
        "bound": _number(plan.bound),
        "gap": _number(plan.gap),
        "status": plan.status,
        "covered": _number(weights[by >= 0].sum()),
        "share_covered": _number(weights[by >= 0].sum() / weights.sum()),
        "covered_twice": _number(weights[times >= 2].sum()),
        "unserved_by_capacity": _number(weights[(by < 0) & (times >= 1)].sum()),
        "mean_hours": _number((weights[reached] * hours[reached]).sum() / weights[reached].sum()) if reached.any() else None,
        "cost": None if price is None else _number(price[answer.new_sites(plan)].sum()),
        "points_by_site": {table["id"].iloc[site]: _number(load[site]) for site in plan.sites},
    }


def _covered(answer: Answer, plan: Plan, weights: NDArray[np.float64]) -> float:
    return float(weights[answer.served_by(plan) >= 0].sum())


def _curve(answer: Answer, total: float) -> list[dict[str, Any]]:
    found, before = [], answer.before
    is_pairs = bool(answer.model.pairs)
    wanted = len(answer.recorded.pairs) if is_pairs else len(answer.new_sites(answer.recorded))
    for row in answer.curve.to_dict("records"):
        one = {name: _number(row[name]) for name in ("new", "covered", "objective", "gap")}
        more = {
            "adds": _number(row["covered"] - before),
            "share_covered": _number(row["covered"] / total),
            "is_wanted": row["new"] == wanted,
        }
        found.append({**one, **more, "sites": [str(answer.sites.table["id"].iloc[site]) for site in row["sites"]]})
        before = row["covered"]
    return found


def _shares(answer: Answer, shares: NDArray[np.float64]) -> dict[str, Any]:
    """Of new sites that were ever chosen."""
    order = np.argsort(-shares, kind="stable").tolist()
    return {answer.sites.table["id"].iloc[row]: _number(shares[row]) for row in order if row >= answer.sites.n_existing and shares[row] > 0}


def _draws(answer: Answer, draws: Draws) -> dict[str, Any]:
    def spread(values: NDArray[np.float64]) -> dict[str, Any]:
        return {name: _number(np.quantile(values, at, method="inverted_cdf")) if len(values) else None for name, at in QUANTILES.items()}

    return {
        "n": draws.n,
        "seed": answer.question.seed,
        "unsolved": draws.unsolved,
        "varied": [{"what": one.what, "spread": one.spread, "how": one.how} for one in draws.varied],
        "chosen_by": {name: _shares(answer, shares) for name, shares in draws.chosen_by.items()},
        "draws_by": dict(draws.draws_by),
        "is_best": _number(draws.is_best),
        "alone": [{"what": one.what, "n": one.n, "is_best": _number(one.is_best), "regret": _number(one.regret)} for one in draws.alone],
        "regret": spread(draws.regret),
        "share_covered": spread(draws.share_covered),
    }


def _two_sided(answer: Answer) -> dict[str, Any] | None:
    if not answer.model.pairs:
        return None
    table, hours = answer.sites.table, answer.question.pair_hours

    def told(pair: Pair) -> dict[str, Any]:
        ids, names = ([str(table[column].iloc[row]) for row in pair.rows] for column in ("id", "name_en"))
        stands = [id for id, row in zip(ids, pair.rows, strict=True) if row < answer.sites.n_existing]
        if pair.basis == "counterpart":
            why = f"The table of posts names {names[0]} and {names[1]} as each other's counterpart."
        else:
            first, second = (f"{hours:.1f} h from {name}" for hours, name in zip(pair.hours, names, strict=True))
            why = f"The crossing {pair.crossing} is {first} and {second}, each on its own side."
        return {
            "sites": ids, "crossing": pair.crossing, "basis": pair.basis, "hours": [_number(one) for one in pair.hours], "stands": stands,
            "why": why,
        }  # fmt: skip

    rule = (
        f"Two places face each other where an open crossing lies at most {hours:g} h from each of them on its own side, "
        "or where the table of posts names them as counterparts. Both are chosen and paid for together; "
        "an office that stands already may be one of them."
    )
    return {"rule": rule, "hours": _number(hours), "pairs": [told(pair) for pair in answer.model.pairs]}


def _point(lon: float, lat: float, about: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(float(lon), 5), round(float(lat), 5)]},
        "properties": about,
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, str) else _number(value) if isinstance(value, (float, np.floating)) else None


def _number(value: Any) -> Any:
    """Digits that do not depend on the machine's last bits; None for what is no number."""
    if isinstance(value, (int, np.integer)):
        return int(value)
    return float(f"{value:.9g}") if np.isfinite(value) else None
