"""`python -m etl roads`: which roads are loaded; `roads import`: those of an OpenStreetMap extract; `roads close`: what a closure costs."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    roads = verbs.add_parser("roads", help="which roads are loaded; import those of an OpenStreetMap extract")
    roads.set_defaults(do=say)
    of_roads = roads.add_subparsers(dest="roads_verb")
    bring = of_roads.add_parser("import", help="one or several OpenStreetMap extracts (.osm.pbf); they stay under the ODbL")
    bring.add_argument("file", type=Path, nargs="+", metavar="FILE")
    bring.set_defaults(do=do)
    close = of_roads.add_parser("close", help="what it costs when posts, bridges, passes or roads close, and who takes the load")
    close.add_argument("what", nargs="+", metavar="ID", help="as in posts.csv, passes.csv, roads.csv; border: every crossing")
    close.add_argument("--scenario", default="summer", help="a row of road_scenarios.csv (default: %(default)s)")
    close.add_argument("--pair", nargs=2, action="append", default=[], metavar=("FROM", "TO"), help="ids of places; default: the corridors")
    close.add_argument("--weight", action="append", default=[], metavar="CORRIDOR=N", help="only these corridors, with their load")
    close.set_defaults(do=shut)


def say(settings: Settings, _: argparse.Namespace) -> int:
    from geodata.places.importing_roads import imported_about
    from geodata.places.roads import load_road_nodes, load_roads

    roads = load_roads()
    published = int((roads["length_basis"] == "published").sum())
    stretches = int(roads["stretch_id"].notna().sum())
    print(f"Panj's own graph: {len(load_road_nodes())} nodes, {len(roads)} edges, {roads['length_km'].sum():,.0f} km")
    print(f"  lengths: {published} published, {len(roads) - published} estimated, {stretches} of these parts of a published stretch")
    about = imported_about(settings.data)
    if about is None:
        print("OpenStreetMap: nothing imported (python -m etl roads import FILE.osm.pbf)")
    else:
        _print_about(about)
    return DONE


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.progress import shown_progress
    from geodata.places.importing_roads import import_roads

    with shown_progress(sys.stderr) as progress:
        done = import_roads(arguments.file, settings.data, progress)
    _print_about(done.about)
    print(f"  {'the same as before' if done.is_same else 'kept'} in {done.stored_in}; another import replaces it")
    return DONE


def shut(_: Settings, arguments: argparse.Namespace) -> int:
    from etl.road_closures import closure, read_weights

    pairs = [(start, end) for start, end in arguments.pair]
    for line in closure(arguments.what, arguments.scenario, pairs, read_weights(arguments.weight)):
        print(line)
    return DONE


def _print_about(about: Mapping[str, Any]) -> None:
    print(f"OpenStreetMap: {about['file']}, {about['n_nodes']:,} nodes, {about['n_edges']:,} edges, {sum(about['km'].values()):,.0f} km")
    print(f"  km by class: {', '.join(f'{name} {km:,.0f}' for name, km in about['km'].items())}")
    left = ", ".join(f"{why.replace('_', ' ')} {n:,}" for why, n in about["left_out"].items())
    n_read, n_taken, n_left = about["n_ways_read"], about["n_ways_taken"], sum(about["left_out"].values())
    print(f"  ways: {n_read:,} read, {n_taken:,} taken, {n_left:,} left out ({left or 'none'})")
    print(f"  {about['n_ways_cut']:,} ways cut by the edge of the extract; {about['share_connected']:.1%} of the nodes hang together")
    print(f"  {about['n_over_borders']:,} edges cross a border")
    print(f"  {about['attribution']}, {about['licence']}: what is made public of it stays under that licence")
