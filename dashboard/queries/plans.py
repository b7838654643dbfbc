"""What the planning desk asks: the places to choose from, the questions and plans that are kept, and the work under way."""

import json
from collections.abc import Mapping
from typing import Any

from dashboard.answers import plan_desk
from dashboard.answers.kept import kept
from dashboard.answers.plan_sheet import sheet
from dashboard.queries import Queries
from dashboard.user import User
from geodata import jobs, plans
from geodata.errors import BadFile, NotAllowed
from geodata.places.road_rules import load_road_scenarios
from geodata.plans import ANSWER, FOLDER, MAP
from layers.cells import rings
from layers.planning.question import KINDS, MODELS, PLACES, Question, read_question
from layers.travel.region import region_network

#: The ways plans are written that these pages read; the first had neither pairs, scenarios nor costs.
FORMATS = (1, 2)
KIND = "plan"


def require_planner(user: User) -> None:
    """Raises NotAllowed for outsiders: a plan tells where nobody stands."""
    if not user.is_insider:
        raise NotAllowed(user.say("problem.statistics_insiders"))


def names(queries: Queries, user: User) -> list[str]:
    """Names of the plans, the newest first. Raises NotAllowed for outsiders."""
    require_planner(user)
    return plans.answers(queries.settings.data)


def plan(queries: Queries, user: User, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan and its map (GeoJSON). Raises NotAllowed, BadFile: none of this name, or a file that is none."""
    if name not in names(queries, user):
        raise BadFile(user.say("plan.not_there", name=name[:80]))
    folder = queries.settings.data / FOLDER
    try:
        told, drawn = (json.loads((folder / f"{name}{ending}").read_bytes()) for ending in (ANSWER, MAP))
    except (OSError, ValueError) as problem:
        raise BadFile(user.say("plan.broken", name=name[:80])) from problem
    if not isinstance(told, dict) or told.get("format") not in FORMATS:
        raise BadFile(user.say("plan.broken", name=name[:80]))
    return told, drawn


def shown(queries: Queries, user: User, name: str) -> dict[str, Any]:
    """A plan for the live map: the record, its points, rings of its cells in the order of the points, and what is said of it in words."""
    told, drawn = plan(queries, user, name)
    cells = [one["properties"]["id"] for one in drawn["features"] if one["properties"].get("kind") == "cell"]
    return {
        "plan": told,
        "map": drawn,
        "rings": [ring[:-1] for ring in rings(int(cell, 16) for cell in cells)],
        "sheet": sheet(told, name, user.say),
    }


def desk(queries: Queries, user: User) -> dict[str, Any]:
    """Everything that the desk opens with. Raises NotAllowed."""
    require_planner(user)
    say, found = user.say, _places(queries)
    wrong = kept(queries.places).of("plan problems", None, lambda: plan_desk.problems(found, region_network()))
    options = queries.options(user)
    return {
        "places": plan_desk.as_rows(found, wrong, say),
        "scenarios": [[row["scenario_id"], row[f"name_{say.code}"]] for row in load_road_scenarios().to_dict("records")],
        "drugs": [[one["value"], one["label"]] for one in options["drugs"]],
        "countries": sorted(set(found["country_iso3"])),
        "kinds": list(PLACES),
        "weights": list(KINDS),
        "models": list(MODELS),
        "defaults": Question("x").as_record(),
        "has_reports": queries.about(user).has_events,
    } | listed(queries, user)  # fmt: skip


def listed(queries: Queries, user: User) -> dict[str, Any]:
    """Names of plans and of questions, the newest first, and the newest job that has not ended."""
    require_planner(user)
    data = queries.settings.data
    under_way = [job.id for job in jobs.jobs(queries.settings) if job.kind == KIND and jobs.read_state(job).status not in jobs.ENDED]
    return {"plans": plans.answers(data), "questions": plans.questions(data), "job": under_way[-1] if under_way else None}


def question(queries: Queries, user: User, name: str) -> dict[str, Any]:
    """A kept question, its own fields and the defaults of the others; where only the plan is kept, the one that it answers."""
    require_planner(user)
    if name in plans.questions(queries.settings.data):
        return read_question(plans.read_question_file(queries.settings.data, name), name).as_record()
    return dict(plan(queries, user, name)[0]["question"])


def asked(told: Mapping[str, Any], name: str) -> tuple[str, dict[str, Any]]:
    """The name and the checked question of what a page sent. Raises BadFile, PlanningError."""
    name = plans.checked_name(name)
    known = {key: value for key, value in told.items() if key != "name"}
    return name, {key: value for key, value in read_question(known, name).as_record().items() if key != "name"}


def forget(queries: Queries, user: User, name: str) -> None:
    """Remove a plan with its question. Raises NotAllowed, BadFile."""
    if name not in {*names(queries, user), *plans.questions(queries.settings.data)}:
        raise BadFile(user.say("plan.not_there", name=name[:80]))
    for ending in (ANSWER, MAP, plans.QUESTION):
        for file in (f"{name}{ending}", f"{name}{ending}.sha256"):
            (queries.settings.data / FOLDER / file).unlink(missing_ok=True)


def _places(queries: Queries) -> Any:
    return kept(queries.places).of("plan places", None, lambda: plan_desk.table(queries.places.posts, queries.places.districts))
