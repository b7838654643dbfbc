"""Feeds: one file a source; adding one is that file and its line below."""

from collections.abc import Callable
from typing import NamedTuple

from etl.feeds import national_seizures, press_reports, unodc_annual, unodc_ids
from etl.parse import Context, Parsed
from etl.reading import Table


class Feed(NamedTuple):
    """What a feed's file says: its name, the columns its table must and may have, and how rows become events."""

    name: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    parse: Callable[[Table, Context], Parsed]


FEEDS: dict[str, Feed] = {
    feed.name: feed
    for feed in (
        Feed(press_reports.NAME, press_reports.REQUIRED, press_reports.OPTIONAL, press_reports.parse),
        Feed(unodc_annual.NAME, unodc_annual.REQUIRED, unodc_annual.OPTIONAL, unodc_annual.parse),
        Feed(unodc_ids.NAME, unodc_ids.REQUIRED, unodc_ids.OPTIONAL, unodc_ids.parse),
        Feed(national_seizures.NAME, national_seizures.REQUIRED, national_seizures.OPTIONAL, national_seizures.parse),
    )
}
