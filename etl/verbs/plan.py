"""`python -m etl plan FILE.toml`: where the next offices should stand; saves the plan and says what it rests on."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    plan = verbs.add_parser("plan", help="where the next liaison offices should stand: a question (TOML) in, a proven plan out")
    plan.add_argument("file", type=Path, metavar="FILE.toml")
    plan.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.planning import make_plan
    from etl.progress import shown_progress

    with shown_progress(sys.stderr) as progress:
        made = make_plan(settings, arguments.file, progress)
    for line in made.lines:
        print(line)
    print(f"  {'the same as before' if made.is_same else 'kept'} in {made.stored_in}; the page of plans shows it")
    return DONE
