"""`python -m etl plan FILE`: where the next offices should stand; saves the plan and says what it rests on."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    plan = verbs.add_parser("plan", help="where the next liaison offices should stand: a question (TOML) in, a proven plan out")
    plan.add_argument("file", type=Path, metavar="FILE", help="a question (.toml), or a plan that was kept (.plan.json), asked again")
    plan.add_argument("--beside", type=Path, metavar="FILE", help="a second one: what the change between the two questions costs")
    plan.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.planning import make_plan
    from etl.progress import shown_progress

    made = []
    for file in (arguments.file, arguments.beside):
        if file is not None:
            with shown_progress(sys.stderr) as progress:
                made.append(make_plan(settings, file, progress))
            for line in made[-1].lines:
                print(line)
            if file.name.endswith(".json"):
                same = ("Asked again of the events, roads and code that the plan was made from.",)
                for line in made[-1].differs or same:
                    print(f"  {line}")
            how = "the same as before, byte for byte," if made[-1].is_same else "kept"
            print(f"  {how} in {made[-1].stored_in}; the page of plans shows it")
    if len(made) == 2:
        from etl.plan_words import beside

        for line in beside(made[0].stored_in, made[1].stored_in):
            print(line)
    return DONE
