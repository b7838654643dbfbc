"""One IATI activity, 1.01 to 2.03: element -> `Activity`. Pure: no file, no network."""

import hashlib
import math
import re
from collections.abc import Iterable

from lxml.etree import _Element as Element

from geodata.register.activities import (
    DATE_TYPES,
    LOCAL_PREFIX,
    NOBODY,
    NOT_OFFICIAL,
    ROLES,
    STATUSES,
    TRANSACTION_TYPES,
    VOCABULARIES,
    Activity,
    Money,
    Organisation,
    Place,
    Share,
    Text,
    iso_date,
)

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
#: Codes of GeographicalPrecision (1.x): exact, near, second-order, first-order, estimated, country and three kinds of unclear.
_OF_PRECISION = {"1": "exact", "2": "approximate", "3": "administrative", "4": "administrative", "5": "approximate"}


_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


class Unreadable(ValueError):
    """Why an activity cannot be taken: reason is a key, detail what came."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


def read_activity(element: Element, version: str) -> Activity:
    """The activity in ``element``, whose file said ``version`` (believed in nothing: both forms of each field are read).

    An activity without identifier gets a local one, made from its publisher and content, and is flagged. Raises Unreadable.
    """
    flags: list[str] = []
    language, currency = element.get(_LANGUAGE) or "", (element.get("default-currency") or "").strip()
    publisher = _first(element, "reporting-org")
    titles = _texts(element, "title")
    dates = _dates(element)
    money = (*_transactions(element, currency, flags), *_budgets(element, currency, flags))
    places = tuple(_place(place, flags) for place in element.iterfind("location"))
    descriptions = tuple(text for text in _texts(element, "description") if text.text != NOT_OFFICIAL)
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
        status=_status(_first(element, "activity-status")), scope=_code(_first(element, "activity-scope")),
        currency=currency, language=language, updated=element.get("last-updated-datetime") or "",
        dates=dates, countries=_shares_or_of_money(element, "recipient-country"), regions=_shares_or_of_money(element, "recipient-region"),
        organisations=tuple(_organisation(each, ROLES) for each in element.iterfind("participating-org")),
        places=places, sectors=_shares_or_of_money(element, "sector"), money=money, flags=tuple(dict.fromkeys(flags)),
    )  # fmt: skip
    return activity._replace(identifier=_local(activity)) if is_local else activity


def _publisher(element: Element, publisher: Element | None) -> tuple[str, str, str]:
    """ref, name and type of whoever published it first: of a copy, the one that the copy names."""
    if publisher is None:
        return "", "", ""
    if publisher.get("secondary-reporter") in ("1", "true"):
        for other in element.iterfind("other-identifier"):
            if other.get("type") == "B9":
                return other.get("ref") or "", _said(_first(other, "owner-org")), ""
    return (publisher.get("ref") or "").strip(), _said(publisher), publisher.get("type") or ""


def _local(activity: Activity) -> str:
    """Made of all that it says: two activities that differ in anything are two, and the same one in another file is the same."""
    return LOCAL_PREFIX + hashlib.sha256(repr(activity._replace(version="", updated="")).encode()).hexdigest()[:16].upper()


def _first(element: Element, tag: str) -> Element | None:
    return element.find(tag)


def _said(element: Element | None) -> str:
    """The first narrative, or the text of the element itself (1.x)."""
    if element is None:
        return ""
    for child in element:
        if child.tag == "narrative":
            return " ".join((child.text or "").split())
    text = element.text or ""
    return " ".join(text.split())


def _texts(element: Element, tag: str) -> tuple[Text, ...]:
    found = []
    for each in element.iterfind(tag):
        outer, kind = each.get(_LANGUAGE) or "", each.get("type") or ""
        narratives = each.findall("narrative")
        for narrative in narratives or [each]:
            text = " ".join((narrative.text or "").split())
            if text:
                found.append(Text(narrative.get(_LANGUAGE) or outer, text, kind))
    return tuple(found)


def _code(element: Element | None) -> str:
    return "" if element is None else (element.get("code") or "").strip()


def _status(element: Element | None) -> str:
    return _code(element) or STATUSES.get(_said(element).lower(), "")


def _dates(element: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for date in element.iterfind("activity-date"):
        # 1.x allowed the day as text.
        text = date.get("iso-date") or (date.text or "").strip()
        kind = date.get("type") or ""
        if text:
            found.setdefault(DATE_TYPES.get(kind.lower(), kind), _day(text, "activity-date"))
    return found


def _day(text: str, where: str) -> str:
    try:
        return iso_date(text)
    except ValueError:
        raise Unreadable("date_unreadable", f"{where} {text[:60]!r}") from None


def _number(text: str, where: str) -> float:
    try:
        # float() would take "1_000", "nan" and "inf".
        if not set(text) <= set("0123456789.+-eE"):
            raise ValueError
        number = float(text)
        if not math.isfinite(number):
            raise ValueError
        return number
    except ValueError:
        raise Unreadable("amount_unreadable", f"{where} {text[:60]!r}") from None


def _amount(text: str, where: str) -> float:
    """An amount. "1,500,000.50" has thousands; "1234,56" could be either, and is not guessed at."""
    return _number(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text, where)


def _organisation(element: Element | None, roles: dict[str, str], of: str = "") -> Organisation:
    if element is None:
        return NOBODY
    role = (element.get("role") or "").strip()
    return Organisation(
        roles.get(role.lower(), role), (element.get("ref") or "").strip(), _said(element), element.get("type") or "",
        element.get("activity-id") or element.get(f"{of}-activity-id") or "",
    )  # fmt: skip


def _shares(element: Element, tag: str) -> tuple[Share, ...]:
    found = []
    for each in element.iterfind(tag):
        text = (each.get("percentage") or "").strip()
        percentage = _number(text.rstrip("% ").replace(",", "."), f"{tag} percentage") if text else None
        vocabulary = (each.get("vocabulary") or "").strip()
        found.append(Share(VOCABULARIES.get(vocabulary.upper(), vocabulary), (each.get("code") or "").strip(), percentage, _said(each)))
    return tuple(found)


def _shares_or_of_money(element: Element, tag: str) -> tuple[Share, ...]:
    """Those of the activity; where they stand with its transactions only, each of them once and without a share."""
    own = _shares(element, tag)
    if own:
        return own
    of_money = (share for each in element.iterfind("transaction") for share in _shares(each, tag))
    return tuple(dict.fromkeys(share._replace(percentage=None) for share in of_money))


def _parts(element: Element) -> dict[str, Element]:
    """The first child of each tag: one walk instead of a search for each of the many fields."""
    found: dict[str, Element] = {}
    for child in element:
        found.setdefault(str(child.tag), child)
    return found


def _value(value: Element | None, currency: str, where: str, flags: list[str]) -> tuple[float | None, str, str]:
    """Amount, its currency and the day of its rate."""
    text = "" if value is None else (value.text or "").strip()
    if value is None or not text:
        flags.append("amount_missing")
        return None, currency, ""
    of_value = (value.get("currency") or currency).strip()
    if not of_value:
        flags.append("no_currency")
    rate_day = value.get("value-date") or ""
    return _amount(text, where), of_value, _day(rate_day, "value-date") if rate_day else ""


def _transactions(element: Element, currency: str, flags: list[str]) -> Iterable[Money]:
    for each in element.iterfind("transaction"):
        of = _parts(each)
        kind = _code(of.get("transaction-type"))
        amount, of_value, value_day = _value(of.get("value"), currency, "transaction", flags)
        date = of.get("transaction-date")
        day = "" if date is None else (date.get("iso-date") or (date.text or "").strip())
        yield Money(
            "transaction", TRANSACTION_TYPES.get(kind.upper(), kind), _day(day, "transaction-date") if day else value_day, "",
            amount, of_value, value_day, _organisation(of.get("provider-org"), {}, "provider"),
            _organisation(of.get("receiver-org"), {}, "receiver"), _said(of.get("description")),
        )  # fmt: skip


def _budgets(element: Element, currency: str, flags: list[str]) -> Iterable[Money]:
    for tag, kind in (("budget", "budget"), ("planned-disbursement", "planned")):
        for each in element.iterfind(tag):
            amount, of_value, value_day = _value(each.find("value"), currency, tag, flags)
            first, last = (_period_day(each.find(f"period-{end}"), tag) for end in ("start", "end"))
            yield Money(
                kind, each.get("type") or "", first, last, amount, of_value, value_day,
                _organisation(each.find("provider-org"), {}, "provider"), _organisation(each.find("receiver-org"), {}, "receiver"),
                "", each.get("status") or "",
            )  # fmt: skip


def _period_day(element: Element | None, where: str) -> str:
    text = "" if element is None else (element.get("iso-date") or (element.text or "").strip())
    return _day(text, where) if text else ""


def _place(element: Element, flags: list[str]) -> Place:
    lon, lat, precision = _point(element, flags)
    exactness, of_class = _code(element.find("exactness")), _code(element.find("location-class"))
    designation = _code(element.find("feature-designation")) or _code(element.find("location-type"))
    administrative = tuple(
        (each.get("vocabulary") or "", each.get("code") or "", each.get("level") or "")
        for each in element.iterfind("administrative")
        if each.get("code")
    )
    return Place(
        name=_said(element.find("name")), lon=lon, lat=lat, reach=_code(element.find("location-reach")),
        exactness=exactness or {"exact": "1", "approximate": "2"}.get(_OF_PRECISION.get(precision, ""), ""),
        location_class=of_class, designation=designation, description=_said(element.find("description")), administrative=administrative,
        location_id=tuple((each.get("vocabulary") or "", each.get("code") or "") for each in element.iterfind("location-id")),
        kind=_kind(lon, exactness, of_class, designation, precision),
    )  # fmt: skip


def _kind(lon: float | None, exactness: str, of_class: str, designation: str, precision: str) -> str:
    """What the point stands for. Not said how exact: approximate, never exact."""
    if lon is None:
        return "none"
    if designation.startswith("PCL") or precision in ("6", "7", "8", "9"):
        return "country"
    if designation.startswith("ADM") or of_class == "1" or precision in ("3", "4"):
        return "administrative"
    return "exact" if exactness == "1" or precision == "1" else "approximate"


def _point(element: Element, flags: list[str]) -> tuple[float | None, float | None, str]:
    """lon, lat and the 1.x precision code. The pos of 2.x is "lat lon"."""
    point, old = element.find("point"), element.find("coordinates")
    if point is not None:
        pos = point.find("pos")
        parts = ((pos.text if pos is not None else point.text) or "").replace(",", " ").split()
        precision = ""
    elif old is not None:
        parts, precision = [old.get("latitude") or "", old.get("longitude") or ""], (old.get("precision") or "").strip()
    else:
        return None, None, ""
    try:
        lat, lon = (float(part) for part in parts)
        if abs(lat) <= 90 and abs(lon) <= 180:
            return lon, lat, precision
    except ValueError:
        pass
    if any(parts):
        flags.append("position_unreadable")
    return None, None, precision
