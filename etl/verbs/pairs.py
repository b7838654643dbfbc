"""`python -m etl pairs`: reports that may be of one fact, with the reasons; and what persons decided taking effect."""

import argparse
import json
import sys

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings

SHOWN = 20


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    pairs = verbs.add_parser("pairs", help="reports that may be of one fact, with score and reasons")
    pairs.add_argument("--status", choices=("proposed", "merged", "apart", "all"), default="proposed")
    pairs.add_argument("--limit", type=int, default=SHOWN, metavar="N", help="so many, the surest first")
    pairs.add_argument("--apply", action="store_true", help="let every decision that waits take effect first")
    pairs.add_argument("--who", default="", metavar="INITIALS", help="who lets them take effect, kept with the run")
    pairs.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    import pandas as pd

    from etl.progress import shown_progress
    from etl.review import apply_decisions
    from geodata.store import desk, reading
    from geodata.store.engine import open_store

    if arguments.apply:
        with shown_progress(sys.stderr) as progress:
            applied = apply_decisions(settings, progress, who=arguments.who)
        print(f"decisions took effect in {len(applied.run_ids)} runs, rows changed {applied.changed}")
    engine = open_store(settings, create=False)
    try:
        status = None if arguments.status == "all" else arguments.status
        found = desk.pairs(engine, role="command", status=status, limit=max(arguments.limit, 0))
        ids = sorted({report for pair in found for report in (pair.report_a, pair.report_b)})
        rows = reading.events(engine, role="command", in_region=None, duplicates=True, reports=ids).set_index("report_id")
    finally:
        engine.dispose()
    names = ["happened_from", "country_iso3", "place_text", "drug", "quantity", "unit", "agency", "feed", "row_number"]
    for pair in found:
        print(f"{pair.score:.3f} {pair.status} ({pair.verdict}) {json.dumps(pair.reasons, ensure_ascii=False)}")
        for report in (pair.report_a, pair.report_b):
            said = list(rows.loc[report, names])
            print(f"  {report[:8]} " + " | ".join("-" if pd.isna(value) else str(value) for value in said))
    if not found:
        print("no pairs")
    return DONE
