"""How firm a plan is: the question asked again of data that could as well have been recorded, on roads that could as well have been."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.planning.demand import Demand, points
from layers.planning.models import Model
from layers.planning.records import drawn_amounts, spread_amounts
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


class Alone(NamedTuple):
    """n draws in which one thing alone varies: share of them in which the plan is as good as the best, and the mean share that it loses."""

    what: str
    n: int
    is_best: float
    regret: float


class Draws(NamedTuple):
    """n draws that had an answer. chosen: share of them in which each site is chosen, float (s,). chosen_by: the same among the draws of
    recorded or corrected demand and of each scenario, with draws_by, how many these were. is_best: share in which the plan is as good as
    the best. regret: share of the best plan of a draw that the plan loses there, float (n,); share_covered: of the draw's demand by the
    plan. unsolved: draws that had no answer. alone: what each thing that varies does by itself."""

    n: int
    chosen: Floats
    chosen_by: Mapping[str, Floats]
    draws_by: Mapping[str, int]
    is_best: float
    regret: Floats
    share_covered: Floats
    unsolved: int
    varied: tuple[Varied, ...]
    alone: tuple[Alone, ...]


class _One(NamedTuple):
    """A draw: which demand and scenario it is of, the best plan for it, what the plan loses and covers there."""

    bias: str
    scenario: str
    best: Plan
    regret: float
    share_covered: float


def draw(model: Model, plan: Plan, demand: Demand, hours: Mapping[str, Floats], told: Callable[[int, int], None]) -> Draws:
    """plan: whose loss is asked. hours: float (d, s) by scenario, the question's own first. told: hears how many draws are done, of how
    many.

    Draw k depends on the seed and k alone: more draws do not change the first ones. After them come those in which one thing alone varies,
    a tenth as many for each.
    """
    n, varied = model.question.draws, _varied(list(hours))
    n_alone = max(1, n // 10)
    of = n + n_alone * len(varied)
    asked = partial(_one, model, plan, demand, hours)
    found = []
    for k in range(n):
        found.append(asked(k, EVERYTHING))
        told(k + 1, of)
    alone = []
    for at, one in enumerate(varied):
        # Recorded demand in the question's own scenario is no change: what alone varies these is the other one.
        some = [asked(k, frozenset({one.what}), is_other=one.what in ("bias", "scenario")) for k in range(n_alone)]
        told(n + n_alone * (at + 1), of)
        regret = np.array([draw.regret for draw in some if draw is not None])
        alone.append(Alone(one.what, len(regret), *((float((regret <= SAME).mean()), float(regret.mean())) if len(regret) else (0.0, 0.0))))
    return _summed(model, list(hours), found, varied, tuple(alone))


def _summed(
    model: Model, scenarios: list[str], found: Sequence[_One | None], varied: tuple[Varied, ...], alone: tuple[Alone, ...]
) -> Draws:
    solved = [one for one in found if one is not None]
    times = {name: np.zeros(len(model.sites.table)) for name in (RECORDED, CORRECTED, *scenarios)}
    counts = dict.fromkeys(times, 0)
    for one in solved:
        for name in (one.bias, one.scenario):
            times[name][list(one.best.sites)] += 1
            counts[name] += 1
    regret = np.array([one.regret for one in solved])
    return Draws(
        n=len(solved),
        chosen=(times[RECORDED] + times[CORRECTED]) / max(len(solved), 1),
        chosen_by={name: total / max(counts[name], 1) for name, total in times.items()},
        draws_by=counts,
        is_best=float((regret <= SAME).mean()) if solved else 0.0,
        regret=regret,
        share_covered=np.array([one.share_covered for one in solved]),
        unsolved=len(found) - len(solved),
        varied=varied,
        alone=alone,
    )


def _one(
    model: Model, plan: Plan, demand: Demand, hours: Mapping[str, Floats], k: int, what: frozenset[str], *, is_other: bool = False
) -> _One | None:
    """Draw k, in which only ``what`` varies; None where it has no answer, such as nobody in reach of anybody. is_other: corrected demand,
    or a scenario that is not the question's own."""
    question, scenarios = model.question, list(hours)
    rng = np.random.default_rng([question.seed, k])
    # Every number is drawn whether it is used or not: what varies does not change how.
    scenario = scenarios[int(rng.integers(len(scenarios)))]
    again = _again(demand, rng, what)
    slower = float(rng.uniform(1 - TIME_SHARE, 1 + TIME_SHARE))
    given = {kind: float(value * np.exp(rng.normal(0, WEIGHT_SIGMA))) for kind, value in sorted(question.weights.items())}
    bias = (RECORDED, CORRECTED)[(k % 2 or is_other) if "bias" in what else 0]
    if "scenario" not in what:
        scenario = scenarios[0]
    elif is_other and len(scenarios) > 1:
        scenario = scenarios[1 + k % (len(scenarios) - 1)]
    amounts = demand.amounts
    if what & {"positions", "reports", "months"}:
        new = (
            drawn_amounts(demand.records, len(demand.table), again, rng)
            if "positions" in what
            else spread_amounts(demand.records, len(demand.table), again)
        )
        amounts = new._replace(recorded={**amounts.recorded, **new.recorded})
    weights = points(given if "weights" in what else question.weights, amounts, demand.detected if bias == CORRECTED else None)
    there = hours[scenario] * (slower if "speed" in what else 1.0)
    try:
        best = model.plan(weights, there, time_limit_s=DRAW_LIMIT_S)
    except SitingError:
        return None
    return _One(bias, scenario, best, *_against(model, plan, best, weights, there))


def _varied(scenarios: Sequence[str]) -> tuple[Varied, ...]:
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


EVERYTHING = frozenset(one.what for one in _varied(()))


def _again(demand: Demand, rng: np.random.Generator, what: frozenset[str]) -> NDArray[np.int64]:
    """How often each event is there: some months of some sources are lost, then as many events as are left are drawn again."""
    told_in = demand.records.told_in
    if not len(told_in):
        return np.zeros(0, np.int64)
    is_there = (rng.random(int(told_in.max()) + 1) >= (MISSING if "months" in what else 0.0))[told_in]
    if not is_there.any() or "reports" not in what:
        return is_there.astype(np.int64)
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
