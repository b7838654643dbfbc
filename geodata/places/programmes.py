"""Programmes that built, equipped or trained: `files/programmes.csv`."""

from functools import cache

import pandas as pd

from geodata.places.files import Field, read_sheet
from geodata.places.posts import load_posts

COMPONENTS = ("agency", "blo", "border_control", "container", "customs", "intelligence", "training")

PROGRAMME = (
    Field("code", "text", False, unique=True),
    Field("name", "text", False),
    Field("implementer", "text", False),
    Field("donors", "list"),
    Field("countries", "iso3s"),
    Field("countries_note"),
    Field("start_year", "integer", low=1990, high=2100),
    Field("end_year", "integer", low=1990, high=2100),
    Field("budget_usd", "number", low=0),
    Field("budget_basis"),
    Field("objective", "text", False),
    Field("component", "text", False, COMPONENTS),
    Field("places_supported", "list"),
    Field("iati_identifier"),
    Field("source", "url", False),
    Field("certainty", "text", False, ("supported", "partly", "general_knowledge")),
)


def load_programmes() -> pd.DataFrame:
    """One row per programme. donors, countries (ISO 3166 alpha-3), places_supported (post ids) are lists; budget_usd in US dollars.

    certainty: "supported"; "partly" where no budget was found; "general_knowledge" where a year rests on it.
    No IATI identifier is known for any: the column is empty, not forgotten. Raises BadReference.
    """
    table = _programmes()
    return table.assign(**{column: table[column].map(list) for column in ("donors", "countries", "places_supported")})


@cache
def _programmes() -> pd.DataFrame:
    sheet = read_sheet("programmes", PROGRAMME)
    posts = set(load_posts()["id"])
    for row, places in enumerate(sheet.rows["places_supported"]):
        for place in places:
            if place not in posts:
                raise sheet.refuse(row, "places_supported", f"ids of posts.csv only, and {place!r} is none")
    return sheet.rows
