"""`python -m etl demo`: fill an empty store with generated events, marked as such everywhere."""

import argparse
import sys

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    demo = verbs.add_parser("demo", help="fill an empty store with generated events, marked as such everywhere")
    demo.add_argument("--events", type=_at_least_one, default=100_000, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="S")
    demo.set_defaults(do=do)


def _at_least_one(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} came, a whole number above 0 was wanted")
    return int(text)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.demo.run import run
    from etl.pipeline import make_caches
    from etl.progress import shown_progress

    with shown_progress(sys.stderr) as progress:
        run(settings, arguments.events, arguments.seed, progress)
        make_caches(settings, progress)
    return DONE
