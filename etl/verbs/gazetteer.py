"""`python -m etl gazetteer import`: further place names."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    gazetteer = verbs.add_parser("gazetteer", help="further place names")
    of_gazetteer = gazetteer.add_subparsers(dest="gazetteer_verb", required=True)
    bring = of_gazetteer.add_parser("import", help="a GeoNames dump, or a table with name, lat, lon, country; also .gz or .zip")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from geodata.places.importing_names import import_names

    done = import_names(arguments.file, settings.data)
    read_as = ", ".join(f"{role} from {column!r}" for role, column in done.roles.items())
    print(f"{arguments.file.name}: {done.n_rows} rows, {len(done.table)} names taken ({read_as})")
    print(f"  new places {_counts(done.new)}")
    print(f"  places already known, now with these names too {_counts(done.matched)}")
    print(f"  rows left out {_counts(done.left_out)}")
    print(f"  kept in {done.stored_in}; the same file again replaces it")
    return DONE


def _counts(counts: Mapping[str, int]) -> str:
    detail = ", ".join(f"{what.replace('_', ' ')} {n}" for what, n in counts.items())
    return f"{sum(counts.values())}{f' ({detail})' if detail else ''}"
