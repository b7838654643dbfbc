"""Regret: what a plan loses in each road scenario against the plan that would have been made for it."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.planning.models import Model
from layers.siting import Plan, SitingError

Floats = NDArray[np.float64]


class Regret(NamedTuple):
    """One scenario. covered: points that the plan covers; best: that the best plan for the scenario does, whose sites these are. value and
    best_value: in the unit of the model's objective. regret, share: what the plan loses, in that unit and as a share of the best; NaN where
    nothing can be compared, such as a place that the plan cannot reach at all."""

    scenario: str
    covered: float
    best: float
    best_sites: tuple[int, ...]
    value: float
    best_value: float
    regret: float
    share: float


def regrets(model: Model, plan: Plan, weights: Floats, hours: Mapping[str, Floats], told: Callable[[int], None]) -> list[Regret]:
    """Of the plan under each scenario. hours: float (d, s) by scenario. told: hears of each scenario that is done."""
    found = []
    for name, there in hours.items():
        found.append(_regret(model, plan, weights, name, there))
        told(len(found))
    return found


def _regret(model: Model, plan: Plan, weights: Floats, scenario: str, hours: Floats) -> Regret:
    def covered(sites: tuple[int, ...]) -> float:
        if model.question.capacity:  # within hours is not yet served
            return model.value(sites, weights, hours)
        return float(weights[(hours[:, list(sites)] <= model.question.hours).any(axis=1)].sum()) if sites else 0.0

    value = model.value(plan.sites, weights, hours)
    try:
        best = model.plan(weights, hours)
    except SitingError:  # nobody is in reach of anybody: no plan is better
        return Regret(scenario, covered(plan.sites), covered(plan.sites), (), value, np.nan, np.nan, np.nan)
    # Where all is to be covered the question is how much of it still is.
    top = model.value(best.sites, weights, hours) if model.question.model == "set_coverage" else best.objective
    lost = value - top if model.is_loss else top - value
    lost = 0.0 if abs(lost) <= 1e-9 * abs(top) else lost
    share = lost / top if top else 0.0 if lost == 0 else np.nan
    return Regret(scenario, covered(plan.sites), covered(best.sites), best.sites, value, top, lost, share)
