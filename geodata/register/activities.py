"""An activity as programmes are published (IATI): who, what, where, with how much, since when; whatever file it came from."""

import datetime as dt
import re
from functools import lru_cache
from typing import NamedTuple

#: Identifiers that Panj gives where a publisher gave none. They say whose they are: nobody may take them for a publisher's.
LOCAL_PREFIX = "PANJ-LOCAL-"
#: The words that go with every activity that Panj gives out; they are not read back as a publisher's.
NOT_OFFICIAL = "Reproduced by Panj from public sources: not official. The publisher's own file holds good."
#: What is odd about an activity that was taken in all the same.
FLAGS = ("no_identifier", "no_title", "no_date", "position_unreadable", "amount_missing", "no_currency", "may_be_a_centroid")
#: What a position stands for. Only "exact" and "approximate" may be drawn as a point.
PLACE_KINDS = ("exact", "approximate", "administrative", "country", "none")

#: Codes of IATI 1.x, and the words some files have, in those of 2.03.
ROLES = {"funding": "1", "accountable": "2", "extending": "3", "implementing": "4"}
STATUSES = {"pipeline": "1", "implementation": "2", "completion": "3", "finalisation": "3", "post-completion": "4", "closed": "4",
            "cancelled": "5", "suspended": "6"}  # fmt: skip
DATE_TYPES = {"start-planned": "1", "start-actual": "2", "end-planned": "3", "end-actual": "4"}
TRANSACTION_TYPES = {
    "IF": "1", "C": "2", "D": "3", "E": "4", "IR": "5", "LR": "6", "R": "7", "QP": "8", "QS": "9", "CG": "10",
}  # fmt: skip
#: Vocabularies of sectors: those of the donors' committee (5 and 3 digits), of functions of government, and the publisher's own.
VOCABULARIES = {"DAC": "1", "DAC-5": "1", "DAC-3": "2", "COFOG": "3", "NACE": "4", "NTEE": "5", "RO": "99", "RO2": "98"}
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:$|T|Z|[+-][0-9]{2}:?[0-9]{2}$)")


class Text(NamedTuple):
    """A text in a language ("" not said); type: of a description."""

    language: str
    text: str
    type: str = ""


class Organisation(NamedTuple):
    """role: 1 funding, 2 accountable, 3 extending, 4 implementing, or as it came."""

    role: str
    ref: str
    name: str
    type: str = ""
    activity_id: str = ""


class Place(NamedTuple):
    """lon, lat: EPSG:4326 degrees, None where no point could be read. reach: 1 where it is done, 2 whom it is for.

    exactness: 1 exact, 2 approximate, "" not said. location_class: 1 administrative, 2 settled, 3 structure, 4 topographical.
    administrative: (vocabulary, code, level) each. kind: of `PLACE_KINDS`. near_seat: the seat within a kilometre of it, "" none.
    """

    name: str
    lon: float | None
    lat: float | None
    reach: str = ""
    exactness: str = ""
    location_class: str = ""
    designation: str = ""
    description: str = ""
    administrative: tuple[tuple[str, str, str], ...] = ()
    location_id: tuple[tuple[str, str], ...] = ()
    kind: str = "none"
    near_seat: str = ""


class Share(NamedTuple):
    """A sector, country or region, with its share of the activity in per cent (None: not said)."""

    vocabulary: str
    code: str
    percentage: float | None
    name: str = ""


class Money(NamedTuple):
    """kind: transaction, budget or planned. type: 1 incoming, 2 commitment, 3 disbursement, 4 expenditure ...; of a budget, its type.

    amount: None where none was said, which is not 0. date: of the transaction, or the first day of the period; date_to: its last.
    """

    kind: str
    type: str
    date: str
    date_to: str
    amount: float | None
    currency: str
    value_date: str
    provider: Organisation
    receiver: Organisation
    note: str = ""
    status: str = ""


class Activity(NamedTuple):
    """identifier: the publisher's, kept to the letter, or a local one (is_local). dates: IATI type -> ISO date."""

    identifier: str
    is_local: bool
    publisher_ref: str
    publisher_name: str
    publisher_type: str
    version: str
    titles: tuple[Text, ...]
    descriptions: tuple[Text, ...]
    status: str
    scope: str
    currency: str
    language: str
    updated: str
    dates: dict[str, str]
    countries: tuple[Share, ...]
    regions: tuple[Share, ...]
    organisations: tuple[Organisation, ...]
    places: tuple[Place, ...]
    sectors: tuple[Share, ...]
    money: tuple[Money, ...]
    flags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """In English where there is one, else the first."""
        texts = [text for text in self.titles if text.text]
        english = [text for text in texts if (text.language or self.language or "en").lower().startswith("en")]
        return (english or texts or [Text("", "")])[0].text


NOBODY = Organisation("", "", "")


@lru_cache(maxsize=20_000)  # the same days stand in a file again and again
def iso_date(text: str) -> str:
    """The day in an XML date or time: "2013-11-27T00:00:00Z" -> "2013-11-27". Raises ValueError for what is none."""
    found = _DATE.match(text.strip())
    if not found:
        raise ValueError(text)
    return dt.date.fromisoformat(found[1]).isoformat()
