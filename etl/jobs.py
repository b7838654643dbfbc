"""What the pages may ask for: each kind of job is a function of settings, job and progress that returns what came out, as JSON."""

from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from etl.progress import Progress
from geodata.jobs import Job
from geodata.settings import Settings

Result = dict[str, Any]
#: Rows of a difference that travel to the page; all of them are counted.
MOST_ROWS = 200
#: Columns that tell a person which row it is.
SHOWN = ("row_number", "happened_from", "country_iso3", "place_text", "drug", "weight_kg", "quantity", "unit", "agency")


def preview_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """What the file would be read as. Saves nothing."""
    from etl.preview import preview

    progress("preview", 0, 0)
    found = preview(job.upload, str(job.arguments["name"]), settings, layout=job.arguments.get("layout"), sheet=job.arguments.get("sheet"))
    return dict(_plain(found))


def bulletin_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """Events that a pasted bulletin seems to tell of, each with its sentence. Saves nothing."""
    from etl.bulletin import propose

    progress("bulletin", 0, 0)
    found = propose(job.upload.read_text(encoding="utf-8"), str(job.arguments["name"]))
    left_out = [{"line": line, "sentence": sentence, "why": why} for line, sentence, why in found.left_out]
    return {"rows": _rows(found.rows, len(found.rows)), "left_out": left_out[:MOST_ROWS], "sentences": found.sentences}


def difference_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """A corrected file against the stored one that it would replace. Saves nothing but the layout."""
    from etl.replace import compare

    feed = _feed(settings, job)
    found = compare(settings, feed, job.upload, job.arguments.get("replaces") or None, progress, name=str(job.arguments["name"]))
    changed: dict[tuple[str, int], Result] = {}
    for row in found.changed.to_dict("records"):
        one = changed.setdefault((row["report_id_before"], row["row_number"]), {"row_number": row["row_number"], "fields": {}})
        one["fields"][row["field"]] = [_cell(row["before"]), _cell(row["after"])]
    counts = {"same": int(found.same), "added": len(found.added), "changed": len(changed), "gone": len(found.gone)}
    return {
        "replaces": found.replaces_sha256 or "", "replaces_name": found.replaces_name or "", "counts": counts,
        "changed": _plain(list(changed.values())[:MOST_ROWS]), "added": _rows(found.added, MOST_ROWS, SHOWN),
        "gone": _rows(found.gone, MOST_ROWS, SHOWN),
    }  # fmt: skip


def import_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """Take the file in, and count what it leaves to a person."""
    from etl.alerts import after_a_change
    from etl.pipeline import run_file

    feed = _feed(settings, job)
    name = str(job.arguments["name"])
    before = _waiting(settings)
    closing = run_file(settings, feed, job.upload, progress, name=name, who=job.who, replaces=job.arguments.get("replaces") or None)
    after = _waiting(settings)
    scanned = after_a_change(settings, progress)
    return {
        "feed": feed, "name": name, "file_sha256": _sha256(job.upload), "counts": _plain(closing.counts),
        "is_known": closing.is_known, "levels": _plain(dict(closing.levels)), "reasons": _plain(dict(closing.reasons)),
        "strange": _plain({what: dict(words) for what, words in closing.strange.items()}), "unused": list(closing.unused),
        "joined": int(closing.pairs.get("merged", 0)), "like": list(closing.like) if closing.like else None,
        "places": after[0], "pairs": after[1], "new_places": max(after[0] - before[0], 0), "new_pairs": max(after[1] - before[1], 0),
        "alerts": None if scanned is None else scanned.standing,
    }  # fmt: skip


def decisions_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """Let what persons decided take effect on stored events."""
    from etl.review import apply_decisions

    applied = apply_decisions(settings, progress, who=job.who)
    return {"changed": int(applied.changed), "runs": [int(run) for run in applied.run_ids]}


def undo_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """Take one run back."""
    from etl.alerts import after_a_change
    from etl.undo import undo_run

    undone = undo_run(settings, int(job.arguments["run_id"]), who=job.who, progress=progress)
    after_a_change(settings, progress)
    return {"changed": int(undone.added + undone.changed + undone.gone), "undoes": int(undone.undoes)}


def plan_job(settings: Settings, job: Job, progress: Progress) -> Result:
    """Answer a planner's question; the question itself is kept beside the plan, so that a terminal can ask it again."""
    from etl.planning import make_plan
    from etl.stopping import stopped_when_asked
    from geodata.plans import QUESTION, as_toml, checked_name, keep_question

    file = job.folder / f"{checked_name(str(job.arguments['name']))}{QUESTION}"
    file.write_text(as_toml(job.arguments["question"]), encoding="utf-8")
    with stopped_when_asked(job):
        made = make_plan(settings, file, progress)
    # Only now: a question that has no answer must not take the place of one that has.
    keep_question(settings.data, file.stem, job.arguments["question"])
    return {"name": file.stem, "is_same": bool(made.is_same), "lines": list(made.lines)}


KINDS: dict[str, Callable[[Settings, Job, Progress], Result]] = {
    "preview": preview_job,
    "bulletin": bulletin_job,
    "difference": difference_job,
    "import": import_job,
    "decisions": decisions_job,
    "undo": undo_job,
    "plan": plan_job,
}


def _feed(settings: Settings, job: Job) -> str:
    """The name of the source. A layout that came with the job is kept as a small file, for the next report of this source."""
    from etl.feeds import FEEDS
    from etl.layout import save_layout
    from geodata.errors import BadFile

    layout = job.arguments.get("layout") or {}
    name = str(layout.get("name") or "").strip()
    if not name:
        raise BadFile("The file came without the name of its source: say who sent it, and import it again.")
    if name not in FEEDS:
        save_layout(settings, name, layout)
    return name


def _waiting(settings: Settings) -> tuple[int, int]:
    """Places and pairs that wait for a person; none where there is no store yet."""
    from etl.save import store_if_there
    from geodata.store import desk

    engine = store_if_there(settings)
    if engine is None:
        return 0, 0
    try:
        waiting = desk.waiting(engine, role="command")
    finally:
        engine.dispose()
    return int(waiting.places), int(waiting.pairs)


def _sha256(file: Path) -> str:
    import hashlib

    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _rows(table: pd.DataFrame, most: int, only: tuple[str, ...] = ()) -> list[Result]:
    shown = table[[name for name in only if name in table.columns]] if only else table
    return [{str(name): _cell(value) for name, value in row.items()} for row in shown.head(most).to_dict("records")]


def _cell(value: Any) -> Any:
    """A value that JSON knows; nothing is None."""
    if isinstance(value, list | dict | tuple):
        return _plain(value)
    if value is None or value is pd.NA or (isinstance(value, float) and value != value):
        return None
    return value.item() if hasattr(value, "item") else value if isinstance(value, str | int | float | bool) else str(value)


def _plain(value: Any) -> Any:
    """The same without anything that JSON does not know."""
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(one) for one in value]
    return _cell(value)
