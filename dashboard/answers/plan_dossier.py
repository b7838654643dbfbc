"""The dossier of a plan as plain values, every text in the reader's language: what `exports/page/dossier.typ` prints."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.answers import plan_question, plan_sheet
from dashboard.answers.printed_table import Heading, printed_table
from dashboard.language import Language
from geodata.plans import as_toml

#: Sites of the draws that are shown at most.
MOST_BARS = 15
HEADINGS = (
    "sites", "pairs", "standing", "question", "formula", "model", "corrected", "nearly", "curve", "firm", "varied", "scenarios", "excluded",
    "caveats", "again",
)  # fmt: skip


def dossier(
    told: Mapping[str, Any],
    name: str,
    say: Language,
    places: Mapping[str, str] | None = None,
    shades: Mapping[str, Sequence[tuple[str, float]]] | None = None,
) -> dict[str, Any]:
    """told: a plan of `layers.planning.saved`. places: names of crossings by id. shades: of each map, see `plan_map.shades`. Nothing is
    worked out anew."""
    sheet, question = plan_sheet.sheet(told, name, say), told["question"]
    named = {**(places or {}), **plan_sheet.named(told, say)}
    plan, corrected, total = told["recorded"], told["corrected"], told["demand"]["points"]
    hours = say("plan.n_hours", n=say.number(question["hours"]))
    moved = {
        which: ", ".join(named[id] for id in told[which]["new"] if id not in told[other]["new"])
        for which, other in (("recorded", "corrected"), ("corrected", "recorded"))
    }
    return {
        "language": say.code,
        "title": say("plan.title"),
        "kind": say("dossier.kind").upper(),
        "name": name,
        "what": sheet["what"],
        "demonstration": sheet["demonstration"],
        "attribution": say("attribution.short"),
        "disclaimer": say("disclaimer.boundaries"),
        "words": {key: say(f"dossier.{key}") for key in HEADINGS} | {"curve": sheet["curve_title"], "exchanges": say("plan.exchanges")},
        "sentences": [pair for pair in sheet["sentences"] if not (told["flips"] and pair[0] == say("plan.head_flip"))],
        "flip": [f"{say('js.plan_flips')}.", say("js.plan_flips_how", **moved)] if told["flips"] else None,
        "key": {which: _key(steps, say) for which, steps in (shades or {}).items()},
        "key_words": [say("plan.key_by_new"), say("plan.key_by_standing"), say("plan.key_aside")],
        "key_shades": say("plan.key_shades", total=say.number(total)),
        "map_caption": say("dossier.map_caption", hours=hours, total=say.number(total)),
        "corrected_caption": say("dossier.corrected_caption", hours=hours),
        "sites": _sites(sheet, told, say),
        "exchanges": sheet["exchanges"],
        "idle": sheet["idle"],
        "pairs": _pairs(told, named, say),
        "standing": "; ".join(f"{one.name} ({one.share})" for one in sheet["standing"]),
        "question": _two([("dossier.field", False), ("dossier.value", True)], plan_question.lines(question, named, say), say),
        "formula_words": say("dossier.formula_words", formula=plan_question.field("weights", question["weights"], named, say)),
        "formula": _formula(told, say),
        "formula_note": say("dossier.formula_note"),
        "model_words": f"{say('plan.model_' + question['model'])}. {say('js.plan_model_help_' + question['model'])}",
        "model_note": say(
            "dossier.model_note", objective=_of(plan["objective"], say), bound=_of(plan["bound"], say), gap=_percent(plan["gap"], say, 2)
        ),
        "corrected_words": say(
            "dossier.corrected_words", floor=_percent(question["detect_floor"], say, 0), hours=say.number(question["detect_hours"]),
            names=", ".join(named[id] for id in corrected["new"]), share=_percent(corrected["share_covered"], say),
            same=say("dossier.corrected_flips") if told["flips"] else say("dossier.corrected_same"),
        ),
        "has_corrected": bool(told["flips"]),
        "nearly": _nearly(told, named, say),
        "nearly_none": say("plan.nearly_none"),
        "curve": _curve(told, say),
        "firm_words": _firm(told, say),
        "bars": [
            {"name": named[id], "share": share, "words": _percent(share, say), "strong": id in plan["new"]}
            for id, share in sorted(told["chosen_in_draws"].items(), key=lambda one: (-one[1], one[0]))[:MOST_BARS]
        ],
        "varied": _varied(told, say),
        "scenarios": _scenarios(told, say),
        "scenarios_note": say("js.plan_scenarios_help"),
        "excluded": _two([("plan.col_site", False), ("dossier.reason", True)], sheet["excluded"], say) if sheet["excluded"] else None,
        "caveats": _caveats(told, say),
        "again_words": say("dossier.again_words", file=f"{name}.toml"),
        "versions": _two(
            [("dossier.what", False), ("dossier.version", True)],
            [(say(f"dossier.made_{what}"), str(value)) for what, value in told["made_from"].items() if say.has(f"dossier.made_{what}")],
            say,
        ),
        "toml": as_toml(question),
    }  # fmt: skip


def _table(columns: Sequence[tuple[str, bool, bool]], rows: Sequence[tuple[Sequence[str], bool]], say: Language) -> dict[str, Any]:
    """columns: key of the heading, is it wide, is it a number. rows: cells, and whether the row stands out."""
    return printed_table([Heading(key, wide, number) for key, wide, number in columns], rows, say)


def _two(columns: Sequence[tuple[str, bool]], rows: Sequence[tuple[str, str]], say: Language) -> dict[str, Any]:
    return _table([(key, wide, False) for key, wide in columns], [(row, False) for row in rows], say)


def _sites(sheet: Mapping[str, Any], told: Mapping[str, Any], say: Language) -> dict[str, Any]:
    has_cost = any(told["sites"][id].get("cost") is not None for id in told["recorded"]["new"])
    columns = [("", False, False), ("plan.col_site", True, False), ("plan.col_kind", False, False), ("dossier.country", False, False)]
    columns += [("plan.col_serves", False, True), ("plan.col_draws", False, True), *([("dossier.cost", False, True)] if has_cost else [])]
    rows = []
    for id, site in zip(told["recorded"]["new"], sheet["new"], strict=True):
        iso3 = told["sites"][id]["country_iso3"]
        country = say(f"country.{iso3}") if say.has(f"country.{iso3}") else str(iso3)
        cells = [str(site.number), site.name, site.kind, country, site.share, site.drawn]
        rows.append(([*cells, *([_of(told["sites"][id].get("cost"), say)] if has_cost else [])], False))
    return _table(columns, rows, say)


def _pairs(told: Mapping[str, Any], named: Mapping[str, str], say: Language) -> dict[str, Any] | None:
    pairs = told["recorded"].get("pairs") or []
    if not pairs:
        return None
    crossing = {frozenset(one["sites"]): one["crossing"] for one in (told.get("two_sided") or {}).get("pairs", ())}
    rows = [((named.get(a, a), named.get(b, b), named.get(at := crossing.get(frozenset((a, b)), ""), at)), False) for a, b in pairs]
    return _table([("dossier.one_side", True, False), ("dossier.other_side", True, False), ("dossier.crossing", False, False)], rows, say)


def _formula(told: Mapping[str, Any], say: Language) -> dict[str, Any] | None:
    parts = told["demand"].get("formula")
    if not parts:
        return None
    columns = [("dossier.demand_kind", True, False), ("dossier.points", False, True), ("dossier.amount", False, True)]
    columns += [("dossier.places", False, True), ("dossier.corrected_yes", False, False)]
    rows = [
        ((say(f"plan.kind_{one['kind']}"), say.number(one["points"]), say.number(one["amount"]), say.number(one["places"]),
          say("plan.yes") if one["corrected"] else say("plan.no")), False)
        for one in parts
    ]  # fmt: skip
    return _table(columns, rows, say)


def _nearly(told: Mapping[str, Any], named: Mapping[str, str], say: Language) -> dict[str, Any] | None:
    if not told["nearly"]:
        return None
    columns = [("", False, False), ("dossier.gained", True, False), ("dossier.lost", True, False), ("dossier.loses", False, True)]
    rows = [
        (
            (
                str(number),
                ", ".join(named[id] for id in one["gained"]),
                ", ".join(named[id] for id in one["lost"]),
                _percent(one["loss"], say, 2),
            ),
            False,
        )
        for number, one in enumerate(told["nearly"], 2)
    ]
    return _table(columns, rows, say)


def _curve(told: Mapping[str, Any], say: Language) -> dict[str, Any]:
    total, before, rows = told["demand"]["points"], told["covered_by_existing"], []
    named = plan_sheet.named(told, say)
    for step in told["curve"]:
        wanted = bool(step.get("is_wanted", step["new"] == told["question"]["new"]))
        names = ", ".join(named.get(id, id) for id in step.get("sites", ()))
        adds = _percent((step["covered"] - before) / total, say)
        rows.append(((f"+{step['new']}", names, _percent(step["covered"] / total, say), adds, _percent(step["gap"], say, 2)), wanted))
        before = step["covered"]
    more = "plan.col_more_pairs" if told["question"].get("two_sided") else "js.plan_col_more"
    columns = [(more, False, False), ("plan.col_site", True, False), ("js.plan_col_reached", False, True)]
    return _table([*columns, ("js.plan_col_adds", False, True), ("js.plan_col_gap", False, True)], rows, say)


def _firm(told: Mapping[str, Any], say: Language) -> str:
    draws = told.get("draws")
    if not told["question"]["draws"]:
        return say("plan.not_drawn")
    said = [say("js.plan_firm_what", n=say.number(told["question"]["draws"]))]
    if draws and draws.get("is_best") is not None:
        said.append(say("js.plan_is_best", share=_percent(draws["is_best"], say)))
    if draws and draws.get("regret"):
        said.append(say("js.plan_regret", mid=_percent(draws["regret"]["p50"], say), high=_percent(draws["regret"]["p95"], say)))
    return " ".join(said)


def _varied(told: Mapping[str, Any], say: Language) -> dict[str, Any] | None:
    rows = [((words, _percent(best, say), _percent(loses, say)), False) for words, best, loses in plan_sheet.varied(told, say)]
    columns = [("js.plan_varied", True, False), ("js.plan_col_still", False, True), ("js.plan_col_regret", False, True)]
    return _table(columns, rows, say) if rows else None


def _scenarios(told: Mapping[str, Any], say: Language) -> dict[str, Any] | None:
    if not told.get("scenarios"):
        return None
    names, total = plan_question.scenario_names(say), told["demand"]["points"]
    named = plan_sheet.named(told, say)
    columns = [("js.plan_scenario", False, False), ("js.plan_col_reached", False, True), ("js.plan_col_best", False, True)]
    rows = [
        ((names.get(row["scenario"], row["scenario"]), _percent(row["share_covered"], say), _percent(_part(row["best"], total), say),
          _percent(row["share"], say), ", ".join(named.get(id, id) for id in row["best_new"])), bool(row["is_own"]))
        for row in told["scenarios"]
    ]  # fmt: skip
    return _table([*columns, ("js.plan_col_regret", False, True), ("dossier.best_sites", True, False)], rows, say)


def _key(shades: Sequence[tuple[str, float]], say: Language) -> list[dict[str, str]]:
    return [{"colour": colour, "words": f"≤ {say.number(most, 2 if most >= 0.1 else 3)}"} for colour, most in shades]


def _caveats(told: Mapping[str, Any], say: Language) -> list[str]:
    said = [say("plan.caveat"), say("dossier.caveat_reach"), say("dossier.caveat_draws"), say("dossier.caveat_rights")]
    demand = told["demand"]
    if demand["events_without_place"]:
        said.append(say("dossier.caveat_no_place", n=demand["events_without_place"], of=demand["events"]))
    return said


def _part(value: float | None, total: float) -> float | None:
    return None if value is None else value / total


def _of(value: float | None, say: Language) -> str:
    return "–" if value is None else say.number(value, 2)


def _percent(share: float | None, say: Language, digits: int = 1) -> str:
    return "–" if share is None else f"{say.number(100 * share, digits)} %"
