"""One IATI activity, 1.01 to 2.03: element -> `Activity`. Pure: no file, no network."""

import hashlib

from lxml.etree import _Element as Element

from etl.feeds.iati.fields import LANGUAGE, Unreadable, code, day_in, organisation, said, shares_or_of_money, texts
from etl.feeds.iati.money import budgets, transactions
from etl.feeds.iati.places import place_of
from geodata.register.activities import DATE_TYPES, LOCAL_PREFIX, NOT_OFFICIAL, ROLES, STATUSES, Activity

__all__ = ["Unreadable", "read_activity"]


def read_activity(element: Element, version: str) -> Activity:
    """The activity in ``element``, whose file said ``version`` (believed in nothing: both forms of each field are read).

    An activity without identifier gets a local one, made from its publisher and content, and is flagged. Raises Unreadable.
    """
    flags: list[str] = []
    language, currency = element.get(LANGUAGE) or "", (element.get("default-currency") or "").strip()
    publisher = element.find("reporting-org")
    titles = texts(element, "title")
    dates = _dates(element)
    money = (*transactions(element, currency, flags), *budgets(element, currency, flags))
    places = tuple(place_of(place, flags) for place in element.iterfind("location"))
    descriptions = tuple(text for text in texts(element, "description") if text.text != NOT_OFFICIAL)
    # To the letter: what stands inside is the publisher's, and only the blanks around it are the file's.
    identifier = (element.findtext("iati-identifier") or "").strip()
    if not identifier and not any(text.text for text in titles) and not money and not places:
        raise Unreadable("activity_is_empty", "neither identifier, title, money nor place")
    if not any(text.text for text in titles):
        flags.append("no_title")
    if not dates:
        flags.append("no_date")
    publisher_ref, publisher_name, publisher_type = _publisher(element, publisher)
    is_local = not identifier
    if is_local:
        flags.append("no_identifier")
    activity = Activity(
        identifier=identifier, is_local=is_local or identifier.startswith(LOCAL_PREFIX),
        publisher_ref=publisher_ref, publisher_name=publisher_name, publisher_type=publisher_type, version=version,
        titles=titles, descriptions=descriptions,
        status=_status(element.find("activity-status")), scope=code(element.find("activity-scope")),
        currency=currency, language=language, updated=element.get("last-updated-datetime") or "",
        dates=dates, countries=shares_or_of_money(element, "recipient-country"), regions=shares_or_of_money(element, "recipient-region"),
        organisations=tuple(organisation(each, ROLES) for each in element.iterfind("participating-org")),
        places=places, sectors=shares_or_of_money(element, "sector"), money=money, flags=tuple(dict.fromkeys(flags)),
    )  # fmt: skip
    return activity._replace(identifier=_local(activity)) if is_local else activity


def _publisher(element: Element, publisher: Element | None) -> tuple[str, str, str]:
    """ref, name and type of whoever published it first: of a copy, the one that the copy names."""
    if publisher is None:
        return "", "", ""
    if publisher.get("secondary-reporter") in ("1", "true"):
        for other in element.iterfind("other-identifier"):
            if other.get("type") == "B9":
                return other.get("ref") or "", said(other.find("owner-org")), ""
    return (publisher.get("ref") or "").strip(), said(publisher), publisher.get("type") or ""


def _local(activity: Activity) -> str:
    """Made of all that it says: two activities that differ in anything are two, and the same one in another file is the same."""
    return LOCAL_PREFIX + hashlib.sha256(repr(activity._replace(version="", updated="")).encode()).hexdigest()[:16].upper()


def _status(element: Element | None) -> str:
    return code(element) or STATUSES.get(said(element).lower(), "")


def _dates(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for date in element.iterfind("activity-date"):
        # 1.x allowed the day as text.
        text = date.get("iso-date") or (date.text or "").strip()
        kind = date.get("type") or ""
        if text:
            found.setdefault(DATE_TYPES.get(kind.lower(), kind), day_in(text, "activity-date"))
    return found
