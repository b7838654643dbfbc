"""What a reader of a plan must know beside its numbers: how firm it is, what could stand instead at no loss, what serves nothing and why,
where its reports come from. Sentences in the reader's language, of the record alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.answers.plan_question import countries, period, scenario_names
from dashboard.language import Language

#: Two plans whose loss is less than this share are told as equal.
TIE = 0.0005
#: Kinds of demand that are records themselves, counted one by one.
RECORDED = ("seizures", "incidents")
#: So many plans nearly as good are kept at most: where all of them lose nothing there may be more.
MOST_NEARLY = 4


def firmness(told: Mapping[str, Any], say: Language) -> str:
    """In how many draws the plan is the best, and the most that it loses in a scenario; "" where the record knows neither."""
    draws, said = told.get("draws") or {}, {}
    if draws.get("is_best") is not None:
        said = {"share": say.number(100 * draws["is_best"], 1), "n": say.number(draws["n"])}
    losses = [(one["share"], one["scenario"]) for one in told.get("scenarios") or () if one.get("share") is not None]
    if not losses:
        return say("plan.firm_draws", **said) if said else ""
    worst, where = max(losses, key=lambda one: one[0])
    name = scenario_names(say).get(where, where)
    if worst >= TIE:
        return say("plan.firm_draws_loses" if said else "plan.firm_loses", **said, loss=say.number(100 * worst, 1), scenario=name)
    return say("plan.firm_draws_holds" if said else "plan.firm_holds", **said, scenarios=say.number(len(losses)))


def exchanges(told: Mapping[str, Any], named: Mapping[str, str], say: Language) -> list[str]:
    """What can stand instead of what at no loss, the smallest exchange first; [] where every other choice loses something."""
    ties = [one for one in told["nearly"] if one["loss"] < TIE]
    lines = []
    for one in sorted(ties, key=lambda one: len(one["gained"]) + len(one["lost"])):
        lost, gained = (", ".join(named.get(id, id) for id in one[what]) for what in ("lost", "gained"))
        if lost:
            lines.append(say("plan.exchange" if gained else "plan.exchange_none", lost=lost, gained=gained))
    return [*lines, *([say("plan.exchange_more")] if len(ties) >= MOST_NEARLY else [])]


def serving_nothing(told: Mapping[str, Any], named: Mapping[str, str], say: Language) -> list[str]:
    """Why new offices serve no demand: those across the border are the other half of a pair; of others something nearer serves it."""
    question, plan = told["question"], told["recorded"]
    idle = [id for id in plan["new"] if not plan["points_by_site"].get(id)]
    across = [id for id in idle if question.get("two_sided") and told["sites"][id]["country_iso3"] not in question["countries"]]
    lines = []
    for key, ids in (("plan.other_half", across), ("plan.serves_nothing", [id for id in idle if id not in across])):
        if ids:
            lines.append(say(key, names=", ".join(named.get(id, id) for id in ids), countries=countries(question["countries"], say)))
    return lines


def reports(told: Mapping[str, Any], say: Language) -> str:
    """How many reports were looked at, in which months, and why not all of them are demand."""
    demand, question = told["demand"], told["question"]
    counted = [one for one in demand.get("formula") or () if one["kind"] in RECORDED]
    amounts = [f"{say('plan.kind_' + one['kind'])} {say.number(one['amount'], 1)}" for one in counted]
    return say(
        "plan.reports_counted" if amounts else "plan.reports_looked_at",
        events=say.number(demand["events"]), placeless=say.number(demand["events_without_place"]), amounts=", ".join(amounts),
        countries=countries(question["countries"], say), months=period(question, say),
    )  # fmt: skip


def empty_kinds(told: Mapping[str, Any], say: Language) -> list[str]:
    """Kinds of demand that were given points and of which there is nothing: their points are given to nobody."""
    empty: Sequence[Mapping[str, Any]] = [
        one for one in told["demand"].get("formula") or () if one["points"] and not (one["amount"] and one["places"])
    ]
    return [say("plan.kind_empty", kind=say(f"plan.kind_{one['kind']}"), points=say.number(one["points"])) for one in empty]
