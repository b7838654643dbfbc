"""Need beside support, reach and effect in words: what was counted, over which period, by which method, and how sure."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from dashboard.answers.places import Places
from dashboard.language import Language

if TYPE_CHECKING:
    from dashboard.user import User
    from layers.effect import Effect, Ratio


def gaps(table: pd.DataFrame, unit: str, period: tuple[str, str] | None, hours: float, places: Places, say: Language) -> dict[str, Any]:
    """Units with need, support, ranks and kind, the widest gap first. table: of `need_and_support`, and n, the events of the period."""
    names = places.names(say.code)
    shown = table if unit == "section" else table[(table["n"] > 0) | (table["support"] > 0)]
    order = shown.assign(order=shown["difference"].fillna(-np.inf)).sort_values("order", ascending=False, kind="stable")
    rows = [
        {
            "id": row["section_id"],
            "name": names.get(row["section_id"], row["section_id"]),
            "n": int(row["n"]) if unit == "section" or row["n"] > 0 else None,
            "need": round(float(row["need"]), 4) if unit == "section" and np.isfinite(row["need"]) else None,
            "support": int(row["support"]),
            "need_rank": _or_none(row["need_rank"]),
            "support_rank": _or_none(row["support_rank"]),
            "difference": _or_none(row["difference"]),
            "kind": row["kind"],
            "kind_word": say(f"coverage.kind.{row['kind']}"),
        }
        for row in order.to_dict("records")
    ]
    return {
        "unit": unit,
        "period": say.period(*period) if period else "",
        "n": int(shown["n"].sum()),
        "n_gaps": sum(row["kind"] == "gap" for row in rows),
        "n_overlaps": sum(row["kind"] == "overlap" for row in rows),
        "rows": rows,
        "method": say(f"coverage.method.{unit}", hours=hours),
        "more": say("coverage.method.ranks"),
    }


def reach(
    table: pd.DataFrame, steps_h: list[float], sections: tuple[int, list[int]], n_offices: int, period: tuple[str, str] | None,
    user: "User",
) -> dict[str, Any]:  # fmt: skip
    """Shares by step of the slider. Of seizures outsiders get the share alone: an amount could be taken for events."""
    say = user.say
    kinds = []
    for row in table.to_dict("records"):
        is_told = user.is_insider or row["kind"] != "seizures"
        kinds.append(
            {
                "kind": row["kind"],
                "name": say(f"coverage.reach.{row['kind']}"),
                "unit": say(f"coverage.unit.{row['unit']}"),
                "total": round(row["total"], 1) if is_told else None,
                "by_distance": round(row["by_distance"] / row["total"], 4) if row["total"] > 0 else None,
                "share": [round(share, 4) for share in row["share"]],
            }
        )
    n, inside = sections
    if n:
        told = {"kind": "sections", "name": say("coverage.reach.sections"), "unit": say("coverage.unit.sections"), "total": n}
        kinds.insert(1, told | {"by_distance": None, "share": [round(k / n, 4) for k in inside]})
    return {
        "steps": steps_h,
        "offices": n_offices,
        "kinds": kinds,
        "period": say.period(*period) if period else "",
        "note": say("coverage.reach.note" if user.is_insider else "coverage.reach.note_outside"),
    }


def effect(
    found: "Effect", name: str, opened: str, windows: tuple[tuple[str, str], tuple[str, str]], unit: str, of: tuple[str, list[str], int],
    say: Language,
) -> dict[str, Any]:  # fmt: skip
    """One judgement in sentences, the null as plainly as the rest, and the numbers behind it.

    windows: first and last period before and after. of: (name of the unit around, names beside, how many are compared).
    """
    around, beside, n_compared = of
    return {
        "name": name,
        "opened": opened,
        "unit": unit,
        "verdict": found.verdict,
        "sentence": say(f"coverage.verdict.{found.verdict}", **_values(found.around, say)),
        "moved": say("coverage.verdict.moved" if found.moved else "coverage.verdict.not_moved") if found.beside.is_judged else "",
        "moved_unknown": "" if found.beside.is_judged else say("coverage.verdict.beside_too_few"),
        "placebo": say(
            "coverage.placebo.too_few"
            if not found.early.is_judged
            else "coverage.placebo.differed"
            if found.verdict == "differed_before"
            else "coverage.placebo.quiet"
        ),
        "before": say.period(*windows[0]),
        "after": say.period(*windows[1]),
        "around": around,
        "beside": beside,
        "n_compared": n_compared,
        "ratios": {
            "around": _ratio(found.around),
            "beside": _ratio(found.beside),
            "early": _ratio(found.early),
        },
        "rank_p": _or_none(found.rank_p),
        "small": say("coverage.effect.small", n=found.around.before + found.around.after)
        if found.around.is_judged and found.around.before + found.around.after < 30
        else "",
        "caveat": say(f"coverage.effect.caveat_{unit}"),
    }


def _values(ratio: "Ratio", say: Language) -> dict[str, object]:
    """What the sentences of a verdict may name."""
    if not ratio.is_judged:
        return {"n": ratio.before + ratio.after}
    percent = round(100 * (ratio.ratio - 1))
    return {
        "percent": abs(percent),
        "low": say.number(ratio.low, 2),
        "high": say.number(ratio.high, 2),
        "ratio": say.number(ratio.ratio, 2),
        "seen": say.number(ratio.seen_from, 1),
        "n": ratio.before + ratio.after,
    }


def _ratio(ratio: "Ratio") -> dict[str, float | int | None]:
    return {
        "before": ratio.before, "after": ratio.after, "other_before": ratio.other_before, "other_after": ratio.other_after,
        "ratio": _or_none(ratio.ratio), "low": _or_none(ratio.low), "high": _or_none(ratio.high), "p": _or_none(ratio.p),
    }  # fmt: skip


def _or_none(value: float) -> float | None:
    return round(float(value), 4) if np.isfinite(value) else None
