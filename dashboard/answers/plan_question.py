"""A planner's question in words: every field that was set, in the reader's language."""

from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.language import Language
from geodata.places.road_rules import load_road_scenarios


def lines(question: Mapping[str, Any], named: Mapping[str, str], say: Language) -> list[tuple[str, str]]:
    """(field, value), in the order in which a planner asks. named: names of sites by id."""
    told = [(key, field(key, question[key], named, say)) for key in ORDER if key in question and _is_said(key, question)]
    return [(say("plan.new_pairs" if key == "new" and question.get("two_sided") else ORDER[key]), words) for key, words in told]


def field(key: str, value: Any, named: Mapping[str, str], say: Language) -> str:
    """The value of one field in words; the code itself where there is no word for it."""
    if key == "model":
        return say(f"plan.model_{value}")
    if key == "two_sided":
        return say("plan.yes") if value else say("plan.no")
    if key in ("hours", "pair_hours", "detect_hours"):
        return say("plan.n_hours", n=say.number(float(value)))
    if key in ("scenario", "draw_scenarios"):
        return ", ".join(scenario_names(say).get(one, one) for one in ([value] if isinstance(value, str) else value)) or say("plan.nothing")
    if key in ("first", "last"):
        return say.month(value) if value else say("plan.any_month")
    if key == "drugs":
        return ", ".join(_word(f"drug.{one}", one, say) for one in value) or say("js.plan_all_drugs")
    if key in ("countries", "facing"):
        return countries(value, say)
    if key == "candidates":
        return ", ".join(kind_words(one, say) for one in value)
    if key == "locked":
        return ", ".join(named.get(one, one) for one in value) or say("plan.nothing")
    if key == "costs":
        parts = (
            f"{named.get(one) or (say('js.plan_cost_all') if one == 'all' else kind_words(one, say))}: {say.number(money)}"
            for one, money in value.items()
        )
        return ", ".join(parts) or say("plan.nothing")
    if key == "weights":
        return " + ".join(f"{say.number(points)} × {say(f'plan.kind_{kind}')}" for kind, points in value.items() if points)
    if key == "excluded":
        return ", ".join(f"{named.get(one, one)} ({why})" for one, why in value.items()) or say("plan.nothing")
    if key in ("capacity", "budget") and not value:
        return say("js.plan_no_limit")
    return say.number(value) if isinstance(value, int | float) and key != "seed" else str(value)


#: Field -> key of its word, in the order in which they are told.
ORDER = {
    "model": "js.plan_model", "new": "js.plan_new", "hours": "js.plan_reach", "scenario": "js.plan_scenario", "two_sided": "plan.two_sided",
    "facing": "js.plan_facing", "pair_hours": "plan.pair_hours", "capacity": "js.plan_capacity", "budget": "js.plan_budget",
    "costs": "js.plan_cost_title", "candidates": "js.plan_kinds", "countries": "js.plan_countries", "locked": "js.plan_role_locked",
    "first": "js.plan_first", "last": "js.plan_last", "drugs": "plan.drugs", "weights": "plan.formula", "excluded": "plan.excluded",
    "detect_floor": "js.plan_detect_floor", "detect_hours": "js.plan_detect_hours", "draws": "js.plan_draws",
    "draw_scenarios": "js.plan_draw_scenarios", "curve_beyond": "js.plan_beyond", "seed": "js.plan_seed", "time_limit_s": "js.plan_seconds",
}  # fmt: skip


def _is_said(key: str, question: Mapping[str, Any]) -> bool:
    if key in ("facing", "pair_hours"):
        return bool(question.get("two_sided"))
    if key == "new":
        return question["model"] != "set_coverage"
    return key not in ("weights", "excluded") and (key not in ("locked", "costs") or bool(question[key]))


def countries(codes: Iterable[str], say: Language) -> str:
    """Names of countries by ISO 3166-1 alpha-3 code."""
    return ", ".join(_word(f"country.{one}", one, say) for one in codes)


def period(question: Mapping[str, Any], say: Language) -> str:
    """The months that were asked for."""
    first, last = question.get("first"), question.get("last")
    if first and last:
        return say.period(first, last)
    if first:
        return say("plan.from_month", month=say.month(first))
    return say("plan.to_month", month=say.month(last)) if last else say("plan.any_month")


def scenario_names(say: Language) -> dict[str, str]:
    """Names of road scenarios by id."""
    return {row["scenario_id"]: row[f"name_{say.code}"] for row in load_road_scenarios().to_dict("records")}


def kind_words(kind: str, say: Language) -> str:
    """What kind of place it is."""
    return say("plan.seat") if kind == "district_seat" else _word(f"post_kind.{kind}", kind, say)


def _word(key: str, code: str, say: Language) -> str:
    return say(key) if say.has(key) else code
