"""The register in the viewer's words: what was paid for and where, what stands on no map, money, who else is there, over time."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.answers.coverage_claims import made_by, members, training
from dashboard.answers.coverage_context import Context, sources
from dashboard.answers.coverage_law import law
from dashboard.answers.coverage_money import apart, money, not_itemised
from dashboard.answers.coverage_state import equipment, works_today
from layers.coverage.overlaps import matrix, overlaps
from layers.coverage.supported import POINT, STANDING, years_of

if TYPE_CHECKING:
    from dashboard.queries.coverage import Asked


def overview(
    context: Context, every: pd.DataFrame, mine: pd.DataFrame, section_of: dict[str, str], claims: list[dict[str, Any]], asked: "Asked"
) -> dict[str, Any]:
    """Everything of the page that is no number of seizures. every: all things of the day, mine: the chosen ones. claims: all of them."""
    shown = things(context, mine)
    return {
        "choices": choices(context, every),
        "things": shown,
        "counts": {
            "points": int((mine["where"] == POINT).sum()),
            "not_points": int((mine["where"] != POINT).sum()),
            "standing": int(mine["state"].isin(STANDING).sum()),
        },
        "apart": apart(context, mine, asked),
        "not_itemised": not_itemised(context),
        "money": money(context, asked),
        "law": law(context),
        "claims": made_by(claims, context),
        "overlaps": overlap_rows(context, mine),
        "matrix": {"section": matrix_rows(context, mine, section_of), "district": matrix_rows(context, mine, _districts(mine))},
        "timeline": timeline(context, mine, asked),
        "equipment": equipment(context.register, context.places, context.say, context.as_of, is_insider=context.is_insider),
        "training": training(context, asked),
        "members": members(context),
    }


def choices(context: Context, every: pd.DataFrame) -> dict[str, list[list[str]]]:
    """Values of the filters, in words; donors of money count too, though nothing of theirs may stand anywhere."""
    names = context.organisations
    donors = sorted({*every["donor"], *context.register["funding"]["donor"]}, key=lambda id: names.get(id, id))
    components = sorted(set(every["component"]) | set(context.register["programmes"]["component"]) - {""})
    return {
        "donor": [[id, names.get(id, id)] for id in donors],
        "implementer": [[name, name] for name in sorted(set(every["implementer"]) - {""})],
        "component": [[code, context.word("component", code)] for code in components if code],
        "began": [[year, year] for year in reversed(years_of(every))],
    }


def things(context: Context, table: pd.DataFrame) -> list[dict[str, Any]]:
    """One record a thing. Only what is known as a point has a position."""
    names, programmes = context.organisations, context.programmes
    areas = context.areas
    posts = context.places.posts.set_index("id")
    working = works_today(context.register, table, context.say, context.as_of, is_insider=context.is_insider)
    found = []
    for row in table.to_dict("records"):
        post = posts.loc[row["post_id"]] if row["post_id"] in posts.index else None
        is_point = row["where"] == POINT
        found.append(
            {
                "id": row["id"], "table": row["table"], "name": _name(context, row, areas), "kind": row["kind"],
                "kind_word": context.word("thing", row["kind"]), "post": row["post_id"],
                "post_kind": "" if post is None else post["kind"], "post_status": "" if post is None else post["status"],
                "donor": row["donor"], "donor_name": names.get(row["donor"], row["donor"]),
                "programme": row["programme"], "programme_name": programmes.get(row["programme"], ""),
                "implementer": row["implementer"], "component": row["component"], "since": row["since"], "state": row["state"],
                "state_word": context.word("thing_state", row["state"]), "stands": row["state"] in STANDING, "where": row["where"],
                "lon": round(row["lon"], 4) if is_point else None, "lat": round(row["lat"], 4) if is_point else None,
                "uncertainty_km": round(row["uncertainty_m"] / 1000, 1) if is_point and pd.notna(row["uncertainty_m"]) else None,
                "area": _area(context, row, areas), "quantity": row["quantity"],
                "cost": context.amount(row["cost"], row["currency"], row["cost_operator"]) if pd.notna(row["cost"]) else "",
                "working": working[row["id"]], "note": row["note"], "sources": sources(row["sources"]),
            }
        )  # fmt: skip
    return found


def _name(context: Context, row: Mapping[Any, Any], areas: dict[str, str]) -> str:
    """The register's own name; in the other languages that of the post, or the kind and the district: the register is in English."""
    if context.say.code == "en" and row["name"]:
        return str(row["name"])
    place = areas.get(row["post_id"], "") or areas.get(row["district_id"], "")
    if row["table"] == "places":
        return place
    kind = context.word("thing", row["kind"])
    country = context.say(f"country.{row['country_iso3']}") if row["country_iso3"] else ""
    return f"{kind}: {place or country}" if (place or country) and row["table"] == "units" else place or str(row["name"])


def _area(context: Context, row: Mapping[Any, Any], areas: dict[str, str]) -> str:
    country = context.say(f"country.{row['country_iso3']}") if context.say.has(f"country.{row['country_iso3']}") else ""
    named = [areas.get(row["district_id"], ""), areas.get(row["province_id"], ""), country]
    return ", ".join(dict.fromkeys(name for name in named if name))


def _districts(table: pd.DataFrame) -> dict[str, str]:
    return {row["id"]: row["district_id"] for row in table.to_dict("records") if row["district_id"]}


# ---- who else is there ---------------------------------------------------------------------------------------------------


def overlap_rows(context: Context, mine: pd.DataFrame) -> list[dict[str, Any]]:
    """Districts in which anything stands, with donors and programmes, most donors first."""
    names, areas = context.organisations, context.areas
    return [
        {
            "id": row["district_id"],
            "name": areas.get(row["district_id"], row["district_id"]),
            "donors": [names.get(id, id) for id in row["donors"]],
            "programmes": row["programmes"],
            "n": row["n"],
        }
        for row in overlaps(mine).to_dict("records")
    ]


def matrix_rows(context: Context, mine: pd.DataFrame, place_of: dict[str, str]) -> dict[str, Any]:
    """Programme by place. Sections stand in their order along the line, districts by name."""
    table = matrix(mine, place_of)
    names, order = context.areas, list(context.places.sections["section_id"])
    columns = sorted(table.columns, key=lambda id: (order.index(id), "") if id in order else (0, names.get(id, id)))
    return {
        "columns": [[id, names.get(id, id)] for id in columns],
        "rows": [[code, [int(table.loc[code, id]) for id in columns]] for code in table.index],
    }


def timeline(context: Context, mine: pd.DataFrame, asked: "Asked") -> dict[str, Any]:
    """Programmes as spans of years, with what was handed over or opened in each."""
    rows = []
    for row in context.register["programmes"].to_dict("records"):
        own = mine[mine["programme"] == row["code"]]
        if own.empty and (asked.donor or asked.implementer or asked.began):
            continue
        if asked.component and row["component"] != asked.component:
            continue
        marks = own[own["since"] != ""]
        rows.append(
            {
                "programme": row["code"],
                "name": row["name"],
                "first": None if pd.isna(row["start_year"]) else int(row["start_year"]),
                "last": None if pd.isna(row["end_year"]) else int(row["end_year"]),
                "marks": [
                    {"year": int(since[:4]), "n": int(group["quantity"].sum())} for since, group in marks.groupby(marks["since"].str[:4])
                ],
                "undated": int(own.loc[own["since"] == "", "quantity"].sum()),
            }
        )
    return {"rows": sorted(rows, key=lambda one: (one["first"] or 9999, one["programme"]))}
