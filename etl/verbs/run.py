"""`python -m etl run`: take a file of reports in, or what ships with Panj."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    run = verbs.add_parser("run", help="take a file of reports in; without --feed, what ships with Panj")
    run.add_argument(
        "--feed",
        help="who sent the file: a source that ships with Panj, a saved layout, or what programmes publish of themselves: iati, hxl_3w",
    )
    run.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a table: CSV, TSV, XLSX, XLS, ODS or JSON lines, plain or zipped")
    run.add_argument("--replaces", metavar="NAME", help="the stored file of this source that FILE corrects: its name or SHA-256")
    run.add_argument("--dry-run", action="store_true", help="print what would be added, changed and gone, and save nothing")
    run.add_argument("--who", default="", metavar="INITIALS", help="who gives the file, kept with it")
    run.add_argument("--quiet", action="store_true", help="print only the line that adds up")
    run.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.activities import FEEDS as ACTIVITY_FEEDS
    from etl.alerts import after_a_change, alerts_line
    from etl.closing import print_closing
    from etl.feeds import names
    from etl.pipeline import run_file, run_shipped
    from etl.progress import shown_progress
    from etl.replace import compare, print_difference
    from geodata.errors import BadFile

    if arguments.feed in ACTIVITY_FEEDS and arguments.file is not None:
        return _activities(settings, arguments)
    if (arguments.feed is None) != (arguments.file is None):
        came, wanted = ("A file", "its feed") if arguments.feed is None else ("A feed", "a file")
        raise BadFile(
            f"{came} came without {wanted}: write python -m etl run --feed {{{','.join([*names(settings), *ACTIVITY_FEEDS])}}} FILE."
        )
    if arguments.feed is None and (arguments.replaces or arguments.dry_run):
        raise BadFile("--replaces and --dry-run are about one file: write python -m etl run --feed FEED FILE --replaces NAME.")
    with shown_progress(sys.stderr, quiet=arguments.quiet) as progress:
        if arguments.dry_run:
            difference = compare(settings, arguments.feed, arguments.file, arguments.replaces, progress)
        elif arguments.feed is None:
            closings = run_shipped(settings, progress)
        else:
            closings = [run_file(settings, arguments.feed, arguments.file, progress, who=arguments.who, replaces=arguments.replaces)]
        if not arguments.dry_run:
            scanned = after_a_change(settings, progress)
    if arguments.dry_run:
        print_difference(difference, sys.stdout)
        return DONE
    for closing in closings:
        print_closing(closing, sys.stdout, quiet=arguments.quiet)
    if not arguments.quiet:
        print(alerts_line(scanned))
    return DONE


def _activities(settings: Settings, arguments: argparse.Namespace) -> int:
    """Activities are no events: they have tables, counts and a line of their own."""
    from etl.activities import print_activities, run_activities
    from etl.progress import shown_progress
    from geodata.errors import BadFile

    if arguments.replaces or arguments.dry_run:
        raise BadFile("--replaces and --dry-run are about events: a newer activity replaces the stored one of its identifier by itself.")
    with shown_progress(sys.stderr, quiet=arguments.quiet) as progress:
        closing = run_activities(settings, arguments.feed, arguments.file, progress, who=arguments.who)
    print_activities(closing, sys.stdout, quiet=arguments.quiet)
    return DONE
