"""The tables of a kept plan, numbers as numbers: what the workbook holds."""

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.answers import plan_question, plan_sheet
from dashboard.exports.spreadsheet import ATTRIBUTION
from dashboard.language import Language

#: What is told of a plan, recorded and corrected.
NUMBERS = ("objective", "bound", "gap", "covered", "share_covered", "covered_twice", "mean_hours", "cost", "status")
Sheet = tuple[Sequence[Any], Sequence[Sequence[Any]]]


def sheets(told: Mapping[str, Any], name: str, say: Language) -> dict[str, Sheet]:
    """Key of a sheet's title -> its heading and its rows. told: a plan of `layers.planning.saved`; shares of 1, hours, points."""
    named = plan_sheet.named(told, say)

    def names(ids: Sequence[str]) -> str:
        return ", ".join(named.get(id, id) for id in ids)

    nearly = [(names(one["gained"]), names(one["lost"]), one["loss"]) for one in told["nearly"]]
    draws = [(named[id], share) for id, share in told["chosen_in_draws"].items()]
    excluded = [(named.get(id, id), why) for id, why in told["excluded"].items()]
    question = plan_question.lines(told["question"], named, say)
    question.append((say("plan.formula"), plan_question.field("weights", told["question"]["weights"], named, say)))
    return {
        "dossier.sites": _sites(told, named, say),
        "dossier.model": (("", *NUMBERS), [(which, *(told[which].get(key) for key in NUMBERS)) for which in ("recorded", "corrected")]),
        plan_sheet.curve_title(told["question"]): _curve(told, names, say),
        "dossier.nearly": (_said(("dossier.gained", "dossier.lost", "dossier.loses"), say), nearly),
        "dossier.firm": (_said(("plan.col_site", "plan.col_draws"), say), draws),
        "dossier.scenarios": _scenarios(told, names, say),
        "plan.excluded": (_said(("plan.col_site", "dossier.reason"), say), excluded),
        "dossier.question": (_said(("dossier.field", "dossier.value"), say), question),
        "dossier.again": _about(told, name, say),
    }


def _sites(told: Mapping[str, Any], named: Mapping[str, str], say: Language) -> Sheet:
    sites, new, plan = told["sites"], told["recorded"]["new"], told["recorded"]
    roles = dict.fromkeys(sites, "candidate") | dict.fromkeys(told["excluded"], "excluded")
    roles |= dict.fromkeys(told["existing"], "existing") | dict.fromkeys(new, "new")
    rank = {id: (0, number) for number, id in enumerate(new)} | {id: (1, 0) for id in told["existing"]}
    rows = []
    for id in sorted(roles, key=lambda one: (*rank.get(one, (2, 0)), one)):
        site, role = sites[id], say(f"js.plan_role_{roles[id]}")
        served, drawn = plan["points_by_site"].get(id), told["chosen_in_draws"].get(id)
        kind = plan_question.kind_words(site["kind"], say)
        rows.append((named[id], kind, site["country_iso3"], role, served, drawn, site.get("cost"), site["lon"], site["lat"], id))
    heads = ("plan.col_site", "plan.col_kind", "dossier.country", "dossier.what", "dossier.points", "plan.col_draws", "dossier.cost")
    return (*_said(heads, say), "lon", "lat", "id"), rows


def _curve(told: Mapping[str, Any], names: Any, say: Language) -> Sheet:
    total = told["demand"]["points"]
    rows = [(step["new"], step["covered"], step["covered"] / total, step["gap"], names(step.get("sites", ()))) for step in told["curve"]]
    more = "plan.col_more_pairs" if told["question"].get("two_sided") else "js.plan_col_more"
    return _said((more, "dossier.points", "js.plan_col_reached", "js.plan_col_gap", "plan.col_site"), say), rows


def _scenarios(told: Mapping[str, Any], names: Any, say: Language) -> Sheet:
    called = plan_question.scenario_names(say)
    rows = [
        (
            called.get(one["scenario"], one["scenario"]),
            one["share_covered"],
            one["covered"],
            one["best"],
            one["share"],
            names(one["best_new"]),
        )
        for one in told.get("scenarios") or ()
    ]
    heads = ("js.plan_scenario", "js.plan_col_reached", "dossier.points", "js.plan_col_best", "js.plan_col_regret", "dossier.best_sites")
    return _said(heads, say), rows


def _about(told: Mapping[str, Any], name: str, say: Language) -> Sheet:
    rows = [("", name), *told["made_from"].items()]
    rows += [("", say("plan.demonstration"))] if told["is_demonstration"] else []
    rows += [("", ATTRIBUTION), ("", say("disclaimer.boundaries")), ("", say("plan.caveat"))]
    return _said(("dossier.what", "dossier.version"), say), rows


def _said(keys: Sequence[str], say: Language) -> tuple[str, ...]:
    return tuple(say(key) for key in keys)
