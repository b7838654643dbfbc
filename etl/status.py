"""Status: what is in the store, in a few lines for whoever feeds it."""

from collections.abc import Hashable, Mapping
from typing import Any, TextIO

from etl.closing import line
from geodata.settings import Settings
from geodata.store import desk, reading
from geodata.store.activities import activity_files
from geodata.store.engine import open_store
from geodata.store.writing import RowCounts


def print_status(settings: Settings, stream: TextIO) -> None:
    """Files with their closing lines, rejections by reason, and the version of the data. Raises StoreProblem where there is no store."""
    engine = open_store(settings, create=False)
    try:
        facts = reading.facts(engine, role="command")
        runs = reading.runs(engine, role="command")
        rejected = reading.rejected(engine, role="command")
        waiting = desk.waiting(engine, role="command")
        programmes = activity_files(engine, role="command")
    finally:
        engine.dispose()
    print(f"Store {settings.data}, version {facts.data_version}", file=stream)
    if facts.is_generated:
        print("GENERATED EVENTS: this is demonstration data, no real report is in it.", file=stream)
    for run in runs.to_dict("records"):
        print(_run(run), file=stream)
    print(f"In the region {facts.n_events} events, {facts.n_undated} of them undated; outside {facts.n_outside}", file=stream)
    print(f"Rejected rows {facts.n_rejected}", file=stream)
    for file in programmes:
        print(f"Activities of programmes, {file.name} ({file.feed}): {file.n_in} in, {file.n_rejected} rejected", file=stream)
    if waiting.places or waiting.pairs or waiting.to_apply:
        asked = f"{waiting.places} places of {waiting.place_rows} rows, {waiting.pairs} pairs"
        print(f"Waiting for a person: {asked}; decided and not yet in effect {waiting.to_apply}", file=stream)
    for what, n in (rejected["feed"] + ": " + rejected["reason"]).value_counts().items():
        print(f"  {what} {n}", file=stream)


def _run(run: Mapping[Hashable, Any]) -> str:
    """One run in a line or two; its number is what `python -m etl undo` wants."""
    state = "" if run["status"] == "done" else f", {run['status']}"
    by = f" by {run['who']}" if run["who"] else ""
    title = f"{run['finished_at']}  run {run['run_id']}{by}{state}: "
    if run["kind"] in ("import", "replace"):
        counts = RowCounts(**{name: int(run[name]) for name in RowCounts.__dataclass_fields__})
        replaced = f" (in the place of another file, {int(run['gone'])} rows gone)" if run["kind"] == "replace" else ""
        return f"{title}{run['feed']}: {run['name']}{replaced}\n  {line(counts)}"
    of = f" of run {int(run['undoes'])}" if run["kind"] == "undo" else ""
    return f"{title}{run['kind']}{of}\n  rows added {run['added']}, changed {run['changed']}, gone {run['gone']}"
