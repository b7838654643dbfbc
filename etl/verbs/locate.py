"""`python -m etl locate`: where the places are that a table of words names, without taking anything in."""

import argparse
import gc
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    locate = verbs.add_parser("locate", help="where the places are that a table names (columns query, country, admin, on_date)")
    locate.add_argument("file", type=Path, metavar="QUERIES.csv")
    locate.add_argument("--out", type=Path, required=True, metavar="ANSWERS.csv", help="the same rows with the answers beside them")
    locate.add_argument("--gazetteer", type=Path, metavar="FILE", help="further names for this run: a GeoNames dump or a flat table")
    locate.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    import pandas as pd

    from etl.matching.engine import Locator
    from etl.matching.queries import answer_queries, read_queries
    from geodata.places.gazetteer import load_gazetteer
    from geodata.places.importing_names import load_names_of

    queries = read_queries(arguments.file)
    gazetteer = load_gazetteer(settings.cache)
    if arguments.gazetteer is not None:
        gazetteer = pd.concat([gazetteer, load_names_of(arguments.gazetteer, settings.cache)], ignore_index=True)
    locator = Locator.of(gazetteer)
    gc.freeze()  # the names stay until the end: nothing among them is ever garbage
    answers = answer_queries(queries, locator)
    answers.to_csv(arguments.out, index=False, encoding="utf-8")
    counts = answers["status"].value_counts()
    said = ", ".join(f"{status} {int(counts.get(status, 0))}" for status in ("located", "review", "unlocated"))
    print(f"{arguments.file.name}: {len(answers)} questions, {said}")
    return DONE
