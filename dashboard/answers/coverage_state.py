"""What still works: by post and by kind for insiders, only as totals of provinces for everybody else, and only where somebody checked."""

import datetime as dt
from typing import Any

import pandas as pd

from dashboard.answers.places import Places
from dashboard.language import Language
from geodata.register.loading import Register
from layers.coverage.state import last_checks, province_totals
from layers.register.as_of import is_reached
from layers.register.survival import curves


def works_today(register: Register, things: pd.DataFrame, say: Language, as_of: dt.date, *, is_insider: bool) -> dict[str, str]:
    """What is said of each thing, by its id. Outsiders are told the same of every thing: what differs would tell of a post."""
    if not is_insider:
        return dict.fromkeys(things["id"], say("coverage.by_province_only"))
    checked = _until(register["asset_checks"], as_of)
    last = last_checks(register["assets"], checked).groupby("post_id")[["seen", "working"]].sum()
    days = last_checks(register["assets"], checked).groupby("post_id")["checked_on"].max()
    told = {}
    for row in things.to_dict("records"):
        if row["post_id"] in last.index:
            at = last.loc[row["post_id"]]
            told[row["id"]] = say("coverage.working", working=int(at["working"]), seen=int(at["seen"]), day=days[row["post_id"]])
        else:
            told[row["id"]] = say("coverage.not_checked")
    return told


def equipment(register: Register, places: Places, say: Language, as_of: dt.date, *, is_insider: bool) -> dict[str, Any]:
    """Curves by donor and kind (insiders), totals of provinces (everybody). Nobody checked anything: empty, and said.

    Outsiders are answered as of today whatever the year: two years side by side would show the few that were checked between them.
    """
    assets, checks = register["assets"], register["asset_checks"]
    names = register["organisations"].set_index("id")["name_en" if say.code == "en" else "name_ru"]
    areas = places.names(say.code)
    totals = province_totals(assets, checks, places.posts)
    found = {
        "provinces": [
            {"name": areas.get(row["province_id"], row["province_id"]), "seen": int(row["seen"]), "working": int(row["working"])}
            for row in totals.to_dict("records")
        ],
        "curves": [],
        "given": [],
    }
    if not is_insider:
        return found
    found["given"] = [
        {"item": row["item"], "donor": names[row["donor"]], "since": row["handed_over"] if pd.notna(row["handed_over"]) else "",
         "quantity": None if pd.isna(row["quantity"]) else int(row["quantity"]), "where": areas.get(row["post_id"], "")}
        for row in assets.to_dict("records")
    ]  # fmt: skip
    found["curves"] = [
        {
            "donor": names[donor],
            "kind": kind,
            "steps": [
                [round(row["years"], 2), round(row["works"], 4), _or_none(row["low"]), _or_none(row["high"]), int(row["at_risk"])]
                for row in curve.to_dict("records")
            ],
        }
        for (donor, kind), curve in curves(assets, _until(checks, as_of)).items()
    ]
    return found


def _until(checks: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    return checks[checks["checked_on"].map(lambda day: is_reached(day, as_of)).astype(bool)]


def _or_none(value: float) -> float | None:
    return None if pd.isna(value) else round(float(value), 4)
