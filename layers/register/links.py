"""Which agencies can reach each other: the matrix with its gaps, links that were not tested, laws not adopted, actions overdue."""

import datetime as dt

import pandas as pd

from geodata.places.files import records
from layers.register.as_of import is_over, is_reached, last_day

#: A link that was not tested for so many days turns amber.
STALE_DAYS = 30
ADOPTED = ("adopted", "in_force")


def state_of(last_test: object, result: object, as_of: dt.date) -> str:
    """green (it worked within 30 days), amber (not tested since, or never), red (the last test failed)."""
    if result == "fails":
        return "red"
    tested = last_day(last_test) if isinstance(last_test, str) else None
    return "green" if tested is not None and (as_of - tested).days <= STALE_DAYS else "amber"


def matrix(links: pd.DataFrame, agencies: list[str], as_of: dt.date) -> pd.DataFrame:
    """Agency by agency: the best state of their links, or "gap". Index and columns are ``agencies``; both directions are one."""
    order = ("gap", "red", "amber", "green")
    table = pd.DataFrame("gap", index=agencies, columns=agencies, dtype="object")
    for link in records(links):
        if link.agency_a in table.index and link.agency_b in table.index:
            state = max(state_of(link.last_test, link.result, as_of), str(table.loc[link.agency_a, link.agency_b]), key=order.index)
            table.loc[link.agency_a, link.agency_b] = table.loc[link.agency_b, link.agency_a] = state
    for agency in agencies:
        table.loc[agency, agency] = ""
    return table


def not_adopted(milestones: pd.DataFrame, topic: str, as_of: dt.date) -> list[str]:
    """Countries with a milestone of ``topic`` of which no adoption is known by ``as_of``, in order."""
    rows = milestones[(milestones["topic"] == topic) & milestones["country_iso3"].notna()]
    done = rows[rows["stage"].isin(ADOPTED) & rows["reached_on"].map(lambda day: is_reached(day, as_of)).astype(bool)]
    return sorted(set(rows["country_iso3"]) - set(done["country_iso3"]))


def overdue(actions: pd.DataFrame, as_of: dt.date) -> pd.DataFrame:
    """Actions whose last day has passed and of which nobody said that they are done."""
    late = actions["due"].map(lambda day: is_over(day, as_of)).astype(bool)
    return actions[late & actions["done"].isna()]
