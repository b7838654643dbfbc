"""`python -m etl fetch`: get a richer open source, for those with a network."""

import argparse
import sys

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    fetch = verbs.add_parser("fetch", help="get a richer open source, for those with a network")
    fetch.add_argument(
        "source", metavar="SOURCE", nargs="?", default="list", help="geonames, natural_earth, unodc; left out: says what they are"
    )
    fetch.add_argument("--base-url", help="fetch from another server, such as a mirror")
    fetch.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.fetch import fetch
    from etl.progress import shown_progress

    with shown_progress(sys.stderr) as progress:
        fetch(arguments.source, settings, base_url=arguments.base_url, progress=progress)
    return DONE
