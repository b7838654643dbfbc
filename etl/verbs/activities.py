"""`python -m etl activities`: what programmes publish of themselves (IATI, 3W): list it, write it out, take a file out again."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    activities = verbs.add_parser("activities", help="activities of programmes (IATI, 3W): list, write out, take out")
    what = activities.add_mutually_exclusive_group()
    what.add_argument(
        "--iati", type=Path, metavar="FILE", help="write the register and all activities as IATI 2.03, marked as not official"
    )
    what.add_argument("--3w", dest="three_w", type=Path, metavar="FILE", help="write them as a CSV of who does what where, with HXL tags")
    what.add_argument("--rejected", metavar="NAME", help="what of a stored file was rejected, and why")
    what.add_argument("--drop", metavar="NAME", help="take a stored file's activities out again")
    activities.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.activities import drop_activity_file, stored, write_out
    from geodata.store.activities import activity_files, rejected_activities
    from geodata.store.engine import open_store

    store = open_store(settings, create=True)
    try:
        if arguments.iati is not None or arguments.three_w is not None:
            n, left_out = write_out(settings, store, arguments.iati or arguments.three_w, is_iati=arguments.iati is not None)
            print(f"{arguments.iati or arguments.three_w}: {n} activities, not official")
            for identifier, why in left_out:
                print(f"  left out: {identifier} ({why})")
        elif arguments.rejected is not None:
            for each in rejected_activities(store, stored(store, arguments.rejected), role="command"):
                print(f"line {each.line}: {each.reason.replace('_', ' ')} ({each.detail}): {each.content[:80]}")
        elif arguments.drop is not None:
            print(
                f"{arguments.drop}: {drop_activity_file(store, stored(store, arguments.drop))} activities taken out; the file's bytes stay"
            )
        else:
            for file in activity_files(store, role="command"):
                print(
                    f"{file.sha256[:8]}  {file.name} ({file.feed}): {file.n_in} in, {file.n_rejected} rejected, {file.loaded_at}",
                    file=sys.stdout,
                )
    finally:
        store.dispose()
    return DONE
