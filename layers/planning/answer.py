"""The answer to a planner's question: a proven plan for recorded demand, one for demand corrected by presence, what each further office
adds, and how often each site is chosen when the data are drawn again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from layers.planning.demand import Demand, detected, points
from layers.planning.question import PlanningError, Question
from layers.planning.sites import Sites, places_of
from layers.siting import NearPlan, Plan, curve, max_coverage, near_best, p_centre, p_median
from layers.siting.plan import nearest
from layers.travel.network import Network
from layers.travel.off_road import point_hours

#: Spread of weights (lognormal sigma) and of travel times (uniform share) from draw to draw: assumptions, said with the result.
WEIGHT_SIGMA, TIME_SHARE = 0.2, 0.2
Told = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Answer:
    """d places of demand, s sites.

    hours: float (d, s), inf out of reach. demand, corrected: points, float (d,). recorded, presence: the plans for the two. before: points
    that the existing offices cover. curve: [new, covered, objective, gap] for each number of further offices. chosen: share of draws in
    which each site is chosen, float (s,), NaN where nothing was drawn. nearly: the best plan and those that lose at most 1 %, up to five.
    out_of_reach: rows of demand from which no candidate is reached at all.
    """

    question: Question
    sites: Sites
    demand_places: Demand
    hours: NDArray[np.float64]
    demand: NDArray[np.float64]
    corrected: NDArray[np.float64]
    recorded: Plan
    presence: Plan
    before: float
    curve: pd.DataFrame
    chosen: NDArray[np.float64]
    nearly: list[NearPlan]
    out_of_reach: NDArray[np.int64]

    @property
    def flips(self) -> bool:
        return self.recorded.sites != self.presence.sites

    def new_sites(self, plan: Plan) -> list[int]:
        """Rows of the sites that do not stand yet."""
        return [site for site in plan.sites if site >= self.sites.n_existing]

    def served_by(self, plan: Plan) -> NDArray[np.int64]:
        """The chosen site that reaches each place of demand soonest, -1 where none does within the hours of the question, (d,)."""
        return nearest(self.hours, plan.sites, self.question.hours)


def hours_between(network: Network, edge_hours: ArrayLike, demand: pd.DataFrame, sites: pd.DataFrame) -> NDArray[np.float64]:
    """Hours from each site to each place of demand, float (d, s); nobody walks out of a country."""
    return np.ascontiguousarray(point_hours(network, edge_hours, places_of(sites), places_of(demand)).T)


def answer(
    question: Question, sites: Sites, demand: Demand, hours: NDArray[np.float64], to_posts: NDArray[np.float64], told: Told
) -> Answer:
    """hours: float (d, s), of `hours_between`. to_posts: hours from the nearest post or office to each place, float (d,). told: hears of
    progress: what, done, of how many. Raises PlanningError, SitingError.
    """
    n_new = len(sites.table) - sites.n_existing - len(sites.excluded)
    if question.new > n_new:
        raise PlanningError(f"new came as {question.new}; there are only {n_new} candidates.")
    locked = sites.locked(question)
    n_locked = len(locked) - sites.n_existing
    if n_locked > question.new:
        raise PlanningError(f"{n_locked} sites are locked, and only {question.new} new ones were wanted.")
    share = detected(question, to_posts)
    recorded, corrected = points(question, demand.amounts), points(question, demand.amounts, share)
    reached = np.isfinite(hours).any(axis=1)

    def best(weights: NDArray[np.float64], new: int, at: NDArray[np.float64] = hours, **where: Any) -> Plan:
        about = {"fixed": locked.tolist(), "excluded": dict(sites.excluded), "time_limit_s": question.time_limit_s, **where}
        p = sites.n_existing + new
        if question.model == "max_coverage":
            return max_coverage(at, weights, p, question.hours, **about)
        wanted = reached & (weights > 0)
        if question.model == "p_median":
            return p_median(at[wanted], weights[wanted], p, **about)
        return p_centre(at[wanted], p, **about)

    told("plan", 0, 1)
    plans = best(recorded, question.new), best(corrected, question.new)
    steps = curve(lambda p: best(recorded, p - sites.n_existing), sites.n_existing + question.new, sites.n_existing + max(1, n_locked))
    within = [recorded[nearest(hours, step.plan.sites, question.hours) >= 0].sum() for step in steps]
    more = pd.DataFrame(
        {
            "new": [step.p - sites.n_existing for step in steps],
            "covered": within,
            "objective": [step.plan.objective for step in steps],
            "gap": [step.plan.gap for step in steps],
        }
    )
    before = float(recorded[nearest(hours, range(sites.n_existing), question.hours) >= 0].sum())
    told("nearly as good", 0, 1)
    nearly = near_best(partial(best, recorded, question.new), fixed=locked.tolist(), excluded=dict(sites.excluded))
    chosen = _drawn(question, sites, demand, hours, share, best, told)
    return Answer(
        question, sites, demand, hours, recorded, corrected, *plans, before, more, chosen, nearly, np.flatnonzero(~reached)
    )  # fmt: skip


def _drawn(
    question: Question,
    sites: Sites,
    demand: Demand,
    hours: NDArray[np.float64],
    share: NDArray[np.float64],
    best: Callable[..., Plan],
    told: Told,
) -> NDArray[np.float64]:
    """Share of draws in which each site is chosen: reports drawn again with replacement, weights and travel times varied, and recorded or
    corrected demand, each in half of the draws."""
    if not question.draws:
        return np.full(len(sites.table), np.nan)
    rng, times = np.random.default_rng(question.seed), np.zeros(len(sites.table))
    for draw in range(question.draws):
        told("draws", draw, question.draws)
        again = rng.multinomial(demand.n_events, np.full(demand.n_events, 1 / demand.n_events)) if demand.n_events else np.zeros(0, int)
        amounts = dict(demand.amounts)
        for kind, (row, event, amount) in demand.of_event.items():
            amounts[kind] = np.bincount(row, amount * again[event], len(hours)).astype(float)
        by_kind = {kind: float(given * np.exp(rng.normal(0, WEIGHT_SIGMA))) for kind, given in sorted(question.weights.items())}
        slower = float(rng.uniform(1 - TIME_SHARE, 1 + TIME_SHARE))
        weights = points(replace(question, weights=by_kind), amounts, share if draw % 2 else None)
        times[list(best(weights, question.new, hours * slower).sites)] += 1
    told("draws", question.draws, question.draws)
    return times / question.draws
