"""`python -m etl run`: take a file of reports in, or what ships with Panj."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.feeds import FEEDS as FACTS
from geodata.settings import Settings

#: Feeds that a file can be given to.
FILE_FEEDS = tuple(name for name in FACTS if name != "demo")


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    run = verbs.add_parser("run", help="take a file of reports in; without --feed, what ships with Panj")
    run.add_argument("--feed", choices=FILE_FEEDS, help="who sent the file")
    run.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a CSV table, plain or zipped")
    run.add_argument("--quiet", action="store_true", help="print only the line that adds up")
    run.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.closing import print_closing
    from etl.pipeline import run_file, run_shipped
    from etl.progress import shown_progress
    from geodata.errors import BadFile

    if (arguments.feed is None) != (arguments.file is None):
        came, wanted = ("A file", "its feed") if arguments.feed is None else ("A feed", "a file")
        raise BadFile(f"{came} came without {wanted}: write python -m etl run --feed {{{','.join(FILE_FEEDS)}}} FILE.")
    with shown_progress(sys.stderr, quiet=arguments.quiet) as progress:
        if arguments.feed is None:
            closings = run_shipped(settings, progress)
        else:
            closings = [run_file(settings, arguments.feed, arguments.file, progress)]
    for closing in closings:
        print_closing(closing, sys.stdout, quiet=arguments.quiet)
    return DONE
