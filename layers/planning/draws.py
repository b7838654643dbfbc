"""How firm a plan is: the question asked again of data that could as well have been recorded, on roads that could as well have been."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.planning.demand import Demand, points
from layers.planning.models import Model
from layers.planning.records import drawn_amounts
from layers.siting import Plan, SitingError

Floats = NDArray[np.float64]
#: What differs from draw to draw, assumptions that the result repeats: weights lognormal, sigma; hours uniform, share either way; the
#: share of the months of each source that went missing.
WEIGHT_SIGMA, TIME_SHARE, MISSING = 0.2, 0.2, 0.1
#: Seconds for one draw: one that is not proven by then counts with the best that was found.
DRAW_LIMIT_S = 10.0
#: Below this share of the best, two plans are as good.
SAME = 1e-9
RECORDED, CORRECTED = "recorded", "corrected"


class Varied(NamedTuple):
    """One thing that draws vary: by which spread (a number of its own unit, or names), and how, in words."""

    what: str
    spread: float | tuple[str, ...]
    how: str


class Draws(NamedTuple):
    """n draws that had an answer. chosen: share of them in which each site is chosen, float (s,). chosen_by: the same among the draws of
    recorded or corrected demand and of each scenario, with draws_by, how many these were. is_best: share in which the plan is as good as
    the best. regret: share of the best plan of a draw that the plan loses there, float (n,); share_covered: of the draw's demand by the
    plan. unsolved: draws that had no answer."""

    n: int
    chosen: Floats
    chosen_by: Mapping[str, Floats]
    draws_by: Mapping[str, int]
    is_best: float
    regret: Floats
    share_covered: Floats
    unsolved: int
    varied: tuple[Varied, ...]


def draw(
    model: Model, plan: Plan, demand: Demand, hours: Mapping[str, Floats], told: Callable[[int], None], most: int | None = None
) -> Draws:
    """plan: whose loss is asked. hours: float (d, s) by scenario, the question's own first. told: hears of each draw that is done. most:
    fewer draws than the question asks for.

    Draw k depends on the seed and k alone: more draws do not change the first ones.
    """
    question, n = model.question, model.question.draws if most is None else most
    scenarios = list(hours)
    n_sites = len(model.sites.table)
    times = {name: np.zeros(n_sites) for name in (RECORDED, CORRECTED, *scenarios)}
    counts = dict.fromkeys(times, 0)
    regret, covered, solved = [], [], 0
    for k in range(n):
        rng = np.random.default_rng([question.seed, k])
        bias, scenario = (RECORDED, CORRECTED)[k % 2], scenarios[int(rng.integers(len(scenarios)))]
        amounts = drawn_amounts(demand.records, len(demand.table), _again(demand, rng), rng)
        amounts = amounts._replace(recorded={**demand.amounts.recorded, **amounts.recorded})
        given = {kind: float(value * np.exp(rng.normal(0, WEIGHT_SIGMA))) for kind, value in sorted(question.weights.items())}
        there = hours[scenario] * float(rng.uniform(1 - TIME_SHARE, 1 + TIME_SHARE))
        weights = points(given, amounts, demand.detected if bias == CORRECTED else None)
        try:
            best = model.plan(weights, there, time_limit_s=DRAW_LIMIT_S)
        except SitingError:  # such as nobody in reach of anybody
            told(k + 1)
            continue
        solved += 1
        for name in (bias, scenario):
            times[name][list(best.sites)] += 1
            counts[name] += 1
        lost, share = _against(model, plan, best, weights, there)
        regret.append(lost)
        covered.append(share)
        told(k + 1)
    chosen = (times[RECORDED] + times[CORRECTED]) / max(solved, 1)
    by = {name: total / max(counts[name], 1) for name, total in times.items()}
    return Draws(
        solved, chosen, by, counts, float(np.mean(np.array(regret) <= SAME)) if regret else 0.0, np.array(regret), np.array(covered),
        n - solved, varied(model, scenarios),
    )  # fmt: skip


def varied(model: Model, scenarios: Sequence[str]) -> tuple[Varied, ...]:
    """What the draws of a question vary."""
    return (
        Varied("positions", 1.0, "each event lies in one cell of its footprint, as likely as its share there (its own uncertainty)"),
        Varied("reports", 1.0, "as many events are drawn again with replacement"),
        Varied("months", MISSING, "this share of the months of each source is missing"),
        Varied("weights", WEIGHT_SIGMA, "each kind's points times a lognormal number of this sigma"),
        Varied("speed", TIME_SHARE, "all hours longer or shorter by up to this share"),
        Varied("scenario", tuple(scenarios), "one of these road scenarios, each as likely"),
        Varied("bias", (RECORDED, CORRECTED), "every other draw is of demand corrected by presence"),
    )


def _again(demand: Demand, rng: np.random.Generator) -> NDArray[np.int64]:
    """How often each event is there: some months of some sources are lost, then as many events as are left are drawn again."""
    told_in = demand.records.told_in
    if not len(told_in):
        return np.zeros(0, np.int64)
    is_there = (rng.random(int(told_in.max()) + 1) >= MISSING)[told_in]
    if not is_there.any():
        return np.zeros(len(told_in), np.int64)
    return np.asarray(rng.multinomial(int(is_there.sum()), is_there / is_there.sum()), np.int64)


def _against(model: Model, plan: Plan, best: Plan, weights: Floats, hours: Floats) -> tuple[float, float]:
    """(share of the best that the plan loses, share of demand that the plan covers). Where fewest offices are asked for, the best is all
    that can be reached."""
    total = float(weights.sum())
    covered = float(weights[(hours[:, list(plan.sites)] <= model.question.hours).any(axis=1)].sum())
    if model.question.model == "set_coverage":
        top, mine = float(weights[model.reachable(weights, hours)].sum()), covered
    else:
        top, mine = best.objective, best.objective if best.sites == plan.sites else model.value(plan.sites, weights, hours)
    lost = abs(top - mine) / abs(top) if top and np.isfinite(mine) else (0.0 if mine == top else np.inf)
    return (0.0 if lost <= SAME else lost), (covered / total if total else 0.0)
