"""Feeds: what each source's file says. Built-in ones are one file each and a line below; the others are layouts, data and no code."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from etl.feeds import any_table, national_seizures, press_reports, unodc_annual, unodc_ids
from etl.layout import Layout, load_layout, saved, shipped
from etl.parse import Context, Parsed
from etl.progress import Progress, no_progress
from etl.reading import Table, read_any, read_table
from geodata.errors import BadFile
from geodata.feeds import facts_of
from geodata.settings import Settings


class Feed(NamedTuple):
    """What a feed's file says: its name, the columns its table must and may have, and how rows become events.

    layout: of a feed that is one; its files are tables of any form. A source without one has its columns guessed.
    """

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    parse: Callable[[Table, Context], Parsed]
    is_any_table: bool = False
    layout: Layout | None = None

    def read(self, path: Path, name: str, progress: Progress = no_progress) -> Table:
        """The table in the kept file ``path``, which the user knows as ``name``. Raises BadFile in one sentence."""
        if self.is_any_table:
            return read_any(path, name, progress, (self.layout.sheet if self.layout else "") or None)
        return read_table(path, name, self.required, self.optional, progress)

    @property
    def holds(self) -> Literal["events", "totals"]:
        """Single events or national totals."""
        return facts_of(self.name).holds


FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed(press_reports.NAME, press_reports.REQUIRED, press_reports.OPTIONAL, press_reports.parse),
        Feed(unodc_annual.NAME, unodc_annual.REQUIRED, unodc_annual.OPTIONAL, unodc_annual.parse),
        Feed(unodc_ids.NAME, unodc_ids.REQUIRED, unodc_ids.OPTIONAL, unodc_ids.parse),
        Feed(national_seizures.NAME, national_seizures.REQUIRED, national_seizures.OPTIONAL, national_seizures.parse),
    )
}


def feed_named(name: str, settings: Settings) -> Feed:
    """A built-in feed, a layout (the user's own before a shipped one), or `any_table`, whose columns are guessed. Raises BadFile."""
    if name in FEEDS:
        return FEEDS[name]
    if name == any_table.NAME:
        return Feed(name, (), (), partial(any_table.parse_with, layout=None), is_any_table=True)
    layouts = shipped() | saved(settings)
    if name not in layouts:
        known = ", ".join(names(settings))
        raise BadFile(f"There is no source {name!r}: one of {known} was wanted. Save a layout of that name first (python -m etl read).")
    layout = load_layout(layouts[name])._replace(name=name)
    return Feed(name, (), (), partial(any_table.parse_with, layout=layout), is_any_table=True, layout=layout)


def names(settings: Settings) -> list[str]:
    """Every source to which a file can be given: the built-in ones, layouts, and the guess."""
    return [*FEEDS, *sorted(shipped() | saved(settings)), any_table.NAME]
