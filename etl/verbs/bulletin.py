"""`python -m etl bulletin`: the events that a bulletin in prose tells of, proposed for a person to confirm."""

import argparse
import sys
from pathlib import Path

from etl.verbs.codes import DONE, Verbs
from geodata.settings import Settings


def add(verbs: Verbs) -> None:
    """Tell the command line of it."""
    bulletin = verbs.add_parser("bulletin", help="propose the events of a bulletin in prose; a person confirms each")
    bulletin.add_argument("file", type=Path, metavar="FILE", help="a text as CARICC writes it weekly, English or Russian")
    bulletin.add_argument("--out", type=Path, required=True, metavar="PROPOSALS.csv", help="where the proposals go")
    bulletin.set_defaults(do=do)


def do(settings: Settings, arguments: argparse.Namespace) -> int:
    from etl.bulletin import propose, write_proposals
    from etl.reading.texts import text_of

    proposals = propose(text_of(arguments.file, arguments.file.name), arguments.file.name)
    write_proposals(proposals, arguments.out)
    events = proposals.rows["event_ref"].nunique()
    told = proposals.sentences - len(proposals.left_out)
    print(f"{proposals.sentences} sentences = {told} that tell of seizures + {len(proposals.left_out)} that do not")
    print(f"{events} events proposed, {len(proposals.rows)} rows (one a drug), in {arguments.out}")
    for line, sentence, why in proposals.left_out:
        if why != "no_drug":
            print(f"  line {line} proposes nothing ({why.replace('_', ' ')}): {sentence[:100]}", file=sys.stderr)
    print("Nothing was saved. Write yes into the column confirmed of each row that is right, and give the file to python -m etl run.")
    return DONE
