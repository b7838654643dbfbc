"""`python -m etl undo RUN`: take an import, or what persons decided in one go, back."""

import argparse
import sys

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    undo = verbs.add_parser("undo", help="take one run back: an import, or decisions that took effect together")
    undo.add_argument("run", type=int, metavar="RUN", help="its number, as `python -m etl status` shows it")
    undo.add_argument("--who", default="", metavar="INITIALS", help="who takes it back, kept with it")
    undo.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.alerts import after_a_change
    from etl.progress import shown_progress
    from etl.undo import undo_run

    with shown_progress(sys.stderr) as progress:
        undone = undo_run(settings, arguments.run, who=arguments.who, progress=progress)
        after_a_change(settings, progress)
    print(f"run {undone.undoes} undone by run {undone.run_id}: rows back {undone.added}, changed {undone.changed}, gone {undone.gone}")
    return DONE
