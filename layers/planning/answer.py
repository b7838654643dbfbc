"""The answer to a planner's question: a proven plan for recorded demand, one for demand corrected by presence, what each further office
adds, what the plan loses in other scenarios, and how often each site is chosen when the data are drawn again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from layers.planning.demand import Demand, points
from layers.planning.draws import Draws, draw
from layers.planning.models import Model
from layers.planning.pairs import Pair
from layers.planning.question import PlanningError, Question
from layers.planning.regret import Regret, regrets
from layers.planning.sites import Sites, costs_of_sites, places_of
from layers.siting import NearPlan, Plan, SitingError
from layers.siting.plan import nearest
from layers.travel.network import Network
from layers.travel.off_road import point_hours

Floats = NDArray[np.float64]
Told = Callable[[str, int, int], None]
#: A curve without a wanted number of offices goes no further.
LONGEST_CURVE = 40


@dataclass(frozen=True)
class Answer:
    """d places of demand, s sites.

    hours: float (d, s), inf out of reach. demand, corrected: points, float (d,). recorded, presence: the plans for the two. before: points
    that the existing offices cover. curve: one row for each number of further offices, [new, covered, objective, gap, sites]. draws: None
    where none were asked for. nearly: the best plan and those that lose at most 1 %, up to five. regrets: of the recorded plan in each
    scenario. out_of_reach: rows of demand that nobody reaches at all; beyond_hours: that nobody reaches within the hours asked for.
    """

    model: Model
    demand_places: Demand
    hours: Floats
    demand: Floats
    corrected: Floats
    recorded: Plan
    presence: Plan
    before: float
    curve: pd.DataFrame
    draws: Draws | None
    nearly: list[NearPlan]
    regrets: list[Regret]
    out_of_reach: NDArray[np.int64]
    beyond_hours: NDArray[np.int64]

    @property
    def question(self) -> Question:
        return self.model.question

    @property
    def sites(self) -> Sites:
        return self.model.sites

    @property
    def flips(self) -> bool:
        return self.recorded.sites != self.presence.sites

    def new_sites(self, plan: Plan) -> list[int]:
        """Rows of the sites that do not stand yet."""
        return [site for site in plan.sites if site >= self.sites.n_existing]

    def served_by(self, plan: Plan) -> NDArray[np.int64]:
        """The chosen site that serves each place of demand, -1 where none does within the hours of the question, (d,)."""
        return self.model.served_by(plan, self.hours)

    def hours_of(self, sites: Sequence[int]) -> Floats:
        """Hours from the nearest of the sites to each place of demand, (d,); inf out of reach."""
        return self.hours[:, list(sites)].min(axis=1) if len(sites) else np.full(len(self.hours), np.inf)


def hours_between(network: Network, edge_hours: ArrayLike, demand: pd.DataFrame, sites: pd.DataFrame) -> Floats:
    """Hours from each site to each place of demand, float (d, s); nobody walks out of a country."""
    return np.ascontiguousarray(point_hours(network, edge_hours, places_of(sites), places_of(demand)).T)


def answer(
    question: Question,
    sites: Sites,
    demand: Demand,
    hours: Mapping[str, Floats],
    told: Told,
    pairs: Sequence[Pair] = (),
) -> Answer:
    """hours: float (d, s) of `hours_between` by scenario, that of the question among them. pairs: where the question is two-sided.
    told: hears of progress: what, done, of how many. Raises PlanningError, SitingError.
    """
    model = Model(question, sites, costs_of_sites(question, sites), tuple(pairs))
    model.check()
    here = hours[question.scenario]
    recorded = points(question.weights, demand.amounts)
    corrected = points(question.weights, demand.amounts, demand.detected)
    _somebody_in_reach(model, demand, recorded, here)
    told("plan", 0, 2)
    plan = model.plan(recorded, here)
    told("plan", 1, 2)
    presence = model.plan(corrected, here)
    told("plan", 2, 2)
    steps = _curve(model, plan, recorded, here, told)
    before = float(recorded[nearest(here, range(sites.n_existing), question.hours) >= 0].sum())
    told("nearly", 0, 1)
    nearly = model.nearly(recorded, here)
    told("nearly", 1, 1)
    lost = regrets(model, plan, recorded, hours, lambda done: told("scenarios", done, len(hours)))
    drawn = None
    if question.draws:
        of_draws = {name: hours[name] for name in dict.fromkeys((question.scenario, *question.draw_scenarios))}
        told("draws", 0, 0)
        drawn = draw(model, plan, demand, of_draws, lambda done, of: told("draws", done, of))
    may = np.setdiff1d(np.arange(here.shape[1]), list(sites.excluded))
    least = here[:, may].min(axis=1)
    return Answer(
        model, demand, here, recorded, corrected, plan, presence, before, steps, drawn, nearly, lost,
        np.flatnonzero(np.isinf(least)), np.flatnonzero(least > question.hours),
    )  # fmt: skip


def _somebody_in_reach(model: Model, demand: Demand, weights: Floats, hours: Floats) -> None:
    """Raises PlanningError, naming the place that is nearest to a site, where no demand is in reach of any."""
    if model.is_loss or model.reachable(weights, hours).any():
        return
    rows = np.flatnonzero(weights > 0)
    least = hours[rows].min(axis=1)
    place, at = demand.table["id"].iloc[rows[least.argmin()]], float(least.min())
    nearest_is = "none of them can be reached at all" if np.isinf(at) else f"the nearest of them, {place}, is {at:.1f} h away"
    raise PlanningError(
        f"No candidate reaches any of the {len(rows)} places of demand within {model.question.hours:g} hours: {nearest_is}."
    )


def _curve(model: Model, plan: Plan, weights: Floats, hours: Floats, told: Told) -> pd.DataFrame:
    """What 1, 2, ... further offices (or pairs) cover, up to some more than are wanted; money ends it where it buys no more."""
    question, n_existing = model.question, model.sites.n_existing
    n_new = len(plan.pairs) if model.pairs else len(plan.sites) - n_existing
    wanted = n_new if question.model == "set_coverage" else question.new
    is_open = model.price is not None or question.model == "set_coverage"
    most = min((wanted or LONGEST_CURVE) + question.curve_beyond, model.most_new, LONGEST_CURVE + question.curve_beyond)
    n_locked = len(model.locked) - n_existing
    least = max(1, -(-n_locked // 2) if model.pairs else n_locked)
    rows = []
    for new in range(least, most + 1):
        told("curve", new - least, most - least + 1)
        try:
            step = plan if new == wanted and question.model != "set_coverage" else model.plan(weights, hours, new)
        except SitingError:  # so many cannot stand together
            break
        if is_open and len(step.pairs or step.sites[n_existing:]) < new:
            break
        covered = float(weights[model.served_by(step, hours) >= 0].sum())
        rows.append(
            {
                "new": new,
                "covered": covered,
                "objective": step.objective,
                "gap": step.gap,
                "sites": [at for at in step.sites if at >= n_existing],
            }
        )
    told("curve", 1, 1)
    return pd.DataFrame(rows, columns=["new", "covered", "objective", "gap", "sites"])
