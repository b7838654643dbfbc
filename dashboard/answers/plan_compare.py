"""Two kept plans beside each other: what is in both, what was asked otherwise, and what that costs, in words and numbers."""

from collections.abc import Mapping
from typing import Any

from dashboard.answers import plan_question, plan_sheet
from dashboard.language import Language
from layers.planning.compare import Covered, Kept, compare


def beside(one: tuple[str, Kept], other: tuple[str, Kept], say: Language) -> dict[str, Any]:
    """Each: the name and what was kept. lines: what is in both, and only in one. names: of the plans. rows: (what, one's, the other's)."""
    (a, kept), (b, second) = one, other
    found = compare(kept, second)
    named = plan_sheet.named(second[0], say) | plan_sheet.named(kept[0], say)

    def listed(ids: tuple[str, ...]) -> str:
        return ", ".join(named.get(id, id) for id in ids) or say("plan.nothing")

    lines = [say("plan.both", names=listed(found.both))]
    lines += [say("plan.only", plan=name, names=listed(ids)) for name, ids in zip((a, b), found.only, strict=True)]
    rows = [
        (
            say(plan_question.ORDER.get(name, name)) if name in plan_question.ORDER else name,
            *(_value(name, value, named, say) for value in values),
        )
        for name, *values in found.question
    ]
    rows.append((say("plan.compare_own"), *(_covered(told, say) for told in found.own)))
    # Each covers the other's demand as it covers its own: at its own hours, in its own scenario.
    asked = (kept[0]["question"], second[0]["question"])
    rows.append((say("plan.compare_crossed"), *(_crossed(told, of, say) for told, of in zip(found.crossed, asked, strict=True))))
    if any(cost is not None for cost in found.cost):
        rows.append((say("plan.compare_cost"), *("–" if cost is None else say.number(cost) for cost in found.cost)))
    lines.append(say("plan.compare_more" if found.adds >= 0 else "plan.compare_less", plan=b, share=say.number(100 * abs(found.adds), 1)))
    return {"lines": lines, "names": (a, b), "rows": rows}


def _value(name: str, value: Any, named: Mapping[str, str], say: Language) -> str:
    return "–" if value is None else plan_question.field(name, value, named, say)


def _crossed(told: Covered, question: Mapping[str, Any], say: Language) -> str:
    how = {key: plan_question.field(key, question[key], {}, say) for key in ("hours", "scenario")}
    return say("plan.compare_as", share=_covered(told, say), **how)


def _covered(told: Covered, say: Language) -> str:
    unknown = f" ({say('plan.compare_unknown', points=say.number(told.unknown, 1))})" if told.unknown else ""
    return f"{say.number(100 * told.share, 1)} %{unknown}"
