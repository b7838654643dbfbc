"""Claims beside what is itemised: what is named, what may be meant, how much is missing. Nothing is invented to fill a claim."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from geodata.places.files import records
from layers.register.as_of import first_day, is_reached, last_day

#: Where an item's date stands, by its table: an item younger than the claim cannot be part of it.
_DATE = {"works": "handed_over", "units": "opened", "funding": "year_from"}
_NAME = {"works": "name", "units": "name", "funding": "purpose"}


class Reconciled(NamedTuple):
    """One claim and its list.

    items: [item_table, item_id, name, quantity, date, standing, why, sources]; standing is "listed", "perhaps" (may be what is
    meant), "after_the_claim" or "before_the_period". itemised, perhaps: sums of `quantity` (money: of amounts in the claim's currency).
    missing: what the claim has beyond the listed, None where nobody listed anything; missing_at_least: if all of "perhaps" is meant.
    Both are of the number said: for a claim of "more than" they are lower bounds (is_lower_bound). surplus: more is listed than claimed.
    """

    claim: pd.Series
    said: str
    items: pd.DataFrame
    itemised: float
    perhaps: float
    missing: float | None
    missing_at_least: float | None
    surplus: float
    is_lower_bound: bool


def said(operator: str, value: float) -> str:
    """A value as it was claimed: ">100", "~14000000", "32"; never stripped of its operator.

    >>> said(">", 100.0)
    '>100'
    """
    return f"{'' if operator == '=' else operator}{value:.12g}"


def reconcile(register: Mapping[str, pd.DataFrame], subject: str) -> list[Reconciled]:
    """Every claim about ``subject``, in the order of the register, each beside its own list; claims that differ stand side by side."""
    claims = register["claims"]
    return [_one(register, claim) for _, claim in claims[claims["subject"] == subject].iterrows()]


def all_reconciled(register: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a claim: [claim_id, subject, measure, said, unit, said_by, said_on, itemised, perhaps, missing,
    missing_at_least, surplus, sources].

    missing is NaN where nothing is itemised at all: the claim stands alone.
    """
    rows = [
        {
            "claim_id": each.claim["id"], "subject": each.claim["subject"], "measure": each.claim["measure"], "said": each.said,
            "unit": each.claim["unit"], "said_by": each.claim["said_by"], "said_on": each.claim["said_on"], "itemised": each.itemised,
            "perhaps": each.perhaps, "missing": each.missing, "missing_at_least": each.missing_at_least, "surplus": each.surplus,
            "sources": each.claim["sources"],
        }
        for subject in register["claims"]["subject"].unique() for each in reconcile(register, subject)
    ]  # fmt: skip
    return pd.DataFrame(rows).astype({"missing": "float64", "missing_at_least": "float64"})


def _one(register: Mapping[str, pd.DataFrame], claim: pd.Series) -> Reconciled:
    items = register["claim_items"]
    items = items[(items["subject"] == claim["subject"]) & (items["measure"] == claim["measure"])]
    found = pd.DataFrame([_item(register, claim, item) for item in records(items)], columns=list(_COLUMNS))
    listed = float(found.loc[found["standing"] == "listed", "quantity"].sum())
    perhaps = float(found.loc[found["standing"] == "perhaps", "quantity"].sum())
    value = float(claim["value"])
    is_alone = items.empty
    return Reconciled(
        claim=claim,
        said=said(claim["operator"], value),
        items=found,
        itemised=listed,
        perhaps=perhaps,
        missing=None if is_alone else max(value - listed, 0.0),
        missing_at_least=None if is_alone else max(value - listed - perhaps, 0.0),
        surplus=max(listed - value, 0.0),
        is_lower_bound=claim["operator"] in (">", ">="),
    )


_COLUMNS = ("item_table", "item_id", "name", "quantity", "date", "standing", "why", "sources")


def _item(register: Mapping[str, pd.DataFrame], claim: pd.Series, item: Any) -> tuple[object, ...]:
    table, key = item.item_table, item.item_id
    row = register[table].set_index("id").loc[key]
    date = row[_DATE[table]]
    date = None if pd.isna(date) else str(date)
    if table == "funding":
        # An amount in another currency is shown and not added: who converts must say how.
        quantity = float(row["amount"]) if row["currency"] == claim["unit"] else 0.0
    else:
        quantity = float(row["quantity"]) if "quantity" in row and pd.notna(row["quantity"]) else 1.0
    standing = _standing(claim, date, item.fit)
    return table, key, row[_NAME[table]], quantity, date, standing, item.why, row["sources"]


def _standing(claim: pd.Series, date: str | None, fit: str) -> str:
    if date is not None:
        latest = [last_day(str(claim[column])) for column in ("said_on", "period_to") if pd.notna(claim[column])]
        if latest and first_day(date) > min(latest):
            return "after_the_claim"
        if pd.notna(claim["period_from"]) and last_day(date) < first_day(str(claim["period_from"])):
            return "before_the_period"
    return fit


def said_before(claims: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """The claims that had been made by ``as_of``; those without a day are kept, since nobody can tell."""
    return claims[claims["said_on"].isna() | claims["said_on"].map(lambda text: is_reached(text, as_of)).astype(bool)]
