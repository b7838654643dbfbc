"""`python -m etl boundaries import`: real boundaries of provinces and districts."""

import argparse
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings

SHOWN_NAMES = 12


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    boundaries = verbs.add_parser("boundaries", help="real boundaries of provinces and districts")
    of_boundaries = boundaries.add_subparsers(dest="boundaries_verb", required=True)
    bring = of_boundaries.add_parser("import", help="GeoJSON, GeoPackage or a zipped shapefile")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from geodata.places.importing import import_boundaries

    done = import_boundaries(arguments.file, settings.data)
    countries = ", ".join(done.country_iso3)
    print(f"{arguments.file.name}: {len(done.matched)} outlines taken, level {done.level}, {countries}, names from {done.name_column!r}")
    for what, names in (("mended", done.repaired), ("left out, no such place of ours", done.unmatched)):
        if names:
            print(f"  {what} {len(names)}: {', '.join(names[:SHOWN_NAMES])}{', ...' if len(names) > SHOWN_NAMES else ''}")
    return DONE
