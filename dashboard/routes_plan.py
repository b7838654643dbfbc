"""The addresses of planning: the desk and its questions, the work that it starts, the sheets. Insiders only."""

import gzip
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, abort, request

from dashboard.answers.plan_problems import in_words
from dashboard.jobs_told import answer, as_dict, sent, told, who
from dashboard.pages import plan as page
from dashboard.pages import plan_sheet
from dashboard.queries import Queries, closing, plans, ways
from dashboard.same_origin import require_own_page
from dashboard.starting import start
from dashboard.user import User, current_user
from geodata import jobs
from geodata.errors import BadFile
from geodata.plans import keep_question
from geodata.settings import Settings
from layers.planning.question import PlanningError

HTML, PLAIN = "text/html; charset=utf-8", "text/plain; charset=utf-8"


def register_plan(server: Flask, settings: Settings, queries: Queries) -> None:
    """Wire the addresses into one server."""

    @server.get("/plan")
    def _plan_desk() -> Response:
        user = current_user()
        plans.require_planner(user)
        html = page.page(user, queries, request.cookies.get("panj_theme", "light"))
        return Response(html, content_type=HTML, headers={"Cache-Control": "no-store"})

    @server.get("/plan/sheet")
    def _plan_sheet() -> Response:
        html = plan_sheet.page(queries, current_user(), request.args.get("name", ""), request.args.get("beside", ""))
        return Response(html, content_type=HTML, headers={"Cache-Control": "no-store"})

    questions: dict[str, Callable[[User], Any]] = {
        "desk": lambda user: plans.desk(queries, user),
        "listed": lambda user: plans.listed(queries, user),
        "question": lambda user: plans.question(queries, user, request.args.get("name", "")),
        "closable": lambda user: closing.closable(queries, user),
        "closing": lambda user: closing.closing(queries, user, request.args.get("what", ""), request.args.get("scenario", "summer")),
        "kept": lambda user: plans.shown(queries, user, request.args.get("name", "")),
    }

    @server.get("/data/plan/<what>")
    def _plan_ask(what: str) -> Response:
        user = current_user()
        plans.require_planner(user)
        if what == "job":
            return answer(_told(_job(request.args.get("id", ""))))
        return answer(questions[what](user)) if what in questions else abort(404)

    @server.get("/data/plan/hours")
    def _plan_hours() -> Response:
        scenarios = [one for one in request.args.get("scenarios", "summer,winter").split(",") if one]
        data = ways.hours(queries, current_user(), scenarios, request.args.get("name", ""))
        headers = {"Content-Encoding": "gzip", "Cache-Control": "no-store"}
        return Response(gzip.compress(data, 5), mimetype="application/octet-stream", headers=headers)

    @server.post("/data/plan/solve")
    def _plan_solve() -> Response:
        """Start planning as a process of its own. What cannot be asked is said at once, 400."""
        require_own_page(current_user())
        name, question = _asked()
        jobs.tidy(settings)
        job = jobs.new_job(settings, plans.KIND, {"name": name, "question": question}, who())
        start(settings, job)
        return answer(_told(job))

    @server.post("/data/plan/keep")
    def _plan_keep() -> Response:
        """Write a question down without answering it."""
        require_own_page(current_user())
        name, question = _asked()
        keep_question(settings.data, name, question)
        return answer(plans.listed(queries, current_user()))

    @server.post("/data/plan/forget")
    def _plan_forget() -> Response:
        user = current_user()
        require_own_page(user)
        plans.forget(queries, user, str(sent().get("name", "")))
        return answer(plans.listed(queries, user))

    @server.post("/data/plan/stop")
    def _plan_stop() -> Response:
        require_own_page(current_user())
        job = _job(str(sent().get("id")))
        jobs.cancel(job)
        return answer(_told(job))

    @server.errorhandler(PlanningError)
    def _say(problem: PlanningError) -> tuple[str, int, dict[str, str]]:
        return _words(str(problem)), 400, {"Content-Type": PLAIN}

    def _asked() -> tuple[str, dict[str, Any]]:
        given = sent()
        try:
            return plans.asked(as_dict(given.get("question")), str(given.get("name", "")))
        except BadFile as problem:
            raise PlanningError(str(problem)) from problem

    def _told(job: jobs.Job) -> dict[str, Any]:
        state = told(job)
        return state | {"message": _words(state["message"])}

    def _words(sentence: str) -> str:
        say = current_user().say
        return in_words(sentence, queries.places.names(say.code), say) if sentence else ""

    def _job(id: str) -> jobs.Job:
        job = jobs.read_job(settings, id)
        return job if job.kind == plans.KIND else abort(404)
