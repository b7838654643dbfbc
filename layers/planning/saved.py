"""A plan as it is kept: the same question, data and seed give the same bytes."""

import json
from typing import Any

import numpy as np
from numpy.typing import NDArray

from layers.planning.answer import Answer
from layers.siting import Plan

FORMAT = 2
#: What is told of each site.
SITE = ("kind", "name_en", "name_ru", "name_tg", "country_iso3", "lon", "lat", "status")


def as_record(answer: Answer, made_from: dict[str, str], *, is_generated: bool = False) -> dict[str, Any]:
    """Everything of an answer in plain values. made_from: versions of the store, of the code and of the roads. is_generated: is it of
    demonstration data?"""
    table, found = answer.sites.table, answer
    return {
        "format": FORMAT,
        "is_demonstration": is_generated,
        "made_from": dict(sorted(made_from.items())),
        "question": found.question.as_record(),
        "demand": {
            "places": len(found.demand),
            "points": _number(found.demand.sum()),
            "events": found.demand_places.n_events,
            "events_without_place": found.demand_places.left_out,
            "out_of_reach": [found.demand_places.table["id"].iloc[row] for row in found.out_of_reach.tolist()],
            "points_out_of_reach": _number(found.demand[found.out_of_reach].sum()),
        },
        "sites": {site["id"]: {name: _plain(site[name]) for name in SITE} for site in table.to_dict("records")},
        "existing": table["id"].iloc[: found.sites.n_existing].tolist(),
        "covered_by_existing": _number(found.before),
        "excluded": {table["id"].iloc[row]: reason for row, reason in sorted(found.sites.excluded.items())},
        "recorded": _plan(found, found.recorded, found.demand),
        "corrected": _plan(found, found.presence, found.corrected),
        "flips": found.flips,
        "two_sided": None,
        "scenarios": [],
        "draws": None,
        "nearly": [
            {
                "loss": _number(one.loss),
                "gained": [table["id"].iloc[site] for site in one.gained],
                "lost": [table["id"].iloc[site] for site in one.lost],
            }
            for one in found.nearly[1:]
        ],
        "curve": [{name: _number(value) for name, value in row.items()} for row in found.curve.to_dict("records")],
        "chosen_in_draws": {
            table["id"].iloc[row]: _number(found.chosen[row])
            for row in np.argsort(-found.chosen, kind="stable").tolist()
            if row >= found.sites.n_existing and found.chosen[row] > 0
        },
    }


def as_bytes(record: dict[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys."""
    return (json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n").encode()


def as_geojson(answer: Answer, *, is_generated: bool = False) -> dict[str, Any]:
    """Sites and demand of the plan for recorded demand as points, EPSG:4326 (RFC 7946)."""
    features, served = [], answer.served_by(answer.recorded)
    for row, site in enumerate(answer.sites.table.to_dict("records")):
        role = "existing" if row < answer.sites.n_existing else "new" if row in answer.recorded.sites else None
        if role:
            features.append(
                _point(site["lon"], site["lat"], {"id": site["id"], "name": site["name_en"], "kind": site["kind"], "role": role})
            )
    for row, place in enumerate(answer.demand_places.table.to_dict("records")):
        by = answer.sites.table["id"].iloc[served[row]] if served[row] >= 0 else None
        about = {"id": place["id"], "role": "demand", "kind": place["kind"], "points": _number(answer.demand[row]), "served_by": by}
        features.append(_point(place["lon"], place["lat"], about))
    return {"type": "FeatureCollection", "is_demonstration": is_generated, "features": features}


def _plan(answer: Answer, plan: Plan, weights: NDArray[np.float64]) -> dict[str, Any]:
    table, by = answer.sites.table, answer.served_by(plan)
    load = np.bincount(by[by >= 0], weights[by >= 0], len(table))
    return {
        "new": table["id"].iloc[answer.new_sites(plan)].tolist(),
        "objective": _number(plan.objective),
        "bound": _number(plan.bound),
        "gap": _number(plan.gap),
        "status": plan.status,
        "objective_unit": "points",
        "pairs": [],
        "cost": None,
        "covered": _number(weights[by >= 0].sum()),
        "share_covered": _number(weights[by >= 0].sum() / weights.sum()),
        "points_by_site": {table["id"].iloc[site]: _number(load[site]) for site in plan.sites},
    }


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
