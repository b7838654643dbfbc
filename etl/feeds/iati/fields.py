"""Fields of an IATI element in both of their forms: text or narratives, codes of 1.x or of 2.0x, days, numbers."""

import math
import re

from lxml.etree import _Element as Element

from geodata.register.activities import NOBODY, VOCABULARIES, Organisation, Share, Text, iso_date

LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")


class Unreadable(ValueError):
    """Why an activity cannot be taken: reason is a key, detail what came."""

    def __init__(self, reason: str, detail: str) -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")


def said(element: Element | None) -> str:
    """The first narrative, or the text of the element itself (1.x)."""
    if element is None:
        return ""
    for child in element:
        if child.tag == "narrative":
            return " ".join((child.text or "").split())
    text = element.text or ""
    return " ".join(text.split())


def texts(element: Element, tag: str) -> tuple[Text, ...]:
    """Every text of ``tag`` that is not empty, with its language and the type of its element."""
    found = []
    for each in element.iterfind(tag):
        outer, kind = each.get(LANGUAGE) or "", each.get("type") or ""
        narratives = each.findall("narrative")
        for narrative in narratives or [each]:
            text = " ".join((narrative.text or "").split())
            if text:
                found.append(Text(narrative.get(LANGUAGE) or outer, text, kind))
    return tuple(found)


def code(element: Element | None) -> str:
    """Its code; empty where it has none or is not there."""
    return "" if element is None else (element.get("code") or "").strip()


def day_in(text: str, where: str) -> str:
    """The day in ``text``. Raises Unreadable, naming ``where``."""
    try:
        return iso_date(text)
    except ValueError:
        raise Unreadable("date_unreadable", f"{where} {text[:60]!r}") from None


def number_in(text: str, where: str) -> float:
    """The number in ``text``, finite. Raises Unreadable, naming ``where``."""
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


def amount_in(text: str, where: str) -> float:
    """An amount. "1,500,000.50" has thousands; "1234,56" could be either, and is not guessed at."""
    return number_in(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text, where)


def organisation(element: Element | None, roles: dict[str, str], of: str = "") -> Organisation:
    """An organisation that takes part, provides or receives (``of``); nobody where there is no element."""
    if element is None:
        return NOBODY
    role = (element.get("role") or "").strip()
    return Organisation(
        roles.get(role.lower(), role), (element.get("ref") or "").strip(), said(element), element.get("type") or "",
        element.get("activity-id") or element.get(f"{of}-activity-id") or "",
    )  # fmt: skip


def shares(element: Element, tag: str) -> tuple[Share, ...]:
    """The sectors, countries or regions of the element itself."""
    found = []
    for each in element.iterfind(tag):
        text = (each.get("percentage") or "").strip()
        percentage = number_in(text.rstrip("% ").replace(",", "."), f"{tag} percentage") if text else None
        vocabulary = (each.get("vocabulary") or "").strip()
        found.append(Share(VOCABULARIES.get(vocabulary.upper(), vocabulary), (each.get("code") or "").strip(), percentage, said(each)))
    return tuple(found)


def shares_or_of_money(element: Element, tag: str) -> tuple[Share, ...]:
    """Those of the activity; where they stand with its transactions only, each of them once and without a share."""
    own = shares(element, tag)
    if own:
        return own
    of_money = (share for each in element.iterfind("transaction") for share in shares(each, tag))
    return tuple(dict.fromkeys(share._replace(percentage=None) for share in of_money))


def parts_of(element: Element) -> dict[str, Element]:
    """The first child of each tag: one walk instead of a search for each of the many fields."""
    found: dict[str, Element] = {}
    for child in element:
        found.setdefault(str(child.tag), child)
    return found
