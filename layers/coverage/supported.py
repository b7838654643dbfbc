"""Supported things: every work, unit and supported place of the register as it stood on a day, with what is known of where it is."""

import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from geodata.places.files import records
from layers.register.as_of import first_day, is_over, is_reached
from layers.register.units import state_of

COLUMNS = [
    "table", "id", "name", "kind", "post_id", "donor", "programme", "implementer", "component", "since", "state",
    "country_iso3", "province_id", "district_id", "lon", "lat", "uncertainty_m", "where", "quantity", "cost", "currency",
    "cost_operator", "sources", "note",
]  # fmt: skip
#: How closely a thing is known: only "point" may be drawn as one.
POINT, DISTRICT, PROVINCE, COUNTRY = "point", "district", "province", "country"
#: States in which a thing stands there; planned, closed and not known ones are shown and support nobody.
STANDING = ("handed_over", "operating", "supported")
PLANNED = "planned"


def supported(register: Mapping[str, pd.DataFrame], posts: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """n things by ``as_of``, `COLUMNS`: works, units, and places that a programme names without a work of its own there.

    posts: of `geodata.places.posts`. since: as sharp as its source; empty where no text dates it: then it is as old as its post.
    state: handed_over, planned, operating, closed, not_known, no_legal_basis, supported. where: point, district, province or country, by
    what is known; lon, lat (EPSG:4326, degrees) are NaN unless it is a point. quantity: how many it stands for. cost: as said, NaN none.
    """
    programmes = register["programmes"].set_index("code")
    rows = [*_works(register["works"], as_of), *_units(register["units"], as_of), *_places(register, as_of)]
    table = pd.DataFrame(rows)
    if table.empty:
        return pd.DataFrame(columns=COLUMNS)
    # What nobody dated cannot be older than the post that it stands at.
    opened = posts.set_index("id")["opened_year"].reindex(table["post_id"]).astype("Float64").to_numpy(float, na_value=0.0)
    table = table[table["since"].notna() | (opened <= as_of.year)].reset_index(drop=True)
    stand = posts.set_index("id")[["lon", "lat", "uncertainty_m", "district_id", "province_id", "country_iso3"]]
    at = stand.reindex(table["post_id"]).reset_index(drop=True)
    for column in ("district_id", "province_id", "country_iso3"):
        table[column] = _text(table[column].where(table[column].notna(), at[column]))
    table = table.assign(lon=at["lon"].astype(float), lat=at["lat"].astype(float), uncertainty_m=at["uncertainty_m"].astype(float))
    table["where"] = np.select(
        [table["lon"].notna(), table["district_id"] != "", table["province_id"] != ""], [POINT, DISTRICT, PROVINCE], COUNTRY
    )
    code = table["programme"].where(table["programme"].isin(programmes.index))
    by_programme = programmes["implementer"].reindex(code).reset_index(drop=True)
    table["implementer"] = _text(table["implementer"].where(table["implementer"].notna(), by_programme))
    table["component"] = _text(programmes["component"].reindex(code).reset_index(drop=True))
    for column in ("programme", "post_id", "since", "note", "currency", "cost_operator"):
        table[column] = _text(table[column])
    return table.assign(cost=table["cost"].astype(float), quantity=table["quantity"].astype(int))[COLUMNS]


def chosen(table: pd.DataFrame, donor: str = "", implementer: str = "", component: str = "", began: str = "") -> pd.DataFrame:
    """The rows of one donor (id), implementer (as written), component, and year of beginning; "" for any."""
    for column, wanted in (("donor", donor), ("implementer", implementer), ("component", component)):
        if wanted:
            table = table[table[column] == wanted]
    return table[table["since"].str[:4] == began] if began else table


def _works(works: pd.DataFrame, as_of: dt.date) -> list[dict[str, object]]:
    found = []
    for work in records(works):
        if work.stage == "handed_over" and isinstance(work.handed_over, str) and not is_reached(work.handed_over, as_of):
            continue
        state = "handed_over" if work.stage == "handed_over" else PLANNED
        # The day of an announced work is one that was hoped for.
        since = work.handed_over if state != PLANNED else None
        found.append(
            {
                "table": "works", "id": work.id, "name": work.name, "kind": work.kind, "post_id": work.post_id, "donor": work.donor,
                "programme": work.programme, "implementer": work.implementer, "since": since, "state": state,
                "country_iso3": work.country_iso3, "province_id": None, "district_id": work.district_id, "quantity": 1,
                "cost": work.cost, "currency": work.currency, "cost_operator": work.cost_operator, "sources": work.sources,
                "note": work.note,
            }
        )  # fmt: skip
    return found


def _units(units: pd.DataFrame, as_of: dt.date) -> list[dict[str, object]]:
    found = []
    for _, unit in units.iterrows():
        if isinstance(unit["opened"], str) and not is_reached(unit["opened"], as_of):
            continue
        found.append(
            {
                "table": "units", "id": unit["id"], "name": unit["name"], "kind": unit["kind"], "post_id": unit["post_id"],
                "donor": unit["donor"], "programme": unit["programme"], "implementer": None, "since": unit["opened"],
                "state": state_of(unit, as_of), "country_iso3": unit["country_iso3"], "province_id": unit["province_id"],
                "district_id": unit["district_id"], "quantity": 1 if pd.isna(unit["quantity"]) else int(unit["quantity"]),
                "cost": None, "currency": None, "cost_operator": None, "sources": unit["sources"], "note": unit["note"],
            }
        )  # fmt: skip
    return found


def _places(register: Mapping[str, pd.DataFrame], as_of: dt.date) -> list[dict[str, object]]:
    """Places that a programme names and of which neither works nor units of it speak."""
    known = {(row.programme, row.post_id) for name in ("works", "units") for row in records(register[name])}
    donors = set(register["organisations"]["id"])
    found = []
    for programme in records(register["programmes"]):
        if pd.notna(programme.start_year) and as_of.year < int(programme.start_year):
            continue
        # Only one donor, and it is one of ours: else nobody said which of them paid for this place.
        named = [donor.casefold() for donor in programme.donors]
        donor = named[0] if len(named) == 1 and named[0] in donors else "not-named"
        over = pd.notna(programme.end_year) and is_over(str(int(programme.end_year)), as_of)
        for post in programme.places_supported:
            if (programme.code, post) in known:
                continue
            found.append(
                {
                    "table": "places", "id": f"{programme.code}:{post}", "name": "", "kind": "support", "post_id": post, "donor": donor,
                    "programme": programme.code, "implementer": None, "since": None, "state": "ended" if over else "supported",
                    "country_iso3": None, "province_id": None, "district_id": None, "quantity": 1, "cost": None, "currency": None,
                    "cost_operator": None, "sources": [programme.source], "note": None,
                }
            )  # fmt: skip
    return found


def _text(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), "").astype("str")


def years_of(table: pd.DataFrame) -> list[str]:
    """The years in which any of the things began, in order."""
    return sorted({str(first_day(text).year) for text in table["since"] if text})
