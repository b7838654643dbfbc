"""`python -m etl read`: any table -> events and rejections as CSV; nothing is merged, placed or saved."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    read = verbs.add_parser("read", help="read any table of reports: events and rejections as CSV, nothing saved in the store")
    read.add_argument("file", type=Path, metavar="FILE", help="CSV, TSV, XLSX, XLS, ODS or JSON lines, zipped or not")
    read.add_argument("--out", type=Path, required=True, metavar="EVENTS.csv", help="the events, one row a drug")
    read.add_argument(
        "--rejected", type=Path, required=True, metavar="REJECTED.csv", help="the rows that are no event, each with its reason"
    )
    read.add_argument("--layout", metavar="NAME", help="what the columns mean: a saved layout's name, or a TOML file; else guessed")
    read.add_argument("--save-layout", metavar="NAME", help="keep what the columns mean under this name")
    read.add_argument("--sheet", help="sheet of a workbook; else the one with most rows")
    read.add_argument("--country", metavar="ISO3", help="whose reports these are, where no column says it")
    read.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.progress import shown_progress
    from etl.read import read_file

    with shown_progress(sys.stderr) as progress:
        told = read_file(
            settings, arguments.file, arguments.out, arguments.rejected, layout=arguments.layout, save_as=arguments.save_layout,
            sheet=arguments.sheet, country=arguments.country, terminal=sys.stdin.isatty() and sys.stderr.isatty(), progress=progress,
        )  # fmt: skip
    for line in told:
        print(line)
    return DONE
