"""Activities out as IATI 2.03, marked as what they are: reproduced by a second hand, not official."""

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import IO, NamedTuple

from lxml import etree

from geodata.register.activities import NOT_OFFICIAL, Activity, Money, Organisation, Place, Share, Text

VERSION = "2.03"
#: Who hands the file out. It is no registered identifier, and says so.
REPORTER, REPORTER_NAME = "PANJ-LOCAL", "Panj, an open border-post and route monitor (not official)"
NOT_STATED = "not stated in the source"
#: Code 90 of OrganisationType: other. B9 of OtherIdentifierType: another organisation's identifier, here of the publisher.
_TYPE_OTHER, _PUBLISHER = "90", "B9"
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"


class Written(NamedTuple):
    """n activities in the file; left_out: (identifier, why) of those that the standard has no valid form for."""

    n: int
    left_out: list[tuple[str, str]]


def write_iati(activities: Iterable[Activity], out: IO[bytes], made_at: dt.datetime) -> Written:
    """Write ``activities`` one by one. made_at: with a time zone. Publishers' identifiers are kept to the letter.

    An activity without any date is left out and named in a comment: the standard asks for one, and none is made up.
    """
    n, left_out = 0, []
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("iati-activities", {"version": VERSION, "generated-datetime": made_at.isoformat(timespec="seconds")}):
            file.write(etree.Comment(f" {NOT_OFFICIAL} "))
            for activity in activities:
                if not activity.dates:
                    left_out.append((activity.identifier, "no date"))
                    continue
                file.write("\n", element_of(activity))
                n += 1
            for identifier, why in left_out:
                file.write("\n", etree.Comment(_in_comment(f" left out: {identifier}, {why} ")))
            file.write("\n")
    return Written(n, left_out)


def element_of(activity: Activity) -> etree._Element:
    """One <iati-activity> in the order of the schema."""
    root = etree.Element("iati-activity")
    _attributes(
        root, {"default-currency": activity.currency, _XML_LANG: activity.language, "last-updated-datetime": _moment(activity.updated)}
    )
    _with_text(root, "iati-identifier", activity.identifier)
    reporter = etree.SubElement(root, "reporting-org", {"ref": REPORTER, "type": _TYPE_OTHER, "secondary-reporter": "1"})
    _narrative(reporter, REPORTER_NAME)
    _narratives(etree.SubElement(root, "title"), activity.titles or (Text("en", NOT_STATED),))
    _descriptions(root, activity)
    for organisation in activity.organisations or (Organisation("4", "", NOT_STATED),):
        _organisation(root, "participating-org", organisation, "activity-id", role=organisation.role or "4")
    _other_identifier(root, activity)
    etree.SubElement(root, "activity-status", code=activity.status)
    for kind, day in activity.dates.items():
        etree.SubElement(root, "activity-date", {"type": kind, "iso-date": day})
    if activity.scope:
        etree.SubElement(root, "activity-scope", code=activity.scope)
    _shares(root, "recipient-country", activity.countries)
    _shares(root, "recipient-region", activity.regions)
    for place in activity.places:
        _place(root, place)
    _shares(root, "sector", activity.sectors)
    for kind in ("budget", "planned", "transaction"):
        for money in activity.money:
            if money.kind == kind:
                _money(root, money)
    return root


def _attributes(element: etree._Element, values: dict[str, str]) -> None:
    for name, value in values.items():
        if value:
            element.set(name, _clean(value))


def _moment(text: str) -> str:
    try:
        return dt.datetime.fromisoformat(text).isoformat() if "T" in text else ""
    except ValueError:
        return ""


def _with_text(parent: etree._Element, tag: str, text: str) -> etree._Element:
    element = etree.SubElement(parent, tag)
    element.text = _clean(text)
    return element


def _narrative(parent: etree._Element, text: str, language: str = "") -> None:
    _attributes(_with_text(parent, "narrative", text), {_XML_LANG: language})


def _narratives(parent: etree._Element, texts: Iterable[Text]) -> None:
    for text in texts:
        _narrative(parent, text.text, text.language)


def _descriptions(root: etree._Element, activity: Activity) -> None:
    """The publisher's, then ours: that this is a copy and not official."""
    for kind in dict.fromkeys(text.type for text in activity.descriptions):
        description = etree.SubElement(root, "description")
        _attributes(description, {"type": kind})
        _narratives(description, [text for text in activity.descriptions if text.type == kind and text.text != NOT_OFFICIAL])
        if not len(description):
            root.remove(description)
    _narrative(etree.SubElement(root, "description"), NOT_OFFICIAL, "en")


def _organisation(parent: etree._Element, tag: str, organisation: Organisation, activity_id: str, role: str = "") -> None:
    element = etree.SubElement(parent, tag)
    _attributes(element, {"role": role, "ref": organisation.ref, "type": organisation.type, activity_id: organisation.activity_id})
    if organisation.name:
        _narrative(element, organisation.name)


def _other_identifier(root: etree._Element, activity: Activity) -> None:
    if not (activity.publisher_ref or activity.publisher_name):
        return
    other = etree.SubElement(root, "other-identifier", {"ref": _clean(activity.publisher_ref), "type": _PUBLISHER})
    owner = etree.SubElement(other, "owner-org")
    _attributes(owner, {"ref": activity.publisher_ref})
    if activity.publisher_name:
        _narrative(owner, activity.publisher_name)


def _shares(root: etree._Element, tag: str, shares: Iterable[Share]) -> None:
    for share in shares:
        element = etree.SubElement(root, tag, code=_clean(share.code))
        _attributes(element, {"vocabulary": share.vocabulary if tag != "recipient-country" else ""})
        if share.percentage is not None:
            element.set("percentage", _decimal(share.percentage))
        if share.name:
            _narrative(element, share.name)


def _place(root: etree._Element, place: Place) -> None:
    location = etree.SubElement(root, "location")
    if place.reach:
        etree.SubElement(location, "location-reach", code=place.reach)
    for vocabulary, code in place.location_id:
        etree.SubElement(location, "location-id", vocabulary=vocabulary, code=code)
    for tag, text in (("name", place.name), ("description", place.description)):
        if text:
            _narrative(etree.SubElement(location, tag), text)
    for vocabulary, code, level in place.administrative:
        element = etree.SubElement(location, "administrative", vocabulary=vocabulary, code=code)
        _attributes(element, {"level": level if level.isdigit() else ""})
    if place.lon is not None and place.lat is not None:
        point = etree.SubElement(location, "point", srsName=_WGS84)
        _with_text(point, "pos", f"{_decimal(place.lat)} {_decimal(place.lon)}")
    for tag, code in (("exactness", place.exactness), ("location-class", place.location_class), ("feature-designation", place.designation)):
        if code:
            etree.SubElement(location, tag, code=code)


def _money(root: etree._Element, money: Money) -> None:
    """What has no amount or no day has no valid form; it stays in the store and its activity stays flagged."""
    if money.amount is None or not money.date or (money.kind == "budget" and not money.date_to):
        return
    if money.kind == "transaction":
        element = etree.SubElement(root, "transaction")
        etree.SubElement(element, "transaction-type", code=money.type)
        etree.SubElement(element, "transaction-date", {"iso-date": money.date})
    else:
        element = etree.SubElement(root, "budget" if money.kind == "budget" else "planned-disbursement")
        _attributes(element, {"type": money.type, "status": money.status if money.kind == "budget" else ""})
        etree.SubElement(element, "period-start", {"iso-date": money.date})
        if money.date_to:
            etree.SubElement(element, "period-end", {"iso-date": money.date_to})
    value = _with_text(element, "value", _decimal(money.amount))
    _attributes(value, {"currency": money.currency})
    value.set("value-date", money.value_date or money.date)
    if money.kind == "transaction" and money.note:
        _narrative(etree.SubElement(element, "description"), money.note)
    if money.kind != "budget":
        for tag, organisation in (("provider-org", money.provider), ("receiver-org", money.receiver)):
            if any(organisation):
                _organisation(element, tag, organisation, f"{tag[:-4]}-activity-id")


def _decimal(number: float) -> str:
    """Without an exponent, which the schema's decimals do not have."""
    return format(Decimal(repr(number)), "f")


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def _in_comment(text: str) -> str:
    return _clean(text).replace("--", "- -").rstrip("-") + " "
