"""Money, and whatever is of a nation or a region: listed apart, never pinned to a place, never added over donors or currencies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.answers.coverage_context import Context, sources
from layers.coverage.supported import COUNTRY, DISTRICT, POINT, PROVINCE
from layers.register.claims import said, said_before
from layers.register.money import groups
from layers.register.units import NATIONAL, NOT_ITEMISED, by_province

if TYPE_CHECKING:
    from dashboard.queries.coverage import Asked


def apart(context: Context, mine: pd.DataFrame, asked: "Asked") -> list[dict[str, Any]]:
    """Programmes and money of a nation or a region, and things known only to a country or province: no point stands for them."""
    names = context.organisations
    funding = _funding(context, asked)
    wide = funding[funding["scope"] != "site"]
    placed = set(mine.loc[mine["where"].isin((POINT, DISTRICT)), "programme"])
    unplaced = mine[mine["where"].isin((PROVINCE, COUNTRY))]
    found = []
    for row in context.register["programmes"].to_dict("records"):
        own, units = wide[wide["programme"] == row["code"]], unplaced[unplaced["programme"] == row["code"]]
        ran = pd.isna(row["start_year"]) or int(row["start_year"]) <= asked.year
        is_asked = ran and (not asked.component or row["component"] == asked.component) and not asked.implementer and not asked.donor
        if row["code"] in placed and own.empty and units.empty:
            continue
        if own.empty and units.empty and not is_asked:
            continue
        found.append(
            {
                "programme": row["code"],
                "name": row["name"],
                "implementer": row["implementer"],
                "component": context.word("component", row["component"]),
                "scope": _scope(context, row["countries"], own),
                "years": _span(row["start_year"], row["end_year"]),
                "money": [
                    {
                        "donor": names[one["donor"]],
                        "amount": context.amount(one["amount"], one["currency"], one["operator"]),
                        "year": _paid_in(one["year_from"], one["year_to"]) or context.say("coverage.year_not_stated"),
                        "stage": context.word("funding_stage", one["stage"]),
                    }
                    for one in own.to_dict("records")
                ],
                "things": [context.word("thing", one["kind"]) + f": {_place(context, one)}" for one in units.to_dict("records")],
                "also_placed": row["code"] in placed,
            }
        )
    return found


def _place(context: Context, row: Mapping[Any, Any]) -> str:
    country = context.say(f"country.{row['country_iso3']}") if context.say.has(f"country.{row['country_iso3']}") else ""
    return ", ".join(name for name in (context.areas.get(row["province_id"], ""), country) if name)


def _scope(context: Context, countries: list[str], own: pd.DataFrame) -> str:
    """ "National" where all its money, or its one country, says so; else "regional"."""
    is_national = (own["scope"] == "national").all() if len(own) else len(countries) == 1
    where = [context.say(f"country.{code}") for code in countries if context.say.has(f"country.{code}")]
    words = context.say("coverage.national" if is_national else "coverage.regional")
    return f"{words}: {', '.join(where)}" if where else words


def _span(first: Any, last: Any) -> str:
    if pd.isna(first):
        return f"– {int(last)}" if pd.notna(last) else ""
    if pd.isna(last):
        return f"{int(first)} –"
    return str(int(first)) if int(first) == int(last) else f"{int(first)} – {int(last)}"


def _paid_in(first: Any, last: Any) -> str:
    """Of an amount without a last year only that one year is said."""
    return _span(first, first if pd.isna(last) else last)


def not_itemised(context: Context) -> list[dict[str, Any]]:
    """Community policing: what is claimed nationally beside what texts name by province. No dot stands for the rest."""
    provinces = context.places.provinces[context.places.provinces["country_iso3"] == "TJK"]
    areas, found = context.areas, []
    for kind in ("cppt", "cpc"):
        made = said_before(context.register["claims"], context.as_of)
        made = made[made["subject"] == kind]
        if made.empty:
            continue
        most = made.sort_values("value", kind="stable").iloc[-1]
        table = by_province(context.register["units"], kind, provinces, said(most["operator"], most["value"]))
        found.append(
            {
                "kind": context.word("thing", kind),
                "rows": [
                    {
                        "where": context.say("coverage.national") if row["province_id"] == NATIONAL else areas[row["province_id"]],
                        "said": context.say("coverage.not_itemised") if row["said"] == NOT_ITEMISED else row["said"],
                        "itemised": None if pd.isna(row["itemised"]) else int(row["itemised"]),
                    }
                    for row in table.to_dict("records")
                ],
                "sources": sources(most["sources"]),
            }
        )
    return found


def _funding(context: Context, asked: "Asked") -> pd.DataFrame:
    """Amounts of programmes that were chosen, said for a year up to the chosen one or for none."""
    table = context.register["funding"]
    programmes = context.register["programmes"].set_index("code")
    table = table[table["year_from"].isna() | (table["year_from"].fillna(0) <= asked.year)]
    if asked.donor:
        table = table[table["donor"] == asked.donor]
    if asked.component:
        table = table[programmes["component"].reindex(table["programme"]).to_numpy() == asked.component]
    if asked.implementer:
        table = table[programmes["implementer"].reindex(table["programme"]).to_numpy() == asked.implementer]
    return table[table["year_from"].astype("Int64").astype("str") == asked.began] if asked.began else table


def money(context: Context, asked: "Asked") -> dict[str, Any]:
    """Amounts by programme, and by donor with the years that were added named; never two donors, currencies or stages in one sum."""
    funding, names, programmes = _funding(context, asked), context.organisations, context.programmes
    rows = [
        {
            "programme": row["programme"], "programme_name": programmes.get(row["programme"], ""), "donor": names[row["donor"]],
            "amount": context.amount(row["amount"], row["currency"], row["operator"]),
            "year": _paid_in(row["year_from"], row["year_to"]) or context.say("coverage.year_not_stated"),
            "stage": context.word("funding_stage", row["stage"]), "scope": context.word("scope", row["scope"]),
            "purpose": row["purpose"], "sources": sources(row["sources"]),
        }
        for row in funding.sort_values(["donor", "year_from", "amount"], na_position="last").to_dict("records")
    ]  # fmt: skip
    sums = groups(funding, across=("year",)) if len(funding) else pd.DataFrame()
    by_donor = [
        {
            "donor": names[row["donor"]],
            "amount": context.amount(row["amount"], row["currency"], "~" if row["is_about"] else "="),
            "stage": context.word("funding_stage", row["stage"]),
            "n": row["n"],
            "years": row["label"].removeprefix("year: ").replace("not stated", context.say("coverage.year_not_stated")),
        }
        for row in sums.to_dict("records")
    ]
    return {"rows": rows, "by_donor": by_donor}
