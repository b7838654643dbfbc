"""The ETL's command line: `python -m etl VERB`; each verb is a file of `etl/verbs`."""

import argparse
import errno
import gc
import sys
from collections.abc import Sequence

from etl.verbs import (
    activities,
    alerts,
    boundaries,
    bulletin,
    demo,
    fetch,
    gazetteer,
    job,
    locate,
    pairs,
    plan,
    read,
    register,
    roads,
    run,
    status,
    undo,
)
from etl.verbs.codes import REFUSED, STOPPED
from geodata.errors import PanjError
from geodata.settings import Settings

VERBS = (
    run, activities, read, bulletin, locate, boundaries, gazetteer, roads, plan, fetch, demo, register, status, pairs, alerts, undo, job,
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the arguments say. Returns the exit code; what cannot be done is one sentence on stderr and 2."""
    arguments = _parser().parse_args(argv)
    # A million rows are millions of lasting objects; looking through them for garbage again and again took a sixth of an import.
    gc.set_threshold(500_000, 20, 100)
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
    for verb in VERBS:
        verb.add(verbs)
    return parser


if __name__ == "__main__":
    sys.exit(main())
