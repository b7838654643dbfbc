"""Claims side by side with what is itemised, training, memberships: what others say of the programmes, in the viewer's words."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.answers.coverage_context import Context, sources
from layers.register.as_of import holding
from layers.register.claims import reconcile, said_before
from layers.register.membership import live_agreements, memberships_on, threshold_on
from layers.register.units import LEAST_N, share_in_post

if TYPE_CHECKING:
    from dashboard.queries.coverage import Asked

#: Units of amounts; all others count what the measure names already.
AMOUNTS = ("USD", "EUR", "kg", "kg of acetic anhydride")
#: Ratifications that the founding agreement of the centre asks for (seed S2).
CARICC_NEEDED = 4


def all_claims(context: Context) -> list[dict[str, Any]]:
    """Subjects, each with its claims side by side, the list beside each, and what is missing; what has a list stands first."""
    found = [
        {
            "subject": subject,
            "name": context.word("claim_subject", subject.replace("-", "_")),
            "claims": [_claim(context, each) for each in reconcile(context.register, subject)],
        }
        for subject in context.register["claims"]["subject"].unique()
    ]
    return sorted(found, key=lambda one: not any(claim["items"] for claim in one["claims"]))


def made_by(subjects: list[dict[str, Any]], context: Context) -> list[dict[str, Any]]:
    """Of `all_claims` those that had been made by the day; subjects without any are left out."""
    made = set(said_before(context.register["claims"], context.as_of)["id"])
    found = [one | {"claims": [claim for claim in one["claims"] if claim["id"] in made]} for one in subjects]
    return [one for one in found if one["claims"]]


def _claim(context: Context, each: Any) -> dict[str, Any]:
    claim = each.claim
    period = " – ".join(str(claim[key]) if pd.notna(claim[key]) else "" for key in ("period_from", "period_to")).strip()
    return {
        "id": claim["id"], "measure": context.word("claim_measure", _slug(claim["measure"])), "said": each.said,
        "number": _as_said(float(claim["value"]), context), "operator": claim["operator"],
        "unit": context.word("claim_unit", _slug(claim["unit"])), "is_amount": claim["unit"] in AMOUNTS, "said_by": claim["said_by"],
        "said_on": claim["said_on"] if pd.notna(claim["said_on"]) else "", "period": "" if period == "–" else period,
        "note": claim["note"] if pd.notna(claim["note"]) else "", "sources": sources(claim["sources"]),
        # Where nobody looked for a list, that is not a list of none.
        "itemised": each.itemised if len(each.items) or each.missing is not None else None,
        "perhaps": each.perhaps, "missing": each.missing, "missing_at_least": each.missing_at_least,
        "surplus": each.surplus, "is_lower_bound": each.is_lower_bound,
        "items": [
            {
                "id": item["item_id"], "name": _item_name(context, item), "quantity": item["quantity"],
                "date": item["date"] if isinstance(item["date"], str) else "", "standing": item["standing"],
                "standing_word": context.word("standing", item["standing"]), "why": item["why"], "sources": sources(item["sources"]),
            }
            for item in each.items.to_dict("records")
        ],
    }  # fmt: skip


def _as_said(value: float, context: Context) -> str:
    """Every digit that was said: two outlets that differ in the grams differ here."""
    return context.say.number(value, len(f"{value:f}".rstrip("0").partition(".")[2]))


def _item_name(context: Context, item: dict[str, Any]) -> str:
    if context.say.code == "en" or item["item_table"] == "funding":
        return str(item["name"])
    row = context.rows[item["item_id"]]
    place = context.areas.get(row["post_id"]) or context.areas.get(row["district_id"])
    return f"{context.word('thing', row['kind'])}: {place}" if place else str(item["name"])


def _slug(text: str) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in text.lower()).strip("_").replace("__", "_")


def training(context: Context, asked: "Asked") -> dict[str, Any]:
    """Courses, the share of women and of those still in post; what nobody said is not known, and few are not told.

    Outsiders: shares are of all donors together and of courses of ten or more, and of no course by itself. A share of one donor's beside
    that of all would tell the others'; women beside all would tell a few men; who is still in post is staffing.
    """
    every, names = context.register["training"], context.organisations
    table = every[every["donor"] == asked.donor] if asked.donor else every
    rates = share_in_post(table if context.is_insider else every[every["n"].fillna(0) >= LEAST_N])

    def count(value: Any) -> int | None:
        return int(value) if pd.notna(value) and (context.is_insider or int(value) >= LEAST_N) else None

    def part(value: Any) -> int | None:
        return int(value) if pd.notna(value) and context.is_insider else None

    return {
        "n_women": _rate(rates["n_women"]),
        "n_in_post": _rate(rates["n_in_post"]),
        "least": LEAST_N,
        "is_of_all": bool(asked.donor) and not context.is_insider,
        "courses": [
            {
                "course": row["course"], "programme": row["programme"], "donor": names.get(row["donor"], row["donor"]),
                "since": row["held_from"] if pd.notna(row["held_from"]) else "", "n": count(row["n"]),
                "n_women": part(row["n_women"]), "n_in_post": part(row["n_in_post"]), "sources": sources(row["sources"]),
            }
            for row in table.to_dict("records")
        ],
    }  # fmt: skip


def _rate(rate: Any) -> dict[str, Any]:
    return {"share": rate.share, "n": rate.n if rate.share is not None else None}


def members(context: Context) -> dict[str, Any]:
    """Who belonged to what on the day, whether enough had ratified, and under which agreements anything passed."""
    names, table = context.organisations, context.register["memberships"]

    def party(code: str) -> str:
        return context.say(f"country.{code}") if context.say.has(f"country.{code}") else names.get(code, code)

    bodies = []
    for body in table["body"].unique():
        now = memberships_on(table, body, context.as_of)
        bodies.append(
            {
                "id": body,
                "name": names.get(body, body),
                "parties": [
                    {"name": party(row["party"]), "status": context.word("membership", row["status"]), "sources": sources(row["sources"])}
                    for row in now.to_dict("records")
                ],
            }
        )
    found = threshold_on(table, "caricc", CARICC_NEEDED, context.as_of)
    live = set(live_agreements(context.register["agreements"], context.as_of)["id"])
    agreements = [
        {
            "a": names.get(row["a"], row["a"]), "b": names.get(row["b"], row["b"]), "kind": row["kind"],
            "stage": context.word("agreement_stage", row["stage"]), "is_live": row["id"] in live,
        }
        for row in holding(context.register["agreements"], context.as_of).to_dict("records")
    ]  # fmt: skip
    ratified = {"n": len(found.ratified), "needed": found.needed, "is_operational": found.is_operational}
    return {"bodies": bodies, "ratified": ratified, "agreements": agreements}
