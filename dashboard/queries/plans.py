"""The plans that `python -m etl plan` has kept in the data folder."""

import json
from typing import Any

from dashboard.queries import Queries
from dashboard.user import User
from geodata.errors import BadFile, NotAllowed

FOLDER, ENDING, MAP_ENDING = "plans", ".plan.json", ".geojson"
#: The way plans are written that this page reads.
FORMAT = 1


def names(queries: Queries, user: User) -> list[str]:
    """Names of the plans, the newest first. Raises NotAllowed for outsiders: a plan tells where nobody stands."""
    if not user.is_insider:
        raise NotAllowed(user.say("problem.statistics_insiders"))
    folder = queries.settings.data / FOLDER
    files = sorted(folder.glob(f"*{ENDING}"), key=lambda file: (-file.stat().st_mtime, file.name)) if folder.is_dir() else []
    return [file.name.removesuffix(ENDING) for file in files]


def plan(queries: Queries, user: User, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan and its map (GeoJSON). Raises NotAllowed, BadFile: none of this name, or a file that is none."""
    if name not in names(queries, user):
        raise BadFile(user.say("plan.not_there", name=name[:80]))
    folder = queries.settings.data / FOLDER
    try:
        told, drawn = (json.loads((folder / f"{name}{ending}").read_bytes()) for ending in (ENDING, MAP_ENDING))
    except (OSError, ValueError) as problem:
        raise BadFile(user.say("plan.broken", name=name[:80])) from problem
    if told.get("format") != FORMAT:
        raise BadFile(user.say("plan.broken", name=name[:80]))
    return told, drawn
