"""Money of an IATI activity: transactions, budgets, planned disbursements."""

from collections.abc import Iterable

from lxml.etree import _Element as Element

from etl.feeds.iati.fields import amount_in, code, day_in, organisation, parts_of, said
from geodata.register.activities import TRANSACTION_TYPES, Money


def transactions(element: Element, currency: str, flags: list[str]) -> Iterable[Money]:
    """The transactions, in order. flags: what is odd is added to it. currency: of the activity, where a value names none."""
    for each in element.iterfind("transaction"):
        of = parts_of(each)
        kind = code(of.get("transaction-type"))
        amount, of_value, value_day = _value(of.get("value"), currency, "transaction", flags)
        date = of.get("transaction-date")
        day = "" if date is None else (date.get("iso-date") or (date.text or "").strip())
        yield Money(
            "transaction", TRANSACTION_TYPES.get(kind.upper(), kind), day_in(day, "transaction-date") if day else value_day, "",
            amount, of_value, value_day, organisation(of.get("provider-org"), {}, "provider"),
            organisation(of.get("receiver-org"), {}, "receiver"), said(of.get("description")),
        )  # fmt: skip


def budgets(element: Element, currency: str, flags: list[str]) -> Iterable[Money]:
    """The budgets, then the planned disbursements; as `transactions`."""
    for tag, kind in (("budget", "budget"), ("planned-disbursement", "planned")):
        for each in element.iterfind(tag):
            amount, of_value, value_day = _value(each.find("value"), currency, tag, flags)
            first, last = (_period_day(each.find(f"period-{end}"), tag) for end in ("start", "end"))
            yield Money(
                kind, each.get("type") or "", first, last, amount, of_value, value_day,
                organisation(each.find("provider-org"), {}, "provider"), organisation(each.find("receiver-org"), {}, "receiver"),
                "", each.get("status") or "",
            )  # fmt: skip


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
    return amount_in(text, where), of_value, day_in(rate_day, "value-date") if rate_day else ""


def _period_day(element: Element | None, where: str) -> str:
    text = "" if element is None else (element.get("iso-date") or (element.text or "").strip())
    return day_in(text, where) if text else ""
