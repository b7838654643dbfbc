"""The ETL's command line: `python -m etl run`, `boundaries import`, `fetch`, `demo`, `status`."""

import argparse
import errno
import sys
from collections.abc import Sequence
from pathlib import Path

from geodata.errors import PanjError
from geodata.feeds import FEEDS as FACTS
from geodata.settings import Settings

#: Exit codes: done; stopped by the user; refused with one sentence.
DONE, STOPPED, REFUSED = 0, 130, 2
SHOWN_NAMES = 12
#: Feeds that a file can be given to.
FILE_FEEDS = tuple(name for name in FACTS if name != "demo")


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say. Returns the exit code; what cannot be done is one sentence on stderr and 2."""
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.do(Settings.from_environment(), arguments))
    except PanjError as error:
        print(" ".join(str(error).split()), file=sys.stderr)
    except MemoryError:
        print("There is not enough memory for this file: split it into smaller ones and give them one after the other.", file=sys.stderr)
    except OSError as error:
        print(_sentence(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. What was saved stays; run the command again to go on.", file=sys.stderr)
        return STOPPED
    return REFUSED


def _sentence(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full: nothing of this file was saved. Make room and run the command again."
    what = f"{error.filename}: " if error.filename else ""
    return f"{what}{error.strerror or error}. A file or folder that can be read and written was wanted; check its rights and try again."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m etl", description="Raw reports in, located events saved.")
    verbs = parser.add_subparsers(dest="verb", required=True)

    run = verbs.add_parser("run", help="take a file of reports in; without --feed, what ships with Panj")
    run.add_argument("--feed", choices=FILE_FEEDS, help="who sent the file")
    run.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a CSV table, plain or zipped")
    run.add_argument("--quiet", action="store_true", help="print only the line that adds up")
    run.set_defaults(do=_run)

    boundaries = verbs.add_parser("boundaries", help="real boundaries of provinces and districts")
    of_boundaries = boundaries.add_subparsers(dest="boundaries_verb", required=True)
    bring = of_boundaries.add_parser("import", help="GeoJSON, GeoPackage or a zipped shapefile")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.set_defaults(do=_import_boundaries)

    fetch = verbs.add_parser("fetch", help="get a richer open source, for those with a network")
    fetch.add_argument(
        "source", metavar="SOURCE", nargs="?", default="list", help="geonames, natural_earth, unodc; left out: says what they are"
    )
    fetch.add_argument("--base-url", help="fetch from another server, such as a mirror")
    fetch.set_defaults(do=_fetch)

    demo = verbs.add_parser("demo", help="fill an empty store with generated events, marked as such everywhere")
    demo.add_argument("--events", type=_at_least_one, default=100_000, metavar="N")
    demo.add_argument("--seed", type=int, default=1, metavar="S")
    demo.set_defaults(do=_demo)

    status = verbs.add_parser("status", help="what is in the store: files, rows, rejections")
    status.set_defaults(do=_status)
    return parser


def _at_least_one(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} came, a whole number above 0 was wanted")
    return int(text)


# Everything below imports what it needs when it is needed: pandas and the store cost a second at start.


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.closing import print_closing
    from etl.pipeline import run_file, run_shipped
    from etl.progress import shown_progress
    from geodata.errors import BadFile

    if (arguments.feed is None) != (arguments.file is None):
        came, wanted = ("A file", "its feed") if arguments.feed is None else ("A feed", "a file")
        raise BadFile(f"{came} came without {wanted}: write python -m etl run --feed {{{','.join(FILE_FEEDS)}}} FILE.")
    with shown_progress(sys.stderr, quiet=arguments.quiet) as progress:
        if arguments.feed is None:
            closings = run_shipped(settings, progress)
        else:
            closings = [run_file(settings, arguments.feed, arguments.file, progress)]
    for closing in closings:
        print_closing(closing, sys.stdout, quiet=arguments.quiet)
    return DONE


def _import_boundaries(settings: Settings, arguments: argparse.Namespace) -> int:
    from geodata.places.importing import import_boundaries

    done = import_boundaries(arguments.file, settings.data)
    countries = ", ".join(done.country_iso3)
    print(f"{arguments.file.name}: {len(done.matched)} outlines taken, level {done.level}, {countries}, names from {done.name_column!r}")
    for what, names in (("mended", done.repaired), ("left out, no such place of ours", done.unmatched)):
        if names:
            print(f"  {what} {len(names)}: {', '.join(names[:SHOWN_NAMES])}{', ...' if len(names) > SHOWN_NAMES else ''}")
    return DONE


def _fetch(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.fetch import fetch
    from etl.progress import shown_progress

    with shown_progress(sys.stderr) as progress:
        fetch(arguments.source, settings, base_url=arguments.base_url, progress=progress)
    return DONE


def _demo(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.demo.run import run
    from etl.pipeline import make_caches
    from etl.progress import shown_progress

    with shown_progress(sys.stderr) as progress:
        run(settings, arguments.events, arguments.seed, progress)
        make_caches(settings, progress)
    return DONE


def _status(settings: Settings, _: argparse.Namespace) -> int:
    from etl.status import print_status

    print_status(settings, sys.stdout)
    return DONE


if __name__ == "__main__":
    sys.exit(main())
