"""`python -m etl status`: what is in the store."""

import argparse
import sys

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    status = verbs.add_parser("status", help="what is in the store: files, rows, rejections")
    status.set_defaults(do=do)


def do(settings: Settings, _: argparse.Namespace) -> int:
    from etl.status import print_status

    print_status(settings, sys.stdout)
    return DONE
