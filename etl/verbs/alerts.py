"""`python -m etl alerts`: look for early warnings up to the last day of the data; and what the scans have found so far."""

import argparse
import sys

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    alerts = verbs.add_parser("alerts", help="look for places where more happened of late than place and time alone explain")
    alerts.add_argument("--quiet", action="store_true", help="print only how many scans were made and how many alerts stand")
    alerts.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.alerts import alerts_line, find_alerts
    from etl.progress import shown_progress

    with shown_progress(sys.stderr, quiet=arguments.quiet) as progress:
        scanned = find_alerts(settings, progress)
    print(alerts_line(scanned))
    if not arguments.quiet:
        _print_alerts(settings)
    return DONE


def _print_alerts(settings: Settings) -> None:
    from geodata.store import alerting
    from geodata.store.engine import open_store

    engine = open_store(settings, create=False)
    try:
        rows = alerting.alerts(engine, role="command")
        said = {one.alert_id: one.verdict for one in alerting.verdicts(engine, role="command")}
    finally:
        engine.dispose()
    newest = {row.first_alert: row for row in rows if row.is_standing or row.first_alert in said}
    for first, row in newest.items():
        place = row.place
        where = place["area_id"] or place["corridor_id"] or ", ".join(place["section_ids"]) or f"{place['lon']:.3f} {place['lat']:.3f}"
        rare = f"{'>' if row.at_least else ''}{row.recurrence_days:.0f} days"
        print(
            f"  {first}: {row.kind} {where}, {row.first_day} to {row.last_day}: {row.observed} where {row.expected:.1f} were expected, "
            f"by chance once in {rare}; {said.get(first, 'open')}"
        )
