"""The addresses of the Data page: its frame, its questions as JSON, what it changes, and its files."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from flask import Flask, Response, abort, request

from dashboard.jobs_told import answer, as_dict, sent, told, who
from dashboard.pages import data
from dashboard.queries import Queries
from dashboard.queries.desk import Desk
from dashboard.same_origin import require_own_page
from dashboard.starting import start
from dashboard.user import User, current_user
from geodata import jobs
from geodata.errors import BadFile, NotAllowed
from geodata.settings import Settings

PLAIN = "text/plain; charset=utf-8"
#: What an upload may weigh. A million rows are about 200 MB.
MOST_BYTES = 2 * 1024**3
_BLOCK = 1 << 20


def register(server: Flask, settings: Settings, queries: Queries) -> None:
    """Wire the addresses into one server."""
    desk = Desk(settings, queries.engine)

    @server.get("/data")
    def _page() -> Response:
        user = current_user()
        if not user.is_insider:
            return Response(user.say("data.not_allowed"), 403, content_type=PLAIN)
        html = data.page(user, is_generated=queries.about(user).is_generated)
        return Response(html, content_type="text/html; charset=utf-8", headers={"Cache-Control": "no-store"})

    questions: dict[str, Callable[[User, dict[str, str]], Any]] = {
        "state": desk.state,
        "places": desk.places,
        "names": desk.names,
        "pairs": desk.pairs,
        "rejected": desk.rejected,
        "runs": desk.runs,
        "grid": desk.grid,
    }

    @server.get("/data/desk/<what>")
    def _ask(what: str) -> Response:
        user = _insider()
        if what == "job":
            return answer(told(jobs.read_job(settings, request.args.get("id", ""))))
        if what not in questions:
            abort(404)
        return answer(questions[what](user, request.args.to_dict()))

    @server.get("/data/desk/rejected.csv")
    def _rejected_file() -> Response:
        user = _insider()
        headers = {"Content-Disposition": 'attachment; filename="panj-rejected.csv"', "Cache-Control": "no-store"}
        return Response(desk.rejected_file(user, request.args.to_dict()), content_type="text/csv; charset=utf-8", headers=headers)

    @server.post("/data/desk/upload")
    def _upload() -> Response:
        require_own_page(current_user())
        name = Path(request.args.get("name", "").replace("\\", "/")).name[:200] or "file"
        stream, size = request.stream, request.content_length
        if size is None or size > MOST_BYTES:
            raise BadFile(current_user().say("data.too_large", gb=MOST_BYTES // 1024**3))
        arguments = {"name": name, "size": size}
        return _begin("preview", arguments, lambda path: _keep(stream, path, size))

    @server.post("/data/desk/paste")
    def _paste() -> Response:
        require_own_page(current_user())
        text = str(sent().get("text", ""))
        if not text.strip():
            raise BadFile(current_user().say("data.paste_empty"))
        arguments = {"name": "bulletin.txt", "size": len(text)}
        return _begin("bulletin", arguments, lambda path: _put(path, text.encode()))

    @server.post("/data/desk/again")
    def _again() -> Response:
        """Another job on the file of an earlier one: the preview with a changed mapping, its diff, the import."""
        require_own_page(current_user())
        given = sent()
        kind, before = str(given.get("kind")), jobs.read_job(settings, str(given.get("id")))
        if kind not in ("preview", "difference", "import"):
            abort(400)
        arguments = {**before.arguments, **as_dict(given.get("arguments"))}
        return _begin(kind, arguments, lambda path: _link(before.upload, path))

    @server.post("/data/desk/confirm")
    def _confirm() -> Response:
        """The confirmed rows of a bulletin, as a table that goes the way of every file."""
        require_own_page(current_user())
        given = sent()
        table, name = str(given.get("table", "")), "bulletin.csv"
        arguments = {"name": name, "size": len(table), "layout": {"name": "bulletin", "columns": {}}}
        return _begin("preview", arguments, lambda path: _put(path, table.encode()))

    @server.post("/data/desk/work")
    def _work() -> Response:
        """Let decisions take effect, undo a run: jobs without a file. Decisions that wait already are not waited for twice."""
        require_own_page(current_user())
        given = sent()
        kind = str(given.get("kind"))
        if kind not in ("decisions", "undo"):
            abort(400)
        if kind == "decisions":
            waiting = [job for job in jobs.jobs(settings) if job.kind == kind and jobs.read_state(job).status == "queued"]
            if waiting:
                return answer(told(waiting[-1]))
        return _begin(kind, as_dict(given.get("arguments")))

    @server.post("/data/desk/stop")
    def _stop() -> Response:
        require_own_page(current_user())
        job = jobs.read_job(settings, str(sent().get("id")))
        jobs.cancel(job)
        return answer(told(job))

    @server.post("/data/desk/forget")
    def _forget() -> Response:
        require_own_page(current_user())
        jobs.forget(jobs.read_job(settings, str(sent().get("id"))))
        return answer({})

    changes: dict[str, Callable[[User, str, dict[str, Any]], Any]] = {
        "place": desk.decide_place,
        "pair": desk.decide_pair,
        "undo": desk.undo_decision,
        "gap": desk.mark_gap,
        "grade": desk.grade,
    }

    @server.post("/data/desk/change/<what>")
    def _change(what: str) -> Response:
        user = current_user()
        require_own_page(user)
        if what not in changes:
            abort(404)
        return answer(changes[what](user, who(), sent()))

    def _begin(kind: str, arguments: dict[str, Any], bring: Callable[[Path], None] | None = None) -> Response:
        jobs.tidy(settings)
        job = jobs.new_job(settings, kind, arguments, who(), bring)
        start(settings, job)
        return answer(told(job))


def _insider() -> User:
    user = current_user()
    if not user.is_insider:
        raise NotAllowed(user.say("data.not_allowed"))
    return user


def _keep(stream: IO[bytes], path: Path, size: int) -> None:
    """Bytes to a file without holding them. Raises BadFile when fewer came than were said."""
    with path.open("wb") as file:
        shutil.copyfileobj(stream, file, _BLOCK)
    if path.stat().st_size != size:
        raise BadFile("The file did not arrive whole: give it once more.")


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _link(source: Path, path: Path) -> None:
    """The same bytes under a second name; copied where the disk knows no links."""
    if not source.exists():
        raise BadFile("The file of that job is not there any more: give it once more.")
    try:
        path.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, path)
