"""Closing: what became of every row of a file, as one line that adds up and, on a terminal, as a table."""

from collections.abc import Mapping
from typing import NamedTuple, TextIO

from geodata.errors import WrongTable
from geodata.store.writing import RowCounts

_SHOWN_WORDS = 5


class Closing(NamedTuple):
    """The end of one file. is_known: it was read before and nothing changed. levels: precision level -> rows in the region.

    reasons: reason -> rows. strange: what -> word -> rows, words that the vocabulary does not have. unused: columns not read.
    pairs: merged, proposed -> pairs with other reports of the same fact. questions: places that a person is asked about. gone: reports
    that left with the file that this one replaces. like: (name, rows of it that are here, its rows) of a stored file that this one
    seems to correct.
    """

    feed: str
    name: str
    counts: RowCounts
    is_known: bool
    holds: str = "events"
    levels: Mapping[str, int] = {}
    reasons: Mapping[str, int] = {}
    strange: Mapping[str, Mapping[str, int]] = {}
    unused: tuple[str, ...] = ()
    pairs: Mapping[str, int] = {}
    questions: int = 0
    gone: int = 0
    like: tuple[str, int, int] | None = None


def line(counts: RowCounts) -> str:
    """The identity in plain digits. Raises WrongTable when it does not hold."""
    if counts.rows_in != counts.events + counts.outside_region + counts.merged + counts.rejected:
        raise WrongTable(f"The rows do not add up ({counts}). This is a fault of Panj: report it with the name of the feed.")
    return (
        f"rows in {counts.rows_in} = events {counts.events} + outside region {counts.outside_region} "
        f"+ merged {counts.merged} + rejected {counts.rejected}"
    )


def print_closing(closing: Closing, stream: TextIO, *, quiet: bool = False) -> None:
    """Say what became of the file: the identity always, the rest unless ``quiet``."""
    identity = line(closing.counts)
    if not quiet:
        print(_title(closing), file=stream)
        if stream.isatty():
            _print_table(closing, stream)
    print(identity, file=stream)
    if not quiet:
        for remark in remarks(closing):
            print(f"  {remark}", file=stream)


def _title(closing: Closing) -> str:
    if closing.is_known:
        return f"{closing.feed}: {closing.name} was read before, nothing was changed."
    return f"{closing.feed}: {closing.name}"


def remarks(closing: Closing) -> list[str]:
    """What the identity does not say, one sentence each."""
    counts = closing.counts
    said = []
    if closing.holds == "totals":
        said.append("events are national totals here: they are compared with, not drawn")
    if counts.merged and not closing.is_known and closing.holds == "events":
        said.append(
            "merged: further drugs of the same event, reports that the store had already, and the same fact told by another report; "
            "all rows are kept"
        )
    if closing.pairs:
        said.append("pairs with other reports: " + ", ".join(f"{status} {n}" for status, n in _by_number(closing.pairs)))
    if closing.questions:
        said.append(f"places that a person is asked about: {closing.questions}")
    if closing.gone:
        said.append(f"reports that left with the file that this one replaces: {closing.gone}")
    if closing.like:
        name, same, n = closing.like
        said.append(
            f"{same} of the {n} rows of {name} are in this file too and the others are not: if it corrects that file, undo this import "
            f"and give it again with --replaces {name!r}"
        )
    if counts.repeats:
        said.append(f"repeats {counts.repeats}: the same row again in this file; kept and marked, each counted above")
    if closing.reasons:
        said.append("rejected: " + ", ".join(f"{reason} {n}" for reason, n in _by_number(closing.reasons)))
    if closing.levels:
        said.append("placed: " + ", ".join(f"{level} {n}" for level, n in closing.levels.items()))
    for what, words in closing.strange.items():
        if words:
            shown = ", ".join(f"{word!r} {n}" for word, n in _by_number(words)[:_SHOWN_WORDS])
            more = f" and {len(words) - _SHOWN_WORDS} more" if len(words) > _SHOWN_WORDS else ""
            said.append(f"{_STRANGE.get(what, what)}: {shown}{more}")
    if closing.unused:
        said.append(f"columns not read: {', '.join(closing.unused)}")
    return said


_STRANGE = {
    "drug": "drugs not in the vocabulary, kept as other with their own words",
    "transport": "ways of transport not in the vocabulary, kept as other with their own words",
    "kind": "kinds of event not in the vocabulary, kept as other",
    "unit": "units that are no mass, kept without kilograms",
    "coordinates": "coordinates that are no numbers, the words were used instead",
}


def _by_number(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _print_table(closing: Closing, stream: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table

    counts = closing.counts
    table = Table()
    for name in ("rows in", "events", "outside region", "merged", "rejected", "repeats"):
        table.add_column(name, justify="right")
    table.add_row(*(str(n) for n in (counts.rows_in, counts.events, counts.outside_region, counts.merged, counts.rejected, counts.repeats)))
    Console(file=stream).print(table)
