"""A kept plan in words and tables: what the page of plans shows and prints. Numbers are those of the file; nothing is worked out anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard.answers import plan_notes
from dashboard.answers.plan_question import kind_words, scenario_names
from dashboard.language import Language

#: New sites that the sentence about firmness names at most.
OFTEN = 5


@dataclass(frozen=True)
class Site:
    """One row of the table. number: as on the map, 0 for an office that stands. share: of demand that it serves, %; drawn: of draws, %."""

    number: int
    name: str
    kind: str
    share: str
    drawn: str


def sheet(told: Mapping[str, Any], name: str, say: Language) -> dict[str, Any]:
    """told: a plan of `layers.planning.saved`. The words, tables and bars of its page."""
    question, plan, total = told["question"], told["recorded"], told["demand"]["points"]
    draws = told["chosen_in_draws"]
    names = named(told, say)

    def site(id: str, number: int) -> Site:
        drawn = f"{say.number(100 * draws.get(id, 0), 1)} %" if question["draws"] and number else ""
        return Site(number, names[id], kind_words(told["sites"][id]["kind"], say), _percent(plan["points_by_site"][id], total, say), drawn)

    standing = sorted((site(id, 0) for id in told["existing"]), key=lambda one: one.name)
    return {
        "name": name,
        "what": f"{say('plan.model_' + question['model'])} · {asked(question, say)}",
        "demonstration": say("plan.demonstration") if told["is_demonstration"] else "",
        "firm": plan_notes.firmness(told, say),
        "sentences": _sentences(told, names, say),
        "exchanges": plan_notes.exchanges(told, names, say),
        "idle": plan_notes.serving_nothing(told, names, say),
        "curve_title": say(curve_title(question)),
        "new": [site(id, number) for number, id in enumerate(plan["new"], 1)],
        "standing": standing,
        "curve": _curve(told, say),
        "nearly": [
            say(
                "plan.nearly_one", loss=say.number(100 * one["loss"], 2), gained=", ".join(names[id] for id in one["gained"]),
                lost=", ".join(names[id] for id in one["lost"]),
            )
            for one in told["nearly"]
        ],
        "excluded": [(names.get(id, id), reason) for id, reason in told["excluded"].items()],
        "formula": [
            say("plan.points", points=points, kind=say(f"plan.kind_{kind}")) for kind, points in question["weights"].items() if points
        ],
        "made_from": say(
            "plan.made_from", store=told["made_from"]["store"][:8], roads=told["made_from"]["roads"][:8], seed=str(question["seed"]),
            file=f"{name}.toml",
        ),
    }  # fmt: skip


def curve_title(question: Mapping[str, Any]) -> str:
    """Key of what the curve is called: it counts pairs where pairs are chosen."""
    return "plan.curve_pairs" if question.get("two_sided") else "plan.curve"


def asked(question: Mapping[str, Any], say: Language) -> str:
    """The question in a line."""
    scenario = scenario_names(say).get(question["scenario"], question["scenario"]).lower()
    key = "plan.asked_fewest" if question["model"] == "set_coverage" else "plan.asked_pairs" if question.get("two_sided") else "plan.asked"
    said = [say(key, new=question["new"], hours=question["hours"], scenario=scenario)]
    said += [say(f"plan.asked_{limit}", n=say.number(question[limit])) for limit in ("capacity", "budget") if question.get(limit)]
    return ", ".join(said)


def _sentences(told: Mapping[str, Any], names: Mapping[str, str], say: Language) -> list[tuple[str, str]]:
    question, plan, corrected, total = told["question"], told["recorded"], told["corrected"], told["demand"]["points"]

    def listed(ids: list[str]) -> str:
        return ", ".join(names[id] for id in ids)

    now = say("plan.now", n=len(told["existing"]), share=_share(told["covered_by_existing"], total, say), hours=question["hours"])
    proof = say("plan.proven") if plan["status"] == "optimal" else say("plan.gap", gap=say.number(100 * (plan["gap"] or 0), 2))
    share = say.number(100 * corrected["share_covered"], 1)
    flip = say("plan.flips", names=listed(corrected["new"]), share=share) if told["flips"] else say("plan.stays", share=share)
    often = [f"{names[id]} {say.number(100 * drawn, 1)} %" for id, drawn in list(_by_draws(told))[:OFTEN]]
    drawn = say("plan.firm", n=question["draws"], names=", ".join(often)) if often else say("plan.not_drawn")
    firm = plan_notes.firmness(told, say)
    said = [
        *([("plan.head_firm", firm)] if firm else []),
        ("plan.head_now", now),
        ("plan.head_best", say("plan.best", names=listed(plan["new"]), share=say.number(100 * plan["share_covered"], 1))),
        ("plan.head_proof", proof),
        ("plan.head_flip", flip),
        ("plan.head_often", drawn),
        ("plan.head_reports", plan_notes.reports(told, say)),
        *(("plan.head_empty", line) for line in plan_notes.empty_kinds(told, say)),
    ]
    if told["demand"]["out_of_reach"]:
        out = say("plan.out", n=len(told["demand"]["out_of_reach"]), share=_share(told["demand"]["points_out_of_reach"], total, say))
        said.append(("plan.head_out", out))
    return [(say(head), text) for head, text in said]


def _by_draws(told: Mapping[str, Any]) -> list[tuple[str, float]]:
    return sorted(told["chosen_in_draws"].items(), key=lambda one: (-one[1], one[0]))


def _curve(told: Mapping[str, Any], say: Language) -> list[dict[str, Any]]:
    """Bars: how much is covered with none, one, two ... further offices, in % of demand."""
    total = told["demand"]["points"]
    steps = [(0, told["covered_by_existing"]), *((row["new"], row["covered"]) for row in told["curve"])]
    return [{"new": new, "width": round(100 * covered / total, 1), "words": f"{_share(covered, total, say)} %"} for new, covered in steps]


def named(told: Mapping[str, Any], say: Language) -> dict[str, str]:
    """Names of a plan's sites by id."""
    return {id: _name(site, say) for id, site in told["sites"].items()}


def varied(told: Mapping[str, Any], say: Language) -> list[tuple[str, float | None, float | None]]:
    """What the draws vary, what the plan hangs on most first: words; where it alone varies, the share of draws in which the plan stays the
    best, and the mean share that it loses. Nothing where nothing was drawn."""
    draws = told.get("draws") or {}
    alone = {one["what"]: one for one in draws.get("alone", ())}
    rows = []
    for one in draws.get("varied", ()):
        by_itself, key = alone.get(one["what"], {}), f"plan.varied_{one['what']}"
        rows.append((say(key) if say.has(key) else one["how"], by_itself.get("is_best"), by_itself.get("regret")))
    return sorted(rows, key=lambda row: -(row[2] or 0.0))


def _name(site: Mapping[str, Any], say: Language) -> str:
    return site.get(f"name_{say.code}") or site["name_en"]


def _share(points: float, total: float, say: Language) -> str:
    return say.number(100 * points / total, 1)


def _percent(points: float, total: float, say: Language) -> str:
    return f"{_share(points, total, say)} %"
