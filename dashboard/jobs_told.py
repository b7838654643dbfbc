"""What pages that start jobs have in common: the JSON that was sent, who sent it, and how far a job is."""

from typing import Any
from urllib.parse import unquote

import orjson
from flask import Response, abort, request

from geodata import jobs

#: What a sent question may weigh.
MOST_JSON = 16 * 1024**2


def told(job: jobs.Job) -> dict[str, Any]:
    """A job and its state in plain values."""
    state = jobs.read_state(job)
    return {
        "id": job.id, "kind": job.kind, "who": job.who, "asked_at": job.asked_at, "arguments": job.arguments, "status": state.status,
        "step": state.step, "done": state.done, "of": state.of, "message": state.message, "result": state.result,
    }  # fmt: skip


def who() -> str:
    """Initials as the viewer typed them; nobody is checked, everything says so."""
    return unquote(request.headers.get("X-Panj-Who", ""))[:12].strip()


def sent() -> dict[str, Any]:
    """The JSON object that came with the request; an empty one for anything else."""
    if (request.content_length or 0) > MOST_JSON:
        abort(413)
    return as_dict(request.get_json(silent=True))


def as_dict(value: object) -> dict[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def answer(value: Any, status: int = 200) -> Response:
    """A value as JSON that nobody keeps."""
    body = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, status, mimetype="application/json", headers={"Cache-Control": "no-store"})
