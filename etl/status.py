"""Status: what is in the store, in a few lines for whoever feeds it."""

from typing import TextIO

from etl.closing import line
from geodata.settings import Settings
from geodata.store import reading
from geodata.store.engine import open_store
from geodata.store.writing import RowCounts


def print_status(settings: Settings, stream: TextIO) -> None:
    """Files with their closing lines, rejections by reason, and the version of the data. Raises StoreProblem where there is no store."""
    engine = open_store(settings, create=False)
    try:
        facts = reading.facts(engine, role="command")
        runs = reading.runs(engine, role="command")
        rejected = reading.rejected(engine, role="command")
    finally:
        engine.dispose()
    print(f"Store {settings.data}, version {facts.data_version}", file=stream)
    if facts.is_generated:
        print("GENERATED EVENTS: this is demonstration data, no real report is in it.", file=stream)
    for run in runs.to_dict("records"):
        counts = RowCounts(**{name: int(run[name]) for name in RowCounts.__dataclass_fields__})
        print(f"{run['finished_at']}  {run['feed']}: {run['name']}\n  {line(counts)}", file=stream)
    print(f"In the region {facts.n_events} events, {facts.n_undated} of them undated; outside {facts.n_outside}", file=stream)
    print(f"Rejected rows {facts.n_rejected}", file=stream)
    for what, n in (rejected["feed"] + ": " + rejected["reason"]).value_counts().items():
        print(f"  {what} {n}", file=stream)
